"""New entries of the outbox; every writer of entries uses this function."""

from __future__ import annotations

from datetime import datetime

from bot.core.models import ChannelId, Content, EntryId, GuildId, HoldReason, SubscriptionId
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.mapping.outbox import content_json
from bot.storage.sql.quiet_hours import next_allowed_at

_ADD_ENTRY = """
INSERT INTO entries
  (kind, guild_id, channel_id, subscription_id, why, content, created_at, not_before, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting') RETURNING id
"""


def add_entry(
    tx: Tx,
    guild_id: GuildId,
    channel_id: ChannelId,
    content: Content,
    now: datetime,
    *,
    summary_at: datetime | None = None,
    subscription_id: SubscriptionId | None = None,
    why: HoldReason | None = None,
) -> EntryId:
    """Add an entry decided at ``now``; it may be sent at once, or when the channel's quiet hours end.

    ``summary_at``: not before then either. ``why``: the reason why a summary counts posts instead of sending them.
    """
    may_go = to_us(next_allowed_at(tx, channel_id, now if summary_at is None else summary_at))
    stored = content_json(content)
    values = (content.kind, guild_id, channel_id, subscription_id, why, stored, to_us(now), may_go)
    return EntryId(tx.execute(_ADD_ENTRY, values).fetchone()["id"])
