"""A database of each schema version that ever landed comes to this one, on both engines, or is left as it was.

``tests/data/rows`` holds their rows; ``python -m tests.data.make_schemas`` writes that of a new version.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from bot import app
from bot.core.errors import DatabaseTooNew, MigrationFailed, StorageError
from bot.core.models import GuildId
from bot.doctor.database_faults import why_unusable
from bot.storage.opening import damage, open_storage, unchecked_references
from bot.storage.postgres import migrate as postgres_migrate
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import load_steps, migrate
from tests import data
from tests.conftest import make_settings
from tests.inspection import Inspect, url_of
from tests.postgres_server import Server

STEPS: Final = load_steps()
VERSIONS: Final = [int(path.stem) for path in sorted(data.ROWS.glob("*.sql"))]
ON_SERVERS: Final = [version for version in VERSIONS if version >= postgres_migrate.FIRST]
LATER: Final = datetime(2027, 3, 1, tzinfo=UTC)
GUILDS: Final = (GuildId(1001), GuildId(1002))


def made(path: Path, version: int) -> Path:
    """The database of a version, as people have it."""
    data.load(path, data.ROWS / f"{version:04}.sql")
    return path


def content(path: Path) -> list[str]:
    return list(data.dumped(path))


def rows(path: Path) -> dict[str, int]:
    """Number of rows of each table."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for (name,) in names.fetchall()
        }


def test_every_version_has_a_database_with_rows_in_every_table(tmp_path: Path) -> None:
    assert [step.version for step in STEPS] == VERSIONS, "run python -m tests.data.make_schemas"
    for version in VERSIONS:
        found = rows(made(tmp_path / f"{version}.db", version))
        assert [table for table, count in found.items() if not count] == []


def test_migration_that_landed_is_never_changed() -> None:
    assert data.migrations() == data.landed(), "a migration that landed is as it was; a new one: make_schemas"


@pytest.mark.invariant(1)
@pytest.mark.parametrize("version", VERSIONS)
async def test_bot_runs_on_a_database_of_an_earlier_version(tmp_path: Path, version: int) -> None:
    path = made(tmp_path / "kawaraban.db", version)
    before, url, had = content(path), url_of(path), rows(path)
    assert had["subscriptions"]

    async with app.open_services(make_settings(tmp_path, database={"url": url}), clock=lambda: LATER) as services:
        storage = services.storage
        assert await storage.consistency.findings(unchecked_references(url)) == []
        subscriptions = [one for guild in GUILDS for one in await storage.subscriptions.listed(guild)]
        for guild in GUILDS:
            await storage.digests.listed(guild)
            await storage.deliveries.of_guild(guild)
        await storage.entries.waiting(LATER)
        await storage.watches.claim_due(LATER + timedelta(days=999), limit=100, lease_s=60)
        await services.health.send_notices()

    assert damage(url) == []
    assert len(subscriptions) == had["subscriptions"]
    assert rows(path)["alerts"] == had["alerts"]
    if version < len(STEPS):
        assert content(tmp_path / f"kawaraban.db.before-{version + 1:04}") == before


@pytest.mark.parametrize("version", ON_SERVERS)
async def test_server_has_the_same_rows_after_it(postgres_server: Server, tmp_path: Path, version: int) -> None:
    url = postgres_server.new_database("schema_version")
    path = made(tmp_path / "kawaraban.db", version)
    steps = [step for step in postgres_migrate.load_steps() if step.version <= version]
    postgres_migrate.prepare(url, may_migrate=True, steps=steps)
    _copy_rows(path, Inspect(url))

    await (await open_storage(url)).close()
    await (await open_sqlite(url_of(path))).close()

    server, file = Inspect(url), Inspect(url_of(path))
    assert server.version() == file.version() == len(STEPS)
    of_server, of_file = server.everything(), file.everything()
    assert {table: len(found) for table, found in of_server.items() if table in of_file} == {
        table: len(found) for table, found in of_file.items() if table in of_server
    }


def _copy_rows(path: Path, server: Inspect) -> None:
    with closing(sqlite3.connect(path)) as connection, server.transaction() as tx:
        tx.execute("SET session_replication_role = replica")
        for table in rows(path):
            found = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names = ", ".join(f'"{column[0]}"' for column in found.description)
            for row in found:
                tx.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', row)  # noqa: S608


# -- what fails -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(1, len(STEPS)))
async def test_migration_that_fails_at_any_step_leaves_the_file_as_it_was(tmp_path: Path, at: int) -> None:
    path = made(tmp_path / "kawaraban.db", 1)
    before = content(path)
    broken = replace(STEPS[at], sql=f"{STEPS[at].sql}\nDELETE FROM nowhere;")

    with pytest.raises(MigrationFailed, match="nowhere") as failed:
        await open_sqlite(url_of(path), steps=[*STEPS[:at], broken, *STEPS[at + 1 :]])

    assert content(path) == before
    assert failed.value.step == STEPS[at].name
    assert said(path, failed.value) == "cli-database-not-migrated"
    await (await open_sqlite(url_of(path), steps=STEPS[:1])).close()


def said(path: Path, error: StorageError) -> str:
    """Id of the sentence that the operator reads; it is in both languages."""
    sentence = why_unusable(url_of(path), error)
    assert all(str(path) in sentence.said(language) for language in ("en", "ja"))
    return sentence.text_id


@pytest.mark.parametrize("pages", [1, 5, 20, 40])
def test_disk_that_fills_up_leaves_the_file_as_it_was(tmp_path: Path, pages: int) -> None:
    path = made(tmp_path / "kawaraban.db", 1)
    before = content(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        size = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {size + pages}")

        with pytest.raises(MigrationFailed) as failed:
            migrate(connection, path, STEPS)

    assert failed.value.is_full
    assert content(path) == before
    assert said(path, failed.value) == "cli-database-migration-full"


async def test_without_a_copy_from_before_nothing_is_changed(tmp_path: Path) -> None:
    path = made(tmp_path / "kawaraban.db", 1)
    before = content(path)
    (tmp_path / "kawaraban.db.before-0002.part").mkdir()

    with pytest.raises(MigrationFailed) as failed:
        await open_sqlite(url_of(path))

    assert content(path) == before
    assert said(path, failed.value) == "cli-database-no-copy-before"


async def test_version_before_the_update_names_the_copy_to_go_back_to(tmp_path: Path) -> None:
    path = made(tmp_path / "kawaraban.db", len(STEPS))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    before = content(path)

    with pytest.raises(DatabaseTooNew) as refused:
        await open_sqlite(url_of(path))
    alone = said(path, refused.value)
    path.with_name(f"kawaraban.db.before-{len(STEPS) + 1:04}").touch()

    assert (alone, said(path, refused.value)) == ("cli-database-newer", "cli-database-newer-copied")
    assert content(path) == before
