"""Draws the answers to ``/notify``, and the button under alerts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.core.models import ChannelId, MessageId, OutboxEntry, RoleId
from bot.core.text import TOPIC_NAME_MAX, excerpt, label, one_line
from bot.views.kit.layout import button, button_id, card_of
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT, ACCENT_PAUSED

BUTTONS_MAX: Final = 3
"""Buttons under one message, where its alerts give different roles."""
_TOPIC_SHOWN: Final = 30
_CHANNELS_SHOWN: Final = 5


def draw_notify(
    speaker: Speaker, role_id: RoleId | None, topic: str, opens: Sequence[ChannelId] = ()
) -> ui.LayoutView:
    """The role that the button gives from now on, or (None) that there is none. ``topic`` empty: all alerts.

    ``opens``: channels that the role shows to people who do not see them otherwise.
    """
    name = label(topic, TOPIC_NAME_MAX)
    which = speaker.say("notify-which-topic", topic=name) if topic else speaker.say("notify-which-all")
    if role_id is None:
        return card_of([speaker.say("notify-ended", which=which)], [], ACCENT_PAUSED)
    lines = [speaker.say("notify-chosen", role=f"<@&{role_id}>", which=which)]
    if opens:
        shown = [f"<#{channel}>" for channel in opens[:_CHANNELS_SHOWN]]
        more = len(opens) - len(shown)
        named = speaker.say("list-comma").join(shown)
        lines.append(speaker.say("notify-opens", channels=named, more=more))
    return card_of(lines, [], ACCENT)


def notify_count(entries: Sequence[OutboxEntry]) -> int:
    """Components that the buttons of a message take, with their row."""
    count = len(_roles(entries))
    return count + 1 if count else 0


def notify_row(
    speaker: Speaker, message_id: MessageId, entries: Sequence[OutboxEntry]
) -> ui.ActionRow[Any] | None:
    """The buttons of a message: one for each role that its alerts give; None without any."""
    roles = _roles(entries)
    if not roles:
        return None
    buttons = []
    for index in roles.values():
        about = entries[index].content.about
        shown = speaker.say("notify-button")
        if len(roles) > 1 and about is not None:
            topic = excerpt(one_line(about.name), _TOPIC_SHOWN)
            shown = speaker.say("notify-button-topic", topic=topic)
        made = button(excerpt(shown, 80), button_id(message_id, index, "notify"), discord.ButtonStyle.secondary)
        buttons.append(made)
    return ui.ActionRow(*buttons)


def _roles(entries: Sequence[OutboxEntry]) -> dict[RoleId, int]:
    """The first entry of each role that is given, by its index."""
    found: dict[RoleId, int] = {}
    for index, entry in enumerate(entries):
        if entry.notify_role is not None and not entry.hidden:
            found.setdefault(entry.notify_role, index)
    return dict(list(found.items())[:BUTTONS_MAX])
