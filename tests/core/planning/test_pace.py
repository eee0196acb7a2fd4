"""A pace in the plan of a poll: which posts are over the threshold, and how many of them a day may have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    BaselineReason,
    Listener,
    PaceBudget,
    PollState,
    Rules,
    SourceName,
    TopicKey,
    WatchId,
)
from bot.core.pace.crossings import begun
from bot.core.pace.day import local_day
from bot.core.pace.threshold import most_a_day
from bot.core.planning.plan import plan_poll
from tests.core.builders import NOW, POLICY, a_listener, a_post, a_state, a_watch, known, seen

WATCHES = ((WatchId(1), SourceName.TRENDPAGE),)
TABLE = begun([(20 * n, NOW - timedelta(hours=n)) for n in range(1, 24)], NOW)


def paced(pace: int = 5, sent: int = 0, number: int = 1, **more: object) -> Listener:
    budget = PaceBudget(pace=pace, sent=sent, day=local_day("Asia/Tokyo", NOW), watches=WATCHES)
    return replace(a_listener(number, min_rp=5), budget=budget, **more)  # type: ignore[arg-type]


def a_world(*listeners: Listener, **more: object) -> PollState:
    state = a_state(listeners=listeners or (paced(),))
    return replace(state, crossings={WatchId(1): TABLE}, **more)  # type: ignore[arg-type]


def test_highest_posts_are_sent_and_say_their_place() -> None:
    posts = [a_post(str(n), rp=10_000 * n) for n in range(1, 4)]

    plan = plan_poll(a_world(), seen(*posts), POLICY, NOW)

    found = [(alert.content.pace, alert.content.post.rp) for alert in plan.alerts]
    assert [mark.number for mark, _ in found if mark is not None] == list(range(1, len(found) + 1))
    assert [rp for _, rp in found] == [30_000, 20_000, 10_000][: len(found)] != []
    assert all(mark is not None and rp is not None and mark.needed_rp <= rp for mark, rp in found)


@pytest.mark.invariant(5)
def test_unknown_rp_passes_no_threshold() -> None:
    assert plan_poll(a_world(), seen(a_post("a", rp=None)), POLICY, NOW).alerts == ()


def test_post_that_stood_still_is_sent_once_the_threshold_has_fallen_below_it() -> None:
    post = a_post("a", rp=300, hours_old=1)
    evening = local_day("Asia/Tokyo", NOW).end - timedelta(minutes=20)
    state = replace(a_world(), known={post.key: replace(known(post), rp_at=NOW - timedelta(minutes=30))})
    state = replace(state, watch=replace(state.watch, last_ok_at=evening - timedelta(minutes=5)))

    morning = plan_poll(a_world(paced(pace=1), known=state.known), seen(post), POLICY, NOW)
    later = plan_poll(state, seen(post), POLICY, evening)

    assert morning.alerts == ()
    assert [alert.content.post.key for alert in later.alerts] == [post.key]


def test_old_post_that_stood_still_is_not_sent() -> None:
    post = a_post("a", rp=90_000, hours_old=30)
    state = a_world(known={post.key: replace(known(post), rp_at=NOW - timedelta(hours=9))})

    assert plan_poll(state, seen(post), POLICY, NOW).alerts == ()


def test_first_poll_makes_the_highest_baseline_and_sends_nothing() -> None:
    state = replace(a_world(), watch=a_watch(polled=False), crossings={})
    posts = [a_post(str(n), rp=100 * n, hours_old=n) for n in range(1, 21)]

    plan = plan_poll(state, seen(*posts), POLICY, NOW)

    assert plan.alerts == ()
    assert {one.why for one in plan.baselines} == {BaselineReason.FIRST_POLL}
    assert a_post("20").key in {one.post_key for one in plan.baselines}
    assert plan.crossings is not None


@pytest.mark.invariant(3)
@pytest.mark.parametrize("passes", [1, 3, 10, 30])
def test_filters_let_nothing_through_later_that_was_there_at_the_first_poll(passes: int) -> None:
    """The threshold of a subscription whose filters let little through is low, and so is that of its baseline."""
    listener = paced(rules=Rules(include=("原発",)))
    posts = [replace(a_post(str(n), rp=60 + n), text="原発" if n % passes == 0 else "話") for n in range(60)]
    unpolled = replace(a_world(listener), watch=a_watch(polled=False), crossings={})
    first = plan_poll(unpolled, seen(*posts), POLICY, NOW)
    assert first.crossings is not None
    state = replace(
        a_world(listener, known={post.key: known(post) for post in posts}),
        watch=replace(a_watch(), last_ok_at=NOW),
        crossings={WatchId(1): first.crossings},
        baselined=frozenset((one.subscription_id, one.post_key) for one in first.baselines),
    )

    second = plan_poll(state, seen(*posts), POLICY, NOW + timedelta(minutes=15))

    assert first.baselines
    assert second.alerts == ()


def test_all_subscriptions_of_a_topic_read_its_table_and_have_their_own_thresholds() -> None:
    posts = [a_post(str(n), rp=150 * n) for n in range(1, 12)]

    plan = plan_poll(a_world(paced(1), paced(20, number=2)), seen(*posts), POLICY, NOW)

    by = {number: sum(alert.subscription_id == number for alert in plan.alerts) for number in (1, 2)}
    assert by[1] <= 1 < by[2]


@pytest.mark.parametrize("hours", [0.5, 3.5, 7, 23])
def test_topic_that_is_polled_seldom_is_learned_like_others(hours: float) -> None:
    """Where a host's limits put polls hours apart, the time between two is no gap: the next came as planned."""
    watch = a_watch(hours_ago=hours, next_poll_at=NOW - timedelta(minutes=1))

    plan = plan_poll(a_world(watch=watch), seen(a_post("a", rp=900)), POLICY, NOW)

    assert plan.crossings is not None
    assert sum(plan.crossings.watched) - sum(TABLE.watched) == pytest.approx(hours, rel=0.05)
    assert sum(map(sum, plan.crossings.counts)) > sum(map(sum, TABLE.counts))


