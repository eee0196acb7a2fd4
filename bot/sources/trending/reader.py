"""Readers of rankings: each asks one place once, through the same client as everything else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import field
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import SourceName
from bot.core.trending.rankings import RankedTopic, RankingPlace, RankingSource
from bot.core.url_display import host_of
from bot.sources.http.client import JSON_MAX, Http
from bot.sources.http.robots import Robots
from bot.sources.parsing import offload

from . import wire
from .ranking_page import PAGE_MAX, PageAddresses, parse_ranking_page

_MASTODON_LIMIT: Final = 20
"""The most tags that Mastodon answers at once."""
_BLUESKY_LIMIT: Final = 25
_FEED_MAX: Final = 1_000_000

Topics = tuple[RankedTopic, ...]


@dataclass(frozen=True, slots=True)
class RankingReader:
    """A place that can be asked for its ranking.

    ``source``, ``target``: the endpoint under which its host is known to those who share requests to it. ``read``
    asks at a time (UTC) and raises ``SourceError``.
    """

    place: RankingPlace
    source: SourceName
    target: str | None
    read: Callable[[datetime], Awaitable[Topics]] = field(repr=False)


def mastodon_reader(http: Http, server: str, target: str | None) -> RankingReader:
    """The trending tags of a Mastodon server."""
    address = f"{server.rstrip('/')}/api/v1/trends/tags"

    async def read(_: datetime) -> Topics:
        answer = await http.get(address, params={"limit": _MASTODON_LIMIT}, most=JSON_MAX)
        return await offload.read_from(address, len(answer.body), wire.parse_mastodon, answer.body)

    place = RankingPlace(RankingSource.MASTODON, host_of(server))
    return RankingReader(place, SourceName.MASTODON, target, read)


def misskey_reader(http: Http, server: str, target: str | None) -> RankingReader:
    """The trending tags of a Misskey server."""
    address = f"{server.rstrip('/')}/api/hashtags/trend"

    async def read(_: datetime) -> Topics:
        answer = await http.post_json(address, {})
        return await offload.read_from(address, len(answer.body), wire.parse_misskey, answer.body)

    return RankingReader(RankingPlace(RankingSource.MISSKEY, host_of(server)), SourceName.MISSKEY, target, read)


def bluesky_reader(http: Http, server: str) -> RankingReader:
    """The trends of Bluesky's public AppView, which needs no account."""
    address = f"{server.rstrip('/')}/xrpc/app.bsky.unspecced.getTrends"

    async def read(_: datetime) -> Topics:
        answer = await http.get(address, params={"limit": _BLUESKY_LIMIT}, most=JSON_MAX)
        return await offload.read_from(address, len(answer.body), wire.parse_bluesky, answer.body)

    return RankingReader(RankingPlace(RankingSource.BLUESKY), SourceName.BLUESKY, server, read)


def google_reader(http: Http, robots: Robots, feed: str, country: str, language: str) -> RankingReader:
    """The searches that rise in a country, for readers of a language."""
    address = f"{feed}{'&' if '?' in feed else '?'}geo={country}"

    async def read(now: datetime) -> Topics:
        await robots.check(address)
        answer = await http.get(address, most=_FEED_MAX, allowed=robots.check)
        size = offload.weight_of(answer.body)
        return await offload.read_from(address, size, wire.parse_google, answer.body, answer.url, now)

    return RankingReader(RankingPlace(RankingSource.GOOGLE, country, language), SourceName.FEED, address, read)


def page_reader(http: Http, robots: Robots, address: str, addresses: PageAddresses) -> RankingReader:
    """The ranking page of a trend site."""

    async def read(_: datetime) -> Topics:
        await robots.check(address)
        answer = await http.get(address, most=PAGE_MAX, allowed=robots.check)
        parse = partial(parse_ranking_page, content_type=answer.headers.get("content-type"))
        size = offload.weight_of(answer.body)
        return await offload.read_from(address, size, parse, answer.body, answer.url, addresses)

    return RankingReader(RankingPlace(RankingSource.TRENDPAGE), SourceName.TRENDPAGE, None, read)
