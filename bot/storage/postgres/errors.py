"""Translation of PostgreSQL's errors into Kawaraban's. None holds a stored value or a part of a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from bot.core.errors import (
    ConstraintViolated,
    DatabaseBusy,
    DatabaseFull,
    ServerProblem,
    ServerUnusable,
    StorageError,
)

from .lineage import LeftBehind

T = TypeVar("T")

RUN_AGAIN: Final = (errors.SerializationFailure, errors.DeadlockDetected)
"""The server rolled the transaction back, and it may be run again
(https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html)."""
_BROKEN: Final = (errors.DataCorrupted, errors.IndexCorrupted)
_NOT_NOW: Final = (
    psycopg.OperationalError,  # lost connections, a server that starts or stops, lock time-outs, full disks
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
)
_POOLED: Final = (errors.DuplicatePreparedStatement, errors.InvalidSqlStatementName)
"""A statement that another client prepared, or that is gone: a pooler gives each transaction another session."""
_PROBLEMS: Final = (
    (errors.InsufficientPrivilege, ServerProblem.FORBIDDEN),
    (LeftBehind, ServerProblem.LEFT_BEHIND),
    (errors.ReadOnlySqlTransaction, ServerProblem.READ_ONLY),
    (errors.InvalidSchemaName, ServerProblem.NO_SCHEMA),
    *((error, ServerProblem.POOLER) for error in _POOLED),
)
_TEXTS: Final = (
    (
        r"client certificate|certificate authentication failed|private key file"
        r"|クライアント証明書|証明書認証に失敗",
        ServerProblem.CERTIFICATE,
    ),
    (
        r"no password supplied|authentication failed|no such user|user not found|認証に失敗"
        r'|(?i:role) ".*" (does not exist|is not permitted)|ロール".*"(は存在|はログイン)',
        ServerProblem.LOGIN,
    ),
    (r'database ".*" does not exist|no such database|データベース".*"は存在', ServerProblem.NO_DATABASE),
    (r"pg_hba\.conf(?!.*(no encryption|SSL off|暗号化なし))", ServerProblem.NOT_ADMITTED),
    (
        r"too many (clients|connections)|connection slots are reserved|no more connections|(?i:max client)"
        r"|query_wait_timeout|が多すぎます|接続スロット",
        ServerProblem.FULL,
    ),
    (
        r"database system is (starting|shutting|in recovery|not )|server_login_retry|server down"
        r"|データベースシステムは",
        ServerProblem.NOT_READY,
    ),
    (r"session is read-only|hot standby mode", ServerProblem.READ_ONLY),
    (
        r"certificate|sslmode \"|does not support SSL|SSL error: (?!unexpected eof)|pg_hba\.conf",
        ServerProblem.ENCRYPTION,
    ),
    (
        r"^(invalid (\w+|integer) value|bad value for|definition of service|service file|could not match)",
        ServerProblem.OPTION,
    ),
    (
        r"(?i)refused|could not translate|name or service|no such file|no route|unreachable|time(d )?out|reset by"
        r"|closed the connection|EOF detected|unexpected eof"
        r"|invalid response to SSL|expected authentication request",  # another program answers there
        ServerProblem.UNREACHABLE,
    ),
)
"""Errors of a failed connection have no code, only texts: libpq's, a pooler's, or the server's in English or in
Japanese (``lc_messages``). Of several, one for each way and each host that was tried, the first kind here is
named: a server that takes encrypted logins alone refuses a wrong password, and then a login without encryption.

The texts of poolers: https://github.com/pgbouncer/pgbouncer, https://github.com/supabase/supavisor."""
_OF_LIBPQ: Final = frozenset(
    {ServerProblem.UNREACHABLE, ServerProblem.CERTIFICATE, ServerProblem.ENCRYPTION, ServerProblem.OPTION}
)
"""Problems of no answer of the server: one that has a code is none of them, whatever its text."""
_OF_A_CONNECTION: Final = ("server closed", "the connection", "consuming input", "sending", "connection timeout")
_TRIED: Final = re.compile(r"(?:failed|is bad): (?:\w+:\s+)?([^\n]+)")
"""Message of one try to connect, after libpq's own words and the severity."""


def translate_errors(work: Callable[[], T]) -> T:
    """Result of ``work``. Raises ``DatabaseBusy``, ``ConstraintViolated`` or ``StorageError`` for its errors.

    An error in a statement or in its parameters is raised as it is.
    """
    try:
        return work()
    except _BROKEN as error:
        msg = f"The database cannot be read: {first_line(error)}."
        raise StorageError(msg) from error
    except errors.IntegrityError as error:
        raise ConstraintViolated(first_line(error)) from error
    except (*_POOLED, errors.InsufficientPrivilege) as error:
        raise why_unusable(error) from error
    except errors.DiskFull as error:
        raise DatabaseFull(first_line(error)) from error
    except _NOT_NOW as error:
        raise DatabaseBusy(first_line(error)) from error


def why_unusable(error: psycopg.Error) -> ServerUnusable:
    """Reason why a server could not be connected to, or refused to be set up."""
    by_kind = next((problem for kind, problem in _PROBLEMS if isinstance(error, kind)), None)
    if by_kind is not None:
        return ServerUnusable(by_kind, why=first_line(error))
    problem, line = _classified(error)
    return ServerUnusable(problem, why=_without_secrets(line, error))


def first_line(error: psycopg.Error) -> str:
    """The server's message without its details, which can hold stored values.

    Of libpq's own messages, which can quote any part of a wrong URL, only those of a connection are returned.
    """
    return _without_secrets(_classified(error)[1], error)


def _classified(error: psycopg.Error) -> tuple[ServerProblem, str]:
    """The gravest problem that the error's lines name, and its line."""
    lines = _lines(error)
    for pattern, problem in _TEXTS:
        if error.sqlstate is not None and problem in _OF_LIBPQ:
            continue
        if found := next((line for line in lines if re.search(pattern, line)), None):
            return problem, found
    return ServerProblem.OTHER, lines[-1] if lines else ""


def _lines(error: psycopg.Error) -> list[str]:
    """The server's message, or what was said of each try to connect, or else the first line."""
    if error.diag.message_primary:
        return [error.diag.message_primary]
    text = str(error)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    said = [line.rpartition("failed: ")[2] for line in _TRIED.findall(text)]
    return [line.removeprefix("FATAL:").strip() for line in said] or [first]


def _without_secrets(line: str, error: psycopg.Error) -> str:
    if error.diag.message_primary:
        return line.rstrip(".")
    if "resolve host" in line or "translate host name" in line:  # quotes the host, which may be part of a password
        return re.sub(r"^\[Errno -?\d+\] ", "", line.rpartition(": ")[2]).rstrip(".")
    if option := re.match(r'invalid \w+ value|bad value for \w+|definition of service "[^"@]*" not found', line):
        return option[0]
    is_known = _TRIED.search(str(error)) or line.startswith(_OF_A_CONNECTION)
    return line.rstrip(".") if is_known else type(error).__name__
