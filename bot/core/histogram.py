"""Histogram of observed values, as Prometheus counts them. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


class Histogram:
    """Numbers of values up to each upper bound, and their sum. ``bounds``: ascending, without infinity.

    One observation costs a search among the bounds and two additions; memory does not grow.
    """

    __slots__ = ("_counts", "bounds", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self._counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0
        """Sum of all values."""

    def observe(self, value: float) -> None:
        """Count a value. Below zero, where a clock was set back, it counts as zero."""
        value = max(0.0, value)
        self._counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def cumulative(self) -> tuple[int, ...]:
        """Numbers of values up to each bound; the last is the number of all."""
        return tuple(accumulate(self._counts))
