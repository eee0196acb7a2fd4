"""The migration ``roles``: each watch gets the name of the host that it asks."""

from __future__ import annotations

import sqlite3

from bot.core.host_names import host_name
from bot.core.models import SourceName


def store_hosts(connection: sqlite3.Connection) -> None:
    """Fill ``watches.host``. Targets repeat, so that each is read once."""
    rows = connection.execute("SELECT DISTINCT source, target FROM watches").fetchall()
    connection.executemany(
        "UPDATE watches SET host = ? WHERE source = ? AND target = ?",
        [(host_name(SourceName(source), target), source, target) for source, target in rows],
    )
