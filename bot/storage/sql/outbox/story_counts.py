"""Posts that are counted in an alert of their channel, within the transactions that change them."""

from __future__ import annotations

from datetime import datetime

from bot.core.alerting.folding import FOLD_FOR
from bot.core.models import ChannelId, EntryId, Fold, GuildId, HoldReason, PostKey
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.outbox.edits import recount_story

# An alert that can be added to: on its way, or in a message that is there.
_OPEN_LEAD = """
SELECT a.entry_id, e.state FROM alerts a JOIN entries e ON e.id = a.entry_id
LEFT JOIN messages m ON m.id = e.message_id
WHERE a.channel_id = ? AND a.post_key = ? AND a.held IS NULL AND a.decided_at > ?
  AND (e.state = 'waiting' OR (e.state IN ('sealed', 'sent') AND m.state <> 'given_up' AND m.removed_at IS NULL))
"""
_IS_SPLIT = "SELECT 1 FROM story_splits WHERE channel_id = ? AND post_key = ? AND lead_key = ?"
_FOLD = "UPDATE alerts SET lead_key = ? WHERE channel_id = ? AND post_key = ?"
_LEADS_OF = "SELECT a.channel_id, a.lead_key FROM alerts a WHERE a.post_key = ? AND a.lead_key IS NOT NULL"
_LEADS_OF_IN = """
SELECT a.channel_id, a.lead_key FROM alerts a
JOIN alerts l ON l.channel_id = a.channel_id AND l.post_key = a.lead_key
JOIN entries e ON e.id = l.entry_id WHERE a.post_key = ? AND a.lead_key IS NOT NULL AND e.guild_id = ?
"""
_FORGET = "DELETE FROM story_posts WHERE post_key = ? AND watch_id = ?"
_MOVE = "UPDATE story_posts SET watch_id = ? WHERE post_key = ? AND watch_id = ?"
_TO_SUMMARY = """
UPDATE alerts SET held = ?1, entry_id = ?2, lead_key = NULL WHERE channel_id = ?3 AND lead_key = ?4
"""


def open_lead(tx: Tx, fold: Fold, at: datetime) -> EntryId | None:
    """Entry of the alert that a post may be counted in; None where it has ended, or a person split the two."""
    channel, key = fold.alert.channel_id, fold.alert.content.post.key
    row = tx.execute(_OPEN_LEAD, (channel, fold.lead, to_us(at - FOLD_FOR))).fetchone()
    if row is None or tx.execute(_IS_SPLIT, (channel, key, fold.lead)).fetchone() is not None:
        return None
    return EntryId(row["entry_id"])


def set_lead(tx: Tx, channel: ChannelId, key: PostKey, lead: PostKey) -> None:
    """Count a post in an alert; ``recount_story`` has its message say so."""
    tx.execute(_FOLD, (lead, channel, key))


def take_out(tx: Tx, guild_id: GuildId, key: PostKey, at: datetime) -> None:
    """Count a hidden post in no alert any more, in one server or (``EVERYWHERE``) in all."""
    found = tx.execute(_LEADS_OF_IN, (key, guild_id)) if guild_id else tx.execute(_LEADS_OF, (key,))
    for channel, lead in found.fetchall():
        tx.execute("UPDATE alerts SET lead_key = NULL WHERE channel_id = ? AND post_key = ?", (channel, key))
        recount_story(tx, channel, lead, at, urgent=True)


def forget_text(tx: Tx, key: PostKey, watch: int, other: int | None) -> None:
    """Compare posts with this one by its text at another watch; with it no more where none has its text."""
    if other is None:
        tx.execute(_FORGET, (key, watch))
    else:
        tx.execute(_MOVE, (other, key, watch))


def move_story_to_summary(tx: Tx, channel: ChannelId, lead: PostKey, summary: int) -> None:
    """Count the posts of a story in the summary that counts its alert from now on."""
    tx.execute(_TO_SUMMARY, (HoldReason.CATCH_UP, summary, channel, lead))
