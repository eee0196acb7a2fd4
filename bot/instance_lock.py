"""One bot on a database, and one with a token: two would poll everything twice and answer the same interactions.

Locks of the operating system on files, which end with the process however it ends. Two containers on one volume
see each other's, two machines do not. A server's database is held by an advisory lock of a session, which all
machines see.
"""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.core.errors import StorageError
from bot.storage.links import Taken
from bot.storage.opening import instance_lock, process_locks, shown, sqlite_file
from bot.storage.sqlite.private_files import FILE_MODE, make_folder
from config.sentences import Sentence
from config.settings import Settings

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

log = logging.getLogger(__name__)


class AnotherRuns(Exception):
    """Another process does this already; ``sentence`` says what to do, ``str`` in English."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(sentence.said("en"))


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the database and the token for this process.

    Raises ``AnotherRuns``, and ``StorageError`` for a wrong URL, a server that cannot be used, and a folder that
    cannot be written to.
    """
    with ExitStack() as stack:
        stack.enter_context(alone_on(settings.database.url))
        if settings.discord.token is not None:
            token = settings.discord.token.get_secret_value()
            path = _token_lock(token, settings.discord.api_base or "")
            try:
                _hold(stack, path, Sentence("cli-alone-token"))
            except OSError as error:
                _go_without(path, error)
        yield


@contextmanager
def alone_on(url: str) -> Iterator[None]:
    """Hold a database for this process. Raises as ``alone`` does."""
    database, refusal = sqlite_file(url), Sentence("cli-alone-database", {"path": shown(url)})
    with ExitStack() as stack:
        if database is not None:
            real = database.resolve()  # a database of two names is one
            _hold_database(stack, real.with_name(f"{real.name}.lock"), refusal)
        elif not stack.enter_context(instance_lock(url, on_taken=_stop, on_newer=_stop_old)):
            raise AnotherRuns(refusal)
        yield


@contextmanager
def beside(settings: Settings, shards: Collection[int]) -> Iterator[None]:
    """Run beside other processes over a server's database. ``shards``: those of this process's gateway.

    Raises ``AnotherRuns`` where one runs everything, or has one of the shards; ``StorageError`` for a server that
    cannot be used.
    """
    url = settings.database.url
    with process_locks(url, shards, on_taken=_stop, on_newer=_stop_old) as taken:
        if taken is Taken.WHOLE:
            raise AnotherRuns(Sentence("cli-alone-whole", {"path": shown(url)}))
        if taken is Taken.SHARD:
            raise AnotherRuns(Sentence("cli-alone-shard"))
        yield


def _stop() -> None:
    """End this process as a service manager does: another one took the database while the server was away."""
    log.error("another kawaraban took the database while the connection to it was lost: this one stops")
    os.kill(os.getpid(), signal.SIGTERM)


def _stop_old() -> None:
    """End this process: another one migrated the database. When it starts again, a sentence says what to do."""
    log.error("a newer kawaraban brought the database to its version: this one stops, update it")
    os.kill(os.getpid(), signal.SIGTERM)


def _hold_database(stack: ExitStack, path: Path, refusal: Sentence) -> None:
    """The lock beside a database file. Raises ``StorageError`` where the database itself has no place there."""
    try:
        _hold(stack, path, refusal)
    except OSError as error:
        if _is_closed(path.parent):
            msg = f"The folder {path.parent} cannot be written to: {error.strerror}."
            raise StorageError(msg) from error
        _go_without(path, error)


def _hold(stack: ExitStack, path: Path, refusal: Sentence) -> None:
    """A lock until the stack unwinds. Raises ``OSError`` where the file system has none."""
    make_folder(path.parent)
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), FILE_MODE)
    stack.callback(os.close, file)
    if not _lock(file):
        raise AnotherRuns(refusal)


def _go_without(path: Path, error: OSError) -> None:
    """The bot runs without a lock, and the log says so."""
    log.warning("cannot make sure that no other kawaraban runs, %s cannot be locked: %s", path.name, error)


def _is_closed(folder: Path) -> bool:
    """Whether no file can be made in a folder: nor the database, nor what SQLite keeps beside it."""
    standing = next(one for one in (folder, *folder.parents) if one.exists())
    is_read_only = hasattr(os, "statvfs") and bool(os.statvfs(standing).f_flag & os.ST_RDONLY)
    return is_read_only or not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK)


if sys.platform == "win32":  # pragma: no cover - no Windows in the tests

    def _lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:

    def _lock(file: int) -> bool:
        """Lock an open file until it is closed or its process has ended. False: it is held elsewhere.

        Raises ``OSError`` where the file system has no locks.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _token_lock(token: str, api_base: str) -> Path:
    """A file of this user's on this machine, named by a hash: a list of the folder tells nothing of the token."""
    name = hashlib.blake2b(f"{api_base} {token}".encode(), digest_size=16).hexdigest()
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(folder) / f"kawaraban-{name}.lock"
