"""Shared by all component messages: Discord's limits, ids of buttons, and the card of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import discord
from discord import ui

from bot.core.models import MessageId
from bot.core.text import excerpt, utf16_length

MAX_COMPONENTS = 40
MAX_TEXT = 4000
"""Discord's limits for a message of components: nested ones counted, and all text together."""
MAX_BYTES = 9000
"""UTF-8 bytes of all text displays, ``DISPLAY_BYTES`` added for each.

Discord was measured to answer 500 above 10,170 although 4,000 characters are allowed (discord-api-docs#8554); a
Japanese character takes three bytes. The rest is a margin.
"""
DISPLAY_BYTES = 12
_SHORTEST = 8
"""UTF-16 units to which a text is cut at the most: 40 such texts weigh less than a message may."""

_V = TypeVar("_V", bound=ui.LayoutView)


def text_weight(text: str) -> int:
    """The share of ``MAX_TEXT`` that a text takes: its UTF-16 units, or more where its bytes weigh more.

    Texts whose weights add up to ``MAX_TEXT`` at most keep both limits, ``MAX_TEXT`` and ``MAX_BYTES``.
    """
    scaled = -(-len(text.encode("utf-8", "surrogatepass")) * MAX_TEXT // MAX_BYTES)
    return max(utf16_length(text), scaled)


DISPLAY_WEIGHT = -(-DISPLAY_BYTES * MAX_TEXT // MAX_BYTES)
"""The share of ``MAX_TEXT`` that each text display takes beside its text."""


def view_weight(view: ui.LayoutView) -> int:
    """The share of ``MAX_TEXT`` that a view takes: its text displays, and button labels to be on the safe side."""
    total = 0
    for item in view.walk_children():
        if isinstance(item, ui.TextDisplay):
            total += text_weight(item.content) + DISPLAY_WEIGHT
        elif isinstance(item, ui.Button):
            total += text_weight(item.label or "")
    return total


def button_id(message_id: MessageId, index: int, action: str, mark: str = "") -> str:
    """``kw:<message>:<entry>:<action>``: enough to answer a click after any restart.

    ``mark``: added after a dot; the entry is recognised by it where its record is lost (``core.identity.marks``).
    """
    return f"kw:{message_id}:{index}:{action}{f'.{mark}' if mark else ''}"


def button(label: str, custom_id: str, style: discord.ButtonStyle | None = None) -> ui.Button[Any]:
    """A button that answers by its custom_id; grey unless it has a style."""
    return ui.Button(label=label, custom_id=custom_id, style=style or discord.ButtonStyle.secondary)


def page_row(back: ui.Button[Any], forth: ui.Button[Any], page: int, last_page: int) -> ui.ActionRow[Any]:
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
    """A view that discord.py does not keep: its buttons are answered by their custom_id, also after a restart.

    ``send`` registers only views that are not finished; thousands of alerts would stay in memory for ever. Text
    beyond Discord's limits is cut: see ``fitted``.
    """
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return fitted(view)


def fitted(view: _V) -> _V:
    """The view with its longest texts cut, as far as it is heavier than Discord takes.

    Views share out their room themselves; this holds for what nobody thought of.
    """
    excess = view_weight(view) - MAX_TEXT
    while excess > 0:
        longest = max(_displays(view), key=lambda display: text_weight(display.content), default=None)
        if longest is None or utf16_length(longest.content) <= _SHORTEST:
            break  # nothing but labels is left
        longest.content = _shortened(longest.content, excess)
        excess = view_weight(view) - MAX_TEXT
    return view


def _displays(view: ui.LayoutView) -> list[ui.TextDisplay[Any]]:
    return [item for item in view.walk_children() if isinstance(item, ui.TextDisplay)]


def _shortened(text: str, excess: int) -> str:
    """The text without its last lines, as many as weigh ``excess``; a single line is cut within."""
    lines = text.split("\n")
    dropped = 0
    while len(lines) > 1 and dropped < excess + 1:
        dropped += text_weight(lines.pop()) + 1
    if len(lines) > 1 or dropped >= excess + 1:
        return "\n".join([*lines, "…"])
    # Half of what it is at most, so that a line of any weight ends soon below the limit.
    return excerpt(lines[0], max(_SHORTEST, utf16_length(lines[0]) // 2))
