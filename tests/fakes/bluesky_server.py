"""A small Bluesky server on loopback: logins that are counted, tokens that run out, a search, labels.

    async with BlueskyServer(clock=clock) as server:
        uri = server.add("データセンターの話")
        server.repost(uri, 120)
        ... BlueskyAccount(http, service_url=server.base_url, identifier=HANDLE, app_password=PASSWORD, …) ...
        assert (server.logins, server.refreshes) == (1, 0)

It answers as a PDS does that asks Bluesky's own server for its accounts: 401 without a token, 400
``ExpiredToken`` and ``InvalidToken`` with a wrong one, 400 for a refresh with a body. ``latest`` is sorted by the
earlier of the time a post claims and the time it was indexed, and ``since`` is compared with that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Clock = Callable[[], datetime]
Reposts = int | Callable[[datetime], int]

HANDLE, PASSWORD = "kawara.example", "aaaa-bbbb-cccc-dddd"
WINDOW = timedelta(minutes=5)
BUDGET = 3000
ACCESS_LASTS, REFRESH_LASTS = timedelta(hours=2), timedelta(days=60)
LABELER = "did:plc:labelerlabelerlabeler"
SEARCH, POSTS = "app.bsky.feed.searchPosts", "app.bsky.feed.getPosts"
LOGIN, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; ``name`` is the method's, without ``/xrpc/``."""

    name: str
    query: dict[str, str]
    uris: list[str]
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Fault:
    """What the next requests for a method get instead of an answer."""

    name: str
    status: int
    headers: dict[str, str]
    body: str
    times: int
    after: int


@dataclass
class Stored:
    """A post and what is not part of its JSON."""

    view: dict[str, Any]
    sorted_by: datetime
    reposts: Reposts = 0
    broken: dict[str, Any] = field(default_factory=dict)


