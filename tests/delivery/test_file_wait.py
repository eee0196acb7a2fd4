"""Waiting for files: a row of messages waits no longer than one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.core.models import Message, OutgoingFile
from bot.delivery.discord import message_files
from bot.delivery.discord.file_wait import REMEMBERED, FileWait
from bot.views.kit.text import Texts
from config import LOCALES
from tests.fakes.discord.limits import FrozenClock

from .conftest import DeliveryRig, WatchedTransport


def waited(wait: FileWait, clock: FrozenClock, channel: int, seconds: float) -> None:
    with wait.waiting(channel):
        clock.advance(seconds)


def test_channel_that_waited_has_less_time_left_and_gets_it_back(rig: DeliveryRig) -> None:
    wait = FileWait(rig.clock.monotonic)
    waited(wait, rig.clock, 1, 1.5)
    left = [wait.left(1, 2.0), wait.left(2, 2.0)]
    rig.clock.advance(5)
    soon = wait.left(1, 2.0)
    rig.clock.advance(10)

    assert left == pytest.approx([0.5, 2.0])
    assert soon == pytest.approx(1.0)
    assert wait.left(1, 2.0) == 2.0


def test_channels_that_wait_need_no_more_memory_than_so_many(rig: DeliveryRig) -> None:
    wait = FileWait(rig.clock.monotonic)
    for channel in range(3 * REMEMBERED):
        waited(wait, rig.clock, channel, 0.001)

    assert len(wait._owed) <= REMEMBERED + 1


class NeverReady:
    """A maker whose files never come: it waits as long as it may."""

    def __init__(self, clock: FrozenClock) -> None:
        self.waited: list[float] = []
        self._clock = clock

    async def make(self, message: Message, *, age_restricted: bool, wait_s: float) -> Sequence[OutgoingFile]:
        self.waited.append(wait_s)
        self._clock.advance(wait_s)
        await asyncio.sleep(0)
        return ()


async def test_messages_in_a_row_wait_two_seconds_for_files_all_together(rig: DeliveryRig) -> None:
    """Twenty posts at once with pictures of a host that never answers: the last alert came ten seconds late."""
    never = NeverReady(rig.clock)
    rig.transport = WatchedTransport(rig.bot, Texts(LOCALES), makers=[never])
    rig.transport._files._wait = FileWait(rig.clock.monotonic)
    subscription = await rig.follow()

    await rig.decide(subscription, numbers=range(1, 21), text="長い話" * 400)
    await rig.deliver()

    assert len(never.waited) >= 4
    assert never.waited[0] == message_files.FILES_WAIT_S
    recovered = 0.1 * 1.1 * len(never.waited)
    assert sum(never.waited) <= message_files.FILES_WAIT_S + recovered
