"""Scheduled copies: made when they are due, the oldest deleted, a failure logged once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bootstrap import scheduled_backups
from bot.storage.opening import open_storage
from bot.storage.scheduled_backups import AGAIN_AFTER, ScheduledBackups
from bot.storage.sqlite import backup
from bot.storage.stores import Storage
from config.settings import Settings
from tests.conftest import Clock, make_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, backup={"every_h": 24, "keep": 2, "folder": str(tmp_path / "copies")})


@pytest.fixture
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    opened = await open_storage(settings.database.url)
    yield opened
    await opened.close()


@pytest.fixture
def backups(storage: Storage, settings: Settings, clock: Clock) -> ScheduledBackups:
    return scheduled_backups(settings, storage, clock)


async def test_copies_are_made_once_an_interval_and_the_newest_are_kept(
    backups: ScheduledBackups, storage: Storage, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "copies").mkdir()
    mine = tmp_path / "copies" / "mine.db"
    mine.touch()
    made = []
    for _ in range(4):
        made.append(await backups.run_due())
        clock.forward(hours=23)
        assert await backups.run_due() is None
        assert await scheduled_backups(settings, storage, clock).run_due() is None  # a restart
        clock.forward(hours=1)

    assert None not in made
    assert sorted((tmp_path / "copies").iterdir()) == sorted([mine, *(one for one in made[-2:] if one)])
    state = await backups.state()
    assert (state.last, state.kept, state.failure) == (clock() - timedelta(hours=24), 2, None)
    with closing(sqlite3.connect(str(made[-1]))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_what_a_killed_process_left_of_a_copy_is_deleted_before_the_next(
    backups: ScheduledBackups, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    mine = folder / "mine.db.part-0a1b2c3d"
    for name in (
        "kawaraban-20261129T031500Z.db.part-0a1b2c3d",
        "kawaraban-20261129T041500Z.db.part-4e5f6a7b",
        mine.name,
    ):
        (folder / name).touch()

    made = await backups.run_due()

    assert sorted(folder.iterdir()) == sorted([mine, made] if made else [])


async def test_failure_is_logged_once_and_tried_again_in_an_hour(
    backups: ScheduledBackups,
    storage: Storage,
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    usual = backup.SPARE_BYTES
    monkeypatch.setattr(backup, "SPARE_BYTES", 10**18)
    for _ in range(3):
        assert await backups.run_due() is None
        clock.forward(minutes=61)
    assert await scheduled_backups(settings, storage, clock).run_due() is None  # after a restart

    assert [record.levelname for record in caplog.records].count("WARNING") == 1
    assert "are free" in str((await backups.state()).failure)

    monkeypatch.setattr(backup, "SPARE_BYTES", usual)
    await backups.run_due()
    assert (await backups.state()).failure is None
    assert caplog.records[-1].levelname == "INFO"


async def test_failed_try_is_not_repeated_each_minute(
    backups: ScheduledBackups, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = backup.SPARE_BYTES
    monkeypatch.setattr(backup, "SPARE_BYTES", 10**18)
    await backups.run_due()
    monkeypatch.setattr(backup, "SPARE_BYTES", usual)

    clock.forward(minutes=1)
    assert await backups.run_due() is None
    clock.forward(seconds=AGAIN_AFTER.total_seconds())
    assert await backups.run_due() is not None


async def test_folder_in_which_nothing_can_be_made_is_a_failure_with_its_reason(
    backups: ScheduledBackups, tmp_path: Path
) -> None:
    (tmp_path / "copies").touch()

    assert await backups.run_due() is None

    assert str(tmp_path / "copies") in str((await backups.state()).failure)


async def test_no_copies_are_made_where_none_are_wanted(storage: Storage, tmp_path: Path, clock: Clock) -> None:
    off = make_settings(tmp_path)
    server = make_settings(tmp_path, database={"url": "postgresql://host/name"}, backup={"every_h": 1})

    for settings in (off, server):
        backups = scheduled_backups(settings, storage, clock)
        assert (backups.is_on, await backups.run_due()) == (False, None)
