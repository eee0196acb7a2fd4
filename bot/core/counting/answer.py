"""Counts of one answer, by the best figure that it gives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.core.models import Counted, CountState, FetchResult, PostKey

from .hours import count_hours
from .timeline import count_timeline
from .totals import count_total


def count_answer(
    before: CountState, fetched: FetchResult, known: Collection[PostKey], now: datetime
) -> Counted | None:
    """The counts of an answer; None where it says nothing of how much is posted (a feed, a page without a total).

    ``known``: those of its posts that were there before.
    """
    if fetched.hours:
        return count_hours(before, fetched.hours, now)
    if fetched.timeline is not None:
        return count_timeline(before, fetched.posts, fetched.timeline, known, now)
    snapshot = fetched.snapshot
    if snapshot is not None and snapshot.volume is not None:
        return count_total(before, snapshot, now)
    return None
