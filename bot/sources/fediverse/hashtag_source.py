"""Shared by Mastodon and Misskey: servers that are asked for a tag, and the cursor in their timelines.

An id there follows the time a post was written, not the time it arrived: a post from a slow server lands below
posts already read. Each fetch therefore begins a few minutes back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Final, Protocol, TypeVar

import msgspec

from bot.core.errors import SourceError, TopicUnfit
from bot.core.models import FetchRequest, FetchResult, SourceName, TimelineSpan
from bot.core.targets import OWN
from bot.core.url_display import host_of
from bot.sources.fetch_session import FetchSession, read_cursor
from bot.sources.http.client import Http, RefusedAnswer

from .mastodon_wire import hashtag

OVERLAP: Final = timedelta(minutes=5)
VOLUME_EVERY: Final = timedelta(minutes=30)


class TimelineRow(Protocol):
    """A row of a timeline."""

    @property
    def id(self) -> str:
        """The id by which the server shows it again."""
        ...

    @property
    def created_at(self) -> datetime:
        """The time of writing."""
        ...


R = TypeVar("R", bound=TimelineRow)


class TimelineCursor(msgspec.Struct, omit_defaults=True):
    """The cursor: the next fetch reads posts above ``since``. ``volume_at``: seconds since 1970."""

    since: str
    volume_at: int = 0


class HashtagSession(FetchSession[R]):
    """One fetch of a tag's timeline at one server."""

    page: ClassVar[int]
    """The server's largest page."""
    full_page: ClassVar[int]
    """Rows from which on there may be more."""
    new_pages: ClassVar[int]
    """The most requests for new posts."""
    oldest: ClassVar[str] = ""
    """The cursor of a tag without posts; empty: the next fetch is a first one again."""

    def id_of(self, row: R) -> str:
        """See ``FetchSession``."""
        return row.id

    @abstractmethod
    def below(self, post_id: str) -> str:
        """An id just below another one."""

    @abstractmethod
    async def newest_page(self) -> Sequence[R]:
        """The newest page."""

    @abstractmethod
    async def page_above(self, since: str) -> tuple[Sequence[R], str]:
        """The page just above an id, and the id above which the next one begins, where the server names it."""

    @abstractmethod
    async def volume(self) -> int | None:
        """The use of the tag."""

    async def read_new(self, since: str) -> str:
        """Read the newest page, or what is above ``since`` within bounds; return where the next fetch begins.

        Where the bound or a failure cuts, that is the last id read, so that nothing is skipped.
        Raises ``SourceError`` when the first request fails.
        """
        if not since:
            newest = await self.newest_page()
            self.keep(newest)
            self.timeline = TimelineSpan(self.now, complete=len(newest) < self.full_page)
            return self.start_after(newest, self.oldest)
        above = reached = since
        fresh: list[R] = []
        for _ in range(self.new_pages):
            page = await self.attempt(partial(self.page_above, above))
            if page is None:
                break
            rows, edge = page
            fresh += [row for row in rows if self.position(row.id) > self.position(since)]
            self.keep(fresh)
            reached = max((reached, *(row.id for row in rows)), key=self.position)
            onward = max(reached, edge, key=self.position)
            # An empty page that leads on is not the end: what it held is hidden.
            if 0 < len(rows) < self.full_page or onward == above:
                self.timeline = TimelineSpan(self.now)
                return self.start_after(fresh, since)
            above = onward
        self.timeline = self._span_to_last(fresh)
        return reached

    def _span_to_last(self, fresh: Sequence[R]) -> TimelineSpan:
        """The span of pages that were cut: they go upward, so nothing is left out up to the last post read."""
        if not fresh:
            return TimelineSpan(self.now, complete=False)
        return TimelineSpan(min(self.now, max(fresh, key=lambda row: self.position(row.id)).created_at))

    def start_after(self, rows: Iterable[R], since: str) -> str:
        """The cursor of the next fetch: below the posts of the last minutes, and below at least one.

        That one is the sign that the server still answers as it did. At most a page is read twice.
        """
        newest = sorted(rows, key=lambda row: self.position(row.id), reverse=True)[: self.page]
        recent = [row for row in newest if row.created_at >= self.now - OVERLAP] or newest[:1]
        return self.below(recent[-1].id) if recent else since


class HashtagSource(ABC):
    """One server or more of a ``kind``, each asked for the public posts with a tag."""

    kind: ClassVar[str]
    name: SourceName
    can_recheck = True

    def __init__(self, http: Http, *, base_url: str, more_urls: Sequence[str] = ()) -> None:
        self.http = http
        self._base_url = base_url.rstrip("/")
        self.target_templates = (OWN, *(url.rstrip("/") for url in more_urls))

    def describe_request(self, request: FetchRequest) -> str:
        """The tag and the server, e.g. ``#データセンター @ mstdn.jp``."""
        tag = hashtag(request.topic.query)
        return f"{'#' + tag if tag else request.topic.query} @ {host_of(self.server(request))}"

    def server(self, request: FetchRequest) -> str:
        """The address of the server that is asked."""
        return request.target or self._base_url

    def tag(self, request: FetchRequest) -> str:
        """The tag of the topic. Raises ``TopicUnfit`` where none can be made of it."""
        tag = hashtag(request.topic.query)
        if tag is None:
            raise TopicUnfit(f"no {self.kind} tag can be made of {request.topic.query!r}: a tag needs a letter")
        return tag

    @abstractmethod
    def session(self, server: str, tag: str, now: datetime) -> HashtagSession[Any]:
        """A fetch at one server."""

    @abstractmethod
    def explained(self, refusal: RefusedAnswer, host: str) -> SourceError:
        """The error for a refused timeline, for the operator."""

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        """New posts, the posts due again as far as the host's budget goes, and now and then the volume.

        Raises ``SourceError`` when the first request fails; a later failure only ends the fetch early.
        """
        server = self.server(request)
        cursor = read_cursor(request.cursor, TimelineCursor) or TimelineCursor("")
        session = self.session(server, self.tag(request), now)
        try:
            since = await session.read_new(cursor.since)
        except RefusedAnswer as refusal:
            raise self.explained(refusal, host_of(server)) from refusal
        snapshot, volume_at = await session.read_volume(cursor.volume_at, VOLUME_EVERY, session.volume)
        await session.recheck(request.rechecks)
        cursor = TimelineCursor(since, volume_at)
        return await session.result(
            self.name, request, note=self.describe_request(request), cursor=cursor, snapshot=snapshot
        )
