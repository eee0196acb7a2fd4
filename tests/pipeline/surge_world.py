"""A topic with a week of counts behind it, for surges through real polls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.models import CountState, PostCount, TopicKey, Watch
from bot.core.models.counts import BIN, HOUR
from bot.core.surge.totals import RollingTotal, TotalPart
from bot.storage.stores import Storage

PER_BIN = 10
"""Posts of a quarter of an hour that are usual, at every hour of the day."""
WEEK = timedelta(days=7)


async def watch_of(storage: Storage, topic: TopicKey) -> Watch:
    """The one watch of a topic."""
    [watch] = await storage.trends.topic_watches(topic)
    return watch


async def remember_a_week(
    storage: Storage, watch: Watch, now: datetime, *, people: bool = False, total: bool = False
) -> None:
    """Store a quiet week of counts of a watch, until now."""
    await storage.post_counts.add(watch.id, week_before(now, people=people))
    state = CountState(until=now)
    if total:
        parts = tuple(
            TotalPart((now - number * BIN).timestamp(), BIN.total_seconds(), PER_BIN)
            for number in range(95, -1, -1)
        )
        state = CountState(until=now, total=RollingTotal(now.timestamp(), 96.0 * PER_BIN, parts))
    await storage.post_counts.keep_state(watch.id, state)


def week_before(now: datetime, *, people: bool = False) -> Iterator[PostCount]:
    """Hours of a quiet week, and bins of its last hours. ``now``: the begin of an hour."""
    recent = now - 6 * HOUR
    for number in range(int(WEEK / HOUR) - 6):
        posts = 4 * PER_BIN
        yield PostCount(recent - (number + 1) * HOUR, HOUR, HOUR, posts, posts if people else None)
    for number in range(24):
        yield PostCount(recent + number * BIN, BIN, BIN, PER_BIN, PER_BIN if people else None)
