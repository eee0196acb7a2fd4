"""Pruning of old rows, and small values kept over restarts (notes)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from bot.core.limits.disk_space import DiskUsage
from bot.core.models import TopicKey
from bot.storage.sql.database import Parameters, Store, Tx
from bot.storage.sql.leases import release_lease, take_lease
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.outbox.restores import forget_restore
from bot.storage.sql.polling.entry_fingerprints import forget_fingerprints
from bot.storage.sql.polling.post_counts import thin_counts
from bot.storage.sql.polling.stories import drop_old
from bot.storage.sql.polling.thinning import (
    before_posts_of,
    drop_snapshots,
    find_thinned,
    forgotten_before,
    surplus_snapshots,
    write_thinned,
)
from bot.storage.sql.retention import exceeded_bounds
from bot.storage.sql.watching.subscription_watches import RESTORABLE
from bot.storage.sql.watching.watches import drop_empty_topics

HISTORY: Final = timedelta(days=90)
"""Retention of finished messages, dropped entries and due times of editions."""
DECISIONS: Final = timedelta(days=365)
"""Retention of decisions. A post without a date could reappear after any time."""
_MENTIONS = timedelta(days=1)
"""Retention of mentions: the longest interval that a setting allows between two mentions of a role."""
_SHARES = timedelta(days=2)
"""Retention of budget shares, used on their own day only, and of leases, rankings and processes that ended."""
_WATCHES_A_BATCH = 200
_ROWS_A_BATCH = 1_000

_NOTE_LEASE = "note:"
"""Prefix of the leases of notes."""

WRITE_NOTE = """
INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
"""Upsert of a note: key and value."""

# Bodies are deleted with their post.
_DROP_POSTS = """
DELETE FROM posts WHERE watch_id >= ?1 AND watch_id <= ?2 AND updated_at < ?3 AND coalesce(relook_at, 0) < ?3
RETURNING watch_id
"""
_DROP_SNAPSHOTS = """
DELETE FROM snapshots WHERE watch_id >= ?1 AND watch_id <= ?2 AND observed_at < ?3
  AND observed_at < (SELECT max(o.observed_at) FROM snapshots o WHERE o.watch_id = snapshots.watch_id)
"""
# Found by a read, which no write waits for, and deleted a few at a time.
_OLD_MESSAGES = "SELECT id FROM messages WHERE state IN ('sent', 'given_up') AND ended_at < ? LIMIT ?"
_DROP_MESSAGES = """
DELETE FROM messages WHERE id IN (SELECT CAST(value AS TEXT) FROM json_each(?1))
  AND state IN ('sent', 'given_up') AND ended_at < ?2
"""
_OLD_ENTRIES = "SELECT id FROM entries WHERE state = 'dropped' AND ended_at < ? LIMIT ?"
_DROP_ENTRIES = """
DELETE FROM entries WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1))
  AND state = 'dropped' AND ended_at < ?2
"""
_UNUSED_TOPICS = """
SELECT topic_key FROM topics t WHERE NOT EXISTS (SELECT 1 FROM watches w WHERE w.topic_key = t.topic_key)
  AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.topic_key = t.topic_key)
  AND NOT EXISTS (SELECT 1 FROM digest_topics n WHERE n.topic_key = t.topic_key)
"""
_DROP_MENTIONS = "DELETE FROM mentions WHERE at < ?"
_DROP_SUBSCRIPTIONS = "DELETE FROM subscriptions WHERE removed_at < ?"
_DROP_NOTIFY_ROLES = """
DELETE FROM notify_roles WHERE subscription_id <> 0
  AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = notify_roles.subscription_id)
"""
_DROP_DIGESTS = "DELETE FROM digests WHERE removed_at < ?"
# A forum post is kept as long as a subscription row for its topic exists: subscribing again or restoring
# continues in that post.
_DROP_SURGE_ALERTS = """
DELETE FROM surge_alerts WHERE NOT EXISTS (
  SELECT 1 FROM subscriptions s
  WHERE s.channel_id = surge_alerts.channel_id AND s.topic_key = surge_alerts.topic_key)
"""
_DROP_FORUM_POSTS = """
DELETE FROM forum_posts WHERE NOT EXISTS (
  SELECT 1 FROM subscriptions s
  WHERE s.channel_id = forum_posts.channel_id AND s.topic_key = forum_posts.topic_key)
"""
# The newest edition stays, so that its due time is never sent again.
_DROP_EDITIONS = """
DELETE FROM digest_issues WHERE due_at < ?
  AND due_at < (SELECT max(o.due_at) FROM digest_issues o WHERE o.digest_id = digest_issues.digest_id)
"""
_DROP_WATCHES = """
DELETE FROM watches WHERE next_poll_at IS NULL AND operator = 0 AND post_count = 0
  AND NOT EXISTS (SELECT 1 FROM subscription_watches sw WHERE sw.watch_id = watches.id)
  AND NOT EXISTS (SELECT 1 FROM digest_watches dw WHERE dw.watch_id = watches.id)
"""
_DROP_SHARES = "DELETE FROM spend_shares WHERE day < ?"
_DROP_LEASES = "DELETE FROM leases WHERE until < ?"
_DROP_RANKINGS = "DELETE FROM rankings WHERE next_at < ?"
_DROP_PROCESSES = "DELETE FROM processes WHERE seen_at < ?"
_DROP_SPENT = "DELETE FROM spend WHERE day < ?"
_DROP_ALERTS = """
DELETE FROM alerts WHERE decided_at < ? AND entry_id IS NULL AND NOT EXISTS (
  SELECT 1 FROM posts p WHERE p.watch_id = alerts.watch_id AND p.post_key = alerts.post_key)
"""
_DROP_SPLITS = "DELETE FROM story_splits WHERE at < ?"
_DROP_BASELINES = """
DELETE FROM baselines WHERE at < ? AND NOT EXISTS (
  SELECT 1 FROM subscription_watches sw JOIN posts p ON p.watch_id = sw.watch_id
  WHERE sw.subscription_id = baselines.subscription_id AND p.post_key = baselines.post_key)
"""


