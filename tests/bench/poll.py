"""What a poll costs: fetch, parse, plan and commit of a 20-post page, in a small and in a large database."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot import app, bootstrap
from bot.polling.poller import PollReport
from bot.services import Services
from tests.bench.worlds.pages import PAGE_SIZE
from tests.bench.worlds.seed import make_due, seed
from tests.conftest import make_settings
from tests.inspection import url_of

from .child import running
from .report import Number, number

POLLS_A_ROUND = 500
TICK_S = 0.005


@dataclass(slots=True)
class Place:
    """A database under measurement, and what each round of polls in it showed."""

    posts: int
    url: str
    services: Services
    cpu_ms: list[float] = field(default_factory=list)
    held_ms: list[float] = field(default_factory=list)
    held_cpu_ms: list[float] = field(default_factory=list)

    @property
    def polled(self) -> range:
        """The topics that are polled, spread evenly over all."""
        watches = self.posts // PAGE_SIZE
        return range(0, watches, max(1, watches // POLLS_A_ROUND))


@dataclass(slots=True)
class Holds:
    """The longest times the event loop was held: on the wall clock, and of this thread's own CPU."""

    wall_ms: float = 0.0
    cpu_ms: float = 0.0


async def measure(folder: Path, sizes: tuple[int, int], rounds: int) -> list[Number]:
    """Rounds of polls, small and large in turn, so that the machine's moods touch both alike."""
    begin = datetime.now(UTC)
    with running("worlds.site", begin.isoformat()) as address:
        async with AsyncExitStack() as stack:
            places = [await stack.enter_async_context(open_place(folder, size, begin, address)) for size in sizes]
            for place in places:
                await one_round(place, begin, measured=False)
            bootstrap.freeze_startup_objects()  # as the bot does when it starts
            for _ in range(rounds):
                for place in places:
                    await one_round(place, begin, measured=True)
    return numbers(*places)


def numbers(small: Place, large: Place) -> list[Number]:
    """The promises of the issue."""
    ratios = [big / little for big, little in zip(large.cpu_ms, small.cpu_ms, strict=True)]
    return [
        number(f"CPU a poll at {small.posts:,} posts", "ms", small.cpu_ms, at_most=2.5),
        number(f"CPU a poll at {large.posts:,} posts", "ms", large.cpu_ms),
        number("large / small", "times", ratios, at_most=1.8),
        *[
            number(f"event loop held at {place.posts:,} posts", "ms", place.held_ms, at_most=50, worst=True)
            for place in (small, large)
        ],
        *[
            number(f"of it our own CPU at {place.posts:,} posts", "ms", place.held_cpu_ms)
            for place in (small, large)
        ],
    ]


@asynccontextmanager
async def open_place(folder: Path, posts: int, begin: datetime, address: str) -> AsyncIterator[Place]:
    """Seed a database of that many posts and open the application on it."""
    path = folder / f"{posts}.db"
    watches = posts // PAGE_SIZE
    await asyncio.to_thread(seed, path, watches=watches, begin=begin, subscriptions=watches)
    async with place_on(url_of(path), folder, posts, f"{address}/{posts}") as place:
        yield place


@asynccontextmanager
async def place_on(url: str, folder: Path, posts: int, pages: str) -> AsyncIterator[Place]:
    """Open the application on a database of that many posts. ``pages``: address of pages that it alone reads."""
    settings = make_settings(
        folder,
        database={"url": url},
        sources={"trendpage": {"url": f"{pages}/{{topic}}"}, "mastodon": {"enabled": False}},
    )
    async with app.open_services(settings) as services:
        yield Place(posts, url, services)


async def one_round(place: Place, begin: datetime, *, measured: bool) -> None:
    """Poll all the chosen watches once."""
    await asyncio.to_thread(make_due, place.url, place.polled, begin)
    async with watched_loop() as holds:
        before = time.process_time()
        report = await place.services.poller.poll_due(due_by=begin)
        spent = time.process_time() - before
    if measured:
        _must_be_real(report, len(place.polled))
        place.cpu_ms.append(spent * 1000 / report.polled)
        place.held_ms.append(holds.wall_ms)
        place.held_cpu_ms.append(holds.cpu_ms)


def _must_be_real(report: PollReport, polls: int) -> None:
    """A number about polls that found nothing to do would be a lie."""
    if (report.polled, report.new_posts, report.failed) != (polls, polls, 0) or not report.changed_posts:
        msg = f"the round was not what it should be: {report}"
        raise RuntimeError(msg)


@asynccontextmanager
async def watched_loop() -> AsyncIterator[Holds]:
    """Tick, and see how late each tick comes."""
    holds = Holds()
    ticking = asyncio.create_task(_tick(holds))
    await asyncio.sleep(0)
    try:
        yield holds
    finally:
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking


async def _tick(holds: Holds) -> None:
    while True:
        wall, cpu = time.perf_counter(), time.thread_time()
        await asyncio.sleep(TICK_S)
        holds.wall_ms = max(holds.wall_ms, (time.perf_counter() - wall - TICK_S) * 1000)
        holds.cpu_ms = max(holds.cpu_ms, (time.thread_time() - cpu) * 1000)
