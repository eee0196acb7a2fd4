"""Feeds: RSS, Atom, RDF and JSON Feed, one a channel follows by its address, or searches by topic."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.core.errors import SourceError, TopicUnfit
from bot.core.models import FetchRequest, FetchResult, NotModified, SourceName
from bot.core.targets import targets_of
from bot.core.url_display import host_of
from bot.sources.http.client import Answer, Http, validators_of
from bot.sources.http.robots import Robots
from bot.sources.parsing import offload

from .reading import FeedReading

if TYPE_CHECKING:
    from .wire import ParsedFeed


DIGEST_DIGITS: Final = 24
"""Hexadecimal digits of a body's hash that are kept."""
_PIECES: Final = (b"<", b"\n", b"&")
"""Bytes whose number says how long a feed takes to read."""


class Feed:
    """The source ``feed``. ``search_urls``: templates with ``{topic}``; each is a watch of its own."""

    name = SourceName.FEED
    can_recheck = False

    def __init__(self, http: Http, robots: Robots, *, search_urls: Sequence[str] = ()) -> None:
        self._http = http
        self._robots = robots
        self.target_templates = tuple(search_urls)

    def address_group_of(self, host: str) -> str | None:
        """The address group of a host, as far as it is known."""
        return self._http.address_group_of(host)

    async def find_address_group(self, host: str) -> None:
        """Find out what ``address_group_of`` then knows. Raises ``OSError`` or ``ValueError`` for no such name."""
        await self._http.find_address_group(host)

    def describe_request(self, request: FetchRequest) -> str:
        """The host that is asked, and for which topic where it is a search; empty when there is none."""
        host = host_of(self.address(request))
        return f"{request.topic.name} @ {host}" if host and not request.topic.is_address else host

    def address(self, request: FetchRequest) -> str:
        """The address that is asked, which may hold a key; empty when there is none."""
        return request.target or next(iter(targets_of(self.target_templates, request.topic)), None) or ""

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult | NotModified:
        """Fetch and read the feed. Raises ``SourceError``; ``SourceChanged`` when it is no feed."""
        url = self.address(request)
        if not url:
            raise TopicUnfit(
                f"no feed is known for {request.topic.query}: subscribe to a feed's address, or give the source "
                "search_urls with {topic}"
            )
        await self._robots.check(url)
        answer = await self._http.get(url, validators=request.validators, allowed=self._robots.check)
        if answer.not_modified:
            return NotModified(self.name, moved_to=answer.moved_to)
        body = _digest(answer)
        if body == request.validators.body:
            return NotModified(self.name, full_body=True, moved_to=answer.moved_to)
        recalled = (
            await request.recall() if request.recall is not None and request.validators.body is not None else None
        )
        reading = FeedReading(
            answer.body,
            answer.url,
            now,
            content_type=answer.headers.get("content-type"),
            asked=url,
            cursor=request.cursor,
            keep=request.recall is not None,
            recalled=recalled,
        )
        feed = await _read(reading)
        if not feed.is_whole and request.validators.body is None:
            feed = await self._read_again(url, reading, feed)
        return FetchResult(
            source=self.name,
            posts=feed.posts,
            fingerprints=feed.fingerprints,
            topic_name=feed.title,
            cursor=feed.cursor,
            validators=replace(validators_of(answer), body=body),
            moved_to=answer.moved_to,
            memo=feed.memo,
            note=self.describe_request(request),
        )

    async def _read_again(self, url: str, reading: FeedReading, first: ParsedFeed) -> ParsedFeed:
        """A feed whose first answer has no end, by another answer where that shows more.

        What was cut off would seem new at the next poll: nothing is known yet. Some feeds never have an end.
        """
        try:
            answer = await self._http.get(url, allowed=self._robots.check)
            again = await _read(replace(reading, body=answer.body))
        except SourceError:
            return first
        return again if again.is_whole or len(again.posts) > len(first.posts) else first


def _digest(answer: Answer) -> str:
    """A hash of all that the reading depends on."""
    about = f"{answer.headers.get('content-type')} {answer.url}".encode("utf-8", "replace")
    hashed = hashlib.sha256(hashlib.sha256(about).digest())  # of one length: where the body begins is certain
    hashed.update(answer.body)
    return hashed.hexdigest()[:DIGEST_DIGITS]


def _may_be_json(body: bytes) -> bool:
    """Whether a brace stands before the first tag, in any encoding: JSON begins with one, behind white space."""
    return b"{" in body.partition(b"<")[0]


async def _read(reading: FeedReading) -> ParsedFeed:
    """Read a feed: in parts on the event loop, or in a process where it is long or JSON."""
    from .wire import feed_parts, read_feed  # noqa: PLC0415 - where nothing changed nothing is parsed

    weight = offload.weight_of(reading.body, pieces=_PIECES)
    if weight < offload.OFFLOAD_FROM_BYTES or (weight < offload.LONG_IN_PARTS and not _may_be_json(reading.body)):
        return await offload.read_in_parts(feed_parts(reading))
    return await offload.read_from(reading.url, weight, read_feed, reading)
