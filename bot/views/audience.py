"""Who talks about a topic, as lines."""

from __future__ import annotations

from bot.core.models import Audience
from bot.core.text import label

from .text import Speaker

GROUP_MAX = 30
BAR = 10
"""Cells of the gender bar: short enough for one line on a phone."""


def audience_lines(speaker: Speaker, audience: Audience, *, cells: int = BAR) -> list[str]:
    """A bar of men and women with so many cells, and the dominant group, as far as they are known."""
    lines = []
    if audience.male_pct is not None and audience.female_pct is not None:
        lines.append(
            speaker.say(
                "trend-gender",
                male=audience.male_pct,
                female=audience.female_pct,
                bar=_bar(audience.male_pct, audience.female_pct, cells),
            )
        )
    if audience.group:
        lines.append(speaker.say("trend-group", group=label(audience.group, GROUP_MAX)))
    return lines


def _bar(left: int, right: int, cells: int) -> str:
    """Two shares as cells; a share above nothing keeps a cell."""
    total = left + right
    if left < 0 or right < 0 or total == 0:
        return "▱" * cells
    full = round(cells * left / total)
    full = min(max(full, 1 if left else 0), cells - 1 if right else cells)
    return "▰" * full + "▱" * (cells - full)
