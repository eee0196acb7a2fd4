"""Two servers of the fediverse are asked, and one lists posts of the other: its word counts for itself alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.core.models import (
    EVERYWHERE,
    AlertContent,
    ChannelId,
    GuildId,
    NewSubscription,
    Post,
    SourceName,
    SubscriptionSettings,
    UserId,
    Viewer,
)
from bot.core.text import make_topic
from bot.services import Services
from tests.conftest import Clock, make_settings
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer

pytestmark = pytest.mark.invariant(10)

CHANNEL = ChannelId(2)
Server = MastodonServer | MisskeyServer


def write(server: Server, text: str, rp: int, **fields: Any) -> str:
    """A post of the server's own, unless ``uri`` says otherwise."""
    if isinstance(server, MisskeyServer):
        return server.add(text, renotes=rp, **fields)
    post = server.add(f"<p>{text}</p>", boosts=rp)
    at = f"https://{server.base_url.removeprefix('http://')}"
    server.edit(post, **{"uri": f"{at}/users/hanako/statuses/{post}", "url": f"{at}/@hanako/{post}"} | fields)
    return post


def raise_to(server: Server, post: str, rp: int) -> None:
    if isinstance(server, MisskeyServer):
        server.renote(post, rp)
    else:
        server.boost(post, rp)


@dataclass
class World:
    """``a`` is the home of what is told; ``b`` says what it wants."""

    a: Server
    b: Server
    services: Services
    clock: Clock
    asked: Sequence[SourceName]

    async def follow(self, sources: Sequence[SourceName] | None = None, channel: ChannelId = CHANNEL) -> None:
        bars = dict.fromkeys(sources or self.asked, 100)
        wanted = NewSubscription(
            guild_id=GuildId(1),
            channel_id=channel,
            topic=make_topic("データセンター"),
            created_by=UserId(3),
            settings=SubscriptionSettings(language="ja", min_rp=bars),
        )
        await self.services.storage.subscriptions.subscribe(wanted, self.clock(), self.clock())
        await self.poll()

    async def poll(self, times: int = 1) -> None:
        for _ in range(times):
            await self.services.poller.poll_due()
            self.clock.forward(minutes=12)

    async def told(self) -> list[Post]:
        waiting = await self.services.storage.entries.waiting(self.clock())
        entries = [entry.content for channel in waiting.values() for entry in channel]
        return [content.post for content in entries if isinstance(content, AlertContent) and not content.hidden]

    async def hidden(self) -> int:
        return len(await self.services.storage.moderation.hidden_posts(EVERYWHERE))


