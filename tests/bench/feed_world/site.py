"""1,000 feeds of every kind that answer after 50 ms; what they show is changed for all at once.

``/{kind}/{seed}/{feed}.xml`` is a feed. ``/begin`` begins anew, ``/next`` puts two new entries into each,
``/head`` changes nothing but when each says it was made, ``/bare`` takes the validators away.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from aiohttp import web

from .kinds import KINDS, Edition

ITEMS, NEW = 20, 2
LATENCY_S = 0.05
_TYPES = {"github": "application/atom+xml", "hatena": "application/xml"}


class Feeds:
    """Every feed shows the same state."""

    def __init__(self) -> None:
        self._round = 0
        self._made = 0
        self._has_validators = True
        self._begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=10)
        self._written: dict[tuple[str, str, str], bytes] = {}

    async def change(self, request: web.Request) -> web.Response:
        what = request.match_info["what"]
        self._round = 0 if what == "begin" else self._round + (what == "next")
        self._made += 1
        self._has_validators = what != "bare"
        if what == "bare":
            self._made -= 1
        else:
            self._written.clear()
        return web.Response(text=what)

    async def answer(self, request: web.Request) -> web.Response:
        await asyncio.sleep(LATENCY_S)
        kind, seed, feed = (request.match_info[name] for name in ("kind", "seed", "feed"))
        headers = {"etag": f'"{self._made}"'} if self._has_validators else {}
        if headers and request.headers.get("if-none-match") == headers["etag"]:
            return web.Response(status=304, headers=headers)
        body = self._written.setdefault((kind, seed, feed), b"") or self._write(kind, seed, feed)
        return web.Response(body=body, content_type=_TYPES.get(kind, "application/rss+xml"), headers=headers)

    def _write(self, kind: str, seed: str, feed: str) -> bytes:
        serials = range(self._round * NEW, self._round * NEW + ITEMS)[::-1]
        made = self._begin + timedelta(hours=5, seconds=self._made)
        body = KINDS[kind](Edition(feed, seed, serials, self._begin, made))
        self._written[kind, seed, feed] = body
        return body


async def serve() -> None:
    """Serve until standard input ends, with the process that started this one."""
    feeds = Feeds()
    app = web.Application()
    app.router.add_get("/{what:begin|next|head|bare}", feeds.change)
    app.router.add_get("/{kind}/{seed:\\d+}/{feed:\\w+}.xml", feeds.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
