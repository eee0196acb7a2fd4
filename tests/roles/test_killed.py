"""Senders as processes that are killed and paused: the other one takes over, and nothing stands there twice."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from bot.core.roles import Role

from .process import Orders, forked
from .rig import Cluster, cluster


@pytest.fixture
async def here(postgres_url: str, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with cluster(postgres_url, tmp_path) as there:
        yield there


def sender(here: Cluster, name: str, *, pauses: bool = False) -> AbstractContextManager[ForkServerProcess]:
    orders = Orders(here.environment(), here.folder / f"{name}.log", (Role.SENDER,), pauses)
    return forked(orders)


def log_of(here: Cluster, name: str) -> str:
    path = here.folder / f"{name}.log"
    return path.read_text() if path.exists() else ""


def pid_of(process: ForkServerProcess) -> int:
    assert process.pid is not None
    return process.pid


@pytest.mark.invariant(1)
async def test_a_killed_sender_is_followed_by_the_one_that_stands_by(here: Cluster) -> None:
    with sender(here, "first") as first, sender(here, "second"):
        await here.until(lambda: "is the active sender" in log_of(here, "first") + log_of(here, "second"))
        await here.decide("号外その一")
        await here.until(lambda: here.told("号外その一"))

        if "is the active sender" in log_of(here, "first"):
            first.kill()
        await here.decide("号外その二")

        await here.until(lambda: here.told("号外その二"))
        assert here.told("号外その一") == 1


@pytest.mark.invariant(2)
async def test_a_sender_that_wakes_after_its_lock_is_gone_sends_nothing_a_second_time(here: Cluster) -> None:
    """It was paused between the record of its try and the request; Discord has forgotten the nonce by then."""
    with sender(here, "paused", pauses=True) as paused:
        await here.until(lambda: "is the active sender" in log_of(here, "paused"))
        with sender(here, "other"):
            await here.decide("号外その一")
            await here.until(lambda: here.told("号外その一"))
            here.clock.advance(3600)

            os.kill(pid_of(paused), signal.SIGCONT)
            await here.until(lambda: "no longer the active" in log_of(here, "paused"))
            await here.decide("号外その二")
            await here.until(lambda: here.told("号外その二"))

    assert (here.told("号外その一"), here.told("号外その二")) == (1, 1)
    assert "is the active sender" in log_of(here, "other")
