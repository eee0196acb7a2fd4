"""What a poll costs over PostgreSQL beside SQLite: the same polls, in turn, on a server of its own with fsync."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from bot import bootstrap
from bot.storage.postgres.migrate import prepare
from tests.bench.worlds.pages import PAGE_SIZE
from tests.bench.worlds.seed import fill
from tests.inspection import Inspect
from tests.postgres_server import Server, running_server

from .child import running
from .poll import Place, one_round, open_place, place_on
from .report import Number, number
from .server_cpu import server_cpu_s

_SETTINGS: Final = ("shared_buffers=128MB",)


@dataclass(slots=True)
class _Spent:
    """What the rounds showed beside our own CPU."""

    server_ms: list[float] = field(default_factory=list)
    polls_a_second: list[float] = field(default_factory=list)


async def measure(folder: Path, posts: int, rounds: int) -> list[Number]:
    """Rounds of polls, SQLite and PostgreSQL in turn, so that other work of the machine slows both."""
    begin = datetime.now(UTC)
    with running("worlds.site", begin.isoformat()) as address, running_server(_SETTINGS) as server:
        async with AsyncExitStack() as stack:
            file = await stack.enter_async_context(open_place(folder, posts, begin, address))
            url = await asyncio.to_thread(_seeded, server, posts, begin)
            remote = await stack.enter_async_context(place_on(url, folder, posts, f"{address}/server"))
            for place in (file, remote):
                await one_round(place, begin, measured=False)
            bootstrap.freeze_startup_objects()
            spent = {id(file): _Spent(), id(remote): _Spent()}
            for _ in range(rounds):
                for place in (file, remote):
                    await _timed_round(place, begin, server, spent[id(place)])
    return _numbers(file, remote, spent[id(file)], spent[id(remote)])


def _seeded(server: Server, posts: int, begin: datetime) -> str:
    """URL of a database like that of ``seed``, with statistics."""
    url, watches = server.new_database("bench"), posts // PAGE_SIZE
    prepare(url, may_migrate=True)
    with Inspect(url).transaction() as tx:
        fill(tx, watches=watches, begin=begin, subscriptions=watches)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute("VACUUM ANALYZE")
    return url


async def _timed_round(place: Place, begin: datetime, server: Server, spent: _Spent) -> None:
    cpu_s, started = server_cpu_s(server), time.perf_counter()
    await one_round(place, begin, measured=True)
    polls = len(place.polled)
    spent.polls_a_second.append(polls / (time.perf_counter() - started))
    spent.server_ms.append((server_cpu_s(server) - cpu_s) * 1000 / polls)


def _numbers(file: Place, remote: Place, of_file: _Spent, of_remote: _Spent) -> list[Number]:
    ratios = [theirs / ours for theirs, ours in zip(remote.cpu_ms, file.cpu_ms, strict=True)]
    return [
        number(f"SQLite: our CPU a poll at {file.posts:,} posts", "ms", file.cpu_ms),
        number(f"PostgreSQL: our CPU a poll at {file.posts:,} posts", "ms", remote.cpu_ms),
        number("PostgreSQL / SQLite", "times", ratios),
        number("PostgreSQL: the server's CPU a poll", "ms", of_remote.server_ms),
        number("SQLite: polls", "a second", of_file.polls_a_second),
        number("PostgreSQL: polls", "a second", of_remote.polls_a_second),
    ]
