"""Checks of the sources: one real fetch at each endpoint, and the health of their watches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot import bootstrap
from bot.core.causes import Cause
from bot.core.errors import BudgetSpent, SourceError, SourceRefused, StorageError
from bot.core.health.incidents import endpoint_of
from bot.core.health.status import SourceLine, source_lines
from bot.core.health.watch import is_source_problem
from bot.core.models import FetchRequest, Health, SourceName, Watch
from bot.core.targets import targets_of
from bot.core.text import make_topic
from bot.sources.base import PaidSource, Source
from bot.sources.registry import REGISTRY, enable_hint
from bot.storage.stores import Storage

from .checks import Check, CheckReporter

PROBE_TOPIC: Final = "ニュース"


async def watches_checks(
    storage: Storage | None, sources: Collection[SourceName], reporter: CheckReporter
) -> list[Check]:
    """The health of each source at its watches' last polls, if there are any."""
    if storage is None:
        return []
    known = await storage.watches.listed()
    active = [watch for watch in known if watch.next_poll_at is not None and watch.source in sources]
    return [_health(line, active, reporter) for line in source_lines(active, ()) if line.topics]


def _health(line: SourceLine, watches: Sequence[Watch], reporter: CheckReporter) -> Check:
    host = f" ({line.endpoint.host})" if line.endpoint.host else ""
    name = f"topics at {line.endpoint.source}{host}"
    if not line.asked:
        return reporter.check(name, "note", "cli-doctor-topics-unasked", topics=line.topics)
    here = [watch for watch in watches if endpoint_of(watch.source, watch.target) == line.endpoint]
    silent = [watch.topic.name for watch in here if watch.health_record.cause is Cause.SILENT]
    facts: dict[str, Any] = {"topics": line.topics, "degraded": line.degraded, "down": line.down, "quiet": ""}
    if silent:
        facts["quiet"] = reporter.say(
            "cli-doctor-topics-quiet", quiet=len(silent), names=reporter.say("list-comma").join(silent)
        )
    if line.health is Health.OK:
        return reporter.check(name, "ok", "cli-doctor-topics-ok", **facts)
    ill = next(watch for watch in here if is_source_problem(watch.health, watch.health_record))
    health_record = ill.health_record
    why = reporter.say_health(
        health_record.cause or Cause.OTHER,
        ill.health_note or "",
        hours=health_record.hours,
        usual=health_record.usual_hours,
    )
    return reporter.check(
        name, "note", "cli-doctor-topics-ill", advice="cli-doctor-topics-advice", first=why, **facts
    )


def off_checks(sources: Mapping[SourceName, Source], reporter: CheckReporter) -> list[Check]:
    """Sources that are off: trend pages need an address, Bluesky and X a key; the others are on."""
    checks = [
        reporter.check(f"source {name}", "note", "cli-doctor-source-off", advice=enable_hint(name))
        for name in REGISTRY
        if name not in sources
    ]
    if not sources:
        checks.append(
            reporter.check("sources", "fix", "cli-doctor-no-source", advice="cli-doctor-no-source-advice")
        )
    return checks


async def source_checks(source: Source, storage: Storage | None, reporter: CheckReporter) -> list[Check]:
    """One real fetch at each endpoint, for a topic that exists nearly everywhere.

    Bluesky is logged in to for it.
    """
    if not source.target_templates:
        return [reporter.check(f"source {source.name}", "note", "cli-doctor-source-by-address")]
    topic = make_topic(PROBE_TOPIC)
    if isinstance(source, PaidSource):
        return [await _paid(source, FetchRequest(topic), storage, reporter)]
    requests = [FetchRequest(topic, target=target) for target in targets_of(source.target_templates, topic)]
    return [await _try_fetch(source, request, reporter) for request in requests]


async def _try_fetch(source: Source, request: FetchRequest, reporter: CheckReporter) -> Check:
    name, asked = f"source {source.name}", source.describe_request(request)
    try:
        await source.fetch(request, bootstrap.utc_now())
    except SourceError as error:
        advice = _what_to_check(source.name, error)
        return reporter.check(
            name,
            "fix",
            "cli-doctor-source-fails",
            advice=advice,
            asked=asked,
            why=reporter.say_failure(error, asked),
        )
    return reporter.check(name, "ok", "cli-doctor-source-answers", asked=asked)


async def _paid(
    source: PaidSource, request: FetchRequest, storage: Storage | None, reporter: CheckReporter
) -> Check:
    """One read for money, and what today has cost. Not before there is a database to count it in."""
    name, now = f"source {source.name}", bootstrap.utc_now()
    if storage is None:
        return reporter.check(name, "note", "cli-doctor-paid-unasked", advice="cli-doctor-migrate")
    try:
        problem = await _problem(source, request, now)
        spent = await source.budget.spent(now)
    except (StorageError, OSError) as error:
        return reporter.check(name, "fix", "cli-doctor-paid-no-count", why=str(error))
    facts: dict[str, Any] = {
        "spent": spent,
        "limit": source.budget.per_day,
        "asked": source.describe_request(request),
    }
    if problem is None:
        return reporter.check(name, "ok", "cli-doctor-paid-answers", **facts)
    if isinstance(problem, BudgetSpent):
        return reporter.check(
            name, "note", "cli-doctor-paid-spent", advice="cli-doctor-paid-spent-advice", **facts
        )
    advice = _what_to_check(source.name, problem)
    return reporter.check(
        name,
        "fix",
        "cli-doctor-paid-fails",
        advice=advice,
        why=reporter.say_failure(problem, facts["asked"]),
        **facts,
    )


async def _problem(source: PaidSource, request: FetchRequest, now: datetime) -> SourceError | None:
    try:
        await source.probe(request, now)
    except SourceError as error:
        return error
    return None


def _what_to_check(name: SourceName, error: SourceError) -> str:
    if name.traits.needs_account and isinstance(error, SourceRefused):
        return f"cli-doctor-{name}-advice"
    return "cli-doctor-source-advice"
