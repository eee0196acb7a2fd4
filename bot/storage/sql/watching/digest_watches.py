"""Watches that a digest listens to, and watches whose alerts it replaces."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from bot.core.models import ChannelId, DigestId, Failure, GuildId, PauseReason, SourceName, Topic
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.watching.subscription_watches import targets_for
from bot.storage.sql.watching.watches import activate, deactivate_unused, ensure_watch, invalidate_plans

DIGEST_ONLY = """EXISTS (
  SELECT 1 FROM digests d
  WHERE d.channel_id = s.channel_id AND d.replaces_alerts = 1 AND d.paused IS NULL AND d.removed_at IS NULL
    AND (NOT EXISTS (SELECT 1 FROM digest_topics n WHERE n.digest_id = d.id)
      OR EXISTS (SELECT 1 FROM digest_topics n WHERE n.digest_id = d.id AND n.topic_key = s.topic_key)))"""
"""Whether a digest replaces the alerts of a subscription ``s``."""

_REPLACED_ALERTS = """
SELECT sw.watch_id FROM digests d
CROSS JOIN subscriptions s ON s.channel_id = d.channel_id AND s.removed_at IS NULL
CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id
WHERE d.id = ? AND d.replaces_alerts = 1
  AND (NOT EXISTS (SELECT 1 FROM digest_topics n WHERE n.digest_id = d.id)
    OR EXISTS (SELECT 1 FROM digest_topics n WHERE n.digest_id = d.id AND n.topic_key = s.topic_key))
"""
_NAMED = """
SELECT n.topic_key, n.name FROM digest_topics n
WHERE n.digest_id = ? ORDER BY n.position
"""
_FOLLOWED = """
SELECT DISTINCT w.id, w.source FROM watches w
JOIN subscription_watches sw ON sw.watch_id = w.id JOIN subscriptions s ON s.id = sw.subscription_id
WHERE w.topic_key = ?1 AND s.paused IS NULL AND s.removed_at IS NULL
  AND s.channel_id = (SELECT d.channel_id FROM digests d WHERE d.id = ?2)
"""
_INACTIVE = """
SELECT w.id FROM digest_watches dw JOIN watches w ON w.id = dw.watch_id JOIN digests d ON d.id = dw.digest_id
WHERE d.id = ? AND d.paused IS NULL AND d.removed_at IS NULL AND w.next_poll_at IS NULL
"""
# ?1: sources whose targets changed.
_ELSEWHERE = """
SELECT d.id FROM digests d
WHERE d.removed_at IS NULL AND EXISTS (SELECT 1 FROM digest_topics n WHERE n.digest_id = d.id)
  AND (EXISTS (SELECT 1 FROM json_each(d.sources) o WHERE o.value IN (SELECT value FROM json_each(?1)))
    OR EXISTS (SELECT 1 FROM digest_watches dw JOIN watches w ON w.id = dw.watch_id
               WHERE dw.digest_id = d.id AND w.source IN (SELECT value FROM json_each(?1))))
