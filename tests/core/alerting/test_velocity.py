"""Velocities from readings, what they say across gaps, and the fastest of a topic."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.decision import Stage, decide
from bot.core.alerting.rules import Verdict, check
from bot.core.alerting.velocity import POSTS_KNOWN, POSTS_MAX, is_among_fastest, velocity, with_peaks
from bot.core.models import Network, Post, Rules, Sample, Velocity
from bot.core.planning.plan import plan_poll
from tests.core.builders import NOW, POLICY, a_listener, a_post, a_state, a_watch, known, seen


def old(rp: int = 500) -> Post:
    return a_post(rp=rp, hours_old=30)


def read(rp: int, minutes_ago: float) -> Sample:
    return Sample(rp, NOW - timedelta(minutes=minutes_ago))


def test_the_reading_nearest_to_an_hour_ago_counts() -> None:
    assert velocity(old(), [read(100, 85), read(160, 58), read(480, 12)], NOW) == Velocity(340, 58)


def test_a_post_of_half_an_hour_began_with_none() -> None:
    assert velocity(a_post(rp=300, hours_old=0.5), [], NOW) == Velocity(300, 30)


@pytest.mark.invariant(5)
@pytest.mark.parametrize("samples", [[], [read(100, 400)], [read(100, 91)], [read(499, 5)]])
def test_across_a_gap_nothing_is_known(samples: list[Sample]) -> None:
    assert velocity(old(), samples, NOW) is None


def test_of_a_day_alone_no_birth_is_known() -> None:
    assert velocity(replace(a_post(rp=300, hours_old=0.5), day_only=True), [], NOW) is None


def test_a_post_that_hardly_rose_before_gained_it_in_the_hour() -> None:
    """Its RP is stored when it changes: the reading of 20 minutes ago ends a quiet time."""
    assert velocity(old(340), [read(300, 95), read(310, 20)], NOW) == Velocity(30, 60)
    assert velocity(old(800), [read(300, 180), read(500, 20)], NOW) == Velocity(300, 20)


def test_rp_that_fell_are_no_velocity_below_zero() -> None:
    assert velocity(old(90), [read(100, 60)], NOW) == Velocity(0, 60)


def test_a_step_of_a_rounded_count_is_no_gain() -> None:
    assert velocity(old(13_000), [read(12_000, 60)], NOW) is None
    assert velocity(old(15_000), [read(12_000, 60)], NOW) == Velocity(3_000, 60)
    assert velocity(old(13_021), [read(12_000, 60)], NOW) == Velocity(1_021, 60)


@given(st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 10**6), st.floats(-300, 300)), max_size=8))
def test_a_velocity_is_of_10_to_90_minutes_and_never_negative(rp: int, readings: list[tuple[int, float]]) -> None:
    found = velocity(old(rp), [read(count, ago) for count, ago in readings], NOW)

    assert found is None or (found.gained >= 0 and 10 <= found.minutes <= 90)


@pytest.mark.invariant(5)
def test_an_unknown_velocity_passes_no_condition() -> None:
    rules = Rules(min_velocity=100)
    found = [check(old(), 500, 100, rules, velocity=one) for one in (None, 99, 100)]

    assert found == [Verdict.VELOCITY_UNKNOWN, Verdict.BELOW_VELOCITY, Verdict.PASSES]


def test_an_article_is_asked_for_no_velocity() -> None:
    article = Post(Network.WEB, "https://a.example/1", "記事")

    assert check(article, None, 0, Rules(min_velocity=100)) is Verdict.PASSES


def test_a_post_is_alerted_once_it_is_fast_enough() -> None:
    post = a_post(rp=500, hours_old=20)
    listener = a_listener(rules=Rules(min_velocity=300))
    slow, fast = (replace(known(a_post(rp=460)), samples=(read(rp, 60),)) for rp in (460, 150))

    stages = [
        decide(a_state(before, listeners=(listener,)), listener, post, POLICY.new_post_max_age, NOW).stage
        for before in (slow, fast)
    ]

    assert stages == [Stage.STOPPED, Stage.NEW]


def test_an_alert_knows_its_velocity_and_whether_it_is_among_the_fastest() -> None:
    post = a_post(rp=500, hours_old=20)
    before = replace(known(a_post(rp=90)), samples=(read(90, 60),))
    forecast = replace(a_watch().forecast, velocities=(POSTS_KNOWN,))
    state = a_state(before, watch=a_watch(forecast=forecast), listeners=(a_listener(),))

    plan = plan_poll(state, seen(post), POLICY, NOW)

    [alert] = plan.alerts
    assert (alert.content.velocity, alert.content.is_fastest) == (Velocity(410, 60), True)
    assert [change.velocity for change in plan.changes] == [410]
    assert sum(plan.update.forecast.velocities) == POSTS_KNOWN + 1


def test_the_fastest_are_known_from_enough_posts_on() -> None:
    slow = with_peaks((), [(None, 10)] * (POSTS_KNOWN - 1))
    enough = with_peaks(slow, [(None, 10)])

    assert not is_among_fastest(slow, Velocity(900, 60))
    assert is_among_fastest(enough, Velocity(900, 60))
    assert not is_among_fastest(enough, Velocity(10, 60))
    assert not is_among_fastest(enough, None)


@given(st.lists(st.integers(0, 10**7), max_size=60))
def test_a_post_counts_once_however_often_it_grows_faster(rising: list[int]) -> None:
    counts: tuple[int, ...] = ()
    peak = None
    for now in rising:
        counts = with_peaks(counts, [(peak, now)])
        peak = now if peak is None else max(peak, now)

    assert sum(counts) == bool(rising)


def test_the_numbers_of_posts_are_bounded() -> None:
    counts: tuple[int, ...] = ()
    for _ in range(20):
        counts = with_peaks(counts, [(None, speed) for speed in range(500)])

    assert sum(counts) <= POSTS_MAX
    assert len(counts) < 100
