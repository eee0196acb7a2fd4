"""Digests that also name what rises elsewhere: read beforehand, never waited for, off unless wanted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.models import Digest, GuildId
from bot.core.trending.rising import RisingTopic
from bot.services.digest_runner import DigestRunner
from tests.cogs.forging import press
from tests.cogs.sentences import say
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, labels, shown, to_wall
from tests.conftest import EN, BotEnv, Clock, make_settings, open_env
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.trend_site import TrendSite

from .test_digests import MORNING, NEXT_MORNING, come, followed

BUSY = ((80, 60), (20, 15), *((10, 8),) * 5)


@pytest.fixture
async def mastodon(clock: Clock) -> AsyncIterator[MastodonServer]:
    async with MastodonServer(clock=clock) as server:
        server.trend("流星群", *BUSY)
        server.trend(TOPIC, *BUSY)
        server.trend("祭り", *BUSY)
        yield server


@pytest.fixture
async def ranked(tmp_path: Path, clock: Clock, site: TrendSite, mastodon: MastodonServer) -> AsyncIterator[BotEnv]:
    """A bot with a Mastodon server that ranks tags."""
    sources = {"trendpage": {"url": site.url}, "mastodon": {"base_url": mastodon.base_url}}
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(
            open_env(make_settings(tmp_path, sources=sources, trending={"blocked": ["祭り"]}), clock, site)
        )


def rankings(mastodon: MastodonServer) -> int:
    return sum(path == "/api/v1/trends/tags" for path in mastodon.paths)


async def create(env: BotEnv, **options: Any) -> Any:
    return answer(await env.admin.slash(env.channel, "digest create", **{**MORNING, "name": "朝刊", **options}))


async def kept(env: BotEnv) -> Digest:
    [digest] = await env.services.storage.digests.listed(GuildId(env.guild.id))
    return digest


async def refreshed(env: BotEnv) -> None:
    """What was begun beside a tick is done."""
    await asyncio.gather(*env.services.digests.runner._refreshing.values())


def line(*names: str) -> str:
    topics = [EN.say("digest-rising-topic", topic=name, source="Mastodon", more=0) for name in names]
    return EN.say("digest-rising", topics=EN.say("list-comma").join(topics))


async def test_what_rises_is_read_before_the_digest_is_due_and_named_in_it(
    ranked: BotEnv, mastodon: MastodonServer
) -> None:
    await followed(ranked)
    message = await create(ranked, rising="on")
    before = rankings(mastodon)

    await come(ranked, NEXT_MORNING - timedelta(minutes=5))
    await refreshed(ranked)
    asked = rankings(mastodon)
    mastodon.fail("trends/tags", 503, times=9)
    history = await come(ranked, NEXT_MORNING)

    assert EN.say("digest-rising-on") in shown(message)
    assert (before, asked, rankings(mastodon)) == (0, 1, 1)
    assert line("流星群") in to_wall(history[-1])


async def test_nothing_is_asked_for_digests_that_do_not_want_it(ranked: BotEnv, mastodon: MastodonServer) -> None:
    await followed(ranked)
    await create(ranked)

    await come(ranked, NEXT_MORNING - timedelta(minutes=5))
    history = await come(ranked, NEXT_MORNING)

    assert rankings(mastodon) == 0
    assert "流星群" not in to_wall(history[-1])


async def test_a_topic_that_the_server_blocks_is_not_named(ranked: BotEnv) -> None:
    await followed(ranked)
    await create(ranked, rising="on")
    await ranked.services.trending.block(GuildId(ranked.guild.id), "流星群")

    await come(ranked, NEXT_MORNING - timedelta(minutes=5))
    await refreshed(ranked)
    history = await come(ranked, NEXT_MORNING)

    assert "流星群" not in to_wall(history[-1])


async def test_a_digest_is_sent_where_no_source_says_what_rises(ranked: BotEnv, mastodon: MastodonServer) -> None:
    await followed(ranked)
    await create(ranked, rising="on")
    mastodon.fail("trends/tags", 500, times=9)

    await come(ranked, NEXT_MORNING - timedelta(minutes=5))
    await refreshed(ranked)
    history = await come(ranked, NEXT_MORNING)

    assert "朝刊" in to_wall(history[-1])


class Endless:
    """A source of rising topics that never answers."""

    async def stored_rising(self, guild_id: GuildId, language: str, *, limit: int) -> list[RisingTopic]:
        """Nothing is known."""
        return []

    async def refresh(self, language: str) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()


async def test_a_source_that_never_answers_delays_no_digest(ranked: BotEnv) -> None:
    await followed(ranked)
    await create(ranked, rising="on")
    ranked.clock.now = NEXT_MORNING
    storage = ranked.services.storage
    runner = DigestRunner(storage, clock=ranked.clock, on_digests=lambda: None, rising=Endless())

    assert await runner.run_due() == 1
    for task in runner._refreshing.values():
        task.cancel()


async def test_a_button_of_the_card_turns_it_on_and_off_and_edit_does_too(ranked: BotEnv) -> None:
    await followed(ranked)
    message = await create(ranked)

    on = (await ranked.admin.click(message, label=say(ranked, "digest-button-rising-on"))).response
    was_on, offered = (await kept(ranked)).settings.also_rising, labels(on)
    await ranked.admin.slash(ranked.channel, "digest edit", digest="朝刊", rising="off")

    assert was_on
    assert say(ranked, "digest-button-rising-off") in offered
    assert not (await kept(ranked)).settings.also_rising


async def test_who_may_not_manage_the_channel_cannot_turn_it_on(ranked: BotEnv) -> None:
    await followed(ranked)
    await create(ranked)
    digest = await kept(ranked)
    message = answer(await ranked.visitor.slash(ranked.channel, "help"))

    refused = await press(ranked.visitor, message, f"kw:digest:{digest.id}:rising")

    assert not (await kept(ranked)).settings.also_rising
    assert EN.say("error-you-need", permissions=EN.say("perm-manage-channels")) in refused
