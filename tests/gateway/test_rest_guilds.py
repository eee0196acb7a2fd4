"""Servers by request: what a gateway would have sent, in discord.py's own cache."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest

from bot.core.models import GuildId
from bot.gateway.rest_client import RestClient
from bot.gateway.rest_guilds import KEPT_S, RestGuilds
from tests.delivery.conftest import nothing, rest_client
from tests.fakes.discord.discord_rig import DiscordRig, discord_rig
from tests.fakes.discord.limits import FrozenClock
from tests.fakes.discord.world import FORUM, VOICE

GET = "GET /guilds/"


@dataclass
class Rig:
    place: DiscordRig
    client: RestClient
    clock: FrozenClock
    guilds: RestGuilds

    @property
    def id(self) -> GuildId:
        return GuildId(self.place.guild.id)

    @property
    def asked(self) -> int:
        return len(self.place.server.record.matching(GET))


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    clock = FrozenClock()
    async with discord_rig(clock=clock) as place, rest_client(place) as client:
        yield Rig(place, client, clock, RestGuilds(client, nothing, monotonic=clock.monotonic, at_most=2))


async def test_a_server_is_as_a_gateway_would_have_sent_it(rig: Rig) -> None:
    """Fails when discord.py's cache is no longer written as ``rest_guilds`` does."""
    server, place = rig.place.server, rig.place
    role = server.add_role(place.guild, "readers", "manage_channels")
    place.guild.system_channel = place.news
    place.guild.members[server.world.bot.id].role_ids.append(role.id)
    closed = server.add_channel(place.guild, "closed", is_nsfw=True)
    server.set_permissions(closed, deny=["read_message_history"])
    server.add_channel(place.guild, "voice", type=VOICE)
    server.add_channel(place.guild, "forum", type=FORUM)
    async with place.bot() as beside:
        await rig.guilds.load(rig.id)
        ours, theirs = rig.client.get_guild(rig.id), beside.get_guild(rig.id)

        assert ours is not None
        assert theirs is not None
        assert [_described(ours)] == [_described(theirs)]
        assert rig.client.get_channel(place.news.id) is not None


def _described(guild: discord.Guild) -> object:
    channels = {
        channel.id: (channel.name, type(channel), channel.permissions_for(guild.me).value, _overwrites(channel))
        for channel in guild.channels
    }
    roles = {role.id: (role.name, role.permissions.value, role.mentionable) for role in guild.roles}
    system = None if guild.system_channel is None else guild.system_channel.id
    return guild.name, guild.owner_id, system, channels, roles, guild.unavailable, guild.me.guild_permissions.value


def _overwrites(channel: discord.abc.GuildChannel) -> object:
    return {target.id: [bits.value for bits in rules.pair()] for target, rules in channel.overwrites.items()}


async def test_a_change_is_seen_after_a_while_at_once_when_asked_anew_and_after_a_doubt(rig: Rig) -> None:
    await rig.guilds.load(rig.id)
    rig.place.guild.name = "renamed"
    await rig.guilds.load(rig.id)
    assert _name(rig) != "renamed"

    await rig.guilds.load(rig.id, anew=True)
    assert _name(rig) == "renamed"

    rig.place.guild.name = "again"
    rig.guilds.invalidate(rig.id)
    await rig.guilds.load(rig.id)
    assert _name(rig) == "again"

    rig.place.guild.name = "later"
    rig.clock.advance(KEPT_S + 1)
    await rig.guilds.load(rig.id)
    assert _name(rig) == "later"


async def test_a_server_that_the_bot_left_leaves_the_cache(rig: Rig) -> None:
    await rig.guilds.load(rig.id)
    rig.place.server.remove_bot(rig.place.guild)

    await rig.guilds.load(rig.id, anew=True)

    assert rig.client.get_guild(rig.id) is None
    assert await rig.guilds.fetch(rig.id) is None


async def test_the_cache_is_bounded_and_keeps_what_was_used_last(rig: Rig) -> None:
    others = [GuildId(rig.place.server.add_guild(name).id) for name in ("second", "third")]
    for guild_id in (rig.id, others[0], rig.id, others[1]):
        await rig.guilds.load(guild_id)

    assert {guild.id for guild in rig.client.guilds} == {rig.id, others[1]}


async def test_large_servers_count_for_more_in_the_cache(rig: Rig) -> None:
    """Invariant 11: what one server's owner makes of it is not multiplied by the number of servers."""
    guilds = RestGuilds(rig.client, nothing, monotonic=rig.clock.monotonic, objects_max=60)
    server = rig.place.server
    small, large = server.add_guild("small"), server.add_guild("large")
    for number in range(50):
        server.set_permissions(server.add_channel(large, f"c{number}"), deny=["send_messages"])

    for guild_id in (rig.id, GuildId(small.id), GuildId(large.id)):
        await guilds.load(guild_id)
    only_the_large = {guild.id for guild in rig.client.guilds}
    await guilds.load(GuildId(small.id))
    await guilds.load(rig.id)

    assert only_the_large == {large.id}
    assert {guild.id for guild in rig.client.guilds} == {small.id, rig.id}


async def test_a_server_fetched_for_one_answer_is_not_kept(rig: Rig) -> None:
    fetched = await rig.guilds.fetch(rig.id)

    assert fetched is not None
    assert fetched.me is not None
    assert rig.client.get_guild(rig.id) is None


def _name(rig: Rig) -> str:
    guild = rig.client.get_guild(rig.id)
    assert guild is not None
    return guild.name
