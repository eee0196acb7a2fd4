"""Times of the entries of a feed, in whatever form it gives them. Pure.

    a written time ─▶ ``dates.read_date`` ─▶ believed, or no date ─▶ for what has none, its neighbours' say

A date is believed from 1995 on, when there were no feeds yet, until now. What stands in the place of one (year 1,
the epoch, an appointment to come) is none: its entry is as old as our first sight of it, unless it stands below
old ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Final

from bot.sources.parsing.dates import Written, read_date

from .raw import RawEntry

EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
"""Earliest date that is no placeholder: RSS is of 1999."""
OLD: Final = timedelta(days=1)
"""Entries below one of this age are taken to be as old; nothing is inferred from younger ones."""
DATED_MIN: Final = 3
"""So many dated entries show which way a feed is ordered."""


def times_of(own: Sequence[Written | None], now: datetime) -> list[Written | None]:
    """The time of each entry in UTC; None without any hint. ``own``: the entries' own times."""
    times = list(own)
    return times if None not in times else _beside_neighbours(times, now)


def created_at(entry: RawEntry, now: datetime) -> Written | None:
    """An entry's own time: of publishing, else of the last change."""
    for named in (entry.published, entry.updated):
        for _, written in sorted(named, key=itemgetter(0)):
            found = read_date(written, now)
            if found is not None and EARLIEST <= found.at <= now:
                return found
    return None


def _beside_neighbours(times: list[Written | None], now: datetime) -> list[Written | None]:
    """Times of undated entries of a feed in the order of time: at most as new as the entry above."""
    dated = [known.at for known in times if known is not None]
    if len(dated) < max(DATED_MIN, len(times) // 2 + 1) or len(set(dated)) < DATED_MIN:
        return times
    if all(one >= other for one, other in pairwise(dated)):
        return _bounded(times, now)
    if all(one <= other for one, other in pairwise(dated)):
        return _bounded(times[::-1], now)[::-1]
    return times


def _bounded(times: Sequence[Written | None], now: datetime) -> list[Written | None]:
    """Newest first: what has no date, and stands below an old one, is taken for as old."""
    bounded: list[Written | None] = []
    above: Written | None = None
    for at in times:
        above = at or above
        bounded.append(at or (above if above is not None and now - above.at > OLD else None))
    return bounded
