"""``kawaraban status``: how the sources of all watches are doing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import typer
from rich.table import Table

from bot import lookout
from bot.core import room
from bot.core.incidents import place_of
from bot.core.models import Health, SourceName, Watch
from bot.core.status import SourceLine, source_lines
from config.settings import Settings, load

from .console import Json, out, print_json, run_to_end

WATCHES_SHOWN = 20


def status(as_json: Json = False) -> None:
    """Show how sources are doing, what is wrong, and how much waits to be sent."""
    found = run_to_end(_status(load()))
    if as_json:
        print_json(found)
        return
    table = Table("source", "health", "topics", "degraded", "down", "quiet", box=None, pad_edge=False)
    for line in found["sources"]:
        table.add_row(*(str(line[name]) for name in ("name", "health", "topics", "degraded", "down", "quiet")))
    out.print(table, markup=False)
    for watch in found["unwell"][:WATCHES_SHOWN]:
        since = f" since {watch['since']}" if watch["since"] else ""
        out.print(f"{watch['source']}/{watch['topic']}: {watch['health']}{since}: {watch['note']}", markup=False)
    if len(found["unwell"]) > WATCHES_SHOWN:
        out.print(f"… and {len(found['unwell']) - WATCHES_SHOWN} more (see `kawaraban watch list`)", markup=False)
    if found["x_reads_today"] is not None:
        out.print(f"reads of X today: {found['x_reads_today']:,} of at most {found['x_reads_a_day']:,} (UTC day)")
    out.print(f"waiting to be sent: {found['waiting']:,}")
    if found["database_note"] is not None:
        out.print(found["database_note"], markup=False)


async def _status(settings: Settings) -> dict[str, Any]:
    async with lookout.opened(settings) as (storage, sources):
        watches = await storage.watches()
        awake = [watch for watch in watches if watch.next_poll_at is not None and watch.source in sources]
        totals, found = await storage.totals(), await storage.room()
        spent = await storage.spent(SourceName.X, lookout.utc_now().date())
    lines = source_lines(awake, list(sources))
    why = room.tight(found, settings.database.soft_limit_mb)
    return {
        "sources": [_source(line) for line in lines],
        "x_reads_today": spent if SourceName.X in sources else None,
        "x_reads_a_day": settings.sources.x.posts_per_day if SourceName.X in sources else None,
        "unwell": _unwell(awake),
        "waiting": totals.waiting,
        "database_mb": round(found.used / room.MB, 1),
        "database_note": None if why is None else room.words(found, settings.database.soft_limit_mb, why),
    }


def _source(line: SourceLine) -> dict[str, Any]:
    host = f" ({line.place.host})" if line.place.host else ""
    return {
        "name": f"{line.place.source}{host}",
        "source": line.place.source.value,
        "host": line.place.host or None,
        "health": line.health.value,
        "topics": line.topics,
        "degraded": line.degraded,
        "down": line.down,
        "quiet": line.quiet,
    }


def _unwell(watches: Iterable[Watch]) -> Sequence[dict[str, Any]]:
    return [
        {
            "source": watch.source.value,
            "host": place_of(watch.source, watch.target).host or None,
            "topic": watch.topic.name,
            "health": watch.health.value,
            "since": watch.vitals.since.isoformat(timespec="seconds") if watch.vitals.since else None,
            "last_ok_at": watch.last_ok_at.isoformat(timespec="seconds") if watch.last_ok_at else None,
            "note": watch.health_note,
        }
        for watch in watches
        if watch.health is not Health.OK
    ]


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(status)
