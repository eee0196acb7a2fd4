"""Every back end: media and avatar of a post from its poll to whatever draws it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    AlertContent,
    ChannelId,
    GuildId,
    Media,
    MediaKind,
    Post,
    SourceName,
    Subscription,
)
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    SINCE,
    TOPIC,
    World,
    alert,
    change,
    key,
    later,
    message_id,
    plan,
    post,
    wanted,
)

PHOTO = Media(
    "https://files.example/a.jpg?x=%22",
    MediaKind.VIDEO,
    preview_url="https://files.example/a.small.jpg",
    width=1600,
    height=900,
    alt='富士山 "media":[] 🗻',
    sensitive=True,
)
OTHER = Media("https://files.example/b.jpg")
FACE = "https://files.example/face.png"
PICTURED = replace(post(1), media=(PHOTO, OTHER), has_media=True, avatar_url=FACE)


@pytest.fixture
async def here(storage: Storage) -> Subscription:
    return await storage.subscriptions.subscribe(wanted(), SINCE, NOW)


async def stored(storage: Storage) -> Post:
    [found] = await storage.lookup.find_posts(key(1))
    return found.post


def traces(inspect: Inspect) -> list[str]:
    """The tables that know anything of the pictures."""
    return [
        table
        for table, rows in inspect.everything().items()
        if any("files.example" in str(row) or "富士山" in str(row) for row in rows)
    ]


async def test_media_are_stored_as_they_came(storage: Storage, world: World, here: Subscription) -> None:
    await world.polled(changes=[change(PICTURED)], alerts=[alert(here, PICTURED)])

    [entry] = (await storage.entries.waiting(NOW))[CHANNEL]
    sealed = await storage.entries.seal(message_id(1), [entry], NOW, lease_s=LEASE_S)

    assert await stored(storage) == PICTURED
    assert sealed is not None
    [content] = [one.content for one in sealed.entries if isinstance(one.content, AlertContent)]
    assert content.post == PICTURED


@pytest.mark.invariant(5)
@pytest.mark.parametrize("text", ["直した", 'a "media": b', 'a","media":[],"avatar_url":"x"'])
async def test_poll_that_knows_no_media_leaves_those_that_were_known(
    storage: Storage, world: World, here: Subscription, text: str
) -> None:
    del here
    await world.polled(changes=[change(PICTURED)])

    await world.polled(at=later(minutes=5), changes=[change(post(1, 200, text=text), new=False)])

    assert await stored(storage) == replace(PICTURED, rp=200, text=text)


async def test_poll_with_other_media_replaces_them(storage: Storage, world: World, here: Subscription) -> None:
    del here
    edited = replace(PICTURED, media=(OTHER,), avatar_url=FACE + "?2")
    await world.polled(changes=[change(PICTURED)])

    await world.polled(at=later(minutes=5), changes=[change(edited, new=False)])

    assert await stored(storage) == edited


async def test_media_that_come_late_are_stored(storage: Storage, world: World, here: Subscription) -> None:
    del here
    await world.polled(changes=[change(post(1))])

    await world.polled(at=later(minutes=5), changes=[change(PICTURED, new=False)])

    assert await stored(storage) == PICTURED


@pytest.mark.invariant(8)
@pytest.mark.parametrize("guild", [GUILD, EVERYWHERE])
async def test_no_trace_of_a_picture_is_left_of_a_post_that_was_taken_down(
    storage: Storage, world: World, here: Subscription, inspect: Inspect, guild: GuildId
) -> None:
    await world.polled(changes=[change(PICTURED)], alerts=[alert(here, PICTURED)])
    [entry] = (await storage.entries.waiting(NOW))[CHANNEL]
    await storage.entries.seal(message_id(1), [entry], NOW, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(1), NOW)
    await storage.messages.confirm(message_id(1), 555, NOW)

    await storage.moderation.hide(guild, key(1), actor=OPERATOR, why=None, now=later(minutes=5))
    await world.polled(at=later(minutes=6), changes=[change(PICTURED.redacted(), new=False)])

    assert (await stored(storage)).media == ()
    assert traces(inspect) == []


@pytest.mark.invariant(8)
async def test_picture_goes_with_the_post_that_its_source_deleted(
    storage: Storage, world: World, here: Subscription, inspect: Inspect
) -> None:
    await world.polled(changes=[change(PICTURED)], alerts=[alert(here, PICTURED)])

    assert traces(inspect)

    at = later(minutes=30)
    await storage.polls.commit(plan(await world.poll(at), at=at, take_downs=[key(1)]))

    assert traces(inspect) == []


@pytest.mark.invariant(8)
async def test_picture_that_another_server_may_see_stays(
    storage: Storage, world: World, here: Subscription
) -> None:
    del here
    await storage.subscriptions.subscribe(
        wanted(guild=GuildId(2 << 60), channel=ChannelId((2 << 60) + 1)), SINCE, NOW
    )
    await world.polled(changes=[change(PICTURED)])

    await storage.moderation.hide(GUILD, key(1), actor=OPERATOR, why=None, now=later(minutes=5))

    assert (await stored(storage)).media == PICTURED.media


async def test_topic_of_whom_nothing_is_known_has_no_media(storage: Storage, world: World) -> None:
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], NOW)

    await world.polled(changes=[change(post(1))])

    found = await stored(storage)
    assert (found.media, found.avatar_url, found.has_media) == ((), None, False)
