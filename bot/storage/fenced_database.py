"""The fence of the active process: writes of a term that has ended are refused.

A process that was paused, or cut off from the server, writes nothing once another one has begun the next term.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from bot.core.errors import StalePlan
from bot.core.limits.disk_space import DiskUsage
from bot.storage.sql.database import Database, Transaction, Tx
from bot.storage.sql.leadership import fenced_epoch

T = TypeVar("T")


class _Overtaken(StalePlan):
    """Another term has begun."""


class FencedDatabase:
    """A database whose writes are refused unless ``epoch`` is the newest term of the role.

    ``epoch``: the term of this process, None outside of one. ``on_overtaken``: called when a write was refused
    because another term has begun.
    """

    def __init__(self, database: Database, role: str) -> None:
        self._database = database
        self._role = role
        self.epoch: int | None = None
        self.on_overtaken: Callable[[], None] = lambda: None

    @property
    def holder(self) -> str:
        """See ``Database.holder``."""
        return self._database.holder

    async def read(self, work: Transaction[T]) -> T:
        """See ``Database.read``."""
        return await self._database.read(work)

    async def ask(self, work: Transaction[T]) -> T:
        """See ``Database.ask``."""
        return await self._database.ask(work)

    async def write(self, work: Transaction[T], *, durable: bool = True, alone: bool = True) -> T:
        """See ``Database.write``. Raises ``StalePlan`` outside of a term, and when another term has begun."""
        if self.epoch is None:
            raise StalePlan(f"this process is not the active {self._role}")
        fenced: Callable[[Tx], T] = partial(_fenced, self._role, self.epoch, self.holder, work)
        try:
            return await self._database.write(fenced, durable=durable, alone=alone)
        except _Overtaken:
            self.on_overtaken()
            raise

    async def disk_usage(self) -> DiskUsage:
        """See ``Database.disk_usage``."""
        return await self._database.disk_usage()

    async def close(self) -> None:
        """Leave it open: the database belongs to whoever opened it."""


def _fenced(role: str, epoch: int, holder: str, work: Transaction[T], tx: Tx) -> T:
    if fenced_epoch(tx, role, holder) != epoch:
        raise _Overtaken(f"term {epoch} of the {role} has ended")
    return work(tx)
