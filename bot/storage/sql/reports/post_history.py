"""Stored history of one post for one channel, for ``/why``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.core.explain.history import (
    AlertRecord,
    DeliveryState,
    Observation,
    PostHistory,
    Route,
    TakeDownRecord,
)
from bot.core.models import (
    EVERYWHERE,
    AlertReason,
    BaselineReason,
    ChannelId,
    CrossingTable,
    GuildId,
    HoldReason,
    KnownPost,
    Listener,
    PaceBudget,
    PostKey,
    SourceName,
    Subscription,
    SubscriptionId,
    Topic,
    Watch,
    WatchId,
    is_deletion,
)
from bot.core.redaction import post_hash
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import (
    POST_COLUMNS,
    SUBSCRIPTION,
    WATCH,
    from_us,
    from_us_or_none,
    json_list,
    post_from,
    subscription_from,
    watch_from,
)
from bot.storage.sql.mapping.outbox import failure_from
from bot.storage.sql.mapping.readings import readings_from, samples_of
from bot.storage.sql.polling.pace_budgets import (
    PACE_COLUMNS,
    Paced,
    has_pace,
    pace_zone,
    read_budgets,
    read_crossings,
)
from bot.storage.sql.polling.poll_state import recent_samples
from bot.storage.sql.quiet_hours import read_quiet
from bot.storage.sql.watching.digest_watches import DIGEST_ONLY

_SUBSCRIPTIONS = f"""{SUBSCRIPTION}
WHERE s.channel_id = ? AND s.guild_id = ? AND s.removed_at IS NULL ORDER BY s.name, s.id
"""
_WATCHES = f"""{WATCH}
WHERE w.id IN (SELECT watch_id FROM subscription_watches WHERE subscription_id = ?) ORDER BY w.source, w.id
"""  # noqa: S608 - constants only
_OBSERVATION = f"""
SELECT {POST_COLUMNS}, p.max_rp, p.first_seen_at, p.rp_at, p.relook_at, p.digest, p.gone_at, p.peak_velocity,
       p.readings
FROM posts p JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
WHERE p.watch_id = ? AND p.post_key = ?
"""  # noqa: S608 - constants only
_PACE = f"SELECT {PACE_COLUMNS} FROM subscriptions s WHERE s.id = ?"  # noqa: S608 - constants only
_SETTLED = """
SELECT a.post_key FROM json_each(?3) k CROSS JOIN alerts a ON a.channel_id = ?1 AND a.post_key = k.value
UNION
SELECT b.post_key FROM json_each(?3) k CROSS JOIN baselines b ON b.subscription_id = ?2 AND b.post_key = k.value
"""
_DIGEST_ONLY = f"SELECT {DIGEST_ONLY} AS digest_only FROM subscriptions s WHERE s.id = ?"  # noqa: S608
_BASELINES = """
SELECT b.subscription_id, b.why, b.at FROM subscriptions s
CROSS JOIN baselines b ON b.subscription_id = s.id AND b.post_key = ?
WHERE s.channel_id = ? AND s.removed_at IS NULL
"""
_TAKE_DOWNS = """
SELECT guild_id, hidden_at, actor FROM hidden
WHERE guild_id IN (?, ?) AND post_hash = ? ORDER BY hidden_at, guild_id
"""
# The decision is read from the entry; once that is pruned, from the watch as long as it exists.
_ALERT = """
SELECT a.subscription_id, a.watch_id, a.reason, a.decided_at, a.rp, a.held, a.bar,
       CASE WHEN a.lead_key IS NOT NULL THEN json_extract(e.content, '$.post.text') END AS same_as,
       e.state AS entry_state, m.state AS message_state,
       coalesce(json_extract(e.content, '$.topic.key'), t.topic_key) AS topic_key,
       coalesce(json_extract(e.content, '$.topic.name'), s.name, t.name) AS topic_name,
       coalesce(json_extract(e.content, '$.source'), w.source) AS source,
       e.not_before, e.ended_at, coalesce(e.reason, m.error) AS note,
       coalesce(e.reason_code, m.error_code) AS failure_code, coalesce(m.attempts, 0) AS attempts,
       m.next_try_at, m.sent_at, m.discord_message_id, m.removed_at, m.thread_id
