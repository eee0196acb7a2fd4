"""Counts of watches by source and health: for ``/status``, ``kawaraban status`` and ``doctor``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from bot.core.backups import BackupState
from bot.core.lazy_dataclass import dataclass
from bot.core.models import Endpoint, FollowedWatch, Health, SourceName, Watch, WatchHealth
from bot.core.processes import ProcessSurvey

from .incidents import asked_endpoint
from .watch import is_source_problem, is_unsupported_topic


def as_its_followers_know(followed: FollowedWatch) -> FollowedWatch:
    """A watch without what it knows from before its channels listened: others did then (invariant 10).

    A failure is told since they follow. A topic that is silent, or whose page turned over, is well: to notice
    that takes longer than they follow.
    """
    watch, begun = followed.watch, followed.begun
    record = watch.health_record
    if begun is None or record.since is None or record.since >= begun or watch.health is Health.OK:
        return followed
    known = replace(watch, health_record=replace(record, since=begun))
    if not (is_source_problem(watch.health, record) or is_unsupported_topic(watch.health, record)):
        known = replace(watch, health=Health.OK, health_record=WatchHealth())
    return replace(followed, watch=known)


@dataclass(frozen=True, slots=True)
class DailyReads:
    """Posts read of a paid source today (UTC), and the operator's limit."""

    spent: int
    limit: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source, the number of topics polled there, and their health. ``reads``: of a source that costs money.

    A topic that cannot be asked for there is not counted: it says nothing of the source. ``asked``: how many of
    the topics were polled at least once; otherwise ``health`` says nothing either.
    """

    endpoint: Endpoint
    health: Health
    topics: int
    degraded: int
    down: int
    quiet: int
    reads: DailyReads | None = None
    asked: int = 0


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """The status of a server. ``waiting``: entries; ``on_the_way``, ``uncertain``: messages.

    ``switched_off``: followed topics at sources that the operator switched off, which are not polled.
    ``processes``: those of the bot, for its operator; for others none. ``backups``: the same, None where no copies
    are made.
    """

    sources: Sequence[SourceLine]
    topics: Sequence[FollowedWatch]
    waiting: int
    on_the_way: int
    uncertain: int
    started_at: datetime
    switched_off: Mapping[SourceName, int] = field(default_factory=dict)
    processes: ProcessSurvey = ProcessSurvey()
    backups: BackupState | None = None


def source_lines(watches: Iterable[Watch], enabled: Collection[SourceName]) -> list[SourceLine]:
    """A line for each endpoint that is asked, and for each source without one; by name."""
    groups: dict[Endpoint, list[Watch]] = defaultdict(list)
    for watch in watches:
        groups[asked_endpoint(watch)].append(watch)
    for source in set(enabled) - {endpoint.source for endpoint in groups}:
        groups[Endpoint(source)] = []
    return [
        _line(endpoint, groups[endpoint])
        for endpoint in sorted(groups, key=lambda endpoint: (endpoint.source, endpoint.host))
    ]


def with_spending(lines: Iterable[SourceLine], source: SourceName, spent: int, limit: int) -> list[SourceLine]:
    """The lines, with what a source that costs money has cost today."""
    reads = DailyReads(spent, limit)
    return [replace(line, reads=reads) if line.endpoint.source is source else line for line in lines]


def was_asked(watch: Watch) -> bool:
    """Whether it was ever polled, so that its health says something."""
    return watch.last_ok_at is not None or watch.failures > 0 or watch.health is not Health.OK


def worst_first(followed: Iterable[FollowedWatch]) -> list[FollowedWatch]:
    """Watches by health: down, degraded, quiet or unsupported, then well."""
    return sorted(followed, key=lambda one: _rank(one.watch))


def _line(endpoint: Endpoint, watches: Sequence[Watch]) -> SourceLine:
    asked = [watch for watch in watches if not is_unsupported_topic(watch.health, watch.health_record)]
    unwell = [watch for watch in asked if is_source_problem(watch.health, watch.health_record)]
    down = sum(watch.health is Health.DOWN for watch in unwell)
    quiet = sum(watch.health is not Health.OK for watch in asked) - len(unwell)
    health = Health.DEGRADED if unwell else Health.OK
    return SourceLine(
        endpoint=endpoint,
        health=Health.DOWN if down and down == len(asked) else health,
        topics=len(asked),
        degraded=len(unwell) - down,
        down=down,
        quiet=quiet,
        asked=sum(map(was_asked, asked)),
    )


def _rank(watch: Watch) -> int:
    if watch.health is Health.OK:
        return 3
    if not is_source_problem(watch.health, watch.health_record):
        return 2
    return 0 if watch.health is Health.DOWN else 1
