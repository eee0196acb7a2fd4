"""SQLite's part of a test: an empty file without its migrations, and the connections behind a storage."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from bot.storage.sqlite import private_files
from bot.storage.sqlite.connection import SqliteDatabase
from bot.storage.sqlite.migrate import load_steps, migrate
from bot.storage.stores import Storage
from tests.inspection import url_of


def empty_file(path: Path) -> str:
    """URL of a file of the newest version without rows; one that is there stays as it is.

    It is a copy: its migrations would take six times as long as opening it.
    """
    if not path.exists():
        private_files.make_file(path, anew=True)
        path.write_bytes(_empty())
    return url_of(path)


def sqlite_of(storage: Storage) -> SqliteDatabase:
    """The connections of a storage that is known to be a SQLite file.

    For tests that break it, count its statements or look at its transactions.
    """
    assert isinstance(storage.database, SqliteDatabase)
    return storage.database


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, path, load_steps())
        return path.read_bytes()
