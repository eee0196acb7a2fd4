"""Settings of servers, which new subscriptions and digests take as defaults."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.models import ChannelId, GuildId, GuildSettings
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.json_forms import form_of
from bot.storage.sql.quiet_hours import read_quiet, write_quiet

_SETTINGS: Final = form_of(GuildSettings)
_READ = "SELECT settings FROM guild_settings WHERE guild_id = ?"
_WRITE = """
INSERT INTO guild_settings (guild_id, settings) VALUES (?1, ?2)
ON CONFLICT (guild_id) DO UPDATE SET settings = ?2
"""
_STATUS_CHANNELS = """
SELECT guild_id, json_extract(settings, '$.status_channel') FROM guild_settings
WHERE json_extract(settings, '$.status_channel') IS NOT NULL
"""


class GuildSettingsStore(Store):
    """Settings of servers."""

    async def of_guild(self, guild_id: GuildId) -> GuildSettings:
        """The settings of a server; all unset where nobody chose any."""
        return await self._database.ask(partial(read_settings, guild_id))

    async def change(
        self,
        guild_id: GuildId,
        change: Callable[[GuildSettings], GuildSettings],
        now: datetime,
        *,
        channels: Collection[ChannelId] = (),
    ) -> tuple[GuildSettings, GuildSettings]:
        """Store what ``change`` makes of the settings; returns them before and after. What it raises is raised.

        Changed quiet hours become those of each of ``channels`` that had none, or those of the server before.
        """
        return await self._database.write(partial(_change, guild_id, change, now, channels))

    async def adopt_quiet(self, guild_id: GuildId, channel_id: ChannelId, now: datetime) -> None:
        """Give a channel without quiet hours those of its server."""
        await self._database.write(partial(_adopt_quiet, guild_id, channel_id, now))

    async def status_channels(self) -> dict[GuildId, ChannelId]:
        """The status channels of all servers that chose one."""

        def work(tx: Tx) -> dict[GuildId, ChannelId]:
            return {
                GuildId(guild_id): ChannelId(int(channel_id))
                for guild_id, channel_id in tx.execute(_STATUS_CHANNELS)
            }

        return await self._database.read(work)


def write_settings(tx: Tx, guild_id: GuildId, settings: GuildSettings) -> None:
    """Store the settings of a server."""
    tx.execute(_WRITE, (guild_id, _SETTINGS.encode(settings)))


def read_settings(guild_id: GuildId, tx: Tx) -> GuildSettings:
    """The settings of a server."""
    row = tx.execute(_READ, (guild_id,)).fetchone()
    return GuildSettings() if row is None else _SETTINGS.decode(row["settings"])


def _change(
    guild_id: GuildId,
    change: Callable[[GuildSettings], GuildSettings],
    now: datetime,
    channels: Collection[ChannelId],
    tx: Tx,
) -> tuple[GuildSettings, GuildSettings]:
    before = read_settings(guild_id, tx)
    after = change(before)
    write_settings(tx, guild_id, after)
    if after.quiet != before.quiet:
        for channel_id in channels:
            if read_quiet(tx, channel_id) in (None, before.quiet):
                write_quiet(tx, guild_id, channel_id, after.quiet, now)
    return before, after


def _adopt_quiet(guild_id: GuildId, channel_id: ChannelId, now: datetime, tx: Tx) -> None:
    quiet = read_settings(guild_id, tx).quiet
    if quiet is not None and read_quiet(tx, channel_id) is None:
        write_quiet(tx, guild_id, channel_id, quiet, now)
