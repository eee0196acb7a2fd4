"""Copy of a database file, made while a bot writes to it.

    read transaction ──▶ pages, a few at a time ──▶ FILE.part-… ──▶ integrity_check ──▶ fsync ──▶ FILE
    (one state of all)   (no writer waits)           (mode 600)

SQLite's backup API begins anew after each write of another connection, unless its own connection has a read
transaction open: it then copies the state at which that began, in one pass. The WAL cannot be emptied meanwhile
and grows by what is written. A copy that was killed leaves a file ``FILE.part-…``, which a later one deletes.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from bot.core.backups import PART
from bot.core.errors import BackupProblem, BackupRefused, CopyFailed, DatabaseBusy, DatabaseDamaged, StorageError
from bot.storage.copying import Backup

from . import private_files
from .errors import translate_errors

PAGES_A_STEP: Final = 128
"""Pages copied between two calls of ``progress``: half a MB of a new file."""
SPARE_BYTES: Final = 50_000_000
"""Bytes that stay free on the disk, so that a copy does not stop a bot whose database is on it."""
ABANDONED_AFTER_S: Final = 3_600.0
"""Seconds without a write after which an unfinished copy counts as killed."""
_STEPS_A_CALL: Final = 100_000
"""Steps of SQLite between two calls of ``is_cancelled``: some milliseconds."""
_OF_TARGET: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
"""Errors of a step of the backup that concern the file written to."""
_BUSY_FOR_S: Final = 5.0


def back_up(
    path: Path,
    target: Path,
    *,
    replace: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Backup:
    """Copy a database file to another file, and verify the copy. The database stays as it is.

    ``replace``: an existing file is replaced once the new copy is complete. ``progress`` gets the pages done and
    the pages of the whole. ``is_cancelled``: asked often whether to break off. Raises ``BackupRefused`` for a
    target that is not written to, ``CopyFailed`` for a file that cannot be used, ``StorageError`` when broken off.
    """
    _refuse(path, target, replace=replace)
    with _unfinished(target) as part:

        def step(done: int, total: int) -> None:
            progress(done, total)
            _go_on(is_cancelled)

        version = _copy_pages(path, part, target, step)
        _verify(part, target, version, is_cancelled)
        with _of_target(target):
            private_files.sync(part)
            _refuse(path, target, replace=replace)
            _move(part, target, replace=replace)
            private_files.sync(target.parent)
            return Backup(target, target.stat().st_size, version)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """An empty file beside the target to fill, removed at the end, with the folders that were made for nothing."""
    with _of_target(target):
        made = private_files.make_folder(target.parent)
        _remove_abandoned(target)
        part = target.with_name(f"{target.name}{PART}{secrets.token_hex(4)}")
        private_files.make_file(part, anew=True)
    try:
        yield part
    finally:
        with suppress(OSError):
            private_files.remove_database(part)
        private_files.remove_folders(made)


def _go_on(is_cancelled: Callable[[], bool]) -> None:
    """Raise ``StorageError`` where the copy is to be broken off."""
    if is_cancelled():
        msg = "the copy was broken off"
        raise StorageError(msg)


def _refuse(path: Path, target: Path, *, replace: bool) -> None:
    """Raise ``BackupRefused`` for a target that is not to be written to."""
    own = [path.with_name(f"{path.name}{ending}") for ending in private_files.BESIDE]
    with _of_target(target):
        if _is_same(path, target) or any(_is_same(one, target) for one in own):
            raise BackupRefused(BackupProblem.SAME, path=str(target.absolute()))
        if target.is_dir():
            raise BackupRefused(BackupProblem.FOLDER, path=str(target.absolute()))
        if not replace and os.path.lexists(target):
            raise BackupRefused(BackupProblem.EXISTS, path=str(target.absolute()))
        # SQLite would apply a WAL beside it to the copy. A folder (".") may have no name.
        beside = [target.with_name(f"{target.name}{ending}") for ending in private_files.BESIDE]
        if (found := next(filter(os.path.lexists, beside), None)) is not None:
            raise BackupRefused(BackupProblem.IN_USE, path=str(target.absolute()), beside=found.name)


def _is_same(path: Path, target: Path) -> bool:
    """Whether both are one file, or would be."""
    if path.exists() and target.exists():
        return path.samefile(target)
    return path.absolute() == target.absolute()


def _copy_pages(path: Path, part: Path, target: Path, progress: Callable[[int, int], None]) -> int:
    """Copy all pages; returns the version of the schema."""
    with closing(_opened(path)) as source, closing(_made(part)) as copy:
        with _of_source(path):
            source.execute("BEGIN")
            version: int = source.execute("PRAGMA user_version").fetchone()[0]  # the read transaction begins here
            (pages,), (page_bytes,) = (
                source.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size")
            )
        with _of_target(target):
            free = shutil.disk_usage(part.parent).free
        if free < pages * page_bytes + SPARE_BYTES:
            needed = str(round((pages * page_bytes + SPARE_BYTES) / 1e6) + 1)
            raise BackupRefused(
                BackupProblem.NO_ROOM, path=str(target.absolute()), needed=needed, free=str(round(free / 1e6))
            )

        def step(_status: int, left: int, total: int) -> None:
            progress(total - left, total)

        try:
            source.backup(copy, pages=PAGES_A_STEP, progress=step)
        except sqlite3.Error as error:
            side = _of_target(target) if _code(error) in _OF_TARGET else _of_source(path)
            with side:
                raise
    return version


def _opened(path: Path) -> sqlite3.Connection:
    """The database, which the connection cannot change. Its files beside it are made where SQLite needs them."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with _of_source(path):
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_FOR_S, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
    return connection


