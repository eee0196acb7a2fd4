"""Topics that a server blocks from /trending: its own list, bounded, gone with the server."""

from __future__ import annotations

import pytest

from bot.core.errors import RefusedRequest
from bot.core.models import GuildId
from bot.core.trending.rising import folded
from bot.storage.sql.moderation.blocked_topics import BLOCKED_MAX
from bot.storage.stores import Storage

from .world import GUILD, NOW, later

OTHER = GuildId(77)


async def test_a_blocked_topic_is_listed_for_its_server_alone(storage: Storage) -> None:
    assert await storage.blocked_topics.block(GUILD, "Data Center", NOW)
    assert await storage.blocked_topics.block(GUILD, "流星群", later(minutes=1))

    assert list((await storage.blocked_topics.listed(GUILD)).items()) == [
        (folded("流星群"), "流星群"),
        (folded("datacenter"), "Data Center"),
    ]
    assert await storage.blocked_topics.listed(OTHER) == {}


async def test_another_spelling_is_the_same_topic(storage: Storage) -> None:
    await storage.blocked_topics.block(GUILD, "Data Center", NOW)

    assert not await storage.blocked_topics.block(GUILD, "#DataCenter", NOW)
    assert await storage.blocked_topics.unblock(GUILD, "datacenter")
    assert not await storage.blocked_topics.unblock(GUILD, "datacenter")
    assert await storage.blocked_topics.listed(GUILD) == {}


async def test_a_full_list_refuses_one_more_but_not_one_that_is_on_it(storage: Storage) -> None:
    for number in range(BLOCKED_MAX):
        await storage.blocked_topics.block(GUILD, f"topic {number}", NOW)

    with pytest.raises(RefusedRequest) as refused:
        await storage.blocked_topics.block(GUILD, "one more", NOW)
    assert refused.value.text_id == "error-blocked-full"
    assert not await storage.blocked_topics.block(GUILD, "topic 7", NOW)
    assert await storage.blocked_topics.block(OTHER, "one more", NOW)


async def test_the_list_is_erased_with_its_server(storage: Storage) -> None:
    await storage.blocked_topics.block(GUILD, "流星群", NOW)
    assert GUILD in await storage.guilds.known_guilds()

    await storage.guilds.guild_left(GUILD, NOW)
    await storage.guilds.forget_left_guilds(later(days=1))

    assert await storage.blocked_topics.listed(GUILD) == {}
