"""Fair shares of the concurrent polls: by the machine that is asked, and by the seconds it costs.

A host that answers at once may have what it finds free, whatever machine it shares with others (a network in
front of thousands of good sites is one machine to us). What answers late, and what nobody has asked yet, is let in
a few at a time: so many of each kind, fewer of one machine. Whoever had least of the time so far comes first
(start-time fair queuing, Goyal, Vin and Cheng 1996: a share's tag grows by the seconds it costs, and a newcomer's
begins at the present one). Pure: times are seconds that only grow, given in.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable
from enum import Enum
from typing import Final

from bot.core.lazy_dataclass import dataclass

FAST_S: Final = 1.0
"""Seconds within which most hosts answer."""
REMEMBERED: Final = 20_000
"""Hosts, and machines, of which the cost is known; who was asked longest ago is forgotten first."""


class SpeedClass(Enum):
    """The expected speed of a host."""

    FAST = "fast"
    SLOW = "slow"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Requester:
    """The host that a poll asks. ``address_group``: its address group, if known.

    ``is_trusted``: the operator chose the host; it counts as fast, and shares with nobody. ``answered``: it did
    when it was asked last, before anybody measured; it counts as fast until it is slow, but shares. So a
    start, after which nothing is known, makes no crowd of newcomers out of all hosts, and a slow one gains a
    single poll by it.
    """

    host: Hashable
    address_group: Hashable | None = None
    is_trusted: bool = False
    answered: bool = False

    @property
    def share(self) -> Hashable:
        """The key of its share: its address group, or the host itself."""
        return (
            ("host", self.host)
            if self.address_group is None or self.is_trusted
            else ("machine", self.address_group)
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot taken by a requester; ``speed``: the speed class under which it was taken."""

    requester: Requester
    speed: SpeedClass
    since: float


class FairShares:
    """So many may be inside at once. ``may_enter``, then ``enter``; ``leave`` with what came of it."""

    def __init__(self, total: int) -> None:
        self.free = total
        self._most_suspects = max(1, total // 4)
        """Most slots of slow hosts, and most of new ones."""
        self._most_of_share = max(1, total // 8)
        self._hosts: Counter[Hashable] = Counter()
        self._shares: Counter[Hashable] = Counter()
        self._suspects: Counter[SpeedClass] = Counter()
        self._suspects_of_share: Counter[Hashable] = Counter()
        self._costs: OrderedDict[Hashable, float] = OrderedDict()
        self._tags: OrderedDict[Hashable, float] = OrderedDict()
        self._present = 0.0

    def speed(self, requester: Requester) -> SpeedClass:
        """The expected speed class of a requester's host."""
        if requester.is_trusted:
            return SpeedClass.FAST
        cost = self._costs.get(requester.host)
        if cost is None:
            return SpeedClass.FAST if requester.answered else SpeedClass.NEW
        return SpeedClass.FAST if cost <= FAST_S else SpeedClass.SLOW

    def is_full_for(self, speed: SpeedClass) -> bool:
        """Whether no host of this speed class gets a slot."""
        return self.free <= 0 or (speed is not SpeedClass.FAST and self._suspects[speed] >= self._most_suspects)

    def may_enter(self, requester: Requester) -> bool:
        """Whether there is room for it. Host and machine leave as many free as they have, so others find room."""
        speed = self.speed(requester)
        if self.is_full_for(speed) or self._hosts[requester.host] >= self.free:
            return False
        return self.has_room(speed, requester.share)

    def has_room(self, speed: SpeedClass, share: Hashable) -> bool:
        """Whether any of those who share may have another slot."""
        if self.is_full_for(speed) or self._shares[share] >= self.free:
            return False
        return speed is SpeedClass.FAST or self._suspects_of_share[share] < self._most_of_share

    def sort_key(self, requester: Requester) -> tuple[float, float]:
        """The sort key of a requester, lowest first: seconds used by its share, then by itself."""
        return self.tag(requester.share), self.tag(("host", requester.host))

    def tag(self, key: Hashable) -> float:
        """The seconds used by a share, counted from the start of the first."""
        return max(self._tags.get(key, 0.0), self._present)

    def enter(self, requester: Requester, now: float) -> Slot:
        """Take a slot for a requester that ``may_enter``."""
        slot = Slot(requester, self.speed(requester), now)
        self._present = self.tag(requester.share)
        self._count(slot, 1)
        return slot

    def leave(self, slot: Slot, now: float, cost: float | None = None) -> None:
        """Release a slot. ``cost``: seconds its answer took, None where it did not come to one.

        A late answer is believed at once; it takes a few quick ones to be fast again.
        """
        self._count(slot, -1)
        host = slot.requester.host
        for key in {slot.requester.share, ("host", host)}:
            self._remember(self._tags, key, self.tag(key) + max(0.0, now - slot.since))
        if cost is not None:
            before = self._costs.get(host, cost)
            self._remember(self._costs, host, max(cost, (before + cost) / 2))

    def _count(self, slot: Slot, by: int) -> None:
        self.free -= by
        counts: list[tuple[Counter[Hashable], Hashable]] = [
            (self._hosts, slot.requester.host),
            (self._shares, slot.requester.share),
        ]
        if slot.speed is not SpeedClass.FAST:
            self._suspects[slot.speed] += by
            counts.append((self._suspects_of_share, slot.requester.share))
        for counter, key in counts:
            counter[key] += by
            if not counter[key]:
                del counter[key]

    def _remember(self, known: OrderedDict[Hashable, float], key: Hashable, value: float) -> None:
        known[key] = value
        known.move_to_end(key)
        while len(known) > REMEMBERED:
            known.popitem(last=False)
