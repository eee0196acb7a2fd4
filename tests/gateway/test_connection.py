"""It starts, and stays up: what passes is waited out, what stays is one sentence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import discord
import pytest

from bot import app
from bot.bootstrap import utc_now
from bot.core.models import ChannelId, GuildId, NewSubscription, SourceName, SubscriptionSettings, UserId
from bot.gateway.client import TrendBot
from bot.gateway.connection import CannotStay
from bot.storage.sqlite.connection import open_sqlite
from tests.conftest import make_settings
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.trend_site import TrendSite
from tests.living import living, until
from tests.storage.world import TOPIC

ME, GATEWAY, COMMANDS = "GET /users/@me", "GET /gateway/bot", "PUT /applications/"
PASSING = {
    "503": Fault.status(503),
    "cloudflare": Fault.status(403, 40333),
    "forbidden": Fault.status(403),
    "missing": Fault.status(404),
    "reset": Fault.reset(),
    "not-discord": Fault.status(200),
}


@pytest.mark.parametrize("where", [ME, GATEWAY, "GET /oauth2/applications/@me"])
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
async def test_an_error_at_the_start_that_passes_is_a_line_a_try_with_growing_waits(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Fault, where: str
) -> None:
    async with FakeDiscord() as server:
        server.faults.sometimes(where, fault, 1.0)
        async with living(server, tmp_path) as bot:
            await until(lambda: len(bot.slept) >= 4)
            server.faults.clear()
            await bot.up()

    lines = [one for one in caplog.records if one.name == "bot.gateway.connection"]
    assert len(lines) == len(bot.slept)
    assert not any(one.exc_info for one in lines)
    assert bot.slept[0] < bot.slept[1] < bot.slept[2] < bot.slept[3]


async def test_a_machine_that_boots_before_its_network_connects_when_it_is_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = FakeDiscord(port=port)
    server.address = f"127.0.0.1:{port}"

    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(living(server, tmp_path))
        await until(lambda: len(bot.slept) >= 3)
        await stack.enter_async_context(server)
        await bot.up()

        assert server.gateway.identifies == 1


async def test_the_address_banned_by_cloudflare_waits_as_long_as_it_says(tmp_path: Path) -> None:
    async with FakeDiscord() as server:
        server._door._limiter._banned_until = server.clock.monotonic() + 10_000
        async with living(server, tmp_path) as bot:
            await until(lambda: bot.slept)
            server._door._limiter._banned_until = 0.0
            await bot.up()

    assert bot.slept[0] >= 3600


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
@pytest.mark.parametrize("when", ["at the start", "later"])
async def test_a_close_that_no_further_try_mends_ends_with_a_sentence(
    tmp_path: Path, code: int, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeDiscord() as server:
        if when == "at the start":
            server.gateway.refuses_identify = code
        async with living(server, tmp_path) as bot:
            if when == "later":
                await bot.up()
                await server.gateway.disconnect(code=code)
            with pytest.raises(CannotStay) as ended:
                await asyncio.wait_for(bot.connection, 30)

    assert len(str(ended.value).splitlines()) == 1
    assert str(code) not in str(ended.value)
    assert not any(one.exc_info for one in caplog.records)


@pytest.mark.parametrize("where", [ME, GATEWAY])
async def test_a_token_that_is_refused_at_the_start_ends_with_a_sentence(tmp_path: Path, where: str) -> None:
    async with FakeDiscord() as server:
        server.faults.next(where, Fault.status(401), times=99)
        async with living(server, tmp_path) as bot:
            with pytest.raises(CannotStay):
                await asyncio.wait_for(bot.connection, 30)

    assert not bot.slept


async def test_a_fault_of_ours_at_the_start_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: TrendBot, *__: object) -> None:
        raise KeyError("a cog")

    monkeypatch.setattr(TrendBot, "load_extension", broken)
    async with FakeDiscord() as server, living(server, tmp_path) as bot:
        with pytest.raises(KeyError):
            await asyncio.wait_for(bot.connection, 30)


@pytest.mark.parametrize("fault", [Fault.status(400, 30034), Fault.status(503), Fault.reset()], ids=str)
async def test_a_refused_list_of_commands_keeps_no_alert_back(tmp_path: Path, fault: Fault) -> None:
    async with FakeDiscord() as server:
        news = server.add_channel(server.add_guild("tea house"), "news")
        server.faults.next(COMMANDS, fault, times=99)
        async with living(server, tmp_path) as bot:
            await bot.up()
            await bot.decide(await bot.follow(news))
            await until(lambda: server.messages(news))


async def test_what_is_polled_does_not_wait_for_discord(
    tmp_path: Path, site: TrendSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "")  # put back at the end
    settings = make_settings(
        tmp_path,
        sources={"trendpage": {"url": site.url}},
        discord={"token": "a.b.c", "api_base": "http://127.0.0.1:1/api/v10"},
    )
    storage = await open_sqlite(settings.database.url)
    wanted = NewSubscription(
        guild_id=GuildId(1),
        channel_id=ChannelId(2),
        topic=TOPIC,
        created_by=UserId(3),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    now = utc_now()
    await storage.subscriptions.subscribe(wanted, now, now)
    await storage.close()

    running = asyncio.create_task(app.run_bot(settings))
    try:
        await until(lambda: site.requests or running.done())
        assert not running.done()
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_a_listener_that_meets_the_network_is_a_line_and_a_fault_of_ours_has_its_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeDiscord() as server, living(server, tmp_path) as bot:
        await bot.up()

        @bot.bot.listen("on_weather")
        async def offline() -> None:
            raise ConnectionResetError(104, "reset")

        @bot.bot.listen("on_bug")
        async def broken() -> None:
            raise ValueError("ours")

        with caplog.at_level(logging.WARNING):
            bot.bot.dispatch("weather")
            bot.bot.dispatch("bug")
            await until(lambda: sum(one.name == "bot.gateway.client" for one in caplog.records) >= 2)

    found = {"bug" in one.getMessage(): one for one in caplog.records if one.name == "bot.gateway.client"}
    assert not found[False].exc_info
    assert found[True].exc_info