class MaintenanceStore(Store):
    """Pruning, the size of the database, and notes: small facts kept over restarts."""

    async def prune(self, now: datetime, *, keep_posts: timedelta) -> int:
        """Drop rows past their retention; returns how many.

        Posts unchanged for ``keep_posts``, RP and volumes beyond one an hour, later one a day (``thinning``),
        messages 90 days after they were finished, and rows over the bounds of a subscription or a server
        (``retention``).
        """
        last = await self._database.read(_last_watch)
        dropped = 0
        for first in range(0, last + 1, _WATCHES_A_BATCH):
            dropped += await self._database.write(partial(_prune_watches, first, now, keep_posts), durable=False)
            dropped += await self._thin(first, now)
        old = to_us(now - HISTORY)
        dropped += await self._drop_each(_OLD_MESSAGES, _DROP_MESSAGES, old)
        dropped += await self._drop_each(_OLD_ENTRIES, _DROP_ENTRIES, old)
        for work in (_prune_outbox, _prune_removed, _prune_decisions):
            dropped += await self._database.write(partial(work, now), durable=False)
        dropped += await self._drop_unused_topics()
        for statement, most in await self._database.read(exceeded_bounds):
            dropped += await self._database.write(partial(_changed, statement, (most,)), durable=False)
        return dropped

    async def _drop_each(self, find: str, drop: str, before: int) -> int:
        """Delete rows that were finished before a time, some in each transaction."""
        dropped = 0
        while found := await self._database.read(lambda tx: _first_of_each(tx, find, (before, _ROWS_A_BATCH))):
            work = partial(_changed, drop, (json_list(found), before))
            dropped += await self._database.write(work, durable=False)
        return dropped

    async def _thin(self, first: int, now: datetime) -> int:
        """Thin what the watches of a batch read again and again, some rows in each transaction."""
        last = first + _WATCHES_A_BATCH - 1
        return await self._thin_snapshots(first, last, now) + await self._thin_readings(first, last, now)

    async def _thin_snapshots(self, first: int, last: int, now: datetime) -> int:
        dropped = 0
        while surplus := await self._database.read(partial(surplus_snapshots, first, last, now)):
            dropped += await self._database.write(partial(drop_snapshots, surplus), durable=False)
        return dropped

    async def _thin_readings(self, first: int, last: int, now: datetime) -> int:
        dropped, after = 0, before_posts_of(first)
        while True:
            found = await self._database.read(partial(find_thinned, after, last, now))
            if found.posts:
                dropped += await self._database.write(partial(write_thinned, found.posts), durable=False)
            if found.after is None:
                return dropped
            after = found.after

    async def _drop_unused_topics(self) -> int:
        unused = await self._database.read(lambda tx: _first_of_each(tx, _UNUSED_TOPICS, ()))
        keys = [TopicKey(key) for key in unused]
        if not keys:
            return 0
        return await self._database.write(lambda tx: drop_empty_topics(tx, keys), durable=False)

    async def disk_usage(self) -> DiskUsage:
        """Bytes that the database uses, and bytes free on its disk."""
        return await self._database.disk_usage()

    async def get_note(self, key: str) -> str | None:
        """Value of a note, a small value kept over restarts (the hash of the synced command tree …)."""

        def work(tx: Tx) -> str | None:
            row = tx.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
            return None if row is None else row["value"]

        return await self._database.read(work)

    async def set_note(self, key: str, value: str) -> None:
        """Write a note."""

        def work(tx: Tx) -> None:
            tx.execute(WRITE_NOTE, (key, value))

        await self._database.write(work)

    async def claim_note(self, key: str, now: datetime, *, lease_s: float) -> bool:
        """Be the one process that writes a note, for so many seconds. False: another process is."""
        work = partial(take_lease, self._database.holder, _NOTE_LEASE + key, now, lease_s)
        return await self._database.write(work, durable=False)

    async def release_note(self, key: str, now: datetime) -> None:
        """Let other processes write a note again."""
        work = partial(release_lease, self._database.holder, _NOTE_LEASE + key, now)
        await self._database.write(work, durable=False)


