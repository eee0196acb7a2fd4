"""What Discord says of its global limit to any request of ours, delivery hears."""

from __future__ import annotations

import aiohttp
import pytest

from bot.delivery.rate_limit_listener import global_limit_trace, seconds
from bot.delivery.rate_limiter import RateLimiter
from tests.fakes.discord.discord_rig import discord_rig
from tests.fakes.discord.faults import Fault

from .test_rate_limiter import Time


@pytest.mark.parametrize(
    ("fault", "held_s"), [(Fault.global_429(7.5), 8.0), (Fault.shared_429(7.5), 0.0), (Fault.status(503), 0.0)]
)
async def test_a_global_limit_met_anywhere_pauses_the_rate_limiter(fault: Fault, held_s: float) -> None:
    time = Time()
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    async with (
        discord_rig() as place,
        aiohttp.ClientSession(trace_configs=[global_limit_trace(rate_limiter)]) as session,
    ):
        place.server.faults.next("GET /users", fault)
        headers = {"Authorization": f"Bot {place.server.token}"}
        async with session.get(f"{place.server.api_base}/users/@me", headers=headers) as answer:
            assert answer.status in {429, 503}
    await rate_limiter.acquire()
    assert time.now - 100.0 == pytest.approx(held_s, abs=0.1)


@pytest.mark.parametrize(("text", "number"), [("1.5", 1.5), (None, None), ("soon", None)])
def test_a_wait_is_read_from_its_header(text: str | None, number: float | None) -> None:
    assert seconds(text) == number
