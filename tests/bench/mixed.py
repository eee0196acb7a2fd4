"""What polls of every source cost: 1,000 watches over trend pages, Mastodon, Misskey, Bluesky and feeds.

Answers come after 50 ms. Each source alone first (CPU a poll), then all together (polls a second).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import app, bootstrap
from bot.core.models import SourceName
from bot.core.targets import targets_of
from bot.core.text import make_topic
from bot.services import Services
from bot.storage.sql.mapping.common import to_us
from config.settings import Settings
from tests.bench.worlds.mixed_site import TAG
from tests.conftest import make_settings
from tests.fakes.bluesky_server import HANDLE, PASSWORD
from tests.inspection import Inspect, url_of

from .child import running
from .report import Number, number

EACH = 200
SOURCES = (SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.MISSKEY, SourceName.BLUESKY, SourceName.FEED)


async def measure(folder: Path, rounds: int) -> list[Number]:
    """Rounds of each source alone and of all together, in turn."""
    cpu: dict[SourceName, list[float]] = {name: [] for name in SOURCES}
    speed: list[float] = []
    with running("worlds.mixed_site") as address:
        async with app.open_services(_settings(folder, address)) as services:
            path = folder / "kawaraban.db"
            topics = {name: [make_topic(f"{TAG}{name}{number:03}") for number in range(EACH)] for name in SOURCES}
            for name, wanted in topics.items():
                templates = services.sources[name].target_templates
                watches = [(name, topic, targets_of(templates, topic)[0]) for topic in wanted]
                await services.storage.watches.add(watches, datetime.now(UTC))
            await services.poller.poll_due()  # first looks, logins, connections
            bootstrap.freeze_startup_objects()
            for _ in range(rounds):
                for name in SOURCES:
                    cpu[name].append((await _round(services, path, [name]))[1] * 1000 / EACH)
                wall, _ = await _round(services, path, SOURCES)
                speed.append(EACH * len(SOURCES) / wall)
    told = [number(f"CPU a poll, {name}", "ms", values) for name, values in cpu.items()]
    together = number("all sources together", "polls/s", speed)
    return [*told, replace(together, target="at least 200 polls/s", met=together.median >= 200)]


async def _round(services: Services, path: Path, sources: Sequence[SourceName]) -> tuple[float, float]:
    """Make the watches of these sources due and poll them: wall time and CPU of this process in seconds."""
    now = datetime.now(UTC)
    await asyncio.to_thread(_make_due, path, sources, now)
    began, before = time.perf_counter(), time.process_time()
    report = await services.poller.poll_due(due_by=now)
    wall, spent = time.perf_counter() - began, time.process_time() - before
    polls = EACH * len(sources)
    if (report.polled, report.failed, report.changed_posts) != (polls, 0, polls):
        msg = f"the round was not what it should be: {report}"
        raise RuntimeError(msg)
    return wall, spent


def _make_due(path: Path, sources: Sequence[SourceName], now: datetime) -> None:
    inspect = Inspect(url_of(path))
    for source in sources:
        inspect("UPDATE watches SET next_poll_at = ? WHERE source = ?", to_us(now), source)


def _settings(folder: Path, address: str) -> Settings:
    return make_settings(
        folder,
        sources={
            "trendpage": {"url": f"{address}/word/{{topic}}"},
            "mastodon": {"base_url": address, "enabled": True},
            "misskey": {"base_url": address, "enabled": True},
            "bluesky": {"service_url": address, "identifier": HANDLE, "app_password": PASSWORD},
            "feed": {"search_urls": [f"{address}/feed?q={{topic}}"]},
        },
    )
