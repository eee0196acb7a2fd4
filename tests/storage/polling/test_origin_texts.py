"""What a page or a feed lists is told as its own place words it, to those who follow that place (invariant 10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.identity.origins import worded
from bot.core.models import ChannelId, Network, Post, SourceName
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.storage.world import CHANNEL, NOW, OTHER_CHANNEL, SINCE, TOPIC, change, plan, post, wanted

pytestmark = pytest.mark.invariant(10)

PAPER, LIST = "https://Paper.example:443/news.xml", "https://list.example/hot.xml"
FEED, TRENDPAGE, X = SourceName.FEED, SourceName.TRENDPAGE, SourceName.X
ARTICLE = Post(Network.WEB, "https://paper.example/1", "本物の見出し", created_at=NOW)
FORGED = replace(ARTICLE, text="にせもの", score=5, score_name="bookmarks")


async def follow_feed(storage: Storage, address: str, channel: ChannelId) -> None:
    asked = wanted(make_topic(address), channel=channel, min_rp={FEED: 0})
    await storage.subscriptions.subscribe(replace(asked, target=address), SINCE, NOW)


async def stored(storage: Storage, source: SourceName, target: str | None, *posts: Post) -> None:
    """One poll of the watch there."""
    for due in await storage.watches.claim_due(NOW, limit=10, lease_s=30):
        if (due.watch.source, due.watch.target) == (source, target):
            state = await storage.polls.state(due.watch, [], NOW)
            await storage.polls.commit(plan(state, at=NOW, changes=[change(one) for one in posts]))
        else:
            await storage.watches.release(due.watch)


async def own_words(storage: Storage, source: SourceName, target: str | None, seen: Post) -> dict[ChannelId, str]:
    [watch] = [one for one in await storage.watches.listed() if (one.source, one.target) == (source, target)]
    state = await storage.polls.state(watch, [seen.key], NOW)
    return {channel: one.text for (channel, _), one in state.own_words.items()}


async def test_article_that_a_feed_lists_has_the_words_of_its_own_feed_where_that_is_followed(
    storage: Storage,
) -> None:
    await follow_feed(storage, PAPER, CHANNEL)
    for channel in (CHANNEL, OTHER_CHANNEL):
        await follow_feed(storage, LIST, channel)
    await stored(storage, FEED, PAPER, ARTICLE)

    assert await own_words(storage, FEED, LIST, FORGED) == {CHANNEL: ARTICLE.text}


async def test_list_words_nothing_of_what_the_article_says_itself(storage: Storage) -> None:
    for address in (PAPER, LIST):
        await follow_feed(storage, address, CHANNEL)
    await stored(storage, FEED, LIST, FORGED)

    assert await own_words(storage, FEED, PAPER, ARTICLE) == {}


async def test_post_that_a_page_lists_has_the_words_of_x_where_x_shows_it(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(min_rp={TRENDPAGE: 100, X: 100}), SINCE, NOW)
    await stored(storage, X, None, post(1, text="Xの文"))

    assert await own_words(storage, TRENDPAGE, None, post(1, text="ページの文")) == {CHANNEL: "Xの文"}
    assert (await storage.watches.listed())[0].topic.key == TOPIC.key


def test_own_words_leave_the_count_to_who_listed_the_post() -> None:
    told = worded(FORGED, ARTICLE)

    assert (told.text, told.score, told.score_name) == ("本物の見出し", 5, "bookmarks")
    assert worded(FORGED, None) == FORGED
    assert worded(FORGED, replace(ARTICLE, text="")) == FORGED
