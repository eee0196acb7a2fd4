"""Races: two processes on one database, of which the first stops before a statement while the second runs."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.core.limits.disk_space import DiskUsage
from bot.core.models import PollState, SourceName, Subscription, Watch
from bot.storage.opening import is_server
from bot.storage.sql.database import Database, Parameters, Rows, Transaction, Tx
from bot.storage.stores import Storage
from tests.inspection import Inspect

from .world import NOW, SINCE, wanted

T = TypeVar("T")

PAGE, MASTODON = SourceName.TRENDPAGE, SourceName.MASTODON
TIMEOUT_S = 20.0
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@dataclass(slots=True)
class Pause:
    """A statement before which a transaction stops, once."""

    before: str
    reached: threading.Event
    go_on: threading.Event

    def at(self, sql: str) -> None:
        """In the transaction's thread."""
        if not self.reached.is_set() and re.search(self.before, " ".join(sql.split())):
            self.reached.set()
            self.go_on.wait(TIMEOUT_S)


class PausedTx:
    """A transaction that asks its database's pause before each statement."""

    def __init__(self, tx: Tx, pause: Pause) -> None:
        self._tx = tx
        self._pause = pause

    def execute(self, sql: str, parameters: Parameters = (), /) -> Rows:
        self._pause.at(sql)
        return self._tx.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Rows:
        rows = list(parameters)
        if rows:
            self._pause.at(sql)
        return self._tx.executemany(sql, rows)


class PausableDatabase:
    """A database whose writes can be stopped."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pause: Pause | None = None

    @property
    def holder(self) -> str:
        return self._database.holder

    async def read(self, work: Transaction[T]) -> T:
        return await self._database.read(work)

    async def ask(self, work: Transaction[T]) -> T:
        return await self._database.ask(work)

    async def write(self, work: Transaction[T], *, durable: bool = True, alone: bool = True) -> T:
        pause = self.pause
        if pause is None:
            return await self._database.write(work, durable=durable, alone=alone)
        return await self._database.write(lambda tx: work(PausedTx(tx, pause)), durable=durable, alone=alone)

    async def disk_usage(self) -> DiskUsage:
        return await self._database.disk_usage()

    async def close(self) -> None:
        await self._database.close()


class Race:
    """Two processes on one database: ``a`` can be stopped, ``b`` runs meanwhile."""

    def __init__(self, one: Storage, other: Storage, url: str) -> None:
        self._database = PausableDatabase(one.database)
        self.a = Storage.over(self._database)
        self.b = other
        self.inspect = Inspect(url)
        self._shows_locks = is_server(url)
        self.ran_beside = False
        """Whether the second work had ended before the first one went on."""

    async def run(
        self, first: Coroutine[Any, Any, object], second: Coroutine[Any, Any, object], before: str
    ) -> tuple[object, object]:
        """``first`` until before a statement, ``second`` as far as it comes, then both to their ends.

        Their results, or the errors that they raised.
        """
        pause = self._database.pause = Pause(before, threading.Event(), threading.Event())
        running = asyncio.ensure_future(first)
        reached = await asyncio.to_thread(pause.reached.wait, TIMEOUT_S)
        beside = asyncio.ensure_future(second)
        await self._as_far_as_it_comes(beside)
        self.ran_beside = beside.done()
        pause.go_on.set()
        results = await asyncio.gather(running, beside, return_exceptions=True)
        assert reached, f"the first work never came to {before}"
        return results[0], results[1]

    async def _as_far_as_it_comes(self, work: asyncio.Future[object]) -> None:
        """Until it has ended, or waits for a lock. SQLite lets no second write begin, and shows no waiting one."""
        async with asyncio.timeout(TIMEOUT_S):
            while self._shows_locks and not work.done():
                [(waiting,)] = await asyncio.to_thread(self.inspect, WAITING)
                if waiting:
                    return

    def number(self, sql: str) -> int:
        [(count,)] = self.inspect(sql)
        return int(count)

    async def claimed(self) -> dict[SourceName, Watch]:
        due = await self.a.watches.claim_due(NOW, limit=10, lease_s=60)
        return {one.watch.source: one.watch for one in due}

    async def on_two_sources(self) -> tuple[Subscription, PollState, PollState]:
        """A subscription, and the states of its watches at Mastodon and at the page."""
        subscription = await self.a.subscriptions.subscribe(wanted(min_rp={PAGE: 100, MASTODON: 100}), SINCE, NOW)
        due = await self.claimed()
        return (
            subscription,
            await self.a.polls.state(due[MASTODON], [], NOW),
            await self.b.polls.state(due[PAGE], [], NOW),
        )
