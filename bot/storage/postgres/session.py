"""Sessions: one connection to a PostgreSQL server each, used by one thread, opened anew after it was lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, cast

import psycopg
from psycopg import conninfo, pq
from psycopg.raw_cursor import RawCursor

from bot.core.errors import ServerProblem, ServerUnusable
from bot.storage.sql.database import Parameters, Rows
from bot.storage.sql.dialect import postgresql

from .lineage import SEEN, LeftBehind, ServerLine, each_first, host_of, line_of
from .prepared import LoadedRows, PreparedStatement, checked
from .rows import NamedRow, named_rows
from .values import load_as_sqlite, to_parameter

CONNECT_WITHIN_S: Final = 5
LOCK_WITHIN_S: Final = 30
"""Seconds for which a statement waits for a lock, then ``DatabaseBusy`` is raised."""
IDLE_WITHIN_S: Final = 5
"""Seconds after which the server ends a transaction that sends no statement: that of a paused process, say. No
work of ours waits for anything but the server within a transaction."""
_CONNECTION: Final[dict[str, object]] = {
    "connect_timeout": CONNECT_WITHIN_S,
    "application_name": "kawaraban",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
    "target_session_attrs": "read-write",
}
"""Defaults of libpq's parameters, unless the URL has them: a server that vanished is noticed within 10 seconds. Of
several hosts, or behind an address that changed its server, the one is taken that writes."""
_OUR_SCHEMA: Final = """
SELECT set_config('search_path', quote_ident(n.nspname), false)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass('kawaraban_version')
"""
_SESSION: Final = f"""
SET client_encoding = 'UTF8';
SET lock_timeout = '{LOCK_WITHIN_S}s';
SET statement_timeout = 0;
SET idle_session_timeout = 0;
SET idle_in_transaction_session_timeout = '{IDLE_WITHIN_S}s';
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET tcp_keepalives_idle = 5;
SET tcp_keepalives_interval = 2;
SET tcp_keepalives_count = 2;
SET standard_conforming_strings = on;
{_OUR_SCHEMA}
"""
"""Time-outs: those that a host sets for all roles end a migration and whoever waits for another write; questions
have one of their own (``TimedQuestion``). ``search_path``: the schema of our tables, where they exist. A schema of
the user's name, or another one before ours, that is made later would hide them, and others would be made in it.

