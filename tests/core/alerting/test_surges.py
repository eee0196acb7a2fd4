"""Surges in the plan of a poll: who is told, when a card changes, and which posts it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final

import pytest

from bot.core.alerting.surges import decide_surges, is_worth_an_edit, rebuilt, with_carriers
from bot.core.models import (
    ChannelId,
    Counted,
    CountState,
    EntryId,
    GuildId,
    Listener,
    OpenSurge,
    PollPlan,
    PollState,
    PostCount,
    Rules,
    SubscriptionId,
    SurgeFigures,
    SurgePlan,
    Topic,
)
from bot.core.models.counts import BIN, HOUR
from bot.core.planning.plan import plan_poll
from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import SurgeState
from bot.core.text import make_topic
from tests.core.builders import NOW, POLICY, a_listener, a_post, a_state, a_watch, seen
from tests.core.surge.series import run

WEEK = 7 * 96
FIGURES = SurgeFigures(NOW, 6.0, 6.0, 240.0, 40.0)


def quiet_state(preset: Preset = Preset.EVERY) -> SurgeState:
    """A detector that knows a week of ten posts a quarter, until NOW."""
    begin = NOW - WEEK * BIN
    return run((CountObservation(begin + (n + 1) * BIN, 10, BIN) for n in range(WEEK)), PRESETS[preset])[0]


QUIET = quiet_state()


def counted(*posts: int, until: timedelta = BIN) -> Counted:
    """So many posts in each quarter of an hour, the newest of which ends ``until`` after NOW."""
    ends = [NOW + (number + 1) * BIN for number in range(len(posts))]
    return Counted(
        CountState(NOW + until),
        tuple(PostCount(end - BIN, BIN, BIN, each) for end, each in zip(ends, posts, strict=True)),
        tuple(CountObservation(end, each, BIN) for end, each in zip(ends, posts, strict=True)),
    )


def a_world(
    *listeners: Listener, state: SurgeState | None = QUIET, open_surges: tuple[OpenSurge, ...] = ()
) -> PollState:
    states = {} if state is None else {Preset.EVERY: state}
    watch = a_watch(topic=make_topic("data center"))
    return PollState(watch, {}, listeners=listeners, surge_states=states, open_surges=open_surges)


def decided(state: PollState, *posts: int, missed_polls: bool = False, late: timedelta = timedelta()) -> SurgePlan:
    now = NOW + len(posts) * BIN + late
    return decide_surges(state, counted(*posts), POLICY, now, has_missed_polls=missed_polls)


EVERY = a_listener(1, surge=Preset.EVERY)


def test_each_listener_of_the_sensitivity_is_told_once_by_one_detector() -> None:
    listeners = (EVERY, a_listener(2, surge=Preset.EVERY), a_listener(3))

    plan = decided(a_world(*listeners), 80, 80)

    assert [card.subscription_id for card in plan.cards] == [1, 2]
    assert set(plan.states) == {Preset.EVERY}
    assert plan.cards[0].content is plan.cards[1].content


def test_card_calls_the_topic_as_its_subscription_does() -> None:
    own = replace(EVERY, topic=Topic(make_topic("data center").key, "Data Center"))

    names = [card.content.topic.name for card in decided(a_world(EVERY, own), 80, 80).cards]

    assert names == ["data center", "Data Center"]


@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    "listener",
    [
        replace(EVERY, muted_until=NOW + timedelta(days=1)),
        replace(EVERY, digest_only=True),
        replace(EVERY, surge=None),
    ],
    ids=["muted", "digest only", "off"],
)
def test_listener_that_may_not_be_told_is_not(listener: Listener) -> None:
    assert decided(a_world(listener), 80, 80).cards == ()


@pytest.mark.invariant(3)
def test_surge_that_is_read_hours_later_or_after_missed_polls_is_not_told() -> None:
    assert decided(a_world(EVERY), 80, 80, missed_polls=True).cards == ()
    assert decided(a_world(EVERY), 80, 80, late=timedelta(hours=2)).cards == ()
    assert decided(a_world(EVERY), *(80,) * 4, *(10,) * 16).cards == ()


def test_surge_above_the_hourly_limit_waits() -> None:
    full = replace(EVERY, alerts_last_hour=POLICY.hourly_limit)

    [card] = decided(a_world(full), 80, 80).cards

    assert card.not_before == NOW + 2 * BIN + timedelta(hours=1)


def test_detector_that_begins_with_a_surge_under_way_tells_nothing_old() -> None:
    past = (*week(), *(PostCount(NOW + n * BIN, BIN, BIN, 80) for n in range(4)))
    state = rebuilt(past, NOW + 4 * BIN, Preset.EVERY, UTC)

    assert state.surge is not None
    assert decided(a_world(EVERY, state=state), *(10,) * 4, 10).cards == ()


def week() -> list[PostCount]:
    hours = [PostCount(NOW - (number + 1) * HOUR, HOUR, HOUR, 40) for number in range(7 * 24)]
    return sorted(hours, key=lambda one: one.start)


def test_detector_begins_from_stored_counts() -> None:
    state = replace(a_world(EVERY, state=None), past_counts=tuple(week()), counting=CountState(until=NOW))

    assert len(decided(state, 80, 80).cards) == 1


def test_nobody_who_listens_to_surges_costs_nothing() -> None:
    assert decided(a_world(a_listener(1), state=None), 80, 80) == SurgePlan()


def open_surge(state: SurgeState, figures: SurgeFigures = FIGURES) -> OpenSurge:
    assert state.alert is not None
    [card] = decided(a_world(EVERY), 80, 80).cards
    return OpenSurge(EntryId(1), SubscriptionId(1), ChannelId(101), Preset.EVERY, card.content.began_at, figures)


def test_card_says_that_its_surge_is_over_and_how_high_it_was() -> None:
    begun = decided(a_world(EVERY), 80, 80).states[Preset.EVERY]
    later = replace(a_world(EVERY, state=begun, open_surges=(open_surge(begun),)))
    observations = tuple(CountObservation(NOW + (n + 1) * BIN, 10, BIN) for n in range(2, 18))
    after = Counted(CountState(NOW + 18 * BIN), (), observations)

    plan = decide_surges(later, after, POLICY, NOW + 18 * BIN, has_missed_polls=False)

    [update] = plan.updates
    assert update.figures.over
    assert update.figures.peak_ratio > 3
    assert plan.cards == ()


@pytest.mark.parametrize(
    ("now", "is_worth"),
    [
        (replace(FIGURES, ratio=6.5, peak_ratio=6.5), False),
        (replace(FIGURES, ratio=9.0, peak_ratio=9.0), True),
        (replace(FIGURES, ratio=4.0), True),
        (replace(FIGURES, over=True), True),
    ],
)
def test_card_changes_by_a_quarter_or_at_the_end(now: SurgeFigures, is_worth: bool) -> None:
    assert is_worth_an_edit(FIGURES, now) is is_worth


# -- posts ----------------------------------------------------------------------------------------------


ANY: Final = Rules()


def with_a_card(rules: Rules = ANY) -> PollPlan:
    plan = plan_poll(a_state(), seen(a_post("a")), POLICY, NOW)
    [card] = decided(a_world(replace(EVERY, rules=rules)), 80, 80).cards
    return replace(plan, surges=SurgePlan(cards=(card,)))


def shown(plan: PollPlan) -> list[str]:
    return [post.canonical_id for card in plan.surges.cards for post in card.content.carriers]


def test_card_shows_the_posts_of_its_time_with_the_most_reposts_one_of_each_author() -> None:
    posts = [
        a_post("old", 900, hours_old=5, author_handle="e"),
        a_post("small", 5, author_handle="a"),
        a_post("large", 500, author_handle="b"),
        a_post("again", 400, author_handle="b"),
        a_post("robot", 800, author_handle="c", by_bot=True),
        a_post("naked", 800, author_handle="d", sensitive=True),
    ]

    assert shown(with_carriers(with_a_card(), posts, ())) == ["large", "small", "old"]


@pytest.mark.invariant(8)
def test_hidden_and_filtered_posts_are_not_on_the_card() -> None:
    posts = [a_post("hidden", 900), a_post("excluded", 800, text="広告"), a_post("fine", 5)]
    plan = with_a_card(Rules(exclude=("広告",), people_only=False))

    assert shown(with_carriers(plan, posts, {(GuildId(7), posts[0].key)})) == ["fine"]
