"""A webhook on loopback that remembers what was posted, and fails as told."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from aiohttp import web


class FakeWebhook:
    """Takes posts. ``status``: of its answers; ``location``: where they lead; ``answer``: their body."""

    def __init__(self) -> None:
        self.status = 204
        self.location = ""
        self.answer = b""
        self.taken: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.url = ""
        app = web.Application()
        app.router.add_post("/api/webhooks/1/very-secret", self._post)
        self._runner = web.AppRunner(app)

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        if self.status < 300:
            self.taken.append(body["content"])
        headers = {"Location": self.location} if self.location else {}
        return web.Response(status=self.status, headers=headers, body=self.answer or None)

    async def __aenter__(self) -> FakeWebhook:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/api/webhooks/1/very-secret"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
