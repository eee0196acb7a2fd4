"""Days of the bot with many topics at one pace: sources, plans, commits and database as they run, on a made clock.

What is counted is what was decided and put into the outbox. Discord, and the delivery to it, is left out.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.core.alerting.policy import PollPolicy
from bot.core.models import (
    ChannelId,
    FetchRequest,
    FetchResult,
    GuildId,
    Network,
    NewSubscription,
    Post,
    Snapshot,
    SourceName,
    SubscriptionSettings,
    TopicKey,
    UserId,
)
from bot.core.pace.threshold import most_a_day
from bot.core.text import make_topic
from bot.polling.poller import Poller
from bot.storage.opening import open_storage
from tests.bench.report import machine
from tests.inspection import Inspect, url_of

from .topics import DAY_H, KINDS, Kind, MadePost, made_posts

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
PAGE_HIGHEST, PAGE_NEWEST = 15, 10
"""A page shows so many of the highest posts of a day, and of the newest ones."""
_TOKYO: Final = timedelta(hours=9)
"""Subscriptions in Japanese count the days of Tokyo."""


@dataclass(slots=True)
class MadeTopic:
    """A topic, its kind, and its posts of all days."""

    name: str
    kind: Kind
    posts: list[MadePost]
    begin: int = 0
    """The first of its posts that is not too old to be shown."""

    def page(self, at_h: float, now: datetime) -> tuple[Post, ...]:
        """The posts that its page shows now."""
        while self.begin < len(self.posts) and self.posts[self.begin].born_h < at_h - DAY_H:
            self.begin += 1
        live: list[tuple[int, int]] = []
        for index in range(self.begin, len(self.posts)):
            if self.posts[index].born_h > at_h:
                break
            live.append((self.posts[index].rp(at_h), index))
        shown = dict.fromkeys([*sorted(live, reverse=True)[:PAGE_HIGHEST], *live[-PAGE_NEWEST:]])
        return tuple(self._post(index, rp, at_h, now) for rp, index in shown)

    def _post(self, index: int, rp: int, at_h: float, now: datetime) -> Post:
        name = f"{self.name}-{index}"
        written = now - timedelta(hours=at_h - self.posts[index].born_h)
        return Post(network=Network.X, canonical_id=name, text=f"投稿 {name}", rp=rp, created_at=written)


@dataclass(slots=True)
class MadeSource:
    """A trend page of made topics, which answers at once."""

    topics: dict[TopicKey, MadeTopic]
    name: SourceName = SourceName.TRENDPAGE
    network: Network = Network.X
    can_recheck: bool = False
    costs_money: bool = False
    target_templates: tuple[str, ...] = ("",)
    asked: Counter[str] = field(default_factory=Counter)

    def describe_request(self, request: FetchRequest) -> str:
        """The topic."""
        return request.topic.name

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        """The page of a topic."""
        at_h = (now - START) / timedelta(hours=1)
        posts = self.topics[request.topic.key].page(at_h, now)
        self.asked[request.topic.name] += 1
        return FetchResult(self.name, posts, Snapshot(observed_at=now))


async def run(days: int, topics: int, pace: int, look_min: int, seed: int) -> int:
    """Simulate and print the alerts of each topic, by day, as JSON; 1 where a day had more than it may."""
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="kawaraban-month-") as folder:
        found = await _simulate(Path(folder), days, topics, pace, look_min, seed)
    counts = [count for one in found.values() for count in one["alerts_by_day"][1:]]
    near = sum(0.7 * pace <= count <= 1.3 * pace for count in counts)
    summary: dict[str, Any] = {
        "machine": machine(),
        "seed": seed,
        "days": days,
        "topics": topics,
        "pace": pace,
        "minutes_between_polls": look_min,
        "cpu_s": round(time.process_time() - began, 1),
        "days_within_30_pct_after_the_first": round(near / len(counts), 3) if counts else None,
        "most_on_a_day": max(counts, default=0),
        "alerts_on_a_day": dict(sorted(Counter(counts).items())),
        "by_topic": found,
    }
    sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return int(max(counts, default=0) > most_a_day(pace))


async def _simulate(
    folder: Path, days: int, topics: int, pace: int, look_min: int, seed: int
) -> dict[str, dict[str, Any]]:
    made = [_topic(number, days, seed) for number in range(topics)]
    source = MadeSource({make_topic(one.name).key: one for one in made})
    now = START
    url = url_of(folder / "month.db")
    storage = await open_storage(url)
    try:
        for number, one in enumerate(made):
            await storage.subscriptions.subscribe(_wish(one.name, number, pace), now, now)
        every = timedelta(minutes=look_min)
        policy = PollPolicy(interval=every, fixed_interval=True, default_min_rp={SourceName.TRENDPAGE: 100})
        poller = Poller(storage, {SourceName.TRENDPAGE: source}, {SourceName.TRENDPAGE: policy}, clock=lambda: now)
        while now < START + timedelta(days=days):
            await poller.poll_due(due_by=now)
            now += every
    finally:
        await storage.close()
    by_day = _by_day(url)
    return {
        one.name: {
            "kind": one.kind.name,
            "polls": source.asked[one.name],
            # From the second midnight of Tokyo on days are whole.
            "alerts_by_day": [by_day[number, day] for day in range(days)],
        }
        for number, one in enumerate(made)
    }


def _topic(number: int, days: int, seed: int) -> MadeTopic:
    kind = KINDS[number % len(KINDS)]
    return MadeTopic(f"話題{number:03}", kind, made_posts(kind, days, seed * 1_000 + number))


def _wish(name: str, number: int, pace: int) -> NewSubscription:
    return NewSubscription(
        guild_id=GuildId(1),
        channel_id=ChannelId(100 + number),
        topic=make_topic(name),
        created_by=UserId(3),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 5}, pace=pace),
    )


def _by_day(url: str) -> Counter[tuple[int, int]]:
    """Alerts by number of the topic and day in Tokyo; the first day began nine hours before the simulation."""
    found: Counter[tuple[int, int]] = Counter()
    first = (START + _TOKYO).date()
    for channel, decided in Inspect(url)("SELECT channel_id, decided_at FROM alerts WHERE held IS NULL"):
        day = (datetime.fromtimestamp(decided / 1e6, UTC) + _TOKYO).date()
        found[channel - 100, (day - first).days] += 1
    return found
