"""When to look again: an index that grows, a wait that meets its price, bounds that hold."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cadence import index
from bot.core.cadence.forecast import MAX_CANDIDATES, SIGMA, hours_left, normal, rate
from bot.core.models import Candidate, PollForecast, PostKey, SourceName, WatchId
from bot.core.planning.plan import plan_poll
from tests.core.builders import NOW, POLICY, TIMELINE, a_listener, a_post, a_state, a_watch, known, seen

FIVE = timedelta(minutes=5)
WITHIN = index.bounds(FIVE, timedelta(hours=3))
rates = st.floats(0.001, 50)
medians = st.lists(st.floats(1 / 60, 48), max_size=MAX_CANDIDATES)
hours = st.floats(1 / 60, 12)
index_thresholds = st.floats(1e-7, 10)


def a_candidate(rp: int = 60, speed: float = 100, *, threshold: int = 100, name: str = "a") -> Candidate:
    """A post that was just read."""
    return Candidate(PostKey(f"x:{name}"), threshold, rp, speed, NOW, NOW - timedelta(hours=2), name)


candidates = st.lists(
    st.builds(a_candidate, st.integers(25, 99), st.floats(0.1, 1000)), max_size=MAX_CANDIDATES
).map(tuple)
outlooks = st.builds(PollForecast, st.floats(0, 500), st.floats(0, 96), candidates)


# -- the index -------------------------------------------------------------------------------------------


@given(rate=rates, medians=medians, one=hours, other=hours)
def test_index_never_sinks_with_the_wait(rate: float, medians: list[float], one: float, other: float) -> None:
    sooner, later = sorted((one, other))
    assert index.poll_index(rate, medians, sooner) <= index.poll_index(rate, medians, later) * (1 + 1e-3)


@given(rate=rates, wait=hours, one=st.floats(1 / 60, 48), other=st.floats(1 / 60, 48))
def test_index_never_sinks_with_a_candidates_speed(rate: float, wait: float, one: float, other: float) -> None:
    faster, slower = sorted((one, other))
    assert index.poll_index(rate, [slower], wait) <= index.poll_index(rate, [faster], wait) * (1 + 1e-3)


@given(median=st.floats(0.05, 24), share=st.floats(0.15, 1.6))
def test_index_of_a_candidate_is_what_the_integral_says(median: float, share: float) -> None:
    """``s c(s) - integral of c``, c being the chance that it has crossed, as long as it need not have."""
    wait, steps = share * median, 4000
    width = wait / steps
    chances = [normal(math.log((step + 0.5) * width / median) / SIGMA) for step in range(steps)]
    plain = wait * normal(math.log(share) / SIGMA) - sum(chances) * width

    assert index.poll_index(0, [median], wait) == pytest.approx(plain, rel=2e-3, abs=1e-6)


def test_index_goes_on_as_a_line_once_a_candidate_has_surely_crossed() -> None:
    turn = index._LINEAR_FROM

    assert index.poll_index(0, [1.0], turn * 1.0001) == pytest.approx(index.poll_index(0, [1.0], turn), rel=1e-3)
    assert index.poll_index(0, [1.0], 10 * turn) == pytest.approx(10 * index.poll_index(0, [1.0], turn), rel=1e-3)


def test_without_candidates_it_is_the_square_root_law() -> None:
    seldom, often = PollForecast(crossings=9, hours=52), PollForecast(crossings=39, hours=52)
    index_threshold = index.initial_threshold(seldom, FIVE)
    wide = index.Bounds(0.001, 100)

    assert rate(often) == pytest.approx(4 * rate(seldom))
    assert index.hours_until_worth(seldom, index_threshold, wide, NOW) == pytest.approx(1 / 12)
    assert index.hours_until_worth(often, index_threshold, wide, NOW) == pytest.approx(1 / 24)


# -- the wait --------------------------------------------------------------------------------------------


@given(forecast=outlooks, index_threshold=index_thresholds)
def test_wait_is_the_first_time_at_which_a_poll_is_worth_its_threshold(
    forecast: PollForecast, index_threshold: float
) -> None:
    wait = index.hours_until_worth(forecast, index_threshold, WITHIN, NOW)
    left = [hours_left(each, NOW) for each in forecast.candidates]

    if wait < WITHIN.longest:
        assert index.poll_index(rate(forecast), left, wait) >= index_threshold * 0.999
    if wait > WITHIN.shortest:
        assert index.poll_index(rate(forecast), left, wait / index.PRECISION) <= index_threshold * 1.001


@given(forecast=outlooks, index_threshold=index_thresholds)
def test_wait_keeps_its_bounds(forecast: PollForecast, index_threshold: float) -> None:
    assert WITHIN.shortest <= index.hours_until_worth(forecast, index_threshold, WITHIN, NOW) <= WITHIN.longest


@given(
    forecast=outlooks,
    index_threshold=index_thresholds,
    faster=st.floats(1, 50),
    which=st.integers(0, MAX_CANDIDATES - 1),
)
def test_more_speed_never_means_later(
    forecast: PollForecast, index_threshold: float, faster: float, which: int
) -> None:
    moved = tuple(
        replace(each, speed=each.speed * faster) if number == which else each
        for number, each in enumerate(forecast.candidates)
    )

    before = index.hours_until_worth(forecast, index_threshold, WITHIN, NOW)
    after = index.hours_until_worth(replace(forecast, candidates=moved), index_threshold, WITHIN, NOW)

    assert after <= before * index.PRECISION


@given(forecast=outlooks, index_threshold=index_thresholds, more=st.integers(1, 100))
def test_more_crossings_never_mean_later(forecast: PollForecast, index_threshold: float, more: int) -> None:
    busier = replace(forecast, crossings=forecast.crossings + more)

    assert (
        index.hours_until_worth(busier, index_threshold, WITHIN, NOW)
        <= index.hours_until_worth(forecast, index_threshold, WITHIN, NOW) * index.PRECISION
    )


@given(forecast=outlooks, one=index_thresholds, other=index_thresholds)
def test_higher_price_never_means_sooner(forecast: PollForecast, one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert (
        index.hours_until_worth(forecast, low, WITHIN, NOW)
        <= index.hours_until_worth(forecast, high, WITHIN, NOW) * index.PRECISION
    )


@pytest.mark.parametrize(
    ("mean_s", "at_most_s", "shortest_s", "longest_s"),
    [
        (300, 10_800, 60, 900),
        (30, 10_800, 30, 90),
        (1, 10_800, 1, 3),
        (7200, 10_800, 60, 10_800),
        (86_400, 10_800, 60, 86_400),
    ],
)
def test_bounds_hold_around_any_mean(mean_s: int, at_most_s: int, shortest_s: int, longest_s: int) -> None:
    found = index.bounds(timedelta(seconds=mean_s), timedelta(seconds=at_most_s))

    assert (found.shortest * 3600, found.longest * 3600) == pytest.approx((shortest_s, longest_s))


@given(watch=st.integers(1, 10**9), minutes=st.integers(0, 10**6))
def test_spread_is_a_tenth_to_either_side(watch: int, minutes: int) -> None:
    assert 0.9 <= index.jitter(WatchId(watch), NOW + timedelta(minutes=minutes)) < 1.1


# -- in a poll -------------------------------------------------------------------------------------------


def test_watch_with_a_post_about_to_cross_is_polled_sooner() -> None:
    quiet = plan_poll(a_state(), seen(a_post("a", 5)), POLICY, NOW).update
    hot = plan_poll(a_state(), seen(a_post("a", 95)), POLICY, NOW).update

    assert hot.next_poll_at < quiet.next_poll_at
    assert [each.key for each in hot.forecast.candidates] == [a_post("a").key]
    assert quiet.forecast.candidates == ()


def test_candidate_waits_for_the_lowest_threshold_it_is_below() -> None:
    listeners = (a_listener(1, 50), a_listener(2, 100), a_listener(3, 200))

    update = plan_poll(
        a_state(known(a_post("a", 90)), listeners=listeners), seen(a_post("a", 90)), POLICY, NOW
    ).update

    assert [each.threshold for each in update.forecast.candidates] == [100]


def test_post_that_a_filter_keeps_out_is_no_candidate() -> None:
    muted = replace(a_listener().rules, exclude=("投稿",))

    plan = plan_poll(a_state(listeners=(a_listener(rules=muted),)), seen(a_post("a", 95)), POLICY, NOW)

    assert plan.update.forecast.candidates == ()


def test_post_that_reached_the_threshold_counts_once_whoever_listens() -> None:
    listeners = (a_listener(1, 50), a_listener(2, 60))

    update = plan_poll(a_state(listeners=listeners), seen(a_post("a", 90)), POLICY, NOW).update

    assert update.forecast.crossings == 1


def test_source_that_costs_money_keeps_its_even_rhythm() -> None:
    even = replace(TIMELINE, fixed_interval=True)
    watch = a_watch(source=SourceName.X, forecast=PollForecast(candidates=(a_candidate(99, 1000),)))

    update = plan_poll(a_state(watch=watch), seen(), even, NOW).update

    assert timedelta(minutes=4.5) <= update.next_poll_at - NOW <= timedelta(minutes=5.5)
    assert update.next_poll is None


def test_longest_wait_is_never_taken_for_an_absence() -> None:
    """Otherwise what a slow watch finds would be counted in a summary line instead of being told."""
    slow = replace(POLICY, interval=timedelta(hours=2.5), catch_up_after=timedelta(hours=6))
    dead = a_watch(forecast=PollForecast(hours=96, updated_at=NOW - timedelta(hours=1)))

    wait = plan_poll(a_state(watch=dead), seen(), slow, NOW).update.next_poll_at - NOW

    assert wait <= timedelta(hours=3)
