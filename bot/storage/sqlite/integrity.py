"""Damage of a database file, and the references that its schema declares."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from bot.core.errors import DatabaseDamaged
from bot.storage.sql.consistency import Reference

from .errors import translate_errors
from .migrate import load_steps, schema

SHOWN: Final = 5
"""Faults that are reported of one file."""


def damage(path: Path) -> list[str]:
    """Faults that SQLite finds in the pages and indexes of a file; none for one that is whole.

    Reads all of it, while others write too. Raises ``StorageError`` for a file that cannot be read at all.
    """
    return translate_errors(partial(_damage, path))


def _damage(path: Path) -> list[str]:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            lines = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({SHOWN})")]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise DatabaseDamaged(str(error)) from error
    found = [part.strip() for line in lines for part in line.splitlines() if not part.startswith("***")]
    return [] if found == ["ok"] else found[:SHOWN]


def references() -> tuple[Reference, ...]:
    """The foreign keys of the newest schema."""
    with closing(schema(load_steps())) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return tuple(one for table in tables for one in _of_table(connection, table))


def _of_table(connection: sqlite3.Connection, table: str) -> list[Reference]:
    pairs: defaultdict[tuple[int, str, str], list[tuple[str, str]]] = defaultdict(list)
    rows = connection.execute(f'PRAGMA foreign_key_list("{table}")')
    for number, _, parent, column, key, _, on_delete, _ in rows:
        pairs[number, parent, on_delete].append((column, key))
    return [
        Reference(
            table,
            tuple(column for column, _ in found),
            parent,
            tuple(key or column for column, key in found),
            on_delete,
        )
        for (_, parent, on_delete), found in pairs.items()
    ]
