"""Bluesky: the public posts that hold a phrase, searched through an account's own server.

    latest, down to what was seen ─▶ top, now and then ─▶ posts due again, 25 at once

Posts are found while they are minutes old and hardly reposted, so what matters is the recheck; ``top`` finds what
spread before the first poll. The search is made for people, and refused without a login: a fetch is a
handful of requests, and the session is kept (``bluesky_session``).

``hitsTotal`` counts hits of all times, where it is there at all: it is not taken for a volume.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Final

import msgspec

from bot.core.cadence.rechecks import RECHECK_FOR
from bot.core.errors import SourceChanged, SourceError, SourceRefused
from bot.core.models import FetchRequest, FetchResult, Post, SourceName, TimelineSpan
from bot.core.targets import OWN
from bot.sources.fetch_session import FetchSession, PostBatch, read_cursor
from bot.sources.http.client import RefusedAnswer
from bot.sources.parsing import offload

from .session import BlueskyAccount, describe
from .wire import PostPage, PostView, error_code, parse_page, posts_of

PAGE: Final = 100
"""The largest page of a search."""
NEW_PAGES: Final = 5
BATCH: Final = 25
"""So many posts can be asked for by their uris at once."""
OVERLAP: Final = timedelta(minutes=10)
"""A post comes into the search some time after it was written."""
TOP_EVERY: Final = timedelta(minutes=15)
RESERVE: Final = 100
"""Requests left to the account's other topics, of 3,000 in 5 minutes: below this only new posts are read."""


class _SearchCursor(msgspec.Struct, omit_defaults=True):
    """The cursor: when the newest post seen was written, and when ``top`` was last asked (seconds since 1970)."""

    newest: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    top_at: int = 0


def phrase(topic_name: str) -> str | None:
    """The topic as a question: a phrase in quotes, in which nothing is an operator; None when nothing is left.

    A post with the hashtag holds the word, too.
    """
    bare = " ".join(topic_name.replace('"', " ").replace("\\", " ").split())
    return f'"{bare}"' if any(character.isalnum() for character in bare) else None


class Bluesky:
    """The source ``bluesky``: the search of one account's server."""

    name = SourceName.BLUESKY
    can_recheck = True
    target_templates = (OWN,)

    def __init__(self, account: BlueskyAccount) -> None:
        self._account = account

    def describe_request(self, request: FetchRequest) -> str:
        """The phrase and the server, e.g. ``"データセンター" @ bsky.social``."""
        return f"{phrase(request.topic.query) or request.topic.query} @ {self._account.host}"

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        """New posts, now and then the top ones, and the posts due again.

        Raises ``SourceError`` when the first request fails; a later failure only ends the fetch early.
        """
        query = phrase(request.topic.query)
        if query is None:
            raise SourceRefused(
                f"Bluesky cannot be searched for {request.topic.query!r}: there is no letter in it",
                permanent=True,
            )
        cursor = read_cursor(request.cursor, _SearchCursor) or _SearchCursor()
        session = _BlueskySession(self._account, query, now)
        try:
            newest = await session.read_new(cursor.newest)
        except RefusedAnswer as refusal:
            raise _explained(refusal, self._account.host) from refusal
        _, top_at = await session.read_figure(cursor.top_at, TOP_EVERY, session.read_top)
        await session.recheck_in_batches(request.rechecks, BATCH)
        cursor = _SearchCursor(newest, top_at)
        return await session.result(self.name, request, note=self.describe_request(request), cursor=cursor)


def _explained(refusal: RefusedAnswer, host: str) -> SourceError:
    """The error for a refused search, for the operator."""
    status, code = refusal.answer.status, error_code(refusal.answer.body)
    answered = describe(refusal.answer)
    if code == "InvalidRequest":
        return SourceChanged(f"{host} does not take the question as Bluesky does ({answered})")
    if status in {403, 404, 405, 410} and not code:
        meaning = "has no search for its accounts; name the server that the account lives on"
    else:
        meaning = "refuses the search"
    return SourceRefused(
        f"{host} {meaning} ({answered})", retry_after=refusal.retry_after, permanent=refusal.permanent
    )


class _BlueskySession(FetchSession[PostView]):
    reserve = RESERVE

    def __init__(self, account: BlueskyAccount, query: str, now: datetime) -> None:
        super().__init__(now)
        self._account = account
        self._query = query

    def id_of(self, row: PostView) -> str:
        return row.uri

    def is_hidden(self, row: PostView) -> bool:
        return row.is_hidden

    async def posts(self) -> tuple[Post, ...]:
        return await offload.read_from(self._account.host, self.size, posts_of, [*self.rows.values()])

    async def read_new(self, newest: datetime | None) -> datetime | None:
        """Read the newest page, or down to a little below ``newest``; return when the newest post was written.

        A page without posts and with a cursor is not the end: what it held was hidden or deleted. Where a failure
        cuts, that stays what it was, so that the next fetch comes down here again. Where our own
        bound cuts (500 posts between two polls), what lies below is left to ``top``.
        Raises ``SourceError`` when the first request fails.
        """
        edge: dict[str, str] = {}
        floor = newest - OVERLAP if newest else None
        self.timeline = TimelineSpan(self.now, complete=False)
        if floor is not None:
            edge["since"] = _stamp(floor)
        reached = newest
        for _ in range(NEW_PAGES):
            page = await self.attempt(partial(self._search, "latest", **edge))
            if page is None:
                return newest
            self.keep(page.posts)
            times = [min(view.written_at, self.now) for view in page.posts]
            reached = max((*times, *((reached,) if reached else ())), default=None)
            is_read = bool(times) and (floor is None or min(times) < floor)
            if not page.cursor or page.cursor == edge.get("cursor") or is_read:
                is_whole = floor is not None or not page.cursor
                self.timeline = TimelineSpan(self.now, complete=is_whole)
                return reached
            edge["cursor"] = page.cursor
        return reached

    async def read_top(self) -> None:
        """Read the biggest posts of the last two days."""
        page = await self._search("top", since=_stamp(self.now - RECHECK_FOR))
        self.keep(page.posts)

    async def batch(self, ids: Sequence[str]) -> PostBatch[PostView]:
        page = await self._page("app.bsky.feed.getPosts", [("uris", uri) for uri in ids])
        return PostBatch(page.posts, asked=ids, missing=ids if page.is_whole else ())

    async def _search(self, sort: str, **edge: str) -> PostPage:
        params = {"q": self._query, "sort": sort, "limit": str(PAGE)} | edge
        return await self._page("app.bsky.feed.searchPosts", list(params.items()))

    async def _page(self, path: str, params: list[tuple[str, str]]) -> PostPage:
        return await self.parse(await self.request(self._account.get(path, params, self.now)), parse_page)


def _stamp(when: datetime) -> str:
    """A time as the search wants it: with milliseconds and ``Z`` (bluesky-social/atproto, issue 3021)."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
