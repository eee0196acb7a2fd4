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
from bot.services.subscriptions.requests import SubscribeRequest
from tests.conftest import BotEnv, Clock, make_settings, open_env
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
class NewsRig:
    """The bot, and every source that it reads."""

    env: BotEnv
    feeds: FeedSite
    mastodon: MastodonServer
    misskey: MisskeyServer
    bluesky: BlueskyServer

    @property
    def viewer(self) -> Viewer:
        """Who sees the channel."""
        return Viewer(GuildId(self.env.guild.id), frozenset({ChannelId(self.env.channel.id)}))

    async def follow(self, source: SourceName) -> None:
        """The channel follows the topic at one source; the first look is over."""
        env = self.env
        wanted = NewSubscription(
            guild_id=GuildId(env.guild.id),
            channel_id=ChannelId(env.channel.id),
            topic=make_topic(TOPIC),
            created_by=UserId(env.admin.id),
            settings=SubscriptionSettings(language="ja", min_rp={source: 100}),
        )
        await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
        await env.poll_again()

    async def follow_feed(self, *items: Item, path: str = "/hot.xml", title: str = BOOKMARKS) -> None:
        """The channel follows a feed that holds these entries already."""
        address = self.feeds.put(path, rss(*items, title=title))
        env = self.env
        ask = SubscribeRequest(
            topic=address,
            guild_id=GuildId(env.guild.id),
            channel_id=ChannelId(env.channel.id),
            user_id=UserId(env.admin.id),
            language="ja",
        )
        await env.services.subscriptions.subscribe(ask)
        await self.env.poll_again()

    def write(self, *links: str, path: str = "/hot.xml", title: str = BOOKMARKS) -> None:
        """The feed's entries from now on."""
        at = self.env.clock()
        items = [Item(f"話題の{number}", link, at) for number, link in enumerate(links)]
        self.feeds.put(path, rss(*items, title=title))

    def told(self) -> list[str]:
        return told(self.env.channel)


