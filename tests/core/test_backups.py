"""Names of scheduled copies, and which of them are deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.backups import copy_name, is_due, made_at, superseded

NOW = datetime(2026, 11, 29, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)
STEMS = st.sampled_from(["kawaraban", "a-b", "kawaraban-20261129T031500Z", "瓦版"])


@given(STEMS, st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year >= 1000))
def test_name_tells_the_time(stem: str, at: datetime) -> None:
    assert made_at(stem, copy_name(stem, at)) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "name",
    [
        "kawaraban.db",
        "kawaraban-20261129T031500Z.db-wal",
        "kawaraban-20261129T031500Z.db.part-0a1b2c3d",
        "kawaraban-20261329T031500Z.db",
        "other-20261129T031500Z.db",
        "kawaraban-mine.db",
    ],
)
def test_other_files_are_neither_counted_nor_deleted(name: str) -> None:
    assert made_at("kawaraban", name) is None
    assert superseded("kawaraban", [name] * 9, 1) == []


@given(st.lists(st.integers(0, 500), unique=True), st.integers(1, 20))
def test_newest_copies_are_kept(hours: list[int], keep: int) -> None:
    names = [copy_name("kawaraban", NOW + timedelta(hours=hour)) for hour in hours]

    gone = superseded("kawaraban", names, keep)

    kept = sorted(set(names) - set(gone))
    assert kept == sorted(names)[-keep:]


def test_copy_is_due_after_an_interval_and_after_a_clock_was_far_ahead() -> None:
    assert is_due(None, NOW, DAY)
    assert is_due(NOW - DAY, NOW, DAY)
    assert not is_due(NOW - DAY + timedelta(minutes=1), NOW, DAY)
    assert not is_due(NOW + timedelta(minutes=1), NOW, DAY)
    assert is_due(NOW + timedelta(days=400), NOW, DAY)
