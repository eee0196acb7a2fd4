"""A small site of the demo, served on loopback while its ``async with`` block lasts."""

from __future__ import annotations

import asyncio
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo.sites.pictures import draw_face, draw_picture
from bot.demo.worlds.world import LivePost, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Clock = Callable[[], datetime]


class LoopbackSite(ABC):
    """``clock`` says what time it shows; port 0 takes a free one."""

    def __init__(self, world: World, *, clock: Clock, port: int = 0) -> None:
        self.world = world
        self.clock = clock
        self._port = port
        self._runner: web.AppRunner | None = None

    @abstractmethod
    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """Method, path and handler of all that is served besides robots.txt."""

    @property
    def host(self) -> str:
        """Its host as addresses name it."""
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """The front page."""
        return f"http://{self.host}/"

    def face_of(self, post: LivePost) -> str:
        """The address of the face of a post's author here."""
        return f"{self.url}media/{post.handle}.face.png"

    def picture_of(self, name: str) -> str:
        """The address of the picture of this name here."""
        return f"{self.url}media/{name}.jpg"

    async def __aenter__(self) -> Self:
        """Listen. Raises ``OSError`` when the port is taken."""
        app = web.Application()
        app.router.add_get("/robots.txt", _robots)
        app.router.add_get("/media/{name}", _medium)
        for method, path, handler in self.routes():
            app.router.add_route(method, path, handler)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()


def answer(request: web.Request, text: str, content_type: str) -> web.Response:
    """200 with an ETag, or 304 where the asker has this very text."""
    etag = hashlib.sha256(text.encode()).hexdigest()[:24]
    headers = {"ETag": f'"{etag}"', "Cache-Control": "no-cache"}
    known = request.if_none_match or ()
    if any(each.value in {etag, "*"} for each in known):
        return web.Response(status=304, headers=headers)
    return web.Response(text=text, content_type=content_type, charset="utf-8", headers=headers)


async def _medium(request: web.Request) -> web.Response:
    """A picture or a face, drawn for the one who asks; a film is named by its post and is not there."""
    name = request.match_info["name"]
    draw, kind = (draw_face, "image/png") if name.endswith(".face.png") else (draw_picture, "image/jpeg")
    if not name.endswith((".face.png", ".jpg")):
        raise web.HTTPNotFound
    return web.Response(
        body=await asyncio.to_thread(draw, name),
        content_type=kind,
        headers={"Cache-Control": "max-age=3600"},
    )


async def _robots(request: web.Request) -> web.Response:
    return answer(request, "User-agent: *\nAllow: /\n", "text/plain")
