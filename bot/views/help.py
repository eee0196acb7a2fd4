"""Draws ``/help``: the bot, its commands by task, RP, and stored data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from discord import ui

from bot.views.kit.layout import finished
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT_BENGARA

Mention = Callable[[str], str | None]
"""A command by its full name as Discord draws it clickable; None where its id is not known."""

TASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "look": ("trend", "trending", "history", "compare"),
    "alerts": ("subscribe", "subscriptions", "unsubscribe"),
    "digest": ("digest create", "digest list"),
    "quiet": ("quiet set", "quiet show", "settings", "notify set"),
    "check": ("status", "why", "deliveries", "export", "import"),
    "moderate": ("hide", "unhide", "hidden"),
    "help": ("help", "about"),
}
"""Tasks, the most frequent first, with their commands; of a group those that begin it."""


def help_view(speaker: Speaker, commands: Mapping[str, str], mention: Mention) -> ui.LayoutView:
    """``commands``: all that can be typed, by their full names, with the descriptions written in the code.

    What ``TASKS`` does not know is listed last.
    """
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay(f"{speaker.say('help-title')}\n{speaker.say('help-what')}"),
        accent_colour=ACCENT_BENGARA,
    )
    for task, names in TASKS.items():
        known = [name for name in names if name in commands]
        if known:
            lines = [_command(speaker, name, commands[name], mention) for name in known]
            container.add_item(ui.TextDisplay("\n".join([speaker.say(f"help-task-{task}"), *lines])))
    if others := unnamed(commands):
        lines = [_command(speaker, name, commands[name], mention) for name in others]
        container.add_item(ui.TextDisplay("\n".join([speaker.say("help-task-more"), *lines])))
    container.add_item(ui.Separator())
    container.add_item(ui.TextDisplay(f"{speaker.say('help-rp-title')}\n{speaker.say('help-rp')}"))
    container.add_item(ui.TextDisplay(speaker.say("help-privacy")))
    return finished(container)


def unnamed(commands: Collection[str]) -> list[str]:
    """Commands and groups that no task names."""
    roots = {name.partition(" ")[0] for names in TASKS.values() for name in names}
    return [name for name in commands if name.partition(" ")[0] not in roots]


def local_name(speaker: Speaker, name: str) -> str:
    """A command's full name as the reader's Discord writes it."""
    words = name.split()
    ids = [f"cmd-{'-'.join(words[: number + 1])}-name" for number in range(len(words))]
    return " ".join(
        speaker.say(text_id) if speaker.has(text_id) else word for text_id, word in zip(ids, words, strict=True)
    )


def _command(speaker: Speaker, name: str, description: str, mention: Mention) -> str:
    """Clickable, and beside it as the reader's Discord calls it, where that differs.

    A mention works with the English name alone, and is drawn with it (discord-api-docs#5462, #5518).
    """
    text_id = f"cmd-{name.replace(' ', '-')}-description"
    said = speaker.say(text_id) if speaker.has(text_id) else description
    clickable, local = mention(name), local_name(speaker, name)
    if clickable is None:
        return speaker.say("help-command", name=local, description=said)
    if local == name:
        return speaker.say("help-command-link", link=clickable, description=said)
    return speaker.say("help-command-both", link=clickable, name=local, description=said)
