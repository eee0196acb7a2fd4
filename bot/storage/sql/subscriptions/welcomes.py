"""Servers that were welcomed, or are not to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.models import ChannelId, EntryId, GuildId, WelcomeContent
from bot.core.welcome import welcomes_since
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import from_us, json_list, to_us
from bot.storage.sql.outbox.entry_writes import add_entry

_SINCE_NOTE: Final = "welcome.since"
_DECIDE = "INSERT INTO welcomes (guild_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING guild_id"
_DECIDED = """
SELECT guild_id FROM welcomes WHERE guild_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
"""
_WAS_USED = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM subscriptions) OR EXISTS (SELECT 1 FROM digests)
  OR EXISTS (SELECT 1 FROM channels) OR EXISTS (SELECT 1 FROM hidden) OR EXISTS (SELECT 1 FROM audit)
"""
_KEEP_SINCE = "INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"


class WelcomeStore(Store):
    """Servers that were welcomed, or are not to be."""

    async def since(self, now: datetime) -> datetime:
        """The time from which on joined servers are welcomed, decided once (``welcomes_since``)."""
        return await self._database.write(partial(_since, now))

    async def begin(self, since: datetime) -> None:
        """Decide that servers joined from ``since`` on are welcomed; nothing where that was decided before."""

        def work(tx: Tx) -> None:
            tx.execute(_KEEP_SINCE, (_SINCE_NOTE, str(to_us(since))))

        await self._database.write(work)

    async def undecided(self, guild_ids: Collection[GuildId]) -> frozenset[GuildId]:
        """The servers of these for which nothing was decided yet."""

        def work(tx: Tx) -> frozenset[GuildId]:
            found = {GuildId(guild_id) for (guild_id,) in tx.execute(_DECIDED, (json_list(guild_ids),))}
            return frozenset(guild_ids) - found

        return await self._database.read(work)

    async def decide(
        self,
        guild_ids: Collection[GuildId],
        now: datetime,
        *,
        messages: Mapping[GuildId, tuple[ChannelId, WelcomeContent]],
    ) -> list[EntryId]:
        """Decide for these servers, each once for ever, with a WELCOME entry where ``messages`` has one.

        All in one transaction; returns the entries. A server that was decided before gets none.
        """
        return await self._database.write(partial(_decide, guild_ids, now, messages))


def _since(now: datetime, tx: Tx) -> datetime:
    row = tx.execute("SELECT value FROM notes WHERE key = ?", (_SINCE_NOTE,)).fetchone()
    if row is None:
        since = welcomes_since(now, is_upgrade=tx.execute(_WAS_USED).fetchone() is not None)
        tx.execute(_KEEP_SINCE, (_SINCE_NOTE, str(to_us(since))))
        return since
    return from_us(int(row["value"]))


def _decide(
    guild_ids: Collection[GuildId],
    now: datetime,
    messages: Mapping[GuildId, tuple[ChannelId, WelcomeContent]],
    tx: Tx,
) -> list[EntryId]:
    entries = []
    for guild_id in guild_ids:
        is_first = tx.execute(_DECIDE, (guild_id, to_us(now))).fetchone() is not None
        if is_first and guild_id in messages:
            channel_id, content = messages[guild_id]
            entries.append(add_entry(tx, guild_id, channel_id, content, now))
    return entries
