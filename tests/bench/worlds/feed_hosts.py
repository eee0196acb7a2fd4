"""Feeds on many hosts of loopback, in a process of their own: prints its port, then serves until its input ends.

``http://127.1.x.y:port/feeds/N``: 20 entries with bookmark counts; each answer has one new entry and one changed
count.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

ENTRIES = 20
_TEXT = "瓦版の刷り上がりを待つ間に橋の上で聞いた話をまとめておく。続きは夕方の版で、絵も入る予定です。"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<rss version="2.0" xmlns:h="http://www.hatena.ne.jp/info/xmlns#"><channel><title>町の瓦版</title>'
    "<link>https://news.example/</link><description>試し刷り</description><language>ja</language>"
)


def address(number: int, hosts: int, port: int) -> str:
    """Address of a feed; feeds are spread over the hosts in turn."""
    host = number % hosts
    return f"http://127.1.{host // 250}.{host % 250 + 1}:{port}/feeds/{number}"


def feed(number: int, round_: int, begin: datetime) -> str:
    """The feed's page at its answer number ``round_``, newest entry first."""
    entries = (_entry(number, serial, round_, begin) for serial in reversed(range(round_, round_ + ENTRIES)))
    return f"{_HEAD}{''.join(entries)}</channel></rss>"


def _entry(number: int, serial: int, round_: int, begin: datetime) -> str:
    grown = round_ if serial % ENTRIES == round_ % ENTRIES else 0
    link = f"https://news.example/{number}/{serial}"
    published_at = format_datetime(begin - timedelta(hours=12) + timedelta(minutes=10 * serial))
    return (
        f"<item><title>{number}の{serial}番目の便り</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{published_at}</pubDate><description>{_TEXT}</description>"
        f"<h:bookmarkcount>{serial % 30 + grown}</h:bookmarkcount></item>"
    )


class _Feeds:
    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._answers: Counter[str] = Counter()

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path
        round_ = self._answers[path]
        self._answers[path] += 1
        text = feed(int(request.match_info["number"]), round_, self._begin)
        return web.Response(text=text, content_type="application/rss+xml")


async def serve() -> None:
    """Serve until standard input ends."""
    app = web.Application()
    app.router.add_get("/feeds/{number}", _Feeds(datetime.now(UTC)).answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
