"""A copy of a database that is being written to: one state of all of it, complete or not there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import BackupProblem, BackupRefused, CopyFailed, StorageError
from bot.core.limits.disk_space import DiskUsage
from bot.storage.opening import open_storage
from bot.storage.sqlite import backup
from bot.storage.sqlite.backup import back_up
from bot.storage.sqlite.migrate import load_steps
from tests.inspection import url_of

ROWS = 4_000


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    """A database of several steps of a copy, whose notes are numbered from 0."""
    path = tmp_path / "kawaraban.db"
    await (await open_storage(url_of(path))).close()
    with closing(sqlite3.connect(path)) as connection:
        rows = ((f"note {number:06}", "x" * 1_000) for number in range(ROWS))
        connection.executemany("INSERT INTO notes (key, value) VALUES (?, ?)", rows)
        connection.commit()
    return path


def notes_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [key for (key,) in connection.execute("SELECT key FROM notes ORDER BY key")]


def numbered(count: int) -> list[str]:
    return [f"note {number:06}" for number in range(count)]


def test_copy_holds_the_state_at_its_begin_while_another_connection_writes(database: Path, tmp_path: Path) -> None:
    target, written, steps = tmp_path / "copies" / "copy.db", ROWS, list[tuple[int, int]]()
    with closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as writer:

        def write(done: int, total: int) -> None:
            nonlocal written
            steps.append((done, total))
            writer.execute("INSERT INTO notes (key, value) VALUES (?, '')", (f"note {written:06}",))
            written += 1

        made = back_up(database, target, progress=write)

    assert notes_in(target) == numbered(ROWS)
    assert notes_in(database) == numbered(written)
    assert len(steps) > 3
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})  # in one pass
    assert (made.version, made.size) == (load_steps()[-1].version, target.stat().st_size)


async def test_copy_is_private_and_opens_as_a_database(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "copy.db"

    back_up(database, target)

    assert [one.name for one in target.parent.iterdir()] == ["copy.db"]
    if os.name == "posix":
        assert (target.stat().st_mode & 0o777, target.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    storage = await open_storage(url_of(target), migrate=False)
    try:
        assert isinstance(await storage.maintenance.disk_usage(), DiskUsage)
    finally:
        await storage.close()


def is_there(_: Path, target: Path) -> Path:
    target.write_text("mine")
    return target


def is_a_link_to_nothing(_: Path, target: Path) -> Path:
    target.symlink_to("nowhere")
    return target


def is_a_folder(_: Path, target: Path) -> Path:
    target.mkdir()
    return target


def is_in_use(_: Path, target: Path) -> Path:
    target.with_name(f"{target.name}-wal").write_text("mine")
    return target


def is_the_database(database: Path, _: Path) -> Path:
    return database


def is_a_link_to_the_database(database: Path, target: Path) -> Path:
    target.symlink_to(database)
    return target


def is_a_part_of_the_database(database: Path, _: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (is_a_folder, BackupProblem.FOLDER),
        (is_in_use, BackupProblem.IN_USE),
        (is_the_database, BackupProblem.SAME),
        (is_a_link_to_the_database, BackupProblem.SAME),
        (is_a_part_of_the_database, BackupProblem.SAME),
        (is_there, BackupProblem.EXISTS),
        (is_a_link_to_nothing, BackupProblem.EXISTS),
    ],
)
def test_file_that_is_not_to_be_written_to_stays_as_it_is(
    make: Callable[[Path, Path], Path], problem: BackupProblem, replace: bool, database: Path, tmp_path: Path
) -> None:
    target = make(database, tmp_path / "copy.db")
    before = sorted(one.name for one in tmp_path.iterdir())
    if replace and problem is BackupProblem.EXISTS:
        back_up(database, target, replace=True)
        assert notes_in(target) == numbered(ROWS)
        assert not target.is_symlink()
        return

    with pytest.raises(BackupRefused) as refused:
        back_up(database, target, replace=replace)

    assert refused.value.problem is problem
    assert sorted(one.name for one in tmp_path.iterdir()) == before
    assert notes_in(database) == numbered(ROWS)


def test_file_made_while_the_copy_was_made_is_not_overwritten(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"

    def write(*_: int) -> None:
        target.write_text("mine")

    with pytest.raises(BackupRefused) as refused:
        back_up(database, target, progress=write)

    assert refused.value.problem is BackupProblem.EXISTS
    assert target.read_text() == "mine"


def test_disk_without_room_is_left_with_what_it_had(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "SPARE_BYTES", 10**18)
    (tmp_path / "mine").mkdir()
    before = sorted(tmp_path.rglob("*"))

    for folder in (tmp_path / "copies" / "of today", tmp_path / "mine"):
        with pytest.raises(BackupRefused) as refused:
            back_up(database, folder / "copy.db")
        assert refused.value.problem is BackupProblem.NO_ROOM

    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("in_its_check", [False, True])
def test_copy_that_is_broken_off_leaves_nothing(
    in_its_check: bool, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_STEPS_A_CALL", 100)
    asked: list[bool] = []  # whether all pages were copied by then

    def is_cancelled() -> bool:
        asked.append(copied[-1][0] == copied[-1][1])
        return asked.count(True) > 1 if in_its_check else len(asked) > 1

    copied: list[tuple[int, int]] = []
    with pytest.raises(StorageError):
        back_up(
            database,
            tmp_path / "copies" / "copy.db",
            progress=lambda *pages: copied.append(pages),
            is_cancelled=is_cancelled,
        )

    assert asked[-1] is in_its_check
    assert not (tmp_path / "copies").exists()


def test_damaged_database_makes_no_copy(database: Path, tmp_path: Path) -> None:
    with database.open("r+b") as file:
        file.seek(500 * 8192)
        file.write(b"\xff" * 8192)

    with pytest.raises(BackupRefused) as refused:
        back_up(database, tmp_path / "copies" / "copy.db")

    assert refused.value.problem is BackupProblem.DAMAGED
    assert not (tmp_path / "copies").exists()


def test_folder_that_cannot_be_made_is_blamed_on_the_target(database: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CopyFailed) as failed:
        back_up(database, tmp_path / "file" / "copy.db")

    assert failed.value.is_target


def test_file_that_is_no_database_is_blamed_on_the_source(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_bytes(b"something else, long enough to have a header\n" * 99)

    with pytest.raises(CopyFailed) as failed:
        back_up(tmp_path / "other.db", tmp_path / "copy.db")

    assert not failed.value.is_target
    assert not (tmp_path / "copy.db").exists()


DYING = """
import os, signal, sys
from pathlib import Path
from bot.storage.sqlite import backup, private_files

source, target, at = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if at == "a page":
    backup.back_up(source, target, replace=True, progress=die)
elif at == "its check":
    backup._verify = die
elif at == "its sync":
    private_files.sync = die
elif at == "its name":
    backup._move = die
backup.back_up(source, target, replace=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is a thing of POSIX")
@pytest.mark.parametrize("at", ["a page", "its check", "its sync", "its name"])
def test_killed_copy_leaves_the_older_one_and_is_deleted_later(at: str, database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "copy.db"
    back_up(database, target)
    before = target.read_bytes()

    ended = subprocess.run([sys.executable, "-c", DYING, str(database), str(target), at], check=False)

    assert ended.returncode == -signal.SIGKILL
    assert target.read_bytes() == before
    assert notes_in(database) == numbered(ROWS)
    (left,) = [one for one in target.parent.iterdir() if one != target]
    back_up(database, target, replace=True)
    assert left.exists()  # it may be one that is being written
    os.utime(left, (0, 0))
    back_up(database, target, replace=True)
    assert list(target.parent.iterdir()) == [target]
