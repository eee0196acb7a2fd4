"""Alerts of posts that were counted in another one, made later from the stored posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.core.alerting.alerts import trimmed
from bot.core.models import (
    EVERYWHERE,
    AlertContent,
    AlertReason,
    ChannelId,
    EntryId,
    GuildId,
    PostKey,
    StoredPost,
    Subscription,
    SubscriptionId,
)
from bot.core.redaction import post_hash
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import (
    STORED_POST_COLUMNS,
    SUBSCRIPTION,
    stored_post_from,
    subscription_from,
    to_us,
)
from bot.storage.sql.outbox.edits import recount_story
from bot.storage.sql.outbox.entry_writes import add_entry

_STORED = f"""
SELECT {STORED_POST_COLUMNS} FROM posts p
JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key JOIN watches w ON w.id = p.watch_id
WHERE p.watch_id = ? AND p.post_key = ?
"""  # noqa: S608 - constants only
_SUBSCRIPTION = f"{SUBSCRIPTION} WHERE s.id = ? AND s.removed_at IS NULL AND s.paused IS NULL"
_HIDDEN = "SELECT 1 FROM hidden WHERE guild_id IN (?, ?) AND post_hash = ?"
_OWN_ALERT = """
UPDATE alerts SET held = NULL, lead_key = NULL, entry_id = ?, decided_at = ? WHERE channel_id = ? AND post_key = ?
"""
_WAITING_LEADS = """
SELECT a.channel_id, a.post_key FROM entries e JOIN alerts a ON a.entry_id = e.id
WHERE e.subscription_id = ? AND e.state = 'waiting' AND a.held IS NULL ORDER BY a.channel_id, a.post_key
"""
_COUNTED_FOR_OTHERS = """
SELECT a.channel_id, a.post_key, a.subscription_id, a.watch_id, a.reason FROM alerts a
WHERE a.channel_id = ? AND a.lead_key = ? AND a.subscription_id <> ?
ORDER BY coalesce(a.live_rp, a.rp, -1) DESC, a.post_key
"""
_FOLLOW = "UPDATE alerts SET lead_key = ? WHERE channel_id = ? AND lead_key = ? AND subscription_id <> ?"


def send_counted(tx: Tx, row: Row, now: datetime, *, with_role: bool) -> EntryId | None:
    """Put a counted post into the outbox as an alert of its own; ``row``: of it in ``alerts``.

    None: its subscription has ended, its text is not stored any more, or it is hidden.
    ``with_role``: False where the role was mentioned for its story already.
    """
    subscription = tx.execute(_SUBSCRIPTION, (row["subscription_id"],)).fetchone()
    stored = tx.execute(_STORED, (row["watch_id"], row["post_key"])).fetchone()
    if subscription is None or stored is None or _hidden(tx, subscription["guild_id"], row["post_key"]):
        return None
    channel, key = ChannelId(row["channel_id"]), PostKey(row["post_key"])
    of = subscription_from(subscription)
    content = _content(of, stored_post_from(stored), AlertReason(row["reason"]), with_role=with_role)
    added = add_entry(tx, of.guild_id, channel, content, now, subscription_id=of.id)
    tx.execute(_OWN_ALERT, (added, to_us(now), channel, key))
    return added


def waiting_leads(tx: Tx, subscription_id: SubscriptionId) -> list[tuple[ChannelId, PostKey]]:
    """Channel and post of a subscription's alerts that are not sealed."""
    return [(row["channel_id"], row["post_key"]) for row in tx.execute(_WAITING_LEADS, (subscription_id,))]


def send_for_others(
    tx: Tx, ended: SubscriptionId, leads: Iterable[tuple[ChannelId, PostKey]], now: datetime
) -> None:
    """Send what other subscriptions had counted in dropped alerts of an ended one: one alert for each story.

    The post with the most RP is sent, the others are counted in it.
    """
    for channel, lead in leads:
        for row in tx.execute(_COUNTED_FOR_OTHERS, (channel, lead, ended)).fetchall():
            if send_counted(tx, row, now, with_role=True) is not None:
                tx.execute(_FOLLOW, (row["post_key"], channel, lead, ended))
                recount_story(tx, channel, row["post_key"], now, urgent=False)
                break


def _hidden(tx: Tx, guild_id: GuildId, key: PostKey) -> bool:
    return tx.execute(_HIDDEN, (EVERYWHERE, guild_id, post_hash(key))).fetchone() is not None


def _content(
    subscription: Subscription, stored: StoredPost, reason: AlertReason, *, with_role: bool
) -> AlertContent:
    """The alert of a post as it is stored."""
    settings = subscription.settings
    min_rp = settings.stated_min_rp(stored.source, stored.post.rp)
    return AlertContent(
        topic=subscription.topic,
        source=stored.source,
        post=trimmed(stored.post),
        reason=reason if min_rp else AlertReason.NEW,
        observed_at=stored.rp_at,
        min_rp=min_rp,
        language=settings.language,
        role_id=settings.role_id if with_role else None,
    )
