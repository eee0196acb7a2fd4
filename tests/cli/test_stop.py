"""SIGTERM ends ``run`` soon, whatever it is waiting for, and what was decided is sent once by the next start."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.leases import LEASE_S
from bot.core.models import (
    ChannelId,
    DigestSettings,
    GuildId,
    NewSubscription,
    Recurrence,
    Schedule,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.storage.opening import open_storage
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel
from tests.fakes.trend_site import SitePost, TrendSite
from tests.inspection import Inspect, url_of
from tests.living import living, until
from tests.storage.world import TOPIC

from .processes import ROOT

ENDED_WITHIN_S = 10
"""What the docs promise; a service manager that waits no longer kills."""
TOLD = "号外です"
DIGEST = "毎時の便り"


@asynccontextmanager
async def running(folder: Path, server: FakeDiscord, site: TrendSite) -> AsyncIterator[asyncio.subprocess.Process]:
    """``kawaraban run`` as a process, killed at the end if it still runs."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "KAWARABAN_DATABASE__URL": url_of(folder / "kawaraban.db"),
        "DISCORD_TOKEN": server.token,
        "KAWARABAN_DISCORD__API_BASE": server.api_base,
        "KAWARABAN_DISCORD__GATEWAY_URL": server.gateway_url,
        "KAWARABAN_SOURCES__TRENDPAGE__URL": site.url,
        **{f"KAWARABAN_SOURCES__{name}__ENABLED": "no" for name in ("MASTODON", "MISSKEY")},
        "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "yes",
        "KAWARABAN_POLL__INTERVAL_S": "1",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def follow(folder: Path, channel: Channel) -> None:
    """The channel follows the topic, whose first poll is over."""
    assert channel.guild is not None
    storage, now = await open_storage(url_of(folder / "kawaraban.db")), datetime.now(UTC) - timedelta(minutes=10)
    wanted = NewSubscription(
        guild_id=GuildId(channel.guild.id),
        channel_id=ChannelId(channel.id),
        topic=TOPIC,
        created_by=UserId(1),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    await storage.subscriptions.subscribe(wanted, now, now)
    await storage.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM")
@pytest.mark.invariant(1)
async def test_stopped_while_a_message_and_a_page_get_no_answer_it_ends_and_the_next_start_sends_once(
    tmp_path: Path,
) -> None:
    async with FakeDiscord() as server, TrendSite() as site:
        news = server.add_channel(server.add_guild("town"), "news")
        await follow(tmp_path, news)
        known = SitePost(datetime.now(UTC) - timedelta(minutes=5), "前の話", 5)
        site.put(TOPIC.name, posts=[known])
        held = asyncio.Event()
        async with running(tmp_path, server, site) as process:
            await until(lambda: any_row(tmp_path, "SELECT 1 FROM watches WHERE last_ok_at IS NOT NULL"))
            published_at = datetime.now(UTC)
            server.faults.sometimes(f"POST /channels/{news.id}/messages", Fault.hang(), 1.0)
            site.put(TOPIC.name, posts=[SitePost(published_at, TOLD, 500, serial=1), known])
            await until(lambda: any_row(tmp_path, "SELECT 1 FROM messages WHERE first_try_at IS NOT NULL"))
            site.on_request = held.wait  # type: ignore[assignment]
            polled = len(site.requests)
            await until(lambda: len(site.requests) > polled)

            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), ENDED_WITHIN_S)

        assert process.returncode == 0
        held.set()
        server.faults.clear()
        assert not [one for one in server.messages(news) if TOLD in one.text]
        later = timedelta(seconds=2 * LEASE_S)
        async with living(server, tmp_path, clock=lambda: datetime.now(UTC) + later) as again:
            await again.up()
            await until(lambda: [one for one in server.messages(news) if TOLD in one.text])
        assert sum(one.text.count(TOLD) for one in server.messages(news)) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM")
@pytest.mark.invariant(2)
async def test_stopped_while_a_digest_gets_no_answer_it_ends_and_the_next_start_sends_it_once(
    tmp_path: Path,
) -> None:
    async with FakeDiscord() as server, TrendSite() as site:
        news = server.add_channel(server.add_guild("town"), "news")
        await follow(tmp_path, news)
        site.put(TOPIC.name, posts=[SitePost(datetime.now(UTC) - timedelta(minutes=5), "前の話", 5)])
        await schedule_digest(tmp_path, news)
        server.faults.sometimes(f"POST /channels/{news.id}/messages", Fault.hang(), 1.0)
        async with running(tmp_path, server, site) as process:
            await until(lambda: any_row(tmp_path, "SELECT 1 FROM messages WHERE first_try_at IS NOT NULL"))

            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), ENDED_WITHIN_S)

        assert process.returncode == 0
        server.faults.clear()
        later = timedelta(seconds=2 * LEASE_S)
        async with living(server, tmp_path, clock=lambda: datetime.now(UTC) + later) as again:
            await again.up()
            await until(lambda: [one for one in server.messages(news) if DIGEST in one.text])
        assert sum(DIGEST in one.text for one in server.messages(news)) == 1


async def schedule_digest(folder: Path, channel: Channel) -> None:
    """A digest of the channel's topics that was due at the last full hour."""
    assert channel.guild is not None
    due = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    settings = DigestSettings(
        channel_id=ChannelId(channel.id),
        name=DIGEST,
        schedule=Schedule(Recurrence.HOURLY, "0 * * * *", "UTC"),
        language="ja",
    )
    storage = await open_storage(url_of(folder / "kawaraban.db"))
    await storage.digests.create(GuildId(channel.guild.id), UserId(1), settings, due, due - timedelta(hours=1))
    await storage.close()


def any_row(folder: Path, sql: str) -> bool:
    """Whether the database has such a row by now."""
    return bool(Inspect(url_of(folder / "kawaraban.db"))(sql))
