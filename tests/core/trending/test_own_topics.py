"""A server's own topics: by surprise, not by size; hours in which nobody looked stay unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import PostCount, SourceName
from bot.core.models.counts import BIN, DAY, HOUR
from bot.core.surge.evidence import surprise
from bot.core.surge.state import SurgeState
from bot.core.text import make_topic
from bot.core.trending.own_topics import SPARK_HOURS, OwnTopic, by_surprise, hourly, judged
from tests.core.surge.series import MONDAY, daily, run, times

SMALL, LARGE = make_topic("small"), make_topic("large")
SOURCE = next(iter(SourceName))
NOON_AND_A_HALF = MONDAY + timedelta(days=10, hours=13, minutes=30)


def seen(topic_mean: float, factor: float, *, until_days: float = 10 + 13.5 / 24) -> SurgeState:
    state, _ = run(daily(until_days, times(factor, 10), mean=topic_mean))
    return state


def own(state: SurgeState, now: datetime = NOON_AND_A_HALF, name: str = "small") -> OwnTopic | None:
    return judged(make_topic(name), SOURCE, state, now)


def test_small_topic_that_surges_comes_before_a_large_one_as_usual() -> None:
    small, large = own(seen(10, 5.0)), own(seen(400, 1.0), name="large")
    assert small is not None
    assert large is not None

    assert [one.topic for one in by_surprise([large, small])] == [SMALL, LARGE]
    assert large.per_hour > small.per_hour
    assert small.rises
    assert not large.rises
    assert 4 < small.ratio < 6


def test_topic_below_normal_does_not_rise() -> None:
    found = own(seen(40, 0.2))

    assert found is not None
    assert found.surprise < 0
    assert not found.rises


def test_topic_is_shown_at_the_source_where_it_surprises_most() -> None:
    some = own(seen(10, 5.0))
    assert some is not None
    calm = replace(some, surprise=0.2, source=list(SourceName)[1])

    assert by_surprise([calm, some, calm]) == [some]


@pytest.mark.parametrize("now", [NOON_AND_A_HALF + timedelta(hours=3), NOON_AND_A_HALF - timedelta(hours=3)])
def test_last_hour_of_long_ago_says_nothing(now: datetime) -> None:
    assert own(seen(10, 5.0), now) is None


def test_topic_that_is_known_for_less_than_a_day_is_not_judged() -> None:
    until = 0.8
    assert own(seen(10, 1.0, until_days=until), MONDAY + timedelta(days=until)) is None
    assert own(SurgeState()) is None


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.005, 3))
def test_surprise_has_the_sign_of_the_difference_and_grows_with_the_count(
    count: float, normal: float, dispersion: float
) -> None:
    found = surprise(count, normal, dispersion)

    assert (found > 0) == (count > normal) or abs(found) < 1e-6
    assert surprise(count + 1, normal, dispersion) >= found


# -- the spark line --------------------------------------------------------------------------------------

UNTIL = datetime(2026, 11, 22, 3, 20, tzinfo=UTC)
NEWEST = UNTIL.replace(minute=0)
LONG_AGO = UNTIL - timedelta(days=30)


def quarter(back_hours: int, number: int, posts: int, seen_min: float = 15, **more: int) -> PostCount:
    start = NEWEST - back_hours * HOUR + number * BIN
    return PostCount(start, BIN, timedelta(minutes=seen_min), posts, **more)  # type: ignore[arg-type]


def test_hours_are_counted_at_the_rate_that_was_seen() -> None:
    counts = [quarter(2, number, 5) for number in range(4)] + [quarter(1, 0, 6), quarter(1, 1, 6)]

    found = hourly(counts, UNTIL, LONG_AGO)

    assert len(found) == SPARK_HOURS
    assert found[-3:] == (20, 24, None)
    assert set(found[:-3]) == {None}


def test_hour_of_which_little_was_seen_is_unknown_and_one_of_zeros_is_zero() -> None:
    zeros = [quarter(2, number, 0) for number in range(4)]

    assert hourly([*zeros, quarter(1, 0, 9)], UNTIL, LONG_AGO)[-3:] == (0, None, None)


def test_hour_that_is_not_over_is_known_once_half_of_it_was_seen() -> None:
    assert hourly([quarter(0, 0, 7)], UNTIL, LONG_AGO)[-1] == 28


def test_people_are_counted_where_they_are_known_and_bots_never() -> None:
    counts = [PostCount(NEWEST - HOUR, HOUR, HOUR, 30, 12), PostCount(NEWEST - 2 * HOUR, HOUR, HOUR, 30, None, 8)]

    assert hourly(counts, UNTIL, LONG_AGO)[-3:-1] == (22, 12)


@pytest.mark.invariant(10)
def test_hours_before_somebody_here_listened_are_unknown() -> None:
    counts = [PostCount(NEWEST - back * HOUR, HOUR, HOUR, 10) for back in (3, 2, 1)]

    assert hourly(counts, UNTIL, NEWEST - 2 * HOUR)[-4:] == (None, 10, 10, None)


def test_days_are_too_coarse_for_a_spark_line() -> None:
    assert set(hourly([PostCount(NEWEST - DAY, DAY, DAY, 240)], UNTIL, LONG_AGO)) == {None}
