"""The priority, with a clock and a sleep of the test's own."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import ChannelId
from bot.delivery.rate_limiter import ChannelSpacing, Priority, RateLimiter


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
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    for _ in range(3):
        await rate_limiter.acquire()
    assert time.now == pytest.approx(100.04)


async def test_the_first_place_is_free() -> None:
    time = Time()
    await RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep).acquire()
    assert time.slept == []


async def test_a_hold_keeps_everybody_back() -> None:
    time = Time()
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    rate_limiter.pause_for(3.0)
    await rate_limiter.acquire()
    assert time.now == pytest.approx(103.0)


async def test_the_most_urgent_is_next_whoever_asked_first() -> None:
    time = Time()
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    order: list[str] = []

    async def ask(name: str, priority: Priority) -> None:
        await rate_limiter.acquire(priority)
        order.append(name)

    await rate_limiter.acquire()
    async with asyncio.TaskGroup() as group:
        for name, priority in (
            ("count", Priority.COUNT),
            ("first alert", Priority.MESSAGE),
            ("second alert", Priority.MESSAGE),
            ("take-down", Priority.TAKE_DOWN),
        ):
            group.create_task(ask(name, priority))
    assert order == ["take-down", "first alert", "second alert", "count"]


async def test_whoever_no_longer_waits_takes_no_place() -> None:
    time = Time()
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    await rate_limiter.acquire()
    gone = asyncio.create_task(rate_limiter.acquire())
    stays = asyncio.create_task(rate_limiter.acquire())
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert time.now == pytest.approx(100.02)


async def test_after_a_global_limit_it_goes_slower_and_recovers() -> None:
    time = Time()
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    rate_limiter.pause_for(1.0)
    await rate_limiter.acquire()
    before = time.now
    await rate_limiter.acquire()
    assert time.now - before > 1 / 50
    for _ in range(100):
        await rate_limiter.acquire()
    before = time.now
    await rate_limiter.acquire()
    assert time.now - before == pytest.approx(1 / 50)


@given(st.lists(st.sampled_from(Priority), min_size=1, max_size=30))
def test_nobody_goes_before_somebody_more_urgent(asked: list[Priority]) -> None:
    async def all_at_once() -> list[Priority]:
        time = Time()
        rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
        served: list[Priority] = []

        async def ask(priority: Priority) -> None:
            await rate_limiter.acquire(priority)
            served.append(priority)

        await rate_limiter.acquire()
        async with asyncio.TaskGroup() as group:
            for priority in asked:
                group.create_task(ask(priority))
        return served

    assert asyncio.run(all_at_once()) == sorted(asked)


async def test_messages_of_one_channel_keep_their_distance_and_another_channel_goes_at_once() -> None:
    time = Time()
    spacing = ChannelSpacing(1.1, monotonic=time.monotonic, sleep=time.sleep)
    await spacing.wait(ChannelId(1))
    await spacing.wait(ChannelId(2))
    assert time.slept == []
    await spacing.wait(ChannelId(1))
    assert time.now == pytest.approx(101.1)
