"""The contract of leases: what one process has, no other one takes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.models import DueWatch, SourceName, Topic
from bot.core.text import make_topic
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import LEASE_S, NOW, TOPIC, later

FEED, MASTODON = SourceName.FEED, SourceName.MASTODON
SHARED = "https://a.example"


@pytest.fixture
async def other(storage: Storage, database_url: str) -> AsyncIterator[Storage]:
    """Another process."""
    opened = await open_storage(database_url)
    yield opened
    await opened.close()


async def claimed(storage: Storage, *, at: float = 0, limit: int = 10) -> list[str]:
    return [str(due.watch.target) for due in await claims(storage, at=at, limit=limit)]


async def claims(storage: Storage, *, at: float = 0, limit: int = 10) -> list[DueWatch]:
    return await storage.watches.claim_due(later(seconds=at), limit=limit, lease_s=LEASE_S, lease_hosts=True)


async def feeds(storage: Storage, *targets: str) -> None:
    """Watches of feeds, due one after the other: those due at the same time are claimed in any order."""
    for seconds, target in enumerate(targets, start=-len(targets)):
        await storage.watches.add([(FEED, make_topic(target), target)], later(seconds=seconds))


async def test_a_lease_is_of_one_process_until_it_ends(storage: Storage, other: Storage) -> None:
    assert await storage.leases.take("polls:a", NOW, lease_s=30)

    assert not await other.leases.take("polls:a", later(seconds=29), lease_s=30)
    assert await other.leases.take("polls:b", NOW, lease_s=30)
    assert await other.leases.take("polls:a", later(seconds=30), lease_s=30)
    assert not await storage.leases.take("polls:a", later(seconds=31), lease_s=30)


async def test_a_lease_is_extended_by_its_holder_alone(storage: Storage, other: Storage) -> None:
    await storage.leases.take("polls:a", NOW, lease_s=30)
    await other.leases.renew(["polls:a"], later(seconds=20), lease_s=300)
    await storage.leases.renew(["polls:a"], later(seconds=10), lease_s=30)

    assert not await other.leases.take("polls:a", later(seconds=39), lease_s=30)
    assert await other.leases.take("polls:a", later(seconds=40), lease_s=30)


async def test_a_lease_given_back_is_free_from_the_time_given_on(storage: Storage, other: Storage) -> None:
    await storage.leases.take("polls:a", NOW, lease_s=30)
    await storage.leases.release("polls:a", later(seconds=2))

    assert not await other.leases.take("polls:a", later(seconds=1), lease_s=30)
    assert await other.leases.take("polls:a", later(seconds=2), lease_s=30)


async def test_a_lease_of_a_clock_that_was_ahead_holds_nobody_up(storage: Storage, other: Storage) -> None:
    await storage.leases.take("polls:a", later(days=30), lease_s=30)

    assert await other.leases.take("polls:a", NOW, lease_s=30)


@pytest.mark.invariant(6)
async def test_watches_of_a_host_are_claimed_by_one_process_at_a_time(storage: Storage, other: Storage) -> None:
    await feeds(storage, f"{SHARED}/1", f"{SHARED}/2", "https://b.example/1")

    first = await claimed(storage, limit=1)
    second = await claimed(other)

    assert (first, second) == ([f"{SHARED}/1"], ["https://b.example/1"])
    assert await claimed(storage, at=1) == [f"{SHARED}/2"]


async def test_watches_of_a_dead_process_are_claimed_when_its_leases_end(storage: Storage, other: Storage) -> None:
    await feeds(storage, f"{SHARED}/1", f"{SHARED}/2")
    await claims(storage, limit=1)

    assert await claimed(other, at=LEASE_S - 1) == []
    assert sorted(await claimed(other, at=LEASE_S)) == [f"{SHARED}/1", f"{SHARED}/2"]


async def test_hosts_of_a_process_that_stops_are_free_at_once(storage: Storage, other: Storage) -> None:
    await feeds(storage, f"{SHARED}/1", f"{SHARED}/2")
    await claims(storage, limit=1)

    await storage.leases.release_polls()

    assert await claimed(other, at=1) == [f"{SHARED}/2"]


async def test_sources_that_ask_one_host_share_its_lease(storage: Storage, other: Storage) -> None:
    topic: Topic = TOPIC
    await storage.watches.add(
        [(MASTODON, topic, "https://mstdn.example"), (FEED, topic, "https://mstdn.example/tags/a.rss")], NOW
    )

    assert len(await claims(storage, limit=1)) == 1
    assert await claims(other) == []


async def test_leases_that_ended_long_ago_are_forgotten(storage: Storage, inspect: Inspect) -> None:
    await storage.leases.take("polls:a", NOW, lease_s=30)

    await storage.maintenance.prune(later(days=3), keep_posts=later(days=30) - NOW)

    assert inspect("SELECT name FROM leases") == []
