"""The lock of the active process: a session advisory lock, proven every second.

The server releases the lock with its session: when the process ends, when the connection is lost or ended by
``pg_terminate_backend``, when the server restarts, and after ``IDLE_WITHIN_S`` without a statement, which is a
process that is paused (its kernel would answer keepalives for ever).

None of this tells the process at once. It therefore counts on the lock for ``CERTAIN_FOR_S`` from the last proof,
and whoever takes the lock waits as long before its first message (``delivery.leadership``). Longest time without
an active process: ``IDLE_WITHIN_S`` + ``TRY_EVERY_S`` + ``CERTAIN_FOR_S``, 8 seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

import psycopg

from .errors import first_line
from .lock_keys import LockKey
from .session import Session
from .session_locks import holds

log = logging.getLogger(__name__)

TRY_EVERY_S = 1.0
"""Between two proofs of the active process, and between two tries of one that stands by."""
IDLE_WITHIN_S = 4.0
CERTAIN_FOR_S = 3.0
_TAKE: Final = "SELECT pg_try_advisory_lock(?) AS taken"


def uptime_s() -> float:
    """Seconds on a clock that goes on while the process is paused and, where the system has one, suspended."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class PostgresLeaderLock:
    """See ``LeaderLock``. ``on_change``: called in the thread when a tenure began or ended."""

    def __init__(self, url: str, key: LockKey, on_change: Callable[[], None]) -> None:
        self._session = Session(url, unanswered_s=IDLE_WITHIN_S)  # the server has ended it by then
        self._key = key
        self._on_change = on_change
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lock {key.name.lower()}", daemon=True)
        self._tenures = 0
        self._tenure: int | None = None
        self._proven_at = float("-inf")
        self._is_away = False

    @property
    def tenure(self) -> int | None:
        """See ``LeaderLock.tenure``."""
        return self._tenure

    @property
    def is_certain(self) -> bool:
        """See ``LeaderLock.is_certain``."""
        return self._tenure is not None and uptime_s() - self._proven_at < CERTAIN_FOR_S

    @property
    def is_away(self) -> bool:
        """See ``LeaderLock.is_away``."""
        return self._is_away

    def start(self) -> None:
        """See ``LeaderLock.start``."""
        self._thread.start()

    def stop(self) -> None:
        """See ``LeaderLock.stop``."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._step()
            if self._ended.wait(TRY_EVERY_S):
                break
        self._end_tenure()
        self._session.release_locks()
        self._session.close()

    def _step(self) -> None:
        at = uptime_s()  # before the question: the lock was held at some time after it
        try:
            has_it = self._prove() if self._tenure is not None else self._take()
        except psycopg.Error as error:
            has_it = False
            self._session.close()
            self._say_away(first_line(error))
        else:
            self._is_away = False
            if not has_it and self._tenure is not None:
                self._session.close()  # a session that a pooler emptied, or of a server that became a standby
        if has_it:
            self._proven_at = at
            if self._tenure is None:
                self._tenures += 1
                self._tenure = self._tenures
                self._on_change()
        else:
            self._end_tenure()

    def _take(self) -> bool:
        self._session.connect()
        self._session.command(f"SET idle_session_timeout = {round(1000 * IDLE_WITHIN_S)}")
        return bool(self._session.execute(_TAKE, (self._key,)).fetchone()["taken"])

    def _prove(self) -> bool:
        """The server's answer that the session has it."""
        return holds(self._session, [self._key])

    def _end_tenure(self) -> None:
        if self._tenure is not None:
            self._tenure = None
            self._on_change()

    def _say_away(self, why: str) -> None:
        if not self._is_away:
            log.warning("the database server cannot be asked who is active: %s", why)
        self._is_away = True
