"""Reports of this process to the others over its database, every 15 seconds until it stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.errors import StorageError
from bot.core.processes import REPORT_EVERY, ProcessReport
from bot.storage.sql.processes import ProcessStore

_MEASURED_EVERY: Final = 20
"""Reports from one measurement of the clock to the next: five minutes."""


@contextlib.asynccontextmanager
async def reporting(
    store: ProcessStore,
    process: ProcessReport,
    clock: Callable[[], datetime],
    *,
    ahead: Callable[[], Awaitable[timedelta | None]],
    every: timedelta = REPORT_EVERY,
) -> AsyncIterator[None]:
    """Report ``process`` as long as the block runs, then delete its report.

    ``ahead``: measures by how much the server's clock is ahead. A database that is away is tried again.
    """
    task = asyncio.create_task(_report(store, process, clock, ahead, every.total_seconds()), name="process report")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with contextlib.suppress(StorageError):
            await store.leave(process.holder)


async def _report(
    store: ProcessStore,
    process: ProcessReport,
    clock: Callable[[], datetime],
    ahead: Callable[[], Awaitable[timedelta | None]],
    every_s: float,
) -> None:
    measured, count = process.ahead, 0
    while True:
        with contextlib.suppress(StorageError):
            if count % _MEASURED_EVERY == 0:
                measured = await ahead()
            await store.report(replace(process, seen_at=clock(), ahead=measured))
            count += 1
        await asyncio.sleep(every_s)
