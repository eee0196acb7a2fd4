"""Polls a second and CPU a poll of one, two and four pollers, as processes, over SQLite and over PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from bot.core.models import Rules, SourceName
from bot.core.text import make_topic
from bot.storage.opening import is_server, open_storage
from bot.storage.sql.mapping.common import to_us
from tests.bench.child import running
from tests.bench.report import Number, number
from tests.bench.server_cpu import server_cpu_s
from tests.bench.worlds import feed_hosts
from tests.inspection import Inspect, url_of
from tests.postgres_server import Server, running_server

FEEDS: Final = 1_000
HOSTS: Final = 250
COUNTS: Final = (1, 2, 4)
_SUBSCRIBE: Final = """
INSERT INTO subscriptions (id, guild_id, channel_id, topic_key, created_by, created_at, language, rules)
SELECT id, id / 100 + 1, id / 10 + 1000000, topic_key, 1, ?, 'ja', ? FROM watches
"""
_LISTEN: Final = """
INSERT INTO subscription_watches (watch_id, subscription_id, min_rp) SELECT id, id, 100000 FROM watches
"""
_SETTINGS: Final = ("shared_buffers=128MB", "shared_preload_libraries=pg_stat_statements")


@dataclass(slots=True)
class Fleet:
    """Pollers over one database, and what their rounds showed."""

    name: str
    url: str
    pollers: Sequence[Poller]
    server: Server | None
    polls_a_s: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    site_ms: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)


class Poller:
    """A process of ``poll_process``."""

    def __init__(self, stack: ExitStack, url: str, folder: Path) -> None:
        self._process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.scale.poll_process", url, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        stack.callback(self._process.terminate)

    def begin(self, due_by: datetime) -> None:
        """Let it begin a round."""
        assert self._process.stdin is not None
        self._process.stdin.write(due_by.isoformat() + "\n")
        self._process.stdin.flush()

    def said(self) -> dict[str, Any]:
        """The next line that it prints."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            msg = "a poller ended"
            raise RuntimeError(msg)
        found: dict[str, Any] = json.loads(line)
        return found


def measure(folder: Path, rounds: int) -> list[Number]:
    """Rounds of all fleets in turn, so that other work of the machine slows all of them."""
    with ExitStack() as stack:
        port = int(stack.enter_context(running("worlds.feed_hosts")))
        server = stack.enter_context(running_server(_SETTINGS))
        file, remote = url_of(folder / "scale.db"), server.new_database("pollers")
        for url in (file, remote):
            asyncio.run(_add_feeds(url, port))
        with closing(psycopg.connect(remote, autocommit=True)) as connection:
            connection.execute("VACUUM ANALYZE")
        alone = Poller(stack, file, folder)
        pollers = [Poller(stack, remote, folder) for _ in range(max(COUNTS))]
        for poller in (alone, *pollers):
            poller.said()
        fleets = [Fleet("SQLite, 1 poller", file, [alone], None)]
        fleets += [
            Fleet(f"PostgreSQL, {count} poller{'s' if count > 1 else ''}", remote, pollers[:count], server)
            for count in COUNTS
        ]
        for fleet in (fleets[0], fleets[-1]):  # first looks
            _round(fleet, measured=False)
        for _ in range(rounds):
            for fleet in fleets:
                _round(fleet, measured=True)
    return [one for fleet in fleets for one in _numbers(fleet, fleets[1])]


async def _add_feeds(url: str, port: int) -> None:
    """Feeds with a subscription each, which is sent nothing: their counts stay below its minimum."""
    now = datetime.now(UTC)
    storage = await open_storage(url)
    try:
        topics = [make_topic(f"便り{each:05}") for each in range(FEEDS)]
        feeds = [
            (SourceName.FEED, topic, feed_hosts.address(each, HOSTS, port)) for each, topic in enumerate(topics)
        ]
        await storage.watches.add(feeds, now)
    finally:
        await storage.close()
    inspect = Inspect(url)
    inspect(_SUBSCRIBE, to_us(now), msgspec.json.encode(Rules()).decode())
    inspect(_LISTEN)


def _round(fleet: Fleet, *, measured: bool) -> None:
    due_by = datetime.now(UTC)
    inspect = Inspect(fleet.url)
    inspect("UPDATE watches SET next_poll_at = ?", to_us(due_by))
    inspect("DELETE FROM leases")
    server_s = 0.0 if fleet.server is None else server_cpu_s(fleet.server)
    began = time.perf_counter()
    for poller in fleet.pollers:
        poller.begin(due_by)
    done = [poller.said() for poller in fleet.pollers]
    wall_s = time.perf_counter() - began
    if fleet.server is not None:
        server_s = server_cpu_s(fleet.server) - server_s
    polled, failed = (sum(int(each[name]) for each in done) for name in ("polled", "failed"))
    if polled != FEEDS or failed:
        msg = f"the round was not what it should be: {done}"
        raise RuntimeError(msg)
    if measured:
        cpu_s = sum(each["cpu_s"] for each in done)
        fleet.polls_a_s.append(polled / wall_s)
        fleet.cpu_ms.append(1000 * cpu_s / polled)
        fleet.server_ms.append(1000 * server_s / polled)
        fleet.cores.append((cpu_s + server_s) / wall_s)


def _numbers(fleet: Fleet, one: Fleet) -> list[Number]:
    found = [
        number(f"{fleet.name}: polls", "a second", fleet.polls_a_s),
        number(f"{fleet.name}: our CPU a poll", "ms", fleet.cpu_ms),
    ]
    if is_server(fleet.url):
        found += [
            number(f"{fleet.name}: the server's CPU a poll", "ms", fleet.server_ms),
            number(f"{fleet.name}: cores used by pollers and server", "cores", fleet.cores),
            number(
                f"{fleet.name}: polls a second beside one poller",
                "times",
                [many / single for many, single in zip(fleet.polls_a_s, one.polls_a_s, strict=True)],
            ),
        ]
    return found
