"""Make ``rows/NNNN.sql``: rows in every table of the newest schema version, written by the storage of today.

    python -m tests.data.make_schemas

Each version that landed has its file, which is never made anew: it stands for what people have. ``landed.txt``
gets the migrations that it does not name.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.storage.sqlite.connection import open_sqlite
from tests.data import LANDED, ROWS, landed, migrations, rows_of
from tests.data.later_rows import write_later
from tests.data.make_database import make

KEPT: Final = 2
"""Rows that are kept of each table, besides those that they refer to."""
_REFERENCES: Final = {
    "alerts": (("subscription_id", "subscriptions", "id"), ("watch_id", "watches", "id")),
    "entries": (("subscription_id", "subscriptions", "id"),),
    "redraws": (("message_id", "messages", "id"),),
}
"""References that are no constraints: columns of a table that name rows of another one."""


def main() -> None:
    """Write the rows of the newest version, and note its migrations as landed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kawaraban.db"
        asyncio.run(_make_newest(path))
        with closing(sqlite3.connect(path)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            _thin(connection)
            connection.commit()
        written = ROWS / f"{version:04}.sql"
        written.write_text("\n".join(rows_of(path)) + "\n", encoding="utf-8")
    known = migrations() | landed()
    LANDED.write_text("".join(f"{name} {known[name]}\n" for name in sorted(known)), encoding="utf-8")
    sys.stdout.write(f"{written}\n")


async def _make_newest(path: Path) -> None:
    storage = await open_sqlite(f"sqlite:///{path}")
    try:
        await make(storage)
        await write_later(storage)
    finally:
        await storage.close()


def _thin(connection: sqlite3.Connection) -> None:
    """Keep ``KEPT`` rows of each table and what they refer to."""
    connection.execute("PRAGMA foreign_keys = OFF")
    tables = [name for name in _tables(connection) if not name.startswith("sqlite_")]
    kept = {table: set(_rows(connection, table)[:KEPT]) for table in tables}
    before = -1
    while before != sum(map(len, kept.values())):
        before = sum(map(len, kept.values()))
        for table in tables:
            for columns, parent, named_by in _references(connection, table):
                for row in _rows(connection, table):
                    if row in kept[table]:
                        kept[parent] |= _named(connection, table, row, columns, parent, named_by)
    for table in tables:
        keys = _keys(connection, table)
        for row in _rows(connection, table):
            if row not in kept[table]:
                connection.execute(f'DELETE FROM "{table}" WHERE {_equal(keys)}', row)  # noqa: S608
    connection.execute(
        "UPDATE watches SET post_count = (SELECT count(*) FROM posts p WHERE p.watch_id = watches.id)"
    )


def _named(
    connection: sqlite3.Connection,
    table: str,
    row: tuple[object, ...],
    columns: Sequence[str],
    parent: str,
    keys: Sequence[str],
) -> set[tuple[object, ...]]:
    """The rows of ``parent`` that a row refers to."""
    shown = ", ".join(f'"{one}"' for one in columns)
    value = connection.execute(f'SELECT {shown} FROM "{table}" WHERE {_equal(_keys(connection, table))}', row)  # noqa: S608
    own = ", ".join(f'"{one}"' for one in _keys(connection, parent))
    return set(connection.execute(f'SELECT {own} FROM "{parent}" WHERE {_equal(keys)}', value.fetchone()))  # noqa: S608


def _references(
    connection: sqlite3.Connection, table: str
) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    by_id: dict[int, list[sqlite3.Row]] = {}
    for row in connection.execute(f'PRAGMA foreign_key_list("{table}")'):
        by_id.setdefault(row[0], []).append(row)
    for rows in by_id.values():
        yield tuple(row[3] for row in rows), rows[0][2], tuple(row[4] for row in rows)
    has = {name for name, *_ in _columns(connection, table)}
    for column, parent, key in _REFERENCES.get(table, ()):
        if column in has:
            yield (column,), parent, (key,)


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    keys = ", ".join(f'"{one}"' for one in _keys(connection, table))
    return connection.execute(f'SELECT {keys} FROM "{table}" ORDER BY {keys}').fetchall()  # noqa: S608


def _keys(connection: sqlite3.Connection, table: str) -> list[str]:
    found = [(row[5], row[1]) for row in connection.execute(f'PRAGMA table_info("{table}")') if row[5]]
    return [name for _, name in sorted(found)] or ["rowid"]


def _equal(columns: Sequence[str]) -> str:
    return " AND ".join(f'"{one}" IS ?' for one in columns)


def _tables(connection: sqlite3.Connection, database: str = "main") -> list[str]:
    found = connection.execute(f"SELECT name FROM {database}.sqlite_master WHERE type = 'table' ORDER BY name")  # noqa: S608
    return [name for (name,) in found if not re.match("sqlite_", name)]


def _columns(connection: sqlite3.Connection, table: str, database: str = "main") -> list[tuple[str, str, bool]]:
    """Name and type of each column, and whether a row must name a value for it."""
    rows = connection.execute(f'PRAGMA {database}.table_info("{table}")')
    return [(row[1], row[2], bool(row[3]) and row[4] is None) for row in rows]


if __name__ == "__main__":
    main()
