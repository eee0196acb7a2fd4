"""Topics that a server does not want to see as rising, at most ``BLOCKED_MAX`` of each."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from bot.core.errors import RefusedRequest
from bot.core.models import GuildId
from bot.core.trending.rising import FoldedTopic, folded
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import to_us

BLOCKED_MAX: Final = 100

_LISTED: Final = "SELECT topic, name FROM blocked_topics WHERE guild_id = ? ORDER BY at DESC, topic LIMIT ?"
_BLOCK: Final = """
INSERT INTO blocked_topics (guild_id, topic, name, at) VALUES (?, ?, ?, ?) ON CONFLICT (guild_id, topic) DO NOTHING
"""
_COUNT: Final = "SELECT count(*) AS blocked FROM blocked_topics WHERE guild_id = ? AND topic <> ?"
_UNBLOCK: Final = "DELETE FROM blocked_topics WHERE guild_id = ? AND topic = ?"


class BlockedTopicStore(Store):
    """Blocked topics of servers."""

    async def listed(self, guild_id: GuildId) -> dict[FoldedTopic, str]:
        """The blocked topics of a server with their names as they were shown, the newest first."""
        return await self._database.ask(partial(_listed, guild_id))

    async def block(self, guild_id: GuildId, name: str, now: datetime) -> bool:
        """Block a topic; False: it was blocked. Raises ``RefusedRequest`` where the server has its most."""
        return await self._database.write(partial(block_topic, guild_id, name, now))

    async def unblock(self, guild_id: GuildId, name: str) -> bool:
        """Take a topic off the list; False: it was not on it."""
        return await self._database.write(partial(unblock_topic, guild_id, name))


def _listed(guild_id: GuildId, tx: Tx) -> dict[FoldedTopic, str]:
    rows = tx.execute(_LISTED, (guild_id, BLOCKED_MAX))
    return {FoldedTopic(row["topic"]): row["name"] for row in rows}


def block_topic(guild_id: GuildId, name: str, now: datetime, tx: Tx) -> bool:
    """Block a topic; False: it was blocked. Raises ``RefusedRequest`` where the server has its most."""
    topic = folded(name)
    if tx.execute(_COUNT, (guild_id, topic)).fetchone()["blocked"] >= BLOCKED_MAX:
        raise RefusedRequest("error-blocked-full", limit=BLOCKED_MAX)
    return tx.execute(_BLOCK, (guild_id, topic, name, to_us(now))).rowcount == 1


def unblock_topic(guild_id: GuildId, name: str, tx: Tx) -> bool:
    """Take a topic off the list; False: it was not on it."""
    return tx.execute(_UNBLOCK, (guild_id, folded(name))).rowcount == 1
