"""What digests cost: to read and decide one of many big topics."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import app, bootstrap
from bot.core.digest.decision import decide_digest
from bot.core.models import (
    ChannelId,
    Digest,
    DigestSettings,
    GuildId,
    Period,
    Recurrence,
    Schedule,
    SourceName,
    TopicKey,
    TopicPeriod,
    UserId,
)
from bot.core.text import make_topic
from bot.services.digest_runner import CANDIDATES
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.readings import readings_bytes
from bot.storage.stores import Storage
from tests.bench.worlds.morning import many_at_once
from tests.bench.worlds.pages import topic_name
from tests.bench.worlds.seed import new_database
from tests.conftest import make_settings

from .poll import watched_loop
from .report import Number, number

MORNINGS = 1
"""A minute each, and a thousand digests vary little."""
TOPICS, POSTS = 10, 10_000
SOURCES = {"trendpage": 0.7, "mastodon": 0.5}
"""Shares of a topic's posts that a source saw: every fifth was seen by both."""
OLD = 0.3
"""Share of the posts that were known before the period, and grew in it."""
END = datetime(2026, 11, 22, 23, tzinfo=UTC)
PERIOD = Period(END - timedelta(days=1), END)
Row = tuple[object, ...]


async def measure(folder: Path, rounds: int) -> list[Number]:
    """What the issue promises of digests."""
    return [*await one_digest(folder, rounds), *await many_at_once(folder, MORNINGS)]


# -- one digest of big topics ----------------------------------------------------------------------------


async def one_digest(folder: Path, rounds: int) -> list[Number]:
    """Read and decide one digest again and again."""
    path = folder / "digests.db"
    await asyncio.to_thread(seed, path)
    settings = make_settings(folder, database={"url": f"sqlite:///{path}"})
    cpu_ms, held_ms, held_cpu_ms = [], [], []
    async with app.open_services(settings) as services:
        digest = await _digest(services.storage)
        await decided(services.storage, digest)
        bootstrap.freeze_startup_objects()  # as the bot does when it starts
        for _ in range(rounds):
            async with watched_loop() as holds:
                before = time.process_time()
                await decided(services.storage, digest)
                cpu_ms.append((time.process_time() - before) * 1000)
            held_ms.append(holds.wall_ms)
            held_cpu_ms.append(holds.cpu_ms)
    what = f"a digest of {TOPICS} topics with {POSTS:,} posts each"
    return [
        number(f"CPU of {what}", "ms", cpu_ms, at_most=150),
        number(f"event loop held by {what}", "ms", held_ms, at_most=50, worst=True),
        number("of it our own CPU", "ms", held_cpu_ms),
    ]


async def decided(storage: Storage, digest: Digest) -> None:
    """As the digest service does: one topic after the other, then the channel, then what is told of them."""
    found = [
        await storage.periods.topic_period(topic.key, PERIOD, limit=CANDIDATES) for topic in digest.settings.topics
    ]
    posts = {one.stored.post.key for period in found for one in period.posts}
    channel = await storage.periods.channel_period(digest.guild_id, digest.channel_id, PERIOD, posts)
    content = decide_digest(digest, PERIOD, found, channel, END)
    for period, topic in zip(found, content.topics, strict=True):
        _must_be_real(period)
        if len(topic.posts) != digest.settings.top:
            raise RuntimeError(f"{topic.topic.name} tells of {len(topic.posts)} posts")


async def _digest(storage: Storage) -> Digest:
    topics = tuple(make_topic(topic_name(number)) for number in range(TOPICS))
    schedule = Schedule(Recurrence.DAILY, "0 8 * * *", "Asia/Tokyo")
    wanted = DigestSettings(ChannelId(1), "朝刊", schedule, "ja", topics, sources=(SourceName.TRENDPAGE,))
    return await storage.digests.create(GuildId(1), UserId(1), wanted, END, PERIOD.start)


def _must_be_real(period: TopicPeriod) -> None:
    """A number about periods that held nothing would be a lie."""
    grown = [one for one in period.posts if one.gained]
    if len(grown) != CANDIDATES or period.is_all or not POSTS * 0.6 < period.new_posts < POSTS * 0.8:
        msg = f"the period was not what it should be: {period.new_posts} new, {len(grown)} told"
        raise RuntimeError(msg)


# -- the database ----------------------------------------------------------------------------------------


def seed(path: Path) -> None:
    """Topics whose posts were all seen or grew in the period, most of them little, as posts do."""
    with new_database(path) as connection:
        for topic in range(TOPICS):
            _seed_topic(connection, topic, random.Random(topic))


def _seed_topic(connection: Tx, topic: int, dice: random.Random) -> None:
    connection.execute("INSERT INTO topics VALUES (?, ?)", (_key(topic), topic_name(topic)))
    watches: dict[str, int] = {}
    for place, source in enumerate(SOURCES):
        watches[source] = topic * len(SOURCES) + place + 1
        connection.execute(
            "INSERT INTO watches (id, source, topic_key, operator, next_poll_at, last_ok_at) "
            "VALUES (?, ?, ?, 1, ?, ?)",
            (watches[source], source, _key(topic), _us(END + timedelta(days=365)), _us(END)),
        )
    posts, bodies = [], []
    for watch_id, post_key, polls in _seen(watches, topic, dice):
        first, (last, rp) = polls[0][0], polls[-1]
        published_at = first - 60_000_000
        posts.append(
            (watch_id, post_key, rp, last, rp, published_at, first, last, post_key, readings_bytes(polls))
        )
        bodies.append((watch_id, post_key, '{"text":"' + "データセンターの話題です。" * 8 + '"}'))
    connection.executemany(
        "INSERT INTO posts "
        "(watch_id, post_key, rp, rp_at, max_rp, created_at, first_seen_at, updated_at, source_id, digest, "
        "readings) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'seeded', ?)",
        sorted(posts),
    )
    connection.executemany("INSERT INTO post_bodies VALUES (?, ?, ?)", sorted(bodies))


def _seen(
    watches: dict[str, int], topic: int, dice: random.Random
) -> Iterator[tuple[int, str, list[tuple[int, int]]]]:
    """Each post under the watches that saw it, with the times it was looked at and its RP then."""
    begin, day = _us(PERIOD.start), 86_400 * 1_000_000
    for serial in range(POSTS):
        post_key = f"x:{topic * POSTS + serial:019}"
        is_old = serial < POSTS * OLD
        first = begin - dice.randrange(1, 2 * day) if is_old else begin + dice.randrange(120_000_000, day - 1)
        later = sorted(dice.randrange(max(first, begin) + 1, begin + day) for _ in range(3))
        rps = sorted(int(dice.paretovariate(0.9)) for _ in range(4))
        polls = list(zip([first, *later], rps, strict=True))
        seen_by = [watch for source, watch in watches.items() if dice.random() < SOURCES[source]]
        for watch_id in seen_by or [next(iter(watches.values()))]:
            yield watch_id, post_key, polls


def _key(topic: int) -> TopicKey:
    return make_topic(topic_name(topic)).key


def _us(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
