"""Feeds of 28 KB and 20 items that answer after 50 ms, with validators; ``/next`` puts two new items into each."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from aiohttp import web

from tests.fakes.feed_site import Item, rss

ITEMS, NEW = 20, 2
LATENCY_S = 0.05
_SENTENCE = "瓦版の刷り上がりを待つ間に橋の上で聞いた話をまとめておく。続きは夕方の版で、絵も入る予定です。"


class Feeds:
    """Every feed shows the same round."""

    def __init__(self) -> None:
        self._round = 0
        self._begin = datetime.now(UTC) - timedelta(hours=10)

    async def next_round(self, _: web.Request) -> web.Response:
        self._round += 1
        return web.Response(text=str(self._round))

    async def answer(self, request: web.Request) -> web.Response:
        await asyncio.sleep(LATENCY_S)
        etag = f'"{self._round}"'
        if request.headers.get("if-none-match") == etag:
            return web.Response(status=304, headers={"etag": etag})
        body = self._body(request.path)
        return web.Response(body=body, content_type="application/rss+xml", headers={"etag": etag})

    def _body(self, path: str) -> bytes:
        serials = range(self._round * NEW, self._round * NEW + ITEMS)
        return rss(
            *(
                Item(
                    f"{path}の{serial}番目の便り",
                    f"https://news.example{path}/{serial}",
                    self._begin + timedelta(minutes=10 * serial),
                    f"<p>{_SENTENCE * 8}</p>",
                    f"{path}#{serial}",
                )
                for serial in reversed(serials)
            ),
            title=f"便り {path}",
        )


async def serve() -> None:
    """Serve until standard input ends, with the process that started this one."""
    feeds = Feeds()
    app = web.Application()
    app.router.add_get("/next", feeds.next_round)
    app.router.add_get("/{repeat:\\d+}/{feed}", feeds.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
