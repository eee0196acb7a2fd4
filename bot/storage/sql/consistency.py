"""Consistency of the tables with each other: what no constraint of the schema holds, and references of a file.

SQLite checks references only where a connection asks for it, which other programs do not. Each check has a query
that counts rows and, where a repair loses nothing and sends nothing twice, a statement that repairs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import FailureCode
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import to_us

_ROWS_MISSING: Final = "a part of it is missing from the database"


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: ``columns`` of ``table`` name a row of ``parent`` by ``keys``. ``on_delete``: as in SQL."""

    table: str
    columns: tuple[str, ...]
    parent: str
    keys: tuple[str, ...]
    on_delete: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows that do not fit. ``name``: the check. ``table``, ``parent``: of a reference to a missing row."""

    name: str
    rows: int
    is_repairable: bool
    table: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class _Check:
    """A check. ``where``: condition of its rows of ``table``. ``repair``: a statement before that condition.

    Parameters of a repair: ?1 the time, ?2 the reason, ?3 its code.
    """

    name: str
    table: str
    where: str
    repair: str


_CHECKS: Final = (
    _Check(
        "entry-open",
        "entries",
        """state = 'sealed' AND EXISTS (
          SELECT 1 FROM messages m WHERE m.id = entries.message_id AND m.state IN ('sent', 'given_up'))""",
        """UPDATE entries SET ended_at = ?1, reason = NULL,
          state = (SELECT m.state FROM messages m WHERE m.id = entries.message_id)""",
    ),
    _Check(
        "entry-without-message",
        "entries",
        """state = 'sealed' AND (message_id IS NULL
          OR NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = entries.message_id))""",
        """UPDATE entries SET state = 'given_up', message_id = NULL, position = NULL, ended_at = ?1, reason = ?2,
          reason_code = ?3""",
    ),
    _Check(
        "message-without-entries",
        "messages",
        """state IN ('sealed', 'uncertain')
          AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.message_id = messages.id)""",
        """UPDATE messages SET state = 'given_up', ended_at = ?1, error = ?2, error_code = ?3, next_try_at = NULL,
          claim = NULL, claimed_until = NULL""",
    ),
    _Check(
        "post-count",
        "watches",
        "post_count <> (SELECT count(*) FROM posts p WHERE p.watch_id = watches.id)",
        "UPDATE watches SET post_count = (SELECT count(*) FROM posts p WHERE p.watch_id = watches.id)",
    ),
)


class ConsistencyStore(Store):
    """Checks of all tables together, for ``kawaraban check``."""

    async def findings(self, references: Sequence[Reference] = ()) -> list[Finding]:
        """Checks that found rows. ``references``: foreign keys to check as well, where the engine does not."""
        return await self._database.read(partial(_findings, references))

    async def repair(self, now: datetime, references: Sequence[Reference] = ()) -> list[Finding]:
        """Repair all rows that can be, in one transaction; returns what is left."""
        return await self._database.write(partial(_repair, references, now))


def _findings(references: Sequence[Reference], tx: Tx) -> list[Finding]:
    found = [Finding(one.name, _count(tx, one.table, one.where), is_repairable=True) for one in _CHECKS]
    found += [
        Finding(
            "reference", _count(tx, one.table, _dangling(one)), _repair_of(one) is not None, one.table, one.parent
        )
        for one in references
    ]
    return [one for one in found if one.rows]


def _repair(references: Sequence[Reference], now: datetime, tx: Tx) -> list[Finding]:
    """References come last: of an entry that lost its message they would delete the row."""
    for one in _CHECKS:
        if _count(tx, one.table, one.where):
            known = (to_us(now), _ROWS_MISSING, FailureCode.OTHER)
            used = [value for number, value in enumerate(known, 1) if f"?{number}" in one.repair]
            tx.execute(f"{one.repair} WHERE {one.where}", used)
    # A row that is deleted may be the one that another refers to.
    while any(_repaired(tx, one) for one in references):
        pass
    return _findings(references, tx)


def _repaired(tx: Tx, reference: Reference) -> int:
    """Number of rows of a reference that were repaired."""
    statement = _repair_of(reference)
    return 0 if statement is None else tx.execute(f"{statement} WHERE {_dangling(reference)}").rowcount


def _repair_of(reference: Reference) -> str | None:
    """The statement that does what the schema says for the deletion of the row referred to."""
    if reference.on_delete == "CASCADE":
        return f"DELETE FROM {reference.table}"  # noqa: S608 - names of the schema
    if reference.on_delete == "SET NULL":
        return f"UPDATE {reference.table} SET {', '.join(f'{name} = NULL' for name in reference.columns)}"  # noqa: S608
    return None


def _dangling(reference: Reference) -> str:
    """Condition of the rows whose reference leads nowhere."""
    given = " AND ".join(f"{reference.table}.{name} IS NOT NULL" for name in reference.columns)
    same = " AND ".join(
        f"parent.{key} = {reference.table}.{name}"
        for name, key in zip(reference.columns, reference.keys, strict=True)
    )
    return f"{given} AND NOT EXISTS (SELECT 1 FROM {reference.parent} parent WHERE {same})"  # noqa: S608 - see above


def _count(tx: Tx, table: str, where: str) -> int:
    row = tx.execute(f"SELECT count(*) AS found FROM {table} WHERE {where}").fetchone()  # noqa: S608 - see above
    found: int = row["found"]
    return found
