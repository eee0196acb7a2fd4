"""Contract: reads that cost money, reserved before they are asked for."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import date

import pytest

from bot.core.models import GuildId, SourceName, Topic
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.storage.world import NOW, OTHER_CHANNEL, OTHER_TOPIC, SINCE, TOPIC, wanted

X = SourceName.X
OTHER = GuildId(77)
TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)

KILLED = f"""
import asyncio, datetime, os, sys
from bot.core.models import SourceName
from bot.storage.opening import open_storage

async def main():
    storage = await open_storage(sys.argv[1])
    day = datetime.date.fromisoformat({TODAY.isoformat()!r})
    await storage.spend.reserve(SourceName.X, day, 70, least=1, limit=100)
    os._exit(9)

asyncio.run(main())
"""


async def reserve(storage: Storage, wanted: int, *, least: int = 1, limit: int = 100, day: date = TODAY) -> int:
    return await storage.spend.reserve(X, day, wanted, least=least, limit=limit)


async def test_nothing_is_spent_at_first(storage: Storage) -> None:
    assert await storage.spend.spent(X, TODAY) == 0


async def test_what_is_reserved_counts_as_spent_until_it_is_settled(storage: Storage) -> None:
    granted = await reserve(storage, 40)
    reserved = await storage.spend.spent(X, TODAY)

    await storage.spend.settle(X, TODAY, reserved=granted, used=3)

    assert (granted, reserved, await storage.spend.spent(X, TODAY)) == (40, 40, 3)


async def test_only_the_rest_of_the_budget_is_granted(storage: Storage) -> None:
    assert [await reserve(storage, 60) for _ in range(3)] == [60, 40, 0]
    assert await storage.spend.spent(X, TODAY) == 100


async def test_rest_below_the_least_that_can_be_asked_for_is_left(storage: Storage) -> None:
    await reserve(storage, 95)

    assert await reserve(storage, 60, least=10) == 0
    assert await reserve(storage, 60, least=5) == 5


async def test_limit_that_was_lowered_below_what_is_spent_grants_nothing(storage: Storage) -> None:
    await reserve(storage, 80)

    assert await reserve(storage, 1, limit=50) == 0
    assert await storage.spend.spent(X, TODAY) == 80


async def test_answer_larger_than_asked_for_is_counted_in_full(storage: Storage) -> None:
    await reserve(storage, 10)

    await storage.spend.settle(X, TODAY, reserved=10, used=25)

    assert await storage.spend.spent(X, TODAY) == 25


async def test_days_and_sources_have_budgets_of_their_own(storage: Storage) -> None:
    await reserve(storage, 100)

    assert await reserve(storage, 30, day=TOMORROW) == 30
    assert await storage.spend.reserve(SourceName.FEED, TODAY, 20, least=1, limit=100) == 20
    assert (await storage.spend.spent(X, TODAY), await storage.spend.spent(X, TOMORROW)) == (100, 30)


async def test_many_at_once_never_get_more_than_there_is(storage: Storage) -> None:
    granted = await asyncio.gather(*(reserve(storage, 7, least=3) for _ in range(50)))

    assert sum(granted) == await storage.spend.spent(X, TODAY)
    assert 97 < sum(granted) <= 100
    assert all(each == 0 or each >= 3 for each in granted)


async def test_two_processes_share_one_budget(database_url: str) -> None:
    one, other = await open_storage(database_url), await open_storage(database_url)
    try:
        granted = await asyncio.gather(*(reserve(store, 9) for store in (one, other) * 10))
        assert sum(granted) == 100 == await one.spend.spent(X, TODAY)
    finally:
        await one.close()
        await other.close()


async def test_process_killed_before_it_settles_leaves_its_reservation_spent(database_url: str) -> None:
    killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", KILLED, database_url], check=False)
    storage = await open_storage(database_url)
    try:
        spent = await storage.spend.spent(X, TODAY)
        granted = await reserve(storage, 100)
    finally:
        await storage.close()

    assert killed.returncode == 9
    assert (spent, granted) == (70, 30)


async def share(storage: Storage, topic: Topic, wanted: int, *, passed: float = 0.0) -> int:
    return await storage.spend.reserve_share(X, TODAY, wanted, least=1, limit=100, topic=topic.key, passed=passed)


@pytest.mark.invariant(10)
async def test_two_servers_have_half_of_a_day_each_whoever_asks_first(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(TOPIC, min_rp={X: 1}), SINCE, NOW)
    await storage.subscriptions.subscribe(
        wanted(OTHER_TOPIC, guild=OTHER, channel=OTHER_CHANNEL, min_rp={X: 1}), SINCE, NOW
    )

    first = [await share(storage, TOPIC, 30) for _ in range(4)]
    second = [await share(storage, OTHER_TOPIC, 30) for _ in range(3)]

    assert (first, second) == ([30, 20, 0, 0], [30, 20, 0])
    assert await storage.spend.spent(X, TODAY) == 100


async def test_what_others_have_not_asked_for_late_in_the_day_is_given_away(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(TOPIC, min_rp={X: 1}), SINCE, NOW)
    await storage.subscriptions.subscribe(
        wanted(OTHER_TOPIC, guild=OTHER, channel=OTHER_CHANNEL, min_rp={X: 1}), SINCE, NOW
    )

    assert await share(storage, TOPIC, 100) == 50
    assert await share(storage, TOPIC, 100, passed=0.5) == 25
    assert await share(storage, TOPIC, 100, passed=1.0) == 25


async def test_what_was_not_used_of_a_share_is_given_back_to_it(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(TOPIC, min_rp={X: 1}), SINCE, NOW)
    await storage.subscriptions.subscribe(
        wanted(OTHER_TOPIC, guild=OTHER, channel=OTHER_CHANNEL, min_rp={X: 1}), SINCE, NOW
    )
    granted = await share(storage, TOPIC, 50)

    await storage.spend.settle_share(X, TODAY, reserved=granted, used=10, topic=TOPIC.key)

    assert await storage.spend.spent(X, TODAY) == 10
    assert await share(storage, TOPIC, 100) == 40


async def test_operator_is_one_party_and_shares_are_kept_over_a_restart(database_url: str) -> None:
    storage = await open_storage(database_url)
    await storage.watches.add([(X, OTHER_TOPIC, None)], NOW)
    await storage.subscriptions.subscribe(wanted(TOPIC, min_rp={X: 1}), SINCE, NOW)
    before = await share(storage, TOPIC, 100)
    await storage.close()

    storage = await open_storage(database_url)
    try:
        assert (before, await share(storage, TOPIC, 100), await share(storage, OTHER_TOPIC, 100)) == (50, 0, 50)
    finally:
        await storage.close()
