"""Parses the rankings of Mastodon, Misskey, Bluesky and Google Trends. Pure.

What one author alone says, and what nobody says any more, is left out where the source tells authors. All texts
are from outside: names are held to what a topic can be called (``usable_name``), counts to what a count can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from bot.core.errors import SourceChanged
from bot.core.text import line
from bot.core.trending.rankings import HEADLINE_MAX, RANKED_MAX, RankedTopic, times_as_many, usable_name
from bot.sources.feed.wire import parse_feed
from bot.sources.parsing.json_rows import json_rows, rows_of_field
from bot.sources.parsing.sanitize import ROWS_MAX, utc_of, valid_count

MIN_PEOPLE: Final = 2
"""A tag of fewer authors is one author's."""
MOST_POSTS_EACH: Final = 15
"""Posts of a day that each author of a tag writes on the mean: more are written by machines."""
_BOT: Final = "bot"
"""The label by which an account of Bluesky says that it is one."""
_WINDOWS_AN_HOUR: Final = 6
_OLDER_DAYS: Final = 3
_BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

RowT = TypeVar("RowT")


def _rows(body: bytes, kind: type[RowT], what: str) -> Iterator[RowT]:
    """The rows of a list that have the form; others are left out. Raises ``SourceChanged`` for no list."""
    rows = json_rows(body)
    if rows is None:
        raise SourceChanged(f"not a list of {what}")
    return _good(rows, kind, what)


def _good(rows: Sequence[bytes], kind: type[RowT], what: str) -> Iterator[RowT]:
    good = 0
    for row in rows:
        try:
            found = msgspec.json.decode(row, type=kind)
        except (*_BROKEN, ValueError):
            continue
        good += 1
        yield found
    if rows and not good:
        raise SourceChanged(f"not a list of {what}: no row has the form")


def _listed(topics: Iterable[RankedTopic | None]) -> tuple[RankedTopic, ...]:
    """The topics that are left, at most ``RANKED_MAX``."""
    found: list[RankedTopic] = []
    for topic in topics:
        if topic is not None:
            found.append(topic)
        if len(found) == RANKED_MAX:
            break
    return tuple(found)


def _is_few(people: int | None, posts: int | None) -> bool:
    """Whether a tag is one author's, or written by machines, as far as that is known."""
    if people is None:
        return False
    return people < MIN_PEOPLE or (posts is not None and posts > MOST_POSTS_EACH * people)


# -- Mastodon: GET /api/v1/trends/tags -------------------------------------------------------------------


class _TagDay(msgspec.Struct):
    """The uses of a tag on a UTC day, given as its midnight in seconds since 1970; Mastodon writes all as text."""

    day: str | int
    uses: str | int
    accounts: str | int


class _TrendingTag(msgspec.Struct):
    """A tag with its last days; servers that count nothing (GoToSocial) send none."""

    name: str
    history: list[_TagDay] = []


def parse_mastodon(body: bytes) -> tuple[RankedTopic, ...]:
    """The trending tags of a Mastodon server; an empty list where it ranks none, or shows none.

    The day begins anew at midnight UTC: of today and yesterday the busier one counts.
    """
    return _listed(map(_of_mastodon, _rows(body, _TrendingTag, "Mastodon's tags")))


def _of_mastodon(tag: _TrendingTag) -> RankedTopic | None:
    name = usable_name(tag.name)
    if name is None:
        return None
    try:
        days = sorted(((int(one.day), int(one.uses), int(one.accounts)) for one in tag.history), reverse=True)
    except ValueError:
        return None
    if not days:
        return RankedTopic(name)
    _, uses, accounts = max(days[:2], key=lambda day: day[1])
    people, posts = valid_count(accounts), valid_count(uses)
    if not posts or _is_few(people, posts):
        return None
    older = [uses for _, uses, _ in days[2:] if valid_count(uses) is not None]
    times = times_as_many(posts, sum(older) / len(older)) if len(older) >= _OLDER_DAYS else None
    return RankedTopic(name, people, posts, times=times)


