"""Answers of ``/export`` and ``/import``: a file, what an import would change, and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.core.text import escape
from bot.core.transfers import Difference, FileFlaw, ImportEffect
from bot.views.kit.layout import button, finished
from bot.views.kit.text import Speaker
from bot.views.kit.theme import ACCENT
from bot.views.transfer_lines import difference_line, flaw_line

FILENAME: Final = "kawaraban-settings.toml"
LINES_MAX: Final = 20
"""Lines of a card; the others are counted."""
APPLY_ID: Final = r"kw:import:(?P<what>apply|undo):(?P<token>[0-9a-f]{16})"


def apply_id(token: str, *, undo: bool = False) -> str:
    """``kw:import:<apply or undo>:<token>``: a button that makes an import, or takes it back."""
    return f"kw:import:{'undo' if undo else 'apply'}:{token}"


def export_view(speaker: Speaker, subscriptions: int, digests: int) -> ui.LayoutView:
    """The file of a server's settings, with what it holds."""
    said = speaker.say("transfer-export", subscriptions=subscriptions, digests=digests)
    card: ui.Container[Any] = ui.Container(ui.TextDisplay(said), accent_colour=ACCENT)
    card.add_item(ui.File(f"attachment://{FILENAME}"))
    return finished(card)


def flaws_view(speaker: Speaker, flaws: Sequence[FileFlaw], wrong: int) -> ui.LayoutView:
    """The mistakes of a file."""
    lines = [f"- {escape(flaw_line(speaker.say, one))}" for one in flaws]
    rest = [speaker.say("transfer-more", count=wrong - len(flaws))] if wrong > len(flaws) else []
    return finished(
        ui.Container(ui.TextDisplay("\n".join([speaker.say("transfer-wrong-file", count=wrong), *lines, *rest])))
    )


def plan_view(
    speaker: Speaker, differences: Sequence[Difference], *, left_out: int, token: str | None
) -> ui.LayoutView:
    """Everything that an import would change, with the button that makes it."""
    counts = {one.value: sum(each.effect is one for each in differences) for one in ImportEffect}
    lines = [speaker.say("transfer-dry", **counts), *_lines(speaker, differences)]
    if left_out:
        lines.append(speaker.say("transfer-left-out", count=left_out))
    card: ui.Container[Any] = ui.Container(ui.TextDisplay("\n".join(lines)), accent_colour=ACCENT)
    if token is not None:
        label = speaker.say("transfer-button-apply")
        card.add_item(ui.ActionRow(button(label, apply_id(token), discord.ButtonStyle.primary)))
    return finished(card)


def done_view(speaker: Speaker, differences: Sequence[Difference], *, token: str | None) -> ui.LayoutView:
    """Everything that was changed, with the button that takes it back."""
    counts = {one.value: sum(each.effect is one for each in differences) for one in ImportEffect}
    card: ui.Container[Any] = ui.Container(
        ui.TextDisplay(f"✅ {speaker.say('transfer-done', **counts)}"), accent_colour=ACCENT
    )
    if token is not None:
        card.add_item(ui.ActionRow(button(speaker.say("button-undo"), apply_id(token, undo=True))))
    return finished(card)


def _lines(speaker: Speaker, differences: Sequence[Difference]) -> list[str]:
    lines = [
        f"- {difference_line(speaker.say, one, channel=f'<#{one.channel}>' if one.channel else '-')}"
        for one in differences[:LINES_MAX]
    ]
    more = len(differences) - LINES_MAX
    return [*lines, speaker.say("transfer-more", count=more)] if more > 0 else lines
