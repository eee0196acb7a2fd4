"""What every request passes: the fault script, the ban, the token, the limits, the record."""

from __future__ import annotations

import asyncio
import math
import socket
import struct

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.fakes.discord.endpoints import API, answer
from tests.fakes.discord.errors import ApiError, unauthorized
from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.limits import Clock, RateLimiter, rate_limited
from tests.fakes.discord.record import Record, Request

NO_TOKEN_NEEDED = ("/interactions/", "/webhooks/")
"""Their token is in the path, and Discord counts them apart from the bot's global limit."""
FOR_ANYBODY = frozenset({"/gateway"})
"""Paths that Discord answers without a token."""


class RequestPipeline:
    """An aiohttp middleware around the API and the gateway."""

    def __init__(self, token: str, clock: Clock, limiter: RateLimiter, faults: Faults, record: Record) -> None:
        self._token = token
        self._clock = clock
        self._limiter = limiter
        self._faults = faults
        self._record = record
        self._closing = asyncio.Event()
        self.keeps_waiting = asyncio.Event()
        """Set once a request hangs."""
        self.spared: tuple[str, ...] = ()
        """How paths begin that a ban lets pass."""

    def close(self) -> None:
        """End the answers that never come."""
        self._closing.set()

    def middleware(self) -> web.middleware:  # type: ignore[valid-type]
        """For ``web.Application(middlewares=…)``."""

        @web.middleware
        async def pass_door(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/_"):
                return await handler(request)
            return await self._pass(request, handler)

        return pass_door

    async def _pass(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        at, path = self._clock.monotonic(), request.path.removeprefix(API)
        fault = self._faults.take(f"{request.method} {path}")
        error: ApiError | None = None
        try:
            if fault is not None:
                await self._misbehave_before(fault, request)
            if fault is not None and fault.kind == "verbatim" and not fault.is_taken:
                response: web.StreamResponse = _verbatim(fault)
            else:
                response = await self._handle(request, path, handler)
            if fault is not None:
                await self._misbehave_after(fault, request)
                if fault.kind == "proxy_answer":
                    response = _of_a_proxy(fault.http_status)
                elif fault.kind == "verbatim":
                    response = _verbatim(fault)
        except ApiError as refused:
            error, response = refused, _refusal(refused)
        except ConnectionResetError:
            response = web.Response(status=503)
            self._record.add(Request(request.method, path, 0, at, fault=fault.kind if fault else "gone"))
            return response
        scope = response.headers.get("X-RateLimit-Scope")
        self._limiter.count_answer(response.status, scope)
        code = 0 if error is None else error.code
        self._record.add(
            Request(request.method, path, response.status, at, code, scope, None if fault is None else fault.kind)
        )
        return response

    async def _handle(self, request: web.Request, path: str, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        if self._limiter.is_banned and not path.startswith(self.spared):
            wait = str(math.ceil(self._limiter.ban_left_s))
            return web.Response(status=429, text="error code: 1015", headers={"Retry-After": wait})
        if path not in FOR_ANYBODY and not path.startswith(NO_TOKEN_NEEDED):
            if request.headers.get("Authorization") != f"Bot {self._token}":
                raise unauthorized()
            self._limiter.take_global()
        headers = self._limiter.take_bucket(*_route(request))
        try:
            response = await handler(request)
        except ApiError as refused:
            refused.headers = {**headers, **refused.headers}
            raise
        response.headers.update(headers)
        return response

    async def _misbehave_before(self, fault: Fault, request: web.Request) -> None:
        if fault.kind == "status":
            raise ApiError(fault.http_status, fault.code, "")
        if fault.kind == "rate_limit":
            raise rate_limited(fault.seconds, fault.scope)
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "hang":
            self.keeps_waiting.set()
            await self._closing.wait()
            _reset(request)
        elif fault.kind == "reset":
            _reset(request)

    async def _misbehave_after(self, fault: Fault, request: web.Request) -> None:
        if fault.kind == "accept_and_hang":
            await self._closing.wait()
        if fault.kind in {"accept_and_hang", "drop_answer"}:
            _reset(request)


def _route(request: web.Request) -> tuple[str, str]:
    """The route's template and its major parameter, which together name a bucket."""
    resource = request.match_info.route.resource
    template = "" if resource is None else resource.canonical.removeprefix(API)
    info = request.match_info
    major = info.get("channel_id") or info.get("guild_id") or info.get("token") or ""
    return f"{request.method} {template}", major


def _refusal(error: ApiError) -> web.Response:
    """JSON, but a 5xx without a code is a proxy's page."""
    if error.status >= 500 and not error.code:
        page = f"<html><head><title>{error.status}</title></head></html>"
        return web.Response(status=error.status, text=page, content_type="text/html")
    return answer(error.body(), error.status, error.headers)


def _verbatim(fault: Fault) -> web.Response:
    return web.Response(status=fault.http_status, body=fault.body.encode(), headers=dict(fault.headers))


def _of_a_proxy(status: int) -> web.Response:
    """What nirn-proxy answers itself: a text, or a 429 that looks like Discord's but for one header."""
    if status != 429:
        return web.Response(status=status, text="context deadline exceeded")
    headers = {
        "generated-by-proxy": "true",
        "x-ratelimit-scope": "user",
        "x-ratelimit-limit": "1",
        "retry-after": "1",
    }
    body = {"global": False, "message": "You are being rate limited.", "retry_after": 1}
    return web.json_response(body, status=status, headers=headers)


def _reset(request: web.Request) -> None:
    """Close with RST, not FIN: what a crashed peer looks like."""
    transport = request.transport
    if transport is not None:
        wire = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    raise ConnectionResetError
