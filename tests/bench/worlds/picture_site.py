"""A site of pictures as a process of its own, so that its CPU is not counted."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

from tests.fakes.pictures import photo

SIZE = (1600, 1200)
KINDS = 8
"""Pictures that it draws at its start; addresses share them."""


@dataclass(frozen=True, slots=True)
class PictureSite:
    """Where it is."""

    url: str

    async def asked(self) -> int:
        """The number of pictures that were asked for."""
        async with ClientSession() as session, session.get(f"{self.url}/_asked") as answer:
            return int(await answer.text())


@contextmanager
def running_pictures() -> Iterator[PictureSite]:
    """The site, until the end of the block."""
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield PictureSite(server.stdout.readline().strip())
        finally:
            server.terminate()


@dataclass(slots=True)
class _Served:
    pictures: list[bytes] = field(
        default_factory=lambda: [photo(*SIZE, seed=number, form="JPEG") for number in range(KINDS)]
    )
    asked: int = 0

    async def picture(self, request: web.Request) -> web.Response:
        self.asked += 1
        number = int(request.match_info["number"])
        return web.Response(body=self.pictures[number % KINDS], content_type="image/jpeg")

    async def count(self, _: web.Request) -> web.Response:
        return web.Response(text=str(self.asked))


def _application() -> web.Application:
    served = _Served()
    app = web.Application()
    app.router.add_get("/_asked", served.count)
    app.router.add_get("/{number:[0-9]+}.jpg", served.picture)
    return app


def _serve() -> None:
    async def run() -> None:
        runner = web.AppRunner(_application(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

    asyncio.run(run())


if __name__ == "__main__":
    _serve()
