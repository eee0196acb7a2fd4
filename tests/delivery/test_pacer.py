"""The pace, with a clock and a sleep of the test's own."""

from __future__ import annotations

import pytest

from bot.core.models import ChannelId
from bot.delivery.pacer import ChannelSpacing, Pacer


class Time:
    """Stands still; notes what was slept."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


async def test_places_are_as_far_apart_as_the_rate_says() -> None:
    time = Time()
    pacer = Pacer(50, monotonic=time.monotonic, sleep=time.sleep)
    for _ in range(3):
        await pacer.place()
    assert time.now == pytest.approx(100.04)


async def test_the_first_place_is_free() -> None:
    time = Time()
    await Pacer(50, monotonic=time.monotonic, sleep=time.sleep).place()
    assert time.slept == []


async def test_a_hold_keeps_everybody_back() -> None:
    time = Time()
    pacer = Pacer(50, monotonic=time.monotonic, sleep=time.sleep)
    pacer.hold(3.0)
    await pacer.place()
    assert time.now == pytest.approx(103.0)


async def test_messages_of_one_channel_keep_their_distance_and_another_channel_goes_at_once() -> None:
    time = Time()
    spacing = ChannelSpacing(1.1, monotonic=time.monotonic, sleep=time.sleep)
    await spacing.wait(ChannelId(1))
    await spacing.wait(ChannelId(2))
    assert time.slept == []
    await spacing.wait(ChannelId(1))
    assert time.now == pytest.approx(101.1)
