"""Limits concurrent polls so that one slow host cannot use all slots (invariants 6 and 11)."""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.health.incidents import endpoint_of
from bot.core.limits.fair_share import FairShares, Pace, Party, Seat
from bot.core.models import DueWatch, Endpoint, SourceName, Watch

MachineOf = Callable[[str], str | None]
"""The address group behind a host's name, as far as it is known."""


@dataclass(slots=True)
class _Queue:
    """Claimed watches of one place, and among whom they wait."""

    party: Party
    pace: Pace
    dues: deque[DueWatch] = field(default_factory=deque)


class HostSlots:
    """So many looks at once, shared as ``bot.core.limits.fair_share`` says.

    A host takes another slot while it has fewer than are free: alone it gets half of them, a second one half of
    the rest, so that even when several are silent somebody else finds room. The hosts of feeds are what people
    chose; they share by ``address_group_of`` too, and slow and new ones get only a part. ``clock``: seconds.
    """

    def __init__(
        self,
        total: int,
        *,
        address_group_of: MachineOf = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.freed = total
        """Slots released since the claiming side set this to 0."""
        self._shares = FairShares(total)
        self._machine_of = address_group_of
        self._clock = clock
        self._seated: defaultdict[Endpoint, list[Seat]] = defaultdict(list)
        self._queues: dict[Endpoint, _Queue] = {}
        # By pace and share, so that a turn costs the same however many wait for one that has no room.
        self._lines: dict[Pace, dict[Hashable, OrderedDict[Endpoint, None]]] = {pace: {} for pace in Pace}

    @property
    def free(self) -> int:
        """Seats nobody has."""
        return self._shares.free

    @property
    def waiting(self) -> list[Watch]:
        """Claimed watches whose host has no room just now."""
        return [due.watch for queue in self._queues.values() for due in queue.dues]

    @property
    def crowded(self) -> frozenset[tuple[SourceName, str | None]]:
        """Sources and targets of those who wait: no more of them need be claimed."""
        return frozenset((watch.source, watch.target) for watch in self.waiting)

    def take(self, claimed: Iterable[DueWatch] = ()) -> list[DueWatch]:
        """Give slots to watches whose host may take one, by the least time used; the others wait."""
        for due in claimed:
            self._wait(due)
        seated: list[DueWatch] = []
        for pace in (Pace.FAST, Pace.NEW, Pace.SLOW):
            line = self._lines[pace]
            if line and not self._shares.is_full_for(pace):
                for share in sorted(line, key=self._shares.tag):
                    if self._shares.is_full_for(pace):
                        break
                    seated += self._seat(pace, share)
        return seated

    def needs_resolution(self, watch: Watch) -> bool:
        """Whether people chose its host, and nobody knows under which address it is."""
        party = self._party(watch)
        return not party.is_trusted and party.machine is None

    def _party(self, watch: Watch) -> Party:
        place = endpoint_of(watch.source, watch.target)
        if not place.source.traits.asked_by_address or not place.host:
            return Party(place, is_trusted=True)
        answered = watch.last_ok_at is not None and watch.failures == 0
        return Party(place, self._machine_of(place.host), answered=answered)

    def _wait(self, due: DueWatch) -> None:
        place = endpoint_of(due.watch.source, due.watch.target)
        if place not in self._queues:
            self._line_up(place, self._party(due.watch))
        self._queues[place].dues.append(due)

    def _line_up(self, place: Endpoint, party: Party) -> None:
        queue = self._queues.setdefault(place, _Queue(party, Pace.NEW))
        queue.pace = self._shares.pace(party)
        self._lines[queue.pace].setdefault(party.share, OrderedDict())[place] = None

    def _step_out(self, place: Endpoint) -> _Queue:
        queue = self._queues[place]
        places = self._lines[queue.pace][queue.party.share]
        del places[place]
        if not places:
            del self._lines[queue.pace][queue.party.share]
        return queue

    def _seat(self, pace: Pace, share: Hashable) -> Iterator[DueWatch]:
        """Of those who share, one place after the other."""
        places = self._lines[pace][share]
        refused = 0
        while places and refused < min(len(places), self._shares.free + 1):
            if not self._shares.has_room(pace, share):
                return
            place = next(iter(places))
            places.move_to_end(place)
            queue = self._queues[place]
            if not self._shares.may_enter(queue.party):
                refused += 1
                continue
            refused = 0
            self._seated[place].append(self._shares.enter(queue.party, self._clock()))
            due = queue.dues.popleft()
            if not queue.dues:
                self._step_out(place)
                del self._queues[place]
            yield due

    def leave(self, watch: Watch, cost: float | None = None) -> None:
        """Release the slot of a finished poll, which took ``cost`` seconds if it had an answer.

        It may be seated again already: a watch can be due as soon as it is committed.
        """
        place = endpoint_of(watch.source, watch.target)
        seats = self._seated[place]
        self._shares.leave(seats.pop(0), self._clock(), cost)
        self.freed += 1
        if not seats:
            del self._seated[place]
        if place in self._queues:  # those who wait for it may be of another pace and share by now
            queue = self._step_out(place)
            queue.party = self._party(queue.dues[0].watch)
            self._line_up(place, queue.party)

    def send_away(self, most: int) -> list[Watch]:
        """Let no more than ``most`` wait; returns who goes: the last of those of whom most wait."""
        waiting = sum(len(queue.dues) for queue in self._queues.values())
        gone: list[Watch] = []
        by_share: defaultdict[Hashable, list[Endpoint]] = defaultdict(list)
        for place, queue in self._queues.items():
            by_share[queue.party.share].append(place)
        crowds = sorted(by_share.values(), key=lambda places: -sum(len(self._queues[one].dues) for one in places))
        for place in (place for places in crowds for place in reversed(places)):
            dues = self._queues[place].dues
            while dues and waiting - len(gone) > most:
                gone.append(dues.pop().watch)
            if not dues:
                self._step_out(place)
                del self._queues[place]
        return gone

    def clear(self) -> list[Watch]:
        """Nobody waits any more; returns who did."""
        left = self.waiting
        self._queues.clear()
        for line in self._lines.values():
            line.clear()
        return left
