"""Translation of PostgreSQL's errors into Kawaraban's. None holds a stored value or a part of a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from bot.core.errors import ConstraintViolated, DatabaseBusy, ServerProblem, ServerUnusable, StorageError

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
    *((error, ServerProblem.POOLER) for error in _POOLED),
)
_TEXTS: Final = (
    (r"no password supplied|authentication failed|no pg_hba.conf entry", ServerProblem.LOGIN),
    (r'role ".*" (does not exist|is not permitted)', ServerProblem.LOGIN),
    (r'database ".*" does not exist', ServerProblem.NO_DATABASE),
    (r"too many (clients|connections)|connection slots are reserved", ServerProblem.FULL),
    (r"database system is (starting|shutting|in recovery|not )", ServerProblem.NOT_READY),
    (
        r"(?i)refused|could not translate|name or service|no such file|no route|unreachable|time(d )?out|reset by"
        r"|closed the connection|EOF detected",
        ServerProblem.UNREACHABLE,
    ),
)
"""Errors of a failed connection have no code, only libpq's text, or the server's in its own language."""


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
    except _POOLED as error:
        raise why_unusable(error) from error
    except _NOT_NOW as error:
        raise DatabaseBusy(first_line(error)) from error


def why_unusable(error: psycopg.Error) -> ServerUnusable:
    """Reason why a server could not be connected to, or refused to be set up."""
    line = first_line(error)
    by_kind = (problem for kind, problem in _PROBLEMS if isinstance(error, kind))
    by_text = (problem for pattern, problem in _TEXTS if re.search(pattern, line))
    return ServerUnusable(next(chain(by_kind, by_text), ServerProblem.OTHER), why=line)


def first_line(error: psycopg.Error) -> str:
    """The server's message without its details, which can hold stored values.

    Of libpq's own messages, which can quote any part of a wrong URL, only those of a connection are returned.
    """
    if error.diag.message_primary:
        return error.diag.message_primary.rstrip(".")
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if "failed: " in line), lines[0] if lines else "")
    if (
        "resolve host" in said or "host name" in said
    ):  # quotes the host, which of a wrong URL is part of a password
        return re.sub(r"^\[Errno -?\d+\] ", "", said.rpartition(": ")[2]).rstrip(".")
    if "failed: " in said:
        return said.rpartition("failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")
    return said.rstrip(".") if _is_of_connection(said) else type(error).__name__


def _is_of_connection(line: str) -> bool:
    return line.startswith(("server closed", "the connection", "consuming input", "sending", "connection timeout"))
