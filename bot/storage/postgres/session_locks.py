"""Advisory locks that a process holds as long as a session of its own lives, and their proof.

An answer of the server alone proves nothing: a pooler may have given the connection another session, or emptied
this one, without an error (https://github.com/netbox-community/netbox/issues/23009).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import psycopg

from bot.storage.migration_files import newest_version

from .errors import why_unusable
from .migrate import is_newer, load_steps
from .session import Session

log = logging.getLogger(__name__)

CHECK_EVERY_S: Final = 5.0
_SHARE: Final = "SELECT pg_try_advisory_lock_shared(?) AS taken"
_TAKE: Final = "SELECT pg_try_advisory_lock(?) AS taken"
_HELD: Final = """
SELECT count(DISTINCT (CAST(classid AS BIGINT) << 32) + CAST(objid AS BIGINT)) AS locks,
  current_setting('transaction_read_only') AS read_only
FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid = pg_backend_pid()
  AND (CAST(classid AS BIGINT) << 32) + CAST(objid AS BIGINT) = ANY (CAST(? AS BIGINT[]))
"""


def holds(session: Session, keys: Collection[int]) -> bool:
    """Whether the session has all these locks, on a server that takes writes: a standby has locks of its own.

    Raises ``psycopg.Error`` where the server does not answer.
    """
    locks, read_only = session.execute(_HELD, (f"{{{','.join(map(str, keys))}}}",)).fetchone()
    return bool(locks == len(keys) and read_only == "off")


class SessionLocks:
    """Locks on one session of their own. The server releases them with the session, however that ends.

    ``shared``: keys that others may share, ``own``: keys that no other session may have. Its methods wait for the
    server: they are for a thread.
    """

    def __init__(self, url: str, *, shared: Collection[int] = (), own: Collection[int] = ()) -> None:
        self._session = Session(url)
        self._wanted = (*((_SHARE, key) for key in shared), *((_TAKE, key) for key in sorted(own)))
        self._has_all = False

    def acquire(self) -> int | None:
        """Take all of them. The key of the first that another session has: then none is held.

        Raises ``psycopg.Error`` where the server fails.
        """
        self._session.connect()
        for statement, key in self._wanted:
            if not self._session.execute(statement, (key,)).fetchone()["taken"]:
                self.close()
                return key
        self._has_all = True
        return None

    def are_held(self) -> bool:
        """Whether this session still has all of them, as the server says now. False where it does not answer."""
        if not self._has_all:
            return False
        try:
            self._has_all = holds(self._session, [key for _, key in self._wanted])
        except psycopg.Error:
            self._has_all = False
        if not self._has_all:
            self._session.close()
        return self._has_all

    def is_outgrown(self, newest: int) -> bool:
        """Whether another process brought the database past the version ``newest``; False without an answer."""
        with suppress(psycopg.Error):
            return is_newer(self._session, newest)
        return False

    def close(self) -> None:
        """Give back the locks and end the session."""
        self._has_all = False
        self._session.release_locks()
        self._session.close()


@contextmanager
def kept(
    locks: SessionLocks,
    *,
    on_taken: Callable[[], None],
    on_newer: Callable[[], None],
    check_every_s: float = CHECK_EVERY_S,
) -> Iterator[int | None]:
    """Hold locks as long as the block runs, and take them again after their session was lost.

    Yields the key that another session has, None where all are held. Called in a thread: ``on_taken`` when another
    session took one meanwhile, ``on_newer`` when another process brought the database to a version that this one
    does not know. Raises ``ServerUnusable``.
    """
    ended = threading.Event()
    thread = threading.Thread(
        target=_keep, args=(locks, ended, on_taken, on_newer, check_every_s), name="session-locks", daemon=True
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
    locks: SessionLocks,
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