def _made(part: Path) -> sqlite3.Connection:
    """The file to fill. Nobody else knows its name: no locks, which not every network disk has, and no journal."""
    connection = sqlite3.connect(f"{part.absolute().as_uri()}?nolock=1", uri=True, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _verify(part: Path, target: Path, version: int, is_cancelled: Callable[[], bool]) -> None:
    """Raise ``BackupRefused`` for a copy that SQLite finds a fault in."""
    try:
        with closing(_read_only(part)) as copy:
            copy.set_progress_handler(is_cancelled, _STEPS_A_CALL)
            found = [str(line) for (line,) in copy.execute("PRAGMA integrity_check(3)")]
            copied = copy.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        _go_on(is_cancelled)
        found, copied = [str(error)], version
    if found != ["ok"] or copied != version:
        why = "; ".join(found) if found != ["ok"] else f"version {copied}, not {version}"
        raise BackupRefused(BackupProblem.DAMAGED, path=str(target.absolute()), why=why)


def _read_only(path: Path) -> sqlite3.Connection:
    """A file that nobody writes to; SQLite makes no files beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)


def _move(part: Path, target: Path, *, replace: bool) -> None:
    """Give the file its name. Without ``replace`` none that was made meanwhile is overwritten."""
    if replace:
        part.replace(target)
        return
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise BackupRefused(BackupProblem.EXISTS, path=str(target.absolute())) from error
    except OSError:  # a disk without hard links; ``_refuse`` has just looked
        part.rename(target)
    else:
        part.unlink()


def _remove_abandoned(target: Path) -> None:
    """Delete unfinished copies of killed processes. Raises ``OSError``."""
    before = time.time() - ABANDONED_AFTER_S
    for one in target.parent.iterdir():
        if one.name.startswith(f"{target.name}{PART}"):
            with suppress(FileNotFoundError):
                if one.stat().st_mtime < before:
                    one.unlink()


def _code(error: sqlite3.Error) -> int:
    """The kind of an error, without its details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def _of_source(path: Path) -> Iterator[None]:
    """Raise ``CopyFailed`` of the database for an error of the block."""
    with _blamed(path, is_target=False):
        yield


@contextmanager
def _of_target(path: Path) -> Iterator[None]:
    """Raise ``CopyFailed`` of the copy for an error of the block."""
    with _blamed(path, is_target=True):
        yield


@contextmanager
def _blamed(path: Path, *, is_target: bool) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        msg = f"{path} cannot be used: {error.strerror or error}"
        raise CopyFailed(f"sqlite:///{path}", StorageError(msg), is_target=is_target) from error
    except sqlite3.Error as error:
        raise CopyFailed(f"sqlite:///{path}", _translated(error), is_target=is_target) from error


def _translated(error: sqlite3.Error) -> StorageError:
    def again() -> None:
        raise error

    try:
        translate_errors(again)
    except (DatabaseBusy, DatabaseDamaged) as known:
        return known
    except (StorageError, sqlite3.Error):
        pass
    return DatabaseDamaged(str(error))
