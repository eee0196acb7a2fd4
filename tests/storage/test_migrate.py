"""Migrations: a step and its number together, or neither, whatever happens in between."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import DatabaseTooNew, StorageError
from bot.storage.migrate import Step, database_path, load_steps, migration_status, statements
from bot.storage.sqlite import open_sqlite

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
    await storage.set_note("mine", "kept")
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
    note = await storage.get_note("mine")
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

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
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
import os, signal, sqlite3, sys
from pathlib import Path
from bot.storage.migrate import Step, load_steps, migrate
path, sql, point = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = 0
def die_at_the_point(_):
    global seen
    seen += 1
    if seen == point:
        os.kill(os.getpid(), signal.SIGKILL)
connection = sqlite3.connect(path, isolation_level=None)
connection.set_trace_callback(die_at_the_point)
migrate(connection, Path(path), [*load_steps()[:1], Step(2, "0002_colours", sql)])
connection.close()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is a thing of POSIX")
async def test_process_killed_at_any_statement_leaves_the_old_version_or_the_new(old: Path) -> None:
    versions = []
    for point in range(1, 20):
        ended = python(KILLED_MIGRATION, str(old), NEXT.sql, str(point))
        versions.append(version_of(old))
        assert ("colours" in tables_of(old)) == (versions[-1] == 2)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    assert len(versions) >= 6
    assert versions == sorted(versions)
    assert versions[-1] == 2
