"""Publishers of feeds as they are: a stable world of articles, and habits that change how each fetch shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from html import escape

from hypothesis import strategies as st

PAGE = 12
"""Entries a feed shows."""
ONE_TITLE = "本日の記録"
CORRECTED = "(訂正)"


class Link(StrEnum):
    """What a publisher does to the links of articles."""

    STABLE = "stable"
    TOKEN = "token"
    SESSION = "session"
    MINTED = "minted"
    CORRECTED = "corrected"
    MARKED = "marked"
    MOVED = "moved"


class Id(StrEnum):
    """What a publisher does to their ids."""

    STABLE = "stable"
    NONE = "none"
    LINK = "link"
    MINTED = "minted"
    AGAIN = "again"
    """An article is given a second id, and stands in the feed under both."""


class Time(StrEnum):
    """What stands in the place of their time."""

    REAL = "real"
    NONE = "none"
    FETCH = "fetch"


class Words(StrEnum):
    """What stands below the headline."""

    NONE = "none"
    KEPT = "kept"
    GROWN = "grown"
    """A correction adds a line."""


@dataclass(frozen=True, slots=True)
class Article:
    """One thing that happened. ``page``: several articles may lead to the same."""

    number: int
    title: str
    at: datetime
    page: str | None = None

    @property
    def words(self) -> str:
        """Its text, by which a reader knows it where headlines say nothing."""
        return f"<p>朝から、{self.title}のとおり。</p>"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Habits. ``corrects``: headlines are corrected after some fetches. ``order``: 1 newest first, -1 last.

    ``has_one_title``: all have one headline, and are told apart by what stands below it.
    """

    link: Link
    id: Id
    time: Time
    corrects: bool
    order: int
    words: Words = Words.NONE
    has_one_title: bool = False

    @property
    def is_telling(self) -> bool:
        """Whether anything is left by which an article can be recognised after each of the habits."""
        steady_id = self.id in {Id.STABLE, Id.AGAIN}
        if self.has_one_title:
            return self.words is not Words.NONE and self.id is Id.STABLE
        return self.link is not Link.MINTED or steady_id or self.time is Time.REAL or not self.corrects

    @property
    def is_telling_alone(self) -> bool:
        """Whether that is so for an article whose habits no other entry of a page shows.

        With another headline and another query it is another article where no time is known (``/watch?v=``).
        """
        if not self.corrects:
            return True
        if self.id in {Id.STABLE, Id.AGAIN}:  # where all else is another an id may be that of whatever comes first
            return self.words is not Words.GROWN or self.link is not Link.MINTED or self.time is Time.REAL
        has_other_query = self.link in {Link.TOKEN, Link.SESSION, Link.MOVED}
        return self.link is not Link.MINTED and (self.time is Time.REAL or not has_other_query)

    def feed(self, articles: Sequence[Article], fetch: int, now: datetime, most: int = PAGE) -> str:
        """The feed at a fetch, the first of which is 0: the newest ``most`` articles."""
        shown = newest(articles, most)[:: -self.order]
        items = "".join(self._items(article, fetch, now) for article in shown)
        host = self._host(fetch)
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>瓦版</title>'
            f"<link>https://{host}/</link><description>d</description>{items}</channel></rss>"
        )

    def _items(self, article: Article, fetch: int, now: datetime) -> str:
        item = self._item(article, self._id(article, fetch, 1), fetch, now)
        if self.id is Id.AGAIN and fetch > 3 and article.number % 3 == 0:
            return self._item(article, self._id(article, fetch, 2), fetch, now) + item
        return item

    def _item(self, article: Article, own: str | None, fetch: int, now: datetime) -> str:
        title = ONE_TITLE if self.has_one_title else article.title
        words = "" if self.words is Words.NONE else article.words
        if self.corrects and fetch > 4 and article.number % 4 == 1:
            title += CORRECTED
            words += "<p>追記。</p>" if self.words is Words.GROWN else ""
        parts = [f"<title>{escape(title)}</title>", f"<link>{escape(self._link(article, fetch))}</link>"]
        if words:
            parts.append(f"<description>{escape(words)}</description>")
        if own is not None:
            parts.append(f'<guid isPermaLink="false">{escape(own)}</guid>')
        if self.time is not Time.NONE:
            parts.append(f"<pubDate>{format_datetime(article.at if self.time is Time.REAL else now)}</pubDate>")
        return f"<item>{''.join(parts)}</item>"

    def _id(self, article: Article, fetch: int, which: int) -> str | None:
        if self.id is Id.NONE:
            return None
        if self.id is Id.LINK:
            return self._link(article, fetch)
        if self.id is Id.MINTED:
            return _token(article, fetch, "id")
        return f"{article.number}-{which}"

    def _link(self, article: Article, fetch: int) -> str:
        page = article.page or f"{article.number}"
        base = f"https://{self._host(fetch)}/articles/{page}"
        if self.link is Link.TOKEN:
            return f"{base}?v={_token(article, fetch, 'link')}"
        if self.link is Link.SESSION:
            return f"{base};jsessionid={_token(article, fetch, 'link')}"
        if self.link is Link.MINTED:
            return f"https://{self._host(fetch)}/go/{_token(article, fetch, 'link')}"
        if self.link is Link.CORRECTED and fetch > 5 and article.number % 4 == 2:
            return f"{base}-corrected"
        if self.link is Link.MARKED and fetch % 2:
            return f"{base}?utm_source=rss&ref=rss"
        return base

    def _host(self, fetch: int) -> str:
        return "new.example" if self.link is Link.MOVED and fetch > 6 else "paper.example"


def newest(articles: Sequence[Article], most: int = PAGE) -> list[Article]:
    """The newest ``most`` articles, the oldest of them first."""
    return sorted(articles, key=lambda article: article.at)[max(len(articles) - most, 0) :]


def _token(article: Article, fetch: int, what: str) -> str:
    return hashlib.sha256(f"{article} {fetch} {what}".encode()).hexdigest()[:24]


publishers = st.builds(
    Publisher,
    link=st.sampled_from(Link),
    id=st.sampled_from(Id),
    time=st.sampled_from(Time),
    corrects=st.booleans(),
    order=st.sampled_from((1, -1)),
    words=st.sampled_from(Words),
    has_one_title=st.booleans(),
).filter(lambda publisher: publisher.is_telling)


def world(until: datetime, *, first: int, then: Sequence[int], every: timedelta) -> list[list[Article]]:
    """What has happened by each fetch: ``first`` articles before the first one, then so many before each other."""
    articles = [
        Article(n, f"記事 {n} の見出し", until - timedelta(hours=first - n, minutes=7)) for n in range(first)
    ]
    by_fetch = [list(articles)]
    for fetch, count in enumerate(then, 1):
        for _ in range(count):
            n = len(articles)
            articles.append(
                Article(n, f"記事 {n} の見出し", until + every * fetch - timedelta(minutes=5, seconds=n % 60))
            )
        by_fetch.append(list(articles))
    return by_fetch
