"""One fetch of a timeline: what the four sources that list young posts have in common.

    new posts ─▶ figures, now and then ─▶ posts due again ─▶ ``result``

A failure of the first request fails the fetch; a later one only ends it early, and what was read is kept. A source
states its requests and where its pages begin; budget, rows and rechecks are here.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Concatenate, Final, Generic, ParamSpec, TypeVar

import msgspec

from bot.core.alerting.followups import MASS_DELETION_LIMIT
from bot.core.errors import SourceChanged, SourceError, SourceRefused
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    EntryFingerprints,
    FetchRequest,
    FetchResult,
    Post,
    PostKey,
    Recheck,
    Snapshot,
    SourceName,
    TimelineSpan,
)

from .http.client import Answer, RefusedAnswer
from .http.request_budget import RequestBudget
from .parsing import offload

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row")
Cursor = TypeVar("Cursor", bound=msgspec.Struct)

BAD_REQUEST: Final = 400


def read_cursor(cursor: str | None, form: type[Cursor]) -> Cursor | None:
    """The cursor at the end of the fetch before; None if there was none, or it cannot be read."""
    try:
        return msgspec.json.decode(cursor, type=form) if cursor else None
    except msgspec.DecodeError:
        return None


def write_cursor(cursor: msgspec.Struct) -> str:
    """A cursor as the database keeps it; ``read_cursor`` reads it back."""
    return msgspec.json.encode(cursor).decode()


def is_due(done_at: int, every: timedelta, now: datetime) -> bool:
    """Whether it is time to do again what is done every so often; ``done_at`` in seconds since 1970."""
    return not 0 <= int(now.timestamp()) - done_at < every.total_seconds()


@dataclass(frozen=True, slots=True)
class PostBatch(Generic[Row]):
    """Posts asked for together by their ids. ``missing``: those asked for that the source no longer has."""

    rows: Sequence[Row]
    asked: Collection[str]
    missing: Collection[str]


class FetchSession(ABC, Generic[Row]):
    """One fetch under way: the rows read, what the host still allows, and whether it was cut short."""

    reserve: ClassVar[int] = 0
    """Requests left to the host's other topics: below this only new posts are read."""
    requests_at_most: ClassVar[int | None] = None
    """The most requests of one fetch; None: what the host allows."""
    recheck_pages: ClassVar[int] = 0
    recheck_singles: ClassVar[int] = 0
    """The most requests of ``recheck`` for pages, and for single posts."""

    def __init__(self, now: datetime, *, timer: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.budget = RequestBudget(now, timer=timer)
        self.rows: dict[str, Row] = {}
        self.names: dict[PostKey, EntryFingerprints] = {}
        """See ``FetchResult.names``."""
        self.missed: set[str] = set()
        """Ids that were asked for and are no longer there."""
        self.size = 0
        """Bytes of the answers."""
        self.answered = False
        """Whether any request was answered as it should be."""
        self.timeline: TimelineSpan | None = None
        """The part of the timeline that is shown, where new posts were read by the time of writing."""

    # -- what a source states ------------------------------------------------------------------------------

    @abstractmethod
    def id_of(self, row: Row) -> str:
        """The id by which the source shows this post again."""

    @abstractmethod
    async def posts(self) -> tuple[Post, ...]:
        """The posts of the rows, newest first, each identity once."""

    def is_hidden(self, row: Row) -> bool:
        """Whether its author now keeps it from the public."""
        return False

    def position(self, post_id: str) -> tuple[int, str]:
        """The position of an id among others: older ones lower."""
        return 0, post_id

    def begins_page(self, post_id: str) -> bool:
        """Whether ``page_from`` can be asked with it."""
        return True

    async def page_from(self, post_id: str) -> Sequence[Row]:
        """A page that begins with a post, or with the next older one, and goes down."""
        raise NotImplementedError

    async def single(self, post_id: str) -> Row:
        """One post."""
        raise NotImplementedError

    def says_gone(self, answer: Answer) -> bool:
        """Whether the refusal of a single post means that it was deleted, or is no longer public."""
        raise NotImplementedError

    async def batch(self, ids: Sequence[str]) -> PostBatch[Row]:
        """Several posts at once."""
        raise NotImplementedError

    # -- requests ------------------------------------------------------------------------------------------

    def can_request(self, reserve: int = 0) -> bool:
        """Whether there is room for another request that leaves ``reserve`` to the host's other topics."""
        is_below = self.requests_at_most is None or self.budget.requests < self.requests_at_most
        return is_below and self.budget.can_request(reserve)

    async def request(self, asking: Awaitable[Answer]) -> Answer:
        """An answer, counted in the budget. Raises ``SourceError``; a refusal is counted too."""
        try:
            answer = await asking
        except RefusedAnswer as refusal:
            self.budget.record_response(refusal.answer.headers)
            raise
        self.budget.record_response(answer.headers)
        self.size += len(answer.body)
        return answer

    async def parse(
        self, answer: Answer, parser: Callable[Concatenate[bytes, P], T], *args: P.args, **named: P.kwargs
    ) -> T:
        """The result of a parser for an answer. Raises ``SourceError``."""
        result = await offload.read_from(answer.url, len(answer.body), parser, answer.body, *args, **named)
        self.answered = True
        return result

    async def attempt(self, ask: Callable[[], Awaitable[T]], reserve: int = 0) -> T | None:
        """The result of ``ask``; None if it failed or the budget has no more for it: the fetch then ends early.

        Raises ``SourceError`` where it is the first request of the fetch.
        """
        is_first = not self.answered
        if not is_first and not self.can_request(reserve):
            return None
        try:
            return await ask()
        except SourceError as error:
            if is_first:
                raise
            self.stop(error)
            return None

    def stop(self, error: SourceError) -> None:
        """A request failed: ask no more in this fetch, and pass on how long to wait."""
        self.budget.stop(error)

    # -- what is read --------------------------------------------------------------------------------------

    def keep(self, rows: Iterable[Row]) -> None:
        """Take rows; of a post that was read twice, the later one."""
        self.rows |= {self.id_of(row): row for row in rows}

    async def read_figure(
        self, asked_at: int, every: timedelta, ask: Callable[[], Awaitable[T]]
    ) -> tuple[T | None, int]:
        """The result of ``ask`` if it is due, and the time of the last request for it (seconds since 1970).

        A refusal costs only that: some servers keep their figures from the public.
        """
        if not (is_due(asked_at, every, self.now) and self.can_request(self.reserve)):
            return None, asked_at
        figure = None
        try:
            figure = await ask()
        except SourceRefused:
            pass
        except SourceError as error:
            self.stop(error)
        return figure, int(self.now.timestamp())

    async def read_volume(
        self, asked_at: int, every: timedelta, ask: Callable[[], Awaitable[int | None]]
    ) -> tuple[Snapshot | None, int]:
        """``read_figure`` of how much the topic is used, as a snapshot."""
        volume, asked_at = await self.read_figure(asked_at, every, ask)
        return None if volume is None else Snapshot(observed_at=self.now, volume=volume), asked_at

    def unread(self, due: Iterable[Recheck]) -> list[str]:
        """The ids of posts that are due again and were not read as new ones."""
        return [wanted.source_id for wanted in due if wanted.source_id not in self.rows]

    async def recheck(self, due: Iterable[Recheck]) -> None:
        """Read what is due again in the fewest requests: by page where a page covers several, else one by one.

        What is not reached stays due and comes again.
        """
        missing = await self._recheck_by_page(frozenset(self.unread(due)))
        for post_id in sorted(self.unread(due), key=lambda each: each not in missing)[: self.recheck_singles]:
            if not await self.attempt(partial(self._recheck_one, post_id), self.reserve):
                return

    async def _recheck_by_page(self, due: frozenset[str]) -> set[str]:
        """Read pages that begin at the newest post due, and keep those due.

        Returns the ids that should have stood there and did not.
        """
        missing: set[str] = set()
        for _ in range(self.recheck_pages):
            ahead = sorted(filter(self.begins_page, due - self.rows.keys() - missing), key=self.position)
            if len(ahead) < 2:
                break
            rows = await self.attempt(partial(self.page_from, ahead[-1]), self.reserve)
            if rows is None:
                break
            found = [row for row in rows if self.id_of(row) in due]
            self.keep(found)
            lowest = min((self.position(self.id_of(row)) for row in rows), default=(0, ""))
            missing |= {each for each in ahead if each not in self.rows and self.position(each) >= lowest}
            if len(found) < 2:
                break
        return missing

    async def _recheck_one(self, post_id: str) -> bool:
        """Read one post, or learn that it is gone. Another trouble is this one post's: it stays due."""
        try:
            row = await self.single(post_id)
        except SourceChanged:
            return True
        except RefusedAnswer as refusal:
            if self.says_gone(refusal.answer):
                self.missed.add(post_id)
            elif refusal.answer.status != BAD_REQUEST:
                raise
            return True
        if self.id_of(row) == post_id:
            self.keep([row])
        return True

    async def recheck_in_batches(self, due: Iterable[Recheck], size: int) -> None:
        """Read what is due again, ``size`` posts at once. What is not reached stays due and comes again.

        Where of many none is shown, none is taken for deleted. Raises ``SourceError`` when this is the first
        request of the fetch, and it fails.
        """
        unread = self.unread(due)
        for first in range(0, len(unread), size):
            batch = await self.attempt(partial(self.batch, unread[first : first + size]), self.reserve)
            if batch is None:
                return
            found = {each: row for row in batch.rows if (each := self.id_of(row)) in batch.asked}
            self.keep(found.values())
            if found or len(batch.asked) < MASS_DELETION_LIMIT:
                self.missed |= set(batch.missing) - found.keys()

    def gone(self, due: Iterable[Recheck]) -> tuple[PostKey, ...]:
        """Posts that were due and no longer exist, or are no longer public."""
        hidden = {post_id for post_id, row in self.rows.items() if self.is_hidden(row)}
        return tuple(wanted.post_key for wanted in due if wanted.source_id in self.missed | hidden)

    async def result(
        self,
        source: SourceName,
        request: FetchRequest,
        *,
        note: str,
        cursor: msgspec.Struct,
        snapshot: Snapshot | None = None,
    ) -> FetchResult:
        """The answer of the fetch. ``note``: what was asked, in words for people."""
        return FetchResult(
            source=source,
            posts=await self.posts(),
            snapshot=snapshot,
            cursor=write_cursor(cursor),
            gone=self.gone(request.rechecks),
            reset_at=self.budget.reset_at,
            requests=self.budget.requests,
            quota=self.budget.quota,
            note=note,
            fingerprints=self.names,
            timeline=self.timeline,
        )
