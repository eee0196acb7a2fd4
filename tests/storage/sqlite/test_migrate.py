"""Migrations: a step and its number together, or neither, whatever happens in between."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import msgspec
import pytest

from bot.core.errors import DatabaseTooNew, MigrationFailed, StorageError
from bot.core.models import AnswerTrait, EntryKind, HoldReason, SummaryContent
from bot.storage.migration_files import Step
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import database_path, load_steps, migration_status, statements
from tests.storage.digests.digest_world import made
from tests.storage.world import CHANNEL, GUILD, NOW, TOPIC

from .processes import content_of, files_of, python

NEXT = Step(
    version=2,
    name="0002_colours",
    sql="""
    CREATE TABLE colours (name TEXT NOT NULL) STRICT;
    INSERT INTO colours VALUES ('red; not green');
    ALTER TABLE topics ADD COLUMN colour TEXT;
    """,
)
STEPS = load_steps()


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version


def tables_of(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.fixture
async def old(tmp_path: Path) -> Path:
    """A database of version 1 with a note in it."""
    path = tmp_path / "kawaraban.db"
    storage = await open_sqlite(url_of(path), steps=STEPS[:1])
    await storage.maintenance.set_note("mine", "kept")
    await storage.close()
    return path


async def test_new_file_is_made_with_its_folder_at_the_newest_version(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "kawaraban.db"
    before = await migration_status(url_of(path))

    await (await open_sqlite(url_of(path))).close()

    after = await migration_status(url_of(path))
    assert (before.exists, before.current, before.newest) == (False, 0, len(STEPS))
    assert (after.exists, after.current, after.pending) == (True, len(STEPS), ())
    assert files_of(path.parent) == [path.name]


async def test_status_makes_no_file_and_changes_none(tmp_path: Path, old: Path) -> None:
    missing = tmp_path / "missing.db"
    bytes_before = content_of(old)

    await migration_status(url_of(missing))
    await migration_status(url_of(old))

    assert not missing.exists()
    assert content_of(old) == bytes_before


async def test_old_file_is_copied_and_then_migrated(old: Path) -> None:
    storage = await open_sqlite(url_of(old), steps=[*STEPS[:1], NEXT])
    note = await storage.maintenance.get_note("mine")
    await storage.close()

    copy = old.with_name("kawaraban.db.before-0002")
    assert (note, version_of(old), version_of(copy)) == ("kept", 2, 1)
    assert "colours" in tables_of(old)
    assert "colours" not in tables_of(copy)
    assert files_of(old.parent) == [old.name, copy.name]


async def test_file_of_the_newest_version_is_not_copied(old: Path) -> None:
    await (await open_sqlite(url_of(old), steps=STEPS[:1])).close()

    assert files_of(old.parent) == [old.name]


async def test_step_that_fails_leaves_the_version_before_it(old: Path) -> None:
    broken = Step(2, "0002_broken", "CREATE TABLE colours (name TEXT);\nDELETE FROM nowhere;")

    with pytest.raises(MigrationFailed, match="nowhere"):
        await open_sqlite(url_of(old), steps=[*STEPS[:1], broken])

    assert version_of(old) == 1
    assert "colours" not in tables_of(old)
    await (await open_sqlite(url_of(old), steps=STEPS[:1])).close()


async def test_newer_database_is_refused_with_both_versions(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(DatabaseTooNew, match=f"version 99.*up to {len(STEPS)}"):
        await open_sqlite(url_of(old))

    assert version_of(old) == 99


async def test_without_leave_to_migrate_an_old_file_is_left_alone(tmp_path: Path, old: Path) -> None:
    missing = tmp_path / "missing.db"

    with pytest.raises(StorageError, match="kawaraban migrate"):
        await open_sqlite(url_of(old), migrate=False, steps=[*STEPS[:1], NEXT])
    with pytest.raises(StorageError, match="kawaraban migrate"):
        await open_sqlite(url_of(missing), migrate=False)

    assert version_of(old) == 1
    assert not missing.exists()


async def test_other_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be looked at " * 100)

    with pytest.raises(StorageError, match="cannot be read"):
        await open_sqlite(url_of(path))
    with pytest.raises(StorageError, match="cannot be read"):
        await migration_status(url_of(path))


async def test_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError, match="folder"):
        await open_sqlite(url_of(tmp_path / "file" / "deep" / "kawaraban.db"))


@pytest.mark.parametrize("url", ["kawaraban.db", "sqlite://", "sqlite:///", "postgresql:///kawaraban"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(StorageError, match="database URL"):
        database_path(url)


def test_urls_name_relative_and_absolute_files() -> None:
    assert database_path("sqlite:///data/kawaraban.db") == Path("data/kawaraban.db")
    assert database_path("sqlite:////var/kawaraban.db") == Path("/var/kawaraban.db")


def test_numbers_of_steps_must_have_no_gap(tmp_path: Path) -> None:
    (tmp_path / "0001_first.sql").write_text("SELECT 1;")
    (tmp_path / "0003_third.sql").write_text("SELECT 1;")

    with pytest.raises(StorageError, match="0003_third"):
        load_steps(tmp_path)


def test_script_is_split_where_statements_end() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\nEND;\n"

    found = list(statements(f"-- why; because\nSELECT ';';\n{trigger}SELECT 2"))

    assert found == ["-- why; because\nSELECT ';';\n", trigger, "SELECT 2"]


KILLED_MIGRATION = """
import json, os, signal, sqlite3, sys
from pathlib import Path
from bot.storage.migration_files import Step
from bot.storage.sqlite.migrate import load_steps, migrate

