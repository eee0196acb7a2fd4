"""Processes with roles over one PostgreSQL database, beside a fake Discord and a trend site.

Each is a task of this event loop: a process's end is its cancellation, a killed one is a subprocess (``killed``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import roles
from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.core.roles import Role, Roles, Shards
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from config.settings import Settings
from tests.conftest import make_settings
from tests.fakes.discord.limits import NO_BUCKETS, FrozenClock
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, User
from tests.fakes.trend_site import SitePost, TrendSite
from tests.inspection import Inspect
from tests.storage.world import TOPIC, World, alert, change, plan, post


@dataclass
class Cluster:
    """The world around the processes."""

    url: str
    folder: Path
    clock: FrozenClock
    """Discord's."""
    server: FakeDiscord
    site: TrendSite
    news: Channel
    alice: User
    inspect: Inspect
    running: list[asyncio.Task[None]] = field(default_factory=list)
    posts: list[SitePost] = field(default_factory=list)
    subscription: Subscription | None = None
    decided: int = 0
    api_base: str = ""
    """Where the processes ask Discord, if not at the server itself."""

    def settings(self, **sections: dict[str, Any]) -> Settings:
        return make_settings(
            self.folder,
            **{  # type: ignore[arg-type]
                "database": {"url": self.url},
                "discord": {
                    "token": self.server.token,
                    "api_base": self.api_base or self.server.api_base,
                    "gateway_url": self.server.gateway_url,
                },
                "sources": {"trendpage": {"url": self.site.url}},
                "poll": {"interval_s": 1},
                **sections,
            },
        )

    def start(self, *named: Role, shards: Shards = Shards()) -> asyncio.Task[None]:  # noqa: B008 - frozen
        """A process."""
        task = asyncio.create_task(roles.run(self.settings(), Roles.of(named), shards), name=", ".join(named))
        self.running.append(task)
        return task

    async def stop(self, *tasks: asyncio.Task[None]) -> None:
        for task in tasks or self.running:
            task.cancel()
        await asyncio.gather(*(tasks or self.running), return_exceptions=True)

    def environment(self) -> dict[str, str]:
        """The same settings for a process of its own."""
        return {
            "KAWARABAN_DATABASE__URL": self.url,
            "KAWARABAN_DISCORD__TOKEN": self.server.token,
            "KAWARABAN_DISCORD__API_BASE": self.server.api_base,
            "KAWARABAN_DISCORD__GATEWAY_URL": self.server.gateway_url,
            "KAWARABAN_SOURCES__TRENDPAGE__URL": self.site.url,
            **{f"KAWARABAN_SOURCES__{name}__ENABLED": "no" for name in ("MASTODON", "MISSKEY", "BLUESKY")},
            "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "yes",
            "KAWARABAN_DELIVERY__CHANNEL_INTERVAL_S": "0",
        }

    @asynccontextmanager
    async def storage(self) -> AsyncIterator[Storage]:
        """The stores, in a process of the test's own."""
        opened = await open_storage(self.url)
        try:
            yield opened
        finally:
            await opened.close()

    async def follow(self) -> Subscription:
        """The channel follows the topic."""
        now = datetime.now(UTC)
        assert self.news.guild is not None
        wanted = NewSubscription(
            guild_id=GuildId(self.news.guild.id),
            channel_id=ChannelId(self.news.id),
            topic=TOPIC,
            created_by=UserId(1),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
        )
        async with self.storage() as storage:
            return await storage.subscriptions.subscribe(wanted, now, now)

    async def decide(self, text: str) -> None:
        """A poll of another process decides that the channel is sent a post."""
        self.subscription = self.subscription or await self.follow()
        self.decided += 1
        now = datetime.now(UTC)
        seen = post(self.decided, 500, text=text, published_at=now)
        async with self.storage() as storage:
            await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], now)
            state = await World(storage).poll(now, topic=TOPIC)
            polled = plan(
                state, at=now, next_poll_at=now, changes=[change(seen)], alerts=[alert(self.subscription, seen)]
            )
            await storage.polls.commit(polled)

    async def publish(self, text: str) -> None:
        """A post that passes."""
        published_at = datetime.now(UTC) - timedelta(minutes=1)
        self.posts.append(SitePost(published_at, text, 500, serial=len(self.posts)))
        self.site.put(TOPIC.name, posts=self.posts)

    def told(self, text: str) -> int:
        """How often a post stands in the channel."""
        return sum(message.text.count(text) for message in self.server.messages(self.news))

    async def until(self, condition: Any) -> None:
        """Wait for what the processes do; raises what ended one of them."""
        async with asyncio.timeout(60):
            while not condition():
                for task in self.running:
                    if task.done() and not task.cancelled() and task.exception() is not None:
                        task.result()
                await asyncio.sleep(0.02)


@asynccontextmanager
async def cluster(url: str, folder: Path) -> AsyncIterator[Cluster]:
    clock = FrozenClock()
    async with FakeDiscord(limits=NO_BUCKETS, clock=clock) as server, TrendSite() as site:
        guild = server.add_guild("town")
        there = Cluster(
            url,
            folder,
            clock,
            server,
            site,
            server.add_channel(guild, "news"),
            server.add_member(guild, "alice"),
            Inspect(url),
        )
        with server.in_place_of_discord():
            try:
                yield there
            finally:
                await there.stop()
