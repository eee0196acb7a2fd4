"""The real bot as a process of its own, in a hurry, that may kill itself (SIGKILL) at a named step.

The waits of a day are shortened in proportion (a try takes two seconds at most, a lease and the time a nonce is
trusted one each, where a minute, half a minute and three are usual), so that a crash and its recovery fit into
seconds; what waits for Discord to come back goes by ``MINUTE_S``. The promises stay.

Processes are forked from one that has imported everything: a start costs a tenth of a new interpreter's.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import discord.client
import discord.http
import discord.shard
import discord.webhook.async_
import httpx

import bot
import bot.bootstrap
import bot.delivery.discord.destinations
import bot.delivery.loop
import bot.polling.poller
import bot.polling.watch_leases
import bot.roles
import bot.scheduler
import bot.services.digest_runner
import bot.storage.postgres.connection
import bot.storage.sqlite.connection
from bot import app
from bot.bootstrap import http_limits
from bot.core import leases
from bot.core.roles import Role, Roles, Shards
from bot.delivery import editor, history_reader, outage, pause_notices, retry, sender
from bot.gateway.client import COGS, TrendBot
from bot.sources.http.client import Answer, Http
from bot.sources.http.limits import HttpLimits
from bot.sources.parsing.process_pool import Readers
from bot.sources.pictures import store
from bot.sources.pictures.shapes import MAKER
from bot.storage.migration_files import Step
from bot.storage.postgres.transactions import TransactionCounts
from bot.storage.sqlite.migrate import load_steps
from config.settings import load
from tests.fakes.trend_site import SENT_HEADER
from tests.pipeline.crash.kill_points import POINTS, PlannedKill, plant, replace_in

log = logging.getLogger(__name__)

NONCE_TRUSTED_S = 1.0
"""After this the bot reads history before it sends again."""

LEASE_S = 1.0
SHARED_LEASE_S = 5.0
"""Where several processes ask for one: a busy machine must not make a process that works look like a dead one."""
IDENTIFY_S = 0.5

LOG_FORMAT = "%(process)d %(created).3f %(name)s %(message)s"
RETRIED = "a transaction is run again"
"""In the log, for each one that met a conflict or lost its connection."""

MINUTE_S = 0.5
"""What a minute is to whatever waits for Discord to come back: ten minutes of outage are five seconds."""

_PR_SET_PDEATHSIG = 1
"""Of ``prctl(2)``."""

UPGRADE_SQL = """
CREATE TABLE crash_rehearsal (post_key TEXT PRIMARY KEY, rp INTEGER) STRICT;
INSERT INTO crash_rehearsal SELECT post_key, max(max_rp) FROM posts GROUP BY post_key;
ALTER TABLE entries ADD COLUMN crash_colour TEXT;
UPDATE entries SET crash_colour = 'ink';
UPDATE messages SET error = error;
CREATE INDEX entries_crash_colour ON entries (crash_colour);
DROP TABLE crash_rehearsal;
"""
"""The next version of the program touches everything that waits."""


def upgraded_steps() -> tuple[Step, ...]:
    """The program's migrations and one more."""
    steps = load_steps()
    version = len(steps) + 1
    return (*steps, Step(version, f"{version:04}_crash", UPGRADE_SQL))


@dataclass(frozen=True)
class Orders:
    """What a process is told. ``kill_at``: a name in ``POINTS``, which may pass ``passes`` times; "": none."""

    environment: dict[str, str]
    log: Path
    roles: tuple[Role, ...] = ()
    """None: it does everything, alone."""
    shards: Shards = Shards()
    kill_at: str = ""
    passes: int = 0
    upgraded: bool = False


def hurry(lease_s: float = LEASE_S) -> None:
    """Shorten the waits."""
    for owner in (
        sender,
        bot.delivery.loop,
        bot.polling.poller,
        bot.polling.watch_leases,
        bot.services.digest_runner,
    ):
        replace_in(owner, "LEASE_S", lease_s)
    replace_in(leases, "RENEW_EVERY", timedelta(seconds=lease_s / 4))
    replace_in(history_reader, "UNDER_WAY", timedelta(seconds=lease_s / 10))
    replace_in(sender, "NONCE_WINDOW", timedelta(seconds=NONCE_TRUSTED_S))
    replace_in(retry, "MAX_BACKOFF_S", 0.15)
    for owner in (retry, bot.delivery.loop):
        replace_in(owner, "IDLE_WAIT_S", 0.1)
    replace_in(bot.delivery.discord.destinations, "ANSWER_TIMEOUT_S", 2.0)
    hurry_after_faults()
    replace_in(store, "TRIES_AFTER_S", (0.05, 0.1))
    replace_in(Readers, "read", _read_here)
    trigger = bot.scheduler.SteadyTrigger
    replace_in(bot.scheduler, "SteadyTrigger", lambda every: trigger(every / 4))
    begin = TrendBot.__init__

    def impatient(self: TrendBot, *args: Any, **options: Any) -> None:
        begin(self, *args, **options)
        self._connection.guild_ready_timeout = 0.5

    replace_in(TrendBot, "__init__", impatient)


