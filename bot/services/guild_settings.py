"""Settings of a server: read, changed one by one, and undone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.guild_settings import SettingKey, value_mark, with_setting, write_setting
from bot.core.models import ChannelId, GuildId, GuildSettings
from bot.storage.stores import Storage

NO_GUILD_SETTINGS = GuildSettings()
"""Settings of a server where nobody chose any."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A change that was made: the setting, and its value before and after as text."""

    key: SettingKey
    before: str
    after: str


class GuildSettingsService:
    """Settings of servers. ``on_released``: called when entries that waited may wait no longer."""

    def __init__(
        self, storage: Storage, clock: Clock, *, on_released: Callable[[], object] = lambda: None
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._on_released = on_released

    async def of_guild(self, guild_id: GuildId) -> GuildSettings:
        """The settings of a server."""
        return await self._storage.guild_settings.of_guild(guild_id)

    async def change(
        self, guild_id: GuildId, key: SettingKey, value: str, *, channels: Collection[ChannelId] = ()
    ) -> SettingChange:
        """Set one setting to a text of ``write_setting``. Raises ``RefusedRequest`` for what is none.

        ``channels``: those that get changed quiet hours, unless they have their own.
        """

        def change(before: GuildSettings) -> GuildSettings:
            try:
                return with_setting(before, key, value)
            except ValueError:
                raise RefusedRequest("settings-unclear") from None

        return await self._changed(guild_id, key, change, channels)

    async def undo(
        self,
        guild_id: GuildId,
        key: SettingKey,
        before: str,
        made: str,
        *,
        channels: Collection[ChannelId] = (),
    ) -> SettingChange:
        """Set one setting back to ``before`` while it is what the change made; ``made``: the mark of that value.

        Raises ``RefusedRequest`` where it was changed since.
        """

        def change(now: GuildSettings) -> GuildSettings:
            if value_mark(write_setting(now, key)) != made:
                raise RefusedRequest("settings-undo-changed")
            try:
                return with_setting(now, key, before)
            except ValueError:
                raise RefusedRequest("settings-unclear") from None

        return await self._changed(guild_id, key, change, channels)

    async def _changed(
        self,
        guild_id: GuildId,
        key: SettingKey,
        change: Callable[[GuildSettings], GuildSettings],
        channels: Collection[ChannelId],
    ) -> SettingChange:
        settings, now = self._storage.guild_settings, self._clock()
        before, after = await settings.change(guild_id, change, now, channels=channels)
        if before.quiet != after.quiet:
            self._on_released()
        return SettingChange(key, write_setting(before, key), write_setting(after, key))


async def adopt_server_quiet(storage: Storage, guild_id: GuildId, channel_id: ChannelId, clock: Clock) -> None:
    """Give a channel the quiet hours of its server where its first subscription or digest was just made."""
    subscriptions = await storage.subscriptions.listed(guild_id, channel_id)
    digests = await storage.digests.listed(guild_id, channel_id)
    if len(subscriptions) + len(digests) == 1 and (await storage.guild_settings.of_guild(guild_id)).quiet:
        await storage.guild_settings.adopt_quiet(guild_id, channel_id, clock())
