"""A stand-in for a rate-limit proxy in front of Discord's REST, such as nirn-proxy or twilight's http-proxy.

Requests of one route go to Discord one after the other, in order; nothing is tried again. The answer comes back
unchanged.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Final, Self

import aiohttp
from aiohttp import web

_HOP: Final = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length", "content-encoding", "host"}
)


class RestProxy:
    """``async with RestProxy(server.api_base) as proxy: proxy.api_base``; ``requests`` are those it passed on."""

    def __init__(self, api_base: str) -> None:
        self._origin, _, self._path = api_base.partition("/api")
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.requests: list[str] = []
        self.api_base = ""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=100 << 20)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.api_base = f"http://{host}:{port}/api{self._path}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _pass(self, request: web.Request) -> web.Response:
        self.requests.append(f"{request.method} {request.path}")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        body = await request.read()
        async with self._turns[f"{request.method} {request.path}"]:
            try:
                url = self._origin + request.path_qs
                async with self._session.request(request.method, url, headers=headers, data=body) as answer:
                    kept = {
                        name: value
                        for name, value in answer.headers.items()
                        if name.lower() not in _HOP - {"content-encoding"}
                    }
                    return web.Response(status=answer.status, headers=kept, body=await answer.read())
            except aiohttp.ClientError as error:
                return web.Response(status=502, text=str(error))
