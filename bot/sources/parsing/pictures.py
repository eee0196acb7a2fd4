"""Pictures as sources name them: their kind, the form that is fetched, values that may have any form. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin

from bot.core.media import media_of
from bot.core.models import Media, MediaKind
from bot.core.models.media import MEDIA_URL_MAX

PREVIEW_WIDTH: Final = 1_280
"""Pixels across that a preview has at most: of several forms of a picture the smallest one as wide is fetched."""
ATTACHMENTS_READ: Final = 20
"""Attachments of a post that are read; a post keeps four."""

ICON_SIDE: Final = 48
"""Pixels of a side below which an image is an icon or a counter, and no picture."""

_SOURCES: Final = ("src", "data-src", "data-lazy-src", "data-original")
_SMALL_CLASSES: Final = frozenset({"emoji", "wp-smiley", "smiley", "avatar", "icon", "favicon"})
_FACE: Final = re.compile(
    r"gravatar\.com/avatar/|pbs\.twimg\.com/profile_images/|://avatars\.githubusercontent\.com/"
)
_COUNTERS: Final = (
    *(".feedburner.com", ".feedsportal.com", ".pixel.wp.com", ".stats.wordpress.com", ".doubleclick.net"),
    *(".google-analytics.com", ".scorecardresearch.com", ".quantserve.com", ".favicon.st-hatena.com"),
)
"""Ends of the names of hosts that count readers, or show signs."""
_SIGN: Final = re.compile(
    r"b\.st-hatena\.com/images/|b\.hatena\.ne\.jp/(?:entry/image|images/)|medium\.com/_/stat"
    r"|/(?:emoji/|smilies/|favicon|hashflags/)"
)
"""Parts of addresses of counters and small signs."""
_COUNTER_NAMES: Final = frozenset(
    {
        *("pixel", "spacer", "blank", "transparent", "1x1", "clear", "beacon", "counter", "count", "track"),
        *("tracker", "tracking", "stat", "ping"),
    }
)
"""Names of files that are counters or fill a place."""
_OF_TYPES: Final = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
_PLAYED: Final = frozenset(
    {
        "application/x-shockwave-flash",
        "application/x-mpegurl",
        "application/vnd.apple.mpegurl",
        "application/dash+xml",
    }
)
_ENDINGS: Final = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "avif", "jfif", "bmp", "heic"), MediaKind.IMAGE),
    **dict.fromkeys(("mp4", "m4v", "mov", "webm", "mkv", "ogv", "m3u8"), MediaKind.VIDEO),
    **dict.fromkeys(("mp3", "m4a", "aac", "ogg", "oga", "opus", "flac", "wav"), MediaKind.AUDIO),
}


def kind_of(mime: object, url: object = None) -> MediaKind | None:
    """The kind by its type (``image/png``, ``image``), else by the ending of its address; None: neither says."""
    if isinstance(mime, str) and mime:
        named = mime[:100].strip().lower()
        if named.partition(";")[0] in _PLAYED:
            return MediaKind.VIDEO
        kind = _OF_TYPES.get(named.partition("/")[0])
        if kind is not None or not named.startswith("application/octet"):
            return None if "svg" in named else kind
    if not isinstance(url, str):
        return None
    ending = url.partition("?")[0].partition("#")[0].rpartition("/")[2].rpartition(".")[2]
    return _ENDINGS.get(ending.lower())


def preview_of(kind: MediaKind, preview: object, preview_width: object = None, *, original: object) -> object:
    """The preview that is fetched in place of the original; None for one of a picture that is too small.

    ``preview_width`` None: unknown. Of videos and sounds the preview is all that can be shown.
    """
    if kind is not MediaKind.IMAGE or original is None:
        return preview
    is_narrow = isinstance(preview_width, int | float) and 0 < preview_width < PREVIEW_WIDTH
    return None if is_narrow else preview


def within(said: object, *names: str) -> object:
    """A value within objects of JSON; None where one of them is missing, or is none."""
    for name in names:
        if not isinstance(said, Mapping):
            return None
        said = said.get(name)
    return said


def is_face(address: str) -> bool:
    """Whether a whole address is that of an author's face, as sites put it among their pictures."""
    return _FACE.search(address) is not None


def is_no_picture(address: str) -> bool:
    """Whether a whole address is that of a counter of readers, a small sign, or a drawing without pixels."""
    path = address.partition("#")[0].partition("?")[0].lower()
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    if ending in {"svg", "svgz"} or (stem or ending) in _COUNTER_NAMES:
        return True
    host = path.partition("://")[2].partition("/")[0]
    return f".{host}".endswith(_COUNTERS) or _SIGN.search(path) is not None


def is_icon(width: str | None, height: str | None) -> bool:
    """Whether a picture says of one of its sides that it is small; nought is no size."""
    return 0 < pixels(width) < ICON_SIDE or 0 < pixels(height) < ICON_SIDE


def image_of(said: Mapping[str, str | None], base: str) -> Media | None:
    """A picture by the attributes of its ``<img>``; None for icons, counters, faces and what has no address.

    Lazy loaders keep the address in another attribute. ``base``: where a relative one is meant from.
    """
    width, height, css = said.get("width"), said.get("height"), said.get("class")
    if (width and _is_small(width)) or (height and _is_small(height)):
        return None
    if css and not _SMALL_CLASSES.isdisjoint(css.lower().split()):
        return None
    for name in _SOURCES:
        address = whole(said.get(name) or "", base)
        if address is not None and not is_no_picture(address) and not is_face(address):
            return media_of(address, width=width, height=height, alt=said.get("alt"))
    return None


def _is_small(side: str) -> bool:
    return pixels(side) < ICON_SIDE and side.strip().removesuffix("px").isdigit()


def whole(address: str, base: str) -> str | None:
    """An address as it is meant from a base; None for what leads nowhere in the web, or is too long."""
    address = address.strip()
    if not address or address[0] == "#" or len(address) > MEDIA_URL_MAX:
        return None
    try:
        found = address if address.startswith(("http://", "https://")) or not base else urljoin(base, address)
    except ValueError:
        return None
    return found if found.lower().startswith(("http://", "https://")) else None


def pixels(written: str | None) -> int:
    """A side in pixels, 0 for an unknown one."""
    if not written:
        return 0
    number = written.strip().removesuffix("px")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 6 else 0
