"""1,000 digests due in the same minute, while polls go on: into the outbox, and from there to Discord."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

from bot import app, bootstrap
from bot.core.calendar import digest_schedule as schedules
from bot.core.models import ChannelId, DigestSettings, Schedule, SourceName, Topic, TopicKey
from bot.core.text import make_topic
from bot.gateway.client import TrendBot, point_at
from bot.services import Services
from bot.storage.sqlite.connection import open_sqlite
from tests.bench.fanout import TIMEOUT, floor_s
from tests.bench.poll import watched_loop
from tests.bench.report import Number, number
from tests.inspection import url_of
from tests.services.digest_rig import meanwhile

from .app_bench import connected, settings_for
from .far_discord import Arrived, FarDiscord, running_discord
from .seed import make_due
from .static_source import StaticSource, write_posts

LONE, BUSY, EACH = 750, 50, 5
"""Channels with one digest, channels with as many as their quota allows, and how many that is."""
CHANNELS, DIGESTS = LONE + BUSY, LONE + BUSY * EACH
TOPICS, POSTS, CHOSEN = 300, 200, 5
"""Topics to choose from (the n-th 1/n as often as the first), posts of each, topics of a digest."""
PAGES, PAGE, NEW = 200, 20, 2
"""Topics that are polled every second, posts on their pages, and new ones at each look."""
ALONE_S = 5.0
_NAME = re.compile(r"朝刊第(\d{4})号")


class LateClock:
    """The present, an hour ago until it is let go."""

    def __init__(self) -> None:
        self.behind = timedelta(hours=1)

    def __call__(self) -> datetime:
        return bootstrap.utc_now() - self.behind


@dataclass(frozen=True, slots=True)
class Office:
    """The database before the morning: everything is stored, nothing is due. ``reads``: of topics' periods."""

    path: Path
    services: Services
    static_source: StaticSource
    clock: LateClock
    chosen: frozenset[TopicKey]
    pages: tuple[Topic, ...]
    reads: Counter[TopicKey]


@dataclass(slots=True)
class Morning:
    """What was seen of one morning."""

    queued_s: float = 0.0
    queued_cpu_s: float = 0.0
    polls_per_s: float = 0.0
    polls_per_s_alone: float = 0.0
    held_ms: float = 0.0
    most_reads: int = 0
    missing: int = 0
    twice: int = 0
    refusals: int = 0
    sent_s: float = 0.0
    late_s: float = 0.0
    """The most that a channel's first digest came after its place in the outbox, at the pacer's speed."""


async def many_at_once(folder: Path, rounds: int) -> list[Number]:
    """Mornings, one after the other."""
    mornings = [await one_morning(folder / f"morning-{round_}.db") for round_ in range(rounds)]
    return list(_told(mornings))


async def one_morning(path: Path) -> Morning:
    """Queue all digests while polls go on, then send them."""
    with running_discord(CHANNELS) as discord:
        point_at(discord.api_base, discord.gateway_url)
        async with open_office(path, discord) as office:
            bootstrap.freeze_startup_objects()
            morning = Morning()
            await _queue(office, morning)
            await _send(office, discord, morning)
    return morning


# -- into the outbox -------------------------------------------------------------------------------------


async def _queue(office: Office, morning: Morning) -> None:
    office.clock.behind = timedelta(0)
    polling = Polling(office)
    await polling.speed_during(asyncio.sleep(0))  # the topics of the digests are due, too, an hour later
    morning.polls_per_s_alone = await polling.speed_during(asyncio.sleep(ALONE_S))
    began, cpu = time.monotonic(), time.process_time()
    async with watched_loop() as holds:
        morning.polls_per_s = await polling.speed_during(_make_all(office))
    morning.queued_cpu_s = time.process_time() - cpu
    morning.queued_s = polling.ended_at - began
    morning.held_ms = holds.wall_ms
    morning.most_reads = max(office.reads.values())
    if office.reads.keys() != office.chosen:
        msg = f"{len(office.reads)} topics were read, {len(office.chosen)} are in the digests"
        raise RuntimeError(msg)


