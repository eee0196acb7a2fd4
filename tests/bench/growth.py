"""A synthetic world of topics whose posts grow: what the cadence is measured in.

They are published at random. Each grows for half an hour to twelve hours along a curve of its own: the form of a
beta distribution with random exponents, its 24 steps roughened by gamma noise, so that it stands still and
jumps. Where it ends is Pareto-distributed from a tenth of the bar on: of ten posts one crosses. No curve is of
the kind the cadence believes in (log-normal around the last speed), and nothing here was fitted to it or to real
posts.
"""

from __future__ import annotations

import bisect
import itertools
import math
import random
from dataclasses import dataclass

BAR = 100
STEPS = 24
PUBLISHED_BEFORE_H = 12.0
_CROSS = 0.1
_HIGHEST = 50.0


@dataclass(frozen=True, slots=True)
class Growth:
    """A post: RP over time, in hours of the world's clock. ``crosses_at``: when it reaches the bar, if it does."""

    serial: int
    published_at: float
    lasts: float
    final: float
    shares: tuple[float, ...]
    crosses_at: float | None

    def rp(self, hours: float) -> int:
        """The RP that a look at this time shows."""
        at = (hours - self.published_at) / self.lasts * STEPS
        if at >= STEPS:
            return int(self.final)
        step = int(at)
        share = self.shares[step] + (self.shares[step + 1] - self.shares[step]) * (at - step)
        return int(self.final * share)


def make_world(watches: int, hours: float, *, a_day: float, skewed: bool, seed: int) -> list[list[Growth]]:
    """The posts of each watch, in the order of their birth.

    ``a_day``: crossings a day and watch on the mean; ``skewed``: as one over the rank of the watch (Zipf).
    """
    dice = random.Random(seed)
    weights = [1 / (rank + 1) if skewed else 1.0 for rank in range(watches)]
    scale = watches * a_day / sum(weights) / _CROSS / 24
    serial = itertools.count()
    return [_topic(dice, weight * scale, hours, serial) for weight in weights]


def _topic(dice: random.Random, per_hour: float, hours: float, serial: itertools.count[int]) -> list[Growth]:
    posts = []
    published_at = -PUBLISHED_BEFORE_H
    while (published_at := published_at + dice.expovariate(per_hour)) < hours:
        posts.append(_post(dice, next(serial), published_at))
    return posts


def _post(dice: random.Random, serial: int, published_at: float) -> Growth:
    lasts = math.exp(dice.uniform(math.log(0.5), math.log(12)))
    final = BAR * min(_CROSS / (1 - dice.random()), _HIGHEST)
    shares = _curve(dice)
    return Growth(serial, published_at, lasts, final, shares, _crossing(published_at, lasts, final, shares))


def _curve(dice: random.Random) -> tuple[float, ...]:
    """The share of the whole that is there after each step."""
    early, late = dice.uniform(0.6, 3.5), dice.uniform(1.0, 4.0)
    middles = [(step + 0.5) / STEPS for step in range(STEPS)]
    steps = [x ** (early - 1) * (1 - x) ** (late - 1) * dice.gammavariate(3, 1 / 3) for x in middles]
    whole = sum(steps)
    return (0.0, *(reached / whole for reached in itertools.accumulate(steps)))


def _crossing(published_at: float, lasts: float, final: float, shares: tuple[float, ...]) -> float | None:
    """When the RP reaches the bar."""
    if final <= BAR:
        return None
    share = BAR / final
    step = bisect.bisect_left(shares, share)
    within = (share - shares[step - 1]) / (shares[step] - shares[step - 1])
    return published_at + lasts * (step - 1 + within) / STEPS
