"""Every kind of server in one process: pages recorded from the tests' own fakes, answered after 50 ms.

In each answer the RP of one post is another than before, so that every poll has something to write.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
from aiohttp import web

from tests.fakes.bluesky_server import HANDLE, LOGIN, PASSWORD, SEARCH, BlueskyServer
from tests.fakes.feed_site import Item, rss
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer
from tests.fakes.trend_site import SitePage, SitePost

LATENCY_S = 0.05
POSTS = 20
MOVING = 777_777
"""The RP that is another one in each answer."""
TAG = "便り"
_SENTENCE = "瓦版の刷り上がりを待つ間に橋の上で聞いた話をまとめておく。続きは夕方の版で、絵も入る予定です。"


@dataclass(frozen=True)
class Page:
    """An answer as it was recorded."""

    body: bytes
    kind: str
    headers: Mapping[str, str]


async def record() -> dict[str, Page]:
    """What each server answers, by the beginning of its path."""
    now = datetime.now(UTC)
    published_at = [now - timedelta(minutes=7 * number + 6) for number in range(POSTS)]
    rps = [MOVING, *range(30, 30 + POSTS - 1)]
    pages: dict[str, Page] = {}
    async with MastodonServer() as mastodon, MisskeyServer() as misskey, BlueskyServer() as bluesky:
        for at, rp in zip(published_at, rps, strict=True):
            mastodon.add(f"<p>{_SENTENCE}</p>", tags=[TAG], boosts=rp, created_at=at)
            misskey.add(_SENTENCE, tags=[TAG], renotes=rp, created_at=at)
            bluesky.add(f"{TAG} {_SENTENCE}", reposts=rp, written=at)
        async with aiohttp.ClientSession() as client:
            base = mastodon.base_url + "/api/v1"
            pages["/api/v1/timelines"] = await _page(client, "GET", f"{base}/timelines/tag/{TAG}?limit=40")
            pages["/api/v1/tags"] = await _page(client, "GET", f"{base}/tags/{TAG}")
            question = {"tag": TAG, "limit": 100}
            base = misskey.base_url + "/api"
            pages["/api/notes/search"] = await _page(client, "POST", f"{base}/notes/search-by-tag", question)
            pages["/api/hashtags/trend"] = await _page(client, "POST", f"{base}/hashtags/trend", {})
            base, login = bluesky.base_url + "/xrpc", {"identifier": HANDLE, "password": PASSWORD}
            pages[f"/xrpc/{LOGIN}"] = session = await _page(client, "POST", f"{base}/{LOGIN}", login)
            token = session.body.decode().partition('"accessJwt": "')[2].partition('"')[0]
            client.headers["authorization"] = f"Bearer {token}"
            pages[f"/xrpc/{SEARCH}"] = await _page(client, "GET", f"{base}/{SEARCH}?q={TAG}&limit=100")
    posts = [
        SitePost(at, _SENTENCE, rp, serial=n) for n, (at, rp) in enumerate(zip(published_at, rps, strict=True))
    ]
    pages["/word"] = Page(SitePage(TAG, posts=posts).html().encode(), "text/html", {})
    items = [
        Item(
            f"{n}番目の便り",
            f"https://news.example/{n}",
            at,
            _SENTENCE,
            more=f"<h:bookmarkcount>{rp}</h:bookmarkcount>",
        )
        for n, (at, rp) in enumerate(zip(published_at, rps, strict=True))
    ]
    hatena = 'xmlns:h="http://www.hatena.ne.jp/info/xmlns#"'
    pages["/feed"] = Page(rss(*items, attributes=hatena), "application/rss+xml", {})
    return pages


def _item(number: int, at: datetime, bookmarks: int) -> Item:
    more = f"<h:bookmarkcount>{bookmarks}</h:bookmarkcount>"
    return Item(f"{number}番目の便り", f"https://news.example/{number}", at, _SENTENCE, more=more)


async def _page(client: aiohttp.ClientSession, method: str, url: str, question: object = None) -> Page:
    async with client.request(method, url, json=question) as answer:
        answer.raise_for_status()
        kept = {name: value for name, value in answer.headers.items() if name.lower().startswith("ratelimit")}
        return Page(await answer.read(), answer.content_type, kept)


async def serve() -> None:
    """Serve until standard input ends, with the process that started this one."""
    pages = await record()
    counter = itertools.count(1000)

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(LATENCY_S)
        page = next((page for path, page in pages.items() if request.path.startswith(path)), None)
        if page is None:
            return web.Response(status=404)
        body = page.body.replace(str(MOVING).encode(), str(next(counter)).encode())
        body = body.replace(f"{MOVING:,}".encode(), str(next(counter)).encode())
        return web.Response(body=body, content_type=page.kind, headers=page.headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
