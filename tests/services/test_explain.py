"""WhyService: which post a person means, on the real storage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import RefusedRequest
from bot.core.explain.explanation import Explanation
from bot.core.explain.steps import Passes, Stopped, Waiting
from bot.core.models import Network, Post, Subscription
from bot.services.explain import WhyService
from bot.storage.sqlite.connection import open_sqlite
from tests.conftest import make_settings
from tests.sqlite_file import empty_file
from tests.storage.world import (
    CHANNEL,
    GUILD,
    HERE,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    World,
    alert,
    change,
    later,
    post,
    wanted,
)

URI = "https://mastodon.example/users/kawara/statuses/112"
URL = "https://mastodon.example/@kawara/112"
TOOT = Post(
    network=Network.FEDIVERSE,
    canonical_id=URI,
    text="増設の話",
    rp=7,
    url=URL,
    created_at=NOW,
    author_handle="kawara@mastodon.example",
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    opened = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    yield World(opened)
    await opened.close()


@pytest.fixture
def service(world: World, tmp_path: Path) -> WhyService:
    return WhyService(world.storage, make_settings(tmp_path), lambda: later(minutes=10))


async def subscribed(world: World) -> Subscription:
    return await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)


def stops_of(explanation: Explanation) -> list[type]:
    return [type(account.steps[-1]) for account in explanation.seen]


@pytest.mark.parametrize("named", [URL, URI, f"fediverse:{URI}", f" <{URL}>\n"])
async def test_a_post_is_known_by_its_link_its_id_and_its_key(
    world: World, service: WhyService, named: str
) -> None:
    await subscribed(world)
    await world.polled(changes=[change(TOOT)])

    explanation = await service.explain(named, GUILD, CHANNEL)

    assert explanation.post == TOOT
    assert stops_of(explanation) == [Stopped]


async def test_an_id_known_on_two_networks_is_the_post_the_channel_was_alerted(
    world: World, service: WhyService
) -> None:
    here = await subscribed(world)
    there = await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC, channel=OTHER_CHANNEL), SINCE, NOW)
    twin = replace(post(1), network=Network.WEB)
    await world.polled(topic=OTHER_TOPIC, changes=[change(post(1))], alerts=[alert(there, post(1))])
    await world.polled(at=later(minutes=6), changes=[change(twin)], alerts=[alert(here, twin)])

    assert stops_of(await service.explain("1", GUILD, CHANNEL)) == [Waiting]


async def test_a_post_only_other_channels_have_seen_was_not_seen_here(world: World, service: WhyService) -> None:
    await subscribed(world)
    await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC, channel=OTHER_CHANNEL), SINCE, NOW)
    await world.polled(topic=OTHER_TOPIC, changes=[change(post(1))])

    here = await service.explain("1", GUILD, CHANNEL)
    there = await service.explain("1", GUILD, OTHER_CHANNEL)

    assert (here.seen, here.post, len(here.unseen)) == ((), None, 1)
    assert stops_of(there) == [Passes]


@pytest.mark.parametrize("named", ["", "  ", "<>", "\u200b"])
async def test_nothing_is_no_post(service: WhyService, named: str) -> None:
    with pytest.raises(RefusedRequest, match="why-post-empty"):
        await service.explain(named, GUILD, CHANNEL)


@pytest.mark.parametrize("named", ["nonsense", "データセンター 2号", "x:", "'; DROP TABLE posts; --", "x" * 5000])
async def test_words_are_no_post(world: World, service: WhyService, named: str) -> None:
    await subscribed(world)

    with pytest.raises(RefusedRequest, match="why-is-text"):
        await service.explain(named, GUILD, CHANNEL)


async def test_a_topic_is_no_post_for_those_who_may_know_of_it(world: World, service: WhyService) -> None:
    await subscribed(world)

    with pytest.raises(RefusedRequest, match="why-is-topic"):
        await service.explain(f"#{TOPIC.name}", GUILD, CHANNEL, HERE)
    with pytest.raises(RefusedRequest, match="why-is-text"):
        await service.explain(TOPIC.name, GUILD, CHANNEL)


@pytest.mark.parametrize("named", ["12", "9xkq2wz1ab", "https://a.example/1", "kawara/112"])
async def test_an_id_or_address_nobody_saw_was_not_seen(world: World, service: WhyService, named: str) -> None:
    await subscribed(world)

    explanation = await service.explain(named, GUILD, CHANNEL)

    assert (explanation.seen, len(explanation.unseen)) == ((), 1)
