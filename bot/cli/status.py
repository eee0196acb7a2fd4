"""``kawaraban status``: the state of the sources of all watches, and of the processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot import bootstrap
from bot.cli.terminal.console import Json, moment, out, print_json, print_table, print_text, run_to_end
from bot.cli.terminal.messages import health_text, said, say, say_cause
from bot.core.backups import BackupState
from bot.core.causes import Cause
from bot.core.health.incidents import asked_endpoint
from bot.core.health.status import SourceLine, source_lines, was_asked
from bot.core.lazy_dataclass import dataclass
from bot.core.limits import disk_space
from bot.core.models import Health, SourceName, Watch
from bot.core.processes import ProcessReport, ProcessSurvey, problems, shard_ranges, survey
from bot.core.processes import state_of as process_state_of
from bot.core.roles import Role
from bot.sources.registry import daily_limits, templates_of
from config.sentences import Sentence
from config.settings import Settings, load

WATCHES_SHOWN = 20
UNKNOWN: Final = "unknown"
"""The health of what was never asked."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The status: data for scripts, and additions for people."""

    data: dict[str, Any]
    processes: ProcessSurvey
    unwell: Sequence[Watch]
    tight: Sentence | None
    backups: BackupState | None = None


def status(as_json: Json = False) -> None:
    """Status of the sources, their problems, and the number of waiting entries."""
    found = run_to_end(_status(load()))
    data = found.data
    if as_json:
        print_json(data)
        return
    headings = ("source", "state", "topics", "degraded", "down", "quiet")
    rows = [
        (
            line["name"],
            health_words(line["health"] if line["topics"] else "none"),
            *(f"{line[name]:,}" for name in headings[2:]),
        )
        for line in data["sources"]
    ]
    if rows:
        print_table([say(f"cli-column-{name}") for name in headings], rows, right=(2, 3, 4, 5))
    else:
        print_text(say("cli-status-no-sources"))
    _print_unwell(found.unwell)
    for name in SourceName:
        _print_reads(name, data)
    print_text(say("cli-status-waiting", waiting=data["waiting"]))
    if found.backups is not None:
        print_text(backup_line(found.backups))
    if found.tight is not None:
        print_text(said(found.tight))
    _print_processes(found.processes)


def backup_line(state: BackupState) -> str:
    """A line on the last scheduled copy, and on why the last try made none."""
    made = say("cli-backup-none") if state.last is None else say("cli-backup-last", at=moment(state.last))
    return made if state.failure is None else f"{made} {say('cli-backup-failed', why=state.failure)}"


def _print_processes(found: ProcessSurvey) -> None:
    """Print the processes with roles and what is missing; nothing where one process runs everything."""
    processes = (*found.alive, *found.lost)
    if not processes:
        return
    headings = ("role", "process", "shards", "since", "seen", "state")
    rows = [
        (
            ", ".join(one.roles),
            one.name,
            shards_of(one),
            moment(one.started_at),
            moment(one.seen_at),
            say(f"cli-process-{process_state_of(one, found)}"),
        )
        for one in processes
    ]
    out.print()
    print_table([say(f"cli-column-{name}") for name in headings], rows)
    for problem, values in problems(found):
        print_text(say(f"cli-process-{problem}", **values))


def shards_of(process: ProcessReport) -> str:
    """The shards of a gateway, of how many; empty for a process that is none."""
    if Role.GATEWAY not in process.roles:
        return ""
    ids = shard_ranges(process.shards.ids)
    return f"{ids or say('cli-process-all')}{f' / {process.shards.count}' if process.shards.count else ''}"


def _print_reads(name: SourceName, data: Mapping[str, Any]) -> None:
    """Print today's reads of a source that costs money; nothing for another source, or one that is off."""
    limit = data.get(f"{name}_reads_a_day")
    if limit is not None:
        spent = data[f"{name}_reads_today"]
        print_text(say("cli-status-reads", source=say(f"source-{name}"), spent=spent, limit=limit))


def _print_unwell(unwell: Sequence[Watch]) -> None:
    """A line for each topic that is not well, up to ``WATCHES_SHOWN``."""
    if unwell:
        out.print()
    for watch in unwell[:WATCHES_SHOWN]:
        since = say("cli-status-since", at=moment(watch.health_record.since)) if watch.health_record.since else ""
        name, state = f"{watch.source}/{watch.topic.name}", state_of(watch)
        print_text(
            say("cli-status-unwell", name=name, state=state, since=since, why=why_unwell(watch)), hanging="  "
        )
    if len(unwell) > WATCHES_SHOWN:
        print_text(say("cli-status-more", more=len(unwell) - WATCHES_SHOWN))
    if unwell:
        out.print()


def health_words(health: str) -> str:
    """A state as people call it."""
    return say(f"cli-health-{health}")


