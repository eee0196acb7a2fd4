"""What the SQL files ask of the connections: run a function as one transaction; and what SQLite's errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from bot.core.errors import DatabaseBusy, StorageError

T = TypeVar("T")
Transaction = Callable[[sqlite3.Connection], T]

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


class Transactions(Protocol):
    """Runs a whole transaction in one hop to a connection's thread (an await is about 0.1 ms of CPU)."""

    @property
    def holder(self) -> str:
        """A random name of this process, to tell its claims from another's."""
        ...

    async def read(self, work: Transaction[T]) -> T:
        """Run ``work`` on one consistent snapshot."""
        ...

    async def ask(self, work: Transaction[T]) -> T:
        """Run what a person asks, on one consistent snapshot, beside all others who read.

        Raises ``TookTooLong`` for what takes longer than a person's question may.
        """
        ...

    async def write(self, work: Transaction[T], *, durable: bool = True) -> T:
        """Run ``work`` in one write transaction; roll back whatever it raises.

        ``durable``: on disk when this returns. Otherwise a power failure may take it back, together with
        everything after it; a killed process may not.
        """
        ...


class Store:
    """A part of the storage protocol over the connections."""

    def __init__(self, database: Transactions) -> None:
        self._database = database


def translate_errors(work: Callable[[], T]) -> T:
    """Run, and raise SQLite's trouble as the house's errors; a mistake of ours stays what it is."""
    try:
        return work()
    except sqlite3.Error as error:
        # The low byte is the kind of error, the rest its details.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _NOT_NOW:
            raise DatabaseBusy(str(error)) from error
        if code in _BROKEN:
            msg = f"The database cannot be read: {error}."
            raise StorageError(msg) from error
        raise