async def _make_all(office: Office) -> None:
    made = await office.services.digests.runner.run_due()
    if made != DIGESTS:
        msg = f"{made} digests were made"
        raise RuntimeError(msg)


class Polling:
    """Polls of pages that change at each look: a round each second, as the scheduler ticks."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._rounds = 0
        self.ended_at = 0.0

    async def speed_during(self, work: Awaitable[object]) -> float:
        """Polls a second while something else is done."""
        polled, began = 0, time.monotonic()
        working = asyncio.ensure_future(work)
        working.add_done_callback(lambda _: setattr(self, "ended_at", time.monotonic()))
        while not working.done():
            tick = time.monotonic() + 1
            polled += await self._round()
            await asyncio.wait([working], timeout=max(0, tick - time.monotonic()))
        await working
        return polled / (time.monotonic() - began)

    async def _round(self) -> int:
        office, self._rounds = self._office, self._rounds + 1
        await asyncio.to_thread(_show_pages, office, self._rounds)
        await asyncio.to_thread(make_due, url_of(office.path), range(PAGES), office.clock())
        report = await office.services.poller.poll_due()
        if report.failed or report.new_posts != PAGES * NEW:
            msg = f"the polls were not what they should be: {report}"
            raise RuntimeError(msg)
        return report.polled


def _show_pages(office: Office, round_: int) -> None:
    for place, topic in enumerate(office.pages):
        first = 1_000_000 + place * 10_000 + round_ * NEW
        office.static_source.put_up(topic, write_posts(range(first, first + PAGE), office.clock()))


# -- to Discord ------------------------------------------------------------------------------------------


async def _send(office: Office, discord: FarDiscord, morning: Morning) -> None:
    began = time.monotonic()
    async with connected(TrendBot(office.services), discord):
        began = time.monotonic()
        async with asyncio.timeout(TIMEOUT * floor_s(DIGESTS, EACH)):
            while await office.services.storage.entries.next_send_at() is not None:  # noqa: ASYNC110 - it is in the database
                await asyncio.sleep(0.05)
        arrived = await discord.arrived()
        morning.refusals = await discord.refusals()
    counts = Counter(serial for message in arrived for serial in _NAME.findall(message.text))
    morning.missing, morning.twice = DIGESTS - len(counts), sum(counts.values()) - len(counts)
    morning.sent_s = max(message.at for message in arrived) - began
    morning.late_s = max(_behind_their_places(arrived, began))


def _behind_their_places(arrived: Sequence[Arrived], began: float) -> Iterator[float]:
    """How long after its turn each channel had its first digest: one of many must not hold up the others."""
    served: set[ChannelId] = set()
    for message in arrived:
        if message.channel not in served:
            served.add(message.channel)
            [serial] = _NAME.findall(message.text)
            yield message.at - began - floor_s(int(serial) + 1, 1)


# -- the evening before ----------------------------------------------------------------------------------


@asynccontextmanager
async def open_office(path: Path, discord: FarDiscord) -> AsyncIterator[Office]:
    """An hour ago: the digests are made, and their topics and the pages were looked at for the first time."""
    clock, static_source, reads = LateClock(), StaticSource(), Counter[TopicKey]()

    async def note(key: TopicKey, *_: object, **__: object) -> None:
        reads[key] += 1

    settings = settings_for(path)
    storage = await open_sqlite(settings.database.url)
    try:
        await storage.source_targets.set_sources({SourceName.TRENDPAGE: static_source.target_templates}, clock())
        counted = meanwhile(storage, "periods.topic_period", note)
        services = app.build_services(settings, counted, {SourceName.TRENDPAGE: static_source}, clock=clock)
        pages = tuple(make_topic(f"刷り場{number:03}") for number in range(PAGES))
        await storage.watches.add([(SourceName.TRENDPAGE, topic, "") for topic in pages], clock())
        chosen = await _make_digests(services, discord)
        for place, topic in enumerate(_topics()):
            static_source.put_up(topic, write_posts(range(place * POSTS, (place + 1) * POSTS), clock()))
        office = Office(path, services, static_source, clock, chosen, pages, reads)
        _show_pages(office, 0)
        await services.poller.poll_due()
        yield office
    finally:
        await storage.close()


async def _make_digests(services: Services, discord: FarDiscord) -> frozenset[TopicKey]:
    """Due at the last full minute, if it were now; returns the topics that were chosen."""
    dice, topics = random.Random(1), _topics()
    now, due = services.clock(), bootstrap.utc_now().replace(second=0, microsecond=0)
    schedule = schedules.daily(due.hour * 60 + due.minute, "UTC")
    chosen: set[TopicKey] = set()
    for serial, channel in enumerate(_channels_of(discord)):
        own = _some_of(topics, dice)
        chosen.update(topic.key for topic in own)
        settings = _settings(serial, channel, schedule, own)
        await services.storage.digests.create(discord.guild, discord.owner, settings, due, now)
    return frozenset(chosen)


def _settings(serial: int, channel: ChannelId, schedule: Schedule, topics: tuple[Topic, ...]) -> DigestSettings:
    return DigestSettings(
        channel_id=channel,
        name=f"朝刊第{serial:04}号",
        schedule=schedule,
        language="ja",
        topics=topics,
        sources=(SourceName.TRENDPAGE,),
    )


def _channels_of(discord: FarDiscord) -> list[ChannelId]:
    """The channel of each digest; those with many were there first, so that all of theirs are older."""
    busy = [channel for channel in discord.channels[:BUSY] for _ in range(EACH)]
    return [*busy, *discord.channels[BUSY:]]


def _topics() -> list[Topic]:
    return [make_topic(f"瓦版の話題{number:03}") for number in range(TOPICS)]


def _some_of(topics: Sequence[Topic], dice: random.Random) -> tuple[Topic, ...]:
    """Different ones; few topics are in everybody's mouth."""
    weights = list(accumulate(1 / place for place in range(1, len(topics) + 1)))
    found: dict[TopicKey, Topic] = {}
    while len(found) < CHOSEN:
        [topic] = dice.choices(topics, cum_weights=weights)
        found[topic.key] = topic
    return tuple(found.values())


