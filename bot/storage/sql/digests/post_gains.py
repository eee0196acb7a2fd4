"""Posts that gained most RP in a period, and how many were first seen in it.

A post cannot gain more in a period than its highest RP ever. Candidates are therefore read in that order, in
growing batches, until no later one can gain more than those found. Only the returned posts leave SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core.digest.decision import MAX_NEW_POST_AGE
from bot.core.lazy_dataclass import dataclass
from bot.core.models import EVERYWHERE, Period, PeriodPost, PostKey, StoredPost
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import STORED_POST_COLUMNS, from_us, json_list, stored_post_from, to_us
from bot.storage.sql.mapping.readings import StoredReading, readings_from
from bot.storage.sql.moderation.moderation import hidden_among

BATCH_FACTOR: Final = 4
"""Candidates read for each wanted post. To look 200 up costs as much as to scan 10,000 posts again."""
BATCH_GROWTH: Final = 4

# Posts that changed since the period began may have gained RP in it. Not MATERIALIZED: SQLite would sort all
# posts, not one batch. For each: when any watch first saw it (NULL: it is gone, or another watch knows a higher
# RP), and its readings, looked up so that no sort carries them.
_CANDIDATES = """
WITH c AS (
  SELECT p.watch_id, p.post_key, p.rp, p.max_rp, p.score, p.created_at, p.first_seen_at
  FROM json_each(?1) w CROSS JOIN posts p ON p.watch_id = CAST(w.value AS BIGINT)
  WHERE p.updated_at >= ?5 AND p.first_seen_at < ?2
  ORDER BY p.max_rp DESC NULLS LAST, p.score DESC NULLS LAST, coalesce(p.created_at, p.first_seen_at) DESC,
    p.watch_id, p.post_key
  LIMIT ?3 OFFSET ?4)
SELECT c.watch_id, c.post_key, c.max_rp, c.score, c.created_at, c.first_seen_at,
  (SELECT CASE WHEN count(*) FILTER (WHERE
     q.gone_at IS NOT NULL OR coalesce(q.rp, -1) > coalesce(c.rp, -1)
     OR (coalesce(q.rp, -1) = coalesce(c.rp, -1) AND q.watch_id < c.watch_id)) = 0 THEN min(q.first_seen_at) END
   FROM json_each(?1) o CROSS JOIN posts q ON q.watch_id = CAST(o.value AS BIGINT) AND q.post_key = c.post_key),
  (SELECT r.readings FROM posts r WHERE r.watch_id = c.watch_id AND r.post_key = c.post_key)
FROM c
"""
_STORED = f"""
SELECT {STORED_POST_COLUMNS} FROM posts p
JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key JOIN watches w ON w.id = p.watch_id
WHERE p.watch_id = ? AND p.post_key = ?
"""  # noqa: S608 - constants only
# A digest that is made late, or while polls go on, finds an RP from after its end.
_READINGS = "SELECT readings FROM posts WHERE watch_id = ? AND post_key = ?"
_SEEN_FIRST = """
SELECT count(*) FROM posts p WHERE p.watch_id = ?1 AND p.first_seen_at >= ?2 AND p.first_seen_at < ?3
  AND coalesce(p.created_at, ?4) >= ?4
"""
# Change of the count by one more watch: identities first seen in the period with it, less those without it. LIMIT
# keeps SQLite from evaluating "before" each time it is named.
_ONE_MORE = """
SELECT count(*) FILTER (WHERE CASE WHEN before < seen THEN before ELSE seen END >= ?2)
  - count(*) FILTER (WHERE before >= ?2 AND before < ?3)
FROM (
  SELECT p.first_seen_at AS seen, (
    SELECT min(q.first_seen_at) FROM posts q WHERE q.watch_id IN ({others}) AND q.post_key = p.post_key) AS before
  FROM posts p WHERE p.watch_id = ?1 AND p.first_seen_at < ?3 AND coalesce(p.created_at, ?4) >= ?4
  LIMIT 9223372036854775807) firsts