FROM alerts a
LEFT JOIN alerts l ON l.channel_id = a.channel_id AND l.post_key = a.lead_key
LEFT JOIN entries e ON e.id = coalesce(a.entry_id, l.entry_id)
LEFT JOIN messages m ON m.id = e.message_id
LEFT JOIN watches w ON w.id = a.watch_id
LEFT JOIN topics t ON t.topic_key = w.topic_key
LEFT JOIN subscriptions s ON s.id = a.subscription_id AND s.topic_key = w.topic_key
WHERE a.channel_id = ? AND a.post_key = ? AND coalesce(e.guild_id, ?3) = ?3
"""

# A link to an alerted post was sent with it.
_ALERTED_AS = "SELECT told_key FROM echoes WHERE channel_id = ? AND post_key = ?"

_Baselines = Mapping[SubscriptionId, tuple[BaselineReason, datetime]]


class PostHistoryStore(Store):
    """Stored facts of decisions about a post, for ``/why``."""

    async def of_post(self, guild_id: GuildId, channel_id: ChannelId, key: PostKey, now: datetime) -> PostHistory:
        """Stored history of one post for a server's channel, in one consistent snapshot.

        A route for every watch of every subscription of the channel, by topic name and source; paused
        subscriptions are included, removed ones are not. A post that was never stored, or another server's
        channel, gives an empty history.
        """
        return await self._database.ask(partial(_of_post, guild_id, channel_id, key, now))


def _of_post(guild_id: GuildId, channel_id: ChannelId, key: PostKey, now: datetime, tx: Tx) -> PostHistory:
    routes, alert = _routes(tx, guild_id, channel_id, key, now), _alert(tx, guild_id, channel_id, key)
    is_known = alert is not None or any(route.observation is not None for route in routes)
    return PostHistory(
        guild_id=guild_id,
        channel_id=channel_id,
        key=key,
        at=now,
        routes=routes,
        take_downs=_take_downs(tx, guild_id, key, with_deletions=is_known),
        alert=alert,
        quiet=read_quiet(tx, channel_id),
    )


def _routes(tx: Tx, guild_id: GuildId, channel_id: ChannelId, key: PostKey, now: datetime) -> tuple[Route, ...]:
    rows = tx.execute(_SUBSCRIPTIONS, (channel_id, guild_id)).fetchall()
    baselines = {
        SubscriptionId(subscription_id): (BaselineReason(why), from_us(at))
        for subscription_id, why, at in tx.execute(_BASELINES, (key, channel_id))
    }
    return tuple(
        _route(tx, subscription, watch, key, baselines, now)
        for subscription in map(subscription_from, rows)
        for watch in map(watch_from, tx.execute(_WATCHES, (subscription.id,)).fetchall())
    )


def _route(
    tx: Tx, subscription: Subscription, watch: Watch, key: PostKey, baselines: _Baselines, now: datetime
) -> Route:
    listener = _listener(subscription, watch, digest_only=_is_digest_only(tx, subscription))
    budget = _budget(tx, subscription, now) if has_pace(watch) else None
    crossings = {} if budget is None else read_crossings(tx, [budget])
    return Route(
        watch=replace(watch, topic=subscription.topic),
        listener=replace(listener, budget=budget),
        crossings=crossings,
        settled=_settled(tx, subscription, crossings),
        paused=subscription.paused,
        observation=_observation(tx, watch, key, now),
        baseline=baselines.get(subscription.id),
    )


def _listener(subscription: Subscription, watch: Watch, *, digest_only: bool) -> Listener:
    """Listener as a poll of the watch reads it, without its recent alerts."""
    return Listener(
        subscription_id=subscription.id,
        guild_id=subscription.guild_id,
        channel_id=subscription.channel_id,
        min_rp=subscription.settings.min_rp[watch.source],
        rules=subscription.settings.rules,
        language=subscription.settings.language,
        role_id=subscription.settings.role_id,
        muted_until=subscription.muted_until,
        digest_only=digest_only,
        topic=subscription.topic,
    )


def _budget(tx: Tx, subscription: Subscription, now: datetime) -> PaceBudget | None:
    pace = subscription.settings.pace
    if pace is None:
        return None
    row = tx.execute(_PACE, (subscription.id,)).fetchone()
    zone = pace_zone(row["pace_zone"], subscription.settings.language)
    return read_budgets(tx, [Paced(subscription.id, pace, zone)], now).get(subscription.id)


def _settled(tx: Tx, subscription: Subscription, crossings: Mapping[WatchId, CrossingTable]) -> frozenset[PostKey]:
    """Posts competing for a budget that the channel was sent, or that are baseline."""
    keys = json_list({one.key for table in crossings.values() for one in table.waiting})
    rows = tx.execute(_SETTLED, (subscription.channel_id, subscription.id, keys)) if crossings else ()
    return frozenset(PostKey(row["post_key"]) for row in rows)


def _is_digest_only(tx: Tx, subscription: Subscription) -> bool:
    return bool(tx.execute(_DIGEST_ONLY, (subscription.id,)).fetchone()["digest_only"])


def _observation(tx: Tx, watch: Watch, key: PostKey, now: datetime) -> Observation | None:
    row = tx.execute(_OBSERVATION, (watch.id, key)).fetchone()
    if row is None:
        return None
    post = post_from(row)
    known = KnownPost(
        key=key,
        rp=post.rp,
        max_rp=row["max_rp"],
        created_at=post.created_at,
        first_seen_at=from_us(row["first_seen_at"]),
        rp_at=from_us(row["rp_at"]),
        recheck_at=from_us_or_none(row["relook_at"]),
        gone_at=from_us_or_none(row["gone_at"]),
        content_hash=row["digest"],
        samples=recent_samples(watch, row["readings"], now),
        peak_velocity=row["peak_velocity"],
    )
    first = samples_of(readings_from(row["readings"])[:1])
    return Observation(
        post=post,
        known=known,
        rp_at=from_us(row["rp_at"]),
        first=first[0] if first else None,
    )


def _take_downs(tx: Tx, guild_id: GuildId, key: PostKey, *, with_deletions: bool) -> tuple[TakeDownRecord, ...]:
    """Take-downs of a post that a server's channel may know.

    ``with_deletions`` False: without those by a source, which say that some other server's topic had the post.
    """
    rows = tx.execute(_TAKE_DOWNS, (EVERYWHERE, guild_id, post_hash(key)))
    return tuple(
        TakeDownRecord(guild_id=guild, at=from_us(at), actor=actor)
        for guild, at, actor in rows
        if with_deletions or not is_deletion(actor)
    )


def _alert(tx: Tx, guild_id: GuildId, channel_id: ChannelId, key: PostKey) -> AlertRecord | None:
    row = tx.execute(_ALERT, (channel_id, key, guild_id)).fetchone()
    if row is None:
        echo = tx.execute(_ALERTED_AS, (channel_id, key)).fetchone()
        alerted_key = key if echo is None else echo["told_key"]
        row = tx.execute(_ALERT, (channel_id, alerted_key, guild_id)).fetchone()
    return None if row is None else _alert_from(row)


def _alert_from(row: Row) -> AlertRecord:
    topic_key, source, held = row["topic_key"], row["source"], row["held"]
    return AlertRecord(
        subscription_id=row["subscription_id"],
        watch_id=row["watch_id"],
        reason=AlertReason(row["reason"]),
        decided_at=from_us(row["decided_at"]),
        rp=row["rp"],
        needed_rp=row["bar"],
        state=_delivery_state(row["entry_state"], row["message_state"]),
        topic=None if topic_key is None else Topic(key=topic_key, name=row["topic_name"]),
        source=None if source is None else SourceName(source),
        held=None if held is None else HoldReason(held),
        not_before=from_us_or_none(row["not_before"]),
        ended_at=from_us_or_none(row["ended_at"]),
        failure=failure_from(row["note"], row["failure_code"]),
        attempts=row["attempts"],
        next_try_at=from_us_or_none(row["next_try_at"]),
        sent_at=from_us_or_none(row["sent_at"]),
        discord_message_id=row["discord_message_id"],
        same_as=row["same_as"] or None,
        removed_at=from_us_or_none(row["removed_at"]),
        thread_id=row["thread_id"],
    )


def _delivery_state(entry: str | None, message: str | None) -> DeliveryState:
    """Delivery state of an entry; those of an uncertain message are stored as sealed until a person decides."""
    if entry is None:
        return DeliveryState.FORGOTTEN
    if message == DeliveryState.UNCERTAIN:
        return DeliveryState.UNCERTAIN
    return DeliveryState(entry)
