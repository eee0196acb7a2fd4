"""The pictures, videos and sounds of an entry, and its author's face: from raw elements to media. Pure.

    media:*, enclosures ─▶ forms of one thing together ─▶ media, with their posters
    itunes:image, ht:picture, a thumbnail ─────────────▶ a poster, else a picture
    first <img> of the text ───────────────────────────▶ a picture, where there is none

No address is followed, and no page is asked for its ``og:image``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from html import unescape
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.media import first_media, media_of, picture_url
from bot.core.models import Media, MediaKind
from bot.sources.parsing.pictures import (
    PREVIEW_WIDTH,
    image_of,
    is_face,
    is_icon,
    is_no_picture,
    kind_of,
    pixels,
    whole,
)

from .raw import Kind, RawEntry, RawMedium, RawText

IMAGES_READ: Final = 10
"""Images of a text that are looked at to find its first picture."""
TEXT_READ: Final = 100_000
"""Characters of a text in which they are looked for."""
_POSTERS: Final = frozenset({"media:thumbnail", "itunes:image", "hatena:imageurl", "ht:picture"})
_IMG: Final = re.compile(r"""<img\s((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"""(?<![\w\-])(src|data-src|data-lazy-src|data-original|alt|width|height|class)\s*+=\s*+"""
    r"""(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>=`]++))""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EntryPictures:
    """The media of an entry, and its author's face."""

    media: tuple[Media, ...] = ()
    avatar_url: str | None = None


NOTHING: Final = EntryPictures()


@dataclass(slots=True)
class _Thing:
    """One medium in one or several forms. ``posters``: pictures of it."""

    forms: list[tuple[MediaKind, RawMedium, str]] = field(default_factory=list)
    posters: list[str] = field(default_factory=list)


def pictures_of(entry: RawEntry, base: str) -> EntryPictures:
    """All that can be shown of an entry beside its text. ``base``: where relative addresses are meant from."""
    texts = [
        text
        for text in (*entry.contents, *(text for _, text in entry.summaries))
        if text.kind is not Kind.PLAIN and ("<img" in text.value or "<IMG" in text.value)
    ]
    if entry.media is None:
        return EntryPictures(first_media(_first_image(texts, base)))
    faces: list[str] = []
    things, posters = _things(entry.media, base, faces)
    media = _media_of_things(things, posters, is_adult=entry.is_adult)
    if not any(one is not None and (one.kind is MediaKind.IMAGE or one.preview_url) for one in media):
        media = (*media, *_first_image(texts, base))
    return EntryPictures(first_media(media), next(filter(None, map(picture_url, faces)), None))


def has_pictures(entry: RawEntry) -> bool:
    """Whether ``pictures_of`` may find anything: most entries have nothing, and are asked at each reading."""
    if entry.media is not None:
        return True
    for text in entry.contents:
        if "<img" in text.value or "<IMG" in text.value:
            return True
    for _, text in entry.summaries:  # noqa: SIM110 - a generator costs as much as all else here
        if "<img" in text.value or "<IMG" in text.value:
            return True
    return False


# -- elements ------------------------------------------------------------------------------------------


def _things(raw: Sequence[RawMedium], base: str, faces: list[str]) -> tuple[list[_Thing], list[str]]:
    """The media in their order, and pictures of the entry itself."""
    things: dict[object, _Thing] = {}
    posters: list[str] = []
    for one in raw:
        address = whole(one.url, one.base or base)
        if address is None or is_no_picture(address):
            continue
        if one.element == "avatar" or is_face(address):
            faces.append(address)
        elif is_icon(one.width, one.height) and (one.medium or one.mime)[:5] not in {"audio", "video"}:
            continue
        elif one.element in _POSTERS:
            owner = None if one.inside is None else things.get(one.inside)
            (posters if owner is None else owner.posters).append(address)
        else:
            kind = kind_of(one.medium or one.mime, address)
            if kind is not None:
                thing = things.setdefault(_identity(one, address), _Thing())
                thing.forms.append((kind, one, address))
                things.setdefault(one.number, thing)
    return list({id(thing): thing for thing in things.values()}.values()), posters


def _identity(one: RawMedium, address: str) -> object:
    """The name that forms of the same thing share: their group, or an address up to its ``?``."""
    if one.group is not None:
        return one.group
    path = address.partition("#")[0].partition("?")[0].partition("://")[2]
    return path if kind_of(None, path) is not None else address


def _media_of_things(things: Iterable[_Thing], posters: list[str], *, is_adult: bool) -> tuple[Media | None, ...]:
    """Each thing as a medium; posters of the entry belong to the first that has none, else they are pictures."""
    found: list[Media | None] = []
    left = iter(posters)
    has_picture = False
    for thing in things:
        played = next((form for form in thing.forms if form[0] is not MediaKind.IMAGE), None)
        if played is None:
            found.append(_picture(thing.forms, is_adult=is_adult))
            has_picture = True
            continue
        kind, raw, address = played
        still = [url for is_image, _, url in thing.forms if is_image is MediaKind.IMAGE]
        found.append(
            media_of(
                address,
                kind,
                preview=next(iter((*thing.posters, *still)), None) or next(left, None),
                width=raw.width,
                height=raw.height,
                alt=raw.alt,
                sensitive=is_adult,
            )
        )
    if not has_picture and not any(one is not None and one.preview_url for one in found):
        found.append(media_of(next(left, None), sensitive=is_adult))
    return tuple(found)


def _picture(forms: Sequence[tuple[MediaKind, RawMedium, str]], *, is_adult: bool) -> Media | None:
    """A picture by its largest form, and by the smallest that is large enough."""
    wide = sorted(forms, key=lambda form: pixels(form[1].width))
    default = next((form for form in forms if form[1].is_default), forms[0])
    largest = wide[-1] if pixels(wide[-1][1].width) else default
    enough = next((form for form in wide if pixels(form[1].width) >= PREVIEW_WIDTH), largest)
    return media_of(
        largest[2],
        preview=enough[2],
        width=largest[1].width,
        height=largest[1].height,
        alt=next((form[1].alt for form in forms if form[1].alt), ""),
        sensitive=is_adult,
    )


# -- images of a text ----------------------------------------------------------------------------------


def _first_image(texts: Iterable[RawText], base: str) -> Iterator[Media | None]:
    """The first picture of a text, if any."""
    for text in texts:
        for number, found in enumerate(_IMG.finditer(text.value, 0, TEXT_READ)):
            if number == IMAGES_READ:
                break
            image = image_of(_attributes(found[1]), text.base or base)
            if image is not None:
                yield image
                return


def _attributes(written: str) -> dict[str, str]:
    """The attributes that say anything of an image, by their names in small letters; the first one counts."""
    said: dict[str, str] = {}
    for name, one, two, bare in _ATTRIBUTE.findall(written):
        said.setdefault(name.lower(), unescape(one or two or bare))
    return said
