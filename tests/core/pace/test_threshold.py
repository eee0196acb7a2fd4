"""The threshold of a pace: what is left of a day's budget against what is known and what is to be expected."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import CrossingTable, PaceBudget, RecentHour
from bot.core.pace.bins import COUNT, EDGES, LOWEST, bin_of
from bot.core.pace.day import local_day
from bot.core.pace.rates import Rates
from bot.core.pace.threshold import (
    PACE_MAX,
    PACE_STEPS,
    CompetingPost,
    fewer,
    known_rp,
    more,
    most_a_day,
    threshold_now,
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAY = local_day("UTC", NOON)
DEFAULT = 100


def a_budget(pace: int = 5, sent: int = 0) -> PaceBudget:
    return PaceBudget(pace=pace, sent=sent, day=DAY)


def a_table(*, a_day: float, days: float = 20, slope: float = 1.0, now: datetime = NOON) -> CrossingTable:
    """A topic of which, each day, so many posts reach the lowest bin, and half as many twice as much."""
    rates = tuple(a_day / 24 * days * (LOWEST / edge) ** slope for edge in EDGES)
    return CrossingTable(anchor=now, watched=(days,) * 24, counts=(rates,) * 24, until=now)


def threshold_at(table: CrossingTable | None, budget: PaceBudget, *heats: float, now: datetime = NOON) -> float:
    waiting = [CompetingPost(heat) for heat in sorted(heats, reverse=True)]
    return threshold_now(budget, waiting, Rates([(table, DEFAULT)], now), now)


@pytest.mark.parametrize(("pace", "most"), [(1, 2), (2, 2), (3, 3), (5, 6), (8, 10), (20, 26), (50, 65)])
def test_most_of_a_day_is_three_tenths_above_the_pace(pace: int, most: int) -> None:
    assert most_a_day(pace) == most


def test_more_alerts_need_a_lower_threshold() -> None:
    table = a_table(a_day=400)

    thresholds = [threshold_at(table, a_budget(pace)) for pace in PACE_STEPS]

    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > 5 * thresholds[-1]


def test_threshold_falls_towards_midnight_while_nothing_comes() -> None:
    table = a_table(a_day=400)

    thresholds = [threshold_at(table, a_budget(), now=DAY.start + timedelta(hours=hour)) for hour in range(1, 24)]

    assert thresholds == sorted(thresholds, reverse=True)


def test_threshold_rises_with_each_alert() -> None:
    table = a_table(a_day=400)

    thresholds = [threshold_at(table, a_budget(sent=sent)) for sent in range(6)]

    assert thresholds == sorted(thresholds)


def test_two_posts_of_the_same_bin_are_told_apart() -> None:
    """One of them fits the budget, though both lie in the last bin before the edge."""
    threshold = threshold_at(a_table(a_day=1), a_budget(pace=1), 1_000.0, 1_001.0)

    assert 1_000 < threshold <= 1_001


def test_spent_budget_leaves_room_for_what_is_far_above_everything() -> None:
    table = a_table(a_day=100)

    assert threshold_at(table, a_budget(sent=4)) < threshold_at(table, a_budget(sent=5)) < 100_000
    assert math.isinf(threshold_at(table, a_budget(sent=6)))


def test_first_hour_goes_by_the_default_of_the_source() -> None:
    low, high = (threshold_now(a_budget(), [], Rates([(None, least)], NOON), NOON) for least in (10, 1_000))

    assert high > 20 * low


def test_louder_hours_raise_the_threshold() -> None:
    calm = a_table(a_day=200)
    counts = tuple(100.0 if edge < 400 else 0.0 for edge in EDGES)
    hour = int(NOON.timestamp() // 3600) - 1
    loud = CrossingTable(
        anchor=calm.anchor, watched=calm.watched, counts=calm.counts, recent=(RecentHour(hour, 1.0, counts),)
    )

    assert threshold_at(loud, a_budget()) > threshold_at(calm, a_budget())


def test_filters_that_let_little_through_lower_the_threshold() -> None:
    rates = Rates([(a_table(a_day=400), DEFAULT)], NOON)

    assert threshold_now(a_budget(), [], rates, NOON, 0.1) < threshold_now(a_budget(), [], rates, NOON, 1.0)


@given(
    pace=st.integers(1, PACE_MAX),
    sent=st.integers(0, 70),
    a_day=st.floats(0, 10_000),
    heats=st.lists(st.floats(LOWEST, 1e6), max_size=60),
    minute=st.integers(0, 1439),
)
def test_posts_over_the_threshold_never_exceed_the_day(
    pace: int, sent: int, a_day: float, heats: list[float], minute: int
) -> None:
    """Whatever is known and expected, all that is over the threshold fits what may still be sent today."""
    now = DAY.start + timedelta(minutes=minute)
    threshold = threshold_at(a_table(a_day=a_day), a_budget(pace, sent), *heats, now=now)

    over = sum(heat >= threshold for heat in set(heats))

    assert threshold >= LOWEST
    if sent < pace:
        assert over <= pace - sent
    if sent >= most_a_day(pace):
        assert over == 0


@given(st.floats(LOWEST, 1e8))
def test_bin_of_a_heat_holds_it(heat: float) -> None:
    number = bin_of(heat)

    assert EDGES[number] <= heat * (1 + 1e-9)
    assert number == COUNT - 1 or heat < EDGES[number + 1] * (1 + 1e-9)


@given(st.sampled_from(PACE_STEPS))
def test_fewer_takes_more_back(pace: int) -> None:
    higher, lower = more(pace), fewer(pace)

    assert higher is None or fewer(higher) == pace
    assert lower is None or more(lower) == pace


@pytest.mark.parametrize("posts", [1, 20, 400])
def test_stored_posts_become_baseline_from_what_the_threshold_seldom_falls_to(posts: int) -> None:
    """Three times the pace a day are baseline; what is lower may still rise and be sent."""
    stored = [(10 + number, NOON - timedelta(hours=number % 48)) for number in range(posts)]

    least = known_rp(5, stored, NOON)

    days = max((posts - 1) / 24 if posts < 48 else 47 / 24, 1)
    assert sum(rp >= least for rp, _ in stored) <= max(15 * days, 1) + 1


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("Asia/Tokyo", datetime(2026, 11, 22, 3, tzinfo=UTC), 24),
        ("Europe/Berlin", datetime(2026, 3, 29, 12, tzinfo=UTC), 23),
        ("Europe/Berlin", datetime(2026, 10, 25, 12, tzinfo=UTC), 25),
        ("America/Santiago", datetime(2026, 9, 6, 12, tzinfo=UTC), 23),  # begins at 1:00, for midnight is left out
        ("Asia/Kathmandu", datetime(2026, 6, 1, 12, tzinfo=UTC), 24),
    ],
)
def test_local_day_is_as_long_as_its_clocks_say(zone: str, now: datetime, hours: int) -> None:
    day = local_day(zone, now)

    assert day.start <= now < day.end
    assert day.end - day.start == timedelta(hours=hours)


@given(
    st.integers(946_684_800, 2_114_380_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/Santiago", "Africa/Cairo", "Asia/Tehran", "UTC"]),
)
def test_days_of_a_zone_follow_each_other_without_a_gap(now: datetime, zone: str) -> None:
    day = local_day(zone, now)

    assert day.start <= now < day.end
    assert local_day(zone, day.end).start == day.end
    assert local_day(zone, day.start - timedelta(microseconds=1)).end == day.start


def test_posts_that_only_tomorrows_poll_will_find_are_not_waited_for() -> None:
    """Of a topic that is polled each 23 hours, the poll at noon is today's last: what is there now is sent."""
    often, seldom = (replace(a_table(a_day=400), every_s=seconds) for seconds in (300, 23 * 3600))
    heats = [60.0 * 1.3**rank for rank in range(6)]

    thresholds = [threshold_at(table, a_budget(5), *heats) for table in (often, seldom)]

    assert thresholds[0] > heats[1]
    assert heats[0] < thresholds[1] <= heats[1]


def test_expected_posts_are_those_of_the_polls_that_are_planned_until_midnight() -> None:
    table = replace(a_table(a_day=240), every_s=7 * 3600)

    rates = Rates([(table, DEFAULT)], NOON)

    assert rates.expected(0, NOON, DAY.end) == pytest.approx(rates.a_day(0) * 7 / 24, rel=0.01)
