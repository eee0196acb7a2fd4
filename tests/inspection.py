"""A look into a test's database past the storage; the one place that knows its back end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bot.storage.sql.database import Tx

Row = tuple[Any, ...]


def url_of(path: Path) -> str:
    """URL of a SQLite file."""
    return f"sqlite:///{path}"


class Inspect:
    """Runs statements on the database of a URL, each call on a connection of its own; what they write is kept."""

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")

    def __call__(self, sql: str, *values: object) -> list[Row]:
        """The rows of one statement."""
        with self._connected() as connection, connection:
            return connection.execute(sql, values).fetchall()

    def for_each(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        """Run one statement for each of the values."""
        with self._connected() as connection, connection:
            connection.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """A write transaction beside a program that runs, which it waits for."""
        with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def columns(self) -> dict[str, list[str]]:
        """The columns of every table."""
        with self._connected() as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                table: [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
                for (table,) in tables
            }

    def everything(self) -> dict[str, list[Row]]:
        """All rows of all tables."""
        return {table: self(f'SELECT * FROM "{table}"') for table in self.columns()}  # noqa: S608 - our own tables

    def broken_references(self) -> list[Row]:
        """Rows that refer to one that is not there."""
        return self("PRAGMA foreign_key_check")

    def plan(self, sql: str, *values: object) -> list[str]:
        """The steps by which a statement is answered; a parameter without a value is NULL."""
        with self._connected() as connection:
            return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]

    def version(self) -> int:
        """The version that the migrations left."""
        [(version,)] = self("PRAGMA user_version")
        return int(version)

    def set_version(self, version: int) -> None:
        """Let the database be of another version, without its migrations."""
        self(f"PRAGMA user_version = {version}")

    def refuse(self, verb: str, table: str, why: str) -> None:
        """Let every INSERT or UPDATE of a table fail from now on."""
        self(
            f"CREATE TRIGGER refused_{verb.lower()}_{table} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as connection:
            yield connection
