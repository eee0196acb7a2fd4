"""Draws a channel's quiet hours, and the button under the notice of a lost channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.core.models import ChannelId, Pausable, PauseReason, QuietHours, display_name
from bot.core.text import TOPIC_NAME_MAX, label
from bot.views.kit.layout import button, finished
from bot.views.kit.text import Speaker, when
from bot.views.kit.theme import ACCENT, ACCENT_PAUSED
from bot.views.kit.timezones import zone_label
from bot.views.subscriptions.cards import resume_all_button

SHOWN_MAX = 12
"""Channels in one message: each takes about 300 of its 4,000 characters."""

_NAMED = 10
_CHANNELS_NAMED, _NAMED_OF_SEVERAL = 8, 2
"""Channels named of many, and topics of each: together below 2,000 characters."""
_SERVER_MAX = 50

_SETS = {(0, 1, 2, 3, 4, 5, 6): "quiet-days-all", (0, 1, 2, 3, 4): "quiet-days-work", (5, 6): "quiet-days-weekend"}


@dataclass(frozen=True, slots=True)
class Quiet:
    """A channel's quiet hours, and begin and end of the quiet that is, or comes next."""

    channel_id: ChannelId
    quiet: QuietHours
    begins_at: datetime
    ends_at: datetime


def resume_id(channel_id: ChannelId) -> str:
    """The custom_id of the button that resumes a lost channel's subscriptions."""
    return f"kw:resume:{channel_id}"


def resume_view(speaker: Speaker, paused: Sequence[Pausable]) -> ui.View:
    """The button under the notice; it is answered by a DynamicItem, also after a restart."""
    view = ui.View(timeout=None)
    if len({one.channel_id for one in paused}) > 1:
        view.add_item(resume_all_button(speaker, paused[0].guild_id))
    else:
        resume = button(speaker.say("button-resume"), resume_id(paused[0].channel_id), discord.ButtonStyle.success)
        view.add_item(resume)
    view.stop()
    return view


def draw_paused(speaker: Speaker, paused: Sequence[Pausable], why: PauseReason, *, server: str) -> str:
    """The paused subscriptions by channel, with the reason, within the 2,000 characters of an ordinary message."""
    channels: dict[ChannelId, list[Pausable]] = {}
    for one in paused:
        channels.setdefault(one.channel_id, []).append(one)
    reason = why.replace("_", "-")
    if len(channels) == 1:
        topics, more = names_of(speaker, paused)
        return speaker.say(f"paused-{reason}", topics=topics, more=more, channel=f"<#{paused[0].channel_id}>")
    head = speaker.say(f"paused-several-{reason}", count=len(channels), server=label(server, _SERVER_MAX) or "-")
    lines = [_paused_line(speaker, channel, theirs) for channel, theirs in channels.items()]
    shown = lines[:_CHANNELS_NAMED]
    if len(lines) > len(shown):
        shown.append(speaker.say("paused-more-channels", count=len(lines) - len(shown)))
    return "\n".join([head, *shown])


def draw_invited_back(
    speaker: Speaker, paused: Sequence[Pausable], seen: Sequence[Pausable], *, server: str
) -> str:
    """The paused subscriptions of a server that the bot rejoined; ``seen``: those that the person may know."""
    shown = label(server, _SERVER_MAX) or "-"
    if not seen:
        return speaker.say("paused-invited-back-private", count=len(paused), server=shown)
    topics, more = names_of(speaker, seen)
    more += len(paused) - len(seen)
    return speaker.say("paused-invited-back", count=len(paused), server=shown, topics=topics, more=more)


def _paused_line(speaker: Speaker, channel: ChannelId, paused: Sequence[Pausable]) -> str:
    named, more = names_of(speaker, paused, most=_NAMED_OF_SEVERAL)
    return speaker.say("paused-channel", channel=f"<#{channel}>", topics=named, more=more)


