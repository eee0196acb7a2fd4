"""Questions of people to one host, from several processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.errors import SourceBusy
from bot.core.models import SourceName
from bot.services.host_turns import LEASE_S, SHARED_FOR_S, LeasedTurns
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.conftest import Clock

FEED, MASTODON = SourceName.FEED, SourceName.MASTODON
HERE = "https://a.example/feed"


@pytest.fixture
async def storages(database_url: str) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two processes."""
    first, second = await open_storage(database_url), await open_storage(database_url)
    yield first, second
    await first.close()
    await second.close()


def turns(storage: Storage, clock: Clock, *, at: float = 1_000, wait_s: float = 0) -> LeasedTurns:
    return LeasedTurns(storage.leases, clock, spacing_s=1, monotonic=lambda: at, wait_s=wait_s, try_every_s=0.001)


@pytest.mark.invariant(6)
async def test_a_host_is_asked_by_one_process_at_a_time(storages: tuple[Storage, Storage], clock: Clock) -> None:
    first, second = (turns(storage, clock) for storage in storages)

    async with first.hold(FEED, HERE), first.hold(MASTODON, "https://A.example"):
        with pytest.raises(SourceBusy):
            async with second.hold(FEED, HERE):
                pass
        async with second.hold(FEED, "https://b.example/feed"):
            pass

    with pytest.raises(SourceBusy):  # the host gets its rest between them
        async with second.hold(FEED, HERE):
            pass
    clock.forward(seconds=1)
    async with second.hold(FEED, HERE):
        pass


async def test_a_process_that_waits_gets_the_next_turn(storages: tuple[Storage, Storage], clock: Clock) -> None:
    first, second = turns(storages[0], clock), turns(storages[1], clock, wait_s=1)
    entered = asyncio.Event()

    async def ask() -> None:
        async with second.hold(FEED, HERE):
            entered.set()

    async with first.hold(FEED, HERE):
        asking = asyncio.create_task(ask())
        await asyncio.sleep(0)
    clock.forward(seconds=1)

    await asyncio.wait_for(entered.wait(), 30)
    await asking


async def test_the_turn_of_a_dead_process_ends(storages: tuple[Storage, Storage], clock: Clock) -> None:
    first, second = (turns(storage, clock) for storage in storages)
    await first.hold(FEED, HERE).__aenter__()

    clock.forward(seconds=LEASE_S)

    async with second.hold(FEED, HERE):
        pass


async def test_a_long_turn_takes_in_no_further_questions(storages: tuple[Storage, Storage], clock: Clock) -> None:
    now = [0.0]
    first = LeasedTurns(storages[0].leases, clock, spacing_s=1, monotonic=lambda: now[0], wait_s=0)

    async with first.hold(FEED, HERE):
        now[0] = SHARED_FOR_S
        with pytest.raises(SourceBusy):
            async with first.hold(FEED, HERE):
                pass
