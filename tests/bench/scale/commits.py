"""Commits of polls a second over a slow network: what it costs that writes wait for each other."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from bot.core.models import PollPlan, SourceName
from bot.core.text import make_topic
from bot.storage.opening import open_storage
from bot.storage.sql.database import Database, Transaction
from bot.storage.stores import Storage
from tests.bench.child import running
from tests.bench.report import Number, number
from tests.inspection import Inspect
from tests.postgres_server import Server, running_server
from tests.storage.world import change, plan, post

T = TypeVar("T")

DATABASES: Final = 4
COMMITS: Final = 25
"""Of each database, in a round."""
DELAY_S: Final = 0.001


class _Alone:
    """A database none of whose writes runs beside another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def write(self, work: Transaction[T], *, durable: bool = True, alone: bool = True) -> T:
        del alone
        return await self._database.write(work, durable=durable)


async def measure(rounds: int) -> list[Number]:
    """Rounds of one database, of four beside each other and of four that are alone, in turn."""
    with ExitStack() as stack:
        server = stack.enter_context(running_server(("shared_buffers=64MB",)))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kawaraban-far-"))
        there = stack.enter_context(running("worlds.far_server", str(server.folder), folder, str(DELAY_S)))
        return await _measured(server, there, rounds)


async def _measured(server: Server, there: str, rounds: int) -> list[Number]:
    url = server.new_database("commits")
    async with AsyncExitStack() as stack:
        near = await open_storage(url)
        stack.push_async_callback(near.close)
        await _add_watches(near)
        storages = [await open_storage(url.replace(str(server.folder), there)) for _ in range(DATABASES)]
        for storage in storages:
            stack.push_async_callback(storage.close)
        alone = [Storage.over(_Alone(storage.database)) for storage in storages]
        kinds = {"1 database": storages[:1], "4 beside each other": storages, "4, every write alone": alone}
        rates: dict[str, list[float]] = {name: [] for name in kinds}
        for round_ in range(rounds + 1):
            for name, used in kinds.items():
                plans = await _plans(near, url, len(used))
                began = time.perf_counter()
                await asyncio.gather(*(_commit(*each) for each in zip(used, plans, strict=True)))
                if round_:  # the first one prepares statements
                    rates[name].append(len(used) * COMMITS / (time.perf_counter() - began))
    return [
        number(f"commits, {2000 * DELAY_S:g} ms away, {name}", "a second", rate) for name, rate in rates.items()
    ]


async def _add_watches(storage: Storage) -> None:
    names = [make_topic(f"topic {each}") for each in range(DATABASES * COMMITS)]
    watches = [(SourceName.FEED, topic, f"https://host-{each}.example/feed") for each, topic in enumerate(names)]
    await storage.watches.add(watches, datetime.now(UTC))


async def _plans(near: Storage, url: str, count: int) -> list[list[PollPlan]]:
    """Plans of polls with two new posts, as many for each database, none of a watch of another."""
    now = datetime.now(UTC)
    Inspect(url)("UPDATE watches SET next_poll_at = 0, claim = NULL, claimed_until = NULL")
    due = await near.watches.claim_due(now, limit=count * COMMITS, lease_s=60)
    states = [await near.polls.state(each.watch, [], now) for each in due]
    seen = [change(post(number_)) for number_ in (now.microsecond * 2, now.microsecond * 2 + 1)]
    made = [plan(state, at=now, next_poll_at=now + timedelta(minutes=5), changes=seen) for state in states]
    return [made[first * COMMITS : (first + 1) * COMMITS] for first in range(count)]


async def _commit(storage: Storage, plans: Sequence[PollPlan]) -> None:
    for each in plans:
        await storage.polls.commit(each)
