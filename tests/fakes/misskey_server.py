"""A small Misskey server on loopback: real shapes, real errors, notes whose renotes change.

    async with MisskeyServer(clock=clock) as server:
        note = server.add("…", tags=["データセンター"])
        server.renote(note, 120)
        ... Misskey(http, base_url=server.base_url) ...
        assert server.paths == ["/api/notes/search-by-tag", …]

Ids are made as Misskey's ``aid`` makes them, from the time a note was written: a note added late with an old
``created_at`` lands below newer ones. Pages are cut and sorted as ``QueryService.makePaginationQuery`` does it:
upward with ``sinceId`` alone, else downward.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Clock = Callable[[], datetime]
Renotes = int | Callable[[datetime], int]

YEAR_2000 = datetime(2000, 1, 1, tzinfo=UTC)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LONGEST_PAGE = 100
HEADERS = {"cache-control": "private, max-age=0, must-revalidate", "vary": "Origin"}
MESSAGES = {
    "INVALID_PARAM": "Invalid param.",
    "NO_SUCH_NOTE": "No such note.",
    "RATE_LIMIT_EXCEEDED": "Rate limit exceeded. Please try again later.",
    "SIGNIN_REQUIRED": "Signin required.",
    "UNAVAILABLE": "Search of notes unavailable.",
}


@dataclass(frozen=True)
class Asked:
    """One question as it arrived."""

    path: str
    question: dict[str, Any]
    headers: Mapping[str, str]


@dataclass
class Fault:
    """What the next questions to a path get instead of an answer."""

    path: str
    status: int
    headers: dict[str, str]
    body: str
    times: int
    after: int


@dataclass
class Stored:
    """A note and what is not part of its JSON."""

    row: dict[str, Any]
    tags: list[str]
    renotes: Renotes = 0


class MisskeyServer:
    """See the module. ``requests`` is everything asked, oldest first."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self.requests: list[Asked] = []
        self.trends: list[dict[str, Any]] = []
        """What ``/api/hashtags/trend`` answers."""
        self.sorts_upward = True
        """Whether ``sinceId`` alone sorts upward, as it should."""
        self.base_url = ""
        self._clock = clock or (lambda: datetime.now(UTC))
        self._notes: dict[str, Stored] = {}
        self._faults: list[Fault] = []
        self._runner: web.AppRunner | None = None

    # -- the world

    def add(
        self,
        text: str | None = "瓦版の試し刷り",
        *,
        tags: Sequence[str] = ("データセンター",),
        renotes: Renotes = 0,
        created_at: datetime | None = None,
        author: str = "hanako",
        visibility: str = "public",
        **fields: Any,
    ) -> str:
        """Put up a note and return its id. ``author`` with a host is remote. ``fields`` overwrite its JSON."""
        written = created_at or self._clock()
        note_id = str(fields.pop("id", None) or self._new_id(written))
        row = _note(note_id, text, written, author, visibility, tags) | fields
        self._notes[note_id] = Stored(row, [tag.casefold() for tag in tags], renotes)
        return note_id

    def renote(self, note_id: str, renotes: Renotes) -> None:
        """Set how often a note is renoted: a number, or a function of the server's time."""
        self._notes[note_id].renotes = renotes

    def remove(self, note_id: str) -> None:
        """Delete a note: off every page, ``NO_SUCH_NOTE`` by id."""
        del self._notes[note_id]

    def edit(self, note_id: str, **fields: Any) -> None:
        """Overwrite fields of a note."""
        self._notes[note_id].row.update(fields)

    def untag(self, note_id: str) -> None:
        """Take a note off its tags' pages; by id it is still there."""
        self._notes[note_id].tags.clear()

    def row(self, note_id: str) -> dict[str, Any]:
        """The JSON of a note as it is shown now."""
        stored = self._notes[note_id]
        renotes = stored.renotes(self._clock()) if callable(stored.renotes) else stored.renotes
        return {"renoteCount": renotes} | stored.row

    def uri(self, note_id: str) -> str:
        """The ActivityPub id of a note: its canonical id in the models."""
        own = f"https://{self.base_url.removeprefix('http://')}/notes/{note_id}"
        return str(self._notes[note_id].row.get("uri") or own)

    def fail(
        self, path: str, status: int = 503, *, times: int = 1, after: int = 0, body: str = "", **headers: str
    ) -> None:
        """Answer ``times`` questions whose path holds ``path`` with an error, the first ``after`` not counted.

        ``headers``: ``retry_after="30"`` becomes ``retry-after: 30``.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._faults.append(Fault(path, status, named, body, times, after))

    def refuse(self, path: str, code: str, status: int = 400, **more: Any) -> None:
        """Answer with one of Misskey's own errors."""
        self.fail(path, status, body=json.dumps(error(code)), **more)

    @property
    def paths(self) -> list[str]:
        """The paths asked, oldest first."""
        return [asked.path for asked in self.requests]

    def shown_by_id(self, since: int = 0) -> list[str]:
        """The notes asked for by id, from the given request on."""
        return [asked.question["noteId"] for asked in self.requests[since:] if asked.path.endswith("/notes/show")]

    def forget_requests(self) -> None:
        """Begin a new count of requests."""
        self.requests.clear()

    # -- the server

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/notes/search-by-tag", self._answer(self._search))
        app.router.add_post("/api/notes/show", self._answer(self._show))
        app.router.add_post("/api/hashtags/trend", self._answer(lambda _: self.trends))
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

    def _answer(self, respond: Callable[[dict[str, Any]], object]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            question = await request.json()
            self.requests.append(Asked(request.path, question, dict(request.headers)))
            fault = self._fault(request.path)
            if fault is not None:
                return web.Response(
                    status=fault.status,
                    text=fault.body,
                    headers=HEADERS | fault.headers,
                    content_type="application/json",
                )
            try:
                return web.json_response(respond(question), headers=HEADERS)
            except Refused as refused:
                return web.json_response(error(str(refused)), status=400, headers=HEADERS)

        return handle

    def _search(self, question: dict[str, Any]) -> list[dict[str, Any]]:
        tag, limit = question.get("tag"), question.get("limit", 10)
        since, until = question.get("sinceId"), question.get("untilId")
        wrong_id = any(each is not None and not re.fullmatch("[a-zA-Z0-9]+", each) for each in (since, until))
        if not tag or not 1 <= limit <= LONGEST_PAGE or wrong_id:
            raise Refused("INVALID_PARAM")
        ids = sorted(key for key, stored in self._notes.items() if tag.casefold() in stored.tags)
        wanted = [each for each in ids if (not since or each > since) and (not until or each < until)]
        if not (since and not until and self.sorts_upward):
            wanted.reverse()
        found = [self.row(each) for each in wanted]
        return [row for row in found if row["visibility"] in {"public", "home"}][:limit]

    def _show(self, question: dict[str, Any]) -> dict[str, Any]:
        if question["noteId"] not in self._notes:
            raise Refused("NO_SUCH_NOTE")
        return self.row(question["noteId"])

    def _fault(self, path: str) -> Fault | None:
        for fault in self._faults:
            if fault.path in path and fault.after > 0:
                fault.after -= 1
            elif fault.path in path and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def _new_id(self, written: datetime) -> str:
        """Milliseconds since 2000 in eight digits to the base 36, then a counter in two."""
        time = _base_36(max(0, int((written - YEAR_2000).total_seconds() * 1000)), 8)
        return next(made for count in range(36**2) if (made := time + _base_36(count, 2)) not in self._notes)


class Refused(Exception):
    """One of Misskey's errors, named by its code."""


def error(code: str) -> dict[str, Any]:
    """The JSON of an error."""
    body = {
        "message": MESSAGES.get(code, "No."),
        "code": code,
        "id": "00000000-0000-4000-8000-000000000000",
        "kind": "client",
    }
    return {"error": body}


def _base_36(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits.rjust(width, "0")


def _note(
    note_id: str, text: str | None, written: datetime, author: str, visibility: str, tags: Sequence[str]
) -> dict[str, Any]:
    name, _, host = author.partition("@")
    row = {
        "id": note_id,
        "createdAt": written.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "userId": "9hanakohan",
        "user": _user(name, host),
        "text": text,
        "cw": None,
        "visibility": visibility,
        "localOnly": False,
        "reactionAcceptance": None,
        "repliesCount": 0,
        "reactionCount": 0,
        "reactions": {},
        "reactionEmojis": {},
        "fileIds": [],
        "files": [],
        "replyId": None,
        "renoteId": None,
        "clippedCount": 0,
        "tags": list(tags),
    }
    if host:
        row |= {
            "uri": f"https://{host}/users/{name}/statuses/{note_id}",
            "url": f"https://{host}/@{name}/{note_id}",
            "emojis": {},
        }
    return row


def _user(name: str, host: str) -> dict[str, Any]:
    return {
        "id": "9hanakohan",
        "name": name.capitalize(),
        "username": name,
        "host": host or None,
        "avatarUrl": f"https://{host or 'misskey.example'}/avatars/{name}.webp",
        "isBot": False,
        "isCat": True,
        "emojis": {},
        "onlineStatus": "unknown",
        "badgeRoles": [],
    }
