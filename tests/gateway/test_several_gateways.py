"""Two gateways with a shard each over one database: each serves its servers, and takes the other's for its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.models import ChannelId, GuildId
from bot.core.roles import Shards
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, User
from tests.living import Living, living, until

from .test_shards import furnished

PUT = "PUT /applications/"


@dataclass
class Pair:
    server: FakeDiscord
    bots: tuple[Living, Living]
    news: tuple[Channel, Channel]
    people: tuple[User, User]


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    """The gateway of shard 1 begins after that of shard 0."""
    server, news, people = furnished()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(server)
        bots = []
        for shard in (0, 1):
            bot = await stack.enter_async_context(living(server, tmp_path, shards=Shards((shard,), 2)))
            await bot.up(shards=1)
            await until(lambda: server.world.commands.get(None))
            bots.append(bot)
        yield Pair(server, (bots[0], bots[1]), news, people)


async def test_each_answers_for_its_own_servers(pair: Pair) -> None:
    assert pair.server.gateway.connected_shards() == {0, 1}
    for channel, person in zip(pair.news, pair.people, strict=True):
        answered = await pair.server.slash(channel, person, "subscriptions")
        assert answered.callback is not None
    assert [bot.bot.used for bot in pair.bots] == [1, 1]


async def test_the_one_with_shard_0_tells_discord_of_the_commands_for_both(pair: Pair) -> None:
    told = len(pair.server.record.matching(PUT))
    pair.server.world.commands[None].clear()

    await pair.bots[1].bot.command_sync.check()
    assert len(pair.server.record.matching(PUT)) == told == 1

    await pair.bots[0].bot.command_sync.check()
    assert len(pair.server.record.matching(PUT)) == 2


async def test_a_command_is_clickable_in_the_answers_of_both(pair: Pair) -> None:
    for bot in pair.bots:
        await bot.bot.command_sync.check()

    mentions = {bot.bot.command_sync.mention("digest create") for bot in pair.bots}
    assert len(mentions) == 1
    assert None not in mentions


@pytest.mark.invariant(1)
async def test_the_servers_of_the_other_one_were_not_left(pair: Pair) -> None:
    subscription = await pair.bots[0].follow(pair.news[0])
    other = await pair.bots[1].follow(pair.news[1])
    for bot in pair.bots:
        here = {GuildId(guild.id) for guild in bot.bot.guilds}
        assert await bot.services.guilds.compare(here, is_served=bot.bot.serves) == []

    gone = {GuildId(guild.id) for guild in pair.bots[0].bot.guilds} - {subscription.guild_id}
    assert await pair.bots[0].services.guilds.compare(gone, is_served=pair.bots[0].bot.serves) == [
        subscription.guild_id
    ]
    assert await pair.bots[1].services.subscriptions.get(other.id, other.guild_id) == other


async def test_a_server_of_the_other_one_can_be_asked_about_in_a_direct_message(pair: Pair) -> None:
    first = pair.bots[0].bot
    elsewhere = pair.news[1].guild
    assert elsewhere is not None

    found = await first.guild_anywhere(GuildId(elsewhere.id))

    assert found is not None
    channel = found.get_channel(ChannelId(pair.news[1].id))
    assert channel is not None
    assert channel.permissions_for(found.me).send_messages
    assert elsewhere.id not in {guild.id for guild in first.guilds}
