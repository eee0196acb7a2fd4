"""Collects the values of all metrics from the parts of a process: reads memory, asks nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Final

import bot
from bot.core.causes import Cause
from bot.core.histogram import Histogram
from bot.core.roles import Role
from bot.storage.scheduled_backups import ScheduledBackups

from . import metrics as m
from .metrics import Metric
from .readiness import ReadinessCheck
from .state import Monitored

Labels = tuple[str, ...]
PARSE_CAUSES: Final = (Cause.CHANGED, Cause.PACKING, Cause.NO_FEED, Cause.TOO_LARGE, Cause.TOO_COSTLY)
"""Causes of failures whose answer came and could not be read."""
_USUAL: Final[dict[Cause, int]] = dict.fromkeys(
    (Cause.UNREACHABLE, Cause.BUSY, Cause.REFUSED, Cause.CHANGED, Cause.OTHER), 0
)
"""Causes that are shown before they occur: of a counter that appears, Prometheus does not see the first step."""


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a metric, by the values of its labels; of a histogram what it counted."""

    metric: Metric
    values: Mapping[Labels, float] = field(default_factory=dict)
    histogram: Histogram | None = None


def collect(monitored: Monitored, checks: Sequence[ReadinessCheck], now: datetime, loop_s: float) -> list[Values]:
    """Values of the metrics that the process shows. ``checks``: of this moment; ``loop_s``: the loop's clock."""
    return [
        *_process(monitored, checks, loop_s),
        *_backlog(monitored, now),
        *_processes(monitored),
        *(_poller(monitored) if monitored.roles.polls else ()),
        *(_sender(monitored) if monitored.roles.sends else ()),
        *(_backups(monitored.services.backups, now) if monitored.sends_now else ()),
        *(_gateway(monitored) if monitored.roles.answers else ()),
    ]


def _one(metric: Metric, value: float) -> Values:
    return Values(metric, {(): float(value)})


def _process(monitored: Monitored, checks: Sequence[ReadinessCheck], loop_s: float) -> Iterator[Values]:
    roles, delivery, sample = monitored.roles, monitored.services.delivery, monitored.sample
    yield Values(m.BUILD_INFO, {(bot.__version__,): 1.0})
    yield Values(m.ROLE, {(name,): 1.0 for name in str(roles).split(", ")})
    yield _one(m.READY, all(check.is_ok for check in checks))
    yield Values(m.CHECK, {(check.name,): float(check.is_ok) for check in checks})
    yield Values(m.LOOP_LAG, histogram=monitored.lag)
    yield Values(m.RATE_LIMITED, {(scope,): float(n) for scope, n in delivery.rate_limiter.refused.items()})
    yield _one(m.DISCORD_REACHABLE, not delivery.reachability.is_lost)
    yield _one(m.DATABASE_WRITABLE, sample is not None and sample.error is None)
    if sample is None:
        return
    yield _one(m.SAMPLE_AGE, loop_s - sample.at)
    if sample.disk_usage is not None:
        yield _one(m.DATABASE_BYTES, sample.disk_usage.used)
        if sample.disk_usage.disk_free is not None:
            yield _one(m.DISK_FREE, sample.disk_usage.disk_free)


def _backlog(monitored: Monitored, now: datetime) -> Iterator[Values]:
    backlog = None if monitored.sample is None else monitored.sample.backlog
    if backlog is None:
        return
    kinds = {"entries": backlog.entries, "messages": backlog.messages, "edits": backlog.edits}
    yield Values(m.OUTBOX, {(kind,): float(count) for kind, count in kinds.items()})
    yield _one(m.OUTBOX_AGE, _since(backlog.oldest_at, now))
    if monitored.roles.polls:
        yield _one(m.WATCHES_DUE, backlog.watches_due)
        yield _one(m.WATCHES_LATE, _since(backlog.watches_due_since, now))


def _processes(monitored: Monitored) -> Iterator[Values]:
    found = None if monitored.sample is None else monitored.sample.processes
    if found is None:
        return
    counts = Counter(
        (role, state)
        for state, processes in (("alive", found.alive), ("lost", found.lost))
        for process in processes
        for role in process.roles
    )
    roles = (Role.GATEWAY, Role.POLLER, Role.SENDER)
    yield Values(
        m.PROCESSES,
        {(role, state): float(counts[role, state]) for role in roles for state in ("alive", "lost")},
    )
    yield _one(m.SHARDS_MISSING, len(found.missing_shards))


def _since(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())


def _poller(monitored: Monitored) -> Iterator[Values]:
    poller = monitored.services.poller
    reports = {source: counters.report for source, counters in poller.counters.items()}
    yield Values(m.POLLS, {(source,): float(report.polled) for source, report in reports.items()})
    failures = {source: _USUAL | counters.failures for source, counters in poller.counters.items()}
    yield Values(
        m.POLL_FAILURES,
        {(source, cause): float(n) for source, causes in failures.items() for cause, n in causes.items()},
    )
    unread = {source: sum(causes.get(cause, 0) for cause in PARSE_CAUSES) for source, causes in failures.items()}
    yield Values(m.PARSE_ERRORS, {(source,): float(n) for source, n in unread.items()})
    yield Values(m.POLLS_UNCHANGED, {(source,): float(one.not_modified) for source, one in reports.items()})
    yield Values(m.POSTS_NEW, {(source,): float(one.new_posts) for source, one in reports.items()})
    yield Values(m.ALERTS, {(source,): float(one.alerts) for source, one in reports.items()})
    yield Values(m.POLL_DELAY, histogram=poller.delays)
    load = poller.load
    states = {"running": load.running, "host": load.waiting, "address": load.resolving}
    yield Values(m.POLLS_CLAIMED, {(state,): float(count) for state, count in states.items()})


def _sender(monitored: Monitored) -> Iterator[Values]:
    delivery, leadership = monitored.services.delivery, monitored.leadership
    counters = delivery.counters
    yield Values(m.DELIVERY, histogram=counters.to_sent)
    yield _one(m.MESSAGES_SENT, counters.sent)
    yield _one(m.MESSAGES_EDITED, counters.edited)
    yield _one(m.MESSAGES_REMOVED, counters.removed)
    yield _one(m.MESSAGES_GIVEN_UP, counters.given_up)
    yield _one(m.MESSAGES_UNCERTAIN, counters.uncertain)
    in_flight = {queue.name.lower(): count for queue, count in delivery.in_flight.items()}
    yield Values(m.SENDING, {(queue,): float(count) for queue, count in in_flight.items()})
    yield _one(m.SENDER_ACTIVE, monitored.sends_now)
    if leadership is not None:
        yield _one(m.SENDER_TERM, leadership.term or 0)


def _backups(backups: ScheduledBackups, now: datetime) -> Iterator[Values]:
    """The age of the newest copy, as the process that makes them saw it last."""
    if backups.is_on:
        yield _one(m.BACKUP_AGE, inf if backups.newest is None else _since(backups.newest, now))
        yield _one(m.BACKUP_INTERVAL, backups.every.total_seconds())


def _gateway(monitored: Monitored) -> Iterator[Values]:
    gateway = monitored.gateway
    if gateway is None:
        return
    states = {"connected": gateway.shards_connected(), "expected": gateway.shards_expected()}
    yield Values(m.SHARDS, {(state,): float(count) for state, count in states.items()})
    yield _one(m.GUILDS, gateway.guild_count)
    yield _one(m.COMMANDS, gateway.used)
