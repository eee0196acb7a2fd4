"""A real process, killed with SIGKILL at named steps and at seeded moments, while answers of Discord are lost.

``KAWARABAN_KILL_RUNS=300 pytest tests/pipeline/test_killed.py`` makes 300 seeded runs instead of two.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.core.models import ChannelId, GuildId, SourceName, UserId
from bot.core.text import make_topic
from bot.storage.base import NewSubscription
from tests.conftest import make_settings
from tests.fakes.discord_faults import Fault
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import Channel
from tests.fakes.trend_site import SitePost, TrendSite
from tests.pipeline.bot_process import STEPS

TOPIC = "データセンター"
RUNS = int(os.environ.get("KAWARABAN_KILL_RUNS", "2"))
DEADLINE_S = 25.0
ROOT = Path(__file__).resolve().parents[2]


class Stage:
    """A channel that follows a topic, a site, a fake Discord, and a bot that can be started again and again."""

    def __init__(self, folder: Path, site: TrendSite, server: FakeDiscord) -> None:
        self.folder, self.site, self.server = folder, site, server
        self.guild = server.add_guild("瓦版の会")
        self.channels: list[Channel] = [server.add_channel(self.guild, f"news-{n}") for n in (1, 2)]
        self.texts: list[str] = []
        self._posts: list[SitePost] = []

    async def prepare(self) -> None:
        """Two channels follow the topic; its first look is over."""
        settings = make_settings(
            self.folder, sources={"trendpage": {"url": self.site.url}}, poll={"interval_s": 1}
        )
        self.site.put(TOPIC, [], volume=0)
        (self.folder / "empty.toml").touch()
        async with app.house(settings) as services:
            for channel in self.channels:
                wanted = NewSubscription(
                    guild_id=GuildId(self.guild.id),
                    channel_id=ChannelId(channel.id),
                    topic=make_topic(TOPIC),
                    created_by=UserId(self.guild.owner.id),
                    language="ja",
                    min_rp={SourceName.TRENDPAGE: 100},
                )
                now = services.clock()
                await services.storage.subscribe(wanted, now, now)
            await services.poller.poll_due()

    def publish(self, count: int) -> None:
        """So many more posts above the bar appear on the page."""
        now = datetime.now(UTC) - timedelta(minutes=5)
        for _ in range(count):
            number = len(self._posts)
            self.texts.append(f"号外 第{number:03d}報")
            self._posts.append(SitePost(now, self.texts[-1], 500 + number, serial=number))
        self.site.put(TOPIC, self._posts)

    async def start(self, **environment: str) -> asyncio.subprocess.Process:
        """The bot as a process; ``environment`` says where it is to die."""
        own = {
            "DISCORD_TOKEN": self.server.token,
            "KAWARABAN_CONFIG": str(self.folder / "empty.toml"),
            "KAWARABAN_DATABASE__URL": f"sqlite:///{self.folder / 'kawaraban.db'}",
            "KAWARABAN_DISCORD__API_BASE": self.server.api_base,
            "KAWARABAN_DISCORD__GATEWAY_URL": self.server.gateway_url,
            "KAWARABAN_HTTP__ALLOW_PRIVATE_NETWORKS": "true",
            "KAWARABAN_HTTP__PER_HOST_INTERVAL_S": "0",
            "KAWARABAN_SOURCES__TRENDPAGE__URL": self.site.url,
            "KAWARABAN_SOURCES__MASTODON__ENABLED": "false",
            "KAWARABAN_POLL__INTERVAL_S": "1",
            "KAWARABAN_DELIVERY__CHANNEL_INTERVAL_S": "0.2",
        }
        with (self.folder / "bot.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.pipeline.bot_process",
                cwd=ROOT,
                env=os.environ | own | environment,
                stderr=log,
            )

    async def run_until_quiet(self) -> None:
        """A bot that is left alone, until every post is decided and nothing waits any more."""
        process = await self.start()
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not self._is_quiet():
                    assert process.returncode is None, (self.folder / "bot.log").read_text()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pytest.fail(f"not quiet: {self.told()} {(self.folder / 'bot.log').read_text()[-3000:]}")
        finally:
            await kill(process)

    def _is_quiet(self) -> bool:
        with closing(sqlite3.connect(self.folder / "kawaraban.db")) as database:
            decided = database.execute("SELECT count(*) FROM alerts").fetchone()[0]
            open_ones = database.execute(
                "SELECT count(*) FROM entries WHERE state NOT IN ('sent', 'given_up', 'dropped')"
            ).fetchone()[0]
        return bool(decided == len(self.texts) * len(self.channels) and not open_ones)

    def told(self) -> dict[str, Counter[str]]:
        """How often each text stands in each channel, by the server's own record."""
        return {
            channel.name: Counter(
                text for message in self.server.messages(channel) for text in self.texts if text in message.text
            )
            for channel in self.channels
        }

    def assert_each_told_once(self) -> None:
        assert self.told() == {channel.name: Counter(self.texts) for channel in self.channels}


async def kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


@asynccontextmanager
async def a_stage(folder: Path, seed: int = 0) -> AsyncIterator[Stage]:
    async with TrendSite() as site, FakeDiscord(seed=seed) as server:
        stage = Stage(folder, site, server)
        await stage.prepare()
        yield stage


@pytest.mark.parametrize("step", STEPS)
async def test_a_bot_killed_at_a_step_tells_each_post_once(tmp_path: Path, step: str) -> None:
    """Invariant 1: nothing decided is lost. Invariant 2: nothing is told twice."""
    async with a_stage(tmp_path) as stage:
        stage.publish(3)
        process = await stage.start(KILL_AT=step)
        try:
            assert await asyncio.wait_for(process.wait(), DEADLINE_S) == -9
        finally:
            await kill(process)
        stage.publish(1)
        await stage.run_until_quiet()
        stage.assert_each_told_once()


@pytest.mark.parametrize("seed", range(RUNS))
async def test_a_bot_killed_at_any_moment_while_answers_are_lost_tells_each_post_once(
    tmp_path: Path, seed: int
) -> None:
    """Invariants 1 and 2, with a third of Discord's answers dropped after the message was taken."""
    chance = random.Random(seed)
    async with a_stage(tmp_path, seed) as stage:
        stage.server.faults.sometimes("/messages", Fault.drop_answer(), 0.33)
        for _ in range(2):
            stage.publish(chance.randint(1, 4))
            stage.server.gateway.connected.clear()
            process = await stage.start()
            try:
                await stage.server.wait_connected()
                await asyncio.sleep(chance.uniform(0.0, 1.2))  # the moment of the kill, not a wait for anything
            finally:
                await kill(process)
        stage.server.faults.clear()
        await stage.run_until_quiet()
        stage.assert_each_told_once()
