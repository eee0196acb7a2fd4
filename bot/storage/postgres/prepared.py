"""Prepared statements of a connection, run by libpq's own calls.

psycopg's cursors do the same in twice the CPU (2.6 and 1.4 ms a poll, measured). Values are sent as texts that end
at a NUL, which ``to_parameter`` therefore replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer

from .rows import NamedRow, row_type

_WELL: Final = frozenset({pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK})


class LoadedRows:
    """Rows of a result, and the number of rows that a statement wrote. See ``storage.sql.database.Rows``."""

    __slots__ = ("_next", "_rows", "rowcount")

    def __init__(self, rows: list[NamedRow], rowcount: int) -> None:
        self._rows = rows
        self._next = 0
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        """Next row, None after the last."""
        if self._next >= len(self._rows):
            return None
        self._next += 1
        return self._rows[self._next - 1]

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        left, self._next = self._rows[self._next :], len(self._rows)
        return left

    def __iter__(self) -> Iterator[NamedRow]:
        """Iterate over the rows that are left."""
        return iter(self.fetchall())


class PreparedStatement:
    """One statement of a connection. Raises psycopg's errors; one without ``sqlstate`` is an error of libpq."""

    __slots__ = ("_connection", "_name", "_row_type", "_transformer")

    def __init__(self, connection: psycopg.Connection[Any], name: str, text: str) -> None:
        self._connection = connection
        self._name = name.encode()
        self._transformer = Transformer(connection)
        self._row_type: type[NamedRow] | None = None
        checked(connection.pgconn.prepare(self._name, text.encode()))

    def execute(self, values: Sequence[str | None]) -> LoadedRows:
        """Run it with these parameters, texts whose types the server inferred."""
        parameters: Any = [None if value is None else value.encode() for value in values]
        result = checked(
            self._connection.pgconn.exec_prepared(self._name, parameters, result_format=pq.Format.BINARY)
        )
        return LoadedRows(self._loaded(result), result.command_tuples or 0)

    def _loaded(self, result: pq.abc.PGresult) -> list[NamedRow]:
        if not result.nfields:
            return []
        is_first = self._row_type is None
        if self._row_type is None:
            names = ((result.fname(place) or b"").decode() for place in range(result.nfields))
            self._row_type = row_type(tuple(names))
        self._transformer.set_pgresult(result, set_loaders=is_first, format=pq.Format.BINARY)
        return self._transformer.load_rows(0, result.ntuples, self._row_type)


def checked(result: pq.abc.PGresult) -> pq.abc.PGresult:
    """The result itself. Raises the error that it holds."""
    if result.status not in _WELL:
        raise psycopg.errors.error_from_result(result, encoding="utf-8")
    return result
