"""Who is polled at once: a host that keeps its askers waiting leaves seats to the others (invariant 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.core.incidents import place_of
from bot.core.models import DueWatch, Place, SourceName, Watch


class Seats:
    """So many looks at once, and for each host no more than it leaves free.

    A host takes another seat while it has fewer than are free: alone it gets half of them, a second one half of
    the rest, so that even when several are silent somebody else finds room.
    """

    def __init__(self, total: int) -> None:
        self._free = total
        self._taken: Counter[Place] = Counter()
        self._waiting: list[DueWatch] = []

    @property
    def free(self) -> int:
        """Seats nobody has."""
        return self._free

    @property
    def waiting(self) -> list[Watch]:
        """Claimed watches whose host has no room just now."""
        return [due.watch for due in self._waiting]

    @property
    def crowded(self) -> frozenset[tuple[SourceName, str | None]]:
        """Sources and targets of those who wait: no more of them need be claimed."""
        return frozenset((due.watch.source, due.watch.target) for due in self._waiting)

    def take(self, claimed: Iterable[DueWatch] = ()) -> list[DueWatch]:
        """Seat those who find room, whoever waited before those just claimed; the others wait."""
        before, self._waiting = [*self._waiting, *claimed], []
        seated = []
        for due in before:
            place = place_of(due.watch.source, due.watch.target)
            if self._taken[place] < self._free:
                self._taken[place] += 1
                self._free -= 1
                seated.append(due)
            else:
                self._waiting.append(due)
        return seated

    def leave(self, watch: Watch) -> None:
        """Its look is over."""
        self._taken[place_of(watch.source, watch.target)] -= 1
        self._free += 1

    def clear(self) -> list[Watch]:
        """Nobody waits any more; returns who did."""
        left, self._waiting = self.waiting, []
        return left
