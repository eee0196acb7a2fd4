"""Migration of a PostgreSQL database to the newest version: ordered SQL files, pending ones in one transaction.

The numbers are those of SQLite's migrations; the first file is the whole schema of its number. The version is the
row of table ``kawaraban_version``. Processes that start at the same time wait for each other at an advisory lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import psycopg

from bot.core.errors import DatabaseTooNew, MigrationFailed, ServerProblem, ServerUnusable
from bot.storage.migration_files import MigrationStatus, Step, newest_version, read_steps, status_at

from .errors import first_line, why_unusable
from .lock_keys import LockKey
from .server import checked_session, one_row
from .session import LOCK_WITHIN_S, Session

_MIGRATIONS: Final = Path(__file__).parents[1] / "migrations" / "postgres"
FIRST: Final = 21
"""Version of the first file."""
_VERSION_TABLE: Final = """
CREATE TABLE IF NOT EXISTS kawaraban_version (version BIGINT NOT NULL);
ALTER TABLE kawaraban_version ADD COLUMN IF NOT EXISTS line TEXT
"""
"""``line``: see ``lineage``. Databases from before 2026-11-30 get it by the next start."""
_HAS_LINE: Final = """
SELECT count(*) AS columns FROM pg_attribute
WHERE attrelid = to_regclass('kawaraban_version') AND attname = 'line' AND NOT attisdropped
"""
_WAIT_FOR_OTHERS: Final = f"""
SET LOCAL lock_timeout = 0;
SELECT pg_advisory_xact_lock({LockKey.MIGRATION:d});
SET LOCAL lock_timeout = '{LOCK_WITHIN_S}s'
"""
"""A wait as long as it takes: a migration of many rows takes minutes, and the server ends one that vanished."""
_TABLES: Final = """
SELECT count(*) AS tables, count(*) FILTER (WHERE tablename = 'kawaraban_version') AS ours
FROM pg_catalog.pg_tables WHERE schemaname = current_schema()
"""


def load_steps() -> tuple[Step, ...]:
    """Steps in order."""
    return read_steps(_MIGRATIONS, first=FIRST)


def prepare(url: str, *, may_migrate: bool, steps: Sequence[Step] | None = None) -> None:
    """Check the server and bring the database to the newest version.

    Raises ``ServerUnusable`` where the server cannot be reached or used or, without ``may_migrate``, where steps
    are pending; ``DatabaseTooNew`` for a database of a newer version; ``MigrationFailed`` where it is as it was.
    ``steps``: other migrations, for tests.
    """
    wanted = load_steps() if steps is None else steps
    with checked_session(url) as session:
        current = known_version(session, wanted)
        if current == newest_version(wanted) and (not may_migrate or _remembers_its_line(session)):
            return
        if not may_migrate:
            problem = ServerProblem.OLDER if current else ServerProblem.EMPTY
            raise ServerUnusable(problem, current=current, newest=newest_version(wanted))
        _migrate(session, wanted)


def status(url: str) -> MigrationStatus:
    """Version and pending steps, without changing the database. Raises ``ServerUnusable``."""
    with checked_session(url) as session:
        current = _version(session)
    return status_at(current, load_steps(), exists=current > 0)


def begin_migrated(session: Session, steps: Sequence[Step]) -> None:
    """Begin a transaction in which the database is of the newest version. Nobody else migrates it before its end.

    Raises ``DatabaseTooNew``, ``MigrationFailed``, ``ServerUnusable`` and ``psycopg.Error``; the transaction may
    still be open then.
    """
    session.command(f"BEGIN; {_WAIT_FOR_OTHERS}; {_VERSION_TABLE}")
    current = known_version(session, steps)  # another process may have migrated while this one waited for the lock
    for step in steps:
        if step.version > current:
            _run(session, step, newest_version(steps))
    if not current:
        session.command("INSERT INTO kawaraban_version (version) VALUES (0)")
    session.execute("UPDATE kawaraban_version SET version = CAST(? AS BIGINT)", (newest_version(steps),))


def _remembers_its_line(session: Session) -> bool:
    (columns,) = one_row(session, _HAS_LINE)
    return bool(columns)


def _run(session: Session, step: Step, newest: int) -> None:
    """One step, in the transaction that is open.

    Raises ``MigrationFailed`` for what the step itself met, ``psycopg.Error`` for what any statement could meet.
    """
    try:
        session.command(step.sql)
    except psycopg.Error as error:
        if why_unusable(error).problem is not ServerProblem.OTHER:
            raise
        is_full = isinstance(error, psycopg.errors.DiskFull)
        raise MigrationFailed(newest, first_line(error), step=step.name, is_full=is_full) from error


def known_version(session: Session, steps: Sequence[Step]) -> int:
    """Version of the database; 0 for an empty one.

    Raises ``DatabaseTooNew`` for a newer one than ``steps``, ``ServerUnusable`` for one with tables of others.
    """
    current = _version(session)
    _refuse_newer(current, steps)
    return current


def is_newer(session: Session, newest: int) -> bool:
    """Whether another process brought the database past ``newest``. Raises ``psycopg.Error``."""
    with suppress(ServerUnusable):
        return _version(session) > newest
    return False


def _migrate(session: Session, steps: Sequence[Step]) -> None:
    try:
        begin_migrated(session, steps)
        session.commit()
    except BaseException:
        session.roll_back()
        raise


def _refuse_newer(current: int, steps: Sequence[Step]) -> None:
    newest = newest_version(steps)
    if current > newest:
        msg = (
            f"This is a database of version {current}, but this Kawaraban only knows versions up to {newest}: "
            "update Kawaraban, or go back to a copy of the database from before the update."
        )
        raise DatabaseTooNew(msg)


def _version(session: Session) -> int:
    """Version of the database; 0 for an empty one. Raises ``ServerUnusable`` for one with tables of others."""
    tables, ours = one_row(session, _TABLES)
    if not ours:
        if tables:
            raise ServerUnusable(ServerProblem.NOT_OURS)
        return 0
    (version,) = one_row(session, "SELECT coalesce(max(version), 0) AS version FROM kawaraban_version")
    return int(version)
