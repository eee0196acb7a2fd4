"""Discord's list of commands is this bot's: told once, and again when another program replaced it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import app
from bot.gateway.client import TrendBot
from bot.services import Services
from tests.conftest import Clock, make_settings
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.living import living, until

PUT = "PUT /applications/"
OTHERS = [{"name": "ping", "type": 1, "description": "d", "id": "7", "version": "8"}]


@dataclass
class Shop:
    """A logged-in bot without a gateway: its commands are told step by step."""

    server: FakeDiscord
    bot: TrendBot
    services: Services
    clock: Clock

    def told(self) -> int:
        """How often Discord took the list; an idle machine is quick enough to meet the limit of all requests."""
        return sum(request.status < 300 for request in self.server.record.matching(PUT))

    def replace(self) -> None:
        """Another program of the application tells Discord of its own commands."""
        self.server.world.commands[None] = list(OTHERS)

    def is_ours(self) -> bool:
        return any(one["name"] == "subscribe" for one in self.server.world.commands[None])

    async def restart(self) -> None:
        async with TrendBot(self.services, background=False) as again:
            await again.login(self.server.token)


@pytest.fixture
async def shop(tmp_path: Path, clock: Clock) -> AsyncIterator[Shop]:
    async with FakeDiscord() as server, app.open_services(make_settings(tmp_path), clock=clock) as services:
        with server.in_place_of_discord():
            async with TrendBot(services, background=False) as bot:
                await bot.login(server.token)
                yield Shop(server, bot, services, clock)


async def test_commands_that_are_as_they_were_are_synced_once_over_restarts(shop: Shop) -> None:
    await shop.restart()
    await shop.bot.command_sync.check()

    assert shop.told() == 1


async def test_commands_that_another_program_replaced_are_synced_again_at_the_next_start(shop: Shop) -> None:
    shop.replace()

    await shop.restart()

    assert shop.is_ours()


@pytest.mark.parametrize("change", ["emptied", "one gone", "one of another version"])
async def test_every_difference_at_discord_is_noticed(shop: Shop, change: str) -> None:
    there = shop.server.world.commands[None]
    if change == "one of another version":
        there[3] = {**there[3], "version": "99"}
    else:
        del there[: len(there) if change == "emptied" else 1]

    await shop.bot.command_sync.check()

    assert shop.told() == 2
    assert shop.is_ours()


async def test_two_programs_that_fight_do_not_spend_the_creates_of_a_day(shop: Shop) -> None:
    before = shop.told()
    for _ in range(24 * 6):
        shop.replace()
        await shop.bot.command_sync.check()
        shop.clock.forward(minutes=10)

    assert 1 < shop.told() - before <= 8


async def test_a_clock_that_was_ahead_blocks_no_restoration(shop: Shop) -> None:
    shop.clock.forward(days=300)
    shop.replace()
    await shop.bot.command_sync.check()
    shop.clock.forward(days=-300)
    shop.replace()

    await shop.bot.command_sync.check()

    assert shop.is_ours()


async def test_a_note_of_an_older_version_is_no_obstacle(shop: Shop) -> None:
    await shop.services.storage.maintenance.set_note("discord.synced_tree", "8a2f")

    await shop.restart()

    assert shop.told() == 2


async def test_a_command_that_is_unknown_here_brings_the_list_back_without_a_restart(tmp_path: Path) -> None:
    async with FakeDiscord() as server:
        guild = server.add_guild("tea house")
        news, alice = server.add_channel(guild, "news"), server.add_member(guild, "alice")
        async with living(server, tmp_path) as bot:
            await bot.up()
            await until(lambda: len(server.record.matching(PUT)) == 1)
            server.world.commands[None] = list(OTHERS)
            doubts = bot.bot.command_sync._check_requested

            await server.slash(news, alice, "ping")

            await asyncio.wait_for(doubts.wait(), 30)
            await bot.bot.command_sync.check()
            assert len(server.record.matching(PUT)) == 2


async def test_a_list_that_is_refused_is_tried_again_later_and_seldom_where_the_day_is_spent(shop: Shop) -> None:
    from bot.gateway.command_sync import _wait_after  # noqa: PLC0415

    shop.replace()
    shop.server.faults.next(PUT, Fault.status(400, 30034))
    with pytest.raises(Exception, match="30034") as refused:
        await shop.bot.command_sync.check()

    assert _wait_after(refused.value, 5.0) >= 3600
    assert not shop.is_ours()
    await shop.bot.command_sync.check()
    assert shop.is_ours()
