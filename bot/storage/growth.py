"""Posts that grew most in a period, and how many were seen first in it.

Only what is told leaves SQLite. No post can gain more in a period than the highest RP it ever had, so candidates
come in growing handfuls by that, until those found cannot be beaten any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.models import EVERYWHERE, Period, PeriodPost, PostKey

from .moderation import hidden_among
from .rows import STORED_POST_COLUMNS, Row, json_list, stored_post_from, to_us

_HANDFUL: Final = 8
"""So many candidates for each post that is wanted: to look up 200 costs as much as to go through 10,000 again."""
_GROWS: Final = 4

# What changed since the period began may have grown in it. Not MATERIALIZED: SQLite would sort all, not a handful.
_CANDIDATES = """
WITH c AS (
  SELECT p.watch_id, p.post_key, p.rp, p.max_rp, p.score, p.created_at, p.first_seen_at
  FROM json_each(?1) w CROSS JOIN posts p ON p.watch_id = w.value
  WHERE p.updated_at >= ?2 AND p.first_seen_at < ?3
  ORDER BY p.max_rp DESC, p.score DESC, coalesce(p.created_at, p.first_seen_at) DESC, p.watch_id, p.post_key
  LIMIT ?4 OFFSET ?5)
SELECT c.watch_id, c.post_key, c.max_rp, c.score, c.created_at, c.first_seen_at,
  (SELECT min(q.first_seen_at) FROM json_each(?1) o
   CROSS JOIN posts q ON q.watch_id = o.value AND q.post_key = c.post_key),
  NOT EXISTS (
    SELECT 1 FROM json_each(?1) o CROSS JOIN posts q ON q.watch_id = o.value AND q.post_key = c.post_key
    WHERE q.gone_at IS NOT NULL OR coalesce(q.rp, -1) > coalesce(c.rp, -1)
      OR (coalesce(q.rp, -1) = coalesce(c.rp, -1) AND q.watch_id < c.watch_id)),
  (SELECT s.rp FROM samples s WHERE s.watch_id = c.watch_id AND s.post_key = c.post_key AND s.at < ?2
   ORDER BY s.at DESC LIMIT 1),
  (SELECT s.rp FROM samples s WHERE s.watch_id = c.watch_id AND s.post_key = c.post_key AND s.at >= ?2
   AND s.at < ?3 ORDER BY s.at LIMIT 1),
  (SELECT s.rp FROM samples s WHERE s.watch_id = c.watch_id AND s.post_key = c.post_key AND s.at < ?3
   ORDER BY s.at DESC LIMIT 1)
FROM c
"""
_STORED = f"""
SELECT {STORED_POST_COLUMNS} FROM posts p
JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key JOIN watches w ON w.id = p.watch_id
WHERE p.watch_id = ? AND p.post_key = ?
"""  # noqa: S608 - constants only
_SEEN_FIRST = """
SELECT count(*) FROM posts p WHERE p.watch_id = ?1 AND p.first_seen_at >= ?2 AND p.first_seen_at < ?3
"""
# Of a post that several watches saw, the first to see it counts it.
_AND_BY_NO_OTHER = """ AND NOT EXISTS (
  SELECT 1 FROM posts q WHERE q.watch_id IN ({others}) AND q.post_key = p.post_key
    AND (q.first_seen_at < p.first_seen_at OR (q.first_seen_at = p.first_seen_at AND q.watch_id < p.watch_id)))
"""


@dataclass(frozen=True, slots=True)
class Grown:
    """A post as the watch with its highest RP saw it."""

    watch_id: int
    key: PostKey
    gained: int | None
    score: int | None
    born: int

    @property
    def order(self) -> tuple[bool, int, int, int, str]:
        """The most gained first; of those without, the highest score; then the newest."""
        return self.gained is None, -(self.gained or 0), -(self.score or 0), -self.born, self.key


def grown_most(
    connection: sqlite3.Connection, ids: Sequence[int], period: Period, limit: int
) -> tuple[list[Grown], bool]:
    """The posts that grew most, and whether there are no more."""
    start, end = to_us(period.start), to_us(period.end)
    found: list[Grown] = []
    offset, size = 0, max(limit, 1) * _HANDFUL
    while True:
        rows = connection.execute(_CANDIDATES, (json_list(ids), start, end, size, offset)).fetchall()
        grown = [one for row in rows if (one := _grown(row, start)) is not None]
        hidden = hidden_among(connection, [], [one.key for one in grown])
        found += [one for one in grown if (EVERYWHERE, one.key) not in hidden]
        found.sort(key=lambda one: one.order)
        if len(rows) < size:
            return found[:limit], len(found) <= limit
        if len(found) > limit and _beats(found[limit - 1], rows[-1][2]):
            return found[:limit], False
        offset, size = offset + size, size * _GROWS


def _grown(row: Row, start: int) -> Grown | None:
    """A candidate that was seen first in the period or grew in it, and is there."""
    watch_id, key, _, score, created_at, first_seen_at, seen_first_at, is_best, *samples = row
    gained = _gained(created_at, start, *samples)
    if not is_best or (seen_first_at < start and not gained):
        return None
    return Grown(watch_id, key, gained, score, first_seen_at if created_at is None else created_at)


def _gained(
    created_at: int | None, start: int, before: int | None, first: int | None, last: int | None
) -> int | None:
    """The last sample less what it had at the start; a post of unknown age counts as older than the period."""
    if last is None:
        return None
    if before is None:
        before = 0 if created_at is not None and created_at >= start else first
    return max(0, last - (before or 0))


def _beats(last: Grown, bound: int | None) -> bool:
    """Whether no candidate that is still to come, with RP up to ``bound``, can come before ``last``."""
    return bound is None or (last.gained is not None and last.gained >= bound)


def loaded(connection: sqlite3.Connection, best: Sequence[Grown]) -> Iterator[PeriodPost]:
    """The posts themselves."""
    for one in best:
        row = connection.execute(_STORED, (one.watch_id, one.key)).fetchone()
        yield PeriodPost(stored=stored_post_from(row), gained=one.gained)


def count_seen_first(connection: sqlite3.Connection, ids: Sequence[int], period: Period) -> int:
    """How many posts these watches saw first in the period, each identity once."""
    start, end = to_us(period.start), to_us(period.end)
    total = 0
    for watch_id in ids:
        others = [other for other in ids if other != watch_id]
        marks = ", ".join("?" * len(others))
        sql = _SEEN_FIRST + (_AND_BY_NO_OTHER.format(others=marks) if others else "")
        total += connection.execute(sql, (watch_id, start, end, *others)).fetchone()[0]
    return total
