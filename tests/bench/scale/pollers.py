"""Polls a second and CPU a poll of one, two and four pollers, as processes, over SQLite and over PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
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

FEEDS: Final = 250
HOSTS: Final = 250
COUNTS: Final = (1, 2, 4)
DELAY_S: Final = 0.001
"""Time that each direction takes to a server far away."""
_PROCESS: Final = "tests.bench.scale.poll_process"
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
    one: Fleet | None = None
    """That of one poller over the same database."""
    polls_a_s: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)

    def wait_until_ready(self) -> None:
        """Wait until its processes have the database open."""
        for poller in self.pollers:
            poller.wait_until_ready()


class Poller:
    """A process of ``poll_process``."""

    def __init__(self, stack: ExitStack, url: str, folder: Path, *, alone: bool = False) -> None:
        self._process = stack.enter_context(
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.bench.scale.poll_process",
                    url,
                    str(folder),
                    "alone" if alone else "beside",
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        stack.callback(self._process.terminate)
        self._is_ready = False

    def wait_until_ready(self) -> None:
        """Wait until it has the database open."""
        if not self._is_ready:
            self.said()
            self._is_ready = True

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
        fleets = [Fleet("SQLite, 1 poller", file, [Poller(stack, file, folder)], None)]
        fleets += _fleets(stack, "PostgreSQL", remote, folder, server)
        there = stack.enter_context(_network(server))
        fleets += _fleets(stack, f"PostgreSQL {2000 * DELAY_S:g} ms away", there(remote), folder, server)
        for fleet in fleets:
            fleet.wait_until_ready()
        for fleet in fleets[:2]:  # first looks
            _round(fleet, measured=False)
        for _ in range(rounds):
            for fleet in fleets:
                _round(fleet, measured=True)
    return [one for fleet in fleets for one in _numbers(fleet)]


def _fleets(stack: ExitStack, name: str, url: str, folder: Path, server: Server) -> list[Fleet]:
    """One, two and four pollers; and as many that do not write beside each other."""
    beside = [Poller(stack, url, folder) for _ in range(max(COUNTS))]
    alone = [Poller(stack, url, folder, alone=True) for _ in range(max(COUNTS))]
    one = Fleet(f"{name}, 1 poller", url, beside[:1], server)
    found = [one]
    found += [Fleet(f"{name}, {count} pollers", url, beside[:count], server, one) for count in COUNTS[1:]]
    return [*found, Fleet(f"{name}, {max(COUNTS)} pollers, every write alone", url, alone, server, one)]


@contextmanager
def _network(server: Server) -> Iterator[Callable[[str], str]]:
    """A function that makes of a server's URL that of the same database behind a slow network."""
    with (
        tempfile.TemporaryDirectory(prefix="kawaraban-far-") as folder,
        running("worlds.far_server", str(server.folder), folder, str(DELAY_S)) as there,
    ):
        yield lambda url: url.replace(str(server.folder), there)


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


def _numbers(fleet: Fleet) -> list[Number]:
    found = [
        number(f"{fleet.name}: polls", "a second", fleet.polls_a_s),
        number(f"{fleet.name}: our CPU a poll", "ms", fleet.cpu_ms),
    ]
    if is_server(fleet.url):
        found += [
            number(f"{fleet.name}: the server's CPU a poll", "ms", fleet.server_ms),
            number(f"{fleet.name}: cores used by pollers and server", "cores", fleet.cores),
        ]
    if fleet.one is not None:
        ratios = [many / single for many, single in zip(fleet.polls_a_s, fleet.one.polls_a_s, strict=True)]
        found.append(number(f"{fleet.name}: polls a second beside one poller", "times", ratios))
    return found
