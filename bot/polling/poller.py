"""Claim due watches, fetch, plan, commit: many at once, bounded.

    watches.claim_due -> source.fetch -> polls.state -> plan_poll -> polls.commit -> signal delivery

A poll that dies anywhere leaves its claim to expire; the watch is then polled again and decides the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from dataclasses import field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.alerting.policy import PollPolicy
from bot.core.cadence.index import unit_hash
from bot.core.causes import Cause
from bot.core.errors import DatabaseBusy, SourceError, StalePlan
from bot.core.health.silence import asked_at, asked_with
from bot.core.histogram import Histogram
from bot.core.lazy_dataclass import dataclass
from bot.core.leases import LEASE_S
from bot.core.models import (
    DueWatch,
    FetchRequest,
    FetchResult,
    NotModified,
    PollPlan,
    PollReport,
    PostHash,
    SourceName,
    Watch,
    WatchId,
)
from bot.core.planning.plan import needs_state
from bot.event_loop import LoopBudget
from bot.leases import LeaseKeeper
from bot.polling.repost_lookup import RepostLookup
from bot.sources.base import PostReader, Source
from bot.sources.http.request_check import checking_each_request
from bot.storage.sql.polling.polls import CommitResult
from bot.storage.stores import Storage

from .host_budgets import HostBudgets
from .host_resolution import HostResolution
from .host_slots import AddressGroupOf, HostSlots
from .planner import PLAN_IN_THREAD_FROM, PollPlanner
from .poll_log import log_poll, watch_name
from .rule_evaluator import RuleEvaluator, run_in_rule_thread
from .watch_leases import WatchLeases

__all__ = ["LEASE_S", "PollReport", "Poller"]

log = logging.getLogger(__name__)

DELAY_BOUNDS_S: Final = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)
"""Bounds of the seconds by which polls are late."""
_PLAN_TRIES = 5
_IDLE_WAIT_S = 1.0
_MAX_WAITING_PER_SLOT = 20
"""Watches claimed at most for each slot while their hosts may take none, to reach those that may."""
_CLAIMS_AT_ONCE = 10
_PUT_OFF = timedelta(seconds=30)
"""Delay, up to twice that, of watches of which too many wait for a slot."""


@dataclass(slots=True)
class PollCounters:
    """Counts of a source's polls since the start. ``failures``: fetches without a usable answer, by cause."""

    report: PollReport = field(default_factory=PollReport)
    failures: Counter[Cause] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class PollLoad:
    """Numbers of claimed watches: being polled, waiting for their host, and waiting for its address."""

    running: int
    waiting: int
    resolving: int


