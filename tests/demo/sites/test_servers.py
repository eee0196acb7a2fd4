"""The bot's own sources read the demo's servers, as they read the real ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.bootstrap import http_limits, make_sources
from bot.core.causes import Cause
from bot.core.errors import HostNotListed
from bot.core.models import FetchRequest, FetchResult, MediaKind, Recheck, SourceName
from bot.core.text import make_topic
from bot.demo.run import demo_settings
from bot.demo.sites.all_sites import Sites, open_sites
from bot.demo.worlds.posts import CASTS
from bot.demo.worlds.script import Language
from bot.demo.worlds.world import World
from bot.sources.base import Source
from bot.sources.http.client import Http

START = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


class Running:
    """A world with its sites and the bot's sources, at a time of the test's choice."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = START
        self.sites: Sites
        self.http: Http
        self.sources: dict[SourceName, Source]

    async def fetch(self, name: SourceName, topic: str, **more: object) -> FetchResult:
        seen = await self.sources[name].fetch(FetchRequest(make_topic(topic), **more), self.now)  # type: ignore[arg-type]
        assert isinstance(seen, FetchResult)
        return seen


@asynccontextmanager
async def running(tmp_path: object, language: Language = "en") -> AsyncIterator[Running]:
    demo = Running(World(START, cast=CASTS[language]))
    async with open_sites(demo.world, clock=lambda: demo.now) as sites:
        settings = demo_settings(tmp_path, sites, language)  # type: ignore[arg-type]
        demo.sites, demo.http = sites, Http(http_limits(settings), clock=lambda: demo.now)
        demo.sources = make_sources(settings, demo.http, clock=lambda: demo.now)
        try:
            yield demo
        finally:
            await demo.http.aclose()


@pytest.mark.parametrize("name", [SourceName.MASTODON, SourceName.MISSKEY])
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_server_tells_its_posts_the_surge_and_rp_that_rises(
    tmp_path: object, name: SourceName, language: Language
) -> None:
    async with running(tmp_path, language) as demo:
        topic = demo.world.topics[0]
        first = await demo.fetch(name, topic)
        demo.now += timedelta(seconds=90)
        again = [Recheck(post.key, post.source_id or "", post.created_at or START) for post in first.posts]
        second = await demo.fetch(name, topic, cursor=first.cursor, rechecks=tuple(again))
    known = {post.key: post for post in first.posts}
    new = [post for post in second.posts if post.key not in known]
    assert len(known) >= 1
    assert [post.rp is not None and post.rp > 100 for post in new] == [True]
    assert all((post.rp or 0) >= (known[post.key].rp or 0) for post in second.posts if post.key in known)
    assert all(post.author_handle and post.author_handle.endswith(".example") for post in first.posts)


async def test_a_posts_link_leads_to_the_demos_own_page_of_it(tmp_path: object) -> None:
    async with running(tmp_path) as demo, httpx.AsyncClient() as web:
        posts = [
            post
            for name in (SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.MISSKEY)
            for post in (await demo.fetch(name, demo.world.topics[0])).posts
        ]
        pages = []
        for post in posts:
            assert post.url is not None
            begin = next(each for each in demo.sites.links if post.url.startswith(each))
            pages.append(await web.get(demo.sites.links[begin] + post.url.removeprefix(begin)))
    assert all((post.author_name or "") in page.text for post, page in zip(posts, pages, strict=True))


async def test_the_feed_gains_an_article_and_each_has_a_page(tmp_path: object) -> None:
    async with running(tmp_path) as demo, httpx.AsyncClient() as web:
        feed = demo.sites.news.feed
        first = await demo.fetch(SourceName.FEED, feed, target=feed)
        demo.now += timedelta(minutes=2)
        second = await demo.fetch(SourceName.FEED, feed, target=feed)
        pages = [await web.get(post.url or "") for post in second.posts]
    assert len(second.posts) == len(first.posts) + 1
    assert [page.status_code for page in pages] == [200] * len(pages)


async def test_the_demo_asks_only_its_own_sites(tmp_path: object) -> None:
    async with running(tmp_path) as demo:
        with pytest.raises(HostNotListed) as refused:
            await demo.http.get("https://example.com/feed.xml")
    assert refused.value.cause is Cause.NOT_LISTED


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_posts_of_every_site_show_pictures_that_are_there(tmp_path: object, language: Language) -> None:
    async with running(tmp_path, language) as demo, httpx.AsyncClient() as web:
        demo.now += timedelta(minutes=9)
        feed = await demo.sources[SourceName.FEED].fetch(
            FetchRequest(make_topic(demo.sites.news.feed), target=demo.sites.news.feed), demo.now
        )
        assert isinstance(feed, FetchResult)
        posts = {SourceName.FEED: feed.posts}
        for name in (SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.MISSKEY):
            posts[name] = (await demo.fetch(name, demo.world.topics[0])).posts
        media = [one for found in posts.values() for post in found for one in post.media]
        shown = {
            *(one.preview_url or one.url for one in media),
            *(post.avatar_url for found in posts.values() for post in found if post.avatar_url),
        }
        kinds = {(await web.get(address)).headers["content-type"] for address in shown}
    assert all(any(post.media for post in found) for found in posts.values())
    assert {one.kind for one in media} == {MediaKind.IMAGE, MediaKind.VIDEO}
    assert {one.sensitive for one in media} == {False, True}
    assert all(one.alt for one in media)
    assert kinds == {"image/jpeg", "image/png"}


async def test_film_of_the_demo_is_not_there(tmp_path: object) -> None:
    async with running(tmp_path) as demo, httpx.AsyncClient() as web:
        assert (await web.get(f"{demo.sites.mastodon.url}media/film.mp4")).status_code == 404
