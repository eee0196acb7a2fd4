"""Chooses the entries read of a long feed: the newest by time, or without times those at the end that changes.

    most have a time ─▶ the newest of them, wherever they stand
    no times         ─▶ both ends ─▶ at a later poll: which end has changed? ─▶ that end, its outermost first
                                     └ of a body that was cut off: its beginning, which is there

Between two polls the source keeps what stood at either end (``Ends``), as hashes of the entries' names.
Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Self

from bot.core.lazy_dataclass import dataclass
from bot.sources.parsing.dates import Written

from .raw import RawEntry
from .text import title_of

ENTRIES_MAX: Final = 500
"""More than nearly any feed shows; of a longer one the newest are read."""
_UNDATED: Final = datetime.min.replace(tzinfo=UTC)


class End(StrEnum):
    """The end at which new entries appear."""

    UNKNOWN = "unknown"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Ends:
    """The first and last entries of a feed, and the end at which new entries appear."""

    first: str
    last: str
    new_at: End = End.UNKNOWN

    def __str__(self) -> str:
        return f"{self.new_at} {self.first} {self.last}"

    @classmethod
    def read(cls, written: str | None) -> Self | None:
        """The ends read from their text; None for another text."""
        parts = (written or "").split(" ")
        if len(parts) != 3 or parts[0] not in set(End):
            return None
        return cls(parts[1], parts[2], End(parts[0]))


def newest(
    entries: Sequence[RawEntry], written: Sequence[Written | None], before: Ends | None, *, is_whole: bool
) -> tuple[Sequence[int], Ends | None]:
    """The places of the entries to be read of a feed, and its ends where they matter.

    They stay in the feed's order; where new ones come in last, the last is the first. ``written``: when each was.
    ``before``: the feed's ends at the last poll. ``is_whole`` is False for a body that was cut off: where it ends
    is no end of the feed, and the entries there may be as old as it is.
    """
    places = range(len(entries))
    is_cut = before is not None and not is_whole
    if len(entries) <= ENTRIES_MAX and not is_cut:
        return places, None
    times = [at.at if at is not None else _UNDATED for at in written]
    if 2 * times.count(_UNDATED) <= len(times):
        ranked = sorted(places, key=times.__getitem__, reverse=True)[:ENTRIES_MAX]
        return sorted(ranked), None
    if before is not None and not is_whole:
        return places[:ENTRIES_MAX], _ends_of_cut(entries, before)
    ends = _ends(entries, before)
    if ends.new_at is End.LAST:
        return places[: -ENTRIES_MAX - 1 : -1], ends
    if ends.new_at is End.FIRST:
        return places[:ENTRIES_MAX], ends
    tail = max(ENTRIES_MAX, len(entries) - ENTRIES_MAX)
    return [*places[:ENTRIES_MAX], *places[tail:]], ends


def _ends(entries: Sequence[RawEntry], before: Ends | None) -> Ends:
    """The ends now. New entries push what was outermost inwards; at the other end entries stay or go."""
    first, last = _name(entries[0]), _name(entries[-1])
    if before is None:
        return Ends(first, last)
    if (first, last) == (before.first, before.last):
        return before
    names = {_name(entry) for entry in entries}
    is_first_within = before.first in names and first != before.first
    is_last_within = before.last in names and last != before.last
    if is_last_within != is_first_within:
        return Ends(first, last, End.LAST if is_last_within else End.FIRST)
    # Nothing is known again: as nearly all feeds have it, or what was unread until now would seem new.
    return Ends(first, last, End.FIRST if before.new_at is End.UNKNOWN else before.new_at)


def _ends_of_cut(entries: Sequence[RawEntry], before: Ends) -> Ends:
    """The ends of a feed of which the last entries did not come: what was known of them stays."""
    first = _name(entries[0]) if entries else before.first
    if first != before.first and before.first in {_name(entry) for entry in entries}:
        return Ends(first, before.last, End.FIRST)
    return before


def _name(entry: RawEntry) -> str:
    written = entry.id.strip() or entry.link or title_of(entry)
    return hashlib.blake2b(written.encode("utf-8", "replace"), digest_size=8).hexdigest()
