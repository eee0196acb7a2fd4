"""X (API v2): recent posts that hold a phrase, for money, within a budget of the day.

    counts, now and then ─▶ risen? ─▶ search, down to what was seen
                        └─▶ posts due again, 100 at once

X is paid by what it shows: a post read, or a request for counts, is one read. Each is reserved before it is asked
for (``budget``), and a search follows a count that rose.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from bot.core.errors import BudgetSpent, SourceError, TopicUnfit
from bot.core.identity.x_ids import written_at
from bot.core.models import (
    FetchRequest,
    FetchResult,
    HourCount,
    Network,
    Post,
    PostKey,
    Recheck,
    Snapshot,
    SourceName,
    TopicKey,
)
from bot.core.targets import OWN
from bot.sources.fetch_session import BAD_REQUEST, FetchSession, PostBatch, is_due, read_cursor
from bot.sources.http.client import RefusedAnswer

from .api import BATCH, LEAST, PAGE, XAccount, XRequests
from .daily_budget import DailyBudget
from .wire import Bucket, Id, SearchPage, search_query

FIRST_PAGE: Final = 30
"""Posts read at the first poll of a topic: they raise no alert, but a growing one is worth rechecking."""
NEW_PAGES: Final = 3
MAX_SHARE_OF_DAY: Final = 10
"""One fetch spends at most a tenth of the day's budget on new posts: a backlog leaves some for later."""
COUNT_EVERY: Final = timedelta(minutes=15)
AGAIN_EVERY: Final = timedelta(hours=1)
"""Each reading of each post is paid for: less often than where it is free."""
SEARCH_WINDOW: Final = timedelta(days=7) - timedelta(minutes=10)
"""An older ``since_id`` is refused."""
DAY: Final = timedelta(hours=24)
RESERVE: Final = 20
"""Requests left to the other topics, of 450 in 15 minutes: below this nothing is read again."""


class _Cursor(msgspec.Struct, omit_defaults=True):
    """The cursor: the newest post seen, how many posts from ``hour`` on are accounted for, and when what was done.

    ``…_at``: seconds since 1970.
    """

    since: Id | None = None
    hour: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    count: int = 0
    counted_at: int = 0
    again_at: int = 0


