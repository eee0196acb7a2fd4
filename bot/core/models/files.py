"""Files of messages: pictures of posts, charts."""

from __future__ import annotations

from dataclasses import field

from bot.core.lazy_dataclass import dataclass

FILES_MAX = 10
"""Discord's limit of files in a message."""


def slot_of(name: str) -> str:
    """The slot of a file: its name before the first dot."""
    return name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send with a message. ``alt``: what it shows, for who cannot see it; empty: nothing to say.

    ``name``: the slot that it fills, and a suffix of its format (``3f9a1c2b77-0.jpg``). Slots are letters, digits
    and ``-``; a view shows the file of a slot where it is given one.
    """

    name: str
    data: bytes = field(repr=False)
    alt: str = ""

    @property
    def slot(self) -> str:
        """The slot that it fills."""
        return slot_of(self.name)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a sent message. ``id``: Discord's, by which an edit keeps it."""

    name: str
    id: int

    @property
    def slot(self) -> str:
        """The slot that it fills."""
        return slot_of(self.name)
