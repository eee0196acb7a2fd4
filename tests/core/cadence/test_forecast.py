"""What might cross a bar: posts near it, their speed, the rate of others, and which of them are read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cadence.forecast import (
    MAX_CANDIDATES,
    candidate,
    crossing_probability,
    hours_left,
    median_crossing_h,
    rate,
    unchanged,
    updated_forecast,
)
from bot.core.cadence.rechecks import MIN_CROSSING_PROBABILITY, RECHECK_FOR, likely_crossings, scheduled_recheck
from bot.core.errors import SourceBusy
from bot.core.models import NotModified, PollForecast, SourceName
from bot.core.planning.plan import plan_failure, plan_poll
from tests.core.builders import NOW, POLICY, TIMELINE, a_post, a_state, a_watch, seen

from .test_index import a_candidate

PUBLISHED = NOW - timedelta(hours=2)


def later(**by: float) -> timedelta:
    return timedelta(**by)


# -- near, and how fast ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rp", "near"), [(None, False), (0, False), (19, False), (20, True), (99, True), (100, False)]
)
def test_post_is_a_candidate_from_a_fifth_of_the_threshold_on(rp: int | None, near: bool) -> None:
    assert (candidate(a_post("a", rp), 100, None, PUBLISHED, NOW) is not None) is near


def test_post_read_first_has_grown_evenly_since_it_was_published() -> None:
    found = candidate(a_post("a", 60), 100, None, PUBLISHED, NOW)

    assert found is not None
    assert found.speed == pytest.approx(30)
    assert hours_left(found, NOW) == pytest.approx(40 / 30)


@pytest.mark.parametrize(("rp", "slower", "faster"), [(60, 0, 10), (62, 10, 20), (90, 80, 120)])
def test_speed_follows_what_came_since_the_last_reading(rp: int, slower: float, faster: float) -> None:
    """It was 30 an hour, and a quarter of an hour is over."""
    before = a_candidate(60, 30)

    found = candidate(a_post("a", rp), 100, before, PUBLISHED, NOW + later(minutes=15))

    assert found is not None
    assert slower < found.speed < faster


@given(
    speed=st.floats(0.01, 10_000), rp=st.integers(25, 99), more=st.integers(-70, 70), minutes=st.floats(0, 5000)
)
def test_speed_is_never_nothing_and_never_infinite(speed: float, rp: int, more: int, minutes: float) -> None:
    before = a_candidate(rp, speed)

    found = candidate(a_post("a", rp + more), 100, before, PUBLISHED, NOW + later(minutes=minutes))

    assert found is None or 0 < found.speed < 1e7


@given(speed=st.floats(0.01, 10_000), minutes=st.floats(0, 5000))
def test_chance_of_having_crossed_grows_and_is_even_at_the_median(speed: float, minutes: float) -> None:
    each = a_candidate(60, speed)
    then = NOW + later(minutes=minutes)

    assert 0 <= crossing_probability(each, then) <= crossing_probability(each, then + later(minutes=1)) <= 1
    assert crossing_probability(each, NOW + later(hours=median_crossing_h(each))) == pytest.approx(0.5, abs=0.01)


@given(
    speed=st.floats(0.01, 10_000), rp=st.integers(25, 99), more=st.integers(-5, 30), minutes=st.floats(0, 50_000)
)
def test_clock_that_stepped_back_leaves_a_speed_like_any_other(
    speed: float, rp: int, more: int, minutes: float
) -> None:
    before, then = a_candidate(rp, speed), NOW - later(minutes=minutes)

    found = [candidate(a_post("a", rp + more), 100, before, PUBLISHED, then), unchanged(before, then)]

    assert all(each is None or 0 < each.speed < 1e7 for each in found)
    assert crossing_probability(before, then) == 0


@pytest.mark.parametrize("speed", [0.0, -0.0, -4.0, -1e-320])
def test_speed_that_an_older_version_left_behind_is_healed(speed: float) -> None:
    """It took the time since the last look as it was, also where that was less than nothing."""
    odd, well = a_candidate(60, speed), a_candidate(60, 30, name="b")
    then = NOW + later(minutes=15)

    found = candidate(a_post("a", 60), 100, odd, PUBLISHED, then)
    kept = updated_forecast(
        PollForecast(hours=-60.0, candidates=(odd, well), updated_at=NOW), 0, (odd, well), then
    )
    again = updated_forecast(PollForecast(), 0, (unchanged(odd, then),), then)

    assert found is not None
    assert found.speed == pytest.approx(60 / 2.25)
    assert crossing_probability(odd, then) == 0
    assert (kept.candidates, again.candidates) == ((well,), ())
    assert kept.hours == pytest.approx(0.25)


@pytest.mark.parametrize("hours", [-47.0, -48.0, -60.0, -1e6])
def test_watch_is_polled_in_time_although_its_forecast_says_less_than_nothing(hours: float) -> None:
    watch = a_watch(forecast=PollForecast(hours=hours, updated_at=NOW + later(hours=60)))

    update = plan_poll(a_state(watch=watch), seen(), POLICY, NOW).update

    assert update.forecast.hours == 0
    assert later(minutes=1) <= update.next_poll_at - NOW <= 3 * POLICY.interval


# -- what is kept ------------------------------------------------------------------------------------------


@given(speeds=st.lists(st.floats(0.1, 1000), max_size=20))
def test_the_soonest_are_kept(speeds: list[float]) -> None:
    found = [a_candidate(60, speed, name=str(number)) for number, speed in enumerate(speeds)]

    kept = updated_forecast(PollForecast(), 0, found, NOW).candidates

    assert [hours_left(each, NOW) for each in kept] == sorted(hours_left(each, NOW) for each in found)[
        :MAX_CANDIDATES
    ]


def test_rate_is_learned_and_fades() -> None:
    forecast = PollForecast(updated_at=NOW)
    for hour in range(1, 49):
        forecast = updated_forecast(forecast, 2, (), NOW + later(hours=hour))
    busy = rate(forecast)
    for hour in range(49, 49 + 24 * 14):
        forecast = updated_forecast(forecast, 0, (), NOW + later(hours=hour))

    assert 0.5 < busy < 2
    assert rate(forecast) < busy / 10


def test_failed_look_forgets_nothing() -> None:
    watch = a_watch(forecast=PollForecast(3, 5, (a_candidate(),), NOW))

    assert plan_failure(watch, SourceBusy("503"), POLICY, NOW).update.forecast == watch.forecast


def test_candidate_that_left_a_page_is_none_any_more() -> None:
    watch = a_watch(forecast=PollForecast(candidates=(a_candidate(),)))

    assert plan_poll(a_state(watch=watch), seen(a_post("b", 5)), POLICY, NOW).update.forecast.candidates == ()


def test_candidate_that_a_timeline_did_not_show_waits_on() -> None:
    watch = a_watch(forecast=PollForecast(candidates=(a_candidate(),)))

    plan = plan_poll(a_state(watch=watch), seen(a_post("b", 5)), TIMELINE, NOW + later(minutes=5))

    assert plan.update.forecast.candidates == (a_candidate(),)


@pytest.mark.parametrize("gone", ["gone", "deleted"])
def test_candidate_that_is_gone_does_not_wait(gone: str) -> None:
    watch = a_watch(forecast=PollForecast(candidates=(a_candidate(),)))

    plan = plan_poll(a_state(watch=watch), seen(**{gone: (a_candidate().key,)}), TIMELINE, NOW)

    assert plan.update.forecast.candidates == ()


def test_candidate_is_dropped_after_48_hours_and_when_nobody_has_its_threshold() -> None:
    old = replace(a_candidate(), published_at=NOW - RECHECK_FOR)
    other = a_candidate(60, threshold=200, name="b")
    watch = a_watch(forecast=PollForecast(candidates=(old, other)))

    assert plan_poll(a_state(watch=watch), seen(), TIMELINE, NOW).update.forecast.candidates == ()


def test_page_that_did_not_change_slows_its_candidates() -> None:
    watch = a_watch(forecast=PollForecast(candidates=(a_candidate(60, 30),)))

    plan = plan_poll(a_state(watch=watch), NotModified(SourceName.TRENDPAGE), POLICY, NOW + later(minutes=15))

    [each] = plan.update.forecast.candidates
    assert each.speed < 30
    assert each.read_at == NOW + later(minutes=15)


# -- what is read again ------------------------------------------------------------------------------------


def test_poll_reads_first_what_has_most_likely_crossed() -> None:
    slow, fast, never = a_candidate(60, 60, name="s"), a_candidate(60, 100, name="f"), a_candidate(60, 1, name="n")
    unasked = replace(a_candidate(60, 100, name="u"), source_id=None)

    found = likely_crossings(PollForecast(candidates=(slow, never, unasked, fast)), NOW + later(minutes=30))

    assert [each.source_id for each in found] == ["f", "s"]


@given(speed=st.floats(0.1, 1000), minutes=st.floats(0, 600))
def test_candidate_is_read_with_any_poll_once_it_may_have_crossed(speed: float, minutes: float) -> None:
    each = a_candidate(60, speed)
    then = NOW + later(minutes=minutes)

    read = likely_crossings(PollForecast(candidates=(each,)), then)

    assert bool(read) is (crossing_probability(each, then) >= MIN_CROSSING_PROBABILITY)


@pytest.mark.invariant(4)
@given(hours=st.floats(0, 47.9))
def test_schedule_below_the_threshold_decays_and_ends_after_48_hours(hours: float) -> None:
    """Invariant 4."""
    at, older = NOW + later(hours=hours), NOW + later(hours=hours + 0.1)
    soon, then = scheduled_recheck(NOW, at), scheduled_recheck(NOW, older)

    assert soon is not None
    assert later(minutes=10) <= soon - at <= later(hours=4)
    assert then is None or then - older >= soon - at
    assert scheduled_recheck(NOW, NOW + RECHECK_FOR) is None
