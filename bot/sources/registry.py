"""The registry of sources: how each is made, and where the settings say that it is asked.

The properties that need no settings are in ``bot.core.models.sources``. A source is imported by the function that
makes it, so that a command imports no source that it does not ask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import FEDERATED, SourceName
from bot.core.targets import OWN
from bot.core.url_display import host_of

if TYPE_CHECKING:
    from bot.sources.base import Source
    from bot.sources.bluesky.session import SessionStore
    from bot.sources.http.client import Http
    from bot.sources.http.robots import Robots
    from bot.sources.trending.reader import RankingReader
    from bot.sources.x.daily_budget import FairLedger, Ledger
    from config.settings import Settings, SourceSettings, SourcesSettings, TrendingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceParts:
    """The objects a source is made of.

    ``sessions``: where a login is kept; None: in memory. ``ledger``: where reads that cost money are counted.
    ``fair``: the same ledger where it knows whose followers pay; None: nobody shares the budget.
    """

    settings: SourcesSettings
    http: Http
    robots: Robots
    ledger: Ledger
    sessions: SessionStore | None = None
    fair: FairLedger | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """A source: how it is made, and what the settings say of it.

    ``servers``: the addresses of the servers that are asked, its own one first, where there may be several.
    ``searches``: templates of the addresses that are asked instead of a server; None: it has a server.
    ``pages``: addresses that belong to it, by which a topic may be named.
    ``reads_per_day``: the most posts that may be read in a UTC day, where they cost money.
    ``terms``: addresses of the terms under which its posts are read; none where each site has its own.
    """

    make: Callable[[SourceParts], Source]
    servers: Callable[[SourcesSettings], Sequence[str]] = lambda _: ()
    searches: Callable[[SourcesSettings], Sequence[str]] | None = None
    pages: Callable[[SourcesSettings], Collection[str]] = lambda _: ()
    reads_per_day: Callable[[SourcesSettings], int] | None = None
    terms: Callable[[SourcesSettings], Sequence[str]] = lambda _: ()


class SourceSet(dict[SourceName, "Source"]):
    """The sources that are switched on: one mapping for the life of a process, whose content settings change.

    ``make``: makes those of the named sources that settings switch on. ``only``: those that are made at all.
    """

    def __init__(
        self,
        make: Callable[[Settings, Collection[SourceName]], Mapping[SourceName, Source]],
        settings: Settings,
        *,
        only: Collection[SourceName] = tuple(SourceName),
    ) -> None:
        super().__init__(make(settings, only))
        self._make = make
        self._only = only
        self._made_of = _tables(settings)

    def made(self, settings: Settings) -> dict[SourceName, Source]:
        """The sources of other settings. One whose settings are the same is the same, with what it knows."""
        tables = _tables(settings)
        changed = [name for name in self._only if tables[name] != self._made_of[name]]
        new = self._make(settings, changed)
        return {
            name: source
            for name in SourceName
            if (source := new.get(name) if name in changed else self.get(name)) is not None
        }

    def adopt(self, settings: Settings, new: Mapping[SourceName, Source]) -> None:
        """Hold what ``made`` made of these settings."""
        self.clear()
        self.update(new)
        self._made_of = _tables(settings)


def _tables(settings: Settings) -> dict[SourceName, SourceSettings]:
    return {name: settings.sources.of(name) for name in SourceName}


def make_sources(parts: SourceParts, only: Collection[SourceName] = tuple(SourceName)) -> dict[SourceName, Source]:
    """The sources that are switched on, by name; ``only``: those among these."""
    return {name: info.make(parts) for name, info in _enabled(parts.settings).items() if name in only}


def ranking_readers(
    settings: SourcesSettings, trending: TrendingSettings, http: Http, robots: Robots
) -> tuple[RankingReader, ...]:
    """The places that are asked what rises there, as far as their sources are switched on."""
    from bot.core.trending.rankings import RankingSource  # noqa: PLC0415
    from bot.sources.trending import reader  # noqa: PLC0415
    from bot.sources.trending.ranking_page import PageAddresses  # noqa: PLC0415

    found: list[RankingReader] = []
    wanted = {RankingSource(name) for name in trending.sources}
    page = settings.trendpage.ranking_url
    if RankingSource.TRENDPAGE in wanted and settings.trendpage.enabled and page is not None:
        addresses = PageAddresses(settings.trendpage.url, settings.trendpage.pages)
        found.append(reader.page_reader(http, robots, page, addresses))
    if RankingSource.MASTODON in wanted and settings.mastodon.is_on:
        own, more = settings.mastodon.base_url, settings.mastodon.more_urls
        found += [reader.mastodon_reader(http, server, target) for server, target in _targets(own, more)]
    if RankingSource.MISSKEY in wanted and settings.misskey.is_on:
        own, more = settings.misskey.base_url, settings.misskey.more_urls
        found += [reader.misskey_reader(http, server, target) for server, target in _targets(own, more)]
    if RankingSource.BLUESKY in wanted and settings.bluesky.enabled:
        found.append(reader.bluesky_reader(http, trending.bluesky_url))
    if RankingSource.GOOGLE in wanted:
        feed, countries = trending.google_url, {"ja": trending.google_ja, "en": trending.google_en}
        found += [
            reader.google_reader(http, robots, feed, country, language)
            for language, country in countries.items()
            if country
        ]
    return tuple(found)


def _targets(own: str, more: Sequence[str]) -> list[tuple[str, str | None]]:
    """The servers of a source, each once, with the target under which each is polled."""
    return [(own, None), *((url, url.rstrip("/")) for url in dict.fromkeys(more) if host_of(url) != host_of(own))]


def templates_of(settings: SourcesSettings) -> dict[SourceName, tuple[str, ...]]:
    """The ``target_templates`` of each enabled source, without making it."""
    return {name: _templates(info, settings) for name, info in _enabled(settings).items()}


def servers_of(settings: SourcesSettings) -> dict[SourceName, tuple[str, ...]]:
    """The servers that sources of the fediverse ask, a source's own one first."""
    return {name: tuple(info.servers(settings)) for name, info in _enabled(settings).items() if name in FEDERATED}


