"""Spacing of requests to one host."""

from __future__ import annotations

import asyncio
import itertools
import time

from bot.bootstrap import utc_now
from bot.sources.http.host_limiter import HostLimiter
from bot.sources.http.limits import HttpLimits

APART_S = 0.05


async def test_requests_keep_their_distance_after_the_event_loop_was_held() -> None:
    """Several that wait for their turn are due at once then, and start one after the other."""
    limiter = HostLimiter(HttpLimits("t", per_host_interval_s=APART_S, per_host_concurrency=4), utc_now)
    loop = asyncio.get_running_loop()
    starts: list[float] = []

    async def ask() -> None:
        async with limiter.slot("host.example"):
            starts.append(loop.time())

    def hold() -> None:
        until = time.monotonic() + 5 * APART_S
        while time.monotonic() < until:
            pass

    loop.call_later(APART_S / 2, hold)
    await asyncio.gather(*(ask() for _ in range(4)))

    gaps = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert min(gaps) > 0.9 * APART_S
