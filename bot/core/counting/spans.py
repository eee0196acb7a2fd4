"""Spans of time in which counts are stored: quarters of an hour, later hours and days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.core.models.counts import BIN, PostCount


def floor(at: datetime, span: timedelta) -> datetime:
    """The begin of the span that a time lies in."""
    seconds = span.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)


def bins(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The parts of an interval that lie in one bin each, in order."""
    while start < end:
        stop = min(end, floor(start, BIN) + BIN)
        yield start, stop
        start = stop


def spread(start: datetime, end: datetime, posts: float, *, complete: bool = True) -> Iterator[PostCount]:
    """Posts of an interval as counts of its bins, evenly; whole numbers that add up to the rounded sum."""
    counted = 0
    for begin, stop in bins(start, end):
        reached = round(posts * ((stop - start) / (end - start)))
        yield PostCount(floor(begin, BIN), BIN, stop - begin, reached - counted, complete=complete)
        counted = reached
