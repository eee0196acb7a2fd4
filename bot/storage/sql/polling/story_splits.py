"""Splits of stories: a post that a person parted from an alert is sent on its own, never counted there again."""

from __future__ import annotations

from datetime import datetime

from bot.core.alerting.alerts import trimmed
from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    EntryId,
    FailureCode,
    GuildId,
    HoldReason,
    PostKey,
    StoredPost,
    Subscription,
    UserId,
)
from bot.core.redaction import is_hidden, post_hash
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import (
    STORED_POST_COLUMNS,
    SUBSCRIPTION,
    stored_post_from,
    subscription_from,
    to_us,
)
from bot.storage.sql.moderation.moderation import hidden_among
from bot.storage.sql.outbox.edits import recount_story
from bot.storage.sql.outbox.entry_writes import add_entry

_COUNTED = """
SELECT a.channel_id, a.post_key, a.lead_key, a.subscription_id, a.watch_id, a.reason FROM alerts l
JOIN alerts a ON a.channel_id = l.channel_id AND a.lead_key = l.post_key WHERE l.entry_id = ? ORDER BY a.post_key
"""
_STORED = f"""
SELECT {STORED_POST_COLUMNS} FROM posts p
JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key JOIN watches w ON w.id = p.watch_id
WHERE p.watch_id = ? AND p.post_key = ?
"""  # noqa: S608 - constants only
_SUBSCRIPTION = f"{SUBSCRIPTION} WHERE s.id = ? AND s.removed_at IS NULL AND s.paused IS NULL"
_SPLIT = """
INSERT INTO story_splits (channel_id, post_key, lead_key, at, actor) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_OWN_ALERT = """
UPDATE alerts SET held = NULL, lead_key = NULL, entry_id = ?, decided_at = ? WHERE channel_id = ? AND post_key = ?
"""
_SPLIT_OF = """
SELECT a.channel_id, a.post_key, x.lead_key, e.state FROM entries e JOIN alerts a ON a.entry_id = e.id
JOIN story_splits x ON x.channel_id = a.channel_id AND x.post_key = a.post_key
WHERE e.id = ? AND e.guild_id = ? ORDER BY x.at DESC LIMIT 1
"""
_UNSPLIT = "DELETE FROM story_splits WHERE channel_id = ? AND post_key = ? AND lead_key = ?"
_DROP = """
UPDATE entries SET state = 'dropped', reason = ?1, reason_code = ?1, ended_at = ?2
WHERE id = ?3 AND state = 'waiting'
"""
_COUNT_AGAIN = "UPDATE alerts SET held = ?, lead_key = ?, entry_id = NULL WHERE channel_id = ? AND post_key = ?"


def split_post(entry_id: EntryId, digits: str, user_id: UserId, now: datetime, tx: Tx) -> EntryId | None:
    """Part a post from the story of an alert; see ``StoryStore.split``."""
    row = next((row for row in tx.execute(_COUNTED, (entry_id,)).fetchall() if _is(row, digits)), None)
    if row is None:
        return None
    subscription = tx.execute(_SUBSCRIPTION, (row["subscription_id"],)).fetchone()
    stored = tx.execute(_STORED, (row["watch_id"], row["post_key"])).fetchone()
    if subscription is None or stored is None or _hidden(tx, subscription["guild_id"], row["post_key"]):
        return None
    channel, key, lead = ChannelId(row["channel_id"]), PostKey(row["post_key"]), PostKey(row["lead_key"])
    of = subscription_from(subscription)
    content = _content(of, stored_post_from(stored), AlertReason(row["reason"]))
    tx.execute(_SPLIT, (channel, key, lead, to_us(now), f"user:{user_id}"))
    added = add_entry(tx, of.guild_id, channel, content, now, subscription_id=of.id)
    tx.execute(_OWN_ALERT, (added, to_us(now), channel, key))
    recount_story(tx, channel, lead, now, urgent=True)
    return added


def channel_of_split(entry_id: EntryId, guild_id: GuildId, tx: Tx) -> ChannelId | None:
    """The channel of the entry that a split made; see ``StoryStore.channel_of_split``."""
    row = tx.execute(_SPLIT_OF, (entry_id, guild_id)).fetchone()
    return None if row is None else ChannelId(row["channel_id"])


def undo_split(entry_id: EntryId, guild_id: GuildId, now: datetime, tx: Tx) -> bool | None:
    """Take a split back; see ``StoryStore.undo_split``."""
    row = tx.execute(_SPLIT_OF, (entry_id, guild_id)).fetchone()
    if row is None:
        return None
    channel, key, lead = ChannelId(row["channel_id"]), PostKey(row["post_key"]), PostKey(row["lead_key"])
    tx.execute(_UNSPLIT, (channel, key, lead))
    if tx.execute(_DROP, (FailureCode.SUMMARISED, to_us(now), entry_id)).rowcount == 0:
        return False
    tx.execute(_COUNT_AGAIN, (HoldReason.SAME_STORY, lead, channel, key))
    recount_story(tx, channel, lead, now, urgent=True)
    return True


def _is(row: Row, digits: str) -> bool:
    return post_hash(row["post_key"]).startswith(digits)


def _hidden(tx: Tx, guild_id: GuildId, key: PostKey) -> bool:
    return is_hidden(hidden_among(tx, [guild_id], [key]), guild_id, key)


def _content(subscription: Subscription, stored: StoredPost, reason: AlertReason) -> AlertContent:
    """The alert of a post as it is stored. Its role is not mentioned: it was, for the story."""
    return AlertContent(
        topic=subscription.topic,
        source=stored.source,
        post=trimmed(stored.post),
        reason=reason,
        observed_at=stored.rp_at,
        min_rp=subscription.settings.min_rp.get(stored.source, 0),
        language=subscription.settings.language,
    )
