"""Faults that no constraint of the schema holds off: found, and repaired where nothing is sent twice by it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import DatabaseDamaged
from bot.core.models import SourceName
from bot.core.text import make_topic
from bot.storage.opening import damage, open_storage, unchecked_references
from bot.storage.sql.consistency import Finding
from bot.storage.sqlite.integrity import references
from bot.storage.stores import Storage
from tests import data
from tests.inspection import Inspect, url_of

NOW = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
ENTRY = """
INSERT INTO entries (kind, guild_id, channel_id, content, created_at, not_before, state, message_id, position)
VALUES ('notice', 1, 2, '{}', 1, 1, 'sealed', %s, 0)
"""
MESSAGE = "INSERT INTO messages (id, guild_id, channel_id, sealed_at, state) VALUES ('%s', 1, 2, 1, '%s')"


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    opened = await open_storage(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def inspect(database_url: str, storage: Storage) -> Inspect:
    return Inspect(database_url)


async def test_database_in_use_has_no_findings(tmp_path: Path) -> None:
    data.load(tmp_path / "kawaraban.db")
    url = url_of(tmp_path / "kawaraban.db")
    opened = await open_storage(url)
    try:
        assert await opened.consistency.findings(unchecked_references(url)) == []
    finally:
        await opened.close()
    assert damage(url) == []


async def test_entry_whose_message_has_ended_ends_as_it_did(storage: Storage, inspect: Inspect) -> None:
    for state in ("sent", "given_up", "sealed"):
        inspect(MESSAGE % (state, state))
        inspect(ENTRY % f"'{state}'")

    assert await storage.consistency.findings() == [Finding("entry-open", 2, is_repairable=True)]
    assert await storage.consistency.repair(NOW) == []

    states: dict[Any, Any] = dict(inspect("SELECT message_id, state FROM entries"))
    assert states == {"sent": "sent", "given_up": "given_up", "sealed": "sealed"}


@pytest.mark.invariant(2)
async def test_entry_that_lost_its_message_is_given_up_and_not_sent_again(
    storage: Storage, inspect: Inspect
) -> None:
    inspect(ENTRY % "NULL")

    assert [one.name for one in await storage.consistency.findings()] == ["entry-without-message"]
    assert await storage.consistency.repair(NOW) == []

    ((state, reason, code),) = inspect("SELECT state, reason, reason_code FROM entries")
    assert (state, code, bool(reason)) == ("given_up", "other", True)
    assert await storage.entries.waiting(NOW) == {}


async def test_message_with_nothing_in_it_no_longer_holds_up_its_channel(
    storage: Storage, inspect: Inspect
) -> None:
    for state in ("sealed", "uncertain", "sent"):
        inspect(MESSAGE % (state, state))

    assert await storage.consistency.findings() == [Finding("message-without-entries", 2, is_repairable=True)]
    assert await storage.consistency.repair(NOW) == []

    states: dict[Any, Any] = dict(inspect("SELECT id, state FROM messages"))
    assert states == {"sealed": "given_up", "uncertain": "given_up", "sent": "sent"}


async def test_wrong_number_of_posts_is_counted_again(storage: Storage, inspect: Inspect) -> None:
    await storage.watches.add([(SourceName.MASTODON, make_topic("data"), None)], NOW)
    inspect("UPDATE watches SET post_count = 7")

    assert [one.name for one in await storage.consistency.findings()] == ["post-count"]
    assert await storage.consistency.repair(NOW) == []

    assert inspect("SELECT post_count FROM watches") == [(0,)]


async def test_rows_that_refer_to_missing_ones_go_as_if_those_were_deleted_now(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"
    data.load(path)
    url = url_of(path)
    opened = await open_storage(url)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:  # with foreign keys off, as is usual
        other.execute("DELETE FROM watches WHERE id IN (SELECT watch_id FROM posts)")
        other.execute("DELETE FROM entries WHERE id IN (SELECT entry_id FROM alerts)")
    try:
        found = await opened.consistency.findings(references())
        left = await opened.consistency.repair(NOW, references())
    finally:
        await opened.close()

    assert {(one.table, one.parent) for one in found} >= {("posts", "watches"), ("alerts", "entries")}
    assert left == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM alerts WHERE entry_id IS NULL").fetchone()[0] > 0


def test_references_are_all_those_that_sqlite_checks() -> None:
    kinds = {one.on_delete for one in references()}

    assert kinds <= {"CASCADE", "SET NULL", "NO ACTION"}
    assert {("entries", "messages"), ("posts", "watches"), ("alerts", "entries")} <= {
        (one.table, one.parent) for one in references()
    }


async def test_damaged_file_is_reported_with_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"
    data.load(path)
    await (await open_storage(url_of(path))).close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 16_384)

    try:
        found = damage(url_of(path))
    except DatabaseDamaged as error:
        found = [error.why]
    assert found
