"""Polls that the topics of each server cost."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

from bot.core.models import GuildId, WatchId
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import json_list

_FOLLOWED: Final = """
WITH heard AS (
  SELECT sw.watch_id, s.guild_id FROM subscription_watches sw JOIN subscriptions s ON s.id = sw.subscription_id
  WHERE s.removed_at IS NULL AND s.paused IS NULL
  UNION SELECT dw.watch_id, d.guild_id FROM digest_watches dw JOIN digests d ON d.id = dw.digest_id
  WHERE d.removed_at IS NULL AND d.paused IS NULL),
active AS (
  SELECT h.watch_id, h.guild_id, w.operator FROM heard h JOIN watches w ON w.id = h.watch_id
  WHERE w.enabled = 1 AND w.next_poll_at IS NOT NULL)
"""
_LOADS: Final = f"""{_FOLLOWED}
SELECT guild_id, sum(part) FROM (
  SELECT guild_id, CAST(1 AS DOUBLE PRECISION) / (operator + count(*) OVER (PARTITION BY watch_id)) AS part
  FROM active) parts
GROUP BY guild_id
"""  # noqa: S608 - constants only
_ONLY_BY: Final = f"""{_FOLLOWED}
SELECT a.watch_id, a.guild_id FROM active a
WHERE a.operator = 0 AND a.watch_id NOT IN (
  SELECT watch_id FROM active WHERE guild_id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(?)))
"""  # noqa: S608 - constants only


class GuildLoadStore(Store):
    """Polls that the topics of each server cost."""

    async def server_loads(self) -> dict[GuildId, float]:
        """Number of active watches that each server listens to; of one with n servers, 1/n counts for each.

        The operator counts as one more server of an operator's watch.
        """
        return await self._database.read(_loads)

    async def followed_only_by(self, guilds: Collection[GuildId]) -> list[tuple[WatchId, GuildId]]:
        """Active watches that only these servers listen to, once for each such server."""
        return await self._database.read(partial(_only_by, json_list(guilds)))


def _loads(tx: Tx) -> dict[GuildId, float]:
    return {GuildId(guild): watches for guild, watches in tx.execute(_LOADS)}


def _only_by(guilds: str, tx: Tx) -> list[tuple[WatchId, GuildId]]:
    return [(WatchId(watch), GuildId(guild)) for watch, guild in tx.execute(_ONLY_BY, (guilds,))]
