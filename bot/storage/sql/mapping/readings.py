"""Stored form of a post's RP as polls read it: a column of its row, to which a poll adds by appending.

A reading is 10 bytes, highest bit first: its time in microseconds since 1970 (52 bits, until 2112), its RP (28).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Final

from bot.core.models import Sample

from .common import from_us

_READING: Final = Struct(">QH")
READING_BYTES: Final = _READING.size
_NEWEST: Final = 12
"""Readings that are looked through first: more than an hour of polls makes of most posts."""
_LOW_BITS: Final = 16
"""Bits of the RP in the second number; the others stand below the time in the first."""
_HIGH_BITS: Final = 12
_LOW: Final = 2**_LOW_BITS - 1
_HIGH: Final = 2**_HIGH_BITS - 1
_RP_MAX: Final = 2 ** (_HIGH_BITS + _LOW_BITS) - 1
"""The highest RP that is stored, 268 million; a higher one, which no post has, is stored as this one."""

StoredReading = tuple[int, int]
"""Time (microseconds since 1970) and RP."""


def readings_bytes(readings: Sequence[StoredReading]) -> bytes:
    """Readings as they are stored."""
    return b"".join([_packed(max(at, 0), min(max(rp, 0), _RP_MAX)) for at, rp in readings])


def readings_from(stored: bytes | None) -> list[StoredReading]:
    """Readings from their stored form, oldest first; of those of one time, the one that was added last."""
    return _unpacked(_in_order(stored))


def readings_since(stored: bytes | None, since: int) -> list[StoredReading]:
    """Readings since a time (microseconds), and the newest one before it."""
    packed = _in_order(stored)
    first = bisect_left(packed, (max(since, 0) << _HIGH_BITS, 0))
    before = _unpacked(packed[max(0, first - 1) : first])
    return before + _unpacked(packed[first:])


def newest_since(stored: bytes | None, since: int) -> list[StoredReading]:
    """``readings_since`` for a time not long ago, of which polls ask again and again: only the end is read.

    Where the clock stepped back, readings before the end that were made later by the clock are not found.
    """
    end = (stored or b"")[-_NEWEST * READING_BYTES :]
    found = readings_since(end, since)
    return found if found and found[0][0] < since else readings_since(stored, since)


def samples_of(readings: Sequence[StoredReading]) -> tuple[Sample, ...]:
    """Readings as the core knows them."""
    return tuple(Sample(rp=rp, at=from_us(at)) for at, rp in readings)


def _in_order(stored: bytes | None) -> list[tuple[int, int]]:
    """The numbers of readings, by time. They are out of order only where the clock stepped back.

    As the time stands above the RP, numbers in order are times in order.
    """
    packed = list(_READING.iter_unpack(stored or b""))
    if packed == sorted(packed):
        return packed
    newest = {first >> _HIGH_BITS: (first, low) for first, low in packed}
    return sorted(newest.values())


def _unpacked(packed: Iterable[tuple[int, int]]) -> list[StoredReading]:
    """Times and RP; of one time the last."""
    found = {first >> _HIGH_BITS: (first & _HIGH) << _LOW_BITS | low for first, low in packed}
    return list(found.items())


def _packed(at: int, rp: int) -> bytes:
    return _READING.pack(at << _HIGH_BITS | rp >> _LOW_BITS, rp & _LOW)
