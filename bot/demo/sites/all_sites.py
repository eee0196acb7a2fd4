"""All of the demo's sites, opened together: what its bot may ask, and where the links of its posts lead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.demo.sites.loopback import Clock
from bot.demo.sites.servers import (
    MASTODON_NAME,
    MISSKEY_NAME,
    NEWS_NAME,
    TREND_NAME,
    MastodonSite,
    MisskeySite,
    NewsSite,
)
from bot.demo.sites.trend_site import TrendSite
from bot.demo.worlds.world import World


@dataclass(frozen=True, slots=True)
class Sites:
    """The four, running."""

    trend: TrendSite
    mastodon: MastodonSite
    misskey: MisskeySite
    news: NewsSite

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host the demo's bot may ask, with its port."""
        return self.trend.host, self.mastodon.host, self.misskey.host, self.news.host

    @property
    def names(self) -> Mapping[str, str]:
        """The names of sites, by their address with a port."""
        return {
            self.mastodon.host: MASTODON_NAME,
            self.misskey.host: MISSKEY_NAME,
            self.trend.host: TREND_NAME,
            self.news.host: NEWS_NAME,
        }

    @property
    def links(self) -> Mapping[str, str]:
        """Beginnings of public addresses, and of the demo's own pages in their place."""
        return {
            "https://x.com/": f"{self.trend.url}x/",
            "https://twitter.com/": f"{self.trend.url}x/",
            f"https://{MASTODON_NAME}/": self.mastodon.url,
            f"https://{MISSKEY_NAME}/": self.misskey.url,
            "https://example.com/": f"{self.trend.url}elsewhere/",
            # A server's people are led to by https, whatever it was asked by.
            **{f"https://{host}/": f"http://{host}/" for host in self.hosts},
        }


@asynccontextmanager
async def open_sites(world: World, *, clock: Clock) -> AsyncIterator[Sites]:
    """All sites on free ports of loopback; closed at the end."""
    async with AsyncExitStack() as stack:
        yield Sites(
            trend=await stack.enter_async_context(TrendSite(world, clock=clock)),
            mastodon=await stack.enter_async_context(MastodonSite(world, clock=clock)),
            misskey=await stack.enter_async_context(MisskeySite(world, clock=clock)),
            news=await stack.enter_async_context(NewsSite(world, clock=clock)),
        )
