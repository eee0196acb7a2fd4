"""The pages' server, a process of its own, so that its CPU is not counted: prints its address, then serves."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import datetime

from aiohttp import web

from .pages import page


class Site:
    """Every look at a topic shows the next round of its page."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._polls: Counter[str] = Counter()

    async def answer(self, request: web.Request) -> web.Response:
        number = int(request.match_info["topic"].removeprefix("話題"))
        round_ = self._polls[request.path]
        self._polls[request.path] += 1
        return web.Response(text=page(number, round_, self._begin).html(), content_type="text/html")


async def serve(begin: datetime) -> None:
    """Serve until standard input ends, with the process that started this one."""
    app = web.Application()
    app.router.add_get("/{database}/{topic}", Site(begin).answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(datetime.fromisoformat(sys.argv[1])))
