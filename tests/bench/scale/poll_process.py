"""One poller as a process: for each line of its input it polls until nothing is due, and prints what it did."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import app, bootstrap
from bot.core.models import PollReport
from bot.services import Services
from bot.storage.opening import is_server
from bot.storage.postgres.connection import PostgresDatabase
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us
from tests.conftest import make_settings

_LISTEN_EVERY_S = 0.02
_LEFT = "SELECT count(*) AS left_over FROM watches WHERE enabled = 1 AND next_poll_at <= ?"


async def run(url: str, folder: Path, *, alone: bool) -> None:
    """Serve rounds until standard input ends. ``alone``: no write runs beside another."""
    if alone:
        _let_each_write_be_alone()
    settings = make_settings(folder, database={"url": url}, sources={"feed": {"search_urls": []}})
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(bootstrap.stored(settings))
        sources = await stack.enter_async_context(
            bootstrap.asking(settings, storage, share=bootstrap.HostShare.POLLS)
        )
        services = app.build_services(
            settings, storage, sources, clock=bootstrap.utc_now, links=app.Links(lease_hosts=is_server(url))
        )
        bootstrap.freeze_startup_objects()
        _say({"ready": True})
        while line := await asyncio.to_thread(sys.stdin.readline):
            _say(await _round(services, datetime.fromisoformat(line.strip())))
        await services.poller.stop()


def _let_each_write_be_alone() -> None:
    write = PostgresDatabase.write

    async def alone(self: PostgresDatabase, work: Any, *, durable: bool = True, alone: bool = True) -> Any:
        del alone
        return await write(self, work, durable=durable)

    setattr(PostgresDatabase, "write", alone)  # noqa: B010 - a measured variant of this process


async def _round(services: Services, due_by: datetime) -> dict[str, float]:
    done = PollReport()
    cpu, began = time.process_time(), time.perf_counter()
    while await _left(services, due_by):
        report = await services.poller.poll_due(due_by=due_by)
        done.add(report)
        if not report.polled:
            await asyncio.sleep(_LISTEN_EVERY_S)
    return {
        "polled": done.polled,
        "failed": done.failed,
        "new_posts": done.new_posts,
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.perf_counter() - began,
    }


async def _left(services: Services, due_by: datetime) -> int:
    def count(tx: Tx) -> int:
        return int(tx.execute(_LEFT, (to_us(due_by),)).fetchone()["left_over"])

    return await services.storage.database.read(count)


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], Path(sys.argv[2]), alone=sys.argv[3] == "alone"))
