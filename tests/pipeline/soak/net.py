"""The network of the zoo, where the bot's HTTP client would connect: servers with their habits and troubles."""

from __future__ import annotations

import hashlib
import socket
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx

from .publisher import CACHE_BEHIND, Article, Publisher, token
from .wire import Wire

OLD_HOST_DIES_AFTER = timedelta(days=16)
"""Since the start; its redirect was there for ten days."""
AWAY = (timedelta(days=9), timedelta(days=11))
TROUBLE_EVERY, TROUBLE_FOR = timedelta(days=3), timedelta(hours=1)
ERROR_PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Back soon</h1></body></html>"


@dataclass(slots=True)
class ShownArticles:
    """What of a feed was answered in full: of each article when first, and what the first answer had."""

    first: dict[int, datetime] = field(default_factory=dict)
    baseline: frozenset[int] | None = None
    asked: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    def note(self, listed: list[Article], now: datetime) -> None:
        if self.baseline is None:
            self.baseline = frozenset(article.number for article in listed)
        for article in listed:
            self.first.setdefault(article.number, now)


class Net(httpx.AsyncBaseTransport):
    """In the place of the client's transport. ``shown``: by publisher and feed."""

    def __init__(self, publishers: list[Publisher], clock: Callable[[], datetime]) -> None:
        self._publishers = {publisher.name: publisher for publisher in publishers}
        self._clock = clock
        self.shown: dict[tuple[int, int], ShownArticles] = defaultdict(ShownArticles)

    def look_up(self, host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        """A machine for each name."""
        one, two = hashlib.blake2b(host.encode(), digest_size=2).digest()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"11.{one}.{two}.7", port))]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url, now = request.url, self._clock()
        name = url.host.removeprefix("www.").removeprefix("new-").partition(".")[0]
        publisher = self._publishers.get(name)
        if publisher is None or self._is_away(publisher, url.host, now):
            raise httpx.ConnectError("no connection")
        if url.path not in {"/feed.xml", "/all.xml"}:
            return _answered(404)
        wire = Wire(publisher, int(url.path == "/all.xml"))
        here = wire.address(now)
        if str(url) != here:
            return _answered(301, headers={"location": here})
        shown = self.shown[publisher.number, wire.which]
        shown.asked += 1
        answer = _Server(wire, shown, now).answer(request)
        shown.answers[answer.status_code] += 1
        return answer

    @staticmethod
    def _is_away(publisher: Publisher, host: str, now: datetime) -> bool:
        since = now - publisher.start
        if publisher.habits.trouble == "away" and AWAY[0] <= since < AWAY[1]:
            return True
        is_old_host = publisher.habits.move == "host" and not host.startswith("new-")
        return is_old_host and since >= OLD_HOST_DIES_AFTER


@dataclass(slots=True)
class _Server:
    wire: Wire
    shown: ShownArticles
    now: datetime

    def answer(self, request: httpx.Request) -> httpx.Response:
        habits, now = self.wire.publisher.habits, self.now
        trouble = habits.trouble if self._is_troubled() else "plain"
        failed = self._failure(trouble)
        if failed is not None:
            return failed
        is_behind = habits.server == "two caches" and self.shown.asked % 3 == 0
        as_of = now - CACHE_BEHIND if is_behind else now
        body, kind, listed = self.wire.written(as_of, self.shown.asked)
        headers = {"content-type": kind, "date": format_datetime(now)}
        headers |= self._validators(body, as_of)
        if habits.dress == "called gzip":
            headers["content-encoding"] = "gzip"
        if self._is_unchanged(request, headers):
            return _answered(304, headers=headers)
        if trouble == "empty":
            body = self.wire.empty()
        elif trouble == "broken off":
            return httpx.Response(200, headers=headers, stream=_BrokenOff(body[: len(body) // 2]))
        elif trouble == "cut":
            body = body[: len(body) * 2 // 3]
        else:
            self.shown.note(listed, now)
        return _answered(200, body, headers)

    def _is_troubled(self) -> bool:
        since = self.now - self.wire.publisher.start + timedelta(hours=self.wire.publisher.number)
        return since > TROUBLE_EVERY and since % TROUBLE_EVERY < TROUBLE_FOR * 3

    def _failure(self, trouble: str) -> httpx.Response | None:
        if trouble in {"500", "503", "429"}:
            return _answered(int(trouble), headers={"retry-after": "1800"} if trouble != "500" else {})
        if trouble == "page":
            return _answered(200, ERROR_PAGE, {"content-type": "text/html"})
        if trouble == "own error":  # of a bridge: the failure as the only entry
            body = (
                '<rss version="2.0"><channel><title>bridge</title><item><title>Bridge returned error 500</title>'
                f"<guid>{token(self.now)}</guid><pubDate>{format_datetime(self.now)}</pubDate></item></channel></rss>"
            )
            return _answered(200, body.encode())
        if trouble == "slow":
            raise httpx.ReadTimeout("no answer in time")
        return None

    def _validators(self, body: bytes, as_of: datetime) -> dict[str, str]:
        habit = self.wire.publisher.habits.server
        if habit == "no validators":
            return {}
        if habit in {"304", "constant etag"}:
            return {"etag": '"1"'}
        if habit == "future":
            return {"last-modified": "Sat, 16 Nov 2041 19:11:00 GMT"}
        if habit == "last-modified":
            listed = self.wire.publisher.listed(as_of)
            newest = max((one.place(as_of) for one in listed), default=as_of)
            return {"last-modified": format_datetime(newest)}
        return {"etag": f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'}

    def _is_unchanged(self, request: httpx.Request, headers: dict[str, str]) -> bool:
        habit = self.wire.publisher.habits.server
        etag, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
        if habit == "304":
            return bool(etag or since)
        if habit == "constant etag":
            return False
        if habit == "future":
            return since is not None
        if habit == "last-modified":
            return since is not None and since == headers["last-modified"]
        return etag is not None and etag == headers.get("etag")


def _answered(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> httpx.Response:
    """An answer whose body is still to be read."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


class _BrokenOff(httpx.AsyncByteStream):
    """A body whose connection is closed before its end."""

    def __init__(self, begun: bytes) -> None:
        self._begun = begun

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._begun
        raise httpx.RemoteProtocolError("closed before the whole was sent")
