"""The demo as a person meets it: real bot, the demo's own sites, SimCord's page in Debian's Chromium.

With ``KAWARABAN_SCREENSHOTS=docs/images`` the run makes the README's pictures there, each of one message, with the
sources of a default install.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import ConsoleMessage, Locator, expect

from bot.demo.clock import DemoClock
from bot.demo.run import Demo, running_demo
from bot.demo.sites.pages import words
from bot.demo.worlds.script import Language
from tests.e2e.page import CHROMIUM, DESKTOP, PHONE, ChannelPage, browser_page

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed (apt install chromium)"),
    pytest.mark.timeout(900),
]

PICTURES = os.environ.get("KAWARABAN_SCREENSHOTS")
LOCALES: dict[Language, str] = {"ja": "ja-JP", "en": "en-US"}
SPEED = 10
ALERT_WITHIN_MS = 120_000
"""It takes half a minute at normal speed."""
DIGEST_WITHIN_MS = 180_000
"""It takes two minutes at normal speed."""
TRY_NEXT = 5

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
NO_WORDS = re.compile(r"https?://\S+|[@#][\w@.-]+|[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*)?|\w+/\w+|tanuki_ops", re.ASCII)
"""Addresses, time zones and the names of accounts belong to no language."""
IN_ANY_LANGUAGE = {"RP", "Mastodon", "Misskey", "Discord", "SimCord", "AI", "HH", "MM", "cron", "Tokyo"}
LATER = r"\bin \d+ seconds?\b|\d+ ?秒後"


@asynccontextmanager
async def open_demo(language: Language, **more: bool | float) -> AsyncIterator[tuple[Demo, ChannelPage]]:
    clock = DemoClock(speed=SPEED)
    scale = more.pop("scale", 1)
    async with (
        running_demo(language=language, clock=clock, **more) as demo,  # type: ignore[arg-type]
        browser_page(locale=LOCALES[language], scale=scale) as browser,
    ):
        said: list[str] = []
        browser.on(
            "console",
            lambda message: said.append(f"{message.text} {message.location}") if is_fault(message) else None,
        )
        browser.on("pageerror", lambda error: said.append(str(error)))
        yield demo, await ChannelPage.open(browser, demo.page)
        assert demo.discord.errors == []
        assert said == [], "errors of the page in the browser"


def is_fault(message: ConsoleMessage) -> bool:
    """Whether a page reports a fault: not a file that an edit replaced while the page was fetching it."""
    replaced = "404" in message.text and "/api/assets/" in str(message.location.get("url", ""))
    return message.type == "error" and not replaced


def alerts(page: ChannelPage, topic: str) -> Locator:
    """Messages with a card that names the topic."""
    return page.messages.filter(has=page.page.locator(".component-container", has_text=topic))


async def expect_one_language(page: ChannelPage, language: Language) -> None:
    """All that is shown is in the language of the demo."""
    text = NO_WORDS.sub("", await page.text())
    found = JAPANESE.findall(text) if language == "en" else LATIN.findall(text)
    assert set(found) <= IN_ANY_LANGUAGE


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_demo_plays_in_one_language_for_who_manages_and_for_a_member(language: Language) -> None:
    async with open_demo(language) as (demo, page):
        surging, other = demo.world.topics[0], demo.world.topics[TRY_NEXT]
        await expect(alerts(page, surging).first).to_be_visible(timeout=ALERT_WITHIN_MS)
        await page.page.locator("#channel-composer-input").press_sequentially("/")
        await expect(page.picker.first).to_be_visible()
        await expect_one_language(page, language)
        offered_to_manager = await page.picker.count()
        await page.page.keyboard.press("Backspace")

        await page.run("trend", topic=surging)
        await expect(page.answer).to_contain_text(surging)
        assert not re.search(LATER, await page.text())

        await page.run("trending")
        await expect(page.answer).to_contain_text(surging)
        await expect_one_language(page, language)

        await page.choose_command("subscribe")
        await page.fill_option("topic", other[:2])
        await expect(page.suggestions.filter(has_text=other)).to_be_visible()
        await page.suggestions.filter(has_text=other).click()
        await page.page.locator("#send-message").click()
        await page.settled()
        await expect(page.answer).to_contain_text(other)
        await expect(page.answer.locator(".message-ephemeral-note")).to_be_visible()

        await page.make_digest("daily", zone="Tokyo")
        await expect(page.answer).to_contain_text("8:00")
        await expect_one_language(page, language)

        await page.run("subscribe", topic="https://example.com/feed.xml")
        await expect(page.answer).to_contain_text(demo.sites.news.feed)

        name = words(language).say("demo-digest-name")
        await expect(alerts(page, name).first).to_be_visible(timeout=DIGEST_WITHIN_MS)
        await expect_one_language(page, language)

        await page.view_as(demo.discord.member.id)
        await expect(page.page.locator(".message-ephemeral-note")).to_have_count(0)
        await page.page.locator("#channel-composer-input").press_sequentially("/")
        await expect(page.picker.first).to_be_visible()
        assert await page.picker.count() < offered_to_manager
        await page.page.keyboard.press("Backspace")

        await page.page.set_viewport_size(PHONE)
        await page.go_to(demo.discord.news.name)
        await expect(alerts(page, demo.world.cast.paper).first).to_be_visible(timeout=ALERT_WITHIN_MS)
        await page.run("trend", topic=other)
        await expect(page.answer).to_contain_text(other)
        await expect_one_language(page, language)
        assert await page.overflow() <= 0


@pytest.mark.skipif(PICTURES is None, reason="makes pictures, where KAWARABAN_SCREENSHOTS says where")
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_pictures_of_the_readme(language: Language) -> None:
    folder = Path(PICTURES or "")
    async with open_demo(language, trend_page=False, welcome=False, scale=2) as (demo, page):
        surging, other = demo.world.topics[0], demo.world.topics[TRY_NEXT]
        tall = {"width": DESKTOP["width"], "height": 2400}
        await page.page.set_viewport_size(tall)  # type: ignore[arg-type]
        name = words(language).say("demo-digest-name")
        alert = alerts(page, surging).filter(has_not_text=name).first
        await expect(alert).to_be_visible(timeout=ALERT_WITHIN_MS)
        await page.picture(alert, folder / f"alert-{language}.png", cards=1)
        await page.run("trend", topic=surging)
        await page.picture(page.answer, folder / f"trend-{language}.png")
        await page.run("settings")
        await page.picture(page.answer, folder / f"settings-{language}.png")
        await page.run("subscribe", topic=other)
        await page.picture(page.answer, folder / f"subscribe-{language}.png")
        digest = alerts(page, name).first
        await expect(digest).to_be_visible(timeout=DIGEST_WITHIN_MS)
        await page.picture(digest, folder / f"digest-{language}.png")
        await page.page.set_viewport_size({"width": PHONE["width"], "height": 2400})
        await page.settled()
        await page.picture(alert, folder / f"alert-phone-{language}.png", cards=1)


@pytest.mark.skipif(PICTURES is None, reason="makes pictures, where KAWARABAN_SCREENSHOTS says where")
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_pictures_of_the_readme_that_show_counts(language: Language) -> None:
    """With the trend page: it has a week of counts behind it."""
    folder = Path(PICTURES or "")
    async with open_demo(language, welcome=False, scale=2) as (demo, page):
        surging = demo.world.topics[0]
        await page.page.set_viewport_size({"width": DESKTOP["width"], "height": 2400})
        card = alerts(page, "📈").first
        await expect(card).to_be_visible(timeout=DIGEST_WITHIN_MS)
        await page.picture(card, folder / f"surge-{language}.png", cards=1)
        await page.run("trending")
        await page.picture(page.answer, folder / f"trending-{language}.png")
        await page.run("history", topic=surging)
        await page.picture(page.answer, folder / f"history-{language}.png")
