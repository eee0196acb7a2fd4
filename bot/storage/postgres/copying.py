"""PostgreSQL databases as the source and as the target of a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from bot.core.errors import ConstraintViolated, DatabaseBusy, ServerProblem, ServerUnusable, StorageError
from bot.storage.copying import TableSchema, Values
from bot.storage.migration_files import newest_version

from . import migrate
from .errors import first_line, translate_errors
from .lock_keys import LockKey
from .server import checked_session
from .session import Session

T = TypeVar("T")

_SESSION: Final = """
SET idle_in_transaction_session_timeout = 0;
SET statement_timeout = 0;
SET synchronous_commit = on
"""
"""The transaction of a copy waits for the other database, however slow that is, and is on the disk at its end."""
_TYPES: Final = {"bigint": "INTEGER", "double precision": "REAL", "text": "TEXT", "bytea": "BLOB"}
_COLUMNS: Final = """
SELECT CAST(c.relname AS text) AS name, CAST(a.attname AS text) AS column,
  format_type(a.atttypid, a.atttypmod) AS type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
_NUMBERED: Final = """
SELECT CAST(c.relname AS text) AS name, pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attidentity <> ''
"""


class PostgresCopy:
    """``CopySource`` and ``CopyTarget`` over one session with an open transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tables(self) -> Mapping[str, TableSchema]:
        """See ``CopySource.tables``; keys and references are left out, they are those of the schema."""
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in self.execute(_COLUMNS):
            found.setdefault(table, {})[column] = _TYPES.get(str(kind), str(kind))
        return {name: TableSchema(name, columns, ()) for name, columns in found.items()}

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> list[Values]:
        """See ``CopySource.execute``."""
        return _translated(lambda: [tuple(row) for row in self._session.execute(sql, parameters)])

    def last_ids(self) -> dict[str, int]:
        """See ``CopySource.last_ids``."""
        found: dict[str, int] = {}
        for table, sequence in self.execute(_NUMBERED):
            sql = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM {sequence}"  # noqa: S608
            [(found[table],)] = self.execute(sql)
        return {table: last for table, last in found.items() if last}

    def insert(self, table: TableSchema, rows: Sequence[Values], /) -> None:
        """See ``CopyTarget.insert``."""
        columns = ", ".join(f'"{name}"' for name in table.columns)
        _translated(lambda: self._session.copy_in(f'COPY "{table.name}" ({columns}) FROM STDIN', rows))

    def table_done(self, table: TableSchema, /) -> None:
        """See ``CopyTarget.table_done``: the planner knows the table's size before its rows are read back."""
        _translated(lambda: self._session.command(f'ANALYZE "{table.name}"'))

    def set_last_ids(self, ids: Mapping[str, int], /) -> None:
        """See ``CopyTarget.set_last_ids``."""
        for table, sequence in self.execute(_NUMBERED):
            is_called, last = ("true", ids[table]) if table in ids else ("false", 1)
            self.execute(f"SELECT setval(?, ?, {is_called}) AS last", (sequence, last))

    def commit(self) -> None:
        """See ``CopyTarget.commit``."""
        _translated(self._session.commit)


@contextmanager
def opened_source(url: str) -> Iterator[PostgresCopy]:
    """A database of the newest version that nobody of ours writes to, on one snapshot.

    Raises ``ServerUnusable`` where it is missing or of an earlier version, ``DatabaseTooNew`` for a newer one,
    ``DatabaseBusy`` where other writers do not end.
    """
    with checked_session(url) as session:
        _refuse_other_version(session)
        copy = PostgresCopy(session)
        # The session holds the lock of all writers until it ends. The snapshot comes after the lock.
        _translated(lambda: session.command(f"{_SESSION}; SELECT pg_advisory_lock({LockKey.WRITER:d})"))
        _translated(lambda: session.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        yield copy


@contextmanager
def opened_target(url: str) -> Iterator[PostgresCopy]:
    """A database in which the newest schema was made in the open transaction, or was already without rows.

    Until COMMIT nobody else can migrate it or write to it. Raises ``ServerUnusable``, ``DatabaseTooNew``.
    """
    with checked_session(url) as session:
        migrate.known_version(session, migrate.load_steps())
        session.command(_SESSION)
        try:
            migrate.begin_migrated(session, migrate.load_steps())
            session.command(f"SELECT pg_advisory_xact_lock({LockKey.WRITER:d})")
        except errors.LockNotAvailable as error:
            raise DatabaseBusy(first_line(error)) from error
        yield PostgresCopy(session)


def _refuse_other_version(session: Session) -> None:
    steps = migrate.load_steps()
    current = migrate.known_version(session, steps)
    if current != newest_version(steps):
        problem = ServerProblem.OLDER if current else ServerProblem.EMPTY
        raise ServerUnusable(problem, current=current, newest=newest_version(steps))


def _translated(work: Callable[[], T]) -> T:
    """See ``translate_errors``; raises ``ConstraintViolated`` for values that a column or an index refuses."""
    try:
        return translate_errors(work)
    except errors.DataError as error:
        raise ConstraintViolated(first_line(error)) from error
    except psycopg.Error as error:
        raise StorageError(first_line(error)) from error