def names_of(speaker: Speaker, paused: Sequence[Pausable], most: int = _NAMED) -> tuple[str, int]:
    """Topics of the first subscriptions and names of digests in one line, and how many more there are."""
    names = (label(display_name(one), TOPIC_NAME_MAX) for one in paused[:most])
    return speaker.say("list-comma").join(names), max(0, len(paused) - most)


def draw_quiet_set(speaker: Speaker, quiet: Quiet, *, held: int, now: datetime) -> ui.LayoutView:
    """The answer to ``/quiet set``: read back in words, with the next begin and end, and what waits."""
    is_quiet = quiet.begins_at <= now
    waiting = speaker.say("quiet-held", count=held) if is_quiet else speaker.say("quiet-held-later")
    lines = [_hours(speaker, quiet), _next(speaker, quiet, now), waiting]
    return _layout([speaker.say("quiet-set-heading"), "\n".join(lines)], ACCENT)


def draw_quiet_off(speaker: Speaker, channel_id: ChannelId, let_go: int) -> ui.LayoutView:
    """The answer to ``/quiet off``."""
    said = speaker.say("quiet-off-text", channel=f"<#{channel_id}>", count=let_go)
    return _layout([speaker.say("quiet-off-heading"), said], ACCENT_PAUSED)


def draw_quiet_list(speaker: Speaker, quiets: Sequence[Quiet], now: datetime) -> ui.LayoutView:
    """The answer to ``/quiet show``."""
    heading = speaker.say("quiet-list-heading")
    if not quiets:
        return _layout([heading, speaker.say("quiet-list-empty")], ACCENT_PAUSED)
    blocks = [f"{_hours(speaker, one)}\n{_next(speaker, one, now)}" for one in quiets[:SHOWN_MAX]]
    if len(quiets) > SHOWN_MAX:
        blocks.append(speaker.say("quiet-list-more", count=len(quiets) - SHOWN_MAX))
    return _layout([heading, *blocks], ACCENT)


def _hours(speaker: Speaker, one: Quiet) -> str:
    """The channel, days and times of quiet hours."""
    quiet = one.quiet
    text_id = "quiet-hours-overnight" if quiet.end <= quiet.start else "quiet-hours"
    return speaker.say(
        text_id,
        channel=f"<#{one.channel_id}>",
        days=days_text(speaker, quiet.weekdays),
        start=clock_text(quiet.start),
        end=clock_text(quiet.end),
        zone=zone_label(quiet.zone, speaker.language),
    )


def hours_text(speaker: Speaker, quiet: QuietHours) -> str:
    """Days, times and zone of quiet hours."""
    text_id = "settings-hours-overnight" if quiet.end <= quiet.start else "settings-hours"
    return speaker.say(
        text_id,
        days=days_text(speaker, quiet.weekdays),
        start=clock_text(quiet.start),
        end=clock_text(quiet.end),
        zone=zone_label(quiet.zone, speaker.language),
    )


def _next(speaker: Speaker, one: Quiet, now: datetime) -> str:
    if one.begins_at <= now:
        return speaker.say("quiet-now", end=when(one.ends_at))
    return speaker.say("quiet-next", begin=when(one.begins_at), end=when(one.ends_at))


def days_text(speaker: Speaker, weekdays: tuple[int, ...]) -> str:
    """Weekdays in words, which ``parse_weekdays`` reads back."""
    known = _SETS.get(weekdays)
    if known is not None:
        return speaker.say(known)
    named = speaker.say("quiet-days-between").join(speaker.say(f"quiet-day-{day}") for day in weekdays)
    return speaker.say("quiet-days-some", days=named)


def clock_text(minutes: int) -> str:
    """Minutes after midnight as a time of day: ``7:00``."""
    return f"{minutes // 60}:{minutes % 60:02}"


def _layout(blocks: Sequence[str], accent: discord.Colour) -> ui.LayoutView:
    heading, *rest = blocks
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(f"### {heading}"), accent_colour=accent)
    for block in rest:
        container.add_item(ui.TextDisplay(block))
    return finished(container)
