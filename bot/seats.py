"""Who is polled at once: a host that keeps its askers waiting leaves seats to the others (invariant 6)."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator

from bot.core.incidents import place_of
from bot.core.models import DueWatch, Place, SourceName, Watch


class Seats:
    """So many looks at once, and for each host no more than it leaves free.

    A host takes another seat while it has fewer than are free: alone it gets half of them, a second one half of
    the rest, so that even when several are silent somebody else finds room.
    """

    def __init__(self, total: int) -> None:
        self._free = total
        self.freed = total
        """Seats that were left since whoever claims set this to 0."""
        self._taken: Counter[Place] = Counter()
        self._queues: defaultdict[Place, deque[DueWatch]] = defaultdict(deque)

    @property
    def free(self) -> int:
        """Seats nobody has."""
        return self._free

    @property
    def waiting(self) -> list[Watch]:
        """Claimed watches whose host has no room just now."""
        return [due.watch for queue in self._queues.values() for due in queue]

    @property
    def crowded(self) -> frozenset[tuple[SourceName, str | None]]:
        """Sources and targets of those who wait: no more of them need be claimed."""
        return frozenset((watch.source, watch.target) for watch in self.waiting)

    def take(self, claimed: Iterable[DueWatch] = ()) -> list[DueWatch]:
        """Seat those who find room, whoever waited before those just claimed; the others wait."""
        for due in claimed:
            self._queues[place_of(due.watch.source, due.watch.target)].append(due)
        return [due for place in list(self._queues) for due in self._seat(place)]

    def _seat(self, place: Place) -> Iterator[DueWatch]:
        queue = self._queues[place]
        while queue and self._taken[place] < self._free:
            self._taken[place] += 1
            self._free -= 1
            yield queue.popleft()
        if not queue:
            del self._queues[place]

    def leave(self, watch: Watch) -> None:
        """Its look is over. It may be seated again already: a watch can be due as soon as it is committed."""
        place = place_of(watch.source, watch.target)
        self._taken[place] -= 1
        self._free += 1
        self.freed += 1
        if not self._taken[place]:
            del self._taken[place]

    def clear(self) -> list[Watch]:
        """Nobody waits any more; returns who did."""
        left = self.waiting
        self._queues.clear()
        return left
