"""The HTTP server for monitoring: aiohttp's, with bounds on what a client may take.

    GET /healthz   200 while the event loop answers
    GET /readyz    200, or 503 with the cause of each red check
    GET /metrics   Prometheus' text format

It reads and changes nothing, and holds no secret. A page in a browser can send requests to it (and, by DNS
rebinding, read the answers): on loopback a request must name this machine, so that no page of another name gets
an answer. No answer allows another origin to read it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from asyncio import BaseTransport, Protocol
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address
from typing import Final

import msgspec
from aiohttp import web

from config.faults import SettingsError
from config.settings import HttpServerSettings

from .collect import collect
from .exposition import CONTENT_TYPE, Exposition
from .readiness import ReadinessCheck, check_all
from .state import Monitored, Sampler

log = logging.getLogger(__name__)

CONNECTIONS_MAX: Final = 32
"""Open connections; a further one is closed at once."""
CONNECTION_S: Final = 10.0
"""Seconds after which a connection is closed, whatever it is doing."""
HEADER_MAX: Final = 4_096
"""Bytes of a request line and of a header."""
_METHODS: Final = frozenset({"GET", "HEAD"})
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::[0-9]{1,5})?")

Answer = Callable[[], web.Response]


@contextlib.asynccontextmanager
async def serving(settings: HttpServerSettings, monitored: Monitored) -> AsyncIterator[int]:
    """Serve and sample while the block runs; yields the port.

    Raises ``SettingsError`` where the address cannot be listened on.
    """
    loop = asyncio.get_running_loop()
    pages = Pages(monitored)
    server = web.Server(
        _guarded(pages.answers(), is_local=is_loopback(settings.host)),
        access_log=None,
        logger=_requests_log(),
        handler_cancellation=True,
        keepalive_timeout=0.0,
        lingering_time=0.0,
        max_line_size=HEADER_MAX,
        max_field_size=HEADER_MAX,
    )
    try:
        listening = await loop.create_server(Bounded(server), settings.host, settings.port)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsError(
            "cli-http-server-unusable", host=settings.host, port=str(settings.port), why=why
        ) from error
    port: int = listening.sockets[0].getsockname()[1]
    log.info("HTTP server for monitoring: %s, port %d", settings.host, port)
    try:
        async with Sampler(monitored).running():
            yield port
    finally:
        listening.close()
        await server.shutdown(timeout=0.0)


def _requests_log() -> logging.Logger:
    """The log of aiohttp's server, off: it writes each malformed request as an error, with its bytes."""
    found = log.getChild("requests")
    found.setLevel(logging.CRITICAL)
    return found


class Bounded:
    """Makes the protocol of each connection: at most ``CONNECTIONS_MAX`` at once, each for ``CONNECTION_S``.

    aiohttp waits for the headers of a first request, and for a client to read the answer, without an end.
    """

    def __init__(self, server: web.Server) -> None:
        self._server = server

    def __call__(self) -> Protocol:
        """The protocol of a new connection."""
        if len(self._server.connections) >= CONNECTIONS_MAX:
            return _Refusal()
        handler = self._server()
        asyncio.get_running_loop().call_later(CONNECTION_S, _abort, handler)
        return handler


def _abort(handler: web.RequestHandler) -> None:
    if handler.transport is not None:
        handler.transport.abort()


class _Refusal(Protocol):
    """A connection that is closed at once."""

    def connection_made(self, transport: BaseTransport) -> None:
        transport.close()


class Pages:
    """The answers of the server."""

    def __init__(self, monitored: Monitored) -> None:
        self._monitored = monitored
        self._loop = asyncio.get_running_loop()
        self._exposition = Exposition(
            lambda: collect(monitored, self._checks(), monitored.services.clock(), self._loop.time())
        )

    def answers(self) -> dict[str, Answer]:
        """The answers by path."""
        return {"/healthz": self.healthz, "/readyz": self.readyz, "/metrics": self.metrics}

    def healthz(self) -> web.Response:
        """The event loop answers: 200."""
        return _json({"status": "ok"})

    def readyz(self) -> web.Response:
        """The checks: 200 if all are green, else 503."""
        checks = self._checks()
        is_ready = all(check.is_ok for check in checks)
        shown = {
            "status": "ready" if is_ready else "not ready",
            "roles": str(self._monitored.roles).split(", "),
            "checks": {check.name: {"ok": check.is_ok, "cause": check.cause} for check in checks},
        }
        return _json(shown, 200 if is_ready else 503)

    def metrics(self) -> web.Response:
        """The text of a scrape."""
        return web.Response(body=self._exposition.text(), headers={"Content-Type": CONTENT_TYPE})

    def _checks(self) -> list[ReadinessCheck]:
        return check_all(self._monitored, self._monitored.services.clock(), self._loop.time())


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value) + b"\n", status=status, headers={"Content-Type": "application/json"}
    )


def _guarded(
    answers: dict[str, Answer], *, is_local: bool
) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    """A handler of requests: GET and HEAD of known paths, without a body, and each connection for one request."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            response = _answer(request)
        except Exception:  # a fault of ours is no reason to end the connection without an answer
            log.exception("%s failed by a fault of ours", request.path)
            response = web.Response(status=500)
        response.headers.update(_HEADERS)
        response.force_close()
        return response

    def _answer(request: web.BaseRequest) -> web.Response:
        if is_local and not is_this_machine(request.headers.get("Host", "")):
            return web.Response(status=403, text="Use the address 127.0.0.1 or localhost.\n")
        page = answers.get(request.path)
        if page is None:
            return web.Response(status=404, text=f"{' '.join(answers)}\n")
        if request.method not in _METHODS:
            return web.Response(status=405, headers={"Allow": ", ".join(sorted(_METHODS))})
        return page()

    return answer


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_this_machine(host: str) -> bool:
    """Whether a Host header names this machine: localhost, or a loopback address."""
    found = _HOST.fullmatch(host)
    return found is not None and is_loopback(found[1].strip("[]"))
