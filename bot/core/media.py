"""Media of posts, held to what is stored and drawn. Pure: no address is followed.

what a source says ─▶ media_of, picture_url ─▶ Post ─▶ with_bounded_media ─▶ plan, storage, views
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from bot.core.models import Post
from bot.core.models.media import ALT_MAX, MEDIA_MAX, MEDIA_URL_MAX, Media, MediaKind
from bot.core.text import clean, excerpt, safe_url

MEDIA_BYTES: Final = 8_000
"""Characters of addresses and descriptions of all media of a post: as many as of its text (``TEXT_MAX``)."""
SIDE_MAX: Final = 100_000
"""Pixels of a side beyond which a size is taken for a mistake."""

# Printable ASCII without quotes and backslashes: as ``safe_url`` writes addresses, and as JSON leaves them.
_PLAIN: Final = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9\-]{0,30}[a-z0-9])?\.){1,6}[a-z0-9\-]{2,30}(?::[1-9]\d{0,3})?"
    r"/[A-Za-z0-9\-._~/%:@!$&*+,;=]*+(?:\?[A-Za-z0-9\-._~/%:@!$&*+,;=?]++)?"
)
"""Addresses of which ``safe_url`` leaves every character as it is."""
_ADDRESS: Final = re.compile(r"https?://[!#-\[\]-~]+")


def picture_url(address: object) -> str | None:
    """The address as it is stored, percent-encoded; None for what is no http(s) address or is too long."""
    if not isinstance(address, str) or len(address) > MEDIA_URL_MAX:
        return None
    if _PLAIN.fullmatch(address) is not None:  # as nearly all: to take one apart takes ten times as long
        return address
    return safe_url(address, MEDIA_URL_MAX)


def media_of(
    url: object,
    kind: MediaKind = MediaKind.IMAGE,
    *,
    preview: object = None,
    width: object = None,
    height: object = None,
    alt: object = "",
    sensitive: bool = False,
) -> Media | None:
    """A medium from what a source says of it, whatever that is; None without an address that can be kept."""
    address, poster = picture_url(url), picture_url(preview)
    if address is None:
        return None
    return Media(
        address,
        kind,
        preview_url=None if poster == address else poster,  # some servers have no poster of a video
        width=_side(width),
        height=_side(height),
        alt=excerpt(clean(alt[: 4 * ALT_MAX]).strip(), ALT_MAX) if isinstance(alt, str) else "",
        sensitive=sensitive,
    )


def first_media(found: Iterable[Media | None]) -> tuple[Media, ...]:
    """The first media that a post keeps, each address once. Reads no further than it must."""
    kept: dict[str, Media] = {}
    for one in found:
        if one is not None and one.url not in kept:
            kept[one.url] = one
            if len(kept) == MEDIA_MAX:
                break
    return tuple(kept.values())


def with_bounded_media(post: Post) -> Post:
    """The post with as much of its media as is kept, whatever brought it; itself where that is all."""
    if not post.media and post.avatar_url is None:
        return post
    media = tuple(_within_bytes(post.media))
    avatar = post.avatar_url if _is_address(post.avatar_url) else None
    if media == post.media and avatar == post.avatar_url:
        return post
    return replace(post, media=media, avatar_url=avatar)


def media_length(post: Post) -> int:
    """Characters of what is long in a post's media and avatar, as far as they are kept."""
    return sum(map(_length, post.media)) + len(post.avatar_url or "")


def with_media_of(post: Post, other: Post) -> Post:
    """The post with the media and the avatar of another reading of it where it has none itself."""
    if post.media or not other.media:
        media, has_media = post.media, post.has_media
    else:
        media, has_media = other.media, True
    avatar = post.avatar_url or other.avatar_url
    if media is post.media and avatar == post.avatar_url:
        return post
    return replace(post, media=media, has_media=has_media, avatar_url=avatar)


def _within_bytes(media: Iterable[Media]) -> Iterator[Media]:
    room = MEDIA_BYTES
    for one in first_media(media):
        if not _is_address(one.url):
            continue
        bounded = one
        if len(one.alt) > ALT_MAX // 2:  # a character takes two units at most
            bounded = replace(bounded, alt=excerpt(one.alt, ALT_MAX))
        if one.preview_url is not None and not _is_address(one.preview_url):
            bounded = replace(bounded, preview_url=None)
        room -= _length(bounded)
        if room < 0:
            return
        yield bounded


def _length(one: Media) -> int:
    return len(one.url) + len(one.preview_url or "") + len(one.alt)


def _is_address(url: str | None) -> bool:
    return url is not None and len(url) <= MEDIA_URL_MAX and _ADDRESS.fullmatch(url) is not None


def _side(pixels: object) -> int | None:
    """A width or height in pixels; None for what is no number of them."""
    if isinstance(pixels, str) and pixels.isascii() and pixels.isdigit() and len(pixels) <= 6:
        pixels = int(pixels)
    if isinstance(pixels, float) and pixels == pixels // 1:
        pixels = int(pixels)
    is_side = isinstance(pixels, int) and not isinstance(pixels, bool) and 0 < pixels <= SIDE_MAX
    return pixels if is_side and isinstance(pixels, int) else None
