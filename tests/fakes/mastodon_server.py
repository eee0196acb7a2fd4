"""A small Mastodon server on loopback: real shapes, real headers, posts whose boosts change.

    async with MastodonServer(clock=clock) as server:
        post = server.add("<p>…</p>", tags=["データセンター"])
        server.boost(post, 120)
        ... Mastodon(http, base_url=server.base_url) ...
        assert server.paths == ["/api/v1/timelines/tag/…"]

Ids are made as Mastodon makes them, from the time a post was written: a post added late with an old
``created_at`` lands below newer ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from aiohttp import web

Clock = Callable[[], datetime]
Boosts = int | Callable[[datetime], int]
WINDOW = timedelta(minutes=5)
BUDGET = 300


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]


@dataclass
class Fault:
    """What the next requests to a path get instead of an answer."""

    path: str
    status: int
    headers: dict[str, str]
    body: str
    times: int
    after: int


@dataclass
class Stored:
    """A status and what is not part of its JSON."""

    row: dict[str, Any]
    tags: list[str]
    boosts: Boosts = 0


class MastodonServer:
    """See the module. ``remaining`` is the host's budget, ``requests`` everything asked, oldest first."""

    def __init__(self, *, clock: Clock | None = None, host_name: str = "mastodon.example") -> None:
        self.requests: list[Asked] = []
        self.remaining = BUDGET
        self.rate_limited = True
        """Whether answers carry the ``X-RateLimit-*`` headers."""
        self.public_timelines = True
        self.uses_today: int | None = 0
        """What ``/api/v1/tags/:name`` counts for every tag; None: the server keeps tags to itself."""
        self.trending: list[dict[str, Any]] = []
        """What ``/api/v1/trends/tags`` answers."""
        self.page_limit = 40
        self.base_url = ""
        self._clock = clock or (lambda: datetime.now(UTC))
        self._host_name = host_name
        self._statuses: dict[str, Stored] = {}
        self._faults: list[Fault] = []
        self._window: int | None = None
        self._runner: web.AppRunner | None = None

    # -- the world

    def add(
        self,
        content: str = "<p>瓦版の試し刷り</p>",
        *,
        tags: Sequence[str] = ("データセンター",),
        boosts: Boosts = 0,
        created_at: datetime | None = None,
        author: str = "hanako",
        visibility: str = "public",
        **fields: Any,
    ) -> str:
        """Put up a status and return its id. ``fields`` overwrite its JSON.

        What is not public stands on the timeline all the same: some servers are that careless.
        """
        written = created_at or self._clock()
        status_id = str(fields.pop("id", None) or self._new_id(written))
        row = self._status(status_id, content, written, author, visibility, tags) | fields
        self._statuses[status_id] = Stored(row, [tag.casefold() for tag in tags], boosts)
        return status_id

    def boost(self, status_id: str, boosts: Boosts) -> None:
        """Set how often a status is boosted: a number, or a function of the server's time."""
        self._statuses[status_id].boosts = boosts

    def remove(self, status_id: str) -> None:
        """Delete a status: off every timeline, 404 by id."""
        del self._statuses[status_id]

    def edit(self, status_id: str, **fields: Any) -> None:
        """Overwrite fields of a status."""
        self._statuses[status_id].row.update(fields)

    def untag(self, status_id: str) -> None:
        """Take a status off its tags' timelines; by id it is still there."""
        self._statuses[status_id].tags.clear()

    def row(self, status_id: str) -> dict[str, Any]:
        """The JSON of a status as it is shown now."""
        return self._shown(status_id)

    def uri(self, status_id: str) -> str:
        """The ActivityPub id of a status: its canonical id in the models."""
        return str(self._statuses[status_id].row["uri"])

    def fail(
        self, path: str, status: int = 503, *, times: int = 1, after: int = 0, body: str = "{}", **headers: str
    ) -> None:
        """Answer ``times`` requests whose path holds ``path`` with an error, the first ``after`` not counted.

        ``headers``: ``retry_after="30"`` becomes ``retry-after: 30``.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._faults.append(Fault(path, status, named, body, times, after))

    @property
    def paths(self) -> list[str]:
        """The paths asked for, oldest first."""
        return [asked.path for asked in self.requests]

    def forget_requests(self) -> None:
        """Begin a new count of requests."""
        self.requests.clear()

    # -- the server

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/api/v1/timelines/tag/{tag}", self._timeline)
        app.router.add_get("/api/v1/statuses/{id}", self._single)
        app.router.add_get("/api/v1/tags/{tag}", self._tag)
        app.router.add_get("/api/v1/trends/tags", self._trends)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _timeline(self, request: web.Request) -> web.Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        if not self.public_timelines:
            return self._json({"error": "The access token is invalid"}, status=401)
        tag = request.match_info["tag"].casefold()
        ids = [key for key, stored in self._statuses.items() if tag in stored.tags]
        page = self._page(ids, request.query)
        link = _link(request, page) if page else {}
        return self._json([self._shown(each) for each in page], headers=link)

    async def _single(self, request: web.Request) -> web.Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        stored = self._statuses.get(request.match_info["id"])
        if stored is None or stored.row["visibility"] in {"private", "direct"}:
            return self._json({"error": "Record not found"}, status=404)
        return self._json(self._shown(stored.row["id"]))

    async def _tag(self, request: web.Request) -> web.Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        if self.uses_today is None:
            return self._json({"error": "The access token is invalid"}, status=401)
        tag = request.match_info["tag"]
        today = self._clock().replace(hour=0, minute=0, second=0, microsecond=0)
        days = [int((today - timedelta(days=back)).timestamp()) for back in range(7)]
        uses = [self.uses_today, *[7] * 6]
        history = [
            {"day": str(day), "accounts": "3", "uses": str(use)} for day, use in zip(days, uses, strict=True)
        ]
        body = {"id": "77", "name": tag, "url": f"{self.base_url}/tags/{tag}", "history": history}
        return self._json(body | {"following": False, "featuring": False})

    def trend(self, name: str, *days: tuple[int, int]) -> None:
        """Let a tag trend, with (uses, accounts) of each day, the newest first; all numbers are text."""
        today = self._clock().replace(hour=0, minute=0, second=0, microsecond=0)
        history = [
            {
                "day": str(int((today - timedelta(days=back)).timestamp())),
                "uses": str(uses),
                "accounts": str(people),
            }
            for back, (uses, people) in enumerate(days)
        ]
        self.trending.append({"id": "7", "name": name, "url": f"{self.base_url}/tags/{name}", "history": history})

    async def _trends(self, request: web.Request) -> web.Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        return self._json(self.trending[: int(request.query.get("limit", "10"))])

    def _refused(self, request: web.Request) -> web.Response | None:
        """Count the request; an answer here stands for whatever was asked."""
        self.requests.append(Asked(request.path, dict(request.query), dict(request.headers)))
        fault = self._fault(request.path)
        if fault is not None:
            return web.Response(
                status=fault.status, text=fault.body, headers=fault.headers, content_type="application/json"
            )
        self._refill()
        if self.rate_limited and self.remaining <= 0:
            return self._json({"error": "Too many requests"}, status=429)
        self.remaining -= 1
        return None

    def _refill(self) -> None:
        """A new window of five minutes on the clock brings a new budget."""
        window = int(self._clock().timestamp() // WINDOW.total_seconds())
        if self._window is not None and window != self._window:
            self.remaining = BUDGET
        self._window = window

    def _fault(self, path: str) -> Fault | None:
        for fault in self._faults:
            if fault.path in path and fault.after > 0:
                fault.after -= 1
            elif fault.path in path and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def _page(self, ids: list[str], query: Mapping[str, str]) -> list[str]:
        """As ``paginate_by_id`` of Mastodon: ``min_id`` walks forward, all else begins at the newest."""
        limit = min(int(query.get("limit", "20")), self.page_limit)
        wanted = sorted(int(each) for each in ids)
        if "max_id" in query:
            wanted = [each for each in wanted if each < int(query["max_id"])]
        above = query.get("min_id", query.get("since_id", ""))
        wanted = [each for each in wanted if each > int(above or 0)]
        cut = wanted[:limit] if "min_id" in query else wanted[-limit:]
        return [str(each) for each in reversed(cut)]

    def _shown(self, status_id: str) -> dict[str, Any]:
        stored = self._statuses[status_id]
        boosts = stored.boosts(self._clock()) if callable(stored.boosts) else stored.boosts
        return {"reblogs_count": boosts} | stored.row

    def _json(self, body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
        sent = dict(headers or {}) | {"cache-control": "no-store"}
        if self.rate_limited:
            span = int(WINDOW.total_seconds())
            reset = datetime.fromtimestamp((int(self._clock().timestamp()) // span + 1) * span, UTC)
            sent |= {
                "X-RateLimit-Limit": str(BUDGET),
                "X-RateLimit-Remaining": str(max(0, self.remaining)),
                "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            }
        return web.json_response(body, status=status, headers=sent)

    def _new_id(self, written: datetime) -> str:
        """Milliseconds since 1970, then 16 bits: Mastodon's own form."""
        wanted = int(written.timestamp() * 1000) << 16
        while str(wanted) in self._statuses:
            wanted += 1
        return str(wanted)

    def _status(
        self, status_id: str, content: str, written: datetime, author: str, visibility: str, tags: Sequence[str]
    ) -> dict[str, Any]:
        name, _, domain = author.partition("@")
        home = f"https://{domain or self._host_name}"
        return {
            "id": status_id,
            "created_at": written.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": visibility,
            "language": "ja",
            "uri": f"{home}/users/{name}/statuses/{status_id}",
            "url": f"{home}/@{name}/{status_id}",
            "replies_count": 0,
            "favourites_count": 0,
            "quotes_count": 0,
            "edited_at": None,
            "content": content,
            "reblog": None,
            "media_attachments": [],
            "mentions": [],
            "tags": [{"name": tag, "url": f"{home}/tags/{tag}"} for tag in tags],
            "emojis": [],
            "card": None,
            "poll": None,
            "account": _account(name, author, home),
        }


def _account(name: str, acct: str, home: str) -> dict[str, Any]:
    return {
        "id": "1001",
        "username": name,
        "acct": acct,
        "display_name": name.capitalize(),
        "bot": False,
        "url": f"{home}/@{name}",
        "uri": f"{home}/users/{name}",
        "avatar_static": f"{home}/avatars/{name}.png",
    }


def _link(request: web.Request, page: list[str]) -> dict[str, str]:
    here = f"{request.scheme}://{request.host}{request.rel_url.raw_path}"
    kept = {key: value for key, value in request.query.items() if key not in {"min_id", "max_id", "since_id"}}
    older = urlencode(kept | {"max_id": page[-1]})
    newer = urlencode(kept | {"min_id": page[0]})
    return {"Link": f'<{here}?{older}>; rel="next", <{here}?{newer}>; rel="prev"'}
