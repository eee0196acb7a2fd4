"""Erasure of a server: every row that names it, in one transaction.

Watches, posts and topics belong to no server. Watches without another listener are deactivated, and ``prune``
drops them when their posts have aged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.core.models import GuildId
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.watching.watches import deactivate_unused

_CHANNELS = """
SELECT channel_id FROM subscriptions WHERE guild_id = ?1 UNION SELECT channel_id FROM channels WHERE guild_id = ?1
UNION SELECT channel_id FROM entries WHERE guild_id = ?1 UNION SELECT channel_id FROM messages WHERE guild_id = ?1
UNION SELECT channel_id FROM digests WHERE guild_id = ?1 UNION SELECT channel_id FROM forums WHERE guild_id = ?1
"""
_WATCHES = """
SELECT DISTINCT sw.watch_id FROM subscription_watches sw
JOIN subscriptions s ON s.id = sw.subscription_id WHERE s.guild_id = ?1
UNION SELECT dw.watch_id FROM digest_watches dw JOIN digests d ON d.id = dw.digest_id WHERE d.guild_id = ?1
"""
_KNOWN_CHANNELS = """
SELECT channel_id FROM subscriptions UNION SELECT channel_id FROM channels
UNION SELECT channel_id FROM entries UNION SELECT channel_id FROM messages UNION SELECT channel_id FROM digests
UNION SELECT channel_id FROM forums
"""

_OF_CHANNELS: Final = ("alerts", "story_splits", "mentions", "forum_posts", "surge_alerts")
"""Tables with a channel id but no server id."""
_OF_GUILD: Final = (
    "entries",
    "messages",
    "subscriptions",
    "digests",
    "channels",
    "hidden",
    "audit",
    "incidents",
    "left_guilds",
    "spend_shares",
    "channel_troubles",
    "pause_notices",
    "forums",
    "guild_settings",
    "welcomes",
    "notify_roles",
    "blocked_topics",
)
"""Tables with a server id.

Redraws are deleted with their message, baselines with their subscription, posts of an edition or a surge with
their entry.
"""


def erase_guild(guild_id: GuildId, before: datetime, tx: Tx) -> bool:
    """Delete all rows of a server that was left before ``before``; False when it was not (it was joined again)."""
    if not _was_left(tx, guild_id, before):
        return False
    channels = json_list(row["channel_id"] for row in tx.execute(_CHANNELS, (guild_id,)))
    watches = [row["watch_id"] for row in tx.execute(_WATCHES, (guild_id,))]
    for table in _OF_CHANNELS:
        tx.execute(
            f"DELETE FROM {table} WHERE channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",  # noqa: S608
            (channels,),
        )
    for table in _OF_GUILD:
        tx.execute(f"DELETE FROM {table} WHERE guild_id = ?", (guild_id,))  # noqa: S608
    erase_orphans(tx)
    deactivate_unused(tx, watches)
    return True


def _was_left(tx: Tx, guild_id: GuildId, before: datetime) -> bool:
    row = tx.execute(
        "SELECT 1 FROM left_guilds WHERE guild_id = ? AND left_at < ?", (guild_id, to_us(before))
    ).fetchone()
    return row is not None


def erase_orphans(tx: Tx) -> None:
    """Delete rows of channels without any other row: their server is unknown."""
    for table in _OF_CHANNELS:
        tx.execute(f"DELETE FROM {table} WHERE channel_id NOT IN ({_KNOWN_CHANNELS})")  # noqa: S608
