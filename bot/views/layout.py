"""What every message of components shares: Discord's limits, the ids of its buttons, and the card of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.core.models import MessageId

MAX_COMPONENTS = 40
MAX_TEXT = 4000
"""Discord's limits for a message of components: nested ones counted, and all text together."""


def button_id(message_id: MessageId, index: int, action: str) -> str:
    """``kw:<message>:<entry>:<action>``: enough to answer a click after any restart."""
    return f"kw:{message_id}:{index}:{action}"


def button(label: str, custom_id: str, style: discord.ButtonStyle | None = None) -> ui.Button[Any]:
    """A button that answers by its custom_id; grey unless it has a style."""
    return ui.Button(label=label, custom_id=custom_id, style=style or discord.ButtonStyle.secondary)


def turns(back: ui.Button[Any], forth: ui.Button[Any], page: int, last_page: int) -> ui.ActionRow[Any]:
    """Back and forth between pages that count from 0; what leads nowhere is greyed out."""
    back.disabled, forth.disabled = page == 0, page == last_page
    return ui.ActionRow(back, forth)


def card_of(
    blocks: Sequence[str], rows: Sequence[ui.ActionRow[Any]], accent: discord.Colour | int
) -> ui.LayoutView:
    """Blocks of text and rows of buttons in one card."""
    container: ui.Container[Any] = ui.Container(accent_colour=accent)
    for block in blocks:
        container.add_item(ui.TextDisplay(block))
    for row in rows:
        container.add_item(row)
    return finished(container)


def finished(*items: ui.Item[Any]) -> ui.LayoutView:
    """A view that discord.py does not keep: its buttons are answered by their custom_id, also after a restart."""
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view
