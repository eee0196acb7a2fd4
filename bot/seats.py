"""Who is polled at once: who keeps its askers waiting leaves seats to the others (invariants 6 and 11)."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

from bot.core.incidents import place_of
from bot.core.models import DueWatch, Place, SourceName, Watch
from bot.core.shares import Pace, Party, Seat, Shares

MachineOf = Callable[[str], str | None]
"""The address group behind a host's name, as far as it is known."""


class Seats:
    """So many looks at once, shared as ``bot.core.shares`` says.

    A host takes another seat while it has fewer than are free: alone it gets half of them, a second one half of
    the rest, so that even when several are silent somebody else finds room. The hosts of feeds are what people
    chose; they share by ``machine_of`` too, and slow and new ones get only a part. ``clock``: seconds.
    """

    def __init__(
        self,
        total: int,
        *,
        machine_of: MachineOf = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.freed = total
        """Seats that were left since whoever claims set this to 0."""
        self._shares = Shares(total)
        self._machine_of = machine_of
        self._clock = clock
        self._seated: defaultdict[Place, list[Seat]] = defaultdict(list)
        self._queues: defaultdict[Place, deque[DueWatch]] = defaultdict(deque)

    @property
    def free(self) -> int:
        """Seats nobody has."""
        return self._shares.free

    @property
    def waiting(self) -> list[Watch]:
        """Claimed watches whose host has no room just now."""
        return [due.watch for queue in self._queues.values() for due in queue]

    @property
    def crowded(self) -> frozenset[tuple[SourceName, str | None]]:
        """Sources and targets of those who wait: no more of them need be claimed."""
        return frozenset((watch.source, watch.target) for watch in self.waiting)

    def take(self, claimed: Iterable[DueWatch] = ()) -> list[DueWatch]:
        """Seat those who find room, first whoever had least so far; the others wait."""
        for due in claimed:
            self._queues[place_of(due.watch.source, due.watch.target)].append(due)
        by_pace: defaultdict[Pace, list[tuple[tuple[float, float], Place, Party]]] = defaultdict(list)
        for place, queue in self._queues.items():
            party = self._party(place, queue[0].watch)
            pace = self._shares.pace(party)
            if not self._shares.is_full_for(pace):
                by_pace[pace].append((self._shares.turn(party), place, party))
        seated: list[DueWatch] = []
        for pace in (Pace.FAST, Pace.NEW, Pace.SLOW):
            for _, place, party in sorted(by_pace[pace], key=lambda one: one[0]):
                if self._shares.is_full_for(pace):
                    break
                seated += self._seat(place, party)
        return seated

    def is_stranger(self, watch: Watch) -> bool:
        """Whether people chose its host, and nobody knows under which address it is."""
        party = self._party(place_of(watch.source, watch.target), watch)
        return not party.vouched and party.machine is None

    def _party(self, place: Place, watch: Watch) -> Party:
        if place.source is not SourceName.FEED or not place.host:
            return Party(place, vouched=True)
        answered = watch.last_ok_at is not None and watch.failures == 0
        return Party(place, self._machine_of(place.host), answered=answered)

    def _seat(self, place: Place, party: Party) -> Iterator[DueWatch]:
        queue = self._queues[place]
        while queue and self._shares.may_enter(party):
            self._seated[place].append(self._shares.enter(party, self._clock()))
            yield queue.popleft()
        if not queue:
            del self._queues[place]

    def leave(self, watch: Watch, cost: float | None = None) -> None:
        """Its look is over, which took ``cost`` seconds where it came to an answer.

        It may be seated again already: a watch can be due as soon as it is committed.
        """
        place = place_of(watch.source, watch.target)
        seats = self._seated[place]
        self._shares.leave(seats.pop(0), self._clock(), cost)
        self.freed += 1
        if not seats:
            del self._seated[place]

    def send_away(self, most: int) -> list[Watch]:
        """Let no more than ``most`` wait; returns who goes: the last of those of whom most wait."""
        waiting = sum(map(len, self._queues.values()))
        gone: list[Watch] = []
        by_share: defaultdict[object, list[Place]] = defaultdict(list)
        for place, queue in self._queues.items():
            by_share[self._party(place, queue[0].watch).share].append(place)
        crowds = sorted(by_share.values(), key=lambda places: -sum(len(self._queues[place]) for place in places))
        for places in crowds:
            for place in reversed(places):
                while waiting - len(gone) > most and place in self._queues:
                    gone.append(self._queues[place].pop().watch)
                    if not self._queues[place]:
                        del self._queues[place]
        return gone

    def clear(self) -> list[Watch]:
        """Nobody waits any more; returns who did."""
        left = self.waiting
        self._queues.clear()
        return left
