"""Bluesky's public AppView, Google Trends and a trend site's ranking page on loopback, as far as they rank topics.

async with RankingSite() as site:
    site.bluesky = [trend("Meteor shower")]
    site.google["JP"] = [("流星群", "1000+")]
    site.page = ["流星群"]
    site.fail("getTrends", 501)
"""

from __future__ import annotations

from html import escape
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from aiohttp import web


def trend(name: str, *, people: int = 3, status: str | None = None) -> dict[str, Any]:
    """A trend of Bluesky as ``getTrends`` answers it."""
    actors = [{"did": f"did:plc:{number}", "handle": f"p{number}.example"} for number in range(people)]
    row = {"topic": name, "displayName": name, "link": "/profile/trending.bsky.app/feed/1", "actors": actors}
    return row | {
        "startedAt": "2026-11-22T01:00:00.000Z",
        "postCount": 3000,
        "status": status,
        "category": "other",
    }


class RankingSite:
    """See the module. ``requests``: the paths asked for with their query, oldest first."""

    def __init__(self) -> None:
        self.bluesky: list[dict[str, Any]] = []
        self.google: dict[str, list[tuple[str, str]]] = {}
        self.page: list[str] = []
        self.robots = "User-agent: *\nAllow: /\n"
        self.requests: list[str] = []
        self.url = ""
        self._faults: dict[str, tuple[int, str, dict[str, str]]] = {}
        self._runner: web.AppRunner | None = None

    def fail(self, path: str, status: int, body: str = "", **headers: str) -> None:
        """Answer requests whose path holds ``path`` with an error from now on."""
        self._faults[path] = (status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    @property
    def settings(self) -> dict[str, Any]:
        """The table ``trending`` that leads here."""
        return {"bluesky_url": self.url, "google_url": f"{self.url}/trending/rss"}

    def asked(self, part: str) -> int:
        """The number of requests whose path and query hold ``part``."""
        return sum(part in path for path in self.requests)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append(request.path_qs)
        for part, (status, body, headers) in self._faults.items():
            if part in request.path:
                return web.Response(status=status, text=body, headers=headers)
        if request.path == "/robots.txt":
            return web.Response(text=self.robots)
        if request.path == "/xrpc/app.bsky.unspecced.getTrends":
            return web.json_response({"trends": self.bluesky})
        if request.path == "/trending/rss":
            return web.Response(text=self._feed(request.query["geo"]), content_type="application/rss+xml")
        if request.path == "/ranking":
            items = "".join(f'<li><a href="/word/{quote(one)}">{escape(one)}</a></li>' for one in self.page)
            return web.Response(text=f"<!doctype html><ol>{items}</ol>", content_type="text/html")
        raise web.HTTPNotFound

    def _feed(self, country: str) -> str:
        items = "".join(
            f"<item><title>{escape(title)}</title><ht:approx_traffic>{traffic}</ht:approx_traffic>"
            f"<link>{self.url}/trending/rss?geo={country}</link>"
            "<pubDate>Sun, 22 Nov 2026 01:30:00 +0000</pubDate></item>"
            for title, traffic in self.google.get(country, ())
        )
        space = "https://trends.google.com/trending/rss"
        return f'<rss xmlns:ht="{space}" version="2.0"><channel><title>Daily</title>{items}</channel></rss>'
