"""Interface of the database for the SQL files: transactions are functions of a ``Tx``, run by a ``Database``.

No file of this package imports a driver or its error classes; ``storage/sqlite`` translates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from bot.core.limits.disk_space import DiskUsage

T = TypeVar("T")

Parameters = Sequence[object] | Mapping[str, object]


class Row(Protocol):
    """Row of a result: ``row["column"]`` by name; unpacked, in the order of the SELECT or RETURNING list.

    An expression has the name that ``AS`` gives it. Unpacking is for a few columns, beside the statement.
    """

    def __getitem__(self, column: str, /) -> Any:
        """Value of the column of that name."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the values in the order of the statement's columns."""
        ...


class Rows(Protocol):
    """Result of a statement."""

    @property
    def rowcount(self) -> int:
        """Number of rows that an INSERT, UPDATE or DELETE wrote."""
        ...

    def fetchone(self) -> Any:
        """Next row, None after the last."""
        ...

    def fetchall(self) -> list[Row]:
        """All rows that are left."""
        ...

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows that are left."""
        ...


class Tx(Protocol):
    """Open transaction. Valid only inside the function it is passed to, in the thread that calls it.

    Raises ``DatabaseBusy`` for errors that may not recur, ``ConstraintViolated``, and ``StorageError`` for a
    database that cannot be read; each leaves ``Database.read`` and ``Database.write`` after a rollback.
    """

    def execute(self, sql: str, parameters: Parameters = ..., /) -> Rows:
        """Run one statement."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Rows:
        """Run one statement for each of the parameters; ``rowcount`` is their sum."""
        ...


Transaction = Callable[[Tx], T]
"""Body of a transaction: uses its ``Tx`` and returns. It may be run twice, so it changes nothing else."""


class Database(Protocol):
    """Runs whole transactions in one hop to a connection's thread (an await is about 0.1 ms of CPU)."""

    @property
    def holder(self) -> str:
        """Random name of this process; its claims are stored under it."""
        ...

    async def read(self, work: Transaction[T]) -> T:
        """Run ``work`` on one consistent snapshot."""
        ...

    async def ask(self, work: Transaction[T]) -> T:
        """Run a person's question on one consistent snapshot, beside all other readers.

        Raises ``TookTooLong`` when it takes longer than a question may.
        """
        ...

    async def write(self, work: Transaction[T], *, durable: bool = True, alone: bool = True) -> T:
        """Run ``work`` in one write transaction; any exception rolls it back.

        ``durable``: on disk when this returns. Otherwise a power failure may take it back, together with
        everything after it; a killed process may not. ``alone``: no other write runs at the same time, so that
        ``work`` may rely on what it reads. False: other such works may, of other processes too; ``work`` then
        relies only on rows that it has locked and on the conditions of its own statements, and locks rows in an
        order that all such works keep (STORAGE-10).
        """
        ...

    async def close(self) -> None:
        """Finish running transactions and close the database."""
        ...

    async def disk_usage(self) -> DiskUsage:
        """Bytes that the database uses, and bytes that are free where it is stored."""
        ...


class Store:
    """Tables of one subject: each public method is one transaction of the ``Database``."""

    def __init__(self, database: Database) -> None:
        self._database = database
