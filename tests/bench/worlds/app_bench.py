"""The application at work for a far Discord: wired as app.py does it, with a real database and the real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import app, bootstrap
from bot.core.models import ChannelId, NewSubscription, SourceName, SubscriptionSettings, Topic
from bot.core.text import make_topic
from bot.gateway.client import TrendBot, point_at
from bot.services import Services
from bot.storage.sqlite.connection import open_sqlite
from config.settings import Settings
from tests.inspection import url_of

from .far_discord import FarDiscord
from .seed import make_due
from .static_source import MIN_RP, StaticSource

READY_WITHIN_S = 60.0
SETTLED_S = 0.05


@dataclass(frozen=True, slots=True)
class AppBench:
    """The running application; its first looks are over, and nothing was told yet."""

    path: Path
    services: Services
    bot: TrendBot
    static_source: StaticSource
    topics: tuple[Topic, ...]

    async def make_due(self, topics: range) -> None:
        """Let the watches of these topics (by their places in ``topics``) be due now."""
        await asyncio.to_thread(make_due, url_of(self.path), topics, self.services.clock())

    async def until_told(self, timeout_s: float) -> None:
        """Until nothing waits for Discord any more. Raises ``TimeoutError``."""
        async with asyncio.timeout(timeout_s):
            while await self.services.storage.entries.next_send_at() is not None:  # noqa: ASYNC110 - it is in the database
                await asyncio.sleep(SETTLED_S)


@asynccontextmanager
async def open_app_bench(
    path: Path,
    discord: FarDiscord,
    followed: Sequence[Sequence[ChannelId]],
    *,
    delivers: bool = True,
    pictures: bool = False,
) -> AsyncIterator[AppBench]:
    """``followed``: the channels that follow each topic. Not ``delivers``: what is decided stays in the outbox.

    ``pictures``: of posts, from sites on this machine.
    """
    point_at(discord.api_base, discord.gateway_url)
    static_source = StaticSource()
    settings = settings_for(path, pictures=pictures)
    storage = await open_sqlite(settings.database.url)
    try:
        services = app.build_services(
            settings, storage, {SourceName.TRENDPAGE: static_source}, clock=bootstrap.utc_now
        )
        topics = tuple(make_topic(f"瓦版の話題{number:03}") for number in range(len(followed)))
        for topic, channels in zip(topics, followed, strict=True):
            await _follow(services, discord, topic, channels)
        await services.poller.poll_due()
        async with connected(TrendBot(services, background=delivers), discord) as bot:
            bootstrap.freeze_startup_objects()
            yield AppBench(path, services, bot, static_source, topics)
        await app.close_services(services)
    finally:
        await storage.close()


def settings_for(path: Path, *, pictures: bool = False) -> Settings:
    """The defaults, but nothing is held back: neither by the ceiling nor to catch up."""
    return Settings(
        _env_file=None,
        http={"allow_private_networks": pictures},
        database={"url": f"sqlite:///{path}"},
        alerts={"ceiling_per_hour": 0},
        delivery={"catch_up_messages": 0},
    )


async def _follow(services: Services, discord: FarDiscord, topic: Topic, channels: Sequence[ChannelId]) -> None:
    for channel in channels:
        wanted = NewSubscription(
            guild_id=discord.guild,
            channel_id=channel,
            topic=topic,
            created_by=discord.owner,
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: MIN_RP}),
        )
        now = services.clock()
        await services.storage.subscriptions.subscribe(wanted, now, now)


@asynccontextmanager
async def connected(bot: TrendBot, discord: FarDiscord) -> AsyncIterator[TrendBot]:
    """The bot, logged in and ready; its delivery runs if it has a background."""
    async with bot:
        await bot.login(discord.token)
        connection = asyncio.create_task(bot.connect(), name="gateway")
        async with asyncio.timeout(READY_WITHIN_S):
            await bot.wait_until_ready()
        if bot.background:
            await bot.services.delivery.start(bot.transport)  # on_ready comes a moment later, and finds it started
        yield bot
    await asyncio.wait([connection])
