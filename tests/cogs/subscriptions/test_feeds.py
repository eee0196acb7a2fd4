"""Feeds as people follow them: by address, from the first look to the alert, on the simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.models import SourceName
from tests.cogs.sentences import say
from tests.conftest import EN, BotEnv, Clock, make_settings, open_env
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.trend_site import TrendSite

from .test_subscribe import in_japanese, shown, stored, subscribe, to_wall

TITLE = "町の瓦版"


@pytest.fixture
async def feeds() -> AsyncIterator[FeedSite]:
    async with FeedSite() as running:
        yield running


def item(clock: Clock, number: int, *, hours_old: float = 1) -> Item:
    return Item(f"{number}番の話", f"https://a.example/{number}", clock() - timedelta(hours=hours_old))


async def test_an_address_becomes_a_subscription_under_the_feeds_title(
    env: BotEnv, clock: Clock, feeds: FeedSite
) -> None:
    address = feeds.put("/news.xml", rss(item(clock, 1), item(clock, 2), title=TITLE))

    said = shown(await subscribe(env, topic=address))

    [subscription] = await stored(env)
    assert (subscription.topic.name, subscription.settings.min_rp) == (TITLE, {SourceName.FEED: 0})
    assert say(env, "subscribed-heading", topic=TITLE) in said
    assert "1番の話" in said
    assert say(env, "number-unknown") not in said
    assert say(env, "rp-caution") not in said


async def test_what_is_new_in_the_feed_is_alerted_once_and_what_was_there_is_not(
    env: BotEnv, clock: Clock, feeds: FeedSite
) -> None:
    address = feeds.put("/news.xml", rss(item(clock, 1), title=TITLE))
    await subscribe(env, topic=address)
    await env.poll_again()
    items = (item(clock, 3, hours_old=0), item(clock, 9, hours_old=72), item(clock, 1))
    feeds.put("/news.xml", rss(*items, title=TITLE))
    await env.poll_again()
    await env.poll_again()

    [message] = env.channel.history()
    said = to_wall(message)
    assert "3番の話" in said
    assert env.services.texts.speaker("en").say("alert-why-new-entry") in said
    assert "1番の話" not in said
    assert "9番の話" not in said, "written three days ago"
    assert "RP" not in said
    assert "repost" not in said


async def test_a_page_with_a_feed_says_which_address_to_follow(env: BotEnv, feeds: FeedSite) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    address = feeds.put("/", f"<html><head>{head}</head></html>", kind="text/html")

    said = shown(await subscribe(env, topic=address))

    assert say(env, "error-feed-elsewhere", feed=f"{feeds.base_url}/rss") in said
    assert await stored(env) == []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/none.xml", 404, "source-error-missing"),
        ("/gone.xml", 410, "source-error-missing"),
        ("/closed.xml", 403, "source-error-refused"),
        ("/login.xml", 401, "source-error-refused"),
        ("/busy.xml", 503, "source-error-busy"),
        ("/text", 200, "source-error-no-feed"),
    ],
)
async def test_what_cannot_be_followed_is_refused_with_the_reason(
    env: BotEnv, feeds: FeedSite, path: str, status: int, words: str
) -> None:
    address = feeds.put(path, "hello", status=status)

    said = shown(await subscribe(env, topic=address))

    assert say(env, words) in said
    assert await stored(env) == []


ANUBIS = '<!DOCTYPE html><html><head><script id="anubis_challenge">{}</script></head><body></body></html>'


@pytest.mark.parametrize(
    ("status", "body", "headers", "words"),
    [
        (200, ANUBIS, {}, "source-error-challenge"),
        (403, ANUBIS, {}, "source-error-challenge"),
        (503, "", {"cf_mitigated": "challenge"}, "source-error-challenge"),
        (202, "", {"x_amzn_waf_action": "challenge"}, "source-error-challenge"),
        (302, "", {"Location": "/feed"}, "source-error-redirects"),
    ],
)
async def test_site_that_lets_only_browsers_in_is_refused_with_what_can_be_done(
    env: BotEnv, feeds: FeedSite, status: int, body: str, headers: dict[str, str], words: str
) -> None:
    address = feeds.put("/feed", body, status=status, kind="text/html", **headers)

    said = shown(await subscribe(env, topic=address))

    assert say(env, words) in said
    assert await stored(env) == []


async def test_private_addresses_are_refused(
    tmp_path: Path, clock: Clock, site: TrendSite, feeds: FeedSite
) -> None:
    settings = make_settings(
        tmp_path,
        sources={"trendpage": {"url": "https://t.example/{topic}"}},
        http={"allow_private_networks": False},
    )
    address = feeds.put("/news.xml", rss())
    async with open_env(settings, clock, site) as env:
        said = shown(await subscribe(env, topic=address))

        assert EN.say("source-error-address") in said
        assert await stored(env) == []
    assert feeds.paths == []


async def test_the_same_feed_twice_in_a_channel_is_refused(env: BotEnv, clock: Clock, feeds: FeedSite) -> None:
    address = feeds.put("/news.xml", rss(item(clock, 1), title=TITLE))
    await subscribe(env, topic=address)

    said = shown(await subscribe(env, topic=address))

    assert say(env, "subscribe-exists-heading", topic=TITLE) in said
    assert len(await stored(env)) == 1


async def test_an_address_with_another_source_is_refused(env: BotEnv, feeds: FeedSite) -> None:
    said = shown(await subscribe(env, topic=feeds.base_url + "/news.xml", source="trendpage"))

    assert say(env, "error-address-is-feed") in said


async def test_a_keyword_cannot_be_a_feed_without_a_search(env: BotEnv) -> None:
    said = shown(await subscribe(env, topic="データセンター", source="feed"))

    assert say(env, "error-feed-address") in said


async def test_a_feed_is_unsubscribed_by_its_title_or_its_address(
    env: BotEnv, clock: Clock, feeds: FeedSite
) -> None:
    address = feeds.put("/news.xml", rss(item(clock, 1), title=TITLE))
    for typed in (TITLE, address):
        await subscribe(env, topic=address)
        await env.admin.slash(env.channel, "unsubscribe", topic=typed)
        assert await stored(env) == []


async def test_trend_of_an_address_in_japanese(env: BotEnv, clock: Clock, feeds: FeedSite) -> None:
    in_japanese(env)
    marks = "<h:bookmarkcount>42</h:bookmarkcount>"
    one = Item("橋の話", "https://a.example/1", clock(), more=marks)
    address = feeds.put(
        "/news.xml", rss(one, title=TITLE, attributes='xmlns:h="http://www.hatena.ne.jp/info/xmlns#"')
    )

    result = await env.admin.slash(env.channel, "trend", topic=address)
    message = result.followups[-1] if result.followups else result.response

    said = shown(message)
    assert TITLE in said
    assert env.services.texts.speaker("ja").say("score-bookmarks", count=42, shown="42") in said
