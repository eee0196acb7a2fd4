"""What a look means for posts that were told: fresher counts, and posts that are gone (invariants 8 and 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.count_steps import next_step, should_update_count
from bot.core.alerting.followups import GONE_CONFIRM_AFTER, MASS_DELETION_LIMIT
from bot.core.models import (
    EVERYWHERE,
    AlertState,
    ChannelId,
    GuildId,
    Media,
    PollPlan,
    PollState,
    PostKey,
    SubscriptionId,
)
from bot.core.planning.plan import plan_poll
from bot.core.redaction import is_hidden_from_all, post_hash
from tests.core.builders import NOW, POLICY, TIMELINE, a_listener, a_post, a_state, known, seen

HERE = ChannelId(101)


def told_before(state: PollState, rp: int | None, *, hours_ago: float = 1, name: str = "a") -> PollState:
    """The state of a channel that was told the post when it had this RP."""
    key = a_post(name).key
    shown = AlertState(rp, NOW - timedelta(hours=hours_ago))
    return replace(state, alerted=state.alerted | {(HERE, key)}, shown={**state.shown, (HERE, key): shown})


# -- counts that are worth an edit -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "now", "worth"),
    [
        (100, 100, False),
        (100, 199, False),
        (100, 200, True),
        (110, 199, False),
        (110, 200, True),
        (110, 95, False),
        (400, 500, True),
        (500, 999, False),
        (500, 1000, True),
        (1500, 2000, True),
        (0, 1, True),
        (None, 5, True),
        (5, None, False),
        (None, None, False),
    ],
)
def test_a_count_is_shown_again_when_it_doubled_or_took_a_step(
    shown: int | None, now: int | None, *, worth: bool
) -> None:
    assert should_update_count(shown, now) is worth


@given(shown=st.integers(0, 10**7), now=st.integers(0, 10**9))
def test_whatever_doubled_is_worth_it_and_what_fell_never_is(shown: int, now: int) -> None:
    if now >= 2 * shown and now > shown:
        assert should_update_count(shown, now)
    if now <= shown:
        assert not should_update_count(shown, now)


@given(counts=st.lists(st.integers(0, 10**6), min_size=1, max_size=200))
def test_a_post_is_edited_for_a_step_at_most_once(counts: list[int]) -> None:
    """Whatever the counts do, there are no more edits than steps below the largest."""
    shown, edits = 0, 0
    for rp in counts:
        if should_update_count(shown, rp):
            shown, edits = rp, edits + 1
    steps = 0
    while steps < 100 and next_step_after(steps) <= max(counts):
        steps += 1
    assert edits <= steps


def next_step_after(steps: int) -> int:
    step = 1
    for _ in range(steps):
        step = next_step(step)
    return step


def test_an_alerted_post_that_doubled_is_counted_again() -> None:
    state = told_before(a_state(known(a_post(rp=150))), 150)

    plan = plan_poll(state, seen(a_post(rp=300)), POLICY, NOW)

    assert plan.count_updates == ((HERE, a_post().key, 300),)
    assert plan.alerts == ()


@pytest.mark.parametrize("hours", [47.9, 48.0])
def test_counts_are_kept_fresh_for_as_long_as_the_operator_set(hours: float) -> None:
    state = told_before(a_state(known(a_post(rp=150))), 150, hours_ago=hours)

    plan = plan_poll(state, seen(a_post(rp=300)), POLICY, NOW)

    assert len(plan.count_updates) == (1 if hours < 48 else 0)


def test_live_counts_can_be_switched_off() -> None:
    state = told_before(a_state(known(a_post(rp=150))), 150)

    assert (
        plan_poll(state, seen(a_post(rp=300)), replace(POLICY, live_counts=timedelta(0)), NOW).count_updates == ()
    )


@pytest.mark.invariant(5)
def test_an_unknown_count_takes_nothing_back() -> None:
    """Invariant 5."""
    state = told_before(a_state(known(a_post(rp=150))), 150)

    assert plan_poll(state, seen(a_post(rp=None)), POLICY, NOW).count_updates == ()


def test_an_alerted_post_is_read_again_for_its_counts_where_leaving_the_page_means_nothing() -> None:
    state = told_before(a_state(known(a_post(rp=150))), 150)

    assert plan_poll(state, seen(a_post(rp=151)), TIMELINE, NOW).changes[0].recheck_at is not None
    before = a_state(known(a_post(rp=150)))
    baselined = replace(before, baselined=frozenset({(SubscriptionId(1), a_post().key)}))
    assert plan_poll(baselined, seen(a_post(rp=151)), TIMELINE, NOW).changes[0].recheck_at is None


def test_a_post_that_is_alerted_now_is_read_again() -> None:
    plan = plan_poll(a_state(), seen(a_post(rp=150)), TIMELINE, NOW)

    assert len(plan.alerts) == 1
    assert plan.changes[0].recheck_at is not None


# -- posts that are gone ----------------------------------------------------------------------------------


def missing(*names: str, gone_at: datetime | None = None, others: int = 1) -> PollPlan:
    """The plan of a look that misses these posts."""
    before = [replace(known(a_post(name)), gone_at=gone_at) for name in names]
    present = [a_post(f"still {number}", 5) for number in range(others)]
    poll = seen(*present, gone=tuple(a_post(name).key for name in names))
    return plan_poll(a_state(*before), poll, TIMELINE, NOW)


def test_a_post_missed_once_is_fetched_again_and_not_taken_down() -> None:
    plan = missing("a")

    assert plan.take_downs == ()
    assert plan.gone == ((a_post("a").key, NOW),)
    assert (a_post("a").key, NOW + GONE_CONFIRM_AFTER) in plan.recheck_times


@pytest.mark.invariant(8)
def test_a_post_missed_again_later_is_taken_down() -> None:
    """Invariant 8."""
    plan = missing("a", gone_at=NOW - GONE_CONFIRM_AFTER)

    assert plan.take_downs == (a_post("a").key,)
    assert (a_post("a").key, None) in plan.recheck_times


def test_two_polls_close_together_are_one() -> None:
    plan = missing("a", gone_at=NOW - GONE_CONFIRM_AFTER + timedelta(seconds=1))

    assert plan.take_downs == ()
    assert plan.gone == ()


def test_a_post_that_is_back_is_not_gone() -> None:
    before = replace(known(a_post("a")), gone_at=NOW - timedelta(hours=1))

    plan = plan_poll(a_state(before), seen(a_post("a")), TIMELINE, NOW)

    assert plan.gone == ((a_post("a").key, None),)
    assert plan.take_downs == ()


def test_a_source_that_suddenly_has_nothing_is_not_believed() -> None:
    """An outage is no deletion."""
    names = [f"p{number}" for number in range(MASS_DELETION_LIMIT)]

    assert missing(*names, gone_at=NOW - timedelta(hours=1), others=0).take_downs == ()
    assert len(missing(*names, gone_at=NOW - timedelta(hours=1), others=1).take_downs) == MASS_DELETION_LIMIT


def test_an_explicit_deletion_is_believed_at_once() -> None:
    plan = plan_poll(a_state(known(a_post("a"))), seen(deleted=(a_post("a").key,)), TIMELINE, NOW)

    assert plan.take_downs == (a_post("a").key,)


def test_leaving_the_page_is_not_being_gone() -> None:
    plan = plan_poll(a_state(known(a_post("a"))), seen(a_post("b")), POLICY, NOW)

    assert (plan.take_downs, plan.gone) == ((), ())


# -- what is hidden ---------------------------------------------------------------------------------------


def hidden_in(*guilds: int) -> PollState:
    """Two servers listen; the post is hidden in these."""
    listeners = (a_listener(1, guild_id=GuildId(7)), a_listener(2, guild_id=GuildId(8)))
    key = a_post().key
    return replace(a_state(listeners=listeners), hidden=frozenset((GuildId(guild), key) for guild in guilds))


@pytest.mark.invariant(8)
@pytest.mark.parametrize(
    ("guilds", "is_kept", "told_to"),
    [((), True, 2), ((7,), True, 1), ((7, 8), False, 0), ((EVERYWHERE,), False, 0)],
)
def test_the_text_of_what_nobody_may_see_is_not_stored(
    guilds: tuple[int, ...], told_to: int, *, is_kept: bool
) -> None:
    """Invariant 8: it never comes back, whichever source brings it."""
    plan = plan_poll(
        hidden_in(*guilds), seen(a_post(author_name="誰か", url="https://x.com/a/status/1")), POLICY, NOW
    )

    [stored] = plan.changes
    assert bool(stored.post.text) is bool(stored.post.author_name) is bool(stored.post.url) is is_kept
    assert stored.post.rp == 150
    assert len(plan.alerts) == told_to


def test_nobody_listening_hides_nothing() -> None:
    assert not is_hidden_from_all(frozenset({(GuildId(7), PostKey("x:a"))}), (), PostKey("x:a"))


@given(name=st.text(max_size=30), text=st.text(max_size=50))
def test_a_wiped_post_says_nothing_and_is_still_itself(name: str, text: str) -> None:
    post = replace(
        a_post(name, 7, text=text or "x", author_name=text, content_warning=text, has_media=True),
        media=(Media("https://a.example/1.png", alt=text),),
        avatar_url="https://a.example/face.png",
    )

    bare = post.redacted()

    assert (bare.key, bare.rp, bare.created_at) == (post.key, post.rp, post.created_at)
    assert not any((bare.text, bare.author_name, bare.url, bare.content_warning, bare.has_media, bare.source_id))
    assert not any((bare.media, bare.avatar_url))


def test_the_hash_of_an_identity_does_not_show_it() -> None:
    assert "1234567890" not in post_hash(PostKey("x:1234567890"))
    assert len(post_hash(PostKey("x:1"))) == 32


@pytest.mark.invariant(8)
def test_text_goes_only_when_every_server_that_listens_has_hidden_the_post() -> None:
    here, there, key = GuildId(7), GuildId(8), PostKey("x:a")

    assert not is_hidden_from_all({(here, key)}, (here, there), key)
    assert is_hidden_from_all({(here, key), (there, key)}, (here, there), key)
    assert is_hidden_from_all({(EVERYWHERE, key)}, (here, there), key)
