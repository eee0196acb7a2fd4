"""How much is kept: of each watch so many posts, of each subscription so many decisions (invariant 11)."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Final

from bot.core.models import PostKey

from .rows import json_list

SLACK: Final = 10
"""A tenth more goes than has to, so that not every look finds too many."""

# What goes first: what nobody was told of, then what was only counted, then what was told. Of each, what is not to
# be read again before what is, of that the lowest RP, and the oldest. A post's samples and body go with it.
_DROP_OLDEST = """
DELETE FROM posts WHERE watch_id = ?1 AND post_key IN (
  SELECT p.post_key FROM posts p
  WHERE p.watch_id = ?1 AND p.post_key NOT IN (SELECT value FROM json_each(?2))
  ORDER BY
    coalesce((SELECT max(1 + (a.held IS NULL)) FROM alerts a WHERE a.post_key = p.post_key), 0),
    p.relook_at IS NOT NULL,
    CASE WHEN p.relook_at IS NULL THEN 0 ELSE coalesce(p.max_rp, 0) END,
    p.first_seen_at, p.post_key
  LIMIT ?3)
"""
_COUNT = "SELECT post_count FROM watches WHERE id = ?"
_UNCOUNT = "UPDATE watches SET post_count = post_count - ? WHERE id = ?"


def keep_newest(connection: sqlite3.Connection, watch_id: int, most: int, seen: Collection[PostKey]) -> int:
    """Drop what a watch has beyond ``most`` posts, but for what was ``seen`` just now; returns how many went.

    Nothing dropped is told again: first alerts and baselines stay on record under the post's key.
    """
    has: int = connection.execute(_COUNT, (watch_id,)).fetchone()[0]
    if has <= most:
        return 0
    too_many = has - most + most // SLACK
    dropped = connection.execute(_DROP_OLDEST, (watch_id, json_list(seen), too_many)).rowcount
    connection.execute(_UNCOUNT, (dropped, watch_id))
    return dropped
