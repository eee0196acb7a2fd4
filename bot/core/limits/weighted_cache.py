"""A memory that is bounded in bytes: what came from outside is kept by its weight, never by its number.

``weight_of`` is what a value holds on to; ``WeightedCache`` forgets what was used longest ago first, and what is
past its time at once.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ENTRY_BYTES: Final = 400
"""Weight of a cache entry in bytes beside key and value: its slots in the tables, and its time (measured)."""
SWEEP_SHARE: Final = 16
"""Expired entries are searched now and then, so that a put visits 16 entries on average."""


def weight_of(*values: object) -> int:
    """Bytes that the values hold on to, each object once.

    Goes into tuples, lists, sets, mappings, dataclasses and the attributes of other objects; what is not ours to
    walk (compiled code of extensions) counts by ``sys.getsizeof`` alone. Linear in what is held.
    """
    seen: set[int] = set()
    waiting = list(values)
    total = 0
    while waiting:
        value = waiting.pop()
        if id(value) in seen or value is None or isinstance(value, type | Enum):
            continue
        seen.add(id(value))
        total += sys.getsizeof(value)
        if not isinstance(value, str | bytes | bytearray | int | float | datetime):
            waiting.extend(_held_by(value))
    return total


def _held_by(value: object) -> list[object]:
    """The objects that a value refers to directly."""
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return list(value)
    if is_dataclass(value):
        return [getattr(value, each.name) for each in fields(value)]
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    held = [getattr(value, name, None) for name in slots]
    attributes = getattr(value, "__dict__", {})
    return [*held, *attributes.values()] if isinstance(attributes, dict) else held


class WeightedCache(Generic[K, V]):
    """Values by key, of at most ``max_bytes`` together; of one that is heavier than ``max_value_bytes``, nothing.

    ``max_value_bytes`` None: an eighth of the whole, so that no single value pushes all the others out. Times are
    given by the caller (aware UTC); a clock that was set back makes nothing live longer than it was put for.
    """

    def __init__(self, max_bytes: int, *, max_value_bytes: int | None = None) -> None:
        self.max_bytes = max_bytes
        self.max_value_bytes = max_bytes // 8 if max_value_bytes is None else max_value_bytes
        self._kept: OrderedDict[K, tuple[V, int, datetime, datetime]] = OrderedDict()
        self._bytes = 0
        self._puts = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """The weight of all entries."""
        return self._bytes

    def get(self, key: K, now: datetime) -> V | None:
        """The value of a key, while it is valid."""
        found = self._kept.get(key)
        if found is None:
            return None
        value, _, since, until = found
        if not since <= now < until:
            self.drop(key)
            return None
        self._kept.move_to_end(key)
        return value

    def kept_keys(self) -> list[K]:
        """The keys of all entries, valid or not; none is used by it."""
        return list(self._kept)

    def values(self, now: datetime) -> Iterator[V]:
        """All values that are valid, those that were used longest ago first; none is used by it."""
        return (value for value, _, since, until in self._kept.values() if since <= now < until)

    def put(self, key: K, value: V, *, now: datetime, until: datetime) -> bool:
        """Keep a value until then; False where it is too heavy to be kept. What is past its time goes."""
        self.drop(key)
        self._puts += 1
        if self._puts * SWEEP_SHARE >= len(self._kept):
            self._expire(now)
        weight = ENTRY_BYTES + weight_of(key, value)
        if weight > min(self.max_value_bytes, self.max_bytes):
            return False
        self._kept[key] = value, weight, now, until
        self._bytes += weight
        while self._bytes > self.max_bytes:
            self.drop(next(iter(self._kept)))
        return True

    def drop(self, key: K) -> None:
        """Forget what is under the key."""
        found = self._kept.pop(key, None)
        if found is not None:
            self._bytes -= found[1]

    def _expire(self, now: datetime) -> None:
        self._puts = 0
        for key in [key for key, (_, _, since, until) in self._kept.items() if not since <= now < until]:
            self.drop(key)
