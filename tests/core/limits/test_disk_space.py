"""When there is little usage for the database, and what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.limits.disk_space import DISK_LOW, MB, DiskUsage, Tight, kept_for, tight, words

MONTH, HOURS_48 = timedelta(days=30), timedelta(hours=48)


@pytest.mark.parametrize(
    ("usage", "limit", "why"),
    [
        (DiskUsage(100 * MB, 10 * DISK_LOW), 100, None),
        (DiskUsage(100 * MB + 1, 10 * DISK_LOW), 100, Tight.LIMIT),
        (DiskUsage(10_000 * MB, 10 * DISK_LOW), 0, None),
        (DiskUsage(1, DISK_LOW - 1), 0, Tight.DISK),
        (DiskUsage(1, None), 0, None),
    ],
)
def test_room_is_little_past_the_limit_or_on_a_full_disk(usage: DiskUsage, limit: int, why: Tight | None) -> None:
    assert tight(usage, limit) is why


def test_posts_are_kept_for_less_long_where_there_is_little_space_but_longer_than_they_may_be_alerted() -> None:
    assert kept_for(MONTH, HOURS_48, None) == MONTH
    assert kept_for(MONTH, HOURS_48, Tight.LIMIT) == timedelta(days=3)
    assert kept_for(MONTH, timedelta(days=20), Tight.LIMIT) == timedelta(days=21)
    assert kept_for(timedelta(days=3), timedelta(days=20), Tight.DISK) == timedelta(days=3)


def test_operator_is_notified_how_much_it_is_and_which_setting_says_so() -> None:
    said = words(DiskUsage(3_000 * MB, None), 2_000, Tight.LIMIT)

    assert "3,000 MB" in said
    assert "database.soft_limit_mb" in said