@pytest.fixture
async def rig(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[NewsRig]:
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
        env = await stack.enter_async_context(open_env(settings, clock, site))
        yield NewsRig(env, feeds, mastodon, misskey, bluesky)


def posted_on_x(rig: NewsRig) -> str:
    post = rig.env.post("新しい発電所", 450)
    rig.env.site.put(TOPIC, [post])
    return f"https://twitter.com/i/web/status/{post.id}?s=20"


def posted_on_mastodon(rig: NewsRig) -> str:
    status = rig.mastodon.add("<p>データセンターの話</p>", boosts=450)
    return str(rig.mastodon.row(status)["url"])


def posted_on_mastodon_named_by_its_uri(rig: NewsRig) -> str:
    return rig.mastodon.uri(rig.mastodon.add("<p>データセンターの話</p>", boosts=450))


def posted_on_misskey(rig: NewsRig) -> str:
    uri = "https://misskey.example/notes/a1b2c3"
    rig.misskey.add("データセンターの話", renotes=450, uri=uri)
    return f"{uri}?utm_source=feed"


def posted_on_bluesky(rig: NewsRig) -> str:
    uri = rig.bluesky.add("データセンターの話", author="hanako", reposts=450)
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
async def test_feed_that_links_to_an_alerted_post_is_named_in_its_alert(
    rig: NewsRig, source: SourceName, post: Callable[[NewsRig], str]
) -> None:
    """Invariant 2: whatever address of the post the feed has."""
    await rig.follow(source)
    await rig.follow_feed()
    link = post(rig)
    await rig.env.poll_again()
    [before] = rig.told()
    assert ALSO not in before

    rig.write(link)
    for _ in range(3):
        await rig.env.poll_again()

    [after] = rig.told()
    assert after.count(ALSO) == 1


@pytest.mark.invariant(2)
@pytest.mark.parametrize(("source", "post"), NETWORKS[1:])
async def test_post_that_crosses_after_a_feed_showed_its_link_is_not_alerted_again(
    rig: NewsRig, source: SourceName, post: Callable[[NewsRig], str]
) -> None:
    """Invariant 2, the other way round."""
    await rig.follow(source)
    await rig.follow_feed()
    link = post(rig)
    rig.write(link)
    poll_first = [watch for watch in await rig.env.services.storage.watches.listed() if watch.source == "feed"]
    rig.env.site.put(TOPIC, [])
    await only(rig, SourceName.FEED)
    assert len(rig.told()) == len(poll_first) == 1

    for _ in range(3):
        await rig.env.poll_again(minutes=12)

    [message] = rig.told()
    assert BOOKMARKS in message
    assert message.count("でも話題") == 1


async def only(rig: NewsRig, source: SourceName) -> None:
    """A look at one source alone."""
    storage, services = rig.env.services.storage, rig.env.services
    names = {name: one.target_templates for name, one in services.sources.items()}
    await storage.source_targets.set_sources({source: names[source]}, rig.env.clock())
    await rig.env.poll_again()
    await storage.source_targets.set_sources(names, rig.env.clock())


@pytest.mark.invariant(2)
async def test_article_of_two_feeds_is_alerted_once_and_the_second_is_named(rig: NewsRig) -> None:
    """Invariant 2."""
    await rig.follow_feed()
    await rig.follow_feed(path="/other.xml", title="町の技術便り")
    rig.write("https://a.example/1?utm_source=rss")
    await rig.env.poll_again()

    rig.write("http://a.example/1#top", path="/other.xml", title="町の技術便り")
    await rig.env.poll_again()
    await rig.env.poll_again()

    [message] = rig.told()
    assert "町の技術便りでも話題" in message
    assert ALSO not in message


async def test_further_places_are_counted(rig: NewsRig) -> None:
    await rig.follow(SourceName.TRENDPAGE)
    titles = [f"{number}丁目便り" for number in range(1, 5)]
    for number, title in enumerate(titles):
        await rig.follow_feed(path=f"/{number}.xml", title=title)
    link = posted_on_x(rig)
    await rig.env.poll_again()
    for number, title in enumerate(titles):
        rig.write(link, path=f"/{number}.xml", title=title)
    await rig.env.poll_again()

    [message] = rig.told()
    assert "ほか2か所でも話題" in message


async def test_post_of_a_timeline_that_reaches_the_trend_page_says_so(rig: NewsRig, clock: Clock) -> None:
    await rig.follow_feed()
    await rig.follow(SourceName.TRENDPAGE)
    post = rig.env.post("新しい発電所", 450)
    rig.write(f"https://x.com/taro/status/{post.id}")
    await rig.env.poll_again()
    assert len(rig.told()) == 1

    rig.env.site.put(TOPIC, [post])
    await rig.env.poll_again()

    [message] = rig.told()
    assert "トレンドページでも話題" in message


async def test_edits_keep_the_hour_and_later_ones_still_say_it(rig: NewsRig) -> None:
    await rig.follow(SourceName.TRENDPAGE)
    await rig.follow_feed()
    await rig.follow_feed(path="/other.xml", title="町の技術便り")
    link = posted_on_x(rig)
    await rig.env.poll_again()
    rig.write(link)
    await rig.env.poll_again()
    rig.write(link, path="/other.xml", title="町の技術便り")
    await rig.env.poll_again()
    [message] = rig.told()
    assert ALSO in message
    assert "町の技術便り" not in message, "edited less than an hour ago"

    await rig.env.poll_again(minutes=61)

    [message] = rig.told()
    assert f"{BOOKMARKS}、町の技術便りでも話題" in message


@pytest.mark.invariant(8)
async def test_hidden_post_is_not_brought_back_by_a_feed(rig: NewsRig) -> None:
    """Invariant 8: neither as its own alert nor in the old message."""
    await rig.follow(SourceName.MASTODON)
    await rig.follow_feed()
    link = posted_on_mastodon(rig)
    await rig.env.poll_again()
    [watch] = [one for one in await rig.env.services.storage.watches.listed() if one.source == SourceName.MASTODON]
    [stored] = await rig.env.services.storage.trends.recent_posts(
        watch.topic.key, rig.env.clock() - timedelta(days=1), rig.viewer
    )
    await rig.env.services.storage.moderation.hide(
        GuildId(rig.env.guild.id), stored.post.key, actor=OPERATOR, why=None, now=rig.env.clock()
    )
    await rig.env.deliver()
    assert rig.told() == []

    rig.write(link)
    for _ in range(3):
        await rig.env.poll_again()

    assert rig.told() == []


async def test_why_says_of_a_link_that_its_post_was_alerted(rig: NewsRig) -> None:
    await rig.follow(SourceName.MASTODON)
    await rig.follow_feed()
    link = posted_on_mastodon(rig)
    await rig.env.poll_again()
    rig.write(link)
    await rig.env.poll_again()

    trace = await rig.env.services.storage.post_history.of_post(
        GuildId(rig.env.guild.id),
        ChannelId(rig.env.channel.id),
        PostKey(f"web:{link}"),
        rig.env.clock(),
    )

    assert trace.alert is not None
    assert trace.alert.source is SourceName.MASTODON


@pytest.mark.invariant(2)
async def test_article_in_two_feeds_of_a_site_is_alerted_once_whatever_its_links_carry(
    rig: NewsRig,
) -> None:
    """Also where both feeds are read at the same moment."""
    await rig.follow_feed(path="/news.xml")
    await rig.follow_feed(path="/all.xml", title="すべて")
    at, link = rig.env.clock(), f"{rig.feeds.base_url}/p/1"
    rig.feeds.put("/news.xml", rss(Item("橋が開通", f"{link}?v=abc", at, guid="1")))
    rig.feeds.put("/all.xml", rss(Item("橋が開通", f"{link}?v=xyz", at, guid="all-1"), title="すべて"))

    await rig.env.poll_again()
    await rig.env.poll_again()

    assert len(rig.told()) == 1


@pytest.mark.invariant(2)
async def test_link_that_was_corrected_is_still_the_alerted_article_to_other_feeds(rig: NewsRig) -> None:
    await rig.follow_feed(path="/hot.xml")
    await rig.follow_feed(path="/news.xml", title="新聞")
    at = rig.env.clock()
    old, new = "https://paper.example/brigde-opens", "https://paper.example/bridge-opens"
    rig.feeds.put("/news.xml", rss(Item("橋が開通", old, at, guid="1"), title="新聞"))
    await rig.env.poll_again()
    rig.feeds.put("/news.xml", rss(Item("橋が開通", new, at, guid="1"), title="新聞"))
    await rig.env.poll_again()

    rig.write(new)
    await rig.env.poll_again()

    assert len(rig.told()) == 1
