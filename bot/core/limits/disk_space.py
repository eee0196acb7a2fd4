"""Space left for the database: its soft limit, and free space on the disk. Pure.

Past either, alerts stay safe and everything else is kept for a shorter time; the operator is warned.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass

MB: Final = 1_000_000
DISK_LOW: Final = 500 * MB
"""Bytes free on the disk below which pruning is tightened: a backup or a migration needs space for a copy."""
DISK_FULL: Final = 10 * MB
"""Bytes free on the disk below which writes fail: a WAL grows to 8 MB before SQLite empties it."""
TIGHT_DAYS: Final = timedelta(days=3)
"""Retention of unchanged posts on a tight disk; never shorter than the time in which they may raise an alert."""


class Tight(StrEnum):
    """The reason why space is tight."""

    LIMIT = "limit"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class DiskUsage:
    """Bytes that the database uses, without what is free in its file; bytes free on its disk (None: unknown)."""

    used: int
    disk_free: int | None = None

    @property
    def is_disk_full(self) -> bool:
        """Whether the disk has too little space for writes."""
        return self.disk_free is not None and self.disk_free < DISK_FULL


def tight(usage: DiskUsage, soft_limit_mb: int) -> Tight | None:
    """The reason why space is tight; None with enough space. ``soft_limit_mb`` 0: no limit."""
    if soft_limit_mb and usage.used > soft_limit_mb * MB:
        return Tight.LIMIT
    if usage.disk_free is not None and usage.disk_free < DISK_LOW:
        return Tight.DISK
    return None


def kept_for(keep_posts: timedelta, new_post_max_age: timedelta, why: Tight | None) -> timedelta:
    """The retention of unchanged posts."""
    if why is None:
        return keep_posts
    return min(keep_posts, max(TIGHT_DAYS, new_post_max_age + timedelta(days=1)))


def words(usage: DiskUsage, soft_limit_mb: int, why: Tight) -> str:
    """The warning for the operator, in the log and in ``doctor`` and ``status``."""
    if why is Tight.LIMIT:
        return (
            f"the database uses {usage.used / MB:,.0f} MB, more than database.soft_limit_mb = {soft_limit_mb:,}; "
            "posts are kept for less long"
        )
    return (
        f"only {(usage.disk_free or 0) / MB:,.0f} MB are free on the database's disk; posts are kept for less long"
    )
