"""Wall time of the stores' hot works beside a million watches, and PostgreSQL's plans of their statements."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.core.models import (
    Actor,
    ChannelId,
    DueWatch,
    GuildId,
    MessageId,
    Network,
    NewSubscription,
    OutboxEntry,
    Post,
    PostKey,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
    Viewer,
)
from bot.core.text import make_topic
from bot.storage.postgres.session import Session
from bot.storage.stores import Storage
from tests.bench.report import Number, number
from tests.bench.worlds import bulk
from tests.recording import RecordingDatabase, Statement
from tests.storage.world import alert, change, plan

from .plans import Explained, explained

T = TypeVar("T")

CLAIMED: Final = 20
"""Watches of a claim: the poller's concurrency."""
PAGE: Final = 20
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Works:
    """Times of the works by name, in ms, and a sample of the statements of each."""

    storage: Storage
    recording: RecordingDatabase
    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statements: dict[str, list[Statement]] = field(default_factory=dict)

    @classmethod
    def over(cls, storage: Storage) -> Works:
        """Works on a database."""
        recording = RecordingDatabase(storage.database)
        return cls(Storage.over(recording), recording)

    async def timed(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        """Run a work, timed."""
        self.recording.ran.clear()
        began = time.perf_counter()
        found = await work()
        self.ms[name].append(1000 * (time.perf_counter() - began))
        self.statements[name] = list(self.recording.ran)
        return found

    def numbers(self, label: str) -> list[Number]:
        """Median and spread of each work."""
        return [number(f"{label}: {name}", "ms", times) for name, times in self.ms.items()]


async def run(works: Works, rounds: int, size: bulk.Size) -> None:
    """Rounds of all works, each on other watches, servers and channels."""
    now = bulk.BEGIN + _DAY
    await works.storage.watches.claim_due(now, limit=1, lease_s=60)  # the first one looks at every watch
    for round_ in range(rounds):
        await _polls(works, now, size)
        await _people(works, now, round_, size)
        await _delivery(works, now, round_)
    for _ in range(min(rounds, 3)):
        await works.timed("count of watches by host (every 5 minutes)", works.storage.watches.host_loads)
        await works.timed("entries that wait, counted (every minute)", works.storage.trends.waiting)
        await works.timed("totals of /status", works.storage.trends.totals)
        await works.timed("next time anything may be sent", works.storage.entries.next_send_at)


async def _polls(works: Works, now: datetime, size: bulk.Size) -> None:
    storage = works.storage
    due = await works.timed(
        f"claim of {CLAIMED} watches",
        lambda: storage.watches.claim_due(now, limit=CLAIMED, lease_s=60, lease_hosts=True),
    )
    await works.timed(
        f"renewal of {CLAIMED} claims",
        lambda: storage.watches.renew([each.watch for each in due], now, lease_s=60),
    )
    for each in due:
        await _poll(works, each, now, size)


async def _poll(works: Works, due: DueWatch, now: datetime, size: bulk.Size) -> None:
    watch, storage = due.watch, works.storage
    first = size.first_post(watch.id)
    known = [_post(first + each) for each in range(size.posts_a_watch)]
    fresh = [_post(9_000_000_000 + watch.id * PAGE + each) for each in range(PAGE - size.posts_a_watch)]
    keys: list[PostKey] = [each.key for each in (*known, *fresh)]
    state = await works.timed("state of a poll", lambda: storage.polls.state(watch, keys, now))
    seen = [change(known[0], new=False), *(change(each) for each in fresh[:2])]
    if watch.id % 4:
        await works.timed("commit of a poll", lambda: storage.polls.commit(plan(state, at=now, changes=seen)))
        return
    [listener] = state.listeners
    subscription = await storage.subscriptions.get(listener.subscription_id)
    assert isinstance(subscription, Subscription)
    decided = plan(state, at=now, changes=seen, alerts=[alert(subscription, fresh[0])])
    await works.timed("commit of a poll with an alert", lambda: storage.polls.commit(decided))


async def _people(works: Works, now: datetime, round_: int, size: bulk.Size) -> None:
    storage, person = works.storage, UserId(1)
    guild = GuildId(round_ * 37 % (size.watches // 100) + 1)
    await works.timed("list of a server's 100 subscriptions", lambda: storage.subscriptions.listed(guild))
    await works.timed("deliveries of a server", lambda: storage.deliveries.of_guild(guild))
    wanted = NewSubscription(
        guild_id=guild,
        channel_id=ChannelId(bulk.FIRST_CHANNEL * 9 + round_),
        topic=make_topic(f"topic-{bulk.FIRST_POST + round_ * 1000 + 5}"),
        created_by=person,
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    made = await works.timed("subscribe", lambda: storage.subscriptions.subscribe(wanted, now, now))
    await works.timed("unsubscribe", lambda: storage.subscriptions.unsubscribe(made.id, now))
    key = _post(size.first_post(round_ * 500 + 1)).key
    channel = ChannelId((round_ * 500 + 1) // 10 + bulk.FIRST_CHANNEL)
    await works.timed("why was a post sent", lambda: storage.post_history.of_post(guild, channel, key, now))
    await works.timed(
        "find a post by its address", lambda: storage.lookup.find_posts(key.partition(":")[2], guild)
    )
    followed = frozenset(ChannelId(guild * 10 - 10 + each + bulk.FIRST_CHANNEL) for each in range(10))
    viewer = Viewer(guild, followed)
    await works.timed("suggested topics", lambda: storage.trends.suggest_topics("topic-10000", viewer))
    await works.timed(
        "hide a post",
        lambda: storage.moderation.hide(guild, key, actor=Actor("user:3"), why=None, now=now),
    )


async def _delivery(works: Works, now: datetime, round_: int) -> None:
    storage = works.storage
    waiting = await works.timed("entries that wait (200 channels)", lambda: storage.entries.waiting(now))
    for place, entries in enumerate(list(waiting.values())[:5]):
        await _send(works, MessageId(f"scale-{round_}-{place}-{time.time_ns()}"), entries, now)
    await works.timed("claim of sealed messages", lambda: storage.messages.claim(now, limit=20, lease_s=60))


async def _send(works: Works, name: MessageId, entries: list[OutboxEntry], now: datetime) -> None:
    storage = works.storage
    await works.timed("seal of a message", lambda: storage.entries.seal(name, entries, now, lease_s=60))
    await works.timed("begin of a try (fsync)", lambda: storage.messages.begin_try(name, now))
    await works.timed("confirmation", lambda: storage.messages.confirm(name, time.time_ns(), now))


def _post(number_: int) -> Post:
    url = bulk.address(number_)
    return Post(
        network=Network.WEB,
        canonical_id=url,
        text="新しい版画の展示が東京の美術館で始まりました。",
        rp=150,
        url=url,
        created_at=bulk.BEGIN,
    )


def explain(url: str, works: Works) -> dict[str, list[Explained]]:
    """Plans of the statements of each work, taken back."""
    with closing(Session(url)) as session:
        session.connect()
        found: dict[str, list[Explained]] = {}
        for name, statements in works.statements.items():
            once = {each.sql: each for each in statements}
            plans = (explained(session, each) for each in once.values())
            found[name] = [each for each in plans if each is not None]
        return found
