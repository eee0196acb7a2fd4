"""Pictures of ours in a message: a chart as an attachment, with a text that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from discord import ui

from bot.core.text import excerpt
from bot.views.kit.files import DESCRIPTION_MAX

FILENAME: Final = "chart.png"
FILE_DESCRIPTION_MAX: Final = 1024
"""Characters of a file's description that Discord takes: four times as many as discord.py lets an item have."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG, and what it shows in a sentence."""

    svg: str
    description: str


def gallery(picture: Picture) -> ui.MediaGallery[Any]:
    """The place of the picture, which is sent as the attachment ``FILENAME``."""
    found: ui.MediaGallery[Any] = ui.MediaGallery()
    return found.add_item(
        media=f"attachment://{FILENAME}", description=excerpt(picture.description, DESCRIPTION_MAX)
    )
