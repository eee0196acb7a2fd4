"""A desk to deliver from: a real database, the real client, a fake Discord, and one time for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from bot.core.models import (
    ChannelId,
    GuildId,
    Message,
    NewSubscription,
    OutgoingFile,
    RoleId,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.delivery.discord.transport import DiscordTransport
from bot.delivery.loop import Delivery, DeliveryPolicy
from bot.delivery.rate_limiter import ChannelSpacing, RateLimiter
from bot.delivery.transport import SendOutcome
from bot.gateway.rest_client import RestClient
from bot.gateway.rest_guilds import RestGuilds
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from bot.views.kit.text import Texts
from config import LOCALES
from tests.fakes.discord.discord_rig import DiscordRig, discord_rig
from tests.fakes.discord.limits import FrozenClock
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel
from tests.inspection import Inspect, url_of
from tests.sqlite_file import empty_file
from tests.storage.world import TOPIC, World, alert, change, plan, post


async def nothing() -> None:
    """What happens in between, when nothing does."""


class WatchedTransport(DiscordTransport):
    """The real one. ``after_send`` happens between Discord's answer and its being written down."""

    after_send: Callable[[], Awaitable[None]] = staticmethod(nothing)

    async def send(self, message: Message, files: Sequence[OutgoingFile] = ()) -> SendOutcome:
        outcome = await super().send(message, files)
        await self.after_send()
        return outcome


@dataclass
class DeliveryRig:
    """Delivery and the world around it. ``clock`` is Discord's and ours: only a sleep or a test moves it."""

    path: Path
    place: DiscordRig
    bot: discord.Client
    clock: FrozenClock
    storage: Storage
    transport: WatchedTransport
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], Awaitable[None]] = nothing

    @property
    def server(self) -> FakeDiscord:
        return self.place.server

    @property
    def world(self) -> World:
        return World(self.storage)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)
        await self.on_sleep()
        await asyncio.sleep(0)

    def delivery(self, *, catch_up_messages: int = 5, mention_interval: timedelta = timedelta(0)) -> Delivery:
        """A delivery as a process that has just started has it."""
        monotonic, sleep = self.clock.monotonic, self.sleep
        return Delivery(
            self.storage,
            rate_limiter=RateLimiter(1000, monotonic=monotonic, sleep=sleep),
            spacing=ChannelSpacing(1.1, monotonic=monotonic, sleep=sleep),
            edit_spacing=ChannelSpacing(1.1, monotonic=monotonic, sleep=sleep),
            policy=DeliveryPolicy(catch_up_messages=catch_up_messages, mention_interval=mention_interval),
            clock=self.clock.now,
            sleep=sleep,
        )

    async def follow(self, channel: Channel | None = None, *, role_id: int | None = None) -> Subscription:
        """A channel follows the topic."""
        now = self.clock.now()
        wanted = NewSubscription(
            guild_id=GuildId(self.place.guild.id),
            channel_id=ChannelId((channel or self.place.news).id),
            topic=TOPIC,
            created_by=UserId(self.place.alice.id),
            settings=SubscriptionSettings(
                language="ja",
                min_rp={SourceName.TRENDPAGE: 100},
                role_id=None if role_id is None else RoleId(role_id),
            ),
        )
        return await self.storage.subscriptions.subscribe(wanted, now, now)

    async def decide(
        self, *subscriptions: Subscription, numbers: Sequence[int], text: str = "", **fields: Any
    ) -> None:
        """A poll that decides to tell these posts, the higher the number the bigger, to every subscription.

        ``fields``: of every post.
        """
        self.clock.advance(1)
        now = self.clock.now()
        seen = [
            replace(post(number, 200 + number, text=f"{text}話その{number:03}", published_at=now), **fields)
            for number in numbers
        ]
        alerts = [alert(subscription, each) for subscription in subscriptions for each in seen]
        roles = {subscription.id: subscription.settings.role_id for subscription in subscriptions}
        alerts = [
            replace(each, content=replace(each.content, role_id=roles[each.subscription_id])) for each in alerts
        ]
        state = await self.world.poll(now)
        wanted = plan(state, at=now, next_poll_at=now, changes=[change(each) for each in seen], alerts=alerts)
        await self.storage.polls.commit(wanted)

    async def deliver(self, delivery: Delivery | None = None) -> None:
        """Until nothing waits any more, skipping the time in between."""
        delivery = delivery or self.delivery()
        for _ in range(100):
            await delivery.drain(self.transport)
            at = await self.storage.entries.next_send_at()
            if at is None:
                return
            self.clock.advance(max(0.0, (at - self.clock.now()).total_seconds()) + 0.001)
        raise AssertionError("something waits for ever")

    def told(self, channel: Channel | None = None) -> list[str]:
        """The texts that stand in a channel, oldest first."""
        return [message.text for message in self.server.visible(channel or self.place.news)]

    def posts_sent(self, channel: Channel | None = None) -> int:
        """How often a message was sent to a channel, whatever came of it."""
        return len(self.server.record.matching(f"POST /channels/{(channel or self.place.news).id}/messages"))

    def posts_sent_anywhere(self) -> int:
        return len(self.server.record.matching("POST /channels/"))

    def messages(self) -> list[tuple[str, str | None]]:
        """State and reason of every message in the database, oldest first."""
        return self.rows("SELECT state, error FROM messages ORDER BY sealed_at, id")

    def entries(self) -> dict[str, int]:
        """How many outbox entries there are in each state."""
        return dict(self.rows("SELECT state, count(*) FROM entries GROUP BY 1"))

    def rows(self, query: str) -> list[Any]:
        return Inspect(url_of(self.path))(query)

    async def until_bot_knows(self, channel: Channel, permission: str, *, allowed: bool) -> None:
        """Permissions reach the client over the gateway."""

        def is_known() -> bool:
            known = self.bot.get_channel(channel.id)
            assert isinstance(known, discord.abc.GuildChannel)
            return getattr(known.permissions_for(known.guild.me), permission) is allowed

        await until(is_known)


@asynccontextmanager
async def rest_client(place: DiscordRig) -> AsyncIterator[RestClient]:
    """A client that is logged in and opens no gateway."""
    with place.server.in_place_of_discord():
        async with RestClient(aiohttp.TraceConfig()) as client:
            await client.login(place.server.token)
            yield client


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens on other sockets."""
    async with asyncio.timeout(30):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[DeliveryRig]:
    clock = FrozenClock()
    path = tmp_path / "kawaraban.db"
    storage = await open_sqlite(empty_file(path), busy_timeout_s=0.01)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(lambda: storage.close())  # noqa: PLW0108 - a test may open another one
        place = await stack.enter_async_context(discord_rig(clock=clock))
        bot = await stack.enter_async_context(place.bot())
        made = DeliveryRig(path, place, bot, clock, storage, WatchedTransport(bot, Texts(LOCALES)))
        yield made
        storage = made.storage


@pytest.fixture
async def rest_rig(tmp_path: Path) -> AsyncIterator[DeliveryRig]:
    """The same without a gateway: what delivery has to know of a server is asked for by request."""
    clock = FrozenClock()
    path = tmp_path / "kawaraban.db"
    storage = await open_sqlite(empty_file(path), busy_timeout_s=0.01)
    try:
        async with discord_rig(clock=clock) as place, rest_client(place) as client:
            guilds = RestGuilds(client, nothing, monotonic=clock.monotonic)
            transport = WatchedTransport(client, Texts(LOCALES), guilds)
            yield DeliveryRig(path, place, client, clock, storage, transport)
    finally:
        await storage.close()
