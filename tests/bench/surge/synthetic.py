"""Made series: negative-binomial counts of five kinds of topic, and surges planted into made and real series."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from .series import DAY_S, Series

STEP_S = 900
START_S = 1_790_553_600  # a Monday, 2026-09-28
DAYS = 45
FIRST_DAY = 10
APART_DAYS = 5
"""Planted surges are days apart, so that each is judged on its own."""

Rate = Callable[[float, random.Random], Callable[[float], float]]


@dataclass(frozen=True, slots=True)
class Planted:
    """A surge put into a series: the counts of these hours were multiplied."""

    start_s: float
    end_s: float
    times: float


def steady(mean: float, _dice: random.Random) -> Callable[[float], float]:
    """One rate at every hour."""
    return lambda _days: mean


def daily(mean: float, dice: random.Random) -> Callable[[float], float]:
    """A daily cycle, evening six times morning."""
    phase = dice.random()
    return lambda days: mean * (1 + 0.7 * math.sin(2 * math.pi * (days + phase)))


def weekly(mean: float, dice: random.Random) -> Callable[[float], float]:
    """A daily cycle of workdays, and a quiet weekend."""
    inner = daily(mean, dice)
    return lambda days: inner(days) * (0.4 if days % 7 >= 5 else 1.0)


def growing(mean: float, dice: random.Random) -> Callable[[float], float]:
    """A daily cycle that doubles, or halves, in three weeks."""
    inner, sign = daily(mean, dice), dice.choice((-1, 1))
    return lambda days: inner(days) * 2 ** (sign * (days - DAYS / 2) / 21)


def drifting(mean: float, dice: random.Random) -> Callable[[float], float]:
    """A daily cycle times a level that wanders over days (standard deviation 0.3 of its logarithm)."""
    inner, level, levels = daily(mean, dice), 0.0, []
    for _ in range(DAYS * 8 + 1):
        level = 0.94 * level + dice.gauss(0, 0.1)
        levels.append(level)
    return lambda days: inner(days) * math.exp(levels[int(days * 8)])


KINDS: tuple[Rate, ...] = (steady, daily, weekly, growing, drifting)


def make_series(kind: Rate, seed: int, *, plant: bool = True) -> tuple[Series, list[Planted]]:
    """A series of one kind, with surges of 2, 4 and 10 times in it; mean 10 to 400 posts an hour."""
    dice = random.Random(f"{kind.__name__} {seed}")
    mean, dispersion = 10 * 40 ** dice.random(), dice.uniform(0.05, 0.35)
    rate = kind(mean, dice)
    planted = _plan(dice) if plant else []
    rows = []
    for index in range(DAYS * DAY_S // STEP_S):
        end = START_S + (index + 1) * STEP_S
        times = next((each.times for each in planted if each.start_s < end <= each.end_s), 1.0)
        expected = rate(index * STEP_S / DAY_S) * STEP_S / 3600 * times
        rows.append((float(end), float(_negative_binomial(expected, dispersion, dice))))
    return Series(f"{kind.__name__} {seed}", STEP_S, tuple(rows)), planted


def _plan(dice: random.Random) -> list[Planted]:
    planted = []
    for number, times in enumerate(dice.sample((2.0, 2.0, 4.0, 4.0, 10.0, 10.0), 6)):
        start = START_S + (FIRST_DAY + number * APART_DAYS + dice.random()) * DAY_S
        start -= start % STEP_S
        planted.append(Planted(start, start + dice.choice((2, 3, 4, 6)) * 3600, times))
    return planted


def _negative_binomial(mean: float, dispersion: float, dice: random.Random) -> int:
    return _poisson(dice.gammavariate(1 / dispersion, mean * dispersion), dice)


def _poisson(mean: float, dice: random.Random) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        count += 1
    return count


def plant_in(series: Series, start_s: float, hours: float, times: float) -> tuple[Series, Planted]:
    """A real series with its counts of some hours multiplied."""
    planted = Planted(start_s, start_s + hours * 3600, times)
    rows = tuple(
        (end, count * times if planted.start_s < end <= planted.end_s else count) for end, count in series.rows
    )
    return replace(series, rows=rows), planted
