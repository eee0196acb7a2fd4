"""The lock of the active process on a real server: lost with its session, and taken by another one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot.storage.postgres import leader_lock
from bot.storage.postgres.leader_lock import PostgresLeaderLock
from bot.storage.postgres.lock_keys import LockKey
from tests.inspection import Inspect
from tests.postgres_server import Server

TERMINATE = """
SELECT pg_terminate_backend(pid) AS ended FROM pg_locks WHERE locktype = 'advisory' AND objid = ? AND granted
"""


class Watched:
    """A lock in a hurry, and a way to wait for its changes."""

    def __init__(self, url: str) -> None:
        self._changed = threading.Condition()
        self.lock = PostgresLeaderLock(url, LockKey.SENDER, self._on_change)

    def _on_change(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, timeout=30)


@contextmanager
def trying(url: str) -> Iterator[Watched]:
    watched = Watched(url)
    watched.lock.start()
    try:
        yield watched
    finally:
        watched.lock.stop()


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader_lock, "TRY_EVERY_S", 0.01)


@pytest.fixture
def inspect(postgres_url: str) -> Inspect:
    return Inspect(postgres_url)


def test_one_has_it_and_the_next_one_takes_it_when_the_first_stops(postgres_url: str) -> None:
    with trying(postgres_url) as second_later, trying(postgres_url) as first:
        holder, waiter = _sorted(first, second_later)
        assert waiter.lock.tenure is None
        assert holder.lock.is_certain
        assert not waiter.lock.is_certain

        holder.lock.stop()

        waiter.wait_for(lambda: waiter.lock.tenure == 1)
        assert holder.lock.tenure is None


def test_a_session_that_the_server_ended_ends_the_tenure(postgres_url: str, inspect: Inspect) -> None:
    with trying(postgres_url) as first:
        first.wait_for(lambda: first.lock.tenure == 1)

        inspect(TERMINATE, LockKey.SENDER)

        first.wait_for(lambda: first.lock.tenure == 2)


def test_a_process_that_proves_nothing_loses_the_lock(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a paused one does: the server ends its session."""
    silent = PostgresLeaderLock(postgres_url, LockKey.SENDER, lambda: None)
    with monkeypatch.context() as patched:
        patched.setattr(leader_lock, "IDLE_WITHIN_S", 0.05)
        silent._step()
    assert silent.tenure == 1

    with trying(postgres_url) as other:
        other.wait_for(lambda: other.lock.tenure == 1)

    silent._step()
    assert silent.tenure is None
    silent._session.close()


def test_a_proof_is_believed_for_a_while_only(postgres_url: str) -> None:
    paused = PostgresLeaderLock(postgres_url, LockKey.SENDER, lambda: None)
    paused._step()
    assert paused.is_certain

    paused._proven_at -= 3.1

    assert paused.tenure == 1
    assert not paused.is_certain
    paused._session.close()


def test_the_lock_is_taken_again_after_the_server_was_killed_and_came_back(
    postgres_server: Server, postgres_url: str
) -> None:
    with trying(postgres_url) as first:
        first.wait_for(lambda: first.lock.tenure == 1)

        postgres_server.stop()
        first.wait_for(lambda: first.lock.tenure is None)
        postgres_server.start()

        first.wait_for(lambda: first.lock.tenure == 2)


def _sorted(one: Watched, other: Watched) -> tuple[Watched, Watched]:
    """Who has the lock, and who has not."""
    for _ in range(3000):
        if one.lock.tenure is not None or other.lock.tenure is not None:
            break
        threading.Event().wait(0.01)
    return (one, other) if one.lock.tenure is not None else (other, one)