class Poller:
    """Polls what is due.

    ``policies`` holds one policy a source. ``repost_lookup`` asks for the RP that sources leave out. ``on_alerts``
    is called after a commit that put something into the outbox, so that delivery need not wait for its next tick.
    ``address_group_of``: the address group behind a host's name, as far as it is known; ``find_address_group``
    resolves it.
    ``polls_per_hour``: what a server's topics may take, on the mean (0: any number).
    ``lease_hosts``: other processes poll too; a host is polled by one of them at a time, which keeps what it knows
    of the host's limits right.
    """

    def __init__(
        self,
        storage: Storage,
        sources: Mapping[SourceName, Source],
        policies: Mapping[SourceName, PollPolicy],
        *,
        clock: Callable[[], datetime],
        repost_lookup: RepostLookup | None = None,
        concurrency: int = 20,
        on_alerts: Callable[[], None] = lambda: None,
        address_group_of: AddressGroupOf = lambda _: None,
        find_address_group: Callable[[str], Awaitable[None]] | None = None,
        rule_evaluator: RuleEvaluator | None = None,
        polls_per_hour: int = 0,
        lease_hosts: bool = False,
    ) -> None:
        self.rule_evaluator = rule_evaluator or RuleEvaluator()
        self.done = PollReport()
        """Counts of all polls since the start."""
        self.counters = {source: PollCounters() for source in sources}
        """Counts by source, with the causes of failures."""
        self.delays = Histogram(DELAY_BOUNDS_S)
        """Seconds from the time at which a poll was due to its request."""
        self.claimed_at: float | None = None
        """Time of the last claim of due watches on the event loop's clock; None before the first."""
        self._storage = storage
        self._sources = sources
        self._policies = dict(policies)
        self._repost_lookup = repost_lookup
        self._clock = clock
        self._concurrency = concurrency
        self._on_alerts = on_alerts
        self._running: dict[asyncio.Task[PollReport], Watch] = {}
        self._slots = HostSlots(concurrency, address_group_of=address_group_of)
        self._costs: dict[WatchId, float] = {}
        self._ended: list[asyncio.Task[PollReport]] = []
        # Set when a poll ended or a stranger was found: to wait for a hundred tasks costs as much as a poll.
        self._changed = asyncio.Event()
        self._host_resolution = HostResolution(self._slots, find_address_group, on_found=self._changed.set)
        self._claimed_at = 0.0
        # Many are claimed at once, and their states come many at once: they begin (the question is built and sent)
        # and plan a few in each turn of the event loop, so that nobody else waits for all of them.
        self._loop_budget = LoopBudget()
        self._leases = WatchLeases(storage, clock, lease_hosts=lease_hosts)
        self._renewals: LeaseKeeper[Watch] = LeaseKeeper(self._leases.renew, clock, also_held=self._held)
        self._hosts = HostBudgets(storage, self._policies, polls_per_hour=polls_per_hour, shared=lease_hosts)
        self._planner = PollPlanner(
            storage, self._policies, self._hosts, self.rule_evaluator, self._loop_budget, clock=clock
        )

    async def poll_due(
        self, on_progress: Callable[[PollReport], None] = lambda _: None, *, due_by: datetime | None = None
    ) -> PollReport:
        """Poll all that is due and return when nothing is due and nothing runs.

        A slow watch does not hold the others up: freed slots are given away as polls finish. ``due_by``: only
        what was due by then, so that a round ends although the first are due again before the last is done.
        """
        total = PollReport()
        try:
            while True:
                await self._claim_more(due_by)
                if not self._running and not self._host_resolution.watches:
                    return total
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_IDLE_WAIT_S):
                        await self._changed.wait()
                self._changed.clear()
                self._reap(total)
                await self._renewals.renew()
                on_progress(total)
        except BaseException:
            await self.stop()
            raise

    def _reap(self, total: PollReport) -> None:
        """Add up the polls that ended, and free their slots."""
        ended, self._ended = self._ended, []
        for task in ended:
            watch = self._running.pop(task, None)
            if watch is not None:
                total.add(report := task.result())
                self.done.add(report)
                if (counters := self.counters.get(watch.source)) is not None:
                    counters.report.add(report)
                self._slots.release(watch, self._costs.pop(watch.id, None))

    def _note_ended(self, task: asyncio.Task[PollReport]) -> None:
        self._ended.append(task)
        self._changed.set()

    async def _claim_more(self, due_by: datetime | None) -> None:
        """Claim as many watches as there are free slots for."""
        self._start(self._slots.acquire_ready(self._host_resolution.found()))
        if (
            self._running
            and self._slots.released_since_claim * 4 < self._concurrency
            and not self._claim_overdue()
        ):
            return  # claim several at once: a transaction for each single slot would cost more than the poll
        await self._hosts.refresh(self._clock())
        self._slots.released_since_claim, self._claimed_at = 0, asyncio.get_running_loop().time()
        for _ in range(_CLAIMS_AT_ONCE):
            wanted = await self._wanted(due_by)
            if not wanted:
                return
            now = self._clock()
            claimed = await self._storage.watches.claim_due(
                now,
                limit=wanted,
                lease_s=LEASE_S,
                due_by=due_by,
                skip=self._slots.saturated_endpoints,
                lease_hosts=self._leases.lease_hosts,
            )
            self.claimed_at = asyncio.get_running_loop().time()
            self._leases.note((due.watch for due in claimed), now)
            self._start(self._slots.acquire_ready(self._host_resolution.start_resolving(claimed)))
            if len(claimed) < wanted or not self._slots.free:
                return

    async def _wanted(self, due_by: datetime | None) -> int:
        """The number of watches to claim: more than free slots while the waiting ones find none."""
        waiting = len(self._slots.waiting) + len(self._host_resolution.watches)
        most = _MAX_WAITING_PER_SLOT * self._concurrency
        if waiting >= most and due_by is None:  # a round does what was due, however long it takes
            await self._put_off(self._slots.shed_waiting(most // 2))
            waiting = len(self._slots.waiting) + len(self._host_resolution.watches)
        return min(max(1, self._slots.free + waiting), max(0, most - waiting))

    async def _put_off(self, watches: Sequence[Watch]) -> None:
        """Give back the claims of watches that would only wait for each other."""
        log.warning("%s polls are put off: too many hosts that answer slowly, or were never asked", len(watches))
        now = self._clock()
        times = [now + _PUT_OFF * (1 + unit_hash(watch.id, now)) for watch in watches]
        with contextlib.suppress(DatabaseBusy):  # the leases end, and they are due as before
            await self._storage.watches.put_off(list(zip(watches, times, strict=True)))

    def _claim_overdue(self) -> bool:
        """Whether it is time to claim again although nearly all slots are taken."""
        return asyncio.get_running_loop().time() - self._claimed_at >= _IDLE_WAIT_S

    def _start(self, started: Iterable[DueWatch]) -> None:
        for due in started:
            task = asyncio.create_task(self._poll(due), name=f"poll {due.watch.id}")
            self._running[task] = due.watch
            task.add_done_callback(self._note_ended)

    def _held(self) -> list[Watch]:
        return [*self._running.values(), *self._slots.waiting, *self._host_resolution.watches]

    @property
    def load(self) -> PollLoad:
        """Claimed watches of this process now."""
        return PollLoad(len(self._running), self._slots.waiting_count, len(self._host_resolution.watches))

    def forget_stories(self) -> None:
        """Have the window of stories made anew from storage, as after a restart."""
        self._planner.forget_stories()

    async def forget_hidden(self, hidden: Set[PostHash]) -> None:
        """Have the window of stories without hidden posts, as far as their text is not stored any more."""
        await self._planner.forget_hidden(hidden)

    def change(
        self,
        policies: Mapping[SourceName, PollPolicy],
        *,
        readers: Mapping[SourceName, PostReader],
        new_post_max_age: timedelta,
        polls_per_hour: int,
    ) -> None:
        """Go by other settings from the next poll on. A poll that runs is decided by the policy of its end."""
        self._policies.update(policies)  # that of a source that was switched off ends its last poll
        for source in policies:
            self.counters.setdefault(source, PollCounters())
        self._hosts.polls_per_hour = polls_per_hour
        if self._repost_lookup is not None:
            self._repost_lookup.change(readers, new_post_max_age)

    async def stop(self) -> None:
        """Break off what runs, and give its claims back."""
        tasks, self._running = self._running, {}
        self._costs.clear()
        self._ended.clear()
        for task, watch in tasks.items():
            task.cancel()
            self._slots.release(watch)
        await asyncio.gather(*tasks, return_exceptions=True)
        for watch in (*self._slots.drain(), *await self._host_resolution.clear()):
            await self._storage.watches.release(watch)
        await self._leases.release_hosts()

    async def _poll(self, due: DueWatch) -> PollReport:
        """Poll one watch, from the request to the commit. Never raises but on cancellation."""
        report = PollReport(polled=1)
        try:
            await self._loop_budget.checkpoint()
            self._leases.require(due.watch)
            self._count_delay(due.watch)
            began = asyncio.get_running_loop().time()
            with checking_each_request(partial(self._leases.require, due.watch)):
                answer = await self._fetch_enriched(due)
            self._costs[due.watch.id] = asyncio.get_running_loop().time() - began
            if isinstance(answer, SourceError):
                report.failed = 1
                self.counters[due.watch.source].failures[answer.cause] += 1
                if answer.retry_after is not None:
                    await self._leases.keep_host(due.watch, answer.retry_after)
            report.not_modified = int(isinstance(answer, NotModified))
            self._count(report, await self._commit(due.watch, answer))
        except asyncio.CancelledError:
            await self._storage.watches.release(due.watch)
            raise
        except DatabaseBusy as error:
            log.warning("poll of %s put off, the database is busy: %s", watch_name(due.watch), error)
            report.failed = 1
        except StalePlan as error:
            log.info("poll of %s dropped: %s", watch_name(due.watch), error)
        except Exception:  # one watch must not stop the others
            log.exception("poll of %s failed by a fault of ours", watch_name(due.watch))
            report.failed = 1
        return report

    def _count_delay(self, watch: Watch) -> None:
        if watch.next_poll_at is not None:
            self.delays.observe((self._clock() - watch.next_poll_at).total_seconds())

    async def _fetch_enriched(self, due: DueWatch) -> FetchResult | NotModified | SourceError:
        """The source's answer, with RP looked up at another source."""
        if self._repost_lookup is None:
            return await self._fetch(due)
        due = self._repost_lookup.without_recent_rechecks(due)
        answer = await self._fetch(due)
        return await self._repost_lookup.enrich(due, answer) if isinstance(answer, FetchResult) else answer

    async def _fetch(self, due: DueWatch) -> FetchResult | NotModified | SourceError:
        """Ask the source; its failure is an answer too."""
        watch = due.watch
        now = self._clock()
        request = FetchRequest(
            watch.topic,
            asked_at(watch),
            watch.cursor,
            asked_with(watch, now),
            due.rechecks,
            recall=partial(self._storage.polls.entry_memo, watch.id),
        )
        source = self._sources.get(watch.source)
        if source is None:
            raise StalePlan("its source was switched off")
        try:
            return await source.fetch(request, now)
        except SourceError as error:
            return error
        except StalePlan:
            raise
        except Exception as error:  # a parser met what nobody thought of: the watch backs off, the log has it
            log.exception("source %s failed by a fault of ours on %s", watch.source, watch.topic.name)
            return SourceError(f"internal error: {type(error).__name__}")

    async def _commit(self, watch: Watch, answer: FetchResult | NotModified | SourceError) -> CommitResult:
        """Plan and commit; when somebody changed a rule in between, plan again on what is true now."""
        fresh = needs_state(watch, answer)
        for last in (False,) * (_PLAN_TRIES - 1) + (True,):
            plan = await self._planner.plan(watch, answer, fresh=fresh)
            if last:  # rather two alerts of one story than none
                plan = replace(plan, compared_until=None)
            try:
                result = await self._storage.polls.commit(self._hosts.slowed(plan))
            except StalePlan:
                fresh = True
                if last:
                    raise
            else:
                log_poll(plan, answer)
                self._hosts.record(plan, answer)
                if len(plan.alerts) + len(plan.held) + len(plan.baselines) > PLAN_IN_THREAD_FROM:
                    over = [plan]
                    del plan
                    await run_in_rule_thread(_free_slowly, over)
                return result
        raise AssertionError("unreachable")

    def _count(self, report: PollReport, result: CommitResult) -> None:
        report.new_posts = result.new_posts
        report.changed_posts = result.changed_posts
        report.alerts = result.alerts + result.held + result.folded
        if report.alerts or result.paused_as_costly:
            self._on_alerts()


def _free_slowly(plans: list[PollPlan]) -> None:
    """Free plans a little at a time: 80,000 alerts at once keep everybody from the interpreter for 50 ms."""
    while plans:
        plan = plans.pop()
        rest: list[object] = [*plan.alerts, *plan.held, *plan.baselines]
        del plan
        while rest:
            del rest[-PLAN_IN_THREAD_FROM:]
