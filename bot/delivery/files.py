"""Files of messages on the wire: uploads of discord.py, those that an edit keeps, and those that a message has.

Discord lists files that components show no longer among a message's attachments (discord-api-docs#8277); the
addresses in the components name them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import discord

from bot.core.models import OutgoingFile, SentFile

_OURS: Final = re.compile(r"https://[^/?#]+/(?:ephemeral-)?attachments/[0-9]+/([0-9]{1,20})/([^/?#]{1,260})")
"""The address of a file of a message: ``/attachments/<channel>/<file>/<name>``."""


class KeptFile:
    """A file that an edit keeps, as discord.py asks of attachments."""

    def __init__(self, file: SentFile) -> None:
        self._file = file

    def to_dict(self) -> dict[str, Any]:
        """The file as Discord reads it."""
        return {"id": str(self._file.id), "filename": self._file.name}


def uploads_of(files: Sequence[OutgoingFile], names: Collection[str]) -> list[discord.File]:
    """The files with these names, for one request: discord.py closes them after it."""
    return [
        discord.File(io.BytesIO(file.data), file.name, spoiler=False, description=file.alt or None)
        for file in files
        if file.name in names
    ]


def files_of(message: discord.Message) -> tuple[SentFile, ...]:
    """The files that the components of a message show, each once."""
    return files_in(component.to_dict() for component in message.components)


def files_in(components: Iterable[Any]) -> tuple[SentFile, ...]:
    """The files that components in JSON show, each once."""
    hits = filter(None, (_OURS.match(url) for url in _addresses(list(components))))
    return tuple(dict.fromkeys(SentFile(hit[2], int(hit[1])) for hit in hits))


def _addresses(node: object) -> Iterator[str]:
    """The address of each media within components; buttons lead elsewhere."""
    if isinstance(node, list):
        for one in node:
            yield from _addresses(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"media", "file"} and isinstance(value, dict):
                yield str(value.get("url"))
            else:
                yield from _addresses(value)
