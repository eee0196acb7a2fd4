"""What ``/status`` shows: a line a source, topics that need attention, the others, and the bot itself. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from discord import ui

from bot import __version__
from bot.core.incidents import place_of
from bot.core.models import Health, Watch
from bot.core.status import SourceLine, Status
from bot.core.text import TOPIC_NAME_MAX, label

from .health import UNWELL_COLOUR, WELL_COLOUR, place_name, said
from .layout import finished, text_weight
from .post import source_name
from .text import Speaker, age, when

SOURCES_ROOM, UNWELL_ROOM, WELL_ROOM = 1000, 1500, 900
"""Of a message's ``MAX_TEXT``; titles and the bot's own lines get the rest."""

_MARKS = {Health.OK: "🟢", Health.DEGRADED: "🟡", Health.DOWN: "🔴"}

T = TypeVar("T")


def draw_status(speaker: Speaker, status: Status, latency_s: float) -> ui.LayoutView:
    """All of it in one message; what does not fit is counted. ``latency_s`` is not finite before a heartbeat."""
    watches = [one.watch for one in status.topics]
    unwell = [watch for watch in watches if watch.health is not Health.OK]
    well = [watch for watch in watches if watch.health is Health.OK]
    colour = UNWELL_COLOUR if any(line.health is not Health.OK for line in status.sources) else WELL_COLOUR
    sources = _cut(speaker, status.sources, _source, SOURCES_ROOM)
    card: ui.Container[Any] = ui.Container(
        ui.TextDisplay("\n".join(_head(speaker, status, unwell))), ui.TextDisplay(sources), accent_colour=colour
    )
    if unwell:
        _add(card, speaker, "status-unwell-title", _cut(speaker, unwell, _unwell, UNWELL_ROOM))
    if well:
        _add(card, speaker, "status-well-title", _cut(speaker, well, _well, WELL_ROOM))
    card.add_item(ui.Separator())
    card.add_item(ui.TextDisplay("\n".join(_foot(speaker, status, latency_s))))
    return finished(card)


def _head(speaker: Speaker, status: Status, unwell: Sequence[Watch]) -> Iterator[str]:
    yield f"### {speaker.say('status-title')}"
    if not status.topics and not status.switched_off:
        yield speaker.say("status-none")
    elif status.topics and not unwell:
        yield speaker.say("status-all-well")
    for source, count in sorted(status.switched_off.items()):
        yield speaker.say("status-off", source=source_name(speaker, source), count=count)


def _add(card: ui.Container[Any], speaker: Speaker, title_id: str, text: str) -> None:
    card.add_item(ui.Separator())
    card.add_item(ui.TextDisplay(f"**{speaker.say(title_id)}**\n{text}"))


def _cut(speaker: Speaker, items: Sequence[T], drawn: Callable[[Speaker, T], str], room: int) -> str:
    """As many lines as fit, and how many more there are."""
    lines: list[str] = []
    for item in items:
        line = drawn(speaker, item)
        room -= text_weight(line) + 1
        if room < 0:
            lines.append(speaker.say("status-more", count=len(items) - len(lines)))
            break
        lines.append(line)
    return "\n".join(lines) or "-"


def _source(speaker: Speaker, line: SourceLine) -> str:
    """How many topics are looked at there and how, and under it what else there is to say."""
    counts = speaker.say(
        "status-source",
        mark=_MARKS[line.health],
        source=place_name(speaker, line.place),
        topics=line.topics,
        degraded=line.degraded,
        down=line.down,
    )
    quiet = [speaker.say("status-source-quiet", count=line.quiet)] if line.quiet else []
    return "\n".join([counts, *(f"-# {note}" for note in [*quiet, *(said(speaker, note) for note in line.notes)])])


def _unwell(speaker: Speaker, watch: Watch) -> str:
    """What is wrong since when, and when it is looked at again."""
    health = speaker.say(f"status-health-{watch.health}")
    since = watch.vitals.since
    state = speaker.say("status-since", health=health, since=when(since)) if since is not None else health
    return f"{_about(speaker, watch)} ・ {state}\n{said(speaker, watch.vitals.why)}\n-# {_looks(speaker, watch)}"


def _well(speaker: Speaker, watch: Watch) -> str:
    return f"{_about(speaker, watch)} ・ {_looks(speaker, watch)}"


def _about(speaker: Speaker, watch: Watch) -> str:
    topic = label(watch.topic.name, TOPIC_NAME_MAX) or "-"
    return f"{_MARKS[watch.health]} **{topic}** ・ {place_name(speaker, place_of(watch.source, watch.target))}"


def _looks(speaker: Speaker, watch: Watch) -> str:
    """When it was last read and when it is looked at next."""
    last = age(watch.last_ok_at) if watch.last_ok_at is not None else speaker.say("status-never")
    following = age(watch.next_poll_at) if watch.next_poll_at is not None else speaker.say("status-never")
    return speaker.say("status-looks", last=last, next=following)


def _foot(speaker: Speaker, status: Status, latency_s: float) -> Iterator[str]:
    """The outbox, and the bot itself."""
    yield speaker.say("status-queue", waiting=status.waiting, sealed=status.on_the_way, uncertain=status.uncertain)
    ms = round(latency_s * 1000) if math.isfinite(latency_s) else None
    version, started = speaker.say("status-bot", version=__version__), age(status.started_at)
    lines = [version, speaker.say("status-started", time=started)]
    if ms is not None:
        lines.append(speaker.say("status-latency", ms=ms))
    yield f"-# {speaker.say('alert-dot').join(lines)}"
