"""Translation of SQLite's errors into Kawaraban's."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from typing import Final, TypeVar

from bot.core.errors import ConstraintViolated, DatabaseBusy, DatabaseDamaged

T = TypeVar("T")

_NOT_NOW: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
_BROKEN: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def translate_errors(work: Callable[[], T]) -> T:
    """Result of ``work``. Raises ``DatabaseBusy``, ``ConstraintViolated`` or ``DatabaseDamaged`` for its errors.

    An error in a statement or in its parameters is raised as it is.
    """
    try:
        return work()
    except sqlite3.Error as error:
        code = _kind(error)
        if code in _NOT_NOW:
            raise DatabaseBusy(str(error)) from error
        if code == sqlite3.SQLITE_CONSTRAINT:
            raise ConstraintViolated(str(error)) from error
        if code in _BROKEN:
            raise DatabaseDamaged(str(error)) from error
        raise


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the file is damaged, or no database."""
    return _kind(error) in _BROKEN


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk, or what the user may have of it, is full."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return _kind(error) == sqlite3.SQLITE_FULL


def _kind(error: BaseException) -> int:
    """The kind of one of SQLite's errors: the low byte of its code, the rest are details. 0 of others."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