def _last_watch(tx: Tx) -> int:
    row = tx.execute("SELECT coalesce(max(id), 0) AS newest FROM watches").fetchone()
    newest: int = row["newest"]
    return newest


def _first_of_each(tx: Tx, sql: str, values: Parameters) -> list[Any]:
    """First column of the rows of a statement."""
    return [first for (first,) in tx.execute(sql, values)]


def _changed(sql: str, values: Parameters, tx: Tx) -> int:
    """Number of rows that a statement wrote."""
    return tx.execute(sql, values).rowcount


def _prune_watches(first: int, now: datetime, keep_posts: timedelta, tx: Tx) -> int:
    unseen, history = to_us(now - keep_posts), forgotten_before(now)
    batch = (first, first + _WATCHES_A_BATCH - 1)
    of_posts = [row["watch_id"] for row in tx.execute(_DROP_POSTS, (*batch, unseen))]
    for watch_id in set(of_posts):
        _recount(tx, watch_id)
    dropped = len(of_posts)
    dropped += tx.execute(_DROP_SNAPSHOTS, (*batch, history)).rowcount
    return dropped + forget_fingerprints(tx, *batch, now) + thin_counts(tx, *batch, now)


def _recount(tx: Tx, watch_id: int) -> None:
    tx.execute(
        "UPDATE watches SET post_count = (SELECT count(*) FROM posts WHERE watch_id = ?1) WHERE id = ?1",
        (watch_id,),
    )


def _prune_outbox(now: datetime, tx: Tx) -> int:
    """Prune the outbox. Uncertain messages stay until a person decides."""
    forget_restore(tx, now)
    before = (to_us(now - HISTORY),)
    dropped = tx.execute(_DROP_EDITIONS, before).rowcount
    dropped += tx.execute(_DROP_MENTIONS, (to_us(now - _MENTIONS),)).rowcount
    dropped += tx.execute(_DROP_LEASES, (to_us(now - _SHARES),)).rowcount
    dropped += tx.execute(_DROP_RANKINGS, (to_us(now - _SHARES),)).rowcount
    dropped += tx.execute(_DROP_PROCESSES, (to_us(now - _SHARES),)).rowcount
    dropped += tx.execute(_DROP_SHARES, ((now - _SHARES).date().isoformat(),)).rowcount
    return dropped + tx.execute(_DROP_SPENT, ((now - DECISIONS).date().isoformat(),)).rowcount


def _prune_removed(now: datetime, tx: Tx) -> int:
    """Delete removed subscriptions and digests, then watches that only they used."""
    before = (to_us(now - RESTORABLE),)
    removed = sum(tx.execute(sql, before).rowcount for sql in (_DROP_SUBSCRIPTIONS, _DROP_DIGESTS))
    removed += sum(tx.execute(sql).rowcount for sql in (_DROP_FORUM_POSTS, _DROP_SURGE_ALERTS, _DROP_NOTIFY_ROLES))
    return removed + tx.execute(_DROP_WATCHES).rowcount


def _prune_decisions(now: datetime, tx: Tx) -> int:
    before = (to_us(now - DECISIONS),)
    dropped = sum(tx.execute(sql, before).rowcount for sql in (_DROP_ALERTS, _DROP_BASELINES, _DROP_SPLITS))
    return dropped + drop_old(tx, now)
