"""SQLite files as the source and as the target of a copy."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from bot.core.errors import CopyProblem, CopyRefused, DatabaseDamaged, StorageError
from bot.storage.copying import TableSchema, Values

from . import private_files
from .errors import translate_errors
from .migrate import load_steps, migrate, refuse_newer, schema, status

T = TypeVar("T")

_WAIT_S: Final = 5.0
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_ENDING: Final = ".copying"
"""Ending of an unfinished copy's name."""


def schema_tables() -> tuple[TableSchema, ...]:
    """Tables of the newest schema, in the order in which the migrations made them."""
    with closing(schema(load_steps())) as connection:
        return tuple(_tables(connection).values())


class SqliteCopy:
    """``CopySource`` and ``CopyTarget`` over one connection with an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tables(self) -> Mapping[str, TableSchema]:
        """See ``CopySource.tables``."""
        return _translated(partial(_tables, self._connection))

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> list[Values]:
        """See ``CopySource.execute``."""
        return _translated(lambda: self._connection.execute(sql, parameters).fetchall())

    def last_ids(self) -> dict[str, int]:
        """See ``CopySource.last_ids``."""
        return dict(self.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0"))

    def insert(self, table: TableSchema, rows: Sequence[Values], /) -> None:
        """See ``CopyTarget.insert``."""
        columns, marks = ", ".join(f'"{name}"' for name in table.columns), ", ".join("?" * len(table.columns))
        sql = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608 - names of the schema
        _translated(lambda: self._connection.executemany(sql, rows))

    def table_done(self, table: TableSchema, /) -> None:
        """See ``CopyTarget.table_done``. SQLite reads by the key without knowing the table's size."""

    def set_last_ids(self, ids: Mapping[str, int], /) -> None:
        """See ``CopyTarget.set_last_ids``."""
        self.execute("DELETE FROM sqlite_sequence")
        sql = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)"
        _translated(lambda: self._connection.executemany(sql, list(ids.items())))

    def commit(self) -> None:
        """See ``CopyTarget.commit``."""
        self.execute("COMMIT")


@contextmanager
def opened_source(path: Path) -> Iterator[SqliteCopy]:
    """A file of the newest version that nobody else writes to. Nothing in it is changed.

    Raises ``StorageError`` for a file that is missing or of another version, ``DatabaseDamaged``, and
    ``DatabaseBusy`` where another process writes to it.
    """
    steps = load_steps()
    found = _translated(partial(status, path, steps))
    refuse_newer(path, found.current, steps)
    if found.pending:
        msg = f"{path} is of version {found.current}, not {found.newest}" if found.exists else f"no file {path}"
        raise StorageError(msg)
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with closing(
        _translated(lambda: sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None))
    ) as made:
        copy = SqliteCopy(made)
        copy.execute("BEGIN IMMEDIATE")
        try:
            _refuse_damaged(copy)
            yield copy
        finally:
            made.rollback()


@contextmanager
def opened_target(path: Path) -> Iterator[SqliteCopy]:
    """A file without rows, written beside ``path`` and renamed to it at the COMMIT.

    Raises ``CopyRefused`` where there is a file of that name, ``StorageError`` where none can be made.
    """
    refuse_existing(path)
    unfinished = path.with_name(f"{path.name}{_ENDING}")
    try:
        private_files.make_folder(path.parent)
        private_files.remove_database(unfinished)  # of a copy that was killed; only one copy runs at a time
        private_files.make_file(unfinished, anew=True)
    except OSError as error:
        msg = f"{path} cannot be made: {error.strerror}"
        raise StorageError(msg) from error
    try:
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            copy = _FileTarget(connection, unfinished, path)
            for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "foreign_keys = ON"):
                copy.execute(f"PRAGMA {pragma}")
            _translated(lambda: migrate(connection, unfinished, load_steps()))
            copy.execute("BEGIN IMMEDIATE")
            yield copy
    finally:
        with suppress(OSError):
            private_files.remove_database(unfinished)


class _FileTarget(SqliteCopy):
    """A file that is not in its place yet."""

    def __init__(self, connection: sqlite3.Connection, unfinished: Path, path: Path) -> None:
        super().__init__(connection)
        self._unfinished = unfinished
        self._path = path

    def commit(self) -> None:
        """See ``CopyTarget.commit``: the file is on the disk before it gets its name."""
        super().commit()
        self._connection.close()
        refuse_existing(self._path)
        try:
            private_files.sync(self._unfinished)
            self._unfinished.rename(self._path)
            private_files.sync(self._path.parent)
        except OSError as error:
            msg = f"{self._path} cannot be made: {error.strerror}"
            raise StorageError(msg) from error


def refuse_existing(path: Path) -> None:
    """Raise ``CopyRefused`` where a file, or one that SQLite would take for a part of it, exists."""
    for one in (path, *(path.with_name(f"{path.name}{ending}") for ending in private_files.BESIDE)):
        if os.path.lexists(one):
            raise CopyRefused(CopyProblem.TARGET_EXISTS, path=str(one.absolute()))


def _refuse_damaged(copy: SqliteCopy) -> None:
    """Raise ``DatabaseDamaged`` for a file whose pages do not fit together."""
    found = [str(line) for (line,) in copy.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise DatabaseDamaged(" ".join(found).replace("*** in database main ***", "").strip())


def _translated(work: Callable[[], T]) -> T:
    """See ``translate_errors``; SQLite's other errors, as of a text that is not UTF-8, are ``DatabaseDamaged``."""
    try:
        return translate_errors(work)
    except sqlite3.Error as error:
        raise DatabaseDamaged(str(error)) from error


def _tables(connection: sqlite3.Connection) -> dict[str, TableSchema]:
    return {name: _table(connection, name) for (name,) in connection.execute(_TABLES).fetchall()}


def _table(connection: sqlite3.Connection, name: str) -> TableSchema:
    columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    references = connection.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
    return TableSchema(
        name,
        columns={column: kind for _, column, kind, *_ in columns},
        key=tuple(column for _, column in sorted((place, column) for _, column, *_, place in columns if place)),
        references=frozenset(other for _, _, other, *_ in references),
    )