async def _read_here(_: Readers, __: str, reading: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Read something long in this process: to start one for each bot that is killed takes longer than it lives."""
    return reading(*args, **named)


def roles_in_a_hurry(orders: Orders) -> None:
    """Shorten the turn of an identify, space requests, tell sites who asks and when, and log retried transactions.

    The lock of the active sender keeps its times: how long another one takes over is to be measured.
    """
    replace_in(bot.roles, "_IDENTIFY_S", IDENTIFY_S)
    replace_in(bot.bootstrap, "http_limits", _limits_on_loopback)
    replace_in(bot.bootstrap, "_min_interval_s", lambda settings: settings.http.per_host_interval_s)
    send = Http._send

    async def dated(self: Http, request: httpx.Request, most: int) -> Answer:
        request.headers[SENT_HEADER] = str(time.monotonic())
        return await send(self, request, most)

    replace_in(Http, "_send", dated)
    replace_in(bot, "__version__", f"{bot.__version__}-{'-'.join(orders.roles)}-{os.getpid()}")

    class Written(TransactionCounts):
        def __setattr__(self, name: str, value: int) -> None:
            super().__setattr__(name, value)
            if value:
                log.info("%s: %s", RETRIED, name)

    replace_in(bot.storage.postgres.connection, "TransactionCounts", Written)


def _limits_on_loopback(*args: Any, **options: Any) -> HttpLimits:
    """The limits of requests, which hold for the site on this machine as for any other."""
    return replace(http_limits(*args, **options), unlimited_loopback=False)


def hurry_after_faults() -> None:
    """Shorten, in proportion, what waits for a fault of Discord to pass."""
    minute = timedelta(seconds=MINUTE_S)
    replace_in(sender, "SECOND_CHECK_AFTER", 5 * minute)
    replace_in(sender, "STUCK_FOR", 10 * minute)
    replace_in(sender, "SETTLED_S", MINUTE_S / 4)
    replace_in(outage, "_FIRST_WAIT_S", MINUTE_S / 60)
    replace_in(outage, "_LONGEST_WAIT_S", MINUTE_S)
    for owner in (sender, editor):
        replace_in(owner, "MAX_SLOT_WAIT_S", 0.2)
    replace_in(editor, "TAKE_DOWN_FIRST", minute)
    replace_in(editor, "TAKE_DOWN_LONGEST", 4 * minute)  # not six hours: a run does not last so long
    for name, minutes in (("CALM", 1), ("LATEST", 10), ("CHECK_EVERY", 0.25)):
        replace_in(pause_notices, name, minutes * minute)
    # discord.py's own waits: between the tries of a 5xx, before a new session.
    for owner in (discord.http, discord.client, discord.shard, discord.webhook.async_):
        replace_in(owner, "asyncio", _Impatient())
    replace_in(app, "stay_connected", partial(vars(app)["stay_connected"], sleep=_Impatient.sleep))


class _Impatient:
    """``asyncio`` for a library whose sleeps are to be short."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds * MINUTE_S / 60)

    @staticmethod
    async def wait(futures: Any, *, timeout: float | None = None, **options: Any) -> Any:  # noqa: ASYNC109
        """A limiter whose refresh was cancelled is looked at again after 30 s, half of what a try may take."""
        shorter = None if timeout is None else timeout * MINUTE_S / 60
        return await asyncio.wait(futures, timeout=shorter, **options)


def run(orders: Orders) -> None:
    """Be the bot, in this process, until killed."""
    _end_with_the_harness()
    os.environ.update(orders.environment)
    tempfile.tempdir = None  # it may have been asked for before the fork
    with orders.log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, force=True)
    hurry(SHARED_LEASE_S if orders.roles else LEASE_S)
    if orders.upgraded:
        replace_in(bot.storage.sqlite.connection, "load_steps", upgraded_steps)
    if orders.kill_at:
        plant(PlannedKill(POINTS[orders.kill_at], orders.passes))
    if orders.roles:
        roles_in_a_hurry(orders)
        asyncio.run(bot.roles.run(load(), Roles.of(orders.roles), orders.shards))
    else:
        asyncio.run(app.run_bot(load()))


def _end_with_the_harness() -> None:
    """Have Linux kill this process, a stopped one too, when the one that forked it ends, as that does with ours.

    It ends when a pipe from ours is closed, of which Python gives each process that it forks a copy.
    """
    if sys.platform == "linux":
        os.close(vars(forkserver._forkserver)["_forkserver_alive_fd"])
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(
    [__name__, "tests.pipeline.crash.world", "pytest", MAKER, *COGS, "tests.warm_start"]
)


class BotProcess:
    """A running bot."""

    def __init__(self, orders: Orders) -> None:
        self._process: ForkServerProcess = _NURSERY.Process(target=run, args=(orders,), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; -9 after ``kill -9``."""
        return self._process.exitcode

    async def ended(self, wait_s: float) -> bool:
        """Whether it ends within so many seconds."""
        with contextlib.suppress(TimeoutError):
            await until(lambda: self.exit_code is not None, wait_s)
        return self.exit_code is not None

    def signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL, if that is still needed, and wait until it is gone."""
        self._process.kill()
        self._process.join(10)
        self._process.close()


@contextlib.contextmanager
def bot_process(orders: Orders) -> Iterator[BotProcess]:
    """A bot that is killed at the end, whatever happened."""
    process = BotProcess(orders)
    try:
        yield process
    finally:
        process.kill()


async def until(condition: Callable[[], Any], wait_s: float, *, every_s: float = 0.02) -> None:
    """Wait for what happens in other processes; raises TimeoutError."""
    async with asyncio.timeout(wait_s):
        while True:
            if condition():
                return
            await asyncio.sleep(every_s)
