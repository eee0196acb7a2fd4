"""Values that are kept for a day for their owner, a server or a person, and are bounded for each owner."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from bot.core.calendar.clock import Clock
from bot.core.limits.weighted_cache import WeightedCache

O = TypeVar("O", bound=Hashable)  # noqa: E741 -- the owner
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT: Final = timedelta(days=1)

_Theirs = tuple[tuple[K, datetime, V], ...]


class OwnedCache(Generic[O, K, V]):
    """Values by owner and key, each for ``KEPT``, of at most ``max_bytes`` together.

    One owner has at most ``owner_max`` of them, and an eighth of the bytes: who keeps many pushes out their own
    oldest ones, and nobody else's.
    """

    def __init__(self, clock: Clock, max_bytes: int, *, owner_max: int) -> None:
        self._clock = clock
        self._owner_max = owner_max
        self._owners: WeightedCache[O, _Theirs[K, V]] = WeightedCache(max_bytes)

    def __len__(self) -> int:
        return len(self._owners)

    @property
    def bytes(self) -> int:
        """The weight of all values."""
        return self._owners.bytes

    def put(self, owner: O, key: K, value: V) -> None:
        """Keep a value as the owner's newest, in place of the one of the same key."""
        now = self._clock()
        others = (one for one in self._of(owner, now) if one[0] != key)
        theirs = (*others, (key, now, value))[-self._owner_max :]
        while theirs and not self._owners.put(owner, theirs, now=now, until=now + KEPT):
            theirs = theirs[1:]

    def get(self, owner: O, key: K) -> V | None:
        """The owner's value of a key; None once it is no longer known."""
        found = self._of(owner, self._clock())
        return next((value for one, _, value in found if one == key), None)

    def of_anybody(self, key: K) -> V | None:
        """The value of a key, whoever owns it. Linear in all that is kept, which ``max_bytes`` bounds."""
        now = self._clock()
        found = (one for theirs in self._owners.values(now) for one in _valid(theirs, now))
        return next((value for one, _, value in found if one == key), None)

    def _of(self, owner: O, now: datetime) -> _Theirs[K, V]:
        return _valid(self._owners.get(owner, now) or (), now)


def _valid(theirs: _Theirs[K, V], now: datetime) -> _Theirs[K, V]:
    """An owner's values that are not past their time, the oldest first."""
    return tuple(one for one in theirs if one[1] <= now < one[1] + KEPT)