class BlueskyServer:
    """See the module. ``remaining`` is the budget, ``requests`` everything asked, oldest first."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self.requests: list[Asked] = []
        self.logins = 0
        """Sessions made; a refused login is not one."""
        self.refreshes = 0
        self.remaining = BUDGET
        self.password = PASSWORD
        self.base_url = ""
        self.ignores_since = False
        self.has_top = True
        """Otherwise ``top`` finds nothing."""
        self._clock = clock or (lambda: datetime.now(UTC))
        self._stored: dict[str, Stored] = {}
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._serial = 0
        self._author_labels: dict[str, list[str]] = {}
        self._faults: list[Fault] = []
        self._window: int | None = None
        self._runner: web.AppRunner | None = None

    # -- the world

    def add(
        self,
        text: str = "データセンターの試し刷り",
        *,
        reposts: Reposts = 0,
        written: datetime | None = None,
        claimed: datetime | None = None,
        author: str = "hanako",
        **fields: Any,
    ) -> str:
        """Put up a post and return its uri. ``fields`` overwrite its JSON.

        It is indexed when it was ``written`` (now), and its client claims the same time unless said.
        """
        indexed = written or self._clock()
        self._serial += 1
        did = did_of(author)
        uri = f"at://{did}/app.bsky.feed.post/3k{self._serial:011d}"
        view: dict[str, Any] = {
            "uri": uri,
            "cid": f"bafyrei{self._serial:052d}",
            "author": {"did": did, "handle": f"{author}.example", "displayName": author.capitalize()},
            "record": {
                "$type": "app.bsky.feed.post",
                "text": text,
                "createdAt": stamp(claimed or indexed),
                "langs": ["ja"],
            },
            "indexedAt": stamp(indexed),
            "likeCount": 0,
            "replyCount": 0,
            "quoteCount": 0,
            "viewer": {"threadMuted": False},
            "labels": [],
        }
        self._stored[uri] = Stored(view | fields, min(indexed, claimed or indexed), reposts)
        return uri

    def repost(self, uri: str, reposts: Reposts) -> None:
        """Set how often a post is reposted: a number, or a function of the server's time."""
        self._stored[uri].reposts = reposts

    def remove(self, uri: str) -> None:
        """Delete a post."""
        del self._stored[uri]

    def label(self, uri: str, *values: str) -> None:
        """A moderation service labels a post."""
        self._stored[uri].view["labels"] = [as_label(value, uri) for value in values]

    def label_author(self, author: str, *values: str) -> None:
        """Labels on everything of an author."""
        self._author_labels[did_of(author)] = list(values)

    def spoil(self, uri: str, **fields: Any) -> None:
        """Overwrite fields of a post's answer, with nonsense as well."""
        self._stored[uri].broken.update(fields)

    def revoke_all(self) -> None:
        """No token is known any more, as after a changed or deleted app password."""
        self._tokens.clear()

    def revoke_access(self) -> None:
        """Only refresh tokens are known."""
        self._tokens = {token: known for token, known in self._tokens.items() if known[0] == "refresh"}

    def fail(
        self, name: str, status: int = 503, *, times: int = 1, after: int = 0, body: str = "{}", **headers: str
    ) -> None:
        """Answer ``times`` requests for a method with an error, the first ``after`` not counted.

        ``headers``: ``retry_after="30"`` becomes ``retry-after: 30``.
        """
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self._faults.append(Fault(name, status, named, body, times, after))

    @property
    def names(self) -> list[str]:
        """The methods asked for, oldest first."""
        return [asked.name for asked in self.requests]

    def searches(self, sort: str) -> list[dict[str, str]]:
        """The questions of the searches of a kind."""
        return [each.query for each in self.requests if each.name == SEARCH and each.query["sort"] == sort]

    def forget_requests(self) -> None:
        """Begin a new count of requests; logins are counted on."""
        self.requests.clear()

    # -- the server

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post(f"/xrpc/{LOGIN}", self._log_in)
        app.router.add_post(f"/xrpc/{REFRESH}", self._refresh)
        app.router.add_get(f"/xrpc/{SEARCH}", self._search)
        app.router.add_get(f"/xrpc/{POSTS}", self._posts)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _log_in(self, request: web.Request) -> web.Response:
        if (refusal := await self._refused(request)) is not None:
            return refusal
        asked = await request.json()
        if (asked.get("identifier"), asked.get("password")) != (HANDLE, self.password):
            return self._error(401, "AuthenticationRequired", "Invalid identifier or password")
        self.logins += 1
        return self._session()

    async def _refresh(self, request: web.Request) -> web.Response:
        if (refusal := await self._refused(request)) is not None:
            return refusal
        if await request.read():
            return self._error(400, "InvalidRequest", "A request body was provided when none was expected")
        if (refusal := self._unauthorized(request, "refresh")) is not None:
            return refusal
        self.refreshes += 1
        del self._tokens[bearer(request)]
        return self._session()

    async def _search(self, request: web.Request) -> web.Response:
        refusal = await self._refused(request) or self._unauthorized(request, "access")
        if refusal is not None:
            return refusal
        query = request.query
        if not query.get("q") or int(query.get("limit", "25")) > 100:
            return self._error(400, "InvalidRequest", "Invalid app.bsky.feed.searchPosts params")
        hits = self._hits(query["q"], "" if self.ignores_since else query.get("since", ""))
        if query.get("sort", "latest") == "top":
            hits = sorted(hits, key=self._reposts, reverse=True) if self.has_top else []
        first, limit = int(query.get("cursor", "0")), int(query.get("limit", "25"))
        body: dict[str, Any] = {"posts": [self._shown(stored) for stored in hits[first : first + limit]]}
        if first + limit < len(hits):
            body["cursor"] = str(first + limit)
        return self._json(body)

    def _hits(self, question: str, since: str) -> list[Stored]:
        """Newest first."""
        wanted = re.sub(r'^"|"$', "", question).casefold()
        from_then = datetime.fromisoformat(since) if since else datetime.min.replace(tzinfo=UTC)
        hits = [
            stored
            for stored in self._stored.values()
            if stored.sorted_by >= from_then and wanted in stored.view["record"]["text"].casefold()
        ]
        return sorted(hits, key=lambda stored: (stored.sorted_by, stored.view["uri"]), reverse=True)

    async def _posts(self, request: web.Request) -> web.Response:
        refusal = await self._refused(request) or self._unauthorized(request, "access")
        if refusal is not None:
            return refusal
        uris = request.query.getall("uris", [])
        if len(uris) > 25:
            return self._error(400, "InvalidRequest", "Invalid app.bsky.feed.getPosts params")
        return self._json({"posts": [self._shown(self._stored[uri]) for uri in uris if uri in self._stored]})

    async def _refused(self, request: web.Request) -> web.Response | None:
        """Count the request; an answer here stands for whatever was asked."""
        name, body = request.path.removeprefix("/xrpc/"), await request.read()
        uris = request.query.getall("uris", [])
        self.requests.append(Asked(name, dict(request.query), uris, body, dict(request.headers)))
        for fault in self._faults:
            if fault.name in name and fault.after > 0:
                fault.after -= 1
            elif fault.name in name and fault.times > 0:
                fault.times -= 1
                return web.Response(
                    status=fault.status, text=fault.body, headers=fault.headers, content_type="application/json"
                )
        window = int(self._clock().timestamp() // WINDOW.total_seconds())
        if self._window is not None and window != self._window:
            self.remaining = BUDGET
        self._window = window
        if self.remaining <= 0:
            return self._error(429, "RateLimitExceeded", "Rate Limit Exceeded")
        self.remaining -= 1
        return None

    def _unauthorized(self, request: web.Request, kind: str) -> web.Response | None:
        token = bearer(request)
        if not token:
            return self._error(401, "AuthMissing", "Authentication Required")
        known, until = self._tokens.get(token, ("", datetime.min.replace(tzinfo=UTC)))
        if known != kind:
            return self._error(400, "InvalidToken", "Token could not be verified")
        if until <= self._clock():
            return self._error(400, "ExpiredToken", "Token has expired")
        return None

    def _session(self) -> web.Response:
        self._serial += 1
        access, refresh = f"eyJ-access-{self._serial}", f"eyJ-refresh-{self._serial}"
        self._tokens[access] = ("access", self._clock() + ACCESS_LASTS)
        self._tokens[refresh] = ("refresh", self._clock() + REFRESH_LASTS)
        did = did_of(HANDLE.partition(".")[0])
        return self._json(
            {"did": did, "handle": HANDLE, "accessJwt": access, "refreshJwt": refresh, "active": True}
        )

    def _shown(self, stored: Stored) -> dict[str, Any]:
        author = dict(stored.view["author"])
        author["labels"] = [as_label(value, author["did"]) for value in self._author_labels.get(author["did"], [])]
        return stored.view | {"author": author, "repostCount": self._reposts(stored)} | stored.broken

    def _reposts(self, stored: Stored) -> int:
        return stored.reposts(self._clock()) if callable(stored.reposts) else stored.reposts

    def _error(self, status: int, code: str, message: str) -> web.Response:
        return self._json({"error": code, "message": message}, status=status)

    def _json(self, body: object, *, status: int = 200) -> web.Response:
        span = int(WINDOW.total_seconds())
        headers = {
            "cache-control": "private",
            "ratelimit-limit": str(BUDGET),
            "ratelimit-remaining": str(max(0, self.remaining)),
            "ratelimit-reset": str((int(self._clock().timestamp()) // span + 1) * span),
            "ratelimit-policy": f"{BUDGET};w={span}",
        }
        return web.Response(status=status, text=json.dumps(body), headers=headers, content_type="application/json")


def did_of(author: str) -> str:
    """A made-up DID, the same for the same author."""
    return f"did:plc:{author.encode().hex():a<24.24}"


def as_label(value: str, on: str) -> dict[str, Any]:
    """A label as a labelling service puts it on a post or an author."""
    return {"src": LABELER, "uri": on, "val": value, "cts": "2026-11-20T00:00:00.000Z"}


def bearer(request: web.Request) -> str:
    """The token of a request, empty without one."""
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


def stamp(when: datetime) -> str:
    """A time as Bluesky writes it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
