"""Stored form of a table of first crossings: compressed, about 2 KB, written at each poll at which a post rose."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from datetime import datetime

import msgspec

from bot.core.models import CrossingTable, PostKey, RecentHour, WaitingPost

from .common import from_us, from_us_or_none, to_us, to_us_or_none


class _StoredTable(msgspec.Struct, array_like=True):
    """The table; rows of numbers as 32-bit floats, times in microseconds."""

    anchor: int
    watched: bytes
    counts: tuple[bytes, ...]
    grown: bytes
    grown_h: bytes
    recent: tuple[tuple[int, float, bytes], ...]
    until: int | None
    waiting: tuple[tuple[str, int, int, int], ...]
    every_s: int = 0


_DECODER = msgspec.msgpack.Decoder(_StoredTable)
_ENCODER = msgspec.msgpack.Encoder()


def crossings_bytes(table: CrossingTable) -> bytes:
    """A table as it is stored."""
    stored = _StoredTable(
        anchor=to_us(table.anchor),
        watched=_bytes(table.watched),
        counts=tuple(map(_bytes, table.counts)),
        grown=_bytes(table.grown),
        grown_h=_bytes(table.grown_h),
        recent=tuple((one.hour, one.watched, _bytes(one.counts)) for one in table.recent),
        until=to_us_or_none(table.until),
        waiting=tuple((one.key, one.rp, to_us(one.published_at), to_us(one.risen)) for one in table.waiting),
        every_s=table.every_s,
    )
    return zlib.compress(_ENCODER.encode(stored), 1)


def crossings_from(stored: bytes) -> CrossingTable:
    """A table from its stored form."""
    found = _DECODER.decode(zlib.decompress(stored))
    return CrossingTable(
        anchor=from_us(found.anchor),
        watched=_floats(found.watched),
        counts=tuple(map(_floats, found.counts)),
        grown=_floats(found.grown),
        grown_h=_floats(found.grown_h),
        recent=tuple(RecentHour(hour, watched, _floats(counts)) for hour, watched, counts in found.recent),
        until=from_us_or_none(found.until),
        waiting=tuple(
            WaitingPost(PostKey(key), rp, _time(published_at), _time(risen))
            for key, rp, published_at, risen in found.waiting
        ),
        every_s=found.every_s,
    )


def _bytes(numbers: Iterable[float]) -> bytes:
    return array("f", numbers).tobytes()


def _floats(stored: bytes) -> tuple[float, ...]:
    return tuple(array("f", stored))


def _time(stored: int) -> datetime:
    return from_us(stored)
