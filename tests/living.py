"""The whole bot, logged in to a fake Discord and alive: gateway, delivery, commands."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import app, bootstrap
from bot.core.models import ChannelId, GuildId, NewSubscription, SourceName, SubscriptionSettings, UserId
from bot.core.roles import Shards
from bot.gateway.client import EVERY_SHARD, TrendBot
from bot.gateway.connection import stay_connected
from bot.gateway.shards import BackOff
from bot.services import Services
from tests.conftest import make_settings
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel
from tests.storage.world import TOPIC, World, alert, change, plan, post


class HastyBot(TrendBot):
    """The bot, with the waits of a second."""

    new_back_off = staticmethod(lambda: BackOff(longest_s=0.01))

    def __init__(self, services: Services, shards: Shards = EVERY_SHARD) -> None:
        super().__init__(services, shards=shards)
        self._connection.guild_ready_timeout = 0.05
        self.ready_shards: set[int] = set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py waits five seconds here."""

    async def on_shard_ready(self, shard_id: int) -> None:
        self.ready_shards.add(shard_id)


@dataclass
class Living:
    """A bot that is on its way to Discord. ``slept``: the waits before tries to log in, which take no time."""

    services: Services
    bot: HastyBot
    connection: asyncio.Task[None]
    slept: list[float]

    async def up(self, shards: int = 1) -> None:
        """Until so many shards are ready; raises what ended the connection."""
        await until(lambda: self.connection.done() or len(self.bot.ready_shards) >= shards)
        if self.connection.done():
            self.connection.result()
            raise AssertionError("it ended")

    async def follow(self, channel: Channel) -> Any:
        """A channel follows the topic."""
        assert channel.guild is not None
        now = self.services.clock()
        wanted = NewSubscription(
            guild_id=GuildId(channel.guild.id),
            channel_id=ChannelId(channel.id),
            topic=TOPIC,
            created_by=UserId(channel.guild.owner.id),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
        )
        return await self.services.storage.subscriptions.subscribe(wanted, now, now)

    async def decide(self, *subscriptions: Any, numbers: tuple[int, ...] = (1,)) -> None:
        """A look that decides to tell these posts to every subscription; delivery is woken."""
        storage: Any = self.services.storage
        now = self.services.clock()
        seen = [post(number, 200 + number, text=f"話その{number:03}", published_at=now) for number in numbers]
        alerts = [alert(subscription, each) for subscription in subscriptions for each in seen]
        state = await World(storage).poll(now)
        changes = [change(each) for each in seen]
        await storage.polls.commit(plan(state, at=now, next_poll_at=now, changes=changes, alerts=alerts))
        self.services.delivery.wake()


@asynccontextmanager
async def living(
    server: FakeDiscord,
    folder: Path,
    *,
    clock: Callable[[], datetime] = bootstrap.utc_now,
    shards: Shards = EVERY_SHARD,
    **sections: dict[str, Any],
) -> AsyncIterator[Living]:
    """The bot, from its start on; it is closed at the end. ``shards``: those of this one among several."""
    slept: list[float] = []
    sections.setdefault("sources", {"trendpage": {"url": "http://127.0.0.1:9/{topic}"}})  # nobody looks

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    with server.in_place_of_discord():
        async with app.open_services(make_settings(folder, **sections), clock=clock) as services:
            bot = HastyBot(services, shards)
            async with bot:
                connection = asyncio.create_task(stay_connected(bot, server.token, sleep=sleep))
                try:
                    yield Living(services, bot, connection, slept)
                finally:
                    connection.cancel()
                    with contextlib.suppress(BaseException):
                        await connection


async def until(condition: Callable[[], object], wait_s: float = 30.0) -> None:
    """Wait for what happens on other sockets."""
    async with asyncio.timeout(wait_s):
        while not condition():  # noqa: ASYNC110 - it is another process's, or Discord's
            await asyncio.sleep(0.005)
