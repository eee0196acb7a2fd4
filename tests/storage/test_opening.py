"""The URL of a database: what it names, and what is shown of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.errors import ServerProblem, ServerUnusable, StorageError
from bot.storage.opening import (
    backup_command,
    is_server,
    is_there,
    migration_status,
    need,
    open_storage,
    server_facts,
    shown,
    sqlite_file,
)

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://db/kawaraban", "postgresql://db/kawaraban"),
        (f"postgresql://me:{SECRET}@db:5433/kawaraban", "postgresql://me@db:5433/kawaraban"),
        (f"postgres://me:{SECRET}@a:1,b:2/kawaraban", "postgres://me@a:1,b:2/kawaraban"),
        (f"postgresql://me:x@{SECRET}@db/k", "postgresql://me@db/k"),
        (f"postgresql://me:{SECRET}@/k?host=/run/a,/run/b", "postgresql://me@/k?host=/run/a,/run/b"),
        (
            f"postgresql:///k?host=/run/postgresql&user=me&password={SECRET}&sslkey={SECRET}",
            "postgresql:///k?host=/run/postgresql&user=me",
        ),
    ],
)
def test_url_is_shown_without_what_is_secret(url: str, name: str) -> None:
    assert shown(url) == name
    assert SECRET not in backup_command(url)


def test_file_is_shown_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "kawaraban.db"

    assert shown(f"sqlite:///{path}") == str(path)
    assert sqlite_file(f"sqlite:///{path}") == path


@pytest.mark.parametrize("url", ["sqlite:/kawaraban.db", "mysql://db/kawaraban", "kawaraban.db"])
async def test_other_url_is_refused(url: str) -> None:
    assert not is_server(url)
    with pytest.raises(StorageError):
        await open_storage(url)


async def test_database_is_there_once_it_was_opened(database_url: str) -> None:
    await (await open_storage(database_url)).close()

    assert await is_there(database_url)
    await need(database_url)


async def test_missing_file_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    url = f"sqlite:///{path}"

    assert not await is_there(url)
    with pytest.raises(StorageError):
        await need(url)
    assert (await migration_status(url)).exists is False
    assert sqlite_file(url) == path
    assert not path.exists()


async def test_only_a_server_has_facts(database_url: str) -> None:
    facts = await server_facts(database_url)

    if not is_server(database_url):
        assert facts is None
        return
    assert facts is not None
    assert int(facts.version.partition(".")[0]) >= 14
    assert facts.encoding == "UTF8"
    assert 0 < facts.connections < facts.max_connections
    assert abs(facts.ahead.total_seconds()) < 5


WITHOUT_DRIVER = """
import asyncio, sys
sys.modules["psycopg"] = None
from bot.core.errors import ServerUnusable
from bot.storage.opening import open_storage
try:
    asyncio.run(open_storage("postgresql://db/kawaraban"))
except ServerUnusable as error:
    sys.exit(error.problem)
"""


def test_missing_driver_is_named() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_DRIVER], capture_output=True, text=True, check=False)

    assert done.stderr.strip() == ServerProblem.NO_DRIVER


def test_file_needs_no_driver(tmp_path: Path) -> None:
    script = WITHOUT_DRIVER.replace("postgresql://db/kawaraban", f"sqlite:///{tmp_path / 'a.db'}")

    subprocess.run([sys.executable, "-c", script], check=True)


async def test_error_of_a_server_shows_no_password() -> None:
    with pytest.raises(ServerUnusable) as refused:
        await open_storage(f"postgresql://me:{SECRET}@127.0.0.1:1/kawaraban")

    assert SECRET not in str(refused.value)
    assert SECRET not in str(refused.value.values)
