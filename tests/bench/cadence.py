"""When to look, in a synthetic world: delay from a post's crossing to the look that sees it.

1,000 watches at one host, a fixed number of looks a minute, posts as in ``growth``; chances of crossings equal, or
as one over the rank of the watch (Zipf). The cadence of ``bot.core`` (the functions the poller calls, told nothing
but the RP that a look shows) beside equal intervals at the same number of looks. A look takes one request and
shows every living post; stale counts, failures and what a host forbids are not in it. That the poller looks when
this does: tests/pipeline/test_cadence_replay.py.
"""

from __future__ import annotations

import heapq
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.core.cadence.forecast import candidate, updated_forecast
from bot.core.cadence.host_budget import HostBudget, after_poll, schedule_next
from bot.core.models import Network, PollForecast, Post, WatchId

from .growth import BAR, Growth, make_world
from .report import Number, number

START = datetime(2026, 11, 22, tzinfo=UTC)
WARM_UP_H = 24.0
"""Rates and prices are learned first."""
TAIL_H = 4.0
"""What crosses in the last hours may still wait for its look."""
KEEPS_H = 2.0
"""So long a post is shown after it has stopped growing."""
CROSSINGS_A_DAY = 2.0
AT_MOST = timedelta(hours=3)
TARGETS = {100: {"median": 0.25, "mean": 0.40, "p95": 0.60, "p99": None}} | {
    30: {"median": None, "mean": 0.5, "p95": 0.85, "p99": None}
}
"""Looks a minute, and what the delay may be at most beside that of equal intervals."""

Wait = Callable[[int, datetime, int, Sequence[Growth]], timedelta]
"""(watch, now, posts that crossed since its last look, posts below the bar) -> time until its next look."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is simulated."""

    watches: int = 1000
    hours: float = 54.0


QUICK = Size(watches=300, hours=42.0)


@dataclass(slots=True)
class Outcome:
    """Delays in minutes, and how many looks there were."""

    delays: list[float] = field(default_factory=list)
    polls: int = 0

    def figures(self) -> dict[str, float]:
        """What delays are compared by."""
        ordered = sorted(self.delays)
        parts = statistics.quantiles(ordered, n=100)
        return {"median": parts[49], "mean": statistics.fmean(ordered), "p95": parts[94], "p99": parts[98]}


class Expectant:
    """The cadence of the bot, for watches that all ask one host; their ids begin with 1."""

    def __init__(self, watches: int, mean: timedelta) -> None:
        self.host = HostBudget(mean, watches=watches)
        self._outlooks = [PollForecast() for _ in range(watches)]

    def __call__(self, watch: int, now: datetime, crossed: int, posts: Sequence[Growth]) -> timedelta:
        """The time until the next look."""
        before = {each.key: each for each in self._outlooks[watch].candidates}
        near = []
        for each in posts:
            post = Post(Network.X, str(each.serial), "", rp=each.rp(hours_of(now)))
            found = candidate(post, BAR, before.get(post.key), time_of(each.published_at), now)
            if found is not None:
                near.append(found)
        forecast = self._outlooks[watch] = updated_forecast(self._outlooks[watch], crossed, near, now)
        turn = schedule_next(WatchId(watch + 1), forecast, self.host, AT_MOST, now)
        self.host = after_poll(self.host, turn, now)
        return turn.wait


def time_of(hours: float) -> datetime:
    """A time of the world's clock."""
    return START + timedelta(hours=hours)


def hours_of(time: datetime) -> float:
    """The world's clock at a time."""
    return (time - START) / timedelta(hours=1)


def measure(rounds: int, size: Size) -> list[Number]:
    """Both worlds at both budgets, each round with another seed."""
    return [
        told
        for skewed in (False, True)
        for budget, targets in TARGETS.items()
        for told in _compare(rounds, size, skewed, budget, targets)
    ]


def _compare(rounds: int, size: Size, skewed: bool, budget: int, targets: dict[str, float | None]) -> list[Number]:
    """The cadence beside equal intervals: figure by figure, and that it took no more looks."""
    ratios: dict[str, list[float]] = {name: [] for name in targets}
    load, equal_mean = [], []
    for seed in range(rounds):
        world = make_world(size.watches, size.hours, a_day=CROSSINGS_A_DAY, skewed=skewed, seed=seed)
        mean = timedelta(minutes=1000 / budget)
        begins = spread_evenly(size.watches, mean)
        equal = simulate(world, size.hours, begins, lambda *_, mean=mean: mean)
        ours = simulate(world, size.hours, begins, Expectant(size.watches, mean))
        beside = equal.figures()
        for name, figure in ours.figures().items():
            ratios[name].append(figure / beside[name])
        load.append(ours.polls / equal.polls)
        equal_mean.append(beside["mean"])
    head = f"{'Zipf' if skewed else 'equal chances'}, {budget} looks/min of 1,000 watches"
    return [
        number(f"{head}: mean delay at equal intervals", "min", equal_mean),
        *[
            number(f"{head}: {name} delay", "times equal intervals", ratios[name], at_most=most)
            for name, most in targets.items()
        ],
        number(f"{head}: looks", "times equal intervals", load, at_most=1.02),
    ]


def spread_evenly(watches: int, mean: timedelta) -> list[datetime]:
    """First looks at random within the first interval."""
    dice = random.Random(0)
    return [START + mean * dice.random() for _ in range(watches)]


def simulate(
    world: Sequence[Sequence[Growth]],
    hours: float,
    begins: Sequence[datetime],
    wait: Wait,
    on_poll: Callable[[datetime, int], None] = lambda *_: None,
) -> Outcome:
    """Live through a world. ``begins``: the first look at each watch."""
    due = [(time, watch) for watch, time in enumerate(begins)]
    heapq.heapify(due)
    listed: list[list[Growth]] = [[] for _ in world]
    ahead = [0] * len(world)
    outcome = Outcome()
    while due[0][0] < time_of(hours):
        time, watch = due[0]
        now, posts = hours_of(time), world[watch]
        on_poll(time, watch)
        while ahead[watch] < len(posts) and posts[ahead[watch]].published_at <= now:
            listed[watch].append(posts[ahead[watch]])
            ahead[watch] += 1
        crossed = [each for each in listed[watch] if each.crosses_at is not None and each.crosses_at <= now]
        listed[watch] = [each for each in listed[watch] if each not in crossed and is_shown(each, now)]
        _note(outcome, now, hours, crossed)
        heapq.heapreplace(due, (time + wait(watch, time, len(crossed), listed[watch]), watch))
    return outcome


def is_shown(post: Growth, now: float) -> bool:
    """Whether a page shows it at this hour."""
    return post.published_at <= now < post.published_at + post.lasts + KEEPS_H


def _note(outcome: Outcome, now: float, hours: float, crossed: Sequence[Growth]) -> None:
    """Count what lies between warm-up and tail."""
    outcome.polls += now >= WARM_UP_H
    for each in crossed:
        if each.crosses_at is not None and WARM_UP_H <= each.crosses_at < hours - TAIL_H:
            outcome.delays.append((now - each.crosses_at) * 60)
