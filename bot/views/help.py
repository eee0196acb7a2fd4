"""What ``/help`` shows: what the bot does, its commands by the reader's names, what RP is, what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from discord import ui

from bot.core.models import SourceName

from .layout import finished
from .post import COLOURS
from .text import Speaker


def help_view(speaker: Speaker, commands: Iterable[tuple[str, str]]) -> ui.LayoutView:
    """``commands``: the names and descriptions as written in the code, used where the files have none."""
    lines = [_command(speaker, name, description) for name, description in commands]
    start = speaker.say("help-start", trend=_name(speaker, "trend"), subscribe=_name(speaker, "subscribe"))
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay(f"{speaker.say('help-title')}\n{speaker.say('help-what')}"),
        ui.TextDisplay(f"{speaker.say('help-start-title')}\n{start}"),
        ui.TextDisplay("\n".join([speaker.say("help-commands"), *lines])),
        ui.TextDisplay(f"{speaker.say('help-rp-title')}\n{speaker.say('help-rp')}"),
        ui.Separator(),
        ui.TextDisplay(speaker.say("help-privacy")),
        accent_colour=COLOURS[SourceName.TRENDPAGE],
    )
    return finished(container)


def _command(speaker: Speaker, name: str, description: str) -> str:
    text_id = f"cmd-{name}-description"
    said = speaker.say(text_id) if speaker.has(text_id) else description
    return speaker.say("help-command", name=_name(speaker, name), description=said)


def _name(speaker: Speaker, name: str) -> str:
    """A command as the reader's Discord calls it."""
    text_id = f"cmd-{name}-name"
    return speaker.say(text_id) if speaker.has(text_id) else name
