"""Copy of a whole database to another engine, or to another place of the same one.

    source: locked against writers ──▶ batches of rows ──▶ target: one transaction
                                           │ sum of the rows      │ sum of the rows read back
                                           └──────── equal? ──────┘──▶ committed

Nothing of a copy is visible before all of it is there and verified: a copy that was killed is as if it had never
begun, and runs again from its begin.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Protocol

from bot.core.errors import ConstraintViolated, CopyFailed, CopyProblem, CopyRefused, StorageError
from bot.core.lazy_dataclass import dataclass

from .nul import without_nul

Values = tuple[Any, ...]

BATCH_BYTES: Final = 4_000_000
"""Bytes of the rows that are read at once, about: memory does not grow with the table."""
BATCH_ROWS: Final = 2_000
"""Rows read at once, at most. A server checks the references of a batch at its end, from a list in its memory."""
_FIRST_BATCH_ROWS: Final = 50
_SUM_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table of the newest schema.

    ``columns``: types by name, in SQLite's words. ``references``: other tables that its rows refer to.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    references: frozenset[str] = frozenset()


@dataclass(slots=True)
class RowSum:
    """Count and checksum of rows, whatever their order: the sum of the rows' hashes."""

    rows: int = 0
    total: int = 0

    def add(self, batch: Iterable[Values]) -> None:
        """Add rows in the form that ``comparable`` gives them."""
        for row in batch:
            hashed = blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=_SUM_BYTES).digest()
            self.total = (self.total + int.from_bytes(hashed)) % 256**_SUM_BYTES
            self.rows += 1

    @property
    def checksum(self) -> str:
        """The sum in hexadecimal digits."""
        return f"{self.total:0{2 * _SUM_BYTES}x}"


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table whose rows were copied and found equal on both sides."""

    name: str
    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A complete copy of a database file: its path, its bytes and the version of its schema."""

    path: Path
    size: int
    version: int


class CopySource(Protocol):
    """A database that nobody else writes to while it is open. Its methods raise ``StorageError``."""

    def tables(self) -> Mapping[str, TableSchema]:
        """Its tables, by name."""
        ...

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> list[Values]:
        """Rows of a statement that both engines understand."""
        ...

    def last_ids(self) -> dict[str, int]:
        """The highest id that each table gave so far, of tables that number their rows and never reuse an id."""
        ...


class CopyTarget(CopySource, Protocol):
    """A database of the newest schema without rows, in a transaction."""

    def insert(self, table: TableSchema, rows: Sequence[Values], /) -> None:
        """Add rows, whose values are in the order of the table's columns.

        Raises ``ConstraintViolated`` for rows that the schema refuses.
        """
        ...

    def table_done(self, table: TableSchema, /) -> None:
        """Called after the rows of a table that has any."""
        ...

    def set_last_ids(self, ids: Mapping[str, int], /) -> None:
        """Let each table go on after its last id."""
        ...

    def commit(self) -> None:
        """Make all that was written visible, at once."""
        ...


class Progress(Protocol):
    """Receiver of a copy's progress."""

    def begun(self, rows: int, /) -> None:
        """Called once, with the number of rows to copy."""
        ...

    def rows_done(self, rows: int, /) -> None:
        """Called with the number of rows done since the call before: each row counts as it is copied."""
        ...

    def table_done(self, table: CopiedTable, /) -> None:
        """Called after each table."""
        ...


