"""Splits of stories: a post that a person parted from an alert is sent on its own, never counted there again."""

from __future__ import annotations

from datetime import datetime

from bot.core.models import ChannelId, EntryId, FailureCode, GuildId, HoldReason, PostKey, UserId
from bot.core.redaction import post_hash
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.outbox.edits import recount_story
from bot.storage.sql.outbox.story_alerts import send_counted

_COUNTED = """
SELECT a.channel_id, a.post_key, a.lead_key, a.subscription_id, a.watch_id, a.reason FROM alerts l
JOIN alerts a ON a.channel_id = l.channel_id AND a.lead_key = l.post_key WHERE l.entry_id = ? ORDER BY a.post_key
"""
_SPLIT = """
INSERT INTO story_splits (channel_id, post_key, lead_key, at, actor) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
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
    # Its role is not mentioned: it was, for the story.
    added = send_counted(tx, row, now, with_role=False)
    if added is None:
        return None
    channel, key, lead = ChannelId(row["channel_id"]), PostKey(row["post_key"]), PostKey(row["lead_key"])
    tx.execute(_SPLIT, (channel, key, lead, to_us(now), f"user:{user_id}"))
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
