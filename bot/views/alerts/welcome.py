"""Draws the welcome of a server."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.views.kit.layout import button
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT_BENGARA


def draw_welcome(speaker: Speaker, custom_id: str) -> ui.Container[ui.LayoutView]:
    """A sentence on the bot, the first commands and who may use them, and the button that shows ``/help``."""
    lines = [speaker.say(f"welcome-{part}") for part in ("title", "what", "subscribe", "settings", "help")]
    help_button: ui.Button[Any] = button(speaker.say("welcome-button"), custom_id)
    return ui.Container(ui.TextDisplay("\n".join(lines)), ui.ActionRow(help_button), accent_colour=ACCENT_BENGARA)