# -- Misskey: POST /api/hashtags/trend -------------------------------------------------------------------


class _TagChart(msgspec.Struct, rename="camel"):
    """A tag with the people who used it in each of the last windows of ten minutes, the newest first."""

    tag: str
    chart: list[int] = []
    users_count: int | None = None


def parse_misskey(body: bytes) -> tuple[RankedTopic, ...]:
    """The trending tags of a Misskey server.

    ``usersCount`` is of the last hour in older servers, and of the busiest window in newer ones: the least there
    were (misskey-dev/misskey, ``hashtags/trend``).
    """
    return _listed(map(_of_misskey, _rows(body, _TagChart, "Misskey's tags")))


def _of_misskey(tag: _TagChart) -> RankedTopic | None:
    name, people = usable_name(tag.tag), valid_count(tag.users_count)
    if name is None or _is_few(people, None):
        return None
    chart = [max(0, number) for number in tag.chart if valid_count(max(0, number)) is not None]
    newest, before = chart[:_WINDOWS_AN_HOUR], chart[_WINDOWS_AN_HOUR:]
    if len(before) < _WINDOWS_AN_HOUR:
        return RankedTopic(name, people)
    usual = sum(before) * _WINDOWS_AN_HOUR / len(before)
    return RankedTopic(name, people, times=times_as_many(sum(newest), usual))


# -- Bluesky: GET app.bsky.unspecced.getTrends -----------------------------------------------------------


class _ActorLabel(msgspec.Struct):
    val: str = ""


class _Actor(msgspec.Struct):
    did: str
    labels: list[_ActorLabel] = []

    @property
    def is_bot(self) -> bool:
        return any(one.val == _BOT for one in self.labels)


class _RankedTrend(msgspec.Struct, rename="camel"):
    """A trend. Its number of posts is not read: Bluesky's own client shows it no more (social-app#9867)."""

    topic: str
    display_name: str = ""
    started_at: str = ""
    status: str | None = None
    actors: list[_Actor] = []


class _TrendList(msgspec.Struct):
    trends: msgspec.Raw


def parse_bluesky(body: bytes) -> tuple[RankedTopic, ...]:
    """The trends of Bluesky's public AppView. The question is in no specification, and may vanish."""
    try:
        rows = bytes(msgspec.json.decode(body, type=_TrendList).trends)
    except _BROKEN as error:
        if trends := rows_of_field(body, "trends"):
            return _listed(map(_of_bluesky, _good(trends, _RankedTrend, "Bluesky's trends")))
        raise SourceChanged(f"not Bluesky's trends: {error}") from error
    return _listed(map(_of_bluesky, _rows(rows, _RankedTrend, "Bluesky's trends")))


def _of_bluesky(trend: _RankedTrend) -> RankedTopic | None:
    name = usable_name(trend.display_name) or usable_name(trend.topic)
    people = {one.did for one in trend.actors if not one.is_bot}
    if name is None or (trend.actors and len(people) < MIN_PEOPLE):
        return None
    return RankedTopic(name, since=_time(trend.started_at), hot=trend.status == "hot")


def _time(written: str) -> datetime | None:
    try:
        return utc_of(datetime.fromisoformat(written[:40]))
    except ValueError:
        return None


# -- Google Trends: GET /trending/rss?geo=JP ------------------------------------------------------------


def parse_google(body: bytes, url: str, now: datetime) -> tuple[RankedTopic, ...]:
    """The searches that rise in a country. ``now`` (UTC) bounds the times of the feed's entries."""
    posts = parse_feed(body, url=url, now=now).posts
    return _listed(
        RankedTopic(name, searches=post.score, since=post.created_at, headline=line(rest, HEADLINE_MAX))
        for post in posts[:ROWS_MAX]
        for title, _, rest in [post.text.partition("\n")]
        if (name := usable_name(title)) is not None
    )
