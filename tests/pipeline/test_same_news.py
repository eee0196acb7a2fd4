"""Same news twice: one alert in a channel, and a word in it where else the post was found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.models import (
    OPERATOR,
    ChannelId,
    GuildId,
    NewSubscription,
    PostKey,
    SourceName,
    SubscriptionSettings,
    UserId,
    Viewer,
)
from bot.core.text import make_topic
from bot.services.subscription_requests import SubscribeRequest
from tests.conftest import Clock, House, make_settings, open_house
from tests.fakes.bluesky_server import HANDLE, PASSWORD, BlueskyServer, did_of
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer
from tests.fakes.trend_site import TrendSite

from .test_alerts import told

TOPIC = "データセンター"
BOOKMARKS = "はてなの人気記事"
ALSO = f"{BOOKMARKS}でも話題"


@dataclass(slots=True)
class Town:
    """The bot, and every source that it reads."""

    house: House
    feeds: FeedSite
    mastodon: MastodonServer
    misskey: MisskeyServer
    bluesky: BlueskyServer

    @property
    def viewer(self) -> Viewer:
        """Who sees the channel."""
        return Viewer(GuildId(self.house.guild.id), frozenset({ChannelId(self.house.channel.id)}))

    async def follow(self, source: SourceName) -> None:
        """The channel follows the topic at one source; the first look is over."""
        house = self.house
        wanted = NewSubscription(
            guild_id=GuildId(house.guild.id),
            channel_id=ChannelId(house.channel.id),
            topic=make_topic(TOPIC),
            created_by=UserId(house.admin.id),
            settings=SubscriptionSettings(language="ja", min_rp={source: 100}),
        )
        await house.services.storage.subscriptions.subscribe(wanted, house.clock(), house.clock())
        await house.look_again()

    async def follow_feed(self, *items: Item, path: str = "/hot.xml", title: str = BOOKMARKS) -> None:
        """The channel follows a feed that holds these entries already."""
        address = self.feeds.put(path, rss(*items, title=title))
        house = self.house
        ask = SubscribeRequest(
            topic=address,
            guild_id=GuildId(house.guild.id),
            channel_id=ChannelId(house.channel.id),
            user_id=UserId(house.admin.id),
            language="ja",
        )
        await house.services.subscriptions.subscribe(ask)
        await self.house.look_again()

    def write(self, *links: str, path: str = "/hot.xml", title: str = BOOKMARKS) -> None:
        """The feed's entries from now on."""
        at = self.house.clock()
        items = [Item(f"話題の{number}", link, at) for number, link in enumerate(links)]
        self.feeds.put(path, rss(*items, title=title))

    def told(self) -> list[str]:
        return told(self.house.channel)


