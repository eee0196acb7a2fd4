"""Pictures, videos and sounds of a post: where they are, and what their source says of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass

MEDIA_MAX: Final = 4
"""Media of a post that are kept; X and Bluesky allow four, Mastodon usually four."""
MEDIA_URL_MAX: Final = 2_048
"""Characters of an address of media or of an avatar."""
ALT_MAX: Final = 1_000
"""UTF-16 units of a description; Discord takes 1,024 in a gallery or thumbnail."""


class MediaKind(StrEnum):
    """The kind of a medium; an animation plays by itself, without sound."""

    IMAGE = "image"
    VIDEO = "video"
    ANIMATION = "animation"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, video or sound of a post.

    ``url``: the medium itself, or the page that plays it. ``preview_url``: a picture of it that the source offers,
    smaller than the original, or the poster of a video; None: there is none. ``width`` and ``height`` in pixels,
    of the original. ``alt``: its author's description, clean, in one or more lines. ``sensitive``: its source
    says so of this medium, or of its post.
    """

    url: str
    kind: MediaKind = MediaKind.IMAGE
    preview_url: str | None = None
    width: int | None = None
    height: int | None = None
    alt: str = ""
    sensitive: bool = False
