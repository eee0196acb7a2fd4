"""The database and what lies beside it are their owner's alone, whatever the umask."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import StorageError
from bot.storage.migration_files import Step
from bot.storage.sqlite import private_files
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.migrate import load_steps, migrate

pytestmark = [pytest.mark.invariant(10), pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")]


@pytest.fixture(params=[0o000, 0o022], ids=["no umask", "the usual umask"], autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in sorted(folder.rglob("*"))}


def open_to_all(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o666)


async def test_new_database_its_wal_and_its_folders_are_private(tmp_path: Path) -> None:
    storage = await open_sqlite(f"sqlite:///{tmp_path}/a/b/k.db")
    await storage.maintenance.set_note("bluesky.session", "a token")

    assert modes(tmp_path) == {
        "a": 0o700,
        "a/b": 0o700,
        "a/b/k.db": 0o600,
        "a/b/k.db-shm": 0o600,
        "a/b/k.db-wal": 0o600,
    }
    await storage.close()


async def test_what_was_open_to_others_is_closed_at_the_next_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/k.db"
    storage = await open_sqlite(url)
    await storage.maintenance.set_note("tree", "a")
    (tmp_path / "k.db.before-0003").write_bytes(b"a copy")
    open_to_all(tmp_path)

    second = await open_sqlite(url)  # as a process that was killed leaves a WAL behind

    assert set(modes(tmp_path).values()) == {0o600}
    assert await second.maintenance.get_note("tree") == "a"
    await second.close()
    await storage.close()


async def test_copy_before_an_update_is_private_and_no_link_of_others_is_followed(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "k.db", tmp_path / "elsewhere"
    await (await open_sqlite(f"sqlite:///{path}")).close()
    steps = load_steps()
    following = Step(len(steps) + 1, "x", "CREATE TABLE x (a);")
    (tmp_path / f"k.db.before-{following.version:04}.part").symlink_to(elsewhere)

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, (*steps, following))

    assert stat.S_IMODE((tmp_path / f"k.db.before-{following.version:04}").stat().st_mode) == 0o600
    assert not elsewhere.exists()


async def test_folder_that_was_there_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)

    await (await open_sqlite(f"sqlite:///{shared}/k.db")).close()

    assert stat.S_IMODE(shared.stat().st_mode) == 0o755


async def test_folder_that_is_a_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")

    with pytest.raises(StorageError, match="cannot be"):
        await open_sqlite(f"sqlite:///{tmp_path}/a/k.db")


def test_only_what_others_may_read_is_called_exposed(tmp_path: Path) -> None:
    closed, open_, missing = tmp_path / "closed", tmp_path / "open", tmp_path / "missing"
    closed.touch(0o600)
    open_.touch()
    open_.chmod(0o640)

    assert private_files.exposed([closed, open_, missing]) == [(open_, 0o640)]
