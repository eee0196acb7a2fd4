"""What Discord says of its global limit to any request of ours, delivery hears."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.delivery import rate_limit_listener
from bot.delivery.rate_limit_listener import global_limit_trace, open_after_global_limits, seconds
from bot.delivery.rate_limiter import LimitScope, RateLimiter
from tests.fakes.discord.discord_rig import discord_rig
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.living import living, until

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


async def test_request_that_is_given_up_during_a_global_limit_leaves_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limit_listener, "GATE_EVERY_S", 0.01)
    time = Time()
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    async with discord_rig() as place, place.rest(global_limit_trace(rate_limiter)) as channel:
        http = channel._state.http
        open_after_global_limits(http, rate_limiter)
        place.server.faults.next("POST /channels", Fault.global_429(30))

        given_up = asyncio.create_task(channel.send("one"))
        await until(lambda: not http._global_over.is_set())
        given_up.cancel()
        waiting = asyncio.create_task(channel.send("two"))
        await asyncio.wait([given_up, waiting], timeout=0.1)
        assert not waiting.done()
        time.now += 31

        async with asyncio.timeout(20):
            assert (await waiting).content == "two"


async def test_gateway_sends_requests_again_after_a_limit_whose_end_nobody_awaits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit_listener, "GATE_EVERY_S", 0.01)
    async with FakeDiscord() as server, living(server, tmp_path) as bot:
        await bot.up()
        gate = bot.bot.http._global_over

        gate.clear()

        await until(gate.is_set)


async def test_block_in_json_pauses_the_rate_limiter_whatever_met_it() -> None:
    """discord-api-docs#5810: a block of the address in Discord's own words, without a time."""
    time = Time()
    rate_limiter = RateLimiter(50, monotonic=time.monotonic, sleep=time.sleep)
    async with (
        discord_rig() as place,
        aiohttp.ClientSession(trace_configs=[global_limit_trace(rate_limiter)]) as session,
    ):
        block = Fault.verbatim(429, '{"code": 0, "message": "blocked"}', {"Content-Type": "application/json"})
        place.server.faults.next("GET /users", block)
        async with session.get(f"{place.server.api_base}/users/@me") as answer:
            assert answer.status == 429

    assert rate_limiter.refused[LimitScope.BAN] == 1
    assert rate_limiter.held_s > 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5),
        (None, None),
        ("soon", None),
        ("nan", None),
        ("-1", None),
        ("0", None),
        ("inf", 86_400.0),
        ("1e300", 86_400.0),
    ],
)
def test_a_wait_is_read_from_its_header(text: str | None, number: float | None) -> None:
    assert seconds(text) == number
