"""Thinning of what polls read again and again: RP of posts, and volumes of topics.

all for 48 h ─▶ the newest of each hour for 30 days ─▶ the newest of each day for 400 days

What can go is found by reads, which no write waits for, and deleted by its keys.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.polling.post_counts import BINS_KEPT, DAYS_KEPT, HOURS_KEPT

ROWS_A_BATCH: Final = 5_000
"""Rows of one kind that are deleted in a transaction at most."""
_CHANGED_WITHIN: Final = timedelta(days=10)
"""Posts that have not changed for longer were thinned already, and go as a whole before long."""
_HOUR_US: Final = timedelta(hours=1) // timedelta(microseconds=1)
_DAY_US: Final = timedelta(days=1) // timedelta(microseconds=1)

# The first RP of a post stays: it says with how many the post was found.
_SAMPLES = """
SELECT s.watch_id, s.post_key, s.at FROM posts p
CROSS JOIN samples s ON s.watch_id = p.watch_id AND s.post_key = p.post_key AND s.at < :before
WHERE p.watch_id >= :first AND p.watch_id <= :last AND p.updated_at >= :changed
  AND EXISTS (SELECT 1 FROM samples n WHERE n.watch_id = s.watch_id AND n.post_key = s.post_key
    AND n.at > s.at AND n.at < (s.at / :span + 1) * :span)
  AND EXISTS (SELECT 1 FROM samples f WHERE f.watch_id = s.watch_id AND f.post_key = s.post_key AND f.at < s.at)
LIMIT :most
"""
_SNAPSHOTS = """
SELECT s.watch_id, s.observed_at FROM snapshots s
WHERE s.watch_id >= :first AND s.watch_id <= :last AND s.observed_at < :before
  AND EXISTS (SELECT 1 FROM snapshots n WHERE n.watch_id = s.watch_id
    AND n.observed_at > s.observed_at AND n.observed_at < (s.observed_at / :span + 1) * :span)
LIMIT :most
"""
_DROP_SAMPLE = "DELETE FROM samples WHERE watch_id = ? AND post_key = ? AND at = ?"
_DROP_SNAPSHOT = "DELETE FROM snapshots WHERE watch_id = ? AND observed_at = ?"


class Surplus(NamedTuple):
    """Keys of rows that another of the same hour or day stands for."""

    samples: tuple[tuple[int, str, int], ...]
    snapshots: tuple[tuple[int, int], ...]


def find_surplus(first: int, last: int, now: datetime, tx: Tx) -> Surplus:
    """Rows of the watches from ``first`` to ``last`` that can go now; at most twice ``ROWS_A_BATCH`` of each."""
    samples: list[tuple[int, str, int]] = []
    snapshots: list[tuple[int, int]] = []
    for age, span in ((BINS_KEPT, _HOUR_US), (HOURS_KEPT, _DAY_US)):
        values = {
            "first": first,
            "last": last,
            "before": to_us(now - age) // span * span,
            "changed": to_us(now - _CHANGED_WITHIN),
            "span": span,
            "most": ROWS_A_BATCH,
        }
        samples += [(row["watch_id"], row["post_key"], row["at"]) for row in tx.execute(_SAMPLES, values)]
        del values["changed"]
        snapshots += [(row["watch_id"], row["observed_at"]) for row in tx.execute(_SNAPSHOTS, values)]
    return Surplus(tuple(dict.fromkeys(samples)), tuple(dict.fromkeys(snapshots)))


def drop_surplus(surplus: Surplus, tx: Tx) -> int:
    """Delete rows; returns how many there were."""
    if surplus.samples:
        tx.executemany(_DROP_SAMPLE, surplus.samples)
    if surplus.snapshots:
        tx.executemany(_DROP_SNAPSHOT, surplus.snapshots)
    return len(surplus.samples) + len(surplus.snapshots)


def forgotten_before(now: datetime) -> int:
    """The time (microseconds) before which nothing is kept."""
    return to_us(now - DAYS_KEPT)
