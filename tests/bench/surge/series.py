"""Series of counts: made coarser, thinned, with gaps, and as rolling totals."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

DAY_S = 86_400
MAX_STRETCH = 1.5
"""A row further than so many steps after the one before has a gap before it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of the steps that end at these times (epoch seconds); a step that is missing is unknown."""

    name: str
    step_s: float
    rows: tuple[tuple[float, float], ...]

    def with_lengths(self) -> Iterator[tuple[float, float, float]]:
        """Each row with the length of its step in seconds: to the row before, though clocks jitter."""
        before = -math.inf
        for end, count in self.rows:
            apart = end - before
            yield end, count, apart if apart < MAX_STRETCH * self.step_s else self.step_s
            before = end

    @property
    def months(self) -> float:
        """Its length, in months of 30 days."""
        return (self.rows[-1][0] - self.rows[0][0]) / (30 * DAY_S)

    def coarser(self, times: int) -> Series:
        """The series as seen every so many steps; a longer step of which a part is unknown is unknown."""
        parts = [self.rows[index : index + times] for index in range(0, len(self.rows) - times + 1, times)]
        whole = [part for part in parts if part[-1][0] - part[0][0] < times * self.step_s - self.step_s / 2]
        rows = tuple((part[-1][0], sum(count for _, count in part)) for part in whole)
        return replace(self, step_s=self.step_s * times, rows=rows)

    def thinned(self, share: float, seed: int) -> Series:
        """A topic of which each post is kept with a probability."""
        dice = random.Random(seed)
        rows = tuple((end, sum(dice.random() < share for _ in range(int(count)))) for end, count in self.rows)
        return replace(self, rows=rows)

    def with_gaps(self, share: float, seed: int) -> Series:
        """The series with this share of its observations lost, as unknown."""
        dice = random.Random(seed)
        return replace(self, rows=tuple(row for row in self.rows if dice.random() >= share))

    def totals(self, digits: int | None = None) -> list[tuple[float, float, float]]:
        """Its rolling totals of 24 h, from the second day on: (time, total shown, step of the last digit)."""
        window = round(DAY_S / self.step_s)
        sums = list(accumulate((count for _, count in self.rows), initial=0.0))
        return [
            (self.rows[index - 1][0], *_shown(sums[index] - sums[index - window], digits))
            for index in range(window, len(sums))
        ]


def _shown(total: float, digits: int | None) -> tuple[float, float]:
    if digits is None or total < 10**digits:
        return total, 1.0
    step = 10.0 ** (math.floor(math.log10(total)) + 1 - digits)
    return round(total / step) * step, step
