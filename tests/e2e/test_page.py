"""The page helpers and the simulated Discord in a real browser, with a toy bot: no source, no database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import ViewportSize, expect

from bot.demo.discord.simulated import SETTLE_S, SimulatedDiscord
from tests.demo.sample_bot import SampleBot
from tests.e2e.page import CHROMIUM, DESKTOP, PHONE, ChannelPage, browser_page

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM} (apt-get install chromium)")


@asynccontextmanager
async def open_channel(
    *, viewport: ViewportSize = DESKTOP, sent: int = 0, settle_s: float = SETTLE_S
) -> AsyncIterator[tuple[ChannelPage, SampleBot]]:
    """``sent``: how many alerts are there already; ``settle_s``: how long the page waits for a command."""
    bot = SampleBot()
    async with (
        SimulatedDiscord(bot, background=("tests.demo.sample_bot",), settle_timeout_s=settle_s) as world,
        browser_page(viewport=viewport) as page,
    ):
        bot.channel_id = world.channel.id
        for number in range(sent):
            await bot.send(f"{number}件目")
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


async def test_the_page_stands_at_its_newest_message_until_one_reads_older_ones() -> None:
    async with open_channel(viewport=PHONE, sent=6) as (channel, bot):
        await channel.expect_newest_in_view()
        await bot.due.put("海沿いの旧造船所あと")
        await expect(channel.message("海沿いの旧造船所あと")).to_be_visible()
        await channel.expect_newest_in_view()
        await channel.page.reload()
        await expect(channel.last).to_contain_text("海沿いの旧造船所あと")
        await channel.expect_newest_in_view()

        await channel.run("recite")
        await channel.expect_newest_in_view()

        await channel.messages.first.scroll_into_view_if_needed()
        await bot.due.put("造船所のクレーン")
        await expect(channel.message("造船所のクレーン")).to_be_visible()
        await expect(channel.messages.first).to_be_in_viewport()
        await channel.run("ping")
        await channel.expect_newest_in_view()


async def test_a_command_typed_or_pasted_in_one_line_is_sent_as_a_command() -> None:
    async with open_channel() as (channel, _bot):
        composer = channel.page.locator("#channel-composer-input")
        await composer.press_sequentially("/look 猫")
        await channel.page.keyboard.press("Enter")
        await expect(channel.answer).to_contain_text("猫 を 3 件")
        await composer.fill("/look　半導体")
        await channel.page.keyboard.press("Enter")
        await expect(channel.answer).to_contain_text("半導体 を 3 件")


async def test_a_command_sent_before_its_suggestions_came_is_sent_once_after_them() -> None:
    async with open_channel() as (channel, bot):
        for number, send in enumerate((channel.press_enter, channel.press_send), start=1):
            bot.may_suggest.clear()
            await channel.choose_command("look")
            await channel.fill_option("topic", f"造船{number}")
            await channel.expect_suggesting()
            await send()
            bot.may_suggest.set()
            await expect(channel.answer).to_contain_text(f"造船{number} を 3 件")
            await channel.settled()
            await expect(channel.messages).to_have_count(number)


async def test_enter_takes_a_suggestion_and_the_next_enter_sends_it() -> None:
    async with open_channel() as (channel, _bot):
        await channel.choose_command("look")
        await channel.fill_option("topic", "データ")
        await expect(channel.suggestions).to_have_count(1)
        await channel.press_enter()
        await expect(channel.page.locator(".command-option-input").first).to_have_value("データセンター")
        await expect(channel.suggestions).to_have_count(1)
        await channel.press_enter()
        await expect(channel.answer).to_contain_text("データセンター を 3 件")


async def test_a_command_that_takes_longer_than_is_waited_for_leaves_the_field_free() -> None:
    async with open_channel(settle_s=1) as (channel, bot):
        await channel.run("dawdle")
        await expect(channel.page.locator("#channel-composer-input")).to_be_visible()
        bot.may_end.set()
        await expect(channel.answer).to_contain_text("おまたせ")
