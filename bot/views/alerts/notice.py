"""Sentences about a source's problem: the endpoint, and the notice of a channel."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.core.causes import Cause
from bot.core.models import NoticeContent, OutageScope
from bot.core.text import TOPIC_NAME_MAX, label
from bot.views.kit.causes import say_cause
from bot.views.kit.endpoints import endpoint_name
from bot.views.kit.text import Speaker, when

UNWELL_COLOUR, WELL_COLOUR = 0xC8442E, 0x3A8F5C


def notice_text(speaker: Speaker, content: NoticeContent) -> str:
    """The text of a notice: the source, its problem and since when, and the topics; or its recovery."""
    if content.too_costly and content.topics:
        return speaker.say("notice-too-dear", topic=label(content.topics[0], TOPIC_NAME_MAX) or "-")
    values: dict[str, Any] = {"source": endpoint_name(speaker, content.endpoint)}
    if content.better and content.scope is OutageScope.NONE:
        return speaker.say("notice-well", **values)
    names = [label(name, TOPIC_NAME_MAX) or "-" for name in content.topics]
    values |= {"topics": speaker.say("list-comma").join(names), "more": content.count - len(names)}
    if content.cause is Cause.SILENT:
        return speaker.say("notice-silent", **values)
    named = "" if names else "-count"
    values["count"] = content.count
    if content.better:
        return speaker.say(f"notice-partly{named}", **values)
    head = speaker.say("notice-all" if content.scope is OutageScope.ALL else "notice-some", **values)
    values["since"] = when(content.since) if content.since is not None else "-"
    lines = [
        f"{head}{speaker.say('sentence-space')}{say_cause(speaker, content.cause)}",
        speaker.say(f"notice-topics{named}", **values),
    ]
    return "\n".join([*lines, speaker.say("notice-hint")])


def draw_notice(speaker: Speaker, content: NoticeContent, custom_id: str) -> ui.Container[ui.LayoutView]:
    """The notice, with the button that opens ``/status``."""
    button: ui.Button[ui.LayoutView] = ui.Button(label=speaker.say("notice-button"), custom_id=custom_id)
    colour = WELL_COLOUR if content.better else UNWELL_COLOUR
    return ui.Container(
        ui.Section(ui.TextDisplay(notice_text(speaker, content)), accessory=button), accent_colour=colour
    )