def test_time_without_polls_that_were_planned_is_not_taken_as_watched() -> None:
    watch = a_watch(hours_ago=9, next_poll_at=NOW - timedelta(hours=8.75))

    plan = plan_poll(a_world(watch=watch), seen(a_post("a", rp=900)), POLICY, NOW)

    assert plan.crossings is not None
    assert plan.crossings.watched == TABLE.watched


def test_feed_sends_the_newest_up_to_its_pace() -> None:
    topic = replace(a_watch().topic, key=TopicKey("url:abc"))
    state = replace(a_world(paced(3, sent=1)), watch=replace(a_watch(), topic=topic, source=SourceName.FEED))
    posts = [a_post(str(n), rp=None, hours_old=n) for n in range(1, 6)]
    state = replace(state, listeners=(replace(state.listeners[0], min_rp=0),))

    plan = plan_poll(state, seen(*posts, source=SourceName.FEED), POLICY, NOW)

    assert {alert.content.post.canonical_id for alert in plan.alerts} == {"1", "2"}
    assert plan.crossings is None


@pytest.mark.invariant(3)
@given(
    pace=st.integers(1, 50),
    sent=st.integers(0, 66),
    heights=st.lists(st.integers(0, 10**6), max_size=60),
    minute=st.integers(0, 1439),
)
def test_day_never_has_more_than_it_may(pace: int, sent: int, heights: list[int], minute: int) -> None:
    now = local_day("Asia/Tokyo", NOW).start + timedelta(minutes=minute)
    state = a_world(paced(pace, sent))
    state = replace(state, watch=replace(state.watch, last_ok_at=now - timedelta(minutes=5)))
    posts = [replace(a_post(str(n), rp=rp), created_at=now - timedelta(hours=1)) for n, rp in enumerate(heights)]

    plan = plan_poll(state, seen(*posts), replace(POLICY, hourly_limit=0), now)

    assert len(plan.alerts) <= max(0, most_a_day(pace) - sent)
    assert [one for one, _ in plan.budgets] == ([state.listeners[0].subscription_id] if plan.alerts else [])
