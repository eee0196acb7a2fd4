"""Counts of posts by watch and time, with exposure: added by the commit of a poll, thinned as they age.

every bin for 48 h ─▶ hours for 30 days ─▶ days for 400 days
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from bot.core.models import CountState, PostCount, SourceName, TopicKey, WatchId
from bot.core.models.counts import BIN, DAY, HOUR
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.counts import COUNT_COLUMNS, count_from, first_bin_from, read_counts
from bot.storage.sql.mapping.json_forms import form_of

BINS_KEPT: Final = timedelta(hours=48)
HOURS_KEPT: Final = timedelta(days=30)
DAYS_KEPT: Final = timedelta(days=400)
BIN_US: Final = BIN // timedelta(microseconds=1)
"""Microseconds of a bin."""

_STATE: Final = form_of(CountState)

_ADD = f"""
INSERT INTO post_counts (watch_id, {COUNT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (watch_id, start) DO UPDATE SET seen_s = post_counts.seen_s + excluded.seen_s,
  posts = post_counts.posts + excluded.posts, people = post_counts.people + excluded.people,
  bots = post_counts.bots + excluded.bots,
  cut = CASE WHEN excluded.cut > post_counts.cut THEN excluded.cut ELSE post_counts.cut END
WHERE post_counts.span = excluded.span
"""  # noqa: S608 - constants only
_OF_TOPIC = f"""
SELECT w.id AS watch_id, w.source, w.target, {COUNT_COLUMNS}
FROM watches w CROSS JOIN post_counts c ON c.watch_id = w.id
WHERE w.topic_key = ? AND c.start >= ? AND c.start < ? ORDER BY w.id, c.start
"""  # noqa: S608 - constants only
_KEEP_STATE = """
INSERT INTO count_states (watch_id, state) VALUES (?, ?)
ON CONFLICT (watch_id) DO UPDATE SET state = excluded.state
"""
# Whole numbers are divided without a rest in both engines.
_SUMS = """
SELECT watch_id, start / ?4 * ?4 AS first, CAST(sum(seen_s) AS BIGINT) AS seen_s,
  CAST(sum(posts) AS BIGINT) AS posts,
  CASE WHEN count(people) = count(*) THEN CAST(sum(people) AS BIGINT) END AS people,
  CAST(sum(bots) AS BIGINT) AS bots, max(cut) AS cut
FROM post_counts WHERE watch_id >= ?1 AND watch_id <= ?2 AND span < ?4 AND start < ?3
GROUP BY watch_id, start / ?4 * ?4
"""
_DROP_THINNED = "DELETE FROM post_counts WHERE watch_id >= ? AND watch_id <= ? AND start < ? AND span < ?"
_DROP_OLD = "DELETE FROM post_counts WHERE watch_id >= ? AND watch_id <= ? AND start < ?"


class CountedWatch(NamedTuple):
    """A watch of a topic and its counts, oldest first."""

    watch_id: WatchId
    source: SourceName
    target: str | None
    counts: tuple[PostCount, ...]


class PostCountStore(Store):
    """Counts of posts with their exposure. A span in which nobody looked has none: it is unknown, not zero."""

    async def add(self, watch: WatchId, counts: Iterable[PostCount]) -> None:
        """Add counts that are known from elsewhere, such as a source's own history."""
        rows = tuple(counts)
        await self._database.write(lambda tx: add_counts(tx, watch, rows))

    async def of_watch(self, watch: WatchId, since: datetime, until: datetime) -> tuple[PostCount, ...]:
        """Counts of the spans that begin in [since, until), oldest first: days, then hours, then bins."""
        return await self._database.read(partial(read_counts, watch, since, until))

    async def of_topic(self, topic: TopicKey, since: datetime, until: datetime) -> list[CountedWatch]:
        """The counts of each watch of a topic that has any, by the order of their ids."""
        return await self._database.ask(partial(_of_topic, topic, since, until))

    async def keep_state(self, watch: WatchId, state: CountState) -> None:
        """Store the state of a watch's counts."""
        await self._database.write(lambda tx: keep_count_state(tx, watch, state))


def add_counts(tx: Tx, watch: WatchId, counts: Iterable[PostCount]) -> None:
    """Add counts to those that are stored for the same spans."""
    rows = [
        (
            *(watch, _number(one.start), one.span // BIN, round(one.seen.total_seconds())),
            *(one.posts, one.people, one.bots, int(not one.complete)),
        )
        for one in counts
    ]
    if rows:
        tx.executemany(_ADD, rows)


def count_state_from(stored: str | None) -> CountState:
    """The state of a watch's counts from the column ``count_states.state``; None: the watch has none yet."""
    return CountState() if stored is None else _STATE.decode(stored)


def keep_count_state(tx: Tx, watch: WatchId, state: CountState) -> None:
    """Store the state of a watch's counts."""
    tx.execute(_KEEP_STATE, (watch, _STATE.encode(state)))


def thin_counts(tx: Tx, first: int, last: int, now: datetime) -> int:
    """Add bins up to hours, hours to days, and drop old days, of the watches from ``first`` to ``last``.

    Returns by how many rows there are fewer.
    """
    before = tx.execute(_DROP_OLD, (first, last, _number(now - DAYS_KEPT))).rowcount
    watches = (first, last)
    return before + _thin(tx, watches, now - HOURS_KEPT, DAY) + _thin(tx, watches, now - BINS_KEPT, HOUR)


def _thin(tx: Tx, watches: tuple[int, int], before: datetime, span: timedelta) -> int:
    """Add up the shorter counts of whole spans that ended before a time. ``watches``: the first and the last."""
    length = span // BIN
    end = _number(before) // length * length
    sums = tx.execute(_SUMS, (*watches, end, length)).fetchall()
    if not sums:
        return 0
    dropped = tx.execute(_DROP_THINNED, (*watches, end, length)).rowcount
    tx.executemany(
        _ADD,
        [
            (
                *(row["watch_id"], row["first"], length, row["seen_s"]),
                *(row["posts"], row["people"], row["bots"], row["cut"]),
            )
            for row in sums
        ],
    )
    return dropped - len(sums)


def counted_watches(rows: Iterable[Row]) -> list[CountedWatch]:
    """Watches with their counts, from rows of ``_OF_TOPIC``'s columns in the order of watches and times."""
    found: dict[int, tuple[Row, list[PostCount]]] = {}
    for row in rows:
        found.setdefault(row["watch_id"], (row, []))[1].append(count_from(row))
    return [
        CountedWatch(WatchId(watch_id), SourceName(row["source"]), row["target"] or None, tuple(counts))
        for watch_id, (row, counts) in found.items()
    ]


def _of_topic(topic: TopicKey, since: datetime, until: datetime, tx: Tx) -> list[CountedWatch]:
    return counted_watches(tx.execute(_OF_TOPIC, (topic, first_bin_from(since), first_bin_from(until))))


def _number(at: datetime) -> int:
    """The number of a time's bin since 1970."""
    return int(at.timestamp() // BIN.total_seconds())
