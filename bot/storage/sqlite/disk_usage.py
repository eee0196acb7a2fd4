"""Bytes that a SQLite database uses, and bytes that are free on its disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.core.limits.disk_space import DiskUsage
from bot.storage.sql.database import Tx

# Pages of the free list count as free: SQLite fills them before the file grows.
_USED = """
SELECT (p.page_count - f.freelist_count) * s.page_size
FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s
"""


def read_disk_usage(tx: Tx) -> DiskUsage:
    """Bytes that the open database uses and bytes free on its disk, None where that is unknown."""
    (used,) = tx.execute(_USED).fetchone()
    file = next((row["file"] for row in tx.execute("PRAGMA database_list") if row["name"] == "main"), "")
    try:
        free = shutil.disk_usage(Path(file).parent).free if file else None
    except OSError:
        free = None
    return DiskUsage(used, free)
