"""Migration of a database file to the newest version: ordered SQL files, pending ones in one transaction.

The version is SQLite's ``user_version``. Whatever ends a migration before its end, the file is as it was, and the
version of Kawaraban that wrote it can open it.
"""

from __future__ import annotations

import sqlite3
from asyncio import to_thread
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Final

from bot.core.errors import DatabaseTooNew, MigrationFailed, StorageError
from bot.storage.migration_files import MigrationStatus, Step, newest_version, read_steps, status_at

from . import private_files
from .cause_migration import store_causes
from .errors import is_damage, is_full, translate_errors
from .failure_migration import store_failure_codes
from .host_migration import store_hosts
from .readings_migration import store_readings
from .topic_key_migration import merge_spellings

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_THEN: Final[Mapping[str, Callable[[sqlite3.Connection], None]]] = {
    "spellings": merge_spellings,
    "causes": store_causes,
    "failure_codes": store_failure_codes,
    "roles": store_hosts,
    "readings": store_readings,
}
"""Python parts of migrations, by the file's name without its number."""


def load_steps(directory: Path = _MIGRATIONS) -> tuple[Step, ...]:
    """Steps in order; their numbers must run 1, 2, 3 … without a gap."""
    return read_steps(directory)


async def migration_status(url: str) -> MigrationStatus:
    """Version and pending steps of a file, without changing it. Raises ``StorageError`` for no database."""
    path = database_path(url)
    return await to_thread(translate_errors, partial(status, path, load_steps()))


def database_path(url: str) -> Path:
    """Path that a database URL names: ``sqlite:///relative`` or ``sqlite:////absolute``."""
    prefix, _, name = url.partition("///")
    if prefix != "sqlite:" or not name:
        msg = "this is not a database URL like sqlite:///kawaraban.db"
        raise StorageError(msg)
    return Path(name).expanduser()


def is_there(path: Path) -> bool:
    """Whether a file of that name exists. Raises ``StorageError`` where permissions do not allow to look."""
    try:
        return path.exists()
    except OSError as error:
        msg = f"{path} cannot be looked for: {error.strerror}."
        raise StorageError(msg) from error


def schema(steps: Sequence[Step]) -> sqlite3.Connection:
    """A database in memory with the tables of ``steps``, in autocommit mode."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for step in steps:
        for statement in statements(step.sql):
            connection.execute(statement)
    return connection


def status(path: Path, steps: Sequence[Step]) -> MigrationStatus:
    """Version and pending steps, without changing the file. Raises ``StorageError`` if it may not be read."""
    exists = is_there(path)
    current = 0
    if exists:
        # Without a WAL beside it, no process writes and the file is complete; "immutable" then creates no extra
        # files.
        alone = not path.with_name(f"{path.name}-wal").exists()
        uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            current = _version(connection)
    return status_at(current, steps, exists=exists)


def readable_version(path: Path) -> int | None:
    """Version of the schema of a file; None where SQLite cannot read it. Changes nothing."""
    try:
        return status(path, load_steps()).current
    except sqlite3.Error:
        return None


def refuse_newer(path: Path, current: int, steps: Sequence[Step]) -> None:
    """Raise ``DatabaseTooNew`` for a file newer than the newest step."""
    newest = newest_version(steps)
    if current > newest:
        msg = (
            f"{path} is a database of version {current}, but this Kawaraban only knows versions up to {newest}: "
            "update Kawaraban, or go back to a copy of the database from before the update."
        )
        raise DatabaseTooNew(msg)


def migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step]) -> None:
    """Apply all pending steps in one transaction. ``connection`` is in autocommit mode.

    A file that already holds data is copied first, to ``copy_before``. Raises ``DatabaseTooNew``,
    ``MigrationFailed`` where the file is as it was, and ``sqlite3.Error`` for a file that cannot be used now.
    """
    current = _version(connection)
    refuse_newer(path, current, steps)
    pending = [step for step in steps if step.version > current]
    if pending and current > 0:
        _copy(connection, copy_before(path, pending[0].version), newest_version(steps))
    if pending:
        _apply(connection, pending)


def copy_before(path: Path, version: int) -> Path:
    """Path of the copy of a file that is made before the migration ``version``."""
    return path.with_name(f"{path.name}.before-{version:04}")


def _apply(connection: sqlite3.Connection, pending: Sequence[Step]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    name = ""
    try:
        # Another process may have done the steps while this one waited for the lock.
        current = _version(connection)
        for step in pending:
            name = step.name
            if current < step.version:
                _run(connection, step)
        connection.execute("COMMIT")
    except Exception as error:
        if is_damage(error):
            raise
        raise MigrationFailed(newest_version(pending), str(error), step=name, is_full=is_full(error)) from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _run(connection: sqlite3.Connection, step: Step) -> None:
    """One step, in the transaction that is open. Not executescript: it would commit before it begins."""
    for statement in statements(step.sql):
        connection.execute(statement)
    if (then := _THEN.get(step.name.partition("_")[2])) is not None:
        then(connection)
    connection.execute(f"PRAGMA user_version = {step.version}")


def statements(sql: str) -> Iterator[str]:
    """Split a script at line ends where SQLite itself sees the end of a statement (triggers hold semicolons)."""
    gathered = ""
    for line in sql.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
    if gathered.strip():
        yield gathered


def _copy(connection: sqlite3.Connection, target: Path, newest: int) -> None:
    """Copy by the backup API (a WAL is part of the database), then rename: a copy is whole or not there.

    Raises ``MigrationFailed``, and ``sqlite3.Error`` for a damaged file.
    """
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        private_files.make_file(unfinished, anew=True)
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        if is_damage(error):
            raise
        why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise MigrationFailed(newest, why, is_full=is_full(error)) from error


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
