"""Misskey, and servers that speak its API: the public notes with a hashtag.

    newest page | upward from the cursor ─▶ volume, now and then ─▶ notes due again: by page, else by id

As with Mastodon, notes are listed while they are minutes old and hardly renoted, so what matters is the re-look;
and an id follows the time a note was written, not the time it arrived (misskey-dev/misskey, ``IdService.gen``), so
each look begins a few minutes back.

Every question is posted, so there are no conditional requests. A page asked for with ``sinceId`` alone is sorted
upward, oldest first, every other one downward (``QueryService.makePaginationQuery``): upward is what walks from
the cursor without gaps. Most servers say nothing of a budget, so a look has one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.core.errors import SourceChanged, SourceError, SourceRefused
from bot.core.models import FetchRequest, FetchResult, Post, PostKey, Recheck, Snapshot, SourceName
from bot.core.url_display import host_of
from bot.sources.http.client import Answer, Http, RefusedAnswer
from bot.sources.http.request_budget import RequestBudget
from bot.sources.parsing import offload

from .hashtag_source import HashtagSource, TimelineCursor, is_volume_due, overlap_start, parse_cursor
from .misskey_wire import Note, error_code, parse_note, parse_notes, parse_volume, posts_of

PAGE: Final = 100
"""Misskey's largest page."""
FULL_PAGE: Final = 50
"""From this many on there may be more: a row that cannot be read is not counted."""
REQUESTS: Final = 15
"""The most requests of one look."""
NEW_PAGES, AGAIN_PAGES, AGAIN_SINGLES = 3, 3, 10
"""The most of them for each purpose."""
MARKUP: Final = 5
"""Bytes of usual text that take as long to read as a character of mere markup."""

_CLOSED = frozenset({"UNAVAILABLE", "SIGNIN_REQUIRED", "CREDENTIAL_REQUIRED", "CONTENT_RESTRICTED_BY_SERVER"})
_GONE = frozenset({"NO_SUCH_NOTE", "CONTENT_RESTRICTED_BY_USER"})
"""Deleted; or its author shows it to people with an account only."""


def _below(note_id: str) -> str:
    """An id just below, whatever kind of id the server makes: ids are compared as text, and this one begins it."""
    return note_id[:-1]


def _above(note_id: str) -> str:
    """An id just above."""
    return note_id + "0"


def _place_after(notes: Iterable[Note], since: str, now: datetime) -> str:
    """Where the next look begins."""
    floor = overlap_start(sorted(notes, key=lambda note: note.id, reverse=True)[:PAGE], now)
    return since if floor is None else _below(floor.id)


class Misskey(HashtagSource):
    """The source ``misskey``: one server or more, asked for the public notes with a tag."""

    kind = "Misskey"
    name = SourceName.MISSKEY

    async def fetch(self, look: FetchRequest, now: datetime) -> FetchResult:
        """New posts, the posts due again as far as the look's requests go, and now and then the volume.

        Raises ``SourceError`` when the first request fails; a later failure only ends the look early.
        """
        tag = self.tag(look)
        place = parse_cursor(look.cursor) or TimelineCursor("")
        server = self.server(look)
        host = host_of(server)
        visit = _MisskeyFetch(self.http, server, tag, now)
        try:
            since = await visit.read_new(place.since)
        except RefusedAnswer as refusal:
            raise _explained(refusal, host) from refusal
        snapshot, volume_at = await visit.read_volume(place.volume_at)
        await visit.read_again(look.relook)
        return FetchResult(
            source=self.name,
            posts=await visit.posts(host),
            snapshot=snapshot,
            cursor=TimelineCursor(since, volume_at).written(),
            gone=visit.gone(look.relook),
            reset_at=visit.allowance.reset_at,
            requests=visit.allowance.requests,
            quota=visit.allowance.quota,
            note=self.describe_request(look),
        )


def _explained(refusal: RefusedAnswer, host: str) -> SourceError:
    """What a refusal of a search means, for the operator."""
    status, code = refusal.answer.status, error_code(refusal.answer.body)
    answered = f"(answered {status}{' ' + code if code else ''})"
    if code == "INVALID_PARAM":
        return SourceChanged(f"{host} does not take the question as Misskey does {answered}")
    if code in _CLOSED or status in {401, 403}:
        meaning = "does not show its notes to the public"
    elif status in {404, 405, 410}:
        meaning = "has no search where a Misskey server has it"
    else:
        meaning = "refuses the search"
    return SourceRefused(
        f"{host} {meaning} {answered}; choose another server",
        retry_after=refusal.retry_after,
        permanent=refusal.permanent,
    )


