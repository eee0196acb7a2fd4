"""PostgreSQL: three groups of sessions, and transactions that are functions.

The functions of ``storage/sql`` run in threads, each with a session of its own (psycopg, synchronous): the same
functions as on SQLite, with the texts that ``sql/dialect.py`` makes of theirs.

The writes of all processes run one after the other: each begins with one advisory lock that its COMMIT or
ROLLBACK releases. In READ COMMITTED every statement after the lock reads what was committed before it, so the
stores may rely on a single writer, as on SQLite. Works with ``alone=False`` share the lock: they run beside each
other, and beside no other write. Reads run in REPEATABLE READ, on one snapshot, and wait for no
write. People's questions have sessions of their own and a deadline.

``durable=False`` is ``synchronous_commit = off``: a power failure or a killed server may take back the last
commits, as a whole and in order, a killed process of ours none; a later durable commit carries all before it
(https://www.postgresql.org/docs/current/wal-async-commit.html).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from bot.admission import Gate, asker
from bot.core.errors import TookTooLong
from bot.core.limits.disk_space import DiskUsage
from bot.storage.sql.database import Transaction
from bot.storage.stores import Storage

from . import migrate as migrations
from . import transactions
from .errors import translate_errors
from .session import Session
from .transactions import TimedQuestion, TransactionCounts

log = logging.getLogger(__name__)

T = TypeVar("T")

READERS: Final = 2
ASKERS: Final = 2
"""Sessions of a process, beside the one that writes. Each is opened when it is first needed."""
ANSWER_WITHIN_S: Final = 1.0
MAX_WAIT_S: Final = 1.5
"""Seconds for one question, and seconds for which it waits for a session. Discord's limit for a first answer is 3
seconds. A question may take longer than on SQLite: it delays one of several sessions, not all questions."""
UNANSWERED_AFTER_S: Final = 0.5
"""Seconds after the deadline of a question at which a server that has not even cancelled it is given up."""
SLOW_WRITE_S: Final = 20.0
_SAID_EVERY_S: Final = 600.0
_USED: Final = "SELECT pg_database_size(current_database()) AS bytes"


async def open_postgres(url: str, *, migrate: bool = True) -> Storage:
    """Open ``postgresql://…``, bringing the database to the newest version as needed.

    Raises ``ServerUnusable`` where the server or its database cannot be used, or, with ``migrate=False``, is not
    of the newest version; ``DatabaseTooNew`` for a database of a newer version.
    """
    await asyncio.to_thread(migrations.prepare, url, may_migrate=migrate)
    return Storage.over(PostgresDatabase(url))


class PostgresDatabase:
    """``Database`` over sessions in threads: one that writes, some that read, some for questions."""

    def __init__(
        self,
        url: str,
        *,
        answer_within_s: float = ANSWER_WITHIN_S,
        max_wait_s: float = MAX_WAIT_S,
        slow_write_s: float = SLOW_WRITE_S,
    ) -> None:
        self._writer = _Sessions(url, 1, "writer")
        self._reader = _Sessions(url, READERS, "reader")
        self._asker = _Sessions(url, ASKERS, "asker")
        self._turns = Gate(ASKERS + 1)
        """One more than there are sessions: one server may use all, and the next to be free is another's."""
        self._answer_within_s = answer_within_s
        self._max_wait_s = max_wait_s
        self._slow_write_s = slow_write_s
        self._silent_until = 0.0
        self.counts = TransactionCounts()
        self.holder = secrets.token_hex(8)

    async def read(self, work: Transaction[T]) -> T:
        """See ``Database.read``."""
        return await self._reader.run(partial(transactions.read, work, self.counts))

    async def ask(self, work: Transaction[T]) -> T:
        """See ``Database.ask``. Raises ``TookTooLong`` also where the server does not answer at all."""
        question = TimedQuestion(time.monotonic() + self._max_wait_s, self._answer_within_s)
        try:
            turn = await self._turns.enter(asker(), max_wait_s=self._max_wait_s)
        except TimeoutError:
            raise TookTooLong("a question waited too long for those before it") from None
        try:
            async with asyncio.timeout(self._max_wait_s + self._answer_within_s + UNANSWERED_AFTER_S):
                return await self._asker.run(partial(question.answer, work))
        except TimeoutError:
            raise TookTooLong("the database server did not answer") from None
        finally:
            question.cancelled.set()
            self._turns.leave(turn)

    async def write(self, work: Transaction[T], *, durable: bool = True, alone: bool = True) -> T:
        """See ``Database.write``. Of one that waits for long the log says why that may be: it has no deadline."""
        slow = asyncio.get_running_loop().call_later(self._slow_write_s, self._say_slow)
        try:
            return await self._writer.run(
                partial(transactions.write, work, self.counts, durable=durable, alone=alone)
            )
        finally:
            slow.cancel()

    def _say_slow(self) -> None:
        now = time.monotonic()
        if now < self._silent_until:
            return
        self._silent_until = now + _SAID_EVERY_S
        log.warning(
            "a write has waited for the database server for %.0f s: for other writes, or for a standby that does "
            "not confirm commits (synchronous_standby_names, see kawaraban doctor)",
            self._slow_write_s,
        )

    async def disk_usage(self) -> DiskUsage:
        """See ``Database.disk_usage``. The space that is free on the server's disk is unknown."""
        used = await self.read(lambda tx: tx.execute(_USED).fetchone()["bytes"])
        return DiskUsage(int(used))

    async def close(self) -> None:
        """Finish running transactions and end the sessions."""
        for sessions in (self._asker, self._reader, self._writer):
            await sessions.close()


class _Sessions:
    """Threads with a session each."""

    def __init__(self, url: str, count: int, name: str) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(count, thread_name_prefix=f"postgres-{name}")
        self._local = threading.local()
        self._opened: list[Session] = []

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in a thread, after the calls queued before it."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    def _run(self, work: Callable[[Session], T]) -> T:
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Session(self._url)
            self._opened.append(session)
        return translate_errors(partial(work, session))

    async def close(self) -> None:
        """Finish the queued calls, then end the sessions."""
        await asyncio.to_thread(self._threads.shutdown)
        for session in self._opened:
            session.close()


__all__ = ["PostgresDatabase", "open_postgres"]
