"""Space of a database after months of busy topics: ``python -m tests.bench.space [--days 90] [--topics 4 8]``.

The poller, its plans and commits, the pruning and the stores of delivery run as in the bot, on a made clock;
Discord is left out. Topics of each kind of ``pace.topics`` (80 to 1,200 posts a day) get texts of usual length;
two numbers of topics show that space grows with them by a line, from which the size with 1,000 topics follows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.core.alerting.policy import PollPolicy
from bot.core.models import FetchRequest, FetchResult, MessageId, SourceName
from bot.core.text import make_topic
from bot.polling.poller import Poller
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.bench.pace.month import START, MadeSource, MadeTopic
from tests.bench.pace.month import _topic as made_topic
from tests.bench.pace.month import _wish as wanted
from tests.bench.report import machine
from tests.inspection import Inspect, url_of

KEEP_POSTS: Final = timedelta(days=30)
PRUNE_EVERY: Final = timedelta(days=1)
TEXT: Final = (
    "橋のたもとの刷り場で朝の版が上がりました。"
    "読み売りの声が聞こえたら表に出てみてください、絵入りで二色刷りです。"
)
LARGEST_TABLES: Final = 8
_TABLES: Final = "SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC LIMIT ?"


class WordySource(MadeSource):
    """A trend page whose posts are as long as people's, with an author."""

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        """The page of a topic."""
        found = await super().fetch(request, now)
        posts = tuple(
            replace(
                post,
                text=f"{post.text} {TEXT}",
                url=f"https://x.com/kawara/status/{post.canonical_id}",
                author_name="瓦 太郎",
                author_handle="kawara",
                likes=(post.rp or 0) * 3,
            )
            for post in found.posts
        )
        return replace(found, posts=posts)


@dataclass(frozen=True, slots=True)
class Simulated:
    """Megabytes that are used and that the file has, by day, and of the largest tables and indexes at the end."""

    topics: int
    used_mb: Mapping[int, float]
    file_mb: Mapping[int, float]
    tables_mb: Mapping[str, float]
    rows: Mapping[str, int]
    cpu_s: float


async def simulate(
    folder: Path, days: int, topics: int, look_min: int, keep_posts: timedelta = KEEP_POSTS
) -> Simulated:
    """Run so many topics for so many days."""
    began, path = time.process_time(), folder / f"space{topics}.db"
    made: list[MadeTopic] = [made_topic(number, days, 1) for number in range(topics)]
    source = WordySource({make_topic(one.name).key: one for one in made})
    now, storage = START, await open_storage(url_of(path))
    used: dict[int, float] = {}
    size: dict[int, float] = {}
    try:
        for number, one in enumerate(made):
            await storage.subscriptions.subscribe(wanted(one.name, number, 5), now, now)
        every = timedelta(minutes=look_min)
        policy = PollPolicy(interval=every, fixed_interval=True, default_min_rp={SourceName.TRENDPAGE: 100})
        poller = Poller(storage, {SourceName.TRENDPAGE: source}, {SourceName.TRENDPAGE: policy}, clock=lambda: now)
        pruned_at = now
        while now < START + timedelta(days=days):
            await poller.poll_due(due_by=now)
            await _deliver(storage, now)
            if now - pruned_at >= PRUNE_EVERY:
                pruned_at = now
                await storage.maintenance.prune(now, keep_posts=keep_posts)
                day = (now - START).days
                if day % 10 == 0 or day == days - 1:
                    used[day] = round((await storage.maintenance.disk_usage()).used / 1e6, 2)
                    size[day] = round(path.stat().st_size / 1e6, 2)
            now += every
    finally:
        await storage.close()
    inspect = Inspect(url_of(path))
    tables = {str(name): round(bytes_ / 1e6, 2) for name, bytes_ in inspect(_TABLES, LARGEST_TABLES)}
    counted = ("posts", "alerts", "entries", "messages", "baselines")
    rows = {table: inspect(f"SELECT count(*) FROM {table}")[0][0] for table in counted}  # noqa: S608
    return Simulated(topics, used, size, tables, rows, round(time.process_time() - began, 1))


async def _deliver(storage: Storage, now: datetime) -> None:
    """Send everything that waits, each alone, as delivery records it."""
    for entries in (await storage.entries.waiting(now)).values():
        for entry in entries:
            message = MessageId(f"{entry.id:024x}")
            await storage.entries.seal(message, [entry], now, lease_s=60.0)
            await storage.messages.begin_try(message, now)
            await storage.messages.confirm(message, 10_000_000 + entry.id, now)


def _at(measured: Mapping[int, float], day: float) -> float:
    """The measurement nearest to a day."""
    return measured[min(measured, key=lambda one: abs(one - day))]


def report(found: Sequence[Simulated], days: int, look_min: int) -> dict[str, Any]:
    """The result as JSON: what was measured, and what 1,000 topics take by the line through both sizes."""
    small, large = found
    last = max(large.used_mb)
    a_topic = (large.used_mb[last] - small.used_mb[last]) / (large.topics - small.topics)
    return {
        "machine": machine(),
        "days": days,
        "minutes_between_polls": look_min,
        "keep_posts_days": KEEP_POSTS.days,
        "mb_a_topic": round(a_topic, 3),
        "mb_with_1000_topics": round(small.used_mb[last] + a_topic * (1_000 - small.topics)),
        "last_day_by_two_thirds": round(large.used_mb[last] / _at(large.used_mb, 2 * last / 3), 3),
        "simulated": [
            {
                "topics": one.topics,
                "used_mb": dict(one.used_mb),
                "file_mb": dict(one.file_mb),
                "largest_mb": dict(one.tables_mb),
                "rows": dict(one.rows),
                "cpu_s": one.cpu_s,
            }
            for one in found
        ],
    }


async def run(days: int, topics: Sequence[int], look_min: int) -> dict[str, Any]:
    """Simulate two numbers of topics."""
    with tempfile.TemporaryDirectory(prefix="kawaraban-space-") as folder:
        found = [await simulate(Path(folder), days, number, look_min) for number in topics]
    return report(found, days, look_min)


def main() -> None:
    """Print the result."""
    options = argparse.ArgumentParser()
    options.add_argument("--days", type=int, default=90)
    options.add_argument("--topics", type=int, nargs=2, default=(7, 14))
    options.add_argument("--minutes", type=int, default=60, help="simulated minutes between two polls of a topic")
    asked = options.parse_args()
    found = asyncio.run(run(asked.days, asked.topics, asked.minutes))
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
