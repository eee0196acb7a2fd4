"""Signals over a real server: heard by others, and again after the connection was lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.storage.postgres.signals import CHANNEL, PostgresSignals
from tests.inspection import Inspect

LISTENERS = (
    f"SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN {CHANNEL}%' AND datname = current_database()"  # noqa: S608
)
TERMINATE = LISTENERS.replace("SELECT pid", "SELECT pg_terminate_backend(pid) AS ended", 1)


class Listener:
    def __init__(self, url: str, name: str) -> None:
        self._heard = threading.Semaphore(0)
        self.signals = PostgresSignals(url, name, self._heard.release)

    def hears(self, wait_s: float = 30) -> bool:
        return self._heard.acquire(timeout=wait_s)


@contextmanager
def listening(url: str, name: str) -> Iterator[Listener]:
    """A process that has begun to listen."""
    listener = Listener(url, name)
    listener.signals.start()
    try:
        assert listener.hears()  # that it is connected
        yield listener
    finally:
        listener.signals.stop()


@pytest.fixture
def inspect(postgres_url: str) -> Inspect:
    return Inspect(postgres_url)


def test_a_signal_is_heard_by_the_others_and_not_by_the_sender(postgres_url: str) -> None:
    with listening(postgres_url, "a") as first, listening(postgres_url, "b") as second:
        first.signals.send()
        assert second.hears()

        second.signals.send()
        assert first.hears()  # its own, sent before, would have been heard by now
        assert not first.hears(wait_s=0)


def test_whoever_listens_anew_may_have_missed_something(postgres_url: str, inspect: Inspect) -> None:
    with listening(postgres_url, "a") as first, listening(postgres_url, "b") as second:
        inspect(TERMINATE)

        assert first.hears()
        assert second.hears()
        first.signals.send()
        assert second.hears()
