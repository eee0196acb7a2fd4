"""Uses of a picture, and its preview; nothing here decodes one."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import Final

from bot.core.lazy_dataclass import dataclass

MAKER: Final = "bot.sources.pictures.preview"
"""The module that makes previews, with a decoder that the bot itself never imports."""


class NotAPicture(Exception):
    """The bytes are no picture that may be shown."""


class Shape(StrEnum):
    """A use of a picture, with its bounds: the face of an author, or a picture of a post."""

    PICTURE = "picture"
    POSTER = "poster"
    """A picture with the mark of something that plays."""
    FACE = "face"

    @property
    def side_px(self) -> int:
        """The longest side."""
        return 128 if self is Shape.FACE else 1_280

    @property
    def bytes_max(self) -> int:
        """The most bytes of the result."""
        return 16_000 if self is Shape.FACE else 300_000


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture. ``suffix``: of its format. ``moves``: the original does, and this is its first frame."""

    data: bytes
    suffix: str
    width: int
    height: int
    moves: bool = False


def preview_of(data: bytes, shape: Shape) -> Preview:
    """``preview.make_preview``, imported where it runs: in a process that can be ended."""
    made: Preview = import_module(MAKER).make_preview(data, shape)
    return made
