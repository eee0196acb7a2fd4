"""The contract of terms: whoever's term has ended writes nothing any more."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.errors import StalePlan
from bot.core.models import OutboxEntry
from bot.storage.fenced_database import FencedDatabase
from bot.storage.opening import open_storage
from bot.storage.sql.leadership import Term
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import LEASE_S, NOW, SINCE, World, later, message_id, wanted

SENDER = "sender"


@pytest.fixture
async def other(storage: Storage, database_url: str) -> AsyncIterator[Storage]:
    """Another process."""
    opened = await open_storage(database_url)
    yield opened
    await opened.close()


async def active(storage: Storage) -> Storage:
    """The stores of a process that begins a term."""
    fenced = FencedDatabase(storage.database, SENDER)
    fenced.epoch = (await storage.leadership.begin_term(SENDER)).epoch
    return Storage.over(fenced)


async def decided(storage: Storage, *numbers: int) -> list[OutboxEntry]:
    """Entries that wait for the active sender."""
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    return await World(storage).told(subscription, *numbers)


async def test_terms_are_numbered_and_know_whether_the_last_one_was_ended(
    storage: Storage, other: Storage
) -> None:
    assert await storage.leadership.epoch(SENDER) == 0
    assert await storage.leadership.begin_term(SENDER) == Term(1, after_another=False)
    assert await other.leadership.begin_term(SENDER) == Term(2, after_another=True)
    assert await other.leadership.begin_term(SENDER) == Term(3, after_another=False)

    await other.leadership.end_term(SENDER, 3)

    assert await storage.leadership.begin_term(SENDER) == Term(4, after_another=False)


async def test_number_of_a_term_that_another_server_gave_again_is_no_licence(
    storage: Storage, other: Storage, database_url: str
) -> None:
    """A standby without the last commits took the place of the server: it gives the same number to another."""
    first = await active(storage)
    await decided(storage, 1)
    Inspect(database_url)("DELETE FROM leaders")
    assert await other.leadership.begin_term(SENDER) == Term(1, after_another=False)

    with pytest.raises(StalePlan):
        await first.messages.claim(NOW, limit=5, lease_s=LEASE_S)


async def test_nobody_ends_the_term_of_another(storage: Storage, other: Storage) -> None:
    first = await storage.leadership.begin_term(SENDER)
    await other.leadership.begin_term(SENDER)

    await storage.leadership.end_term(SENDER, first.epoch)

    assert (await storage.leadership.begin_term(SENDER)).after_another


@pytest.mark.invariant(2)
async def test_no_try_begins_and_nothing_is_sealed_after_the_term_has_ended(
    storage: Storage, other: Storage
) -> None:
    first = await active(storage)
    entries = await decided(storage, 1, 2)
    sealed = await first.entries.seal(message_id(1), entries[:1], NOW, lease_s=LEASE_S)
    assert sealed is not None

    second = await active(other)

    with pytest.raises(StalePlan):
        await first.messages.begin_try(sealed.id, NOW)
    with pytest.raises(StalePlan):
        await first.entries.seal(message_id(2), entries[1:], NOW, lease_s=LEASE_S)
    with pytest.raises(StalePlan):
        await first.messages.confirm(sealed.id, 1, NOW)
    assert (await second.messages.begin_try(sealed.id, NOW)).attempts == 1


async def test_messages_of_the_last_term_need_not_wait_for_its_leases(storage: Storage, other: Storage) -> None:
    first = await active(storage)
    entries = await decided(storage, 1)
    await first.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)

    second = await active(other)

    [claimed] = await second.messages.claim(later(seconds=1), limit=10, lease_s=LEASE_S)
    assert claimed.id == message_id(1)


async def test_a_process_outside_of_a_term_reads_and_writes_nothing(storage: Storage) -> None:
    fenced = Storage.over(FencedDatabase(storage.database, SENDER))

    assert await fenced.entries.waiting(NOW) == {}
    with pytest.raises(StalePlan):
        await fenced.messages.claim(NOW, limit=1, lease_s=LEASE_S)


async def test_what_another_process_writes_outside_of_the_role_is_not_fenced(
    storage: Storage, other: Storage
) -> None:
    await active(storage)

    await other.maintenance.set_note("a", "b")

    assert await storage.maintenance.get_note("a") == "b"