path, steps = Path(sys.argv[1]), [Step(**fields) for fields in json.loads(sys.argv[2])]

def schema(connection):
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    return connection.execute("PRAGMA user_version").fetchone()[0], rows

def whole_schema(version):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path("nowhere"), steps[:version])
    return schema(connection)

def migrate_and_die(point):
    passed = 0
    def pass_one(*_):
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)
    replace = Path.replace
    def replaced(self, target):
        pass_one()
        return replace(self, target)
    Path.replace = replaced
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.set_trace_callback(pass_one)
    migrate(connection, path, steps)
    connection.close()

for point in range(1, 1000):
    child = os.fork()
    if child == 0:
        migrate_and_die(point)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    connection = sqlite3.connect(path)
    version, found = schema(connection)
    connection.close()
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status)
    print(json.dumps({"died": died, "version": version, "is_whole": (version, found) == whole_schema(version)}))
    if not died:
        break
"""


def killed_at_every_point(path: Path, steps: Sequence[Step]) -> tuple[list[int], set[bool]]:
    """Migrate again and again, each time killed one statement later, until it comes through.

    Returns the version after each try, and whether the schema always was exactly that version's.
    """
    ended = python(KILLED_MIGRATION, str(path), json.dumps([asdict(step) for step in steps]))
    assert ended.returncode == 0, ended.stderr.decode()
    tries = [json.loads(line) for line in ended.stdout.splitlines()]
    *killed, last = [one["died"] for one in tries]
    assert set(killed) == {signal.SIGKILL}
    assert not last
    return [one["version"] for one in tries], {one["is_whole"] for one in tries}


needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is a thing of POSIX")


@needs_kill
@pytest.mark.invariant(1)
async def test_process_killed_at_any_statement_leaves_the_old_version_or_the_new(old: Path) -> None:
    versions, whole = killed_at_every_point(old, [*STEPS[:1], NEXT])

    assert len(versions) >= 6
    assert versions == sorted(versions)
    assert versions[-1] == 2
    assert whole == {True}
    storage = await open_sqlite(url_of(old), steps=[*STEPS[:1], NEXT])
    assert await storage.maintenance.get_note("mine") == "kept"
    await storage.close()
    copy = old.with_name("kawaraban.db.before-0002")
    assert version_of(copy) == 1
    assert files_of(old.parent) == [old.name, copy.name]


@needs_kill
@pytest.mark.parametrize("begun_at", [0, 1], ids=["a new file", "a file of version 1"])
async def test_process_killed_at_any_statement_of_the_house_leaves_a_whole_version(
    tmp_path: Path, begun_at: int
) -> None:
    path = tmp_path / "kawaraban.db"
    if begun_at:
        await (await open_sqlite(url_of(path), steps=STEPS[:begun_at])).close()

    versions, whole = killed_at_every_point(path, STEPS)

    assert set(versions) == {begun_at, len(STEPS)}
    assert versions == sorted(versions)
    assert whole == {True}
    await (await open_sqlite(url_of(path), migrate=False)).close()


async def test_watch_of_before_the_health_step_is_known_to_have_shown_rp(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"
    before = next(number for number, step in enumerate(STEPS) if step.name.endswith("_health"))
    await (await open_sqlite(url_of(path), steps=STEPS[:before])).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO topics (topic_key, name) VALUES ('a', 'a'), ('b', 'b')")
        database.execute("INSERT INTO watches (id, source, topic_key) VALUES (1, 'x', 'a'), (2, 'x', 'b')")
        database.executemany(
            "INSERT INTO posts (watch_id, post_key, rp, rp_at, first_seen_at, updated_at, digest) "
            "VALUES (?, ?, ?, 0, 0, 0, '')",
            [(1, "x:1", 12), (1, "x:2", None), (2, "x:3", None)],
        )

    storage = await open_sqlite(url_of(path))
    watches = await storage.watches.listed()
    await storage.close()

    assert [set(watch.health_record.shown) for watch in watches] == [{AnswerTrait.POSTS, AnswerTrait.RP}, set()]


async def test_database_of_before_digests_keeps_what_it_holds_and_gets_digests(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"
    before = next(number for number, step in enumerate(STEPS) if step.name.endswith("_digests"))
    await (await open_sqlite(url_of(path), steps=STEPS[:before])).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO topics (topic_key, name) VALUES (?, ?)", (TOPIC.key, TOPIC.name))
        database.execute("INSERT INTO watches (id, source, topic_key) VALUES (1, 'trendpage', ?)", (TOPIC.key,))
        database.execute(
            "INSERT INTO subscriptions "
            "(id, guild_id, channel_id, topic_key, created_by, created_at, language, rules) "
            "VALUES (1, ?, ?, ?, 1, 0, 'ja', '{}')",
            (GUILD, CHANNEL, TOPIC.key),
        )
        database.execute("INSERT INTO subscription_watches VALUES (1, 1, 100)")
        summary = msgspec.json.encode(SummaryContent(TOPIC, HoldReason.HOURLY_LIMIT, "ja"))
        database.execute(
            "INSERT INTO entries "
            "(kind, guild_id, channel_id, subscription_id, why, content, created_at, not_before, state) "
            "VALUES ('summary', ?, ?, 1, 'ceiling', ?, 0, 0, 'waiting')",
            (GUILD, CHANNEL, summary.decode()),
        )

    storage = await open_sqlite(url_of(path))
    [kept] = await storage.subscriptions.listed(GUILD)
    [entry] = (await storage.entries.waiting(NOW))[CHANNEL]
    digest = await made(storage, replaces_alerts=True)
    [watch] = await storage.watches.listed()
    state = await storage.polls.state(watch, [], NOW)
    topics = await storage.digests.topics_of(digest)
    await storage.close()

    assert (kept.topic, entry.kind, topics) == (TOPIC, EntryKind.SUMMARY, [TOPIC])
    assert [listener.digest_only for listener in state.listeners] == [True]
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.invariant(10)
async def test_feed_that_was_named_by_its_path_is_named_by_its_host_and_titles_stay(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"
    before = next(number for number, step in enumerate(STEPS) if step.name.endswith("_named_by_host"))
    await (await open_sqlite(url_of(path), steps=STEPS[:before])).close()
    long = "a.example/" + "k" * 80
    topics = {
        "url:1": ("a.example/key/feed.xml", "https://a.example/key/feed.xml"),
        "url:2": ("町の瓦版", "https://a.example/key/2"),
        "url:3": (long[:59] + "…", "https://" + long),
        "url:4": ("me:pw@a.example/x", "https://me:pw@a.example/x"),
        "url:5": ("a.example?key=1", "https://a.example?key=1"),
    }
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(
            "INSERT INTO topics VALUES (?, ?)", [(key, name) for key, (name, _) in topics.items()]
        )
        database.executemany(
            "INSERT INTO watches (source, topic_key, target) VALUES ('feed', ?, ?)",
            [(key, target) for key, (_, target) in topics.items()],
        )

    storage = await open_sqlite(url_of(path))
    names = {watch.topic.key: watch.topic.name for watch in await storage.watches.listed()}
    await storage.close()

    assert names == dict.fromkeys(topics, "a.example") | {"url:2": "町の瓦版"}
