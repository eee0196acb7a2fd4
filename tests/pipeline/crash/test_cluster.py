"""Processes with roles over PostgreSQL: killed, paused, cut off, and without their server for a while.

Hundreds more: ``.venv/bin/python -m tests.pipeline.crash --cluster --runs 200``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pipeline.crash.runs import Play, Verdict, play_all
from tests.postgres_server import SAFE, NoServer, Server, running_server

PLAYS = [Play(seed=seed, calm=True, cluster=True, faults=2) for seed in (61, 11)]


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """A server for each play, which may kill it."""
    with ExitStack() as stack:
        try:
            yield [stack.enter_context(running_server(SAFE)) for _ in PLAYS]
        except NoServer as why:
            pytest.skip(str(why))


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.invariant(8)
def test_processes_with_roles_lose_and_repeat_nothing_whatever_is_killed(
    servers: list[Server], tmp_path: Path
) -> None:
    """The server and the active sender, a connection and a poller; a paused one wakes after its lock is gone."""

    async def play() -> list[Verdict]:
        return [verdict async for verdict in play_all(PLAYS, tmp_path, servers=servers)]

    for verdict in asyncio.run(play()):
        assert not verdict.findings.violations, str(verdict)
        assert verdict.findings.digests == 5
        assert verdict.faults is not None
        assert verdict.faults.take_overs, "a sender was lost"
