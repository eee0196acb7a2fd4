"""Each process with a role says over HTTP whether its own part works."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import roles
from bot.core.roles import Role, Roles, Shards
from bot.delivery import leadership
from bot.monitoring import state
from bot.storage.postgres import leader_lock

from .rig import Cluster, cluster


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Watched:
    """A process with its HTTP server."""

    def __init__(self, here: Cluster, role: Role) -> None:
        self.port = free_port()
        settings = here.settings(http_server={"enabled": True, "port": self.port})
        self.task = asyncio.create_task(roles.run(settings, Roles.of([role]), Shards()), name=role)
        here.running.append(self.task)

    async def get(self, path: str) -> tuple[int, str]:
        """The status and the text of an answer; 0 where nothing listens yet."""
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientConnectionError:
            return 0, ""

    async def until_shown(self, line: str) -> None:
        """Until /metrics has the line."""
        async with asyncio.timeout(60):
            while line not in (await self.get("/metrics"))[1]:  # noqa: ASYNC110 - another task counts
                await asyncio.sleep(0.05)

    async def until_ready(self) -> dict[str, Any]:
        async with asyncio.timeout(60):
            while (found := await self.get("/readyz"))[0] != 200:
                if self.task.done():
                    self.task.result()
                await asyncio.sleep(0.05)
        checks: dict[str, Any] = json.loads(found[1])["checks"]
        return checks


@pytest.fixture
async def here(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cluster]:
    monkeypatch.setattr(leader_lock, "TRY_EVERY_S", 0.05)
    monkeypatch.setattr(leadership, "SETTLE_S", 0.05)
    monkeypatch.setattr(state, "SAMPLE_EVERY_S", 0.2)
    async with cluster(postgres_url, tmp_path) as there:
        yield there


async def test_each_process_is_ready_by_its_own_parts_and_a_standby_takes_over(
    here: Cluster,
) -> None:
    gateway, poller, first = (Watched(here, role) for role in (Role.GATEWAY, Role.POLLER, Role.SENDER))

    assert set(await gateway.until_ready()) == {"database", "gateway"}
    assert set(await poller.until_ready()) == {"database", "polls"}
    await here.until(lambda: here.inspect("SELECT 1 FROM leaders"))
    second = Watched(here, Role.SENDER)
    standing = await second.until_ready()
    assert set(standing) == {"database", "sender"}
    assert "kawaraban_sender_active 0.0" in (await second.get("/metrics"))[1]
    assert set(await first.until_ready()) == {"database", "sender", "discord", "outbox"}

    await here.stop(first.task)

    await second.until_shown("kawaraban_sender_active 1.0")
    assert set(await second.until_ready()) == {"database", "sender", "discord", "outbox"}
    assert 'kawaraban_role{role="sender"} 1.0' in (await second.get("/metrics"))[1]
    await second.until_shown('kawaraban_processes{role="poller",state="alive"} 1.0')
    await second.until_shown('kawaraban_processes{role="sender",state="alive"} 1.0')
