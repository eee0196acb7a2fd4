"""What waits, as monitoring reads it, over both engines; and the bound of what it reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.models import SourceName
from bot.storage.sql.reports import monitoring
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import LEASE_S, NOW, TOPIC, World, alert, change, message_id, plan, post, wanted

LATER = NOW + timedelta(minutes=3)
ADD_ENTRY = """
INSERT INTO entries (kind, guild_id, channel_id, content, created_at, not_before, state)
VALUES ('notice', 1, ?, '{}', ?, ?, 'waiting')
"""


async def decided(world: World, *numbers: int) -> None:
    """Alerts wait in the outbox, one for each post."""
    subscription = await world.storage.subscriptions.subscribe(wanted(), NOW, NOW)
    state = await world.poll(NOW)
    posts = [post(number) for number in numbers]
    alerts = [alert(subscription, each) for each in posts]
    await world.storage.polls.commit(plan(state, at=NOW, changes=[change(each) for each in posts], alerts=alerts))


async def test_nothing_waits_in_an_empty_database(storage: Storage) -> None:
    found = await storage.monitoring.backlog(NOW)

    assert (found.entries, found.messages, found.edits, found.watches_due) == (0, 0, 0, 0)
    assert (found.oldest_at, found.due_since, found.watches_due_since) == (None, None, None)


async def test_entries_wait_from_the_time_at_which_they_may_be_sent(storage: Storage, world: World) -> None:
    await decided(world, 1, 2)

    before = await storage.monitoring.backlog(NOW - timedelta(seconds=1))
    found = await storage.monitoring.backlog(LATER)

    assert (before.entries, before.oldest_at, before.due_since) == (2, None, None)
    assert (found.entries, found.messages) == (2, 0)
    assert found.oldest_at == found.due_since == NOW


async def test_claimed_message_is_due_until_its_try_ends(storage: Storage, world: World) -> None:
    await decided(world, 1)
    [entries] = (await storage.entries.waiting(NOW)).values()
    await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)

    held = await storage.monitoring.backlog(NOW + timedelta(seconds=1))
    left = await storage.monitoring.backlog(LATER)

    assert (held.entries, held.messages, held.oldest_at, held.due_since) == (0, 1, NOW, NOW)
    assert left.due_since == NOW


async def test_entry_behind_an_unfinished_message_waits_for_that(storage: Storage, world: World) -> None:
    await decided(world, 1, 2)
    [[first, _]] = (await storage.entries.waiting(NOW)).values()
    await storage.entries.seal(message_id(1), [first], NOW, lease_s=LEASE_S)

    found = await storage.monitoring.backlog(NOW + timedelta(seconds=1))

    assert (found.entries, found.messages, found.due_since) == (1, 1, NOW)


async def test_watches_are_due_until_they_are_claimed(storage: Storage, world: World) -> None:
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], NOW)

    before, due = (
        await storage.monitoring.backlog(NOW - timedelta(seconds=1)),
        await storage.monitoring.backlog(LATER),
    )
    await world.claim(LATER)
    claimed = await storage.monitoring.backlog(LATER)

    assert (before.watches_due, due.watches_due, claimed.watches_due) == (0, 1, 0)
    assert due.watches_due_since == NOW


async def test_a_count_ends_at_its_bound(
    storage: Storage, inspect: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitoring, "COUNTED_MAX", 20)
    inspect.for_each(ADD_ENTRY, [(channel, 1, 1) for channel in range(50)])

    found = await storage.monitoring.backlog(NOW)

    assert found.entries == 20


async def test_probe_writes_one_row_however_often(storage: Storage, inspect: Inspect) -> None:
    for minute in range(3):
        await storage.monitoring.probe(NOW + timedelta(minutes=minute))

    assert inspect("SELECT count(*) FROM notes WHERE key = ?", monitoring.PROBE_NOTE) == [(1,)]
