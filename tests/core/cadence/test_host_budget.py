"""What a host bears: its budget is kept whatever its topics do, and nobody starves."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cadence import index
from bot.core.cadence.host_budget import MAX_SLOWDOWN, RESERVED_SHARE, HostBudget, after_poll, schedule_next
from bot.core.models import NextPoll, PollForecast, RateLimitWindow, WatchId
from tests.core.builders import NOW

from .test_index import a_candidate

FIVE = timedelta(minutes=5)
AT_MOST = timedelta(hours=3)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Run:
    """What a host was asked, and its state at the end."""

    polls: list[tuple[datetime, int]]
    host: HostBudget


def live(
    host: HostBudget,
    how_long: timedelta,
    expects: Callable[[int, datetime], PollForecast],
    *,
    requests: int = 1,
    quota: Callable[[datetime, int], RateLimitWindow] | None = None,
) -> Run:
    """All watches of a host for some time. ``quota``: what the host says, by now and the looks so far."""
    due = [(NOW + host.interval * watch / host.watches, watch) for watch in range(host.watches)]
    polls: list[tuple[datetime, int]] = []
    while due[0][0] < NOW + how_long:
        now, watch = due[0]
        polls.append((now, watch))
        turn = schedule_next(WatchId(watch + 1), expects(watch, now), host, AT_MOST, now)
        said = quota(now, len(polls)) if quota else None
        host = after_poll(host, turn, now, requests=requests, quota=said)
        heapq.heapreplace(due, (now + turn.wait, watch))
    return Run(polls, host)


def moody(seed: int) -> Callable[[int, datetime], PollForecast]:
    """Outlooks without any pattern: hot and dead watches, candidates out of nothing."""
    dice = random.Random(seed)

    def expects(watch: int, now: datetime) -> PollForecast:
        near = tuple(
            a_candidate(dice.randint(25, 99), dice.lognormvariate(3, 2)) for _ in range(dice.choice((0, 0, 1, 8)))
        )
        return PollForecast(dice.expovariate(1 / (1 + watch % 7)) * 20, 48.0, near, now)

    return expects


@settings(deadline=None, max_examples=8)
@given(watches=st.sampled_from([1, 3, 40]), seed=st.integers(0, 2**32), start=st.floats(1e-6, 10))
def test_budget_is_kept_over_a_long_run_whatever_the_watches_expect(watches: int, seed: int, start: float) -> None:
    host = HostBudget(FIVE, watches=watches, index_threshold=start)

    polls = live(host, timedelta(days=4), moody(seed)).polls

    second_half = [time for time, _ in polls if time >= NOW + timedelta(days=2)]
    assert len(second_half) == pytest.approx(watches * timedelta(days=2) / FIVE, rel=0.06)


@settings(deadline=None, max_examples=8)
@given(watches=st.sampled_from([1, 3, 40]), seed=st.integers(0, 2**32))
def test_no_watch_starves_past_the_longest_interval(watches: int, seed: int) -> None:
    polls = live(HostBudget(FIVE, watches=watches), timedelta(days=1), moody(seed)).polls

    last: dict[int, datetime] = {}
    for time, watch in polls:
        assert time - last.get(watch, time) <= FIVE * index.MAX_INTERVALS
        assert watch not in last or time - last[watch] >= index.MIN_INTERVAL
        last[watch] = time
    assert len(last) == watches


@given(
    waits=st.lists(st.floats(1 / 60, 0.25), min_size=1, max_size=60),
    watches=st.integers(1, 1000),
    index_threshold=st.floats(0.01, 1),
)
def test_index_threshold_is_the_account_of_all_polls(
    waits: list[float], watches: int, index_threshold: float
) -> None:
    """The proof that the budget is kept: looks lent and paid back are the distance the price has come."""
    host = HostBudget(FIVE, watches=watches, index_threshold=index_threshold)
    for hours in waits:
        host = after_poll(host, NextPoll(timedelta(hours=hours), index_threshold), NOW)

    lent = sum(1 - timedelta(hours=hours) / FIVE for hours in waits)
    assert host.index_threshold is not None
    assert math.log(host.index_threshold / index_threshold) * (watches + 10) == pytest.approx(lent, abs=1e-6)


def test_host_that_says_how_much_it_bears_is_not_asked_for_more() -> None:
    """100 watches every 5 min would be 300 requests in 15 min at one each; this host allows 150."""
    window = timedelta(minutes=15)
    asked: dict[int, int] = {}

    def quota(now: datetime, _: int) -> RateLimitWindow:
        number = (now - NOW) // window
        asked[number] = asked.get(number, 0) + 1
        return RateLimitWindow(max(0, 150 - asked[number]), NOW + window * (number + 1))

    host = live(
        HostBudget(FIVE, watches=100), timedelta(hours=12), lambda _, now: PollForecast(hours=48.0), quota=quota
    ).host

    later = [count for number, count in asked.items() if 16 <= number < 47]
    assert max(later) <= 150
    assert sum(later) / len(later) >= 150 * (1 - RESERVED_SHARE) * 0.75
    assert 2 <= host.slowdown <= 4


def test_host_with_room_to_spare_is_asked_as_wanted() -> None:
    host = live(
        HostBudget(FIVE, watches=10, min_gap=timedelta(seconds=0.25)),
        timedelta(hours=6),
        lambda _, now: PollForecast(hours=48.0),
        requests=4,
        quota=lambda now, _: RateLimitWindow(250, now + FIVE),
    ).host

    assert host.slowdown == 1.0
    assert host.requests == pytest.approx(4, rel=0.01)


def test_our_own_manners_are_a_budget_too() -> None:
    """1,000 watches every 5 min are 3.3 requests/s; a request every second, and some left to others, are 0.8."""
    host = HostBudget(FIVE, watches=1000, min_gap=timedelta(seconds=1))
    for _ in range(20_000):
        host = after_poll(host, NextPoll(FIVE, 1.0), NOW)

    assert host.slowdown == pytest.approx(1000 / 300 / (1 - RESERVED_SHARE), rel=0.02)


def test_spent_quota_stretches_only_so_far() -> None:
    host = HostBudget(FIVE, watches=10)
    for _ in range(5000):
        host = after_poll(host, NextPoll(FIVE, 1.0), NOW, quota=RateLimitWindow(0, NOW + HOUR))

    assert host.slowdown <= MAX_SLOWDOWN


def test_first_poll_at_a_host_is_repeated_in_the_mean_interval() -> None:
    turn = schedule_next(WatchId(1), PollForecast(crossings=4, hours=20), HostBudget(FIVE), AT_MOST, NOW)

    assert FIVE * 0.9 <= turn.wait <= FIVE * 1.1
