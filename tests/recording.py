"""A database that keeps the statements of its transactions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from bot.core.limits.disk_space import DiskUsage
from bot.storage.sql.database import Database, Parameters, Rows, Transaction, Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with the parameters of one of its runs."""

    sql: str
    parameters: Parameters


class RecordingDatabase:
    """A database that keeps each statement that its transactions run, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.ran: list[Statement] = []

    @property
    def holder(self) -> str:
        """See ``Database.holder``."""
        return self._database.holder

    async def read(self, work: Transaction[T]) -> T:
        """See ``Database.read``."""
        return await self._database.read(lambda tx: work(_RecordingTx(tx, self.ran)))

    async def ask(self, work: Transaction[T]) -> T:
        """See ``Database.ask``."""
        return await self._database.ask(lambda tx: work(_RecordingTx(tx, self.ran)))

    async def write(self, work: Transaction[T], *, durable: bool = True, alone: bool = True) -> T:
        """See ``Database.write``."""
        return await self._database.write(
            lambda tx: work(_RecordingTx(tx, self.ran)), durable=durable, alone=alone
        )

    async def disk_usage(self) -> DiskUsage:
        """See ``Database.disk_usage``."""
        return await self._database.disk_usage()

    async def close(self) -> None:
        """See ``Database.close``."""
        await self._database.close()


class _RecordingTx:
    def __init__(self, tx: Tx, ran: list[Statement]) -> None:
        self._tx = tx
        self._ran = ran

    def execute(self, sql: str, parameters: Parameters = (), /) -> Rows:
        self._ran.append(Statement(sql, parameters))
        return self._tx.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Rows:
        rows = list(parameters)
        if rows:
            self._ran.append(Statement(sql, rows[0]))
        return self._tx.executemany(sql, rows)