@pytest.fixture
async def town(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        feeds = await stack.enter_async_context(FeedSite())
        mastodon = await stack.enter_async_context(MastodonServer(clock=clock))
        misskey = await stack.enter_async_context(MisskeyServer(clock=clock))
        bluesky = await stack.enter_async_context(BlueskyServer(clock=clock))
        sources = {
            "trendpage": {"url": site.url},
            "mastodon": {"enabled": True, "base_url": mastodon.base_url},
            "misskey": {"enabled": True, "base_url": misskey.base_url},
            "bluesky": {"service_url": bluesky.base_url, "identifier": HANDLE, "app_password": PASSWORD},
        }
        settings = make_settings(tmp_path, sources=sources)
        house = await stack.enter_async_context(open_house(settings, clock, site))
        yield Town(house, feeds, mastodon, misskey, bluesky)


def posted_on_x(town: Town) -> str:
    post = town.house.post("新しい発電所", 450)
    town.house.site.put(TOPIC, [post])
    return f"https://twitter.com/i/web/status/{post.id}?s=20"


def posted_on_mastodon(town: Town) -> str:
    status = town.mastodon.add("<p>データセンターの話</p>", boosts=450)
    return str(town.mastodon.row(status)["url"])


def posted_on_mastodon_named_by_its_uri(town: Town) -> str:
    return town.mastodon.uri(town.mastodon.add("<p>データセンターの話</p>", boosts=450))


def posted_on_misskey(town: Town) -> str:
    uri = "https://misskey.example/notes/a1b2c3"
    town.misskey.add("データセンターの話", renotes=450, uri=uri)
    return f"{uri}?utm_source=feed"


def posted_on_bluesky(town: Town) -> str:
    uri = town.bluesky.add("データセンターの話", author="hanako", reposts=450)
    return f"https://bsky.app/profile/{did_of('hanako')}/post/{uri.rpartition('/')[2]}"


NETWORKS = [
    (SourceName.TRENDPAGE, posted_on_x),
    (SourceName.MASTODON, posted_on_mastodon),
    (SourceName.MASTODON, posted_on_mastodon_named_by_its_uri),
    (SourceName.MISSKEY, posted_on_misskey),
    (SourceName.BLUESKY, posted_on_bluesky),
]


@pytest.mark.invariant(2)
@pytest.mark.parametrize(("source", "post"), NETWORKS)
async def test_feed_that_links_to_a_told_post_is_named_in_its_alert(
    town: Town, source: SourceName, post: Callable[[Town], str]
) -> None:
    """Invariant 2: whatever address of the post the feed has."""
    await town.follow(source)
    await town.follow_feed()
    link = post(town)
    await town.house.look_again()
    [before] = town.told()
    assert ALSO not in before

    town.write(link)
    for _ in range(3):
        await town.house.look_again()

    [after] = town.told()
    assert after.count(ALSO) == 1


@pytest.mark.invariant(2)
@pytest.mark.parametrize(("source", "post"), NETWORKS[1:])
async def test_post_that_crosses_after_a_feed_told_its_link_is_not_told_again(
    town: Town, source: SourceName, post: Callable[[Town], str]
) -> None:
    """Invariant 2, the other way round."""
    await town.follow(source)
    await town.follow_feed()
    link = post(town)
    town.write(link)
    poll_first = [watch for watch in await town.house.services.storage.watches.listed() if watch.source == "feed"]
    town.house.site.put(TOPIC, [])
    await only(town, SourceName.FEED)
    assert len(town.told()) == len(poll_first) == 1

    for _ in range(3):
        await town.house.look_again(minutes=12)

    [message] = town.told()
    assert BOOKMARKS in message
    assert message.count("でも話題") == 1


async def only(town: Town, source: SourceName) -> None:
    """A look at one source alone."""
    storage, services = town.house.services.storage, town.house.services
    names = {name: one.target_templates for name, one in services.sources.items()}
    await storage.source_targets.set_sources({source: names[source]}, town.house.clock())
    await town.house.look_again()
    await storage.source_targets.set_sources(names, town.house.clock())


@pytest.mark.invariant(2)
async def test_article_of_two_feeds_is_told_once_and_the_second_is_named(town: Town) -> None:
    """Invariant 2."""
    await town.follow_feed()
    await town.follow_feed(path="/other.xml", title="町の技術便り")
    town.write("https://a.example/1?utm_source=rss")
    await town.house.look_again()

    town.write("http://a.example/1#top", path="/other.xml", title="町の技術便り")
    await town.house.look_again()
    await town.house.look_again()

    [message] = town.told()
    assert "町の技術便りでも話題" in message
    assert ALSO not in message


async def test_further_places_are_counted(town: Town) -> None:
    await town.follow(SourceName.TRENDPAGE)
    titles = [f"{number}丁目便り" for number in range(1, 5)]
    for number, title in enumerate(titles):
        await town.follow_feed(path=f"/{number}.xml", title=title)
    link = posted_on_x(town)
    await town.house.look_again()
    for number, title in enumerate(titles):
        town.write(link, path=f"/{number}.xml", title=title)
    await town.house.look_again()

    [message] = town.told()
    assert "ほか2か所でも話題" in message


async def test_post_of_a_timeline_that_reaches_the_trend_page_says_so(town: Town, clock: Clock) -> None:
    await town.follow_feed()
    await town.follow(SourceName.TRENDPAGE)
    post = town.house.post("新しい発電所", 450)
    town.write(f"https://x.com/taro/status/{post.id}")
    await town.house.look_again()
    assert len(town.told()) == 1

    town.house.site.put(TOPIC, [post])
    await town.house.look_again()

    [message] = town.told()
    assert "トレンドページでも話題" in message


async def test_edits_keep_the_hour_and_later_ones_still_say_it(town: Town) -> None:
    await town.follow(SourceName.TRENDPAGE)
    await town.follow_feed()
    await town.follow_feed(path="/other.xml", title="町の技術便り")
    link = posted_on_x(town)
    await town.house.look_again()
    town.write(link)
    await town.house.look_again()
    town.write(link, path="/other.xml", title="町の技術便り")
    await town.house.look_again()
    [message] = town.told()
    assert ALSO in message
    assert "町の技術便り" not in message, "edited less than an hour ago"

    await town.house.look_again(minutes=61)

    [message] = town.told()
    assert f"{BOOKMARKS}、町の技術便りでも話題" in message


@pytest.mark.invariant(8)
async def test_hidden_post_is_not_brought_back_by_a_feed(town: Town) -> None:
    """Invariant 8: neither as its own alert nor in the old message."""
    await town.follow(SourceName.MASTODON)
    await town.follow_feed()
    link = posted_on_mastodon(town)
    await town.house.look_again()
    [watch] = [
        one for one in await town.house.services.storage.watches.listed() if one.source == SourceName.MASTODON
    ]
    [stored] = await town.house.services.storage.trends.recent_posts(
        watch.topic.key, town.house.clock() - timedelta(days=1), town.viewer
    )
    await town.house.services.storage.moderation.hide(
        GuildId(town.house.guild.id), stored.post.key, actor=OPERATOR, why=None, now=town.house.clock()
    )
    await town.house.deliver()
    assert town.told() == []

    town.write(link)
    for _ in range(3):
        await town.house.look_again()

    assert town.told() == []


async def test_why_says_of_a_link_that_its_post_was_told(town: Town) -> None:
    await town.follow(SourceName.MASTODON)
    await town.follow_feed()
    link = posted_on_mastodon(town)
    await town.house.look_again()
    town.write(link)
    await town.house.look_again()

    trace = await town.house.services.storage.post_history.trace(
        GuildId(town.house.guild.id),
        ChannelId(town.house.channel.id),
        PostKey(f"web:{link}"),
        town.house.clock(),
    )

    assert trace.telling is not None
    assert trace.telling.source is SourceName.MASTODON


@pytest.mark.invariant(2)
async def test_article_in_two_feeds_of_a_site_is_told_once_whatever_its_links_carry(town: Town) -> None:
    """Also where both feeds are read at the same moment."""
    await town.follow_feed(path="/news.xml")
    await town.follow_feed(path="/all.xml", title="すべて")
    at, link = town.house.clock(), f"{town.feeds.base_url}/p/1"
    town.feeds.put("/news.xml", rss(Item("橋が開通", f"{link}?v=abc", at, guid="1")))
    town.feeds.put("/all.xml", rss(Item("橋が開通", f"{link}?v=xyz", at, guid="all-1"), title="すべて"))

    await town.house.look_again()
    await town.house.look_again()

    assert len(town.told()) == 1


@pytest.mark.invariant(2)
async def test_link_that_was_corrected_is_still_the_told_article_to_other_feeds(town: Town) -> None:
    await town.follow_feed(path="/hot.xml")
    await town.follow_feed(path="/news.xml", title="新聞")
    at = town.house.clock()
    old, new = "https://paper.example/brigde-opens", "https://paper.example/bridge-opens"
    town.feeds.put("/news.xml", rss(Item("橋が開通", old, at, guid="1"), title="新聞"))
    await town.house.look_again()
    town.feeds.put("/news.xml", rss(Item("橋が開通", new, at, guid="1"), title="新聞"))
    await town.house.look_again()

    town.write(new)
    await town.house.look_again()

    assert len(town.told()) == 1