class X:
    """The source ``x``: the search of one app."""

    name = SourceName.X
    can_recheck = True
    target_templates = (OWN,)

    def __init__(self, account: XAccount, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._account = account
        self._timer = timer

    @property
    def budget(self) -> DailyBudget:
        """The budget of a day."""
        return self._account.budget

    def describe_request(self, request: FetchRequest) -> str:
        """The question and the server, e.g. ``"データセンター" -is:retweet @ api.x.com``."""
        return f"{search_query(request.topic.query) or request.topic.query} @ {self._account.host}"

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        """New posts, where there are any, and the posts due again, both as far as today's budget goes.

        Raises ``SourceError`` when the first request or the search fails, ``BudgetSpent`` where too little is left
        for it; any later failure only ends the fetch early.
        """
        cursor = read_cursor(request.cursor, _Cursor) or _Cursor()
        session = self._session(request, now)
        snapshot: Snapshot | None = None
        hours: tuple[HourCount, ...] = ()
        if is_due(cursor.counted_at, COUNT_EVERY, now):
            buckets = await session.read_counts()
            snapshot = Snapshot(observed_at=now, volume=volume(buckets, now))
            await _catch_up(session, cursor, buckets)
            cursor.counted_at = int(now.timestamp())
            hours = tuple(HourCount(bucket.start, bucket.tweet_count) for bucket in buckets)
        if request.rechecks and is_due(cursor.again_at, AGAIN_EVERY, now):
            await session.recheck_in_batches(request.rechecks, BATCH)
            cursor.again_at = int(now.timestamp())
        result = await session.result(
            self.name, request, note=self.describe_request(request), cursor=cursor, snapshot=snapshot
        )
        return replace(result, hours=hours)

    async def read_posts(self, ids: Sequence[str], now: datetime, *, topic: TopicKey | None = None) -> FetchResult:
        """Posts that another source found, 100 at once; at most a tenth of the day's budget of them.

        ``topic``: whose followers pay.

        Raises ``SourceError`` when the first request fails, ``BudgetSpent`` where nothing is left for it.
        """
        session = _XSession(self._account, "", now, self._timer, topic)
        wanted = [Recheck(PostKey(f"{Network.X}:{post_id}"), post_id, now) for post_id in ids[: session.most]]
        await session.recheck_in_batches(wanted, BATCH)
        # Whoever asked knows them by the ids that it found.
        found = await session.posts()
        posts = tuple(replace(post, canonical_id=post.source_id or post.canonical_id) for post in found)
        return FetchResult(self.name, posts=posts, gone=session.gone(wanted))

    async def probe(self, request: FetchRequest, now: datetime) -> None:
        """Ask as little as shows that X answers: one read. Raises ``SourceError``."""
        await self._session(request, now).read_counts()

    def _session(self, request: FetchRequest, now: datetime) -> _XSession:
        asked = search_query(request.topic.query)
        if asked is None:
            raise TopicUnfit(
                f"X cannot be searched for {request.topic.query!r}: it needs a letter, and fewer than 500"
            )
        return _XSession(self._account, asked, now, self._timer, request.topic.key)


async def _catch_up(session: _XSession, cursor: _Cursor, buckets: Sequence[Bucket]) -> None:
    """Search for what the counts say is new, and note how far ``cursor`` is then.

    What was counted and not yet found is not accounted for, so that the next count rises above it: a post may come
    into the search later than into the counts, and a search without a result is free.
    """
    fresh, missed = new_post_count(buckets, cursor.hour, cursor.count), 0
    if fresh != 0:
        cursor.since, found = await session.read_new(cursor.since, fresh)
        if found is None:
            return
        missed = min(max(0, (fresh or 0) - found), LEAST)
    if buckets:
        cursor.hour, cursor.count = buckets[-1].start, buckets[-1].tweet_count - missed


def new_post_count(buckets: Sequence[Bucket], hour: datetime | None, count: int) -> int | None:
    """The number of posts since ``count`` of them were accounted for from ``hour`` on; None at the first poll."""
    if hour is None:
        return None
    known = count if any(bucket.start == hour for bucket in buckets) else 0
    return max(0, sum(bucket.tweet_count for bucket in buckets if bucket.start >= hour) - known)


def volume(buckets: Iterable[Bucket], now: datetime) -> int:
    """The posts of the last 24 hours, with the whole of the first hour."""
    return sum(bucket.tweet_count for bucket in buckets if bucket.end > now - DAY)


class _XSession(FetchSession[Post]):
    reserve = RESERVE

    def __init__(
        self,
        account: XAccount,
        asked: str,
        now: datetime,
        timer: Callable[[], float],
        topic: TopicKey | None,
    ) -> None:
        super().__init__(now, timer=timer)
        self._requests = XRequests(account, now, self.budget, topic)
        self.most = max(LEAST, account.budget.per_day // MAX_SHARE_OF_DAY)
        self._asked = asked

    def id_of(self, row: Post) -> str:
        return row.source_id or row.canonical_id

    async def posts(self) -> tuple[Post, ...]:
        newest = [self.rows[post_id] for post_id in sorted(self.rows, key=int, reverse=True)]
        return tuple({post.key: post for post in reversed(newest)}.values())[::-1]

    def stop(self, error: SourceError) -> None:
        """A spent budget is not passed on: the next fetch is to fail of it, and to say so."""
        if isinstance(error, BudgetSpent):
            self.budget.end()
        else:
            super().stop(error)

    async def read_counts(self) -> tuple[Bucket, ...]:
        """Posts an hour. Raises ``SourceError``."""
        buckets = await self._requests.counts(self._asked)
        self.answered = True
        return buckets

    async def read_new(self, since: str | None, fresh: int | None) -> tuple[str | None, int | None]:
        """Read what is newer than ``since``; return the newest id, and how many of the ``fresh`` posts that was.

        Where a failure cuts, ``since`` stays as it was and the number is None: the next fetch comes down here
        again. Raises ``SourceError`` when the first request fails.
        """
        if since is not None and self.now - written_at(int(since)) > SEARCH_WINDOW:
            since = None
        wanted = min((fresh or PAGE) if since else FIRST_PAGE, self.most)
        try:
            page = await self._search(wanted, since)
        except RefusedAnswer as refusal:
            if since is None or refusal.answer.status != BAD_REQUEST:
                raise
            return await self.read_new(None, fresh)
        found = await self._read_on(page, since, wanted, fresh or PAGE) if since else page.charged
        return (since, None) if found is None else (page.newest_id or since, found)

    async def _read_on(self, page: SearchPage, since: str, wanted: int, fresh: int) -> int | None:
        """Read the pages after the first; return how many posts all of them held, None where a failure cut.

        Posts cut off by our own bounds (the time of a fetch, too) or the budget count as read: nobody pays for
        them.
        """
        found = page.charged
        for _ in range(1, NEW_PAGES):
            if page.next_token is None:
                return found
            if found >= wanted:
                break
            if not self.can_request():
                if self.budget.host_allows():
                    break
                return None
            try:
                page = await self._search(wanted - found, since, page.next_token)
            except SourceError as error:
                self.stop(error)
                return fresh if isinstance(error, BudgetSpent) else None
            found += page.charged
        return max(found, fresh)

    async def _search(self, wanted: int, since: str | None, token: str | None = None) -> SearchPage:
        page = await self._requests.search(self._asked, wanted, since, token)
        self.keep(page.posts)
        self.names |= page.names
        return page

    async def batch(self, ids: Sequence[str]) -> PostBatch[Post]:
        page, asked = await self._requests.by_id(ids)
        self.answered = True
        self.names |= page.names
        return PostBatch(page.posts, asked=asked, missing=page.missing & asked)