class _MisskeyFetch:
    """One look under way: what was read, how many requests are left, and whether it was cut short."""

    def __init__(self, http: Http, base_url: str, tag: str, now: datetime) -> None:
        self.allowance = RequestBudget(now)
        self._http = http
        self._api = f"{base_url}/api"
        self._tag = tag
        self._now = now
        self._size = 0
        self._read: dict[str, Note] = {}
        self._missed: set[str] = set()
        self._left = REQUESTS

    async def posts(self, host: str) -> tuple[Post, ...]:
        """The public posts read, newest first, each identity once."""
        notes = [*self._read.values()]
        size = max(self._size, MARKUP * sum(len(note.text or "") for note in notes))
        return await offload.read_from(self._api, size, posts_of, notes, host=host)

    def gone(self, relook: Iterable[Recheck]) -> tuple[PostKey, ...]:
        """What was asked for and is no longer there, or no longer public."""
        hidden = {note.id for note in self._read.values() if not note.is_public}
        return tuple(wanted.post_key for wanted in relook if wanted.source_id in self._missed | hidden)

    async def read_new(self, since: str) -> str:
        """Read the newest page, or what is above ``since`` within bounds; return where the next look begins.

        Where the bound or a failure cuts, that is the last id read, so that nothing is skipped.
        Raises ``SourceError`` when the first request fails.
        """
        if not since:
            notes = await self._page()
            self._keep(notes)
            return _place_after(notes, since, self._now)
        reached = since
        fresh: list[Note] = []
        for number in range(NEW_PAGES):
            if number and not self._may_ask():
                return reached
            try:
                notes = _upward(await self._page(sinceId=reached))
            except SourceError as error:
                if number == 0:
                    raise
                self.allowance.stop(error)
                return reached
            above = [note for note in notes if note.id > reached]
            self._keep(above)
            fresh += above
            reached = max((reached, *(note.id for note in above)))
            if len(notes) < FULL_PAGE or not above:
                return _place_after(fresh, since, self._now)
        return reached

    async def read_volume(self, asked_at: int) -> tuple[Snapshot | None, int]:
        """How much the tag is used, where it trends (see ``parse_volume``), and when that was last asked.

        A failure costs only the number.
        """
        if not (is_volume_due(asked_at, self._now) and self._may_ask()):
            return None, asked_at
        volume = None
        try:
            body = (await self._post("hashtags/trend")).body
            volume = await offload.read_from(self._api, len(body), parse_volume, body, self._tag)
        except SourceRefused:
            pass
        except SourceError as error:
            self.allowance.stop(error)
        snapshot = None if volume is None else Snapshot(observed_at=self._now, volume=volume)
        return snapshot, int(self._now.timestamp())

    async def read_again(self, relook: Iterable[Recheck]) -> None:
        """Read what is due again in the fewest requests. What is not reached stays due and comes again."""
        wanted = [each.source_id for each in relook if each.source_id not in self._read]
        due = set(wanted)
        try:
            missing = await self._again_by_page(due)
            left = sorted((each for each in wanted if each in due), key=lambda each: each not in missing)
            for note_id in left[:AGAIN_SINGLES]:
                if not self._may_ask():
                    return
                await self._again_by_id(note_id)
        except SourceError as error:
            self.allowance.stop(error)

    async def _again_by_page(self, due: set[str]) -> set[str]:
        """Take from ``due`` what stands on pages that begin at the newest of them, while a page covers several.

        Returns the ids that should have stood there and did not.
        """
        missing: set[str] = set()
        for _ in range(AGAIN_PAGES):
            ahead = due - missing
            if len(ahead) < 2 or not self._may_ask():
                break
            notes = await self._page(untilId=_above(max(ahead)))
            found = [note for note in notes if note.id in due]
            self._keep(found)
            due -= {note.id for note in found}
            lowest = min((note.id for note in notes), default="")
            missing |= {each for each in ahead & due if each >= lowest}
            if len(found) < 2:
                break
        return missing

    async def _again_by_id(self, note_id: str) -> None:
        """Read one note, or learn that it is gone. Any other refusal is this one note's trouble: it stays due."""
        try:
            body = (await self._post("notes/show", noteId=note_id)).body
            note = await offload.read_from(self._api, len(body), parse_note, body)
        except SourceChanged:
            return
        except RefusedAnswer as refusal:
            if _says_gone(refusal.answer):
                self._missed.add(note_id)
            elif refusal.answer.status != 400:
                raise
            return
        if note.id == note_id:
            self._keep([note])

    async def _page(self, **edge: str) -> list[Note]:
        """A page of the tag: downward, but upward with ``sinceId`` alone."""
        body = (await self._post("notes/search-by-tag", tag=self._tag, limit=PAGE, **edge)).body
        return await offload.read_from(self._api, len(body), parse_notes, body)

    async def _post(self, path: str, **question: str | int) -> Answer:
        self._left -= 1
        try:
            answer = await self._http.post_json(f"{self._api}/{path}", question)
        except RefusedAnswer as refusal:
            self.allowance.record_response(refusal.answer.headers)
            raise
        self.allowance.record_response(answer.headers)
        self._size += len(answer.body)
        return answer

    def _may_ask(self) -> bool:
        return self._left > 0 and self.allowance.can_request()

    def _keep(self, notes: Iterable[Note]) -> None:
        self._read |= {note.id: note for note in notes}


def _upward(notes: list[Note]) -> list[Note]:
    """The page as it came. Raises ``SourceChanged`` for a full one sorted downward: it leaves a gap below."""
    if len(notes) >= FULL_PAGE and notes[0].id > notes[-1].id:
        raise SourceChanged(
            "with sinceId alone the notes come newest first; a Misskey server sends the oldest first"
        )
    return notes


def _says_gone(answer: Answer) -> bool:
    """A note that is not there: Misskey says so with 400 and a code. A 404 about something else is no deletion."""
    code = error_code(answer.body)
    return code in _GONE or (answer.status in {404, 410} and not code)
