"""Terms of the process that is active in a role, and the fence that refuses writes of an ended term.

Whether a process may begin a term is decided elsewhere (``storage/postgres/leader_lock.py``); this holds what it
writes. A term's number is compared in the transaction of each write, so that a process that was paused, or cut off
from the server, writes nothing once another process has begun the next term.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from bot.core.errors import StalePlan
from bot.core.limits.disk_space import Room
from bot.storage.sql.database import Database, Store, Transaction, Tx

T = TypeVar("T")

_TERM: Final = "SELECT epoch, holder FROM leaders WHERE role = ?"
_BEGIN: Final = """
INSERT INTO leaders (role, epoch, holder) VALUES (?, 1, ?)
ON CONFLICT (role) DO UPDATE SET epoch = leaders.epoch + 1, holder = excluded.holder
"""
_END: Final = "UPDATE leaders SET holder = NULL WHERE role = ? AND holder = ? AND epoch = ?"
# Shared until COMMIT: the next term waits for writes of this one.
_FENCE: Final = "SELECT epoch FROM leaders WHERE role = ? /*pg FOR SHARE */"
# The claims of earlier terms; those of this process's own earlier term as well, whose work was cancelled.
_FREE_CLAIMS: Final = (
    "UPDATE messages SET claim = NULL, claimed_until = NULL WHERE state = 'sealed' AND claim IS NOT NULL",
    "UPDATE redraws SET claim = NULL, claimed_until = NULL WHERE ended_at IS NULL AND claim IS NOT NULL",
    "UPDATE digests SET claim = NULL, claimed_until = NULL WHERE claim IS NOT NULL",
)


@dataclass(frozen=True, slots=True)
class Term:
    """A term that has begun. ``after_another``: the last one was another process's, which did not end it."""

    epoch: int
    after_another: bool


class _Overtaken(StalePlan):
    """Another term has begun."""


class LeaderStore(Store):
    """Terms of the roles of which one process is active."""

    async def begin_term(self, role: str) -> Term:
        """Begin the next term of a role; writes of earlier terms are refused from now on.

        The claims of earlier terms on messages, edits and digests are given back, which nobody can use any more.
        """
        return await self._database.write(partial(_begin_term, self._database.holder, role))

    async def end_term(self, role: str, epoch: int) -> None:
        """End a term of this process: the next one need not wait for what this one may have under way."""
        values = (role, self._database.holder, epoch)

        def work(tx: Tx) -> None:
            tx.execute(_END, values)

        await self._database.write(work)

    async def epoch(self, role: str) -> int:
        """Number of the newest term of a role; 0 before the first."""
        return await self._database.read(lambda tx: _epoch(tx, _TERM, role))


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

    async def write(self, work: Transaction[T], *, durable: bool = True) -> T:
        """See ``Database.write``. Raises ``StalePlan`` outside of a term, and when another term has begun."""
        if self.epoch is None:
            raise StalePlan(f"this process is not the active {self._role}")
        fenced: Callable[[Tx], T] = partial(_fenced, self._role, self.epoch, work)
        try:
            return await self._database.write(fenced, durable=durable)
        except _Overtaken:
            self.on_overtaken()
            raise

    async def room(self) -> Room:
        """See ``Database.room``."""
        return await self._database.room()

    async def close(self) -> None:
        """Does nothing: the database belongs to whoever opened it."""


def _fenced(role: str, epoch: int, work: Transaction[T], tx: Tx) -> T:
    newest = _epoch(tx, _FENCE, role)
    if newest != epoch:
        raise _Overtaken(f"term {epoch} of the {role} has ended, the newest is {newest}")
    return work(tx)


def _epoch(tx: Tx, statement: str, role: str) -> int:
    row = tx.execute(statement, (role,)).fetchone()
    return 0 if row is None else int(row["epoch"])


def _begin_term(holder: str, role: str, tx: Tx) -> Term:
    row = tx.execute(_TERM, (role,)).fetchone()
    before = None if row is None else row["holder"]
    tx.execute(_BEGIN, (role, holder))
    for statement in _FREE_CLAIMS:
        tx.execute(statement)
    return Term(_epoch(tx, _TERM, role), after_another=before is not None and before != holder)
