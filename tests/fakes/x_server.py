"""A small X on loopback (API v2): a search, counts, posts by id, and a bill.

    async with XServer(clock=clock) as server:
        post_id = server.add("データセンターの話")
        server.repost(post_id, 120)
        ... XAccount(http, budget, base_url=server.base_url, bearer_token=TOKEN) ...
        assert server.charged == 3

It answers as X does: no ``data`` without a result, reposts as posts that carry their original's count, 400 for a
``since_id`` older than seven days or a ``max_results`` below 10, 401 without the token, an epoch in
``x-rate-limit-reset``, ids that follow the time. ``charged`` counts posts shown and requests for counts.
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

TOKEN = "AAAA-made-up-bearer-token"
BUDGET = 450
WINDOW = timedelta(minutes=15)
REACH = timedelta(days=7)
COUNTS, SEARCH, POSTS = "/2/tweets/counts/recent", "/2/tweets/search/recent", "/2/tweets"
_FIRST_MS = 1_288_834_974_657


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass
class Fault:
    """What the next requests of a path get instead of an answer."""

    path: str
    status: int
    headers: dict[str, str]
    body: str
    times: int
    after: int


@dataclass
class Stored:
    """A post and what is not part of its JSON."""

    row: dict[str, Any]
    author: str
    written: datetime
    reposts: Reposts
    broken: dict[str, Any] = field(default_factory=dict)
    media: list[dict[str, Any]] = field(default_factory=list)


class XServer:
    """See the module. ``requests`` is everything asked, oldest first."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self.requests: list[Asked] = []
        self.charged = 0
        self.remaining = BUDGET
        self.token = TOKEN
        self.base_url = ""
        self.searches_lag = timedelta(0)
        """So long a post is counted before a search finds it."""
        self.renews = True
        """Whether a new window brings a new budget of requests."""
        self.before_answer: Callable[[str], None] = lambda _: None
        """Called with the path once a request is paid for, before it is answered."""
        self._clock = clock or (lambda: datetime.now(UTC))
        self._stored: dict[str, Stored] = {}
        self._serial = 0
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
        author: str = "hanako",
        **fields: Any,
    ) -> str:
        """Put up a post, written now unless said, and return its id. ``fields`` overwrite its JSON."""
        at = written or self._clock()
        self._serial += 1
        post_id = id_at(at, self._serial)
        row = {
            "id": post_id,
            "text": text,
            "author_id": author_id(author),
            "edit_history_tweet_ids": [post_id],
            "lang": "ja",
            "possibly_sensitive": False,
        }
        self._stored[post_id] = Stored(row | fields, author, at, reposts)
        return post_id

    def show_media(self, post_id: str, *media: dict[str, Any]) -> None:
        """Hang pictures or videos below a post; ``media``: rows of ``includes.media`` without their keys."""
        stored = self._stored[post_id]
        stored.media = [one | {"media_key": f"3_{post_id}{number}"} for number, one in enumerate(media)]
        stored.row["attachments"] = {"media_keys": [one["media_key"] for one in stored.media]}

    def repost(self, post_id: str, reposts: Reposts) -> None:
        """Set how often a post is reposted: a number, or a function of the server's time."""
        self._stored[post_id].reposts = reposts

    def remove(self, post_id: str) -> None:
        """Delete a post."""
        del self._stored[post_id]

    def spoil(self, post_id: str, **fields: Any) -> None:
        """Overwrite fields of a post's answer, with nonsense as well."""
        self._stored[post_id].broken.update(fields)

    def fail(
        self, path: str, status: int = 503, *, times: int = 1, after: int = 0, body: str = "{}", **headers: str
    ) -> None:
        """Answer ``times`` requests of a path with an error, the first ``after`` not counted."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        self._faults.append(Fault(path, status, named, body, times, after))

    @property
    def paths(self) -> list[str]:
        """The paths asked for, oldest first."""
        return [asked.path for asked in self.requests]

    def queries(self, path: str) -> list[dict[str, str]]:
        """The questions put to a path."""
        return [asked.query for asked in self.requests if asked.path == path]

    def forget_requests(self) -> None:
        """Begin a new count of requests; the bill goes on."""
        self.requests.clear()

    # -- the server

    async def __aenter__(self) -> Self:
        app = web.Application()
        for path, answer in ((COUNTS, self._counts), (SEARCH, self._search), (POSTS, self._posts)):
            app.router.add_get(path, answer)
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

    async def _counts(self, request: web.Request) -> web.Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        now, first = self._clock(), self._clock() - REACH
        hits = self._hits(request.query["query"], first)
        buckets = []
        start = first
        while start < now:
            end = min(start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), now)
            count = sum(start <= stored.written < end or stored.written == end == now for stored in hits)
            buckets.append({"end": stamp(end), "start": stamp(start), "tweet_count": count})
            start = end
        self._charge(COUNTS, 1)
        return self._json({"data": buckets, "meta": {"total_tweet_count": len(hits)}})

    async def _search(self, request: web.Request) -> web.Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        query, now = request.query, self._clock()
        size, since = int(query.get("max_results", "10")), query.get("since_id", "")
        if not 10 <= size <= 100 or len(query["query"]) > 512:
            return self._problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
        if since and time_of(since) < now - REACH:
            return self._problem(
                400, "Invalid Request", "'since_id' must be a tweet id created after the last week"
            )
        hits = [
            stored
            for stored in self._hits(query["query"], now - REACH)
            if int(stored.row["id"]) > int(since or "0") and stored.written <= now - self.searches_lag
        ]
        first = int(query.get("next_token", "b0")[1:])
        shown = hits[first : first + size]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0].row["id"], "oldest_id": shown[-1].row["id"]}
        if first + size < len(hits):
            meta["next_token"] = f"b{first + size}"
        self._charge(SEARCH, len(shown))
        return self._json(self._page(shown, query.get("expansions", "")) | {"meta": meta})

    def _hits(self, query: str, since: datetime) -> list[Stored]:
        """Newest first. Only the form that we ask in is understood: a phrase, and no reposts."""
        asked = re.fullmatch(r'"([^"]+)" -is:retweet', query)
        phrase = asked[1].casefold() if asked else query
        hits = [
            stored
            for stored in self._stored.values()
            if stored.written >= since and phrase in stored.row["text"].casefold()
        ]
        return sorted(hits, key=lambda stored: int(stored.row["id"]), reverse=True)

    async def _posts(self, request: web.Request) -> web.Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        ids = request.query["ids"].split(",")
        if len(ids) > 100:
            return self._problem(400, "Invalid Request", "The `ids` query parameter must have at most 100 values")
        shown = [self._stored[post_id] for post_id in ids if post_id in self._stored]
        body = self._page(shown, request.query.get("expansions", ""))
        missing = [not_found(post_id) for post_id in ids if post_id not in self._stored]
        self._charge(POSTS, len(shown))
        return self._json(body | ({"errors": missing} if missing else {}))

    def _page(self, shown: list[Stored], expansions: str) -> dict[str, Any]:
        if not shown:
            return {}
        authors = {stored.author: as_user(stored.author) for stored in shown}
        media = [one for stored in shown for one in stored.media] if "attachments.media_keys" in expansions else []
        includes = {"users": list(authors.values())} | ({"media": media} if media else {})
        return {"data": [self._row(stored) for stored in shown], "includes": includes}

    def _row(self, stored: Stored) -> dict[str, Any]:
        reposts = stored.reposts(self._clock()) if callable(stored.reposts) else stored.reposts
        metrics = {"retweet_count": reposts, "reply_count": 0, "like_count": 0, "quote_count": 0}
        return {"public_metrics": metrics} | stored.row | stored.broken

    def _charge(self, path: str, reads: int) -> None:
        self.charged += reads
        self.before_answer(path)

    def _refused(self, request: web.Request) -> web.Response | None:
        """Count the request; an answer here stands for whatever was asked."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Asked(request.path, dict(request.query), headers))
        for fault in self._faults:
            if fault.path == request.path and fault.after > 0:
                fault.after -= 1
            elif fault.path == request.path and fault.times > 0:
                fault.times -= 1
                return web.Response(
                    status=fault.status, text=fault.body, headers=fault.headers, content_type="application/json"
                )
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self._problem(401, "Unauthorized", "Unauthorized")
        window = int(self._clock().timestamp() // WINDOW.total_seconds())
        if self.renews and self._window is not None and window != self._window:
            self.remaining = BUDGET
        self._window = window
        if self.remaining <= 0:
            return self._problem(429, "Too Many Requests", "Too Many Requests")
        self.remaining -= 1
        return None

    def _problem(self, status: int, title: str, detail: str) -> web.Response:
        return self._json(
            {"title": title, "detail": detail, "type": "about:blank", "status": status}, status=status
        )

    def _json(self, body: object, *, status: int = 200) -> web.Response:
        span = int(WINDOW.total_seconds())
        headers = {
            "x-rate-limit-limit": str(BUDGET),
            "x-rate-limit-remaining": str(max(0, self.remaining)),
            "x-rate-limit-reset": str((int(self._clock().timestamp()) // span + 1) * span),
        }
        return web.Response(status=status, text=json.dumps(body), headers=headers, content_type="application/json")


def id_at(when: datetime, serial: int = 0) -> str:
    """The id of a post written then."""
    return str(((round(when.timestamp() * 1000) - _FIRST_MS) << 22) + serial)


def time_of(post_id: str) -> datetime:
    """When a post of that id was written."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + _FIRST_MS) / 1000, UTC)


def author_id(author: str) -> str:
    """A made-up id, the same for the same author."""
    return str(int.from_bytes(author.encode()[:6]))


def as_user(author: str) -> dict[str, str]:
    """An author as X shows one."""
    return {"id": author_id(author), "name": author.capitalize(), "username": author}


def not_found(post_id: str) -> dict[str, str]:
    """What X says of a post that is deleted or protected."""
    return {
        "value": post_id,
        "detail": f"Could not find tweet with ids: [{post_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "ids",
        "resource_id": post_id,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def stamp(when: datetime) -> str:
    """A time as X writes it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
