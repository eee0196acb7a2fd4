"""A small site with feeds on loopback: validators and 304, robots.txt, redirects, failures.

async with FeedSite() as site:
site.put("/news.xml", rss(Item("見出し", "https://a.example/1", PUBLISHED)))
... site.base_url + "/news.xml" ...
assert site.paths == ["/robots.txt", "/news.xml"]
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Self

from aiohttp import web


@dataclass(frozen=True)
class Item:
    """An entry of a feed. ``more``: elements written as they are."""

    title: str
    link: str = ""
    at: datetime | None = None
    summary: str = ""
    guid: str = ""
    more: str = ""


def rss(*items: Item, title: str = "町の瓦版", link: str = "https://a.example/", attributes: str = "") -> bytes:
    """A feed of RSS 2.0."""
    written = "".join(_rss_item(item) for item in items)
    head = f"<title>{escape(title)}</title><link>{escape(link)}</link><description>試し刷り</description>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0" {attributes}><channel>{head}<language>ja</language>{written}</channel></rss>'
    ).encode()


def _rss_item(item: Item) -> str:
    parts = [f"<title>{escape(item.title)}</title>"]
    parts += [f"<link>{escape(item.link)}</link>"] if item.link else []
    parts += [f'<guid isPermaLink="false">{escape(item.guid)}</guid>'] if item.guid else []
    parts += [f"<pubDate>{format_datetime(item.at)}</pubDate>"] if item.at else []
    parts += [f"<description>{escape(item.summary)}</description>"] if item.summary else []
    return f"<item>{''.join(parts)}{item.more}</item>"


@dataclass
class Page:
    """What an address answers."""

    body: bytes
    kind: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class FeedSite:
    """See the module. ``paths`` is everything asked for, oldest first; ``not_modified`` counts the 304s.

    ``next_pages``: what a path answers instead, once each.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.next_pages: dict[str, list[Page]] = {}
        self.paths: list[str] = []
        self.not_modified = 0
        self.base_url = ""
        self._runner: web.AppRunner | None = None

    def put(
        self, path: str, body: bytes | str, *, kind: str = "application/rss+xml", status: int = 200, **headers: str
    ) -> str:
        """Answer a path with this from now on; returns the whole address."""
        content = body if isinstance(body, bytes) else body.encode()
        self.pages[path] = Page(
            content, kind, status, {name.replace("_", "-"): it for name, it in headers.items()}
        )
        return self.base_url + path

    def forbid(self, *paths: str) -> None:
        """Write a robots.txt that forbids these."""
        lines: Sequence[str] = ["User-agent: *", *(f"Disallow: {path}" for path in paths)]
        self.put("/robots.txt", "\n".join(lines), kind="text/plain")

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path_qs)
        once = self.next_pages.get(request.path_qs)
        page = once.pop(0) if once else self.pages.get(request.path_qs) or self.pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="not here")
        etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        headers = {"etag": etag, "content-type": page.kind} | page.headers
        if request.headers.get("if-none-match") == etag:
            self.not_modified += 1
            return web.Response(status=304, headers={"etag": etag})
        return web.Response(status=page.status, body=page.body, headers=headers)
