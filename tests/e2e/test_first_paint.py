"""Posts of all sources in the demo's channel, counted in Debian's Chromium: each is drawn with its picture."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest
from playwright.async_api import ViewportSize

from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    Post,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.delivery.discord import message_files
from bot.delivery.sender import DeliveryPolicy
from bot.demo.clock import DemoClock
from bot.demo.run import Demo, running_demo
from tests.e2e.page import CHROMIUM, DESKTOP, PHONE, ChannelPage, browser_page
from tests.pictured import is_sensitive, pictured_posts
from tests.storage.world import World, alert, change, plan

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed (apt install chromium)"),
    pytest.mark.timeout(3_600),
]

COUNT: Final = int(os.environ.get("KAWARABAN_PICTURED_POSTS", "12"))
"""Number of posts; by hand 200."""
TOPIC: Final = make_topic("川")
ALL_WITHIN_S: Final = 1_500
"""Two hundred posts come in 51 messages at the pace of a channel, one in 1.1 s, and a busy machine is slower."""
_COUNT = """() => {
    window.firstPaints = {};
    window.decoded = {};
    const list = document.getElementById("channel-message-list");
    const seen = new Set(), loading = new Set();
    const cards = (article) => [...article.querySelectorAll(".component-container")]
        .map((card) => [card.textContent.match(/川の話 (\\d+)/)?.[1], card])
        .filter(([name]) => name !== undefined);
    new MutationObserver(() => {
        for (const article of list.querySelectorAll("article")) {
            if (seen.has(article)) continue;
            seen.add(article);
            loading.add(article);
            for (const [name, card] of cards(article))
                window.firstPaints[name] = card.querySelectorAll(".component-gallery .gallery-item").length;
        }
    }).observe(list, { childList: true });
    setInterval(() => {
        for (const article of loading) {
            let isLoading = false;
            for (const [name, card] of cards(article)) {
                const images = [...card.querySelectorAll(".component-gallery img")];
                const ready = images.filter((image) => image.naturalWidth > 0).length;
                window.decoded[name] = Math.max(window.decoded[name] ?? 0, ready);
                isLoading ||= window.decoded[name] < window.firstPaints[name];
            }
            if (!isLoading) loading.delete(article);
        }
    }, 200);
}"""
"""Remembers how many pictures a card has the first time that it is drawn, and how many the browser has decoded.

The page shows fifty messages, so that the first ones are gone before the last one comes.
"""


async def decide_all(demo: Demo) -> list[tuple[SourceName, Post]]:
    """All posts are decided to be sent to the demo's channel, in one poll that is not the demo's own.

    The watch is due in a moment that does not come meanwhile, so that the demo's poller cannot claim it first.
    """
    with demo.clock.stopped():
        return await _decide_all(demo, demo.clock.now() + timedelta(microseconds=1))


async def _decide_all(demo: Demo, now: datetime) -> list[tuple[SourceName, Post]]:
    storage = demo.services.storage
    wanted = NewSubscription(
        guild_id=GuildId(demo.discord.guild.id),
        channel_id=ChannelId(demo.discord.news.id),
        topic=TOPIC,
        created_by=UserId(demo.discord.viewer.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    subscription = await storage.subscriptions.subscribe(wanted, now, now)
    posts = pictured_posts(f"{demo.sites.mastodon.url}media", COUNT)
    found = [replace(post, created_at=now, rp=300 + number) for number, (_, post) in enumerate(posts)]
    state = await World(storage).poll(now, topic=TOPIC)
    alerts = [alert(subscription, post) for post in found]
    await storage.polls.commit(plan(state, at=now, changes=[change(post) for post in found], alerts=alerts))
    return posts


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_posts_of_all_sources_have_their_picture_in_the_first_paint(
    viewport: ViewportSize, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_files, "FILES_WAIT_S", ALL_WITHIN_S)  # a busy machine is no slow site
    async with (
        running_demo(language="ja", clock=DemoClock(speed=10), welcome=False) as demo,
        browser_page(viewport=viewport) as browser,
    ):
        demo.services.delivery._sender.policy = DeliveryPolicy(catch_up_messages=0)
        page = await ChannelPage.open(browser, demo.page)
        await page.go_to(demo.discord.news.name)
        await browser.evaluate(_COUNT)
        posts = await decide_all(demo)
        shown = {
            str(number): 0 if is_sensitive(source, number) else 1
            for number, (source, post) in enumerate(posts)
            if not post.sensitive  # those are left out here, words and picture
        }
        await browser.wait_for_function(
            f"() => Object.keys(window.firstPaints).length === {len(shown)}", timeout=1_000 * ALL_WITHIN_S
        )

        assert await browser.evaluate("() => window.firstPaints") == shown
        await browser.wait_for_function(
            "(shown) => JSON.stringify(window.decoded) === shown",
            arg=json.dumps(shown, separators=(",", ":")),
            timeout=1_000 * ALL_WITHIN_S,
        )
        assert await page.overflow() <= 0
