"""Episodes: times far above normal, and how usual they have become for a topic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.core.lazy_dataclass import dataclass

GAP_S: Final = 6 * 3600.0
"""Gaps up to this long lie within an episode."""
KEPT_EPISODES: Final = 40
_FORGOTTEN_S: Final = 20 * 86_400.0
"""An episode so old weighs 1/e."""
_AS_LARGE: Final = 0.9


@dataclass(frozen=True, slots=True)
class SurgeEpisode:
    """One time far above normal, seen last then. ``size``: its largest excess of an hour, in mean hours."""

    last_s: float
    size: float


@dataclass(frozen=True, slots=True)
class SurgeEpisodes:
    """The one that lasts, if any, and those that ended, oldest first."""

    current: SurgeEpisode | None = None
    past: tuple[SurgeEpisode, ...] = ()

    def with_hot(self, now_s: float, size: float) -> SurgeEpisodes:
        """The episodes after a moment far above normal."""
        settled = self.settled(now_s)
        largest = max(size, settled.current.size) if settled.current else size
        return replace(settled, current=SurgeEpisode(now_s, round(largest, 4)))

    def settled(self, now_s: float) -> SurgeEpisodes:
        """The episodes with the current one ended, if it was seen too long ago to go on."""
        return self if self.current is None or now_s - self.current.last_s <= GAP_S else self.ended()

    def ended(self) -> SurgeEpisodes:
        """The episodes with the current one among those that ended."""
        if self.current is None:
            return self
        return SurgeEpisodes(None, (*self.past, self.current)[-KEPT_EPISODES:])

    def habit(self, now_s: float) -> float:
        """The weight of past ones as large as the current one, each by its age: how usual it is."""
        return sum(math.exp(min(0.0, each.last_s - now_s) / _FORGOTTEN_S) for each in self._as_large())

    def last_as_large_s(self) -> float | None:
        """The time at which one as large as the current one was last seen before; None if never."""
        return max((each.last_s for each in self._as_large()), default=None)

    def _as_large(self) -> Iterator[SurgeEpisode]:
        least = math.inf if self.current is None else self.current.size * _AS_LARGE
        return (each for each in self.past if each.size >= least)
