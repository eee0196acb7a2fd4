"""Pictures of posts as files of messages, or as links where files are not to be, or cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from bot.core.models import Message, OutboxEntry, OutgoingFile
from bot.sources.pictures.shapes import Preview, Shape
from bot.sources.pictures.store import PictureKey, PictureStore
from bot.views.alerts.pictures import STILL, ShownPicture, pictures_of

EXPECTED: Final = 5
"""Entries that the next message is expected to hold: as many cards with pictures as fit."""
LATE_S: Final = 60.0
"""Seconds after which nobody waits any more for a picture that a message lacks."""


class PictureMode(StrEnum):
    """The way in which pictures get into messages, as the operator wants it."""

    UPLOAD = "upload"
    LINK = "link"
    OFF = "off"


class MessagePictures:
    """Makes the pictures of messages. ``store`` fetches them, once for all channels.

    Discord shows a picture at an address that it has not seen yet late, or never (discord-api-docs#8072): so they
    are uploaded, unless the operator wants links.
    """

    def __init__(self, store: PictureStore, mode: PictureMode) -> None:
        self._store = store
        self.mode = mode

    async def make(self, message: Message, *, age_restricted: bool, wait_s: float) -> Sequence[OutgoingFile]:
        """See ``FileMaker``."""
        if self.mode is not PictureMode.UPLOAD:
            return ()
        wanted = pictures_of(message.entries, age_restricted=age_restricted)
        found = await self._store.get([_key(one) for one in wanted], wait_s, message.guild_id)
        return tuple(_file(one, found[_key(one)]) for one in wanted if _key(one) in found)

    def expect(self, entries: Sequence[OutboxEntry], *, age_restricted: bool) -> None:
        """Begin to fetch the pictures of the next message of these entries."""
        if self.mode is PictureMode.UPLOAD:
            shown = pictures_of(entries[:EXPECTED], age_restricted=age_restricted)
            self._store.fetch([_key(one) for one in shown], entries[0].guild_id)

    def links(self, message: Message, *, age_restricted: bool) -> dict[str, str]:
        """The addresses of the pictures, by slot, for a message that cannot have them as files."""
        if self.mode is PictureMode.OFF:
            return {}
        return {one.slot: one.url for one in pictures_of(message.entries, age_restricted=age_restricted)}

    def lacks(self, message: Message, has: Collection[str]) -> bool:
        """Whether a message could have a picture of a slot that it does not have."""
        shown = pictures_of(message.entries, age_restricted=True)
        return self.mode is PictureMode.UPLOAD and any(one.slot not in has for one in shown)

    async def come_late(self, message: Message, has: Collection[str], *, age_restricted: bool) -> bool:
        """Whether a picture of a slot that the message does not have is there, once all are or time is over."""
        if self.mode is not PictureMode.UPLOAD:
            return False
        shown = pictures_of(message.entries, age_restricted=age_restricted)
        lacking = [_key(one) for one in shown if one.slot not in has]
        if running := self._store.fetch(lacking, message.guild_id):
            await asyncio.wait(running, timeout=LATE_S)
        return any(self._store.ready(key) is not None for key in lacking)

    async def aclose(self) -> None:
        """End what is under way."""
        await self._store.aclose()


def _key(picture: ShownPicture) -> PictureKey:
    shape = Shape.FACE if picture.is_face else Shape.POSTER if picture.plays else Shape.PICTURE
    return picture.url, shape


def _file(picture: ShownPicture, preview: Preview) -> OutgoingFile:
    still = STILL if preview.moves else "."
    return OutgoingFile(f"{picture.slot}{still}{preview.suffix}", preview.data, picture.alt)
