"""Role mentions of a message: the roles of its alerts and digests, each at most once an interval and channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.models import ChannelId, OutboxEntry, RoleId
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us

# An unchanged row (mentioned too short a time ago) does not count in rowcount. A mention in the future was
# written while the clock was ahead.
_MENTION = """
INSERT INTO mentions (channel_id, role_id, at) VALUES (?1, ?2, ?3)
ON CONFLICT (channel_id, role_id) DO UPDATE SET at = ?3 WHERE mentions.at <= ?4 OR mentions.at > ?3
"""


def claim_mentions(
    tx: Tx,
    channel_id: ChannelId,
    entries: Sequence[OutboxEntry],
    interval: timedelta,
    now: datetime,
) -> list[RoleId]:
    """Roles that a message of these entries mentions; recorded, so that the next message keeps the interval.

    Decided once, when the message is sealed: every try and every edit mentions the same roles.
    """
    at, since = to_us(now), to_us(now - interval)
    return [
        role_id for role_id in _wanted(entries) if tx.execute(_MENTION, (channel_id, role_id, at, since)).rowcount
    ]


def _wanted(entries: Sequence[OutboxEntry]) -> Sequence[RoleId]:
    """Roles of the entries, each once; an entry whose post is hidden mentions nobody."""
    return tuple(dict.fromkeys(role for entry in entries if not entry.hidden for role in entry.content.roles()))
