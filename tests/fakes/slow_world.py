"""Everything that can wait, waiting: a disk that does not answer, a Discord whose REST does not.

Discord's answers to interactions are not held up: that is what tests look at meanwhile.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.conftest import BotEnv


class SlowWorld:
    """``release`` lets everything go on."""

    def __init__(self) -> None:
        self._disk = threading.Event()
        self._rest = asyncio.Event()
        self._disk.set()
        self._rest.set()

    def stand_still(self) -> None:
        self._disk.clear()
        self._rest.clear()

    def release(self) -> None:
        self._disk.set()
        self._rest.set()

    def statement(self, _: str) -> None:
        """In SQLite's threads, before each statement."""
        self._disk.wait(30)

    async def request(self) -> None:
        await self._rest.wait()


@asynccontextmanager
async def slow_world(env: BotEnv) -> AsyncIterator[SlowWorld]:
    """Until it is released, or left: no statement runs on any of the database's connections, and no request."""
    world = SlowWorld()
    await _trace(env, world.statement)
    http: Any = env.bot.http
    quick = http.request

    async def request(*args: Any, **options: Any) -> Any:
        await world.request()
        return await quick(*args, **options)

    http.request = request
    world.stand_still()
    try:
        yield world
    finally:
        world.release()
        http.request = quick
        await _trace(env, None)


async def _trace(env: BotEnv, callback: Any) -> None:
    """On each connection, in its thread."""
    database: Any = env.services.storage
    for run in (database.database.read, database.database.ask, database.database.write):
        await run(lambda connection: connection.set_trace_callback(callback))
