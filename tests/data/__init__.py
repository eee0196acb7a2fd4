"""Databases as earlier versions left them, and what makes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA_18 = Path(__file__).with_name("schema18.sql")
SCHEMAS = Path(__file__).with_name("schemas")
"""A small database of each schema version, ``NNNN.sql``; ``make_schemas`` writes them."""


def load(path: Path, dump: Path = SCHEMA_18) -> None:
    """Write the database of a dump to ``path``, as the version of the dump left it; opening it migrates it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
