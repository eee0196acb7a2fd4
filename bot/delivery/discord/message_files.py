"""Files of messages before they are sent: made in time, as many as may go, the same at each try."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from bot.core.models import FILES_MAX, Message, OutboxEntry, OutgoingFile, SentFile
from bot.delivery.transport import FileMaker
from bot.views.kit.files import attached

from .channel_rights import is_restricted, may_attach
from .destinations import Destinations
from .file_wait import FileWait
from .files import TriedFiles, UploadRoom
from .pictures import MessagePictures, PictureMode

log = logging.getLogger(__name__)

FILES_WAIT_S = 2.0
"""Seconds that a message waits for its files at most; what comes later is added by an edit."""
_BEGIN_S: Final = 0.01
"""Seconds to wait where no time is left: the files are asked for, and those that are there are found."""


class MessageFiles:
    """Makes the files of messages.

    ``pictures``: of posts; None: there are to be none. ``makers``: make other files of messages, and come first.
    """

    def __init__(
        self, destinations: Destinations, pictures: MessagePictures | None, makers: Sequence[FileMaker]
    ) -> None:
        self._destinations = destinations
        self._pictures = pictures
        self._makers = [*makers, *([] if pictures is None else [pictures])]
        self._wait = FileWait()
        self.room = UploadRoom()
        self.tried = TriedFiles()

    @property
    def has_pictures(self) -> bool:
        """Whether messages may have pictures of posts."""
        return self._pictures is not None

    def expect(self, entries: Sequence[OutboxEntry], channel: object) -> None:
        """Begin to fetch the pictures of what is about to be sent to a channel."""
        if self._pictures is not None and may_attach(channel):
            self._pictures.expect(entries, age_restricted=is_restricted(channel))

    @asynccontextmanager
    async def ready(self, message: Message) -> AsyncIterator[tuple[OutgoingFile, ...]]:
        """The files that are ready within ``FILES_WAIT_S``; none where the bot may not attach any.

        Messages of a channel in a row have that time together.
        """
        channel = self._destinations.cached(message)
        made: Sequence[OutgoingFile] = ()
        if may_attach(channel):
            wait_s = max(self._wait.left(message.channel_id, FILES_WAIT_S), _BEGIN_S)
            with self._wait.waiting(message.channel_id):
                made = await self._made(message, age_restricted=is_restricted(channel), wait_s=wait_s)
        yield tuple(self.tried.again(message, made))

    async def come_late(self, message: Message, files: Sequence[SentFile]) -> bool:
        """Whether a picture that a message was sent without is there now; all else is made in time."""
        has = {file.slot for file in files}
        if self._pictures is None or not self._pictures.lacks(message, has):
            return False
        if not self.tried.may_have(message.id) or await self._destinations.load(message.guild_id) is not None:
            return False
        channel = self._destinations.cached(message)
        if not may_attach(channel):
            return False
        return await self._pictures.come_late(message, has, age_restricted=is_restricted(channel))

    async def lacked(self, message: Message, *, age_restricted: bool) -> tuple[OutgoingFile, ...]:
        """Files that are ready now and that the message does not have."""
        may_have = self.tried.may_have(message.id)
        if not may_have or not may_attach(self._destinations.cached(message)):
            return ()
        has = {file.slot for file in message.files}
        made = await self._made(message, age_restricted=age_restricted, wait_s=0.0)
        return tuple(file for file in made if file.slot not in has)

    def media(
        self, message: Message, files: Sequence[OutgoingFile | SentFile], *, age_restricted: bool
    ) -> dict[str, str]:
        """A message's files by slot, and links where the operator wants them or files are not allowed."""
        shown = attached(files)
        pictures = self._pictures if self.tried.may_have(message.id) else None
        if pictures is None:
            return shown
        if pictures.mode is PictureMode.LINK or not may_attach(self._destinations.cached(message)):
            return pictures.links(message, age_restricted=age_restricted) | shown
        return shown

    async def _made(self, message: Message, *, age_restricted: bool, wait_s: float) -> list[OutgoingFile]:
        """The files of all makers, as many as a message may have."""
        found: list[OutgoingFile] = []
        for maker in self._makers:
            try:
                found += await maker.make(message, age_restricted=age_restricted, wait_s=wait_s)
            except Exception:  # a picture is no reason for which an alert does not go out
                log.exception("message %s goes without some of its files by a fault of ours", message.id)
        return found[:FILES_MAX]