@pytest.fixture(
    params=["mastodon and mastodon", "misskey and misskey", "misskey and mastodon", "mastodon and misskey"]
)
async def world(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[World]:
    kinds = {"mastodon": MastodonServer, "misskey": MisskeyServer}
    first, _, second = request.param.split()
    async with kinds[first](clock=clock) as a, kinds[second](clock=clock) as b:
        sources: dict[str, Any] = {first: {"enabled": True, "base_url": a.base_url}}
        if first == second:
            sources[first]["more_urls"] = [b.base_url]
        else:
            sources[second] = {"enabled": True, "base_url": b.base_url}
        async with app.open_services(make_settings(tmp_path, sources=sources), clock=clock) as services:
            asked = [SourceName(name) for name in dict.fromkeys((first, second))]
            yield World(a, b, services, clock, asked)


async def test_copy_with_another_text_and_rp_does_not_make_a_post_cross(world: World) -> None:
    await world.follow()
    mine = write(world.a, "本物", 5)
    write(world.b, "にせもの", 99999, uri=world.a.uri(mine), url="https://evil.example/x")

    await world.poll(4)

    assert await world.told() == []


async def test_post_is_alerted_in_its_homes_words(world: World) -> None:
    await world.follow()
    mine = write(world.a, "本物", 5)
    write(world.b, "にせもの", 99999, uri=world.a.uri(mine), url="https://evil.example/x")
    await world.poll(2)

    raise_to(world.a, mine, 150)
    await world.poll(3)

    [told] = await world.told()
    assert (told.text, told.rp) == ("本物", 150)
    assert told.url is not None
    assert told.url.startswith(f"https://{world.a.base_url.removeprefix('http://')}/")


async def test_host_cannot_invent_a_post_of_another(world: World) -> None:
    await world.follow()
    write(world.b, "にせもの", 99999, uri=f"https://{world.a.base_url.removeprefix('http://')}/notes/never")

    await world.poll(4)

    assert await world.told() == []


async def test_post_that_a_copy_lost_is_not_gone(world: World) -> None:
    await world.follow()
    mine = write(world.a, "本物", 5)
    copy = write(world.b, "写し", 5, uri=world.a.uri(mine))
    await world.poll(2)

    world.b.remove(copy)
    await world.poll(8)
    raise_to(world.a, mine, 150)
    await world.poll(4)

    assert await world.hidden() == 0
    assert [post.text for post in await world.told()] == ["本物"]


async def test_post_that_its_home_lost_is_gone_although_a_copy_is_there(world: World) -> None:
    await world.follow()
    mine = write(world.a, "本物", 150)
    write(world.b, "写し", 150, uri=world.a.uri(mine))
    await world.poll(2)

    world.a.remove(mine)
    await world.poll(10)

    assert await world.told() == []
    assert await world.hidden() == 1


async def test_post_whose_home_is_not_asked_is_taken_from_anybody_with_a_link_to_its_home(world: World) -> None:
    await world.follow()
    far = "https://far.example/notes/1"
    write(world.b, "遠くの話", 150, uri=far, url="https://evil.example/x", id="1" * 18)

    await world.poll(2)

    [told] = await world.told()
    assert (told.text, told.url) == ("遠くの話", far)


async def test_post_whose_home_is_not_asked_is_gone_when_every_place_lost_it(world: World) -> None:
    await world.follow()
    far = "https://far.example/notes/1"
    one, two = write(world.a, "遠くの話", 5, uri=far), write(world.b, "遠くの話", 5, uri=far)
    await world.poll(2)

    world.b.remove(two)
    await world.poll(6)
    still = await world.hidden()
    world.a.remove(one)
    await world.poll(6)

    assert (still, await world.hidden()) == (0, 1)


async def test_post_that_is_seen_again_at_home_is_no_longer_taken_down(world: World) -> None:
    await world.follow()
    mine = write(world.a, "本物", 5)
    await world.poll(2)
    identity = world.a.uri(mine)
    world.a.remove(mine)
    await world.poll(8)
    before = await world.hidden()

    write(world.a, "本物", 150, uri=identity)
    await world.poll(3)

    assert (before, await world.hidden()) == (1, 0)
    assert [post.text for post in await world.told()] == ["本物"]


async def test_host_that_fails_for_a_day_no_longer_silences_its_copies(world: World) -> None:
    await world.follow()
    for path in ("timelines", "search-by-tag"):
        world.a.fail(path, times=10_000)
    await world.poll()
    world.clock.now += timedelta(days=1, hours=1)
    await world.poll()
    write(world.b, "写し", 150, uri=f"https://{world.a.base_url.removeprefix('http://')}/notes/1")

    await world.poll(3)

    assert [post.text for post in await world.told()] == ["写し"]


async def test_answer_to_a_person_has_each_post_in_its_homes_words(world: World) -> None:
    mine = write(world.a, "本物", 5)
    write(world.b, "にせもの", 99999, uri=world.a.uri(mine))
    write(world.b, "自分の", 7)

    answer = await world.services.trends.ask("データセンター")

    assert sorted(post.text for one in answer.answers for post in one.posts) == ["本物", "自分の"]


async def test_host_cannot_put_words_into_the_mouth_of_anothers_people(world: World) -> None:
    await world.follow()
    there = world.a.base_url.removeprefix("http://")
    if isinstance(world.b, MisskeyServer):
        author: dict[str, Any] = {"user": {"id": "1", "username": "hanako", "name": "花子", "host": there}}
    else:
        author = {"account": {"acct": f"hanako@{there}", "username": "hanako", "display_name": "花子"}}
    write(world.b, "言っていない", 99999, uri="https://far.example/1", **author)

    await world.poll(3)

    assert await world.told() == []


async def test_what_a_copy_said_before_its_home_was_asked_counts_no_more(world: World) -> None:
    if len(world.asked) == 1:
        pytest.skip("both are asked as one source")
    topic = make_topic("データセンター")
    here = Viewer(GuildId(1), frozenset({CHANNEL, ChannelId(3)}))
    await world.follow(world.asked[1:])
    mine = write(world.a, "本物", 5)
    write(world.b, "にせもの", 99999, uri=world.a.uri(mine))
    await world.poll(2)
    before = await world.services.storage.trends.recent_posts(topic.key, world.clock() - timedelta(days=1), here)

    await world.follow(world.asked[:1], ChannelId(3))
    await world.poll(2)

    after = await world.services.storage.trends.recent_posts(topic.key, world.clock() - timedelta(days=1), here)
    assert [one.post.text for one in before] == ["にせもの"]
    assert [one.post.text for one in after] == ["本物"]
