"""Terms of the process that is active in a role.

A process may begin one while it has the lock (``storage/postgres/leader_lock.py``). A term's number is compared in
the transaction of each of its writes (``storage/fenced_database.py``).
"""

from __future__ import annotations

from functools import partial
from typing import Final, TypeVar

from bot.core.lazy_dataclass import dataclass
from bot.storage.sql.database import Store, Tx

T = TypeVar("T")

_TERM: Final = "SELECT epoch, holder FROM leaders WHERE role = ?"
_BEGIN: Final = """
INSERT INTO leaders (role, epoch, holder) VALUES (?, 1, ?)
ON CONFLICT (role) DO UPDATE SET epoch = leaders.epoch + 1, holder = excluded.holder
"""
_END: Final = "UPDATE leaders SET holder = NULL WHERE role = ? AND holder = ? AND epoch = ?"
# Shared until COMMIT: the next term waits for writes of this one. A server that took the place of another one may
# lack the last term, and give its number to another process.
_FENCE: Final = "SELECT epoch FROM leaders WHERE role = ? AND holder = ? /*pg FOR SHARE */"
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
        return await self._database.read(lambda tx: _epoch(tx, role))


def _epoch(tx: Tx, role: str) -> int:
    row = tx.execute(_TERM, (role,)).fetchone()
    return 0 if row is None else int(row["epoch"])


def _begin_term(holder: str, role: str, tx: Tx) -> Term:
    row = tx.execute(_TERM, (role,)).fetchone()
    before = None if row is None else row["holder"]
    tx.execute(_BEGIN, (role, holder))
    for statement in _FREE_CLAIMS:
        tx.execute(statement)
    return Term(_epoch(tx, role), after_another=before is not None and before != holder)


def fenced_epoch(tx: Tx, role: str, holder: str) -> int | None:
    """Number of the newest term of a role, None where it is not that of ``holder``.

    None begins before this transaction ends.
    """
    row = tx.execute(_FENCE, (role, holder)).fetchone()
    return None if row is None else int(row["epoch"])
