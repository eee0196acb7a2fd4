"""One Bluesky session in several processes: renewed by one of them, used by all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.errors import SourceBusy
from bot.core.models import FetchRequest
from bot.core.text import make_topic
from bot.sources.bluesky.session import NOTE, BlueskyAccount
from bot.sources.bluesky.source import Bluesky
from bot.sources.http.client import Http
from bot.sources.http.limits import HttpLimits
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.fakes.bluesky_server import HANDLE, PASSWORD, BlueskyServer

NOW = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)


@dataclass
class Process:
    storage: Storage
    source: Bluesky

    async def fetch(self) -> None:
        await self.source.fetch(FetchRequest(make_topic("データセンター")), NOW)


@dataclass
class Two:
    server: BlueskyServer
    first: Process
    second: Process


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(BlueskyServer(clock=lambda: NOW))

        async def process() -> Process:
            storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
            stack.push_async_callback(storage.close)
            http = Http(HttpLimits("t", allow_private_networks=True, per_host_interval_s=0), clock=lambda: NOW)
            stack.push_async_callback(http.aclose)
            account = BlueskyAccount(
                http,
                service_url=server.base_url,
                identifier=HANDLE,
                app_password=PASSWORD,
                store=storage.maintenance,
                sleep=lambda _: asyncio.sleep(0.002),
            )
            return Process(storage, Bluesky(account))

        yield Two(server, await process(), await process())


async def test_two_processes_that_begin_at_once_log_in_once(two: Two) -> None:
    await asyncio.gather(two.first.fetch(), two.second.fetch())

    assert two.server.logins == 1


async def test_a_session_that_ran_out_is_refreshed_once(two: Two) -> None:
    await two.first.fetch()
    await two.second.fetch()
    two.server.revoke_access()

    await asyncio.gather(two.first.fetch(), two.second.fetch())

    assert (two.server.logins, two.server.refreshes) == (1, 1)


async def test_whoever_waits_too_long_for_the_other_one_tries_later(two: Two) -> None:
    await two.first.fetch()
    await two.second.fetch()
    two.server.revoke_access()
    await two.first.storage.maintenance.claim_note(NOTE, NOW, lease_s=60)

    with pytest.raises(SourceBusy):
        await two.second.fetch()

    assert two.server.refreshes == 0