``jit``, parallel workers: both take longer to start than a statement of milliseconds takes. A prepared plan
does not know its LIMIT: with workers, a claim of 20 among a million watches took 45 ms instead of 0.3.
Keepalives: the server ends the session of a machine that vanished, with its locks, within 10 seconds."""
_TRANSACTIONS_END: Final = 170_000
"""Version of the first server that has ``transaction_timeout``."""
_PREPARED_MAX: Final = 1_000


def connection_parameters(url: str, *, unanswered_s: float | None = None) -> dict[str, Any]:
    """Parameters of libpq for a URL ``postgresql://…``. Raises ``ServerUnusable`` for one that cannot be read.

    ``unanswered_s``: seconds after which a server whose machine does not answer counts as lost, if not as usual.
    """
    try:
        named = conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        raise ServerUnusable(ServerProblem.WRONG_URL) from None
    if "@" in str(named.get("host") or ""):  # the first of two in the password ended it
        raise ServerUnusable(ServerProblem.WRONG_URL)
    ports = str(named.get("port") or "").split(",")
    if any(port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536) for port in ports):
        raise ServerUnusable(ServerProblem.WRONG_URL)
    own = {} if unanswered_s is None else {"tcp_user_timeout": round(1000 * unanswered_s)}
    return {**_CONNECTION, **own, **named}


class Session:
    """One connection to the server, used by one thread at a time.

    ``unanswered_s``: see ``connection_parameters``.
    """

    def __init__(self, url: str, *, unanswered_s: float | None = None) -> None:
        self._parameters = connection_parameters(url, unanswered_s=unanswered_s)
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._prepared: dict[str, PreparedStatement] = {}
        self.connected = 0
        """Number of connections that this session has opened."""
        self.line: ServerLine | None = None
        """The line that the connection writes to, as far as the server tells."""
        self.is_line_noted = False
        """Whether a transaction of the connection made sure that its database remembers the line."""

    @property
    def is_lost(self) -> bool:
        """Whether there is no connection, or the server ended it."""
        return self._connection is None or self._connection.closed

    @property
    def told_process(self) -> int:
        """Id of the server's process as it was told at login: a pooler tells one of its own."""
        return self._open().info.backend_pid

    def connect(self) -> None:
        """Open the connection, unless it is open. Raises ``psycopg.Error`` where the server refuses it.

        Of several hosts, those are passed over whose place another one took.
        """
        if not self.is_lost:
            return
        for parameters in each_first(self._parameters, SEEN.answered):
            self.close()
            connection = self._connect(parameters)
            if self.line is None or SEEN.see(self.line):
                SEEN.answered = host_of(connection)
                self.connected += 1
                return
        self.close()
        raise LeftBehind

    def _connect(self, parameters: Mapping[str, Any]) -> psycopg.Connection[tuple[Any, ...]]:
        self._connection = connection = psycopg.connect(**parameters, autocommit=True)
        self._connection.prepared_max = _PREPARED_MAX
        load_as_sqlite(self._connection)
        ends = self._connection.info.server_version >= _TRANSACTIONS_END
        try:
            self.command(f"SET transaction_timeout = 0; {_SESSION}" if ends else _SESSION)
            self.line = line_of(self._connection)
        except psycopg.Error:
            self.close()  # one without its settings is none
            raise
        return connection

    def begin(self, text: str) -> None:
        """Begin a transaction by statements; on a new connection where the old one was lost since the last one."""
        had_one = not self.is_lost
        self.connect()
        try:
            self.command(text)
        except psycopg.OperationalError:
            if not (had_one and self.is_lost):
                raise
            self.connect()
            self.command(text)

    def command(self, text: str) -> None:
        """Send statements whose results are not needed, in one round trip."""
        self._run(text.encode())

    def commit(self) -> None:
        """Commit. Raises ``psycopg.InterfaceError`` where the server rolled back instead, after an error."""
        if self._run(b"COMMIT").command_status != b"COMMIT":
            msg = "a transaction went on after an error and was rolled back"
            raise psycopg.InterfaceError(msg)

    def execute(self, sql: str, parameters: Parameters = ()) -> Rows:
        """Run one statement of ``storage/sql``, prepared once in each session."""
        return self._execute(*_as_postgresql(sql, parameters))

    def executemany(self, sql: str, rows: Iterable[Parameters]) -> Rows:
        """Run one statement for each row of parameters, in one batch of messages."""
        made = [_as_postgresql(sql, row) for row in rows]
        if not made:
            return LoadedRows([], 0)
        if len(made) == 1:
            return self._execute(*made[0])
        cursor: RawCursor[NamedRow] = RawCursor(self._open(), row_factory=named_rows)
        cursor.executemany(made[0][0].encode(), [values for _, values in made])
        return cast("Rows", cursor)

    def _execute(self, text: str, values: Sequence[str | None]) -> Rows:
        connection = self._open()
        try:
            statement = self._prepared.get(text)
            if statement is None:
                statement = PreparedStatement(connection, f"kawaraban_{len(self._prepared)}", text)
                self._prepared[text] = statement
            return statement.execute(values)
        except psycopg.Error as error:
            self._raise_if_lost(error)
            raise

    def copy_in(self, statement: str, rows: Iterable[Iterable[object]]) -> None:
        """Run a ``COPY … FROM STDIN`` with these rows."""
        with self._open().cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row([to_parameter(value) for value in row])

    def roll_back(self) -> None:
        """End the transaction, if the session still has one."""
        if self._connection is None or self._connection.closed:
            return
        if self._connection.info.transaction_status != pq.TransactionStatus.IDLE:
            with suppress(psycopg.Error):
                self.command("ROLLBACK")

    def release_locks(self) -> None:
        """Give back every advisory lock of the session, if it has a connection.

        The server answers when they are free. It learns of the end of a session only some time after ``close``:
        whoever comes next would be refused until then.
        """
        if not self.is_lost:
            with suppress(psycopg.Error):
                self.command("SELECT pg_advisory_unlock_all()")

    def close(self) -> None:
        """End it; the server rolls back what was not committed."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
            self._prepared.clear()
            self.is_line_noted = False

    def _open(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The open connection: what belongs to a transaction never runs on a new one."""
        if self._connection is None or self._connection.closed:
            msg = "the connection is closed"
            raise psycopg.OperationalError(msg)
        return self._connection

    def _run(self, text: bytes) -> pq.abc.PGresult:
        try:
            return checked(self._open().pgconn.exec_(text))
        except psycopg.Error as error:
            self._raise_if_lost(error)
            raise

    def _raise_if_lost(self, error: psycopg.Error) -> None:
        """Raise ``psycopg.OperationalError`` for an error of libpq itself, which has no code."""
        if error.sqlstate is None and not isinstance(error, psycopg.OperationalError):
            self.close()
            msg = "the connection was lost"
            raise psycopg.OperationalError(msg) from error


def _as_postgresql(sql: str, parameters: Parameters) -> tuple[str, list[str | None]]:
    statement = postgresql(sql)
    if hasattr(parameters, "keys"):
        named = cast("dict[str, object]", parameters)
        return statement.text, [to_parameter(named[name]) for name in statement.names]
    return statement.text, [to_parameter(value) for value in cast("Iterable[object]", parameters)]
