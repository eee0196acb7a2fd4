"""SQLite: three connections, and transactions that are functions.

All writes use one connection in ``BEGIN IMMEDIATE`` transactions. All reads use a second one, so that reading
never waits for writing (WAL). Questions of people use a third one (see ``question_queue``), so that no question
delays a poll. Each connection has its own aiosqlite thread, which runs one call after the other: a transaction is
one function that runs there from BEGIN to COMMIT, or one of a group that shares them (see ``group_commit``). Two
tasks can therefore never mix their transactions, and no lock is held over an await.

Cost and safety of ``synchronous``: in WAL mode NORMAL survives a killed process, but a power failure may take
back the last commits, as a whole and in order. A poll taken back is polled again with the same decisions, so
polls and claims run with NORMAL. Before anything is sent, ``begin_try`` runs with FULL; its sync covers
everything committed before it. A change that is confirmed to a person is FULL too.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast

import aiosqlite

from bot.core.errors import StorageError
from bot.core.limits.disk_space import DiskUsage
from bot.storage.migration_files import Step
from bot.storage.stores import Storage

from . import private_files
from .disk_usage import read_disk_usage
from .errors import translate_errors
from .group_commit import GroupCommit, Work
from .migrate import database_path, load_steps, migrate, refuse_newer, status
from .question_queue import QuestionQueue

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_OLDEST_SQLITE: Final = (3, 37, 0)
"""Oldest SQLite with STRICT tables; RETURNING came with 3.35."""
_PAGE_CACHE_KIB: Final = 16_384
_ASKERS_CACHE_KIB: Final = 8_192
_BEGIN_FULL: Final = ("PRAGMA synchronous = FULL", "BEGIN IMMEDIATE")
_BEGIN_NORMAL: Final = ("PRAGMA synchronous = NORMAL", "BEGIN IMMEDIATE")


async def open_sqlite(
    url: str, *, migrate: bool = True, busy_timeout_s: float = 5.0, steps: Sequence[Step] | None = None
) -> Storage:
    """Open ``sqlite:///relative`` or ``sqlite:////absolute``, making and migrating the file as needed.

    Raises ``DatabaseTooNew`` for a file of a newer version and ``StorageError`` where the file cannot be used, or,
    with ``migrate=False``, is not of the newest version. ``steps``: other migrations, for tests.
    """
    path = database_path(url)
    wanted = load_steps() if steps is None else steps
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        msg = f"SQLite {sqlite3.sqlite_version} is too old, Kawaraban needs 3.37 or newer."
        raise StorageError(msg)
    await _prepare(path, wanted, may_migrate=migrate)
    return Storage.over(await SqliteDatabase.open(path, wanted, busy_timeout_s))


async def _prepare(path: Path, steps: Sequence[Step], *, may_migrate: bool) -> None:
    """Refuse a file that must not be opened, before anything is written."""
    found = await to_thread(translate_errors, partial(status, path, steps))
    refuse_newer(path, found.current, steps)
    if found.pending and not may_migrate:
        msg = (
            f"{path} is of version {found.current}, this Kawaraban needs {found.newest}: run `kawaraban migrate`."
        )
        raise StorageError(msg)
    try:
        await to_thread(private_files.make_folder, path.parent)
    except OSError as error:
        msg = f"The folder of {path} cannot be made: {error.strerror}."
        raise StorageError(msg) from error
    try:
        await to_thread(_keep_private, path)
    except OSError as error:
        msg = f"{path} cannot be opened: {error.strerror}."
        raise StorageError(msg) from error


def _keep_private(path: Path) -> None:
    if not path.exists():
        private_files.make_file(path)
    private_files.tighten(private_files.of_database(path))


class SqliteDatabase:
    """Database over three SQLite connections: writer, reader, and one for questions."""

    def __init__(self, writer: _Connection, reader: _Connection, asker: _Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._asker = asker
        self._questions = QuestionQueue(asker.run)
        self._reads = GroupCommit(reader.run, "BEGIN")
        self._writes = GroupCommit(writer.run, *_BEGIN_NORMAL)
        self._durable = GroupCommit(writer.run, *_BEGIN_FULL)
        self.holder = secrets.token_hex(8)

    @classmethod
    async def open(cls, path: Path, steps: Sequence[Step], busy_timeout_s: float) -> SqliteDatabase:
        """Open and migrate; nothing stays open when it raises."""
        async with AsyncExitStack() as opened:
            writer = await _Connection.open(path, busy_timeout_s)
            opened.push_async_callback(writer.close)  # last: the last connection to close empties the WAL
            await writer.run(partial(_set_up_writer, path=path, steps=steps))
            readers = []
            for cache_kib in (_PAGE_CACHE_KIB, _ASKERS_CACHE_KIB):
                reader = await _Connection.open(path, busy_timeout_s)
                opened.push_async_callback(reader.close)
                await reader.run(partial(_set_up_reader, cache_kib=cache_kib))
                readers.append(reader)
            opened.pop_all()
        return cls(writer, *readers)

    async def read(self, work: Work[T]) -> T:
        """See ``Database.read``."""
        return await self._reads.run(work)

    async def ask(self, work: Work[T]) -> T:
        """See ``Database.ask``."""
        return await self._questions.ask(work)

    async def write(self, work: Work[T], *, durable: bool = True, alone: bool = True) -> T:
        """See ``Database.write``. Every write is alone: SQLite has one writer."""
        return await (self._durable if durable else self._writes).run(work)

    async def disk_usage(self) -> DiskUsage:
        """See ``Database.disk_usage``."""
        return await self.read(read_disk_usage)

    async def close(self) -> None:
        """Finish running transactions; the last connection to close also empties the WAL."""
        try:
            for groups in (self._reads, self._writes, self._durable):
                await groups.finish()
            await self._asker.close()
        finally:
            try:
                await self._reader.close()
            finally:
                await self._writer.close()


def _set_up_writer(connection: sqlite3.Connection, *, path: Path, steps: Sequence[Step]) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_PAGE_CACHE_KIB}")
    migrate(connection, path, steps)


def _set_up_reader(connection: sqlite3.Connection, *, cache_kib: int) -> None:
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{cache_kib}")


class _Connection:
    """A SQLite connection in an aiosqlite thread, where whole functions can run.

    aiosqlite offers only single statements in public, each a hop between threads. The one private method that
    runs any function there is touched here and nowhere else, and tried out when a connection is opened.
    """

    _RUN_IN_THREAD: Final = "_execute"

    def __init__(self, connection: aiosqlite.Connection, raw: sqlite3.Connection) -> None:
        self._connection = connection
        self._raw = raw
        run = getattr(connection, self._RUN_IN_THREAD, None)
        if run is None:
            raise StorageError(_unfit_aiosqlite())
        self._run = cast("Callable[..., Awaitable[object]]", run)

    @classmethod
    async def open(cls, path: Path, busy_timeout_s: float) -> _Connection:
        """Connect in autocommit mode: transactions begin only by explicit BEGIN."""
        made: list[sqlite3.Connection] = []

        def connect() -> sqlite3.Connection:
            connection = translate_errors(
                partial(sqlite3.connect, path, timeout=busy_timeout_s, isolation_level=None, cached_statements=256)
            )
            connection.row_factory = sqlite3.Row
            made.append(connection)
            return connection

        opened = await aiosqlite.Connection(connect, iter_chunk_size=64)
        try:
            connection = cls(opened, made[0])
            if await connection.run(lambda _: threading.get_ident()) == threading.get_ident():
                raise StorageError(_unfit_aiosqlite())
        except BaseException:
            await opened.close()
            raise
        return connection

    async def run(self, work: Work[T]) -> T:
        """Run ``work(connection)`` in the thread, after the calls queued before it."""
        return cast("T", await self._run(translate_errors, partial(work, self._raw)))

    async def close(self) -> None:
        """Close after the calls queued before it."""
        await self._connection.close()


def _unfit_aiosqlite() -> str:
    return (
        f"aiosqlite {aiosqlite.__version__} runs no functions in its thread as 0.22 does: install aiosqlite 0.22."
    )


__all__ = ["SqliteDatabase", "open_sqlite"]
