"""Draws ``/status``: in a line whether all is well; behind a button sources, topics and the bot. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from discord import ui

from bot import __version__
from bot.core.health.incidents import asked_endpoint
from bot.core.health.status import ServerStatus, SourceLine, was_asked
from bot.core.health.watch import is_source_problem, is_unsupported_topic
from bot.core.models import Health, Watch
from bot.core.processes import ProcessReport, ProcessState, ProcessSurvey, problems, shard_ranges, state_of
from bot.core.text import TOPIC_NAME_MAX, label
from bot.views.alerts.notice import UNWELL_COLOUR, WELL_COLOUR
from bot.views.kit.causes import say_health
from bot.views.kit.endpoints import endpoint_name
from bot.views.kit.layout import button, finished, text_weight
from bot.views.kit.post import source_name
from bot.views.kit.text import Speaker, age, ago, when

SOURCES_ROOM, UNWELL_ROOM, UNCHECKED_ROOM, WELL_ROOM, PROCESSES_ROOM = 900, 1100, 400, 400, 700
"""Characters of a message's ``MAX_TEXT``; titles and the bot's own lines get the rest."""

_MARKS = {Health.OK: "🟢", Health.DEGRADED: "🟡", Health.DOWN: "🔴"}
_UNCHECKED = "⚪"
_STATES = {
    ProcessState.RUNNING: "🟢",
    ProcessState.ACTIVE: "🟢",
    ProcessState.STANDBY: "⚪",
    ProcessState.LOST: "🔴",
}

T = TypeVar("T")


class Extent(StrEnum):
    """The amount of detail; part of the button's custom_id."""

    BRIEF = "brief"
    ALL = "all"


