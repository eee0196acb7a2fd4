"""APScheduler ticks. Due times are in the database, so a restart forgets none of them.

One tick over an indexed column costs a seventh of 10,000 APScheduler jobs.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.core.calendar.clock import Clock
from bot.core.errors import DatabaseBusy, StalePlan

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

POLL_EVERY = timedelta(seconds=1)
DIGEST_EVERY = timedelta(seconds=1)
NOTICE_EVERY = timedelta(seconds=60)
PRUNE_EVERY = timedelta(hours=6)
MINUTE = timedelta(minutes=1)
RELOAD_EVERY = timedelta(seconds=2)
LOOK_EVERY_S: Final = 5.0
"""Seconds on the loop's clock between two looks for a clock that was set back."""
LOGGED_AGAIN_AFTER_S: Final = 300.0
"""Seconds between two log lines of a job that is put off for the same reason."""


class SteadyTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires once an interval; of what was passed over once, however much that was.

    APScheduler lists all times between the last and now. With its own trigger of a second, a clock that is set
    ahead by 30 days, as on a machine without a battery, blocks the event loop for 32 s (measured).
    """

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The time after ``previous_fire_time``, if it is ahead by no more than an interval."""
        following = (previous_fire_time or now) + self.every
        return following if now < following <= now + self.every else now + self.every


class Scheduler:
    """Ticks for the poller, digests, notices, pruning, the activity log, copies, and requests to reload.

    ``forget`` removes hidden posts from the memory of the process; ``sentences`` asks a language model about
    cards that were sent.

    None: the process does not run that part. ``clock``: the machine's, which APScheduler reads.
    """

    def __init__(
        self,
        *,
        poll: Job | None,
        digest: Job | None,
        notify: Job | None,
        prune: Job | None,
        minute: Job | None = None,
        forget: Job | None = None,
        sentences: Job | None = None,
        backup: Job | None = None,
        reload: Job | None = None,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._put_off = PutOffJobs()
        self._clock = clock
        self._looking: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A tick that comes late is still a tick (the default grace is one second); two at once are one.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._add("poll", poll, POLL_EVERY)
        self._add("digest", digest, DIGEST_EVERY)
        self._add("notify", notify, NOTICE_EVERY)
        self._add("prune", prune, PRUNE_EVERY)
        self._add("minute", minute, MINUTE)
        self._add("forget", forget, MINUTE)
        self._add("sentences", sentences, MINUTE)
        self._add("backup", backup, MINUTE)
        self._add("reload", reload, RELOAD_EVERY)

    def start(self) -> None:
        """Tick from now on, in the running event loop."""
        # A poll round that outlasts its tick is usual; APScheduler would warn of each skipped one.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        logging.getLogger("apscheduler.executors.default").setLevel(logging.WARNING)
        self._scheduler.start()
        self._look()

    def stop(self) -> None:
        """No further tick."""
        if self._looking is not None:
            self._looking.cancel()
        if self._scheduler.running:
            # A round under way is ended with it, which APScheduler would print as a fault.
            logging.getLogger("apscheduler.executors.default").setLevel(logging.CRITICAL)
            self._scheduler.shutdown(wait=False)

    def _look(self) -> None:
        """Bring ticks back to the present where the clock was set back: APScheduler waits for their old times."""
        now = self._clock()
        for job in self._scheduler.get_jobs():
            if job.next_run_time > now + job.trigger.every + timedelta(seconds=1):
                log.warning("the machine's clock was set back, %s is not put off by it", job.id)
                job.modify(next_run_time=now)
        self._looking = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)

    def _add(self, name: str, job: Job | None, every: timedelta) -> None:
        if job is None:
            return
        self._scheduler.add_job(_run_logged, SteadyTrigger(every), args=(name, job, self._put_off), id=name)


class PutOffJobs:
    """Jobs that the database has no time for, and when that was last logged.

    Some tick every second: a server that is away for a day would be a hundred thousand lines in each process.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._logged: dict[str, tuple[str, float]] = {}

    def is_news(self, name: str, why: str) -> bool:
        """Whether to log it: the first time, with another reason, and again after ``LOGGED_AGAIN_AFTER_S``."""
        before, at = self._logged.get(name, ("", 0.0))
        if why == before and self._monotonic() < at + LOGGED_AGAIN_AFTER_S:
            return False
        self._logged[name] = why, self._monotonic()
        return True

    def over(self, name: str) -> None:
        """Note that a job ran."""
        self._logged.pop(name, None)


async def _run_logged(name: str, job: Job, put_off: PutOffJobs | None = None) -> None:
    """Run a job and log its failure; the next tick follows as scheduled. ``put_off``: what was logged before."""
    try:
        await job()
        if put_off is not None:
            put_off.over(name)
    except DatabaseBusy as error:
        if put_off is None or put_off.is_news(name, str(error)):
            log.warning("%s put off, the database is busy: %s", name, error)
    except StalePlan as error:
        log.info("%s is left to the active process: %s", name, error)
    except Exception:
        log.exception("%s failed by a fault of ours", name)