def daily_limits(settings: SourcesSettings) -> dict[SourceName, int]:
    """The most posts that may be read in a UTC day at each source that costs money, switched on or not."""
    return {name: info.reads_per_day(settings) for name, info in REGISTRY.items() if info.reads_per_day}


def terms_of(settings: SourcesSettings) -> dict[SourceName, tuple[str, ...]]:
    """The addresses of the terms of each enabled source."""
    return {name: tuple(info.terms(settings)) for name, info in _enabled(settings).items()}


def page_owner(settings: SourcesSettings, address: str) -> SourceName | None:
    """The source whose pages are on the host of an address; None where it is no source's."""
    host = host_of(address)
    owners = (name for name, info in REGISTRY.items() if host in {host_of(page) for page in info.pages(settings)})
    return next(owners, None)


def enable_hint(name: SourceName) -> str:
    """The id of the sentence that says how the operator switches a source on."""
    return f"cli-switch-on-{name}"


def _enabled(settings: SourcesSettings) -> dict[SourceName, SourceInfo]:
    return {name: info for name, info in REGISTRY.items() if settings.of(name).is_on}


def _templates(info: SourceInfo, settings: SourcesSettings) -> tuple[str, ...]:
    if info.searches is not None:
        return tuple(info.searches(settings))
    return (OWN, *(url.rstrip("/") for url in info.servers(settings)[1:]))


def _trendpage(parts: SourceParts) -> Source:
    from bot.sources.trendpage import TrendPage  # noqa: PLC0415

    wanted = parts.settings.trendpage
    return TrendPage(parts.http, parts.robots, url=wanted.url, pages=wanted.pages, link_pages=wanted.link_pages)


def _mastodon(parts: SourceParts) -> Source:
    from bot.sources.fediverse.mastodon import Mastodon  # noqa: PLC0415

    wanted = parts.settings.mastodon
    return Mastodon(parts.http, base_url=wanted.base_url, more_urls=wanted.more_urls)


def _misskey(parts: SourceParts) -> Source:
    from bot.sources.fediverse.misskey import Misskey  # noqa: PLC0415

    wanted = parts.settings.misskey
    return Misskey(parts.http, base_url=wanted.base_url, more_urls=wanted.more_urls)


def _feed(parts: SourceParts) -> Source:
    from bot.sources.feed.source import Feed  # noqa: PLC0415

    return Feed(parts.http, parts.robots, search_urls=parts.settings.feed.search_urls)


def _bluesky(parts: SourceParts) -> Source:
    from bot.sources.bluesky.session import BlueskyAccount, InMemorySessionStore  # noqa: PLC0415
    from bot.sources.bluesky.source import Bluesky  # noqa: PLC0415

    wanted = parts.settings.bluesky
    account = BlueskyAccount(
        parts.http,
        service_url=wanted.service_url,
        identifier=wanted.identifier or "",
        app_password=wanted.app_password.get_secret_value() if wanted.app_password else "",
        store=parts.sessions or InMemorySessionStore(),
    )
    return Bluesky(account)


def _x(parts: SourceParts) -> Source:
    from bot.sources.x.api import XAccount  # noqa: PLC0415
    from bot.sources.x.daily_budget import DailyBudget  # noqa: PLC0415
    from bot.sources.x.source import X  # noqa: PLC0415

    wanted = parts.settings.x
    account = XAccount(
        parts.http,
        DailyBudget(parts.ledger, X.name, per_day=wanted.posts_per_day, fair=parts.fair),
        base_url=wanted.base_url,
        bearer_token=wanted.bearer_token.get_secret_value() if wanted.bearer_token else "",
    )
    return X(account)


_X_TERMS: Final = "https://docs.x.com/developer-terms/agreement"
_BLUESKY_TERMS: Final = "https://bsky.social/about/support/tos"


def _about_pages(servers: Sequence[str]) -> list[str]:
    """The pages on which servers of Mastodon and Misskey say who runs them, and their rules."""
    return [f"{server.rstrip('/')}/about" for server in servers]


REGISTRY: Final[Mapping[SourceName, SourceInfo]] = {
    SourceName.TRENDPAGE: SourceInfo(
        make=_trendpage,
        pages=lambda settings: [*filter(None, [settings.trendpage.url]), *settings.trendpage.pages.values()],
    ),
    SourceName.MASTODON: SourceInfo(
        make=_mastodon,
        servers=lambda settings: (settings.mastodon.base_url, *settings.mastodon.more_urls),
        terms=lambda settings: _about_pages((settings.mastodon.base_url, *settings.mastodon.more_urls)),
    ),
    SourceName.MISSKEY: SourceInfo(
        make=_misskey,
        servers=lambda settings: (settings.misskey.base_url, *settings.misskey.more_urls),
        terms=lambda settings: _about_pages((settings.misskey.base_url, *settings.misskey.more_urls)),
    ),
    SourceName.FEED: SourceInfo(make=_feed, searches=lambda settings: settings.feed.search_urls),
    SourceName.BLUESKY: SourceInfo(make=_bluesky, terms=lambda _: (_BLUESKY_TERMS,)),
    SourceName.X: SourceInfo(
        make=_x, reads_per_day=lambda settings: settings.x.posts_per_day, terms=lambda _: (_X_TERMS,)
    ),
}
"""The sources in the order in which they are shown to the operator."""
