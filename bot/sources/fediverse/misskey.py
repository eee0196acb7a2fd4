"""Misskey, and servers that speak its API: the public notes with a hashtag.

    newest page | upward from the cursor ─▶ volume, now and then ─▶ notes due again: by page, else by id

As with Mastodon, notes are listed while they are minutes old and hardly renoted, so rechecks matter most;
and an id follows the time a note was written, not the time it arrived (misskey-dev/misskey, ``IdService.gen``), so
each fetch begins a few minutes back.

Every question is posted, so there are no conditional requests. A page asked for with ``sinceId`` alone is sorted
upward, oldest first, every other one downward (``QueryService.makePaginationQuery``): upward is what walks from
the cursor without gaps. Most servers say nothing of a budget, so a fetch has one of its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.core.errors import SourceChanged, SourceError, SourceRefused
from bot.core.models import Post, SourceName
from bot.core.url_display import host_of
from bot.sources.http.client import Answer, Http, RefusedAnswer
from bot.sources.parsing import offload

from .hashtag_source import HashtagSession, HashtagSource
from .misskey_wire import Note, error_code, parse_note, parse_notes, parse_volume, posts_of

PAGE: Final = 100
"""Misskey's largest page."""
FULL_PAGE: Final = 50
"""Rows from which on there may be more: a row that cannot be read is not counted."""
REQUESTS: Final = 15
"""The most requests of one fetch."""
NEW_PAGES, AGAIN_PAGES, AGAIN_SINGLES = 3, 3, 10
"""The most of them for each purpose."""
MARKUP: Final = 5
"""Bytes of usual text that take as long to read as a character of mere markup."""

_CLOSED = frozenset({"UNAVAILABLE", "SIGNIN_REQUIRED", "CREDENTIAL_REQUIRED", "CONTENT_RESTRICTED_BY_SERVER"})
_GONE = frozenset({"NO_SUCH_NOTE", "CONTENT_RESTRICTED_BY_USER"})
"""Deleted; or its author shows it to people with an account only."""


class Misskey(HashtagSource):
    """The source ``misskey``: one server or more, asked for the public notes with a tag."""

    kind = "Misskey"
    name = SourceName.MISSKEY

    def session(self, server: str, tag: str, now: datetime) -> HashtagSession[Note]:
        """See ``HashtagSource``."""
        return _MisskeySession(self.http, server, tag, now)

    def explained(self, refusal: RefusedAnswer, host: str) -> SourceError:
        """See ``HashtagSource``."""
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


class _MisskeySession(HashtagSession[Note]):
    page, full_page, new_pages = PAGE, FULL_PAGE, NEW_PAGES
    requests_at_most = REQUESTS
    recheck_pages, recheck_singles = AGAIN_PAGES, AGAIN_SINGLES

    def __init__(self, http: Http, base_url: str, tag: str, now: datetime) -> None:
        super().__init__(now)
        self._http = http
        self._host = host_of(base_url)
        self._api = f"{base_url}/api"
        self._tag = tag

    def below(self, post_id: str) -> str:
        """An id just below this one, for any kind of id: they are compared as text, and it begins this one."""
        return post_id[:-1]

    def is_hidden(self, row: Note) -> bool:
        return not row.is_public

    async def posts(self) -> tuple[Post, ...]:
        notes = [*self.rows.values()]
        size = max(self.size, MARKUP * sum(len(note.text or "") for note in notes))
        return await offload.read_from(self._api, size, posts_of, notes, host=self._host)

    async def newest_page(self) -> list[Note]:
        return await self._page()

    async def page_above(self, since: str) -> tuple[list[Note], str]:
        """Oldest first. Raises ``SourceChanged`` for a full page sorted downward: it leaves a gap below."""
        notes = await self._page(sinceId=since)
        if len(notes) >= FULL_PAGE and notes[0].id > notes[-1].id:
            raise SourceChanged(
                "with sinceId alone the notes come newest first; a Misskey server sends the oldest first"
            )
        return notes, ""

    async def volume(self) -> int | None:
        """The use of the tag, if it trends (see ``parse_volume``)."""
        return await self.parse(await self._post("hashtags/trend"), parse_volume, self._tag)

    async def page_from(self, post_id: str) -> list[Note]:
        return await self._page(untilId=post_id + "0")  # an id just above

    async def single(self, post_id: str) -> Note:
        return await self.parse(await self._post("notes/show", noteId=post_id), parse_note)

    def says_gone(self, answer: Answer) -> bool:
        """Misskey says so with 400 and a code. A 404 about something else is no deletion."""
        code = error_code(answer.body)
        return code in _GONE or (answer.status in {404, 410} and not code)

    async def _page(self, **edge: str) -> list[Note]:
        """A page of the tag: downward, but upward with ``sinceId`` alone."""
        return await self.parse(
            await self._post("notes/search-by-tag", tag=self._tag, limit=PAGE, **edge), parse_notes
        )

    async def _post(self, path: str, **question: str | int) -> Answer:
        return await self.request(self._http.post_json(f"{self._api}/{path}", question))
