"""An advisory lock that a process holds as long as a session of its own lives."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import psycopg

from bot.storage.migration_files import newest_version

from .errors import why_unusable
from .held_locks import holds
from .lock_keys import LockKey
from .migrate import is_newer, load_steps
from .session import Session

_LOG = logging.getLogger(__name__)
CHECK_EVERY_S: Final = 5.0


class SessionLock:
    """An advisory lock on a session of its own. The server releases it with the session, however that ends.

    Its methods wait for the server: they are for a thread.
    """

    def __init__(self, url: str, key: LockKey) -> None:
        self._session = Session(url)
        self._key = key
        self._holds = False

    def acquire(self) -> bool:
        """Take the lock, unless another session has it. Raises ``psycopg.Error`` where the server fails."""
        self._session.connect()
        row = self._session.execute("SELECT pg_try_advisory_lock(?) AS taken", (self._key,)).fetchone()
        self._holds = bool(row["taken"])
        return self._holds

    def is_held(self) -> bool:
        """Whether this session still has the lock, as the server says now. False where it does not answer."""
        if not self._holds:
            return False
        try:
            self._holds = holds(self._session, [self._key])
        except psycopg.Error:
            self._holds = False
        if not self._holds:
            self._session.close()
        return self._holds

    def is_outgrown(self, newest: int) -> bool:
        """Whether another process brought the database past the version ``newest``; False without an answer."""
        with suppress(psycopg.Error):
            return is_newer(self._session, newest)
        return False

    def close(self) -> None:
        """Give back the lock and end the session."""
        self._holds = False
        self._session.release_locks()
        self._session.close()


@contextmanager
def kept_lock(
    url: str,
    key: LockKey,
    *,
    on_taken: Callable[[], None],
    on_newer: Callable[[], None] = lambda: None,
    check_every_s: float = CHECK_EVERY_S,
) -> Iterator[bool]:
    """Hold a lock, and take it again after its session was lost. False: another session has it.

    Called in a thread: ``on_taken`` when another session took the lock meanwhile, ``on_newer`` when another
    process brought the database to a version that this one does not know. Raises ``ServerUnusable``.
    """
    lock = SessionLock(url, key)
    ended = threading.Event()
    thread = threading.Thread(
        target=_keep, args=(lock, ended, on_taken, on_newer, check_every_s), name="instance-lock", daemon=True
    )
    try:
        try:
            is_ours = lock.acquire()
        except psycopg.Error as error:
            raise why_unusable(error) from error
        if is_ours:
            thread.start()
        yield is_ours
    finally:
        ended.set()
        if thread.ident is not None:
            thread.join()
        lock.close()


def _keep(
    lock: SessionLock,
    ended: threading.Event,
    on_taken: Callable[[], None],
    on_newer: Callable[[], None],
    check_every_s: float,
) -> None:
    newest = newest_version(load_steps())
    while not ended.wait(check_every_s):
        if lock.is_held():
            if lock.is_outgrown(newest):
                on_newer()
                return
            continue
        try:
            is_ours = lock.acquire()
        except psycopg.Error:
            continue  # the server is away, and so are all who could take the lock
        if not is_ours:
            on_taken()
            return
        _LOG.warning("the connection that holds the database for this process was lost, and is there again")
