"""A real process, killed with ``kill -9`` between a message and its picture, which follows from the next one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.discord.world import Message
from tests.pipeline.crash.bot_process import until
from tests.pipeline.crash.crash_check import judge, mark
from tests.pipeline.crash.kill_points import WITH_LATE_PICTURES
from tests.pipeline.crash.world import World, a_world

pytestmark = [pytest.mark.timeout(300), pytest.mark.invariant(1), pytest.mark.invariant(2)]

WITHIN_S = 60.0


class Gate:
    """Holds the site's pictures back until it is opened."""

    def __init__(self) -> None:
        self._opened = threading.Event()

    async def pass_through(self) -> None:
        await asyncio.to_thread(self._opened.wait)

    def open(self) -> None:
        self._opened.set()


@asynccontextmanager
async def world_with_late_pictures(folder: Path) -> AsyncIterator[tuple[World, Gate]]:
    """Two posts are news for each channel; their pictures come when the gate is opened."""
    gate = Gate()
    async with a_world(folder) as world:
        world.surges = False
        world.site.on_picture = gate.pass_through
        world.publish_for_all()
        try:
            yield world, gate
        finally:
            gate.open()


def alerts(world: World) -> Iterator[tuple[Message, set[str]]]:
    """Each message with alerts, and the marks of the posts in it."""
    for message in (one for channel in world.channels for one in world.delivered(channel)):
        found = {mark(told.post.id) for told in world.posts if told.post.text in message.text}
        if found and not any(digest.is_told_in(message) for digest in world.digests):
            yield message, found


def shown(message: Message) -> set[str]:
    """The marks of the posts whose pictures a message has."""
    return {one.filename.partition("-")[0] for one in message.body.attachments}


def are_all_shown(world: World) -> bool:
    return all(shown(message) == posts for message, posts in alerts(world)) and is_settled(world)


def is_settled(world: World) -> bool:
    """Whether no edit waits."""
    return not world.rows("SELECT 1 FROM redraws")


def expect_texts_alone(world: World) -> None:
    """All is told, and nothing has a picture yet."""
    told = list(alerts(world))
    assert sum(len(posts) for _, posts in told) == 2 * len(world.channels)
    assert [shown(message) for message, _ in told] == [set()] * len(told)


async def test_picture_follows_after_a_kill_between_the_message_and_it(tmp_path: Path) -> None:
    async with world_with_late_pictures(tmp_path) as (world, gate):
        with world.bot() as process:
            await world.quiet(process)
        expect_texts_alone(world)

        gate.open()
        with world.bot():
            await until(lambda: are_all_shown(world), WITHIN_S)

        assert judge(world).violations == []
        assert {len(message.edits) for message, _ in alerts(world)} == {1}


@pytest.mark.parametrize("step", WITH_LATE_PICTURES)
async def test_bot_killed_on_the_way_of_a_late_picture_adds_it_once(step: str, tmp_path: Path) -> None:
    async with world_with_late_pictures(tmp_path) as (world, gate):
        with world.bot(step) as process:
            await world.quiet(process)
            expect_texts_alone(world)
            gate.open()
            assert await process.ended(WITHIN_S)

        with world.bot():
            await until(lambda: are_all_shown(world), WITHIN_S)

        assert judge(world).violations == []


async def test_alert_stays_without_a_picture_that_never_comes(tmp_path: Path) -> None:
    async with world_with_late_pictures(tmp_path) as (world, gate):
        with world.bot() as process:
            await world.quiet(process)

        world.site.picture_status = 404
        gate.open()
        asked = world.site.pictures_asked
        with world.bot():
            await until(lambda: world.site.pictures_asked >= asked + 2, WITHIN_S)
            await until(lambda: is_settled(world), WITHIN_S)

        expect_texts_alone(world)
        assert judge(world).violations == []
        assert {len(message.edits) for message, _ in alerts(world)} == {0}
