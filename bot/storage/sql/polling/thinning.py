"""Thinning of what polls read again and again: RP of posts, and volumes of topics.

all for 48 h ─▶ the newest of each hour for 30 days ─▶ the newest of each day for 400 days

What can go is found by reads, which no write waits for, and deleted by its keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.mapping.readings import READING_BYTES, StoredReading, readings_bytes, readings_from
from bot.storage.sql.polling.post_counts import BINS_KEPT, DAYS_KEPT, HOURS_KEPT

ROWS_A_BATCH: Final = 5_000
"""Volumes that are deleted, and posts that are read, in a transaction at most."""
_CHANGED_WITHIN: Final = timedelta(days=10)
"""Posts that have not changed for longer were thinned already, and go as a whole before long."""
_HOUR_US: Final = timedelta(hours=1) // timedelta(microseconds=1)
_DAY_US: Final = timedelta(days=1) // timedelta(microseconds=1)

# Of one or two readings none can go before its time: the first stays, and the newest.
_READINGS = f"""
SELECT p.watch_id, p.post_key, p.readings FROM posts p
WHERE (p.watch_id, p.post_key) > (:watch, :key) AND p.watch_id <= :last
  AND ((p.updated_at >= :changed AND length(p.readings) > {2 * READING_BYTES})
    OR (p.first_seen_at < :forgotten AND p.readings IS NOT NULL))
ORDER BY p.watch_id, p.post_key LIMIT :most
"""  # noqa: S608 - constants only
# A poll may have added a reading meanwhile: the next prune thins that post.
_THIN = "UPDATE posts SET readings = ? WHERE watch_id = ? AND post_key = ? AND readings = ?"
_SNAPSHOTS = """
SELECT s.watch_id, s.observed_at FROM snapshots s
WHERE s.watch_id >= :first AND s.watch_id <= :last AND s.observed_at < :before
  AND EXISTS (SELECT 1 FROM snapshots n WHERE n.watch_id = s.watch_id
    AND n.observed_at > s.observed_at AND n.observed_at < (s.observed_at / :span + 1) * :span)
LIMIT :most
"""
_DROP_SNAPSHOT = "DELETE FROM snapshots WHERE watch_id = ? AND observed_at = ?"

PostPlace = tuple[int, str]
"""Watch and key of a post: its place in the order of all posts."""


class ThinnedPost(NamedTuple):
    """Readings of a post before and after; ``thinned`` None: none is left."""

    place: PostPlace
    stored: bytes
    thinned: bytes | None


class ThinnedPosts(NamedTuple):
    """Posts that have fewer readings now. ``after``: where to go on; None: these were the last."""

    posts: tuple[ThinnedPost, ...]
    after: PostPlace | None


def before_posts_of(watch: int) -> PostPlace:
    """The place before all posts of a watch and of those after it."""
    return watch - 1, "\U0010ffff"


def find_thinned(after: PostPlace, last: int, now: datetime, tx: Tx) -> ThinnedPosts:
    """Readings that can go now, of at most ``ROWS_A_BATCH`` posts after a place and up to the watch ``last``."""
    values = {
        "watch": after[0],
        "key": after[1],
        "last": last,
        "changed": to_us(now - _CHANGED_WITHIN),
        "forgotten": forgotten_before(now),
        "most": ROWS_A_BATCH,
    }
    rows = tx.execute(_READINGS, values).fetchall()
    found = [_thinned_post((row["watch_id"], row["post_key"]), row["readings"], now) for row in rows]
    return ThinnedPosts(
        posts=tuple(one for one in found if one.thinned != one.stored),
        after=found[-1].place if len(rows) == ROWS_A_BATCH else None,
    )


def write_thinned(posts: Sequence[ThinnedPost], tx: Tx) -> int:
    """Store fewer readings; returns how many went."""
    dropped = 0
    for place, stored, thinned in posts:
        if tx.execute(_THIN, (thinned, *place, stored)).rowcount:
            dropped += (len(stored) - len(thinned or b"")) // READING_BYTES
    return dropped


def thinned_readings(readings: Sequence[StoredReading], now: datetime) -> list[StoredReading]:
    """The readings that are left, oldest first. The first one stays: with so many RP the post was found."""
    hours, days = to_us(now - BINS_KEPT) // _HOUR_US * _HOUR_US, to_us(now - HOURS_KEPT) // _DAY_US * _DAY_US
    kept = [one for one in readings if one[0] >= forgotten_before(now)]

    def span(at: int) -> tuple[int, int]:
        if at >= hours:
            return 0, at
        return (1, at // _HOUR_US) if at >= days else (2, at // _DAY_US)

    newest = {span(one[0]): one for one in kept}
    return [*kept[:1], *(one for one in newest.values() if one != kept[0])]


def surplus_snapshots(first: int, last: int, now: datetime, tx: Tx) -> list[tuple[int, int]]:
    """Keys of volumes of the watches from ``first`` to ``last`` that another of the same hour or day stands for.

    At most twice ``ROWS_A_BATCH``.
    """
    found: list[tuple[int, int]] = []
    for age, span in ((BINS_KEPT, _HOUR_US), (HOURS_KEPT, _DAY_US)):
        values = {
            "first": first,
            "last": last,
            "before": to_us(now - age) // span * span,
            "span": span,
            "most": ROWS_A_BATCH,
        }
        found += [(row["watch_id"], row["observed_at"]) for row in tx.execute(_SNAPSHOTS, values)]
    return list(dict.fromkeys(found))


def drop_snapshots(surplus: Sequence[tuple[int, int]], tx: Tx) -> int:
    """Delete volumes by their keys; returns how many there were."""
    tx.executemany(_DROP_SNAPSHOT, surplus)
    return len(surplus)


def forgotten_before(now: datetime) -> int:
    """The time (microseconds) before which nothing is kept."""
    return to_us(now - DAYS_KEPT)


def _thinned_post(place: PostPlace, stored: bytes, now: datetime) -> ThinnedPost:
    readings = readings_from(stored)
    kept = thinned_readings(readings, now)
    return ThinnedPost(place, stored, stored if kept == readings else readings_bytes(kept) or None)
