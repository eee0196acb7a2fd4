"""Databases as earlier versions left them, and what makes them.

A file holds the rows of a version; its tables are made by the migrations up to it. ``landed.txt`` holds that those
migrations stay what they were.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.storage.migration_files import Step
from bot.storage.postgres import migrate as of_server
from bot.storage.sqlite import migrate as of_file

EVERY_TYPE: Final = Path(__file__).with_name("every_type_18.sql")
"""A row of every persisted type, as version 18 left it; made by ``make_database``."""
ROWS: Final = Path(__file__).with_name("rows")
"""A few rows in every table of each schema version, ``NNNN.sql``; made by ``make_schemas``."""
LANDED: Final = Path(__file__).with_name("landed.txt")
"""Name and hash of each migration that landed, one a line; written by ``make_schemas``."""


def load(path: Path, rows: Path = EVERY_TYPE) -> None:
    """Write a file of rows to ``path``, as the version its name ends with left them; opening it migrates it."""
    version = int(rows.stem.rpartition("_")[2])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        of_file.migrate(connection, path, of_file.load_steps()[:version])
        connection.executescript(f"BEGIN;\n{rows.read_text(encoding='utf-8')}COMMIT;")


def dumped(path: Path) -> Iterator[str]:
    """A database file as SQL statements: tables, rows, indexes, version."""
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        yield from connection.iterdump()
        yield f"PRAGMA user_version = {version};"


def rows_of(path: Path) -> Iterator[str]:
    """The statements that write the rows of a database file; ``load`` reads them."""
    return (one for one in dumped(path) if one.startswith(("INSERT INTO", "DELETE FROM")))


def migrations() -> dict[str, str]:
    """Name and hash of each migration of both engines. Comments and spaces do not count."""
    files = {step.name: _hash(step) for step in of_file.load_steps()}
    return files | {f"postgres/{step.name}": _hash(step) for step in of_server.load_steps()}


def _hash(step: Step) -> str:
    return hashlib.sha256(re.sub(r"--.*|\s+", "", step.sql).encode()).hexdigest()


def landed() -> dict[str, str]:
    """Name and hash of each migration as it landed."""
    return dict(line.split() for line in LANDED.read_text(encoding="utf-8").splitlines())
