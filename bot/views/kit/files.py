"""Files that a view shows: addresses by slot, and the names of the files that it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from discord import ui

from bot.core.models import OutgoingFile, SentFile

MediaUrls = Mapping[str, str]
"""Addresses of what may be shown, by slot: ``attachment://name``, or the address of a picture elsewhere."""
NO_MEDIA: Final[MediaUrls] = {}
DESCRIPTION_MAX: Final = 256
"""Characters of a description (discord.py's limit, a quarter of Discord's own)."""
_ATTACHED: Final = "attachment://"


def attached(files: Iterable[OutgoingFile | SentFile]) -> dict[str, str]:
    """The addresses of files that are in the same message, by slot."""
    return {file.slot: f"{_ATTACHED}{file.name}" for file in files}


def attached_names(view: ui.LayoutView) -> frozenset[str]:
    """The names of the message's own files that a view shows."""
    return frozenset(url.removeprefix(_ATTACHED) for url in _addresses(view) if url.startswith(_ATTACHED))


def shows_media(view: ui.LayoutView) -> bool:
    """Whether a view shows any file or picture."""
    return any(True for _ in _addresses(view))


def _addresses(view: ui.LayoutView) -> Iterator[str]:
    for item in view.walk_children():
        if isinstance(item, ui.Thumbnail):
            yield item.media.url
        elif isinstance(item, ui.MediaGallery):
            yield from (one.media.url for one in item.items)
        elif isinstance(item, ui.File):
            yield item.media.url
