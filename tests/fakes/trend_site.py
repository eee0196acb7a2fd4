"""A small trend site on loopback: pages in the form the ``trendpage`` source reads, set by the test."""

from __future__ import annotations

import asyncio
import html
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Self

from aiohttp import web

from tests.fakes.pictures import photo

JAPAN = timezone(timedelta(hours=9))
TWITTER_EPOCH_MS = 1288834974657
WIDTH, HEIGHT = 320, 240
"""Of the site's pictures."""
SENT_HEADER = "X-Sent-At"
"""Names the time at which a process of a test sent a request."""


def status_id(published_at: datetime, serial: int = 0) -> str:
    """An X status id of that time (the inverse of the snowflake formula)."""
    return str(((int(published_at.timestamp() * 1000) - TWITTER_EPOCH_MS) << 22) | serial)


@dataclass(frozen=True, slots=True)
class SitePost:
    """A post on a page. ``rp`` None: the page prints none."""

    published_at: datetime
    text: str
    rp: int | None
    handle: str = "kawara_taro"
    name: str = "瓦 太郎"
    serial: int = 0
    has_picture: bool = False
    """A picture of the site stands in the quote."""

    @property
    def id(self) -> str:
        return status_id(self.published_at, self.serial)


@dataclass(slots=True)
class SitePage:
    """One topic's page."""

    topic: str
    volume: int | None = 1000
    observed_at: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    audience: str = "男性:60% 女性:40% (30代/男性)"
    posts: Sequence[SitePost] = ()

    def html(self) -> str:
        stamp = self.observed_at.astimezone(JAPAN).strftime("%Y.%m.%d %H:%M")
        posts = "\n".join(_post(post) for post in self.posts)
        return (
            f"<!doctype html><html lang=ja><meta charset=utf-8><body><h1>{html.escape(self.topic)} トレンド</h1>"
            f"<p>{self.volume}post</p><p>{stamp}</p><p>{self.audience}</p>"
            "<h2>人気のポスト ※表示されているRP数は特定時点のものです</h2>"
            f"{posts}<p>&lt;ポストの表示について&gt;</p></body></html>"
        )


def _post(post: SitePost) -> str:
    rp = "" if post.rp is None else f"<p>RP {post.rp:,}</p>"
    text = html.escape(post.text).replace("\n", "<br>")
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    picture = f'<img src="/pictures/{post.serial}.jpg" {size}>' if post.has_picture else ""
    return (
        f'<div><blockquote class="twitter-tweet"><p lang="ja" dir="ltr">{text}</p>{picture}&mdash; '
        f"{html.escape(post.name)} (@{post.handle}) "
        f'<a href="https://twitter.com/{post.handle}/status/{post.id}?ref_src=twsrc%5Etfw">'
        f"{post.published_at.strftime('%B %-d, %Y')}</a></blockquote>{rp}</div>"
    )


@dataclass(slots=True)
class Visit:
    """A request. ``agent``: its User-Agent. Seconds on the machine's monotonic clock; ``ended``: it was answered.

    ``sent``: what ``SENT_HEADER`` says, else the same as ``began``.
    """

    agent: str
    began: float
    sent: float
    ended: float = float("inf")


async def nothing() -> None:
    """What happens while a page is asked for, when nothing does."""


class TrendSite:
    """``async with TrendSite() as site: site.put("データセンター", posts=[…]); site.url`` (the template)."""

    def __init__(self) -> None:
        self.pages: dict[str, SitePage] = {}
        self.status = 200
        self.instead: str | None = None
        """What every page shows instead of itself: a login, a notice of maintenance."""
        self.on_request: Callable[[], Awaitable[None]] = nothing
        self.on_picture: Callable[[], Awaitable[None]] = nothing
        self.picture_status = 200
        self.pictures_asked = 0
        self.requests: list[str] = []
        self.visits: list[Visit] = []
        self._runner: web.AppRunner | None = None
        self.base_url = ""

    @property
    def url(self) -> str:
        """The template with ``{topic}``."""
        return f"{self.base_url}/word/{{topic}}"

    def put(self, topic: str, posts: Sequence[SitePost] = (), *, volume: int | None = 1000) -> SitePage:
        """Show these posts from now on."""
        page = self.pages[topic] = SitePage(topic, volume=volume, posts=posts)
        return page

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/word/{topic}", self._answer)
        app.router.add_get("/pictures/{number:[0-9]+}.jpg", self._picture)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _picture(self, request: web.Request) -> web.Response:
        """Another one for each number."""
        self.pictures_asked += 1
        await self.on_picture()
        if self.picture_status != 200:
            return web.Response(status=self.picture_status)
        picture = photo(WIDTH, HEIGHT, seed=int(request.match_info["number"]))
        return web.Response(body=picture, content_type="image/jpeg")

    async def _answer(self, request: web.Request) -> web.Response:
        topic = request.match_info["topic"]
        self.requests.append(topic)
        now = time.monotonic()
        sent = float(request.headers.get(SENT_HEADER, now))
        visit = Visit(request.headers.get("User-Agent", ""), now, sent)
        self.visits.append(visit)
        try:
            await self.on_request()
        finally:
            visit.ended = time.monotonic()
        page = next((one for name, one in self.pages.items() if name.casefold() == topic.casefold()), None)
        page = page or SitePage(topic, volume=0, audience=":0% :0%")
        if self.status != 200:
            return web.Response(status=self.status, text="not now")
        if self.instead is not None:
            return web.Response(text=self.instead, content_type="text/html")
        return web.Response(text=page.html(), content_type="text/html")


@asynccontextmanager
async def trend_site_on_its_own_loop() -> AsyncIterator[TrendSite]:
    """A site that answers from a thread of its own: the times of its visits are right while the caller is busy."""
    site, started, over = TrendSite(), asyncio.Event(), asyncio.Event()
    mine = asyncio.get_running_loop()
    theirs: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        theirs.append(asyncio.get_running_loop())
        async with site:
            mine.call_soon_threadsafe(started.set)
            await over.wait()

    # Not a thread of the loop's own pool: some sites would take all of it, and every file would wait for ever.
    with ThreadPoolExecutor(1) as pool:
        thread = mine.run_in_executor(pool, asyncio.run, serve())
        await started.wait()
        try:
            yield site
        finally:
            theirs[0].call_soon_threadsafe(over.set)
            await thread
