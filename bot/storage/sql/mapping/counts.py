"""Counts of posts as rows, and the counts of a watch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.models import PostCount, WatchId
from bot.core.models.counts import BIN
from bot.storage.sql.database import Row, Tx

COUNT_COLUMNS: Final = "start, span, seen_s, posts, people, bots, cut"
"""Columns of ``post_counts`` that ``count_from`` reads."""
_OF_WATCH = f"""
SELECT {COUNT_COLUMNS} FROM post_counts WHERE watch_id = ? AND start >= ? AND start < ? ORDER BY start
"""  # noqa: S608 - constants only


def read_counts(watch: WatchId, since: datetime, until: datetime, tx: Tx) -> tuple[PostCount, ...]:
    """Counts of the spans that begin in [since, until), oldest first."""
    return tuple(
        count_from(row) for row in tx.execute(_OF_WATCH, (watch, first_bin_from(since), first_bin_from(until)))
    )


def first_bin_from(at: datetime) -> int:
    """The number of the first bin that does not begin before a time."""
    return -int(-at.timestamp() // BIN.total_seconds())


def count_from(row: Row) -> PostCount:
    """The count of a row."""
    return PostCount(
        start=datetime.fromtimestamp(row["start"] * BIN.total_seconds(), UTC),
        span=row["span"] * BIN,
        seen=timedelta(seconds=row["seen_s"]),
        posts=row["posts"],
        people=row["people"],
        bots=row["bots"],
        complete=not row["cut"],
    )
