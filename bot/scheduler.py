"""APScheduler ticks. Due times are in the database, so a restart forgets none of them.

One tick over an indexed column costs a seventh of 10,000 APScheduler jobs.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.core.errors import DatabaseBusy, StalePlan

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

POLL_EVERY = timedelta(seconds=1)
DIGEST_EVERY = timedelta(seconds=1)
NOTICE_EVERY = timedelta(seconds=60)
PRUNE_EVERY = timedelta(hours=6)
MINUTE = timedelta(minutes=1)
RELOAD_EVERY = timedelta(seconds=2)


class Scheduler:
    """Ticks for the poller, digests, notices, pruning, the activity log, copies, and requests to reload.

    ``forget`` removes hidden posts from the memory of the process; ``sentences`` asks a language model about
    cards that were sent.

    None: the process does not run that part.
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
    ) -> None:
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

    def stop(self) -> None:
        """No further tick."""
        if self._scheduler.running:
            # A round under way is ended with it, which APScheduler would print as a fault.
            logging.getLogger("apscheduler.executors.default").setLevel(logging.CRITICAL)
            self._scheduler.shutdown(wait=False)

    def _add(self, name: str, job: Job | None, every: timedelta) -> None:
        if job is None:
            return
        trigger = IntervalTrigger(seconds=int(every.total_seconds()))
        self._scheduler.add_job(_run_logged, trigger, args=(name, job), id=name)


async def _run_logged(name: str, job: Job) -> None:
    """Run a job and log its failure; the next tick follows as scheduled."""
    try:
        await job()
    except DatabaseBusy as error:
        log.warning("%s put off, the database is busy: %s", name, error)
    except StalePlan as error:
        log.info("%s is left to the active process: %s", name, error)
    except Exception:
        log.exception("%s failed by a fault of ours", name)
