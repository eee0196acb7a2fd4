"""The demo as a person meets it: real bot, real trend site, SimCord's page in Debian's Chromium.

With ``KAWARABAN_SCREENSHOTS=docs/images`` the run also makes the README's pictures there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.demo.run import running_demo
from bot.demo.simulated import Language
from tests.e2e.page import CHROMIUM, PHONE, ChannelPage, browser_page

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed (apt install chromium)"),
    pytest.mark.timeout(900),
]

ALERT = {"ja": "リポスト100件を突破", "en": "passed 100 reposts"}
COUNTED = {"ja": "件の投稿", "en": "posts"}
DIGEST = {"ja": "今日の瓦版", "en": "Today's broadsheet"}
EVERY_DAY = {"ja": "毎日", "en": "Every day"}
MADE = {"ja": "毎日 8:00", "en": "every day at 8:00"}
SENT_IN_A_DAY = {"ja": "24時間", "en": "24 h"}
ALERT_WITHIN_MS = 180_000
"""It takes half a minute on a machine at rest."""
DIGEST_WITHIN_MS = 360_000
"""It takes a minute."""


async def keep(page: ChannelPage, name: str) -> None:
    """A picture of the newest message for the README, where one was asked for."""
    folder = os.environ.get("KAWARABAN_SCREENSHOTS")
    if folder:
        await page.last.evaluate("message => message.scrollIntoView({block: 'start'})")
        await page.screenshot(Path(folder) / f"{name}.png", only_channel=True)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_demo_tells_an_alert_and_a_digest_by_itself_and_answers_commands(language: Language) -> None:
    async with running_demo(language=language) as demo, browser_page() as browser:
        page = await ChannelPage.open(browser, demo.page)
        topic = demo.world.topics[0]

        await expect(page.message(ALERT[language]).first).to_be_visible(timeout=ALERT_WITHIN_MS)
        await keep(page, f"alert-{language}")

        await page.run("trend", topic=topic)
        await expect(page.last).to_contain_text(topic)
        await expect(page.last).to_contain_text(COUNTED[language])
        await keep(page, f"trend-{language}")

        await page.run("subscribe", topic="台風")
        await expect(page.last).to_contain_text("台風")
        await expect(page.last).to_contain_text(SENT_IN_A_DAY[language])
        await keep(page, f"subscribe-{language}")

        await page.make_digest(EVERY_DAY[language], zone="Tokyo")
        await expect(page.last).to_contain_text(MADE[language])

        await expect(page.message(DIGEST[language]).first).to_be_visible(timeout=DIGEST_WITHIN_MS)
        await expect(page.last).to_contain_text(topic)
        await keep(page, f"digest-{language}")

        assert demo.discord.errors == []


async def test_demo_is_readable_on_a_phone() -> None:
    async with running_demo(language="ja") as demo, browser_page(viewport=PHONE) as browser:
        page = await ChannelPage.open(browser, demo.page)
        await expect(page.message(ALERT["ja"]).first).to_be_visible(timeout=ALERT_WITHIN_MS)
        await keep(page, "alert-phone")

        overflow = await browser.evaluate("document.documentElement.scrollWidth - window.innerWidth")

        assert overflow <= 0
