"""A Mastodon and a Misskey server with our client: what a test of both needs, in the same words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Generic, Self, TypeVar

from bot.core.models import FetchRequest, FetchResult, PostKey, Recheck
from bot.core.text import make_topic
from bot.sources.fediverse import mastodon, misskey
from bot.sources.fediverse.hashtag_source import HashtagSource
from bot.sources.http.client import Http, HttpLimits
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer

START = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
S = TypeVar("S", MastodonServer, MisskeyServer)


class World(Generic[S]):
    """A server, our client, and a clock that stands still until it is moved.

    ``timeline``, ``one``, ``volume``: parts of the paths that are asked. ``apart``: so many posts between two are
    more than a page.
    """

    source: HashtagSource
    server: S
    page: ClassVar[int]
    new_pages: ClassVar[int]
    singles: ClassVar[int]
    timeline: ClassVar[str]
    one: ClassVar[str]
    volume: ClassVar[str]
    apart: ClassVar[int]

    def __init__(self, server: S) -> None:
        self.now = START
        self.server = server
        limits = HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0)
        self.http = Http(limits, clock=lambda: self.now)
        self.cursor: str | None = None

    def add(self, *, minutes_old: float = 0, rp: int = 0, hidden: bool = False) -> str:
        raise NotImplementedError

    def grow(self, post: str, rp: Any) -> None:
        raise NotImplementedError

    def hide(self, post: str) -> None:
        """Its author shows it to followers, on their own pages."""
        raise NotImplementedError

    def use_today(self, count: int) -> None:
        """The server counts so many uses of the tag."""
        raise NotImplementedError

    @property
    def singles_asked(self) -> list[str]:
        raise NotImplementedError

    @property
    def pages_asked(self) -> int:
        return sum(self.timeline in path for path in self.server.paths)

    def add_many(self, count: int, *, apart_s: float = 1, youngest_minutes_old: float = 60) -> list[str]:
        """Oldest first."""
        return [
            self.add(minutes_old=youngest_minutes_old + apart_s * back / 60) for back in reversed(range(count))
        ]

    def add_far_apart(self, count: int) -> list[str]:
        """Posts of which no two stand on one page, oldest first; the newest page holds none but the last."""
        return self.add_many(count * self.apart, youngest_minutes_old=120)[:: self.apart]

    async def fetch(self, *due: str, topic: str = "データセンター") -> FetchResult:
        rechecks = tuple(Recheck(PostKey(f"key-{each}"), each, START) for each in due)
        question = FetchRequest(topic=make_topic(topic), cursor=self.cursor, rechecks=rechecks)
        self.server.forget_requests()
        fetched = await self.source.fetch(question, self.now)
        self.cursor = fetched.cursor
        return fetched

    @classmethod
    @asynccontextmanager
    async def opened(cls) -> AsyncIterator[Self]:
        raise NotImplementedError
        yield


class MastodonWorld(World[MastodonServer]):
    page, new_pages, singles, apart = mastodon.PAGE, mastodon.NEW_PAGES, mastodon.AGAIN_SINGLES, 100
    timeline, one, volume = "/timelines/", "/statuses/", "/tags/"

    def __init__(self, server: MastodonServer) -> None:
        super().__init__(server)
        self.source = mastodon.Mastodon(self.http, base_url=server.base_url)

    def add(self, *, minutes_old: float = 0, rp: int = 0, hidden: bool = False) -> str:
        written, visibility = self.now - timedelta(minutes=minutes_old), "unlisted" if hidden else "public"
        return self.server.add("<p>試</p>", created_at=written, boosts=rp, visibility=visibility)

    def grow(self, post: str, rp: Any) -> None:
        self.server.boost(post, rp)

    def hide(self, post: str) -> None:
        self.server.edit(post, visibility="unlisted")
        self.server.untag(post)

    def use_today(self, count: int) -> None:
        self.server.uses_today = count

    @property
    def singles_asked(self) -> list[str]:
        return [path.rpartition("/")[2] for path in self.server.paths if self.one in path]

    @property
    def timeline_requests(self) -> list[dict[str, str]]:
        return [asked.query for asked in self.server.requests if self.timeline in asked.path]

    @classmethod
    @asynccontextmanager
    async def opened(cls) -> AsyncIterator[Self]:
        async with MastodonServer(clock=lambda: world.now) as server:
            world = cls(server)
            yield world
            await world.http.aclose()


class MisskeyWorld(World[MisskeyServer]):
    page, new_pages, singles, apart = misskey.PAGE, misskey.NEW_PAGES, misskey.AGAIN_SINGLES, 150
    timeline, one, volume = "/notes/search-by-tag", "/notes/show", "/hashtags/trend"

    def __init__(self, server: MisskeyServer) -> None:
        super().__init__(server)
        self.source = misskey.Misskey(self.http, base_url=server.base_url)

    def add(self, *, minutes_old: float = 0, rp: int = 0, hidden: bool = False) -> str:
        written, visibility = self.now - timedelta(minutes=minutes_old), "home" if hidden else "public"
        return self.server.add(created_at=written, renotes=rp, visibility=visibility)

    def grow(self, post: str, rp: Any) -> None:
        self.server.renote(post, rp)

    def hide(self, post: str) -> None:
        self.server.edit(post, visibility="home")

    def use_today(self, count: int) -> None:
        others = {"tag": "ほか", "chart": [9] * 20, "usersCount": 9}
        self.server.trends = [others, {"tag": "データセンター", "chart": [count, *[0] * 19], "usersCount": 7}]

    @property
    def singles_asked(self) -> list[str]:
        return self.server.shown_by_id()

    @property
    def pages(self) -> list[dict[str, object]]:
        """What was asked of the search, but for the tag and the length."""
        return [
            {key: value for key, value in asked.question.items() if key not in {"tag", "limit"}}
            for asked in self.server.requests
            if self.timeline in asked.path
        ]

    @classmethod
    @asynccontextmanager
    async def opened(cls) -> AsyncIterator[Self]:
        async with MisskeyServer(clock=lambda: world.now) as server:
            world = cls(server)
            yield world
            await world.http.aclose()


def ids(fetched: FetchResult) -> list[str | None]:
    return [post.source_id for post in fetched.posts]
