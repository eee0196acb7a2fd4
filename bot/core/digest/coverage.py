"""Coverage of a period by the polls of a topic's watches: what was read, is awaited, or failed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.health.incidents import endpoint_of
from bot.core.health.watch import is_source_problem
from bot.core.models import Endpoint, Health, Period, SourceProblem, Watch, WatchId

from .decision import LATE_AFTER


def as_followed(watch: Watch, since: datetime) -> Watch:
    """The watch as a listener since ``since`` may know it: an earlier ``last_ok_at`` becomes None."""
    was_read_since = watch.last_ok_at is not None and watch.last_ok_at >= since
    return watch if was_read_since else replace(watch, last_ok_at=None)


def was_read(watch: Watch, period: Period) -> bool:
    """Whether the watch was read in the period, or earlier and was not due again since."""
    if watch.last_ok_at is None:
        return False
    is_due_later = watch.next_poll_at is not None and watch.next_poll_at >= period.end - LATE_AFTER
    return watch.last_ok_at >= period.start or is_due_later


def is_awaited(watches: Sequence[Watch]) -> bool:
    """Whether the active watches were made so lately that none of them was polled yet."""
    active = [watch for watch in watches if watch.next_poll_at is not None]
    return bool(active) and all(watch.last_ok_at is None and watch.failures == 0 for watch in active)


def applies_at_end(observed_at: datetime, watch: Watch, period: Period) -> bool:
    """Whether a snapshot of a watch still applies at the period's end."""
    return observed_at >= period.start or was_read(watch, period)


def problems(watches: Sequence[Watch], listened: Collection[WatchId], period: Period) -> Iterator[SourceProblem]:
    """Problems of the endpoints of ``listened`` watches, each endpoint once with its worst state."""
    reported: set[Endpoint] = set()
    for watch in sorted(watches, key=lambda watch: watch.health is not Health.DOWN):
        endpoint, health_record = endpoint_of(watch.source, watch.target), watch.health_record
        if watch.id not in listened or endpoint in reported or not is_source_problem(watch.health, health_record):
            continue
        began_later = health_record.since is not None and health_record.since >= period.end
        if health_record.cause is not None and not health_record.cause.is_minor and not began_later:
            reported.add(endpoint)
            yield SourceProblem(endpoint=endpoint, cause=health_record.cause)
