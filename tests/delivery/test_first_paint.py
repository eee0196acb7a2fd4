"""Two hundred posts of all sources, as their own answers show them: each is sent with its picture at once."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.core.models import Post, SourceName
from bot.delivery.discord import message_files
from bot.sources.parsing.process_pool import Readers
from bot.sources.pictures.shapes import MAKER
from tests.delivery.conftest import DeliveryRig
from tests.delivery.test_pictures import Gallery, gallery_of, shown_of
from tests.fakes.hostile_server import Client, reply
from tests.fakes.pictures import face, photo
from tests.pictured import is_sensitive, pictured_posts
from tests.storage.world import alert, change, plan

COUNT = 200


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers(preload=(MAKER,))
    yield made
    made.close()


@pytest.fixture
async def made(rig: DeliveryRig, readers: Readers) -> AsyncIterator[Gallery]:
    async with gallery_of(rig, readers) as found:
        yield found


async def test_two_hundred_posts_of_all_sources_come_with_their_pictures_at_once(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_files, "FILES_WAIT_S", 60.0)  # a busy machine is no slow site
    picture, portrait = photo(320, 180), face()

    async def answer(client: Client) -> None:
        await reply(portrait if "face" in client.path else picture, "image/jpeg")(client)

    made.site.answer = answer
    rig, posts = made.rig, pictured_posts(made.site.base_url, COUNT)
    subscription = await rig.follow()
    now = rig.clock.now()
    found = [replace(post, created_at=now, rp=300 + number) for number, (_, post) in enumerate(posts)]
    state = await rig.world.poll(now)
    wanted = plan(
        state,
        at=now,
        next_poll_at=now,
        changes=[change(post) for post in found],
        alerts=[alert(subscription, post) for post in found],
    )
    await rig.storage.polls.commit(wanted)

    await rig.deliver(rig.delivery(catch_up_messages=0))

    shown = {mark(one.filename) for message in rig.server.visible(rig.place.news) for one in shown_of(message)}
    edited = [message for message in rig.server.messages(rig.place.news) if message.edits]
    lacking = [
        (source, number)
        for number, ((source, _), post) in enumerate(zip(posts, found, strict=True))
        if slot(post) not in shown and not is_sensitive(source, number)
    ]
    assert lacking == []
    assert edited == []
    assert {source for source, _ in posts} == set(SourceName)


def mark(filename: str) -> str:
    return filename.partition(".")[0]


def slot(post: Post) -> str:
    """The slot of its first picture."""
    return hashlib.blake2b(post.key.encode(), digest_size=5).hexdigest() + "-0"
