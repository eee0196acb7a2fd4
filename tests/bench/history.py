"""What 90 days of topics weigh: filled as polls fill it, pruned each day as the bot does, weighed page by page.

Each topic has a trend page (counts, and a volume every 5 minutes) and a timeline (counts). One topic of ten, or
each, is lively, with 20 new posts a day: 14 whose RP never changes, 5 that change six times in two days, one that
changes every 40 minutes for two days and then every 6 hours. The others have 6: 5 that never change, one that
changes six times. Posts go after 30 days without change, as by default.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.core.models import SourceName
from bot.core.text import make_topic
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.readings import READING_BYTES, readings_bytes
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage

from .report import Number, number

TOPICS: Final = 10
"""Topics that are filled; weights are given for 1,000."""
DAYS: Final = 90
WANTED_MB: Final = 200.0
_BEGIN: Final = datetime(2026, 8, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_KEEP_POSTS: Final = timedelta(days=30)
_TABLES: Final = ("post_counts", "snapshots")
_SIX: Final = tuple(timedelta(hours=8 * number) for number in range(1, 7))
_HOT: Final = (
    *(timedelta(minutes=40 * number) for number in range(1, 73)),
    *(timedelta(hours=48 + 6 * number) for number in range(1, 21)),
)
_LIVELY: Final = ((14, ()), (5, _SIX), (1, _HOT))
_ORDINARY: Final = ((5, ()), (1, _SIX))
_LIVELY_OF: Final = 10
_COUNT = """
INSERT INTO post_counts (watch_id, start, span, seen_s, posts, people, bots, cut) VALUES (?, ?, 1, 900, ?, ?, ?, 0)
"""
_SNAPSHOT = """
INSERT INTO snapshots (watch_id, observed_at, volume, male_pct, female_pct, audience_group)
VALUES (?, ?, ?, 60, 40, ?)
"""
_POST = """
INSERT INTO posts (watch_id, post_key, rp, rp_at, max_rp, first_seen_at, updated_at, digest, readings)
VALUES (?, ?, ?, ?, ?, ?, ?, 'd', ?)
"""


async def measure(folder: Path, topics: int = TOPICS) -> list[Number]:
    """The weights of the history of 1,000 topics: with one lively topic of ten, and with lively ones alone."""
    found: list[Number] = []
    for name, lively_of in (("one of ten lively", _LIVELY_OF), ("all lively", 1)):
        path = folder / f"history{lively_of}.db"
        await _filled(path, topics, lively_of)
        found += _weighed(path, topics, name)
    return found


async def _filled(path: Path, topics: int, lively_of: int) -> None:
    storage = await open_sqlite(f"sqlite:///{path}")
    try:
        pages, timelines = await _watched(storage, topics)
        lively = frozenset(pages[::lively_of])
        chance = random.Random(1)
        for day in range(DAYS):
            at = _BEGIN + day * _DAY
            await storage.database.write(
                lambda tx, at=at: _fill(tx, pages, timelines, lively, at, chance)  # type: ignore[misc]
            )
            await storage.maintenance.prune(at + _DAY, keep_posts=_KEEP_POSTS)
    finally:
        await storage.close()


async def _watched(storage: Storage, topics: int) -> tuple[list[int], list[int]]:
    """The operator's watches of the topics: of pages, and of timelines."""
    wanted = [
        (source, make_topic(f"topic number {n}"), target)
        for n in range(topics)
        for source, target in ((SourceName.TRENDPAGE, None), (SourceName.MASTODON, "https://social.example"))
    ]
    await storage.watches.add(wanted, _BEGIN)
    pages: list[int] = []
    timelines: list[int] = []
    for n in range(topics):
        for watch in await storage.trends.topic_watches(make_topic(f"topic number {n}").key):
            (pages if watch.source is SourceName.TRENDPAGE else timelines).append(watch.id)
    return pages, timelines


def _fill(
    tx: Tx, pages: list[int], timelines: list[int], lively: frozenset[int], day: datetime, chance: random.Random
) -> None:
    """A day of polls."""
    first = int(day.timestamp()) // 900
    for watch in (*pages, *timelines):
        posts = [chance.randint(0, 90) for _ in range(96)]
        tx.executemany(
            _COUNT, [(watch, first + n, count, count * 4 // 5, count // 20) for n, count in enumerate(posts)]
        )
    begin = int(day.timestamp() * 1_000_000)
    for watch in pages:
        tx.executemany(
            _SNAPSHOT,
            [
                (watch, begin + n * 300_000_000 + chance.randint(0, 9**6), 9_000 + n, "men in their 30s")
                for n in range(288)
            ],
        )
        _fill_posts(tx, watch, day, chance, lively=watch in lively)


def _fill_posts(tx: Tx, watch: int, day: datetime, chance: random.Random, *, lively: bool) -> None:
    """The posts of a day, with all that they will be read with: what is later than now is as good as read then."""
    for count, changes in _LIVELY if lively else _ORDINARY:
        for _ in range(count):
            born = day + timedelta(seconds=chance.randint(0, 86_399))
            key = f"x:{chance.randint(2 * 10**18, 3 * 10**18)}"
            readings = [
                (int((born + after).timestamp() * 1_000_000), 3 * n)
                for n, after in enumerate((timedelta(), *changes))
            ]
            newest = readings[-1]
            values = (watch, key, newest[1], newest[0], newest[1], readings[0][0], newest[0])
            tx.execute(_POST, (*values, readings_bytes(readings)))


def _weighed(path: Path, topics: int, name: str) -> Iterator[Number]:
    database = sqlite3.connect(path)
    total = 0.0
    for table, rows, size in [*_tables(database), _readings(database)]:
        weight = size / topics * 1_000 / 1_000_000
        total += weight
        yield number(f"1,000 topics, {name}, {DAYS} days: {table}", "MB", [weight])
        yield number(f"{name}: rows a topic: {table}", "rows", [rows / topics])
    yield number(f"1,000 topics, {name}, {DAYS} days: all", "MB", [total], at_most=WANTED_MB)
    database.close()


def _tables(database: sqlite3.Connection) -> Iterator[tuple[str, int, float]]:
    for table in _TABLES:
        (size,) = database.execute("SELECT sum(pgsize) FROM dbstat WHERE name = ?", (table,)).fetchone()
        (rows,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own names
        yield table, rows, size


def _readings(database: sqlite3.Connection) -> tuple[str, float, float]:
    """The readings' share of what the table of posts takes."""
    pages, used = database.execute("SELECT sum(pgsize), sum(payload) FROM dbstat WHERE name = 'posts'").fetchone()
    (taken,) = database.execute("SELECT sum(length(readings)) FROM posts").fetchone()
    return "readings", taken / READING_BYTES, pages * taken / used
