"""A cache whose values expire, for answers that are asked for again at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class TtlCache(Generic[K, V]):
    """At most ``at_most`` answers, each for ``ttl``; the oldest is dropped first."""

    def __init__(self, clock: Callable[[], datetime], *, ttl: timedelta, at_most: int) -> None:
        self._clock = clock
        self._ttl = ttl
        self._at_most = at_most
        self._answers: dict[K, tuple[datetime, V]] = {}

    def __contains__(self, key: K) -> bool:
        kept = self._answers.get(key)
        return kept is not None and timedelta() <= self._clock() - kept[0] < self._ttl

    def __getitem__(self, key: K) -> V:
        """The answer as it was kept. Raises ``KeyError``; ``in`` says whether it still holds."""
        return self._answers[key][1]

    def __setitem__(self, key: K, answer: V) -> None:
        self._answers.pop(key, None)
        while len(self._answers) >= self._at_most:
            del self._answers[next(iter(self._answers))]
        self._answers[key] = (self._clock(), answer)

    def __len__(self) -> int:
        return len(self._answers)
