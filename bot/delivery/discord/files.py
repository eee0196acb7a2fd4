"""Files of messages on the wire: uploads of discord.py, those that an edit keeps, and those that a message has.

Discord lists files that components show no longer among a message's attachments (discord-api-docs#8277); the
addresses in the components name them.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import discord

from bot.core.models import Message, MessageId, OutgoingFile, SentFile

UPLOADS_BYTES: Final = 32 * 1024 * 1024
TRIED_MAX: Final = 1_000
TRIES_WITH_FILES: Final = 3
"""Tries after which a message goes without its files: they may be what each try failed of."""
_OURS: Final = re.compile(r"https://[^/?#]+/(?:ephemeral-)?attachments/[0-9]+/([0-9]{1,20})/([^/?#]{1,260})")
"""The address of a file of a message: ``/attachments/<channel>/<file>/<name>``."""


class UploadRoom:
    """Bytes of files on their way, over all channels: at most ``bytes_max`` at once.

    What finds no room is not waited for: its message goes without, and the files are added later.
    """

    def __init__(self, bytes_max: int = UPLOADS_BYTES) -> None:
        self._left = bytes_max

    @contextmanager
    def holding(self, files: Sequence[OutgoingFile]) -> Iterator[tuple[OutgoingFile, ...]]:
        """The first of the files that have room, which they hold until the end of the block."""
        taken: list[OutgoingFile] = []
        held = 0
        for file in files:
            if held + len(file.data) > self._left:
                break
            held += len(file.data)
            taken.append(file)
        self._left -= held
        try:
            yield tuple(taken)
        finally:
            self._left += held


class TriedFiles:
    """Hashes of the files that unanswered tries carried: another try carries the same bytes, or none.

    And the messages whose files Discord refused: they stay without.
    """

    def __init__(self) -> None:
        self._tried: OrderedDict[MessageId, dict[str, bytes]] = OrderedDict()
        self._refused: OrderedDict[MessageId, None] = OrderedDict()

    def note(self, message_id: MessageId, files: Sequence[OutgoingFile]) -> None:
        """Remember what a try carries; the oldest are forgotten."""
        self._tried.setdefault(message_id, {}).update((file.name, _hash(file)) for file in files)
        self._tried.move_to_end(message_id)
        while len(self._tried) > TRIED_MAX:
            self._tried.popitem(last=False)

    def again(self, message: Message, files: Sequence[OutgoingFile]) -> Sequence[OutgoingFile]:
        """The files that the next try of a message may carry."""
        if not self.may_have(message.id):
            return ()
        if message.first_try_at is None:
            return files
        if message.attempts >= TRIES_WITH_FILES:
            return ()
        tried = self._tried.get(message.id, {})
        return [file for file in files if tried.get(file.name) == _hash(file)]

    def forget(self, message_id: MessageId) -> None:
        """The message has been answered."""
        self._tried.pop(message_id, None)

    def refuse(self, message_id: MessageId) -> None:
        """Discord did not take the files of a message."""
        self._refused[message_id] = None
        while len(self._refused) > TRIED_MAX:
            self._refused.popitem(last=False)

    def may_have(self, message_id: MessageId) -> bool:
        """Whether a message may be given files, as far as is known."""
        return message_id not in self._refused


def _hash(file: OutgoingFile) -> bytes:
    return hashlib.blake2b(file.data, digest_size=16).digest()


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
