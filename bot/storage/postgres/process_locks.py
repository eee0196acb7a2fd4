"""Locks of a process that runs beside others: none that runs everything, and none with the same shards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import psycopg

from bot.storage.links import Taken
from bot.storage.migration_files import newest_version

from .errors import why_unusable
from .held_locks import holds
from .lock_keys import LockKey
from .migrate import is_newer, load_steps
from .session import Session

log = logging.getLogger(__name__)

CHECK_EVERY_S: Final = 5.0
_SHARE: Final = "SELECT pg_try_advisory_lock_shared(?) AS taken"
_TAKE: Final = "SELECT pg_try_advisory_lock(?) AS taken"


class _Locks:
    """The locks of one session. Its methods wait for the server and raise ``psycopg.Error``."""

    def __init__(self, url: str, shards: Collection[int]) -> None:
        self._session = Session(url)
        self._keys = tuple(LockKey.FIRST_SHARD + shard for shard in sorted(shards))

    def acquire(self) -> Taken | None:
        """Take all of them; what another process has, then none is held."""
        self._session.connect()
        if not self._is_taken(_SHARE, LockKey.INSTANCE):
            self.close()
            return Taken.WHOLE
        if not all(self._is_taken(_TAKE, key) for key in self._keys):
            self.close()
            return Taken.SHARD
        return None

    def _is_taken(self, statement: str, key: int) -> bool:
        return bool(self._session.execute(statement, (key,)).fetchone()["taken"])

    def are_held(self) -> bool:
        """Whether the session has all of them, as the server says now. False where it does not answer."""
        try:
            held = holds(self._session, [LockKey.INSTANCE, *self._keys])
        except psycopg.Error:
            held = False
        if not held:
            self._session.close()
        return held

    def is_outgrown(self, newest: int) -> bool:
        """Whether another process brought the database past the version ``newest``; False without an answer."""
        with suppress(psycopg.Error):
            return is_newer(self._session, newest)
        return False

    def close(self) -> None:
        """Give back the locks and end the session."""
        self._session.release_locks()
        self._session.close()


@contextmanager
def kept_locks(
    url: str,
    shards: Collection[int],
    *,
    on_taken: Callable[[], None],
    on_newer: Callable[[], None] = lambda: None,
    check_every_s: float = CHECK_EVERY_S,
) -> Iterator[Taken | None]:
    """Hold the locks for as long as the block runs; yields what another process has.

    Called in a thread: ``on_taken`` when another process took one after the connection was lost, ``on_newer`` when
    another one brought the database to a version that this one does not know. Raises ``ServerUnusable``.
    """
    locks, ended = _Locks(url, shards), threading.Event()
    thread = threading.Thread(
        target=_keep, args=(locks, ended, on_taken, on_newer, check_every_s), name="process-locks", daemon=True
    )
    try:
        try:
            taken = locks.acquire()
        except psycopg.Error as error:
            raise why_unusable(error) from error
        if taken is None:
            thread.start()
        yield taken
    finally:
        ended.set()
        if thread.ident is not None:
            thread.join()
        locks.close()


def _keep(
    locks: _Locks,
    ended: threading.Event,
    on_taken: Callable[[], None],
    on_newer: Callable[[], None],
    check_every_s: float,
) -> None:
    newest = newest_version(load_steps())
    while not ended.wait(check_every_s):
        if locks.are_held():
            if locks.is_outgrown(newest):
                on_newer()
                return
            continue
        try:
            taken = locks.acquire()
        except psycopg.Error:
            continue  # the server is away, and so are all who could take them
        if taken is not None:
            on_taken()
            return
        log.warning("the connection that holds the locks of this process was lost, and is there again")