"""


@dataclass(frozen=True, slots=True)
class PostGain:
    """A post as the watch with its highest RP saw it."""

    watch_id: int
    key: PostKey
    gained: int | None
    score: int | None
    published_at: int

    @property
    def order(self) -> tuple[bool, int, int, int, str]:
        """Sort key: most gained first; of posts without a gain the highest score, then the newest."""
        return self.gained is None, -(self.gained or 0), -(self.score or 0), -self.published_at, self.key


def top_gains(
    tx: Tx, ids: Sequence[int], period: Period, limit: int, *, read_since: datetime
) -> tuple[list[PostGain], bool]:
    """Posts that gained most RP, of those changed since ``read_since``, and whether there are no more."""
    start, end, oldest = to_us(period.start), to_us(period.end), to_us(period.start - MAX_NEW_POST_AGE)
    found: list[PostGain] = []
    offset, size = 0, max(limit, 1) * BATCH_FACTOR
    while True:
        wanted = json_list(ids), end, size, offset, to_us(read_since)
        rows = tx.execute(_CANDIDATES, wanted).fetchall()
        grown = [one for row in rows if (one := _grown(row, start, end, oldest)) is not None]
        hidden = hidden_among(tx, [], [one.key for one in grown])
        found += [one for one in grown if (EVERYWHERE, one.key) not in hidden]
        found.sort(key=lambda one: one.order)
        if len(rows) < size:
            return found[:limit], len(found) <= limit
        if len(found) > limit and cannot_be_beaten(found[limit - 1], rows[-1]["max_rp"]):
            return found[:limit], False
        offset, size = offset + size, size * BATCH_GROWTH


def _grown(row: Row, start: int, end: int, oldest: int) -> PostGain | None:
    """Gain of a candidate that is new in the period or gained RP in it; None for all others and if it is gone."""
    watch_id, key, _, score, created_at, first_seen_at, seen_first_at, stored = row
    before, first, last = _rp_of_period(readings_from(stored), start, end)
    gained = _gained(
        before if first_seen_at < start else None,
        0 if created_at is not None and created_at >= start else first,
        last,
    )
    published_at = first_seen_at if created_at is None else created_at
    is_new = seen_first_at is not None and seen_first_at >= start and published_at >= oldest
    if seen_first_at is None or not (is_new or gained):
        return None
    return PostGain(watch_id, key, gained, score, published_at)


def _rp_of_period(
    readings: Sequence[StoredReading], start: int, end: int
) -> tuple[int | None, int | None, int | None]:
    """The newest RP before the period, the first in it and the newest before its end; None: not read then."""
    before = first = last = None
    for at, rp in readings:
        if at >= end:
            break
        last = rp
        if at < start:
            before = rp
        elif first is None:
            first = rp
    return before, first, last


def _gained(before: int | None, first: int | None, last: int | None) -> int | None:
    """RP at the end less that at the start, or less the first one in the period.

    ``first`` is 0 for a post written in the period; a post of unknown age counts as older. ``last`` None: RP
    unknown.
    """
    if last is None:
        return None
    return max(0, last - (before if before is not None else first or 0))


def cannot_be_beaten(last: PostGain, bound: int | None) -> bool:
    """Whether no later candidate, with RP up to ``bound``, can sort before ``last``."""
    return bound is None or (last.gained is not None and last.gained >= bound)


def loaded(tx: Tx, best: Sequence[PostGain], period: Period) -> Iterator[PeriodPost]:
    """Stored posts of the gains, each with the RP that was known at the end, if one was."""
    for one in best:
        stored = stored_post_from(tx.execute(_STORED, (one.watch_id, one.key)).fetchone())
        if stored.rp_at >= period.end:
            stored = _as_at_the_end(tx, one, stored, period)
        yield PeriodPost(stored=stored, gained=one.gained)


def _as_at_the_end(tx: Tx, one: PostGain, stored: StoredPost, period: Period) -> StoredPost:
    row = tx.execute(_READINGS, (one.watch_id, one.key)).fetchone()
    end = to_us(period.end)
    read = [reading for reading in readings_from(row["readings"]) if reading[0] < end]
    if not read:
        return stored
    at, rp = read[-1]
    return replace(stored, post=replace(stored.post, rp=rp), max_rp=max(rp for _, rp in read), rp_at=from_us(at))


def count_seen_first(tx: Tx, ids: Sequence[int], period: Period, *, seen_since: datetime) -> int:
    """Number of new posts that these watches first saw in the period, each identity once.

    ``seen_since``: earlier sightings do not count. A post written long before is not new
    (``core.digest.decision.MAX_NEW_POST_AGE``). Cheapest with the biggest watch first.
    """
    start, end, oldest = to_us(seen_since), to_us(period.end), to_us(period.start - MAX_NEW_POST_AGE)
    total = 0
    for index, watch_id in enumerate(ids):
        # Literals, not parameters: SQLite would number those among ?1 to ?4. The ids are integers from the
        # database.
        others = ", ".join(map(str, ids[:index]))
        sql = _ONE_MORE.format(others=others) if others else _SEEN_FIRST
        (seen_first,) = tx.execute(sql, (watch_id, start, end, oldest)).fetchone()
        total += int(seen_first)
    return total
