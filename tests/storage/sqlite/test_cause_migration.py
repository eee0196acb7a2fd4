"""The step ``causes``: what earlier versions stored as the id of a sentence is read as a cause."""

from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.causes import Cause
from bot.core.models import DigestContent, Endpoint, NoticeContent, SourceName, SourceProblem
from bot.storage.sql.mapping.common import to_json
from bot.storage.sqlite.cause_migration import store_causes
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import load_steps
from bot.storage.stores import Storage

STEPS = load_steps()
BEFORE = next(number for number, step in enumerate(STEPS) if step.name.endswith("_causes"))
FAR = datetime(2030, 1, 1, tzinfo=UTC)
WATCH = """
INSERT INTO watches (id, topic_key, source, target, next_poll_at, health, vitals)
VALUES (1, 'ai', 'trendpage', '', 1, 'degraded', ?)
"""
ENTRY = """
INSERT INTO entries (id, kind, guild_id, channel_id, content, created_at, not_before, state)
VALUES (?, ?, 1, 2, ?, 1, 1, 'waiting')
"""
PLACE = {"source": "mastodon", "host": "a.example"}
NOTICE = {"place": PLACE, "extent": 1, "better": False, "count": 1, "topics": ['猫 "why":1'], "language": "ja"}


def why(text_id: str, **values: int) -> dict[str, Any]:
    return {"text_id": text_id, "values": values}


async def migrated(path: Path, *rows: tuple[str, tuple[object, ...]]) -> Storage:
    url = f"sqlite:///{path}"
    await (await open_sqlite(url, steps=STEPS[:BEFORE])).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO topics (topic_key, name) VALUES ('ai', 'AI')")
        for sql, values in rows:
            database.execute(sql, values)
    return await open_sqlite(url)


@pytest.mark.parametrize(
    ("stored", "cause", "hours", "usual"),
    [
        (why("health-busy"), Cause.BUSY, 0, 0),
        (why("health-host"), Cause.HOST_UNKNOWN, 0, 0),
        (why("health-topic"), Cause.TOPIC_UNSUPPORTED, 0, 0),
        (why("health-budget-share"), Cause.BUDGET_SHARE, 0, 0),
        (why("health-gap", hours=3), Cause.GAP, 3, 0),
        (why("health-silent", hours=30, usual=2), Cause.SILENT, 30, 2),
        (why("health-of-another-version", n=1), Cause.OTHER, 0, 0),
        (None, None, 0, 0),
    ],
)
async def test_watch_keeps_the_cause_of_its_outage(
    tmp_path: Path, stored: object, cause: Cause | None, hours: int, usual: int
) -> None:
    health_record = {"since": "2026-11-21T22:00:00.5Z", "why": stored, "shown": ["rp"], "turns": 2}

    storage = await migrated(tmp_path / "old.db", (WATCH, (to_json(health_record),)))

    [watch] = await storage.watches.listed()
    found = watch.health_record
    assert (found.cause, found.hours, found.usual_hours) == (cause, hours, usual)
    assert (found.since, found.turnovers) == (datetime(2026, 11, 21, 22, 0, 0, 500_000, UTC), 2)
    await storage.close()


async def test_notices_and_digests_that_wait_keep_the_cause(tmp_path: Path) -> None:
    trouble = {"place": PLACE, "why": why("health-unreachable")}
    topic = {"topic": {"key": "ai", "name": "AI"}, "state": "broken", "troubles": [trouble]}
    period = {"start": "2026-11-21T00:00:00Z", "end": "2026-11-22T00:00:00Z"}
    digest = {"digest_id": 1, "name": "朝刊", "period": period, "zone": "UTC", "language": "ja", "topics": [topic]}

    storage = await migrated(
        tmp_path / "old.db",
        (ENTRY, (1, "notice", to_json(NOTICE | {"why": why("health-no-rp")}))),
        (ENTRY, (2, "notice", to_json(NOTICE | {"why": None}))),
        (ENTRY, (3, "digest", to_json(digest))),
    )

    waiting = [entry.content for entries in (await storage.entries.waiting(FAR)).values() for entry in entries]
    told, unknown, summary = waiting
    assert isinstance(told, NoticeContent)
    assert (told.cause, told.topics) == (Cause.NO_RP, ('猫 "why":1',))
    assert isinstance(unknown, NoticeContent)
    assert unknown.cause is None
    assert isinstance(summary, DigestContent)
    problem = SourceProblem(Endpoint(SourceName.MASTODON, "a.example"), Cause.UNREACHABLE)
    assert summary.topics[0].troubles == (problem,)
    await storage.close()


@pytest.mark.parametrize(
    "health_record",
    [
        '{"why":',
        '{"why":5}',
        '{"why":{"values":{}}}',
        '{"why":{"text_id":"health-silent","values":null}}',
        '{"why":{"text_id":"health-silent","values":{"hours":"many"}}}',
        '[{"why":null}]',
        pytest.param('{"why":' + "[" * 100_000, id="too deep to parse"),
    ],
)
async def test_a_row_that_no_version_wrote_keeps_no_database_from_its_new_version(
    tmp_path: Path, health_record: str
) -> None:
    content = '{"why":null,"topics":null}'

    storage = await migrated(
        tmp_path / "old.db",
        (WATCH, (health_record,)),
        (ENTRY, (1, "digest", health_record)),
        (ENTRY, (2, "digest", content)),
        (ENTRY, (3, "notice", to_json(NOTICE | {"why": why("health-busy")}))),
    )

    await storage.close()
    with closing(sqlite3.connect(tmp_path / "old.db")) as database:
        [version] = database.execute("PRAGMA user_version").fetchone()
        [notice] = database.execute("SELECT content FROM entries WHERE id = 3").fetchone()
    assert version == len(STEPS)
    assert '"cause":"busy"' in notice


def test_the_size_of_a_database_costs_no_memory() -> None:
    rows = 200
    text = to_json({"why": why("health-busy"), "topics": [], "name": "x" * 20_000})
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE watches (id INTEGER PRIMARY KEY, cause TEXT, vitals TEXT)")
        database.execute("CREATE TABLE entries (id INTEGER PRIMARY KEY, kind TEXT, content TEXT)")
        database.executemany("INSERT INTO entries (kind, content) VALUES ('digest', ?)", [(text,)] * rows)

        tracemalloc.start()
        store_causes(database)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peak < 20 * len(text) < rows * len(text)
