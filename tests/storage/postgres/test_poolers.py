"""A pooler between the bot and PostgreSQL: one by sessions is like the server, one by transactions is refused.

Locks, LISTEN and settings belong to a session. A pooler by transactions takes them from a client without an error:
https://github.com/netbox-community/netbox/issues/23009, https://github.com/goauthentik/authentik/issues/23876.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from bot.core.errors import ServerProblem, ServerUnusable
from bot.storage.opening import server_facts
from bot.storage.postgres import leader_lock
from bot.storage.postgres.leader_lock import PostgresLeaderLock
from bot.storage.postgres.lock_keys import LockKey
from bot.storage.postgres.session_locks import SessionLocks, kept
from tests.fakes.pooler import Pooler, running_pooler
from tests.inspection import Inspect, Row
from tests.postgres_server import Server
from tests.test_instance_lock import HOLDER, wait_for

UNLOCK = "SELECT pg_advisory_unlock_all()"


@pytest.fixture
def pooler(postgres_server: Server, postgres_url: str) -> Iterator[Pooler]:
    with running_pooler(postgres_server, "contract") as running:
        yield running


@pytest.mark.parametrize("newest_first", [True, False])
async def test_pooler_by_transactions_is_refused(pooler: Pooler, newest_first: bool) -> None:
    pooler.newest_first = newest_first

    with pytest.raises(ServerUnusable) as refused:
        await server_facts(pooler.url)

    assert refused.value.problem is ServerProblem.POOLER


async def test_pooler_by_sessions_is_taken_for_the_server(pooler: Pooler) -> None:
    pooler.by_transaction = False

    facts = await server_facts(pooler.url)

    assert facts is not None
    assert facts.encoding == "UTF8"


def test_lock_whose_session_another_client_was_given_is_held_no_more(pooler: Pooler) -> None:
    with closing(SessionLocks(pooler.url, own=[LockKey.INSTANCE])) as lock:
        pooler.by_transaction = False
        assert lock.acquire() is None
        assert lock.are_held()

        pooler.by_transaction = True
        lock.are_held()  # the answer ends the transaction: the session is anybody's
        with psycopg.connect(pooler.url, autocommit=False) as other:
            other.execute("SELECT 1")

            assert not lock.are_held()


def test_active_sender_counts_on_no_lock_that_its_session_does_not_hold(
    pooler: Pooler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader_lock, "TRY_EVERY_S", 0.01)
    pooler.by_transaction = False
    changed = threading.Semaphore(0)
    lock = PostgresLeaderLock(pooler.url, LockKey.SENDER, changed.release)
    lock.start()
    try:
        assert changed.acquire(timeout=30)
        assert lock.tenure == 1

        pooler.by_transaction = True
        with closing(psycopg.connect(pooler.url, autocommit=True)) as other:
            wait_for(lambda: (other.execute(UNLOCK), changed.acquire(blocking=False))[1])

        assert lock.tenure != 1
    finally:
        lock.stop()


def test_locks_of_a_process_are_taken_again_where_its_session_does_not_hold_them(
    pooler: Pooler, postgres_url: str
) -> None:
    def held() -> list[Row]:
        return Inspect(postgres_url)(HOLDER, LockKey.INSTANCE)

    pooler.by_transaction = False
    locks = SessionLocks(pooler.url, shared=[LockKey.INSTANCE])
    with kept(locks, on_taken=lambda: None, on_newer=lambda: None, check_every_s=0.01) as refused:
        assert refused is None
        pooler.by_transaction = True
        before = held()
        with closing(psycopg.connect(pooler.url, autocommit=True)) as other:
            wait_for(lambda: (other.execute(UNLOCK), held() not in ([], before))[1])
