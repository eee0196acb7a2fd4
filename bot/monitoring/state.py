"""State of a process for monitoring, and samples of what cannot be read in passing.

A scrape reads memory only: the database is asked every ``SAMPLE_EVERY_S`` in the background, by queries whose cost
has a bound (``storage.sql.reports.monitoring``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from bot.core.calendar.clock import WaitingTimes
from bot.core.errors import StorageError
from bot.core.histogram import Histogram
from bot.core.limits.disk_space import DiskUsage
from bot.core.processes import ProcessSurvey, survey
from bot.core.roles import Roles
from bot.delivery.leadership import Leadership
from bot.services import Services
from bot.storage.sql.reports.monitoring import Backlog

log = logging.getLogger(__name__)

SAMPLE_EVERY_S: Final = 15.0
"""Seconds between two samples of the database, as often as Prometheus usually scrapes."""
SAMPLE_WITHIN_S: Final = 10.0
"""Seconds after which a sample is given up: a file that another program has locked takes 5 s to be busy."""
SERVER_SIZE_EVERY: Final = 20
"""Samples between two measurements of the size of a server's database: PostgreSQL looks at each of its files."""
LAG_EVERY_S: Final = 1.0
LAG_BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class GatewayState(Protocol):
    """The gateway connection of a process, as ``TrendBot`` has it."""

    @property
    def guild_count(self) -> int:
        """Number of servers on the shards of this process."""
        ...

    @property
    def used(self) -> int:
        """Number of commands, buttons and forms used since the start."""
        ...

    def shards_connected(self) -> int:
        """Number of shards with a session."""
        ...

    def shards_expected(self) -> int:
        """Number of shards of this process; 1 before it is known."""
        ...


@dataclass(frozen=True, slots=True)
class DatabaseSample:
    """Result of asking the database. ``at``: on the event loop's clock. ``error``: why it failed; None: it worked.

    The others are None before the first answer and after a failure; ``processes`` also of a process that is alone
    over its database.
    """

    at: float
    backlog: Backlog | None = None
    disk_usage: DiskUsage | None = None
    processes: ProcessSurvey | None = None
    error: str | None = None


@dataclass(slots=True)
class Monitored:
    """Parts of a process that are monitored. ``gateway``, ``leadership``: of a process with that role.

    ``sample``: the newest; None before the first.
    """

    services: Services
    roles: Roles
    gateway: GatewayState | None = None
    leadership: Leadership | None = None
    sample: DatabaseSample | None = None
    lag: Histogram = field(default_factory=lambda: Histogram(LAG_BOUNDS_S))
    started_at: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    waiting: WaitingTimes = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = WaitingTimes(self.services.clock(), self.started_at)

    def waits_s(self, since: datetime | None) -> float:
        """Seconds for which something waits, at the last look at the clock; 0 for None."""
        return 0.0 if since is None else max(0.0, self.waiting.since(since).total_seconds())

    @property
    def sends_now(self) -> bool:
        """Whether this process delivers: alone, or as the active sender."""
        if not self.roles.sends:
            return False
        return self.leadership is None or self.leadership.is_active


class Sampler:
    """Asks the database for a process, and measures the lag of its event loop."""

    def __init__(self, monitored: Monitored, clock: Callable[[], float] | None = None) -> None:
        self._monitored = monitored
        self._clock = clock or asyncio.get_running_loop().time
        self._taken = 0
        self._disk_usage: DiskUsage | None = None

    async def take(self) -> DatabaseSample:
        """Ask the database now; the result is ``Monitored.sample`` too. Never raises but on cancellation."""
        services, at = self._monitored.services, self._clock()
        try:
            async with asyncio.timeout(SAMPLE_WITHIN_S):
                now = services.clock()
                await services.storage.monitoring.probe(now)
                backlog = await services.storage.monitoring.backlog(now)
                if self._is_size_due():
                    self._disk_usage = await services.storage.maintenance.disk_usage()
                processes = None
                if not self._monitored.roles.is_whole:
                    processes = survey(await services.storage.processes.listed(), now)
            self._taken += 1
            sample = DatabaseSample(at, backlog, self._disk_usage, processes)
        except TimeoutError:
            sample = DatabaseSample(at, error=f"no answer within {SAMPLE_WITHIN_S:.0f} s")
        except StorageError as error:
            sample = DatabaseSample(at, error=str(error))
        self._monitored.sample = sample
        return sample

    def _is_size_due(self) -> bool:
        """Whether to measure the size now: of a file in each sample, since its disk may be full in the next."""
        known = self._disk_usage
        return known is None or known.disk_free is not None or self._taken % SERVER_SIZE_EVERY == 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sample in the background while the block runs."""
        tasks = [
            asyncio.create_task(self._sample(), name="monitoring sample"),
            asyncio.create_task(self._measure_lag(), name="monitoring lag"),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _sample(self) -> None:
        while True:
            try:
                await self.take()
            except Exception:  # monitoring outlives every fault
                log.exception("the database could not be sampled by a fault of ours")
                self._monitored.sample = DatabaseSample(self._clock(), error="a fault of Kawaraban, see the log")
            await asyncio.sleep(SAMPLE_EVERY_S)

    async def _measure_lag(self) -> None:
        while True:
            before = self._clock()
            await asyncio.sleep(LAG_EVERY_S)
            self._monitored.lag.observe(self._clock() - before - LAG_EVERY_S)
