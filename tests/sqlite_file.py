"""SQLite's part of an open storage, for tests that break it, count its statements or look at its transactions."""

from __future__ import annotations

from bot.storage.sqlite.connection import SqliteDatabase
from bot.storage.stores import Storage


def sqlite_of(storage: Storage) -> SqliteDatabase:
    """The connections of a storage that is known to be a SQLite file."""
    assert isinstance(storage.database, SqliteDatabase)
    return storage.database