def state_of(watch: Watch) -> str:
    """The state of a watch as people call it."""
    if watch.health_record.cause is Cause.SILENT:
        return say("cli-health-quiet")
    if watch.health_record.cause is Cause.TOPIC_UNSUPPORTED:
        return say("cli-health-unfit")
    return health_words(health_of(watch))


def why_unwell(watch: Watch) -> str:
    """The problem of a watch: in Japanese a sentence for people, and the English facts of the log."""
    health_record, note = watch.health_record, watch.health_note or ""
    if health_record.cause is None:
        return note
    return say_cause(
        health_text(health_record.cause), note, hours=health_record.hours, usual=health_record.usual_hours
    )


def tightness(found: disk_space.DiskUsage, soft_limit_mb: int) -> Sentence | None:
    """A sentence about little room; None where there is enough."""
    why = disk_space.tight(found, soft_limit_mb)
    if why is None:
        return None
    numbers = {"used": round(found.used / disk_space.MB), "limit": soft_limit_mb}
    return Sentence(f"cli-room-{why}", numbers | {"free": round((found.disk_free or 0) / disk_space.MB)})


async def _status(settings: Settings) -> _Found:
    sources, limits = templates_of(settings.sources), daily_limits(settings.sources)
    async with bootstrap.stored(settings, changes=False) as storage:
        watches = await storage.watches.listed()
        active = [watch for watch in watches if watch.next_poll_at is not None and watch.source in sources]
        processes = survey(await storage.processes.listed(), bootstrap.utc_now())
        backups = bootstrap.scheduled_backups(settings, storage)
        copies = await backups.state() if backups.is_on else None
        totals, found = await storage.trends.totals(), await storage.maintenance.disk_usage()
        spent = {
            name: await storage.spend.spent(name, bootstrap.utc_now().date()) for name in limits if name in sources
        }
    lines, limit_mb = source_lines(active, list(sources)), settings.database.soft_limit_mb
    why = disk_space.tight(found, limit_mb)
    unwell = [watch for watch in active if watch.health is not Health.OK]
    data = {
        "sources": [_source(line) for line in lines],
        **{f"{name}_reads_today": spent.get(name) for name in limits},
        **{f"{name}_reads_a_day": limit if name in spent else None for name, limit in limits.items()},
        "unwell": [_as_json(watch) for watch in unwell],
        "waiting": totals.waiting,
        "database_mb": round(found.used / disk_space.MB, 1),
        "last_backup_at": _iso(None if copies is None else copies.last),
        "database_note": None if why is None else disk_space.words(found, limit_mb, why),
    }
    data |= as_json_of_processes(processes)
    return _Found(data, processes, unwell, tightness(found, limit_mb), copies)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def as_json_of_processes(found: ProcessSurvey) -> dict[str, Any]:
    """The processes for scripts; empty where one process runs everything."""
    processes = (*found.alive, *found.lost)
    if not processes:
        return {}
    return {
        "processes": [_process(one, found) for one in processes],
        "missing_shards": list(found.missing_shards),
        "missing_roles": [role.value for role in found.missing_roles],
    }


def _process(process: ProcessReport, found: ProcessSurvey) -> dict[str, Any]:
    return {
        "name": process.name,
        "roles": [role.value for role in process.roles],
        "shards": list(process.shards.ids),
        "shard_count": process.shards.count,
        "state": process_state_of(process, found),
        "started_at": process.started_at.isoformat(timespec="seconds"),
        "seen_at": process.seen_at.isoformat(timespec="seconds"),
        "clock_ahead_s": None if process.ahead is None else round(process.ahead.total_seconds(), 3),
    }


def _source(line: SourceLine) -> dict[str, Any]:
    host = f" ({line.endpoint.host})" if line.endpoint.host else ""
    return {
        "name": f"{line.endpoint.source}{host}",
        "source": line.endpoint.source.value,
        "host": line.endpoint.host or None,
        "health": line.health.value if line.asked else UNKNOWN,
        "topics": line.topics,
        "degraded": line.degraded,
        "down": line.down,
        "quiet": line.quiet,
    }


def health_of(watch: Watch) -> str:
    """A watch's health; ``UNKNOWN`` before its first poll."""
    return watch.health.value if was_asked(watch) else UNKNOWN


def _as_json(watch: Watch) -> dict[str, Any]:
    return {
        "source": watch.source.value,
        "host": asked_endpoint(watch).host or None,
        "topic": watch.topic.name,
        "health": watch.health.value,
        "since": watch.health_record.since.isoformat(timespec="seconds") if watch.health_record.since else None,
        "last_ok_at": watch.last_ok_at.isoformat(timespec="seconds") if watch.last_ok_at else None,
        "note": watch.health_note,
    }