ORDER BY d.id
"""
_PAUSE = """
UPDATE digests SET paused = ?, next_at = NULL, claim = NULL, claimed_until = NULL, version = version + 1
WHERE id = ? AND paused IS NULL AND removed_at IS NULL
"""
_DROP_WAITING = """
UPDATE entries SET state = 'dropped', reason = ?, reason_code = ?, ended_at = ?
WHERE id IN (SELECT entry_id FROM digest_issues WHERE digest_id = ?) AND state = 'waiting'
"""
_SOURCES = msgspec.json.Decoder(list[SourceName])


def bind_digest_watches(tx: Tx, digest_id: DigestId, now: datetime) -> None:
    """Bind a digest to watches of its topics. Unused watches are deactivated, inactive ones are activated."""
    bound = tx.execute("SELECT watch_id, since FROM digest_watches WHERE digest_id = ?", (digest_id,)).fetchall()
    since: dict[int, int] = {row["watch_id"]: row["since"] for row in bound}
    left = set(since)
    tx.execute("DELETE FROM digest_watches WHERE digest_id = ?", (digest_id,))
    for topic in _named(tx, digest_id):
        tx.executemany(
            "INSERT INTO digest_watches (watch_id, digest_id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (watch_id, digest_id, since.get(watch_id, to_us(now)))
                for watch_id in _polled(tx, digest_id, topic, now)
            ],
        )
    both = left | _watches_of(tx, digest_id)
    invalidate_plans(tx, both)
    deactivate_unused(tx, both)
    activate(tx, [watch_id for (watch_id,) in tx.execute(_INACTIVE, (digest_id,)).fetchall()], now)


def rebind_digest_targets(tx: Tx, sources: Iterable[str], now: datetime) -> None:
    """Rebind digests to sources whose targets changed."""
    for (digest_id,) in tx.execute(_ELSEWHERE, (json_list(sources),)).fetchall():
        bind_digest_watches(tx, digest_id, now)


def bump_replaced_alerts(tx: Tx, digest_id: DigestId) -> None:
    """Invalidate poll plans of watches whose alerts a digest replaces, or replaced until now."""
    invalidate_plans(tx, {watch_id for (watch_id,) in tx.execute(_REPLACED_ALERTS, (digest_id,)).fetchall()})


def pause_digest(tx: Tx, digest_id: DigestId, why: PauseReason, now: datetime) -> bool:
    """Pause a digest and drop its waiting entries. False: it was paused or removed already."""
    paused = tx.execute(_PAUSE, (why, digest_id)).rowcount
    if paused:
        drop_waiting_digest(tx, digest_id, Failure.of_pause(why), now)
    return bool(paused)


def pause_digests(
    tx: Tx,
    why: PauseReason,
    now: datetime,
    *,
    channel_id: ChannelId | None = None,
    guild_id: GuildId | None = None,
) -> list[DigestId]:
    """Pause all digests of a channel, or of a server; returns those paused by this call."""
    rows = tx.execute(
        "SELECT id FROM digests WHERE removed_at IS NULL AND (channel_id = ?1 OR guild_id = ?2) ORDER BY id",
        (channel_id, guild_id),
    ).fetchall()
    return [digest_id for (digest_id,) in rows if pause_digest(tx, digest_id, why, now)]


def drop_waiting_digest(tx: Tx, digest_id: DigestId, failure: Failure, now: datetime) -> None:
    """Drop a digest's entries that are not sealed. The edition's due time stays on record."""
    tx.execute(_DROP_WAITING, (failure.detail, failure.code, to_us(now), digest_id))
    watch_ids = _watches_of(tx, digest_id)
    invalidate_plans(tx, watch_ids)
    bump_replaced_alerts(tx, digest_id)
    deactivate_unused(tx, watch_ids)


def _polled(tx: Tx, digest_id: DigestId, topic: Topic, now: datetime) -> Iterable[int]:
    """Ids of the watches that a digest uses for a topic.

    Free watches of the channel's own subscriptions come first; without any, the topic is polled at its sources.
    Watches of other servers are not used, so that the digest does not show that they exist (invariant 10). A
    source that costs money is polled for subscriptions alone: a digest keeps none of its watches active.
    """
    followed = tx.execute(_FOLLOWED, (topic.key, digest_id)).fetchall()
    if topic.is_address:
        # Only the watch holds the address of the feed.
        found = tx.execute("SELECT id FROM watches WHERE topic_key = ?", (topic.key,)).fetchall()
        return [row["id"] for row in followed or found]
    free = [watch_id for watch_id, source in followed if not SourceName(source).traits.costs_money]
    (own,) = tx.execute("SELECT sources FROM digests WHERE id = ?", (digest_id,)).fetchone()
    return free or [
        ensure_watch(tx, source, topic, aim, now)
        for source in _SOURCES.decode(own)
        if source.traits.counts_reposts
        for aim in targets_for(tx, source, topic)
    ]


def _named(tx: Tx, digest_id: DigestId) -> list[Topic]:
    return [Topic(key=key, name=name) for key, name in tx.execute(_NAMED, (digest_id,)).fetchall()]


def _watches_of(tx: Tx, digest_id: DigestId) -> set[int]:
    rows = tx.execute("SELECT watch_id FROM digest_watches WHERE digest_id = ?", (digest_id,))
    return {watch_id for (watch_id,) in rows}
