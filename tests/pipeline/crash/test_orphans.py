"""A harness that is killed itself leaves no bot and no database server behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.pipeline.crash.bot_process import until
from tests.postgres_server import server_version

HARNESS = """
import asyncio, sys
from pathlib import Path
from tests.pipeline.crash.bot_process import until
from tests.pipeline.crash.world import a_world
from tests.postgres_server import running_server

async def main():
    with running_server() as server:
        async with a_world(Path(sys.argv[1])) as world:
            with world.bot() as process:
                await until(world.log.exists, 60)  # the bot has begun, not only been forked
                print(server.folder, server.process_ids()[0], process.pid, flush=True)
                await asyncio.sleep(600)

asyncio.run(main())
"""
GONE_WITHIN_S = 60.0


def running(process_ids: Iterable[int]) -> list[int]:
    """Those that run or are stopped; not those that ended and were not asked for."""
    return [
        one
        for one in process_ids
        if (stat := Path(f"/proc/{one}/stat")).exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    ]


def left(server: int, bot: int, folder: str) -> list[str]:
    """What is left of a harness."""
    processes = [name for name, one in (("server", server), ("bot", bot)) if running([one])]
    return [*processes, *([folder] if Path(folder).exists() else [])]


@pytest.mark.skipif(server_version() is None or sys.platform != "linux", reason="no PostgreSQL, or no /proc")
async def test_harness_that_is_killed_leaves_no_bot_and_no_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HARNESS, str(tmp_path)]
    harness = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert harness.stdout is not None
    folder, *ids = (await harness.stdout.readline()).decode().split()
    server, bot = map(int, ids)
    assert running([server, bot]) == [server, bot]
    os.kill(bot, signal.SIGSTOP)  # as a fault of a cluster does

    harness.kill()
    await harness.wait()

    with suppress(TimeoutError):
        await until(lambda: not left(server, bot, folder), GONE_WITHIN_S)
    found = left(server, bot, folder)
    for one in running([server, bot]):
        os.kill(one, signal.SIGKILL)
    assert found == []