# -- told ------------------------------------------------------------------------------------------------


def _told(seen: Sequence[Morning]) -> Iterator[Number]:
    """The promises of the issue, and what they cost."""
    what = f"{DIGESTS:,} digests of {CHOSEN} topics with {POSTS} posts each"
    yield number(f"{what}: queued after", "s", [one.queued_s for one in seen], at_most=30)
    yield number(f"{what}: CPU until then, polls too", "s", [one.queued_cpu_s for one in seen])
    yield number(f"{what}: a topic was read", "times", [one.most_reads for one in seen], at_most=1, worst=True)
    yield number(f"{what}: event loop held meanwhile", "ms", [one.held_ms for one in seen])
    yield number("polls meanwhile", "polls/s", [one.polls_per_s for one in seen])
    yield number("polls without digests", "polls/s", [one.polls_per_s_alone for one in seen])
    yield number("digests not told", "digests", [one.missing for one in seen], at_most=0, worst=True)
    yield number("digests told twice", "digests", [one.twice for one in seen], at_most=0, worst=True)
    yield number("sends of digests answered with 429", "requests", [one.refusals for one in seen], at_most=0)
    floor = floor_s(DIGESTS, EACH)
    yield number("all digests sent", "s", [one.sent_s for one in seen])
    yield number("all digests sent, wall / floor", "times", [one.sent_s / floor for one in seen], at_most=1.15)
    late = [one.late_s for one in seen]
    yield number("a channel's first digest, behind its turn", "s", late, at_most=0.15 * floor)
