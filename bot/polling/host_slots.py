"""Limits concurrent polls so that one slow host cannot use all slots (invariants 6 and 11)."""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import field

from bot.core.health.incidents import endpoint_of
from bot.core.lazy_dataclass import dataclass
from bot.core.limits.fair_share import FairShares, Requester, Slot, SpeedClass
from bot.core.models import DueWatch, Endpoint, SourceName, Watch

AddressGroupOf = Callable[[str], str | None]
"""The address group behind a host's name, as far as it is known."""


@dataclass(slots=True)
class _Queue:
    """Claimed watches of one endpoint, and the requester and speed class under which they wait."""

    requester: Requester
    speed: SpeedClass
    dues: deque[DueWatch] = field(default_factory=deque)


class HostSlots:
    """The polls that run at once, shared as ``bot.core.limits.fair_share`` says.

    A host takes another slot while it has fewer than are free: alone it gets half of them, a second one half of
    the rest, so that even when several are silent somebody else finds room. The hosts of feeds are what people
    chose; they share by ``address_group_of`` too, and slow and new ones get only a part. ``clock``: seconds.
    """

    def __init__(
        self,
        total: int,
        *,
        address_group_of: AddressGroupOf = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.released_since_claim = total
        """Slots released since the claiming side set this to 0."""
        self._shares = FairShares(total)
        self._address_group_of = address_group_of
        self._clock = clock
        self._running: defaultdict[Endpoint, list[Slot]] = defaultdict(list)
        self._queues: dict[Endpoint, _Queue] = {}
        # By speed class and share, so that a selection costs the same however many wait for one that has no room.
        self._lines: dict[SpeedClass, dict[Hashable, OrderedDict[Endpoint, None]]] = {
            speed: {} for speed in SpeedClass
        }

    @property
    def free(self) -> int:
        """The number of free slots."""
        return self._shares.free

    @property
    def waiting(self) -> list[Watch]:
        """Claimed watches whose host has no room just now."""
        return [due.watch for queue in self._queues.values() for due in queue.dues]

    @property
    def waiting_count(self) -> int:
        """The number of ``waiting``."""
        return sum(len(queue.dues) for queue in self._queues.values())

    @property
    def saturated_endpoints(self) -> frozenset[tuple[SourceName, str | None]]:
        """Sources and targets of those who wait: no more of them need be claimed."""
        return frozenset((watch.source, watch.target) for watch in self.waiting)

    def acquire_ready(self, claimed: Iterable[DueWatch] = ()) -> list[DueWatch]:
        """Give slots to claimed watches whose host may take one, least time used first; the others wait."""
        for due in claimed:
            self._wait(due)
        started: list[DueWatch] = []
        for speed in (SpeedClass.FAST, SpeedClass.NEW, SpeedClass.SLOW):
            line = self._lines[speed]
            if line and not self._shares.is_full_for(speed):
                for share in sorted(line, key=self._shares.tag):
                    if self._shares.is_full_for(speed):
                        break
                    started += self._start_of_share(speed, share)
        return started

    def needs_resolution(self, watch: Watch) -> bool:
        """Whether people chose its host, and nobody knows under which address it is."""
        requester = self._requester(watch)
        return not requester.is_trusted and requester.address_group is None

    def _requester(self, watch: Watch) -> Requester:
        endpoint = endpoint_of(watch.source, watch.target)
        if not endpoint.source.traits.asked_by_address or not endpoint.host:
            return Requester(endpoint, is_trusted=True)
        answered = watch.last_ok_at is not None and watch.failures == 0
        return Requester(endpoint, self._address_group_of(endpoint.host), answered=answered)

    def _wait(self, due: DueWatch) -> None:
        endpoint = endpoint_of(due.watch.source, due.watch.target)
        if endpoint not in self._queues:
            self._enqueue(endpoint, self._requester(due.watch))
        self._queues[endpoint].dues.append(due)

    def _enqueue(self, endpoint: Endpoint, requester: Requester) -> None:
        queue = self._queues.setdefault(endpoint, _Queue(requester, SpeedClass.NEW))
        queue.speed = self._shares.speed(requester)
        self._lines[queue.speed].setdefault(requester.share, OrderedDict())[endpoint] = None

    def _dequeue(self, endpoint: Endpoint) -> _Queue:
        queue = self._queues[endpoint]
        endpoints = self._lines[queue.speed][queue.requester.share]
        del endpoints[endpoint]
        if not endpoints:
            del self._lines[queue.speed][queue.requester.share]
        return queue

    def _start_of_share(self, speed: SpeedClass, share: Hashable) -> Iterator[DueWatch]:
        """Start polls of one share, one endpoint after the other."""
        endpoints = self._lines[speed][share]
        refused = 0
        while endpoints and refused < min(len(endpoints), self._shares.free + 1):
            if not self._shares.has_room(speed, share):
                return
            endpoint = next(iter(endpoints))
            endpoints.move_to_end(endpoint)
            queue = self._queues[endpoint]
            if not self._shares.may_enter(queue.requester):
                refused += 1
                continue
            refused = 0
            self._running[endpoint].append(self._shares.enter(queue.requester, self._clock()))
            due = queue.dues.popleft()
            if not queue.dues:
                self._dequeue(endpoint)
                del self._queues[endpoint]
            yield due

    def release(self, watch: Watch, cost: float | None = None) -> None:
        """Release the slot of a finished poll, which took ``cost`` seconds if it had an answer.

        Its watch may have a slot again already: it can be due as soon as its poll is committed.
        """
        endpoint = endpoint_of(watch.source, watch.target)
        slots = self._running[endpoint]
        self._shares.leave(slots.pop(0), self._clock(), cost)
        self.released_since_claim += 1
        if not slots:
            del self._running[endpoint]
        if endpoint in self._queues:  # those who wait for it may be of another speed class and share by now
            queue = self._dequeue(endpoint)
            queue.requester = self._requester(queue.dues[0].watch)
            self._enqueue(endpoint, queue.requester)

    def shed_waiting(self, most: int) -> list[Watch]:
        """Let no more than ``most`` wait; returns who goes: the last of those of whom most wait."""
        waiting = sum(len(queue.dues) for queue in self._queues.values())
        gone: list[Watch] = []
        by_share: defaultdict[Hashable, list[Endpoint]] = defaultdict(list)
        for endpoint, queue in self._queues.items():
            by_share[queue.requester.share].append(endpoint)
        crowds = sorted(
            by_share.values(), key=lambda endpoints: -sum(len(self._queues[one].dues) for one in endpoints)
        )
        for endpoint in (endpoint for endpoints in crowds for endpoint in reversed(endpoints)):
            dues = self._queues[endpoint].dues
            while dues and waiting - len(gone) > most:
                gone.append(dues.pop().watch)
            if not dues:
                self._dequeue(endpoint)
                del self._queues[endpoint]
        return gone

    def drain(self) -> list[Watch]:
        """Empty the queues; returns the watches that waited."""
        left = self.waiting
        self._queues.clear()
        for line in self._lines.values():
            line.clear()
        return left
