"""The migration ``readings``: the rows of ``samples`` become the column ``posts.readings``.

samples (watch 1, x:1, at 10, rp 3), (watch 1, x:1, at 20, rp 5)  ->  posts.readings = 10 bytes of each

SQLite calls the aggregate with the rows of one post at a time, so memory does not grow with the database.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from bot.storage.sql.mapping.readings import StoredReading, readings_bytes

_FILL: Final = """
UPDATE posts SET readings = (
  SELECT readings_of(s.at, s.rp) FROM samples s WHERE s.watch_id = posts.watch_id AND s.post_key = posts.post_key)
"""


class _Readings:
    """Aggregate of SQLite: readings in their stored form, NULL for none."""

    def __init__(self) -> None:
        self._rows: list[StoredReading] = []

    def step(self, at: int, rp: int) -> None:
        self._rows.append((at, rp))

    def finalize(self) -> bytes | None:
        return readings_bytes(sorted(self._rows)) or None


def store_readings(connection: sqlite3.Connection) -> None:
    """Fill the column, in the migration's transaction."""
    connection.create_aggregate("readings_of", 2, _Readings)  # type: ignore[arg-type]  # its result is no number
    connection.execute(_FILL)
    connection.create_aggregate("readings_of", 2, None)  # type: ignore[arg-type]  # None takes it back
