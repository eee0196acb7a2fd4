"""Settings of servers, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.models import ChannelId, GuildId, GuildSettings, QuietHours, RoleId
from bot.storage.stores import Storage
from tests.storage.world import CHANNEL, GUILD, NOW, OTHER_CHANNEL, SINCE, World, later, wanted

OTHER_GUILD = GuildId(GUILD + 7)
NIGHT = QuietHours("Asia/Tokyo", 22 * 60, 7 * 60)
NOON = QuietHours("UTC", 12 * 60, 13 * 60, (0, 1))
FULL = GuildSettings(
    language="en",
    zone="Europe/Paris",
    pace=0,
    min_rp=50,
    surge="off",
    fold=False,
    media=False,
    digest_top=3,
    alerts_with_digest=False,
    role_id=RoleId(2**62),
    status_channel=ChannelId(2**62 + 1),
)


async def choose(storage: Storage, guild: GuildId = GUILD, *channels: ChannelId, **fields: object) -> None:
    await storage.guild_settings.change(guild, lambda old: replace(old, **fields), NOW, channels=channels)  # type: ignore[arg-type]


async def test_settings_are_kept_for_each_server(storage: Storage) -> None:
    assert await storage.guild_settings.of_guild(GUILD) == GuildSettings()

    before, after = await storage.guild_settings.change(GUILD, lambda _: FULL, NOW)
    await choose(storage, OTHER_GUILD, fold=True)

    assert (before, after) == (GuildSettings(), FULL)
    assert await storage.guild_settings.of_guild(GUILD) == FULL
    assert await storage.guild_settings.of_guild(OTHER_GUILD) == GuildSettings(fold=True)
    assert await storage.guild_settings.status_channels() == {GUILD: FULL.status_channel}


async def test_change_that_raises_changes_nothing(storage: Storage) -> None:
    def refuse(_: GuildSettings) -> GuildSettings:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        await storage.guild_settings.change(GUILD, refuse, NOW)

    assert await storage.guild_settings.of_guild(GUILD) == GuildSettings()


async def test_quiet_hours_of_the_server_replace_none_and_its_own_but_not_those_of_a_channel(
    storage: Storage,
) -> None:
    own, third = ChannelId(CHANNEL + 50), ChannelId(CHANNEL + 51)
    await storage.guilds.set_quiet_hours(GUILD, own, NOON, NOW)

    await choose(storage, GUILD, CHANNEL, own, quiet=NIGHT)
    assert await storage.guilds.channels_with_quiet_hours(GUILD) == {CHANNEL: NIGHT, own: NOON}

    await storage.guild_settings.adopt_quiet(GUILD, third, NOW)
    await storage.guild_settings.adopt_quiet(GUILD, own, NOW)
    assert await storage.guilds.quiet_hours(third) == NIGHT
    assert await storage.guilds.quiet_hours(own) == NOON

    await choose(storage, GUILD, CHANNEL, own, third, quiet=None)
    assert await storage.guilds.channels_with_quiet_hours(GUILD) == {own: NOON}


async def test_zone_of_the_server_is_the_last_of_a_pace(storage: Storage, world: World) -> None:
    asked = wanted()
    await storage.subscriptions.subscribe(replace(asked, settings=replace(asked.settings, pace=5)), SINCE, NOW)
    await choose(storage, zone="Europe/Paris")

    [listener] = (await world.poll(later(hours=1))).listeners

    assert listener.budget is not None
    assert listener.budget.day.start.hour == 23


async def test_a_server_that_was_left_is_known_and_its_settings_are_erased(storage: Storage) -> None:
    await choose(storage, fold=True)
    assert GUILD in await storage.guilds.known_guilds()

    await storage.guilds.guild_left(GUILD, NOW)
    await storage.guilds.forget_left_guilds(later(days=31))

    assert await storage.guild_settings.of_guild(GUILD) == GuildSettings()
    assert GUILD not in await storage.guilds.known_guilds()


async def test_a_channel_of_another_server_gets_no_quiet_hours(storage: Storage) -> None:
    await choose(storage, quiet=NIGHT)
    await storage.guild_settings.adopt_quiet(OTHER_GUILD, OTHER_CHANNEL, NOW)

    assert await storage.guilds.quiet_hours(OTHER_CHANNEL) is None