def status_id(scope: Extent) -> str:
    """``kw:status:<scope>``: the button that shows so much of it, as it is then."""
    return f"kw:status:{scope}"


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Watches by health; one that was never polled is neither well nor unwell."""

    unwell: Sequence[Watch]
    unchecked: Sequence[Watch]
    well: Sequence[Watch]


def _sorted(status: ServerStatus) -> _Sorted:
    watches = [one.watch for one in status.topics]
    asked = [watch for watch in watches if was_asked(watch)]
    return _Sorted(
        unwell=[watch for watch in asked if watch.health is not Health.OK],
        unchecked=[watch for watch in watches if not was_asked(watch)],
        well=[watch for watch in asked if watch.health is Health.OK],
    )


def draw_brief(speaker: Speaker, status: ServerStatus, now: datetime) -> ui.LayoutView:
    """One line where all is well, else what is not; ``now``: UTC, what is ago counts from it."""
    watches = _sorted(status)
    lines = [*_topic_counts(speaker, watches, now)]
    if watches.unwell:
        lines.append(_cut(speaker, watches.unwell, partial(_unwell, speaker, now), UNWELL_ROOM))
    if not status.topics and not status.switched_off:
        lines.append(speaker.say("status-none"))
    lines += _switched_off(speaker, status)
    if status.waiting:
        lines.append(speaker.say("status-waiting", waiting=status.waiting))
    if status.uncertain:
        lines.append(speaker.say("status-uncertain", uncertain=status.uncertain))
    details = button(speaker.say("status-button-details"), status_id(Extent.ALL))
    return finished(
        ui.Container(ui.TextDisplay("\n".join(lines)), ui.ActionRow(details), accent_colour=_colour(watches))
    )


def draw_status(speaker: Speaker, status: ServerStatus, latency_s: float, now: datetime) -> ui.LayoutView:
    """All of it in one message; what does not fit is counted. ``latency_s`` is not finite before a heartbeat."""
    watches = _sorted(status)
    sources = _cut(speaker, status.sources, partial(_source, speaker), SOURCES_ROOM)
    head = [f"### {speaker.say('status-title')}", *_switched_off(speaker, status)]
    if not status.topics and not status.switched_off:
        head.append(speaker.say("status-none"))
    card: ui.Container[Any] = ui.Container(
        ui.TextDisplay("\n".join(head)), ui.TextDisplay(sources), accent_colour=_colour(watches)
    )
    if watches.unwell:
        text = _cut(speaker, watches.unwell, partial(_unwell, speaker, now), UNWELL_ROOM)
        _add(card, speaker, "status-unwell-title", text)
    if watches.unchecked:
        _add(
            card,
            speaker,
            "status-unchecked-title",
            _cut(speaker, watches.unchecked, partial(_about, speaker), UNCHECKED_ROOM),
        )
    if watches.well:
        text = _cut(speaker, _by_topic(watches.well), partial(_well, speaker, now), WELL_ROOM)
        _add(card, speaker, "status-ok-title", text)
    if status.processes.alive or status.processes.lost:
        _add(card, speaker, "status-processes-title", _processes(speaker, status.processes, now))
    card.add_item(ui.Separator())
    card.add_item(ui.TextDisplay("\n".join(_foot(speaker, status, latency_s, now))))
    card.add_item(ui.ActionRow(button(speaker.say("status-button-brief"), status_id(Extent.BRIEF))))
    return finished(card)


def _colour(watches: _Sorted) -> Any:
    return (
        UNWELL_COLOUR
        if any(is_source_problem(one.health, one.health_record) for one in watches.unwell)
        else WELL_COLOUR
    )


def _topic_counts(speaker: Speaker, watches: _Sorted, now: datetime) -> Iterator[str]:
    """The number of topics by health: a topic is as well as the worst of its sources."""
    unwell = {watch.topic.key for watch in watches.unwell}
    unchecked = {watch.topic.key for watch in watches.unchecked} - unwell
    well = {watch.topic.key for watch in watches.well} - unwell - unchecked
    if well:
        checked = max(watch.last_ok_at for watch in watches.well if watch.last_ok_at is not None)
        text_id = "status-some-ok" if unwell or unchecked else "status-all-ok"
        yield speaker.say(text_id, count=len(well), last=ago(speaker, checked, now))
    if unchecked:
        yield speaker.say("status-some-unchecked", count=len(unchecked))
    if unwell:
        yield speaker.say("status-some-unwell", count=len(unwell))


def _switched_off(speaker: Speaker, status: ServerStatus) -> Iterator[str]:
    for source, count in sorted(status.switched_off.items()):
        yield speaker.say("status-off", source=source_name(speaker, source), count=count)


def _add(card: ui.Container[Any], speaker: Speaker, title_id: str, text: str) -> None:
    card.add_item(ui.Separator())
    card.add_item(ui.TextDisplay(f"**{speaker.say(title_id)}**\n{text}"))


def _cut(speaker: Speaker, items: Sequence[T], drawn: Callable[[T], str], room: int) -> str:
    """The lines that fit, and the number of the others."""
    lines: list[str] = []
    for item in items:
        line = drawn(item)
        room -= text_weight(line) + 1
        if room < 0:
            lines.append(speaker.say("status-more", count=len(items) - len(lines)))
            break
        lines.append(line)
    return "\n".join(lines) or "-"


def _source(speaker: Speaker, line: SourceLine) -> str:
    """The topics of a source by health, and below it further facts."""
    counts = speaker.say(
        "status-source",
        mark=_MARKS[line.health] if line.asked else _UNCHECKED,
        source=endpoint_name(speaker, line.endpoint),
        topics=line.topics,
        degraded=line.degraded,
        down=line.down,
        unchecked=line.topics - line.asked,
    )
    notes = [speaker.say("status-source-quiet", count=line.quiet)] if line.quiet else []
    if line.reads is not None:
        notes.append(speaker.say("status-spent", spent=line.reads.spent, limit=line.reads.limit))
    return "\n".join([counts, *(f"-# {note}" for note in notes)])


def _unwell(speaker: Speaker, now: datetime, watch: Watch) -> str:
    """The problem of a watch and since when, its last check, and the next one."""
    health = speaker.say(_health_text(watch))
    since = watch.health_record.since
    state = speaker.say("status-since", health=health, since=when(since)) if since is not None else health
    parts = [_checked(speaker, watch, now)]
    if watch.next_poll_at is not None and watch.next_poll_at > now:
        parts.append(speaker.say("status-next", next=age(watch.next_poll_at)))
    checks = speaker.say("alert-dot").join(parts)
    about = f"{_about(speaker, watch)}{speaker.say('alert-dot')}{state}"
    return f"{about}\n{say_health(speaker, watch.health_record)}\n-# {checks}"


def _health_text(watch: Watch) -> str:
    if is_unsupported_topic(watch.health, watch.health_record):
        return "status-health-unfit"
    if not is_source_problem(watch.health, watch.health_record):
        return "status-health-quiet"
    return f"status-health-{watch.health}"


def _by_topic(watches: Sequence[Watch]) -> list[list[Watch]]:
    groups: dict[str, list[Watch]] = {}
    for watch in watches:
        groups.setdefault(watch.topic.key, []).append(watch)
    return list(groups.values())


def _well(speaker: Speaker, now: datetime, group: Sequence[Watch]) -> str:
    """A topic in a line, with its sources, and when the one of them was checked that was so the longest ago."""
    topic = label(group[0].topic.name, TOPIC_NAME_MAX) or "-"
    places = dict.fromkeys(endpoint_name(speaker, asked_endpoint(one)) for one in group)
    oldest = min(group, key=lambda one: (one.last_ok_at is not None, one.last_ok_at or now))
    parts = [f"**{topic}**", speaker.say("list-comma").join(places), _checked(speaker, oldest, now)]
    return f"{_MARKS[Health.OK]} {speaker.say('alert-dot').join(parts)}"


def _about(speaker: Speaker, watch: Watch) -> str:
    topic = label(watch.topic.name, TOPIC_NAME_MAX) or "-"
    mark = _MARKS[watch.health] if was_asked(watch) else _UNCHECKED
    return f"{mark} **{topic}**{speaker.say('alert-dot')}{endpoint_name(speaker, asked_endpoint(watch))}"


def _checked(speaker: Speaker, watch: Watch, now: datetime) -> str:
    """The time of the last check."""
    if watch.last_ok_at is None:
        return speaker.say("status-unchecked")
    return speaker.say("status-checked", last=ago(speaker, watch.last_ok_at, now))


def _processes(speaker: Speaker, found: ProcessSurvey, now: datetime) -> str:
    """Sentences on what the processes lack together, then a line for each of them."""
    lacks = "\n".join(
        f"⚠️ {speaker.say(f'cli-process-{problem}', **values)}" for problem, values in problems(found)
    )
    listed = _cut(speaker, (*found.alive, *found.lost), partial(_process, speaker, found, now), PROCESSES_ROOM)
    return f"{lacks}\n{listed}" if lacks else listed


def _process(speaker: Speaker, found: ProcessSurvey, now: datetime, process: ProcessReport) -> str:
    state = state_of(process, found)
    parts = [f"{_STATES[state]} **{', '.join(process.roles)}**", label(process.name, TOPIC_NAME_MAX)]
    if process.shards.ids:
        parts.append(speaker.say("status-shards", shards=shard_ranges(process.shards.ids)))
    parts.append(speaker.say(f"cli-process-{state}"))
    parts.append(speaker.say("status-seen", last=ago(speaker, process.seen_at, now)))
    return speaker.say("alert-dot").join(parts)


def _foot(speaker: Speaker, status: ServerStatus, latency_s: float, now: datetime) -> Iterator[str]:
    """The outbox, and the bot itself."""
    yield speaker.say("status-queue", waiting=status.waiting, sealed=status.on_the_way, uncertain=status.uncertain)
    if (backups := status.backups) is not None:
        made = None if backups.last is None else speaker.say("status-backup", last=ago(speaker, backups.last, now))
        yield made or speaker.say("status-backup-none")
        if backups.failure is not None:
            yield f"⚠️ {speaker.say('status-backup-failed')}"
    ms = round(latency_s * 1000) if math.isfinite(latency_s) else None
    version, started = speaker.say("status-bot", version=__version__), ago(speaker, status.started_at, now)
    lines = [version, speaker.say("status-started", time=started)]
    if ms is not None:
        lines.append(speaker.say("status-latency", ms=ms))
    yield f"-# {speaker.say('alert-dot').join(lines)}"
