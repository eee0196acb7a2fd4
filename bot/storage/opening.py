"""The one way to a database: a URL names a SQLite file or a database of a PostgreSQL server.

    sqlite:///kawaraban.db   sqlite:////absolute/path.db
    postgresql://user:password@host:5432/database?sslmode=require   (every parameter of libpq)

The driver of PostgreSQL is imported when a URL names it: the extra ``postgres`` installs it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shlex
import time
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from bot.core.errors import ServerProblem, ServerUnusable, StorageError
from bot.core.models import LaterTakeDowns
from bot.storage.copying import Backup, CopiedTable, CopySource, CopyTarget, Progress, Side, copy_rows
from bot.storage.links import LeaderLock, Signals, Taken
from bot.storage.migration_files import MigrationStatus
from bot.storage.server_facts import ServerFacts
from bot.storage.sql.consistency import Finding, Reference
from bot.storage.sqlite import copying as sqlite_copying
from bot.storage.sqlite import migrate as sqlite_migrate
from bot.storage.stores import Storage

if TYPE_CHECKING:
    from bot.storage.sqlite.restoring import Restored

log = logging.getLogger(__name__)

_SERVER: Final = re.compile(r"postgres(?:ql)?://")
WAIT_FOR_SERVER_S: Final = 300.0
"""Seconds for which a bot that starts waits for its database server."""
_LONGEST_PAUSE_S: Final = 15.0
_PASSING: Final = frozenset(
    {
        ServerProblem.UNREACHABLE,
        ServerProblem.NOT_READY,
        ServerProblem.READ_ONLY,
        ServerProblem.LEFT_BEHIND,
        ServerProblem.FULL,
    }
)
"""Problems of a server that starts, restarts, takes the place of another one or has many other clients."""
_SHOWN: Final = frozenset({"host", "port", "dbname", "user", "service"})
"""Parameters of a URL that are no secrets."""


def is_server(url: str) -> bool:
    """Whether a URL names a database of a server, not a file."""
    return _SERVER.match(url) is not None


async def open_storage(url: str, *, migrate: bool = True) -> Storage:
    """Open a database, making a file and migrating as needed.

    ``migrate=False``: the database must be of the newest version, and stays as it is. Raises ``DatabaseTooNew``
    for a newer one, ``ServerUnusable`` or another ``StorageError`` for one that cannot be used.
    """
    if is_server(url):
        _need_driver()
        from bot.storage.postgres.connection import open_postgres  # noqa: PLC0415

        return await open_postgres(url, migrate=migrate)
    from bot.storage.sqlite.connection import open_sqlite  # noqa: PLC0415

    return await open_sqlite(url, migrate=migrate)


async def migration_status(url: str) -> MigrationStatus:
    """Version and pending steps, without changing the database. Raises ``StorageError`` for no database."""
    if not is_server(url):
        return await sqlite_migrate.migration_status(url)
    _need_driver()
    from bot.storage.postgres import migrate  # noqa: PLC0415

    return await to_thread(migrate.status, url)


async def is_there(url: str) -> bool:
    """Whether the file exists, or the server's database has Kawaraban's tables. Raises ``StorageError``."""
    if is_server(url):
        return (await migration_status(url)).exists
    return sqlite_migrate.is_there(sqlite_migrate.database_path(url))


async def need(url: str) -> None:
    """Raise ``StorageError`` where there is no database yet."""
    if await is_there(url):
        return
    if is_server(url):
        raise ServerUnusable(ServerProblem.EMPTY)
    msg = "there is no database"
    raise StorageError(msg)


def sqlite_file(url: str) -> Path | None:
    """Path of the file that a URL names; None for a server. Raises ``StorageError`` for another URL."""
    return None if is_server(url) else sqlite_migrate.database_path(url)


def shown(url: str) -> str:
    """Name of a database for people and logs: the absolute path, or the URL without password and options."""
    path = sqlite_file(url)
    if path is not None:
        return str(path.absolute())
    address, _, query = url.partition("?")
    scheme, _, rest = address.partition("://")
    login, at, place = rest.rpartition("@")
    kept = urlencode([(key, value) for key, value in parse_qsl(query) if key in _SHOWN], safe="/,")
    return f"{scheme}://{login.partition(':')[0]}{at}{place}{f'?{kept}' if kept else ''}"


async def server_facts(url: str) -> ServerFacts | None:
    """Properties of the server; None for a file. Raises ``ServerUnusable``."""
    if not is_server(url):
        return None
    _need_driver()
    from bot.storage.postgres import server  # noqa: PLC0415

    return await to_thread(server.server_facts, url)


async def wait_for_server(
    url: str,
    *,
    within_s: float = WAIT_FOR_SERVER_S,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Wait until a server can be connected to, as a process does that is started together with it; for a file not.

    Raises ``ServerUnusable`` for what no waiting mends, such as a wrong password, and where the server is still
    away after ``within_s`` seconds.
    """
    deadline, pause_s = time.monotonic() + within_s, 1.0
    while True:
        try:
            await server_facts(url)
        except ServerUnusable as error:
            left_s = deadline - time.monotonic()
            if error.problem not in _PASSING or left_s <= 0:
                raise
            wait_s = min(pause_s, left_s)
            log.warning(
                "the database server cannot be used yet (%s): trying again in %.0f s, for %.0f s more",
                error.values.get("why") or error.problem,
                wait_s,
                left_s,
            )
            await sleep(wait_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        else:
            return


@contextmanager
def instance_lock(url: str, *, on_taken: Callable[[], None], on_newer: Callable[[], None]) -> Iterator[bool]:
    """Hold a server's database for this process, as long as the block runs. False: another process has it.

    Called in a thread: ``on_taken`` when another process took it after the connection was lost, ``on_newer`` when
    another one brought the database to a version that this one does not know. Raises ``ServerUnusable``.
    """
    _need_driver()
    from bot.storage.postgres.lock_keys import LockKey  # noqa: PLC0415
    from bot.storage.postgres.session_locks import SessionLocks, kept  # noqa: PLC0415

    with kept(SessionLocks(url, own=[LockKey.INSTANCE]), on_taken=on_taken, on_newer=on_newer) as taken:
        yield taken is None


@contextmanager
def process_locks(
    url: str, shards: Collection[int], *, on_taken: Callable[[], None], on_newer: Callable[[], None]
) -> Iterator[Taken | None]:
    """Run beside other processes over a server's database; yields what another process has, None where it may run.

    ``shards``: those of this process's gateway. The others: see ``instance_lock``. Raises ``ServerUnusable``.
    """
    _need_driver()
    from bot.storage.postgres.lock_keys import LockKey  # noqa: PLC0415
    from bot.storage.postgres.session_locks import SessionLocks, kept  # noqa: PLC0415

    locks = SessionLocks(url, shared=[LockKey.INSTANCE], own=[LockKey.FIRST_SHARD + shard for shard in shards])
    with kept(locks, on_taken=on_taken, on_newer=on_newer) as taken:
        yield None if taken is None else Taken.WHOLE if taken == LockKey.INSTANCE else Taken.SHARD


def sender_lock(url: str, on_change: Callable[[], None]) -> LeaderLock:
    """The lock of the active sender of a server's database. ``on_change``: called in a thread.

    Raises ``ServerUnusable``.
    """
    _need_driver()
    from bot.storage.postgres.leader_lock import PostgresLeaderLock  # noqa: PLC0415
    from bot.storage.postgres.lock_keys import LockKey  # noqa: PLC0415

    return PostgresLeaderLock(url, LockKey.SENDER, on_change)


def outbox_signals(url: str, sender: str, on_signal: Callable[[], None] | None) -> Signals:
    """Signals that something may wait in the outbox of a server's database.

    ``sender``: name of this process. ``on_signal``: called in a thread; None for a process that only sends them.
    Raises ``ServerUnusable``.
    """
    _need_driver()
    from bot.storage.postgres.signals import PostgresSignals  # noqa: PLC0415

    return PostgresSignals(url, sender, on_signal)


def copy_source(url: str) -> AbstractContextManager[CopySource]:
    """A database of the newest version, without other writers while the block runs. Raises ``StorageError``."""
    if not is_server(url):
        return sqlite_copying.opened_source(sqlite_migrate.database_path(url))
    _need_driver()
    from bot.storage.postgres import copying  # noqa: PLC0415

    return copying.opened_source(url)


def copy_target(url: str) -> AbstractContextManager[CopyTarget]:
    """A new file, or a server's database without rows, in a transaction. Raises ``StorageError``."""
    if not is_server(url):
        return sqlite_copying.opened_target(sqlite_migrate.database_path(url))
    _need_driver()
    from bot.storage.postgres import copying  # noqa: PLC0415

    return copying.opened_target(url)


def copy_database(source: str, target: str, progress: Progress) -> list[CopiedTable]:
    """Copy a database to another URL, verify every table, and only then make the copy visible.

    Waits for both databases: it is for a command. The caller holds both for itself (``bot.instance_lock``).
    Raises ``CopyFailed`` for a database that cannot be used, ``CopyRefused`` where they do not fit.
    """
    here, there = Side(source, is_target=False), Side(target, is_target=True)
    with ExitStack() as stack:
        with here.blamed():
            opened = stack.enter_context(copy_source(source))
        with there.blamed():
            made = stack.enter_context(copy_target(target))
        return copy_rows(opened, made, (here, there), sqlite_copying.schema_tables(), progress)


def back_up(
    url: str,
    target: Path,
    *,
    replace: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Backup:
    """Copy the database file that ``url`` names while others write to it, and verify the copy.

    Waits for the disk: call it in a thread. Parameters and errors: see ``sqlite.backup.back_up``.
    """
    from bot.storage.sqlite import backup  # noqa: PLC0415

    path = sqlite_migrate.database_path(url)
    return backup.back_up(path, target, replace=replace, progress=progress, is_cancelled=is_cancelled)


def restore(
    url: str,
    copy: Path,
    now: datetime,
    *,
    check: Callable[[str], list[Finding]],
    hide: Callable[[str, LaterTakeDowns], None],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Restored:
    """Put a copy in the place of the database file that ``url`` names; the old one is kept beside it.

    ``check``: finds faults in the database of a URL. ``hide``: takes over take-downs in it. Both may migrate it.
    The caller holds the database for itself.
    Raises ``RestoreRefused``, ``OSError``; see ``sqlite.restoring.restore``.
    """
    from bot.storage.sqlite import restoring  # noqa: PLC0415

    def url_of(path: Path) -> str:
        return f"sqlite:///{path.absolute()}"

    return restoring.restore(
        sqlite_migrate.database_path(url),
        copy,
        now,
        check=lambda trial: check(url_of(trial)),
        hide=lambda part, later: hide(url_of(part), later),
        progress=progress,
    )


def damage(url: str) -> list[str]:
    """Faults in the pages and indexes of a database file; none of a server's database, which checks its own.

    Reads all of the file: call it in a thread. Raises ``StorageError``.
    """
    path = sqlite_file(url)
    if path is None:
        return []
    from bot.storage.sqlite import integrity  # noqa: PLC0415

    return integrity.damage(path)


def unchecked_references(url: str) -> Sequence[Reference]:
    """The foreign keys that another program could have broken; none of a server's database, which holds them."""
    if is_server(url):
        return ()
    from bot.storage.sqlite import integrity  # noqa: PLC0415

    return integrity.references()


def backup_command(url: str) -> str:
    """Command that copies a server's database to a file, without its password."""
    return f"pg_dump --format=custom --file=kawaraban.dump {shlex.quote(shown(url))}"


def restore_command(url: str, copy: str = "") -> str:
    """Command that puts a copy of ``backup_command`` back into a server's database. ``copy``: its file."""
    place, file = shlex.quote(shown(url)), shlex.quote(copy.strip() or "kawaraban.dump")
    return f"pg_restore --clean --if-exists --single-transaction --dbname={place} {file}"


def _need_driver() -> None:
    """Raise ``ServerUnusable`` where psycopg, or the libpq that it needs, is not installed."""
    try:
        import psycopg  # noqa: PLC0415, F401
    except ImportError as error:
        raise ServerUnusable(ServerProblem.NO_DRIVER) from error


__all__ = [
    "Backup",
    "MigrationStatus",
    "back_up",
    "backup_command",
    "copy_database",
    "damage",
    "instance_lock",
    "is_server",
    "is_there",
    "migration_status",
    "need",
    "open_storage",
    "outbox_signals",
    "process_locks",
    "restore",
    "restore_command",
    "sender_lock",
    "server_facts",
    "shown",
    "sqlite_file",
    "unchecked_references",
    "wait_for_server",
]
