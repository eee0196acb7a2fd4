"""The page helpers and the simulated Discord in a real browser, with a toy bot: no source, no database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from bot.demo.discord.simulated import SimulatedDiscord
from tests.demo.toy import ToyBot
from tests.e2e.page import CHROMIUM, ChannelPage, browser_page

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM} (apt-get install chromium)")


@asynccontextmanager
async def open_channel() -> AsyncIterator[tuple[ChannelPage, ToyBot]]:
    bot = ToyBot()
    async with SimulatedDiscord(bot, background=("tests.demo.toy",)) as world, browser_page() as page:
        bot.channel_id = world.channel.id
        yield await ChannelPage.open(page, await world.serve()), bot
        assert world.errors == []


async def test_a_person_types_reads_presses_and_fills_in() -> None:
    async with open_channel() as (channel, bot):
        await channel.run("look", topic="データセンター", limit="5")
        await expect(channel.last).to_contain_text("データセンター を 5 件")
        await bot.due.put("海沿いの旧造船所あと")
        alert = channel.message("海沿いの旧造船所あと")
        await expect(alert).to_be_visible()
        await expect(alert.locator("time.discord-timestamp")).to_have_text("4 分前")
        await channel.press("静かにする", within=alert)
        await channel.fill_modal(minimum="250")
        await expect(channel.last).to_contain_text("最小RPを 250 にしました")


async def test_the_picker_offers_commands_and_suggestions_in_japanese() -> None:
    async with open_channel() as (channel, _bot):
        await channel.choose_command("look")
        await channel.pick_option("topic", "センター")
        await channel.page.locator("#send-message").click()
        await channel.settled()
        await expect(channel.last).to_contain_text("データセンター を 3 件")