@dataclass(frozen=True, slots=True)
class Side:
    """One database of a copy, by its URL: its errors become ``CopyFailed``, which says on which side it was."""

    url: str
    is_target: bool = field(kw_only=True)

    def __str__(self) -> str:
        """``target`` or ``source``: the URL may hold a password."""
        return "target" if self.is_target else "source"

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Raise ``CopyFailed`` for a ``StorageError`` of the block."""
        try:
            yield
        except (CopyFailed, CopyRefused):
            raise
        except StorageError as error:
            raise CopyFailed(self.url, error, is_target=self.is_target) from error


def copy_rows(
    source: CopySource,
    target: CopyTarget,
    sides: tuple[Side, Side],
    schema: Sequence[TableSchema],
    progress: Progress,
) -> list[CopiedTable]:
    """Copy the tables of ``schema``, verify each, and commit.

    Raises ``CopyFailed`` for an error of one side, ``CopyRefused`` for tables or rows that differ.
    """
    here, there = sides
    with here.blamed():
        _refuse_other_tables(source.tables(), schema, here)
        last_ids, counts = source.last_ids(), {table.name: _count(source, table) for table in schema}
    with there.blamed():
        _refuse_other_tables(target.tables(), schema, there)
        if filled := next((table.name for table in schema if _count(target, table)), None):
            raise CopyRefused(CopyProblem.TARGET_FILLED, table=filled)
    progress.begun(sum(counts.values()))
    copied = []
    for table in in_reference_order(schema):
        done = _copy_table(table, source, target, sides, progress)
        if done.rows != counts[table.name]:
            raise CopyRefused(CopyProblem.DIFFERS, table=table.name)
        copied.append(done)
        progress.table_done(done)
    with there.blamed():
        target.set_last_ids(last_ids)
        if target.last_ids() != last_ids:
            raise CopyRefused(CopyProblem.DIFFERS, table="ids")
        target.commit()
    return copied


def in_reference_order(tables: Iterable[TableSchema]) -> list[TableSchema]:
    """The tables, each after those that its rows refer to. Raises ``ValueError`` where they refer in a circle."""
    left = {table.name: table for table in tables}
    ordered: list[TableSchema] = []
    while left:
        ready = [table for table in left.values() if not (table.references - {table.name}) & left.keys()]
        if not ready:
            msg = f"tables that refer to each other: {', '.join(left)}"
            raise ValueError(msg)
        ordered += ready
        for table in ready:
            del left[table.name]
    return ordered


def comparable(row: Values) -> Values:
    """A row as both engines store it and read it: without NUL, without a negative zero, NULL for a NaN."""
    written = repr(row)
    if not any(mark in written for mark in ("x00", "u0000", "nan", "-0.0")):
        return row
    return tuple(_comparable(value) for value in row)


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return without_nul(value)
    if isinstance(value, float):
        return None if math.isnan(value) else value + 0.0
    return value


def _copy_table(
    table: TableSchema, source: CopySource, target: CopyTarget, sides: tuple[Side, Side], progress: Progress
) -> CopiedTable:
    here, there = sides
    read, written = RowSum(), RowSum()
    batches = _batches(source, table)
    while True:
        with here.blamed():
            batch = next(batches, None)
        if batch is None:
            break
        with there.blamed():
            _insert(target, table, batch)
        read.add(batch)
        progress.rows_done(len(batch))
    with there.blamed():
        if read.rows:
            target.table_done(table)
        for batch in _batches(target, table):
            written.add(batch)
    if read != written:
        raise CopyRefused(CopyProblem.DIFFERS, table=table.name)
    return CopiedTable(table.name, read.rows, read.checksum)


def _insert(target: CopyTarget, table: TableSchema, batch: Sequence[Values]) -> None:
    try:
        target.insert(table, batch)
    except ConstraintViolated as error:
        raise CopyRefused(CopyProblem.REFUSED_ROWS, table=table.name, why=str(error)) from error


def _batches(database: CopySource, table: TableSchema) -> Iterator[list[Values]]:
    """Rows in the order of the key, each batch after the last key of the one before."""
    columns, key = _listed(table.columns), _listed(table.key)
    places = [list(table.columns).index(name) for name in table.key]
    marks = ", ".join("?" * len(table.key))
    first = f"SELECT {columns} FROM {_quoted(table.name)} ORDER BY {key} LIMIT ?"  # noqa: S608 - names of the schema
    then = f"SELECT {columns} FROM {_quoted(table.name)} WHERE ({key}) > ({marks}) ORDER BY {key} LIMIT ?"  # noqa: S608
    limit, after = _FIRST_BATCH_ROWS, ()
    while rows := database.execute(then if after else first, (*after, limit)):
        after = tuple(rows[-1][place] for place in places)
        yield [comparable(row) for row in rows]
        if len(rows) < limit:
            return
        limit = max(1, min(BATCH_ROWS, 2 * limit, limit * BATCH_BYTES // sum(map(_size, rows))))


def _size(row: Values) -> int:
    """Bytes of a row, about."""
    return 16 * len(row) + sum(len(value) for value in row if isinstance(value, str | bytes))


def _count(database: CopySource, table: TableSchema) -> int:
    [(count,)] = database.execute(f"SELECT count(*) AS rows FROM {_quoted(table.name)}")  # noqa: S608 - see above
    return int(count)


def _refuse_other_tables(found: Mapping[str, TableSchema], schema: Sequence[TableSchema], side: Side) -> None:
    """Raise ``CopyRefused`` where a table is missing or has other columns. Tables of others do not matter."""
    for table in schema:
        one = found.get(table.name)
        if one is None or dict(one.columns) != dict(table.columns):
            raise CopyRefused(CopyProblem.OTHER_SCHEMA, table=table.name, side=str(side))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return f'"{name}"'
