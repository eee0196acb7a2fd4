"""The pictures of posts in a message: which of them, under which name, and how each is shown. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, Final

import discord
from discord import ui

from bot.core.models import FILES_MAX, AlertContent, EntryContent, Media, MediaKind, OutboxEntry, Post
from bot.core.text import excerpt, line, one_line
from bot.views.kit.files import DESCRIPTION_MAX, MediaUrls
from bot.views.kit.post import is_withheld
from bot.views.kit.text import Speaker

AUTHOR_MAX: Final = 60
GATHERED_MAX: Final = 4
"""Pictures of a digest or of a surge: one of each of its first posts that has any."""
STILL: Final = ".still."
"""A part of the name of a file that is the first frame of something that moves."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture that a message may show. ``url``: where it is.

    ``is_face``: of the author. ``plays``: it stands for something that plays. ``spoiler``: covered until it is
    asked for. ``alt``: its author's description; ``author``: whose post it is in. Both are as
    they were told: they are read a few times for each message, and drawn once.
    """

    slot: str
    url: str
    is_face: bool = False
    plays: bool = False
    spoiler: bool = False
    alt: str = ""
    kind: MediaKind = MediaKind.IMAGE
    author: str = ""


def pictures_of(entries: Sequence[OutboxEntry], *, age_restricted: bool) -> tuple[ShownPicture, ...]:
    """The pictures of a message, those that matter most first, as many as it may have files.

    Of each post one, then the faces, then what is left. Each other entry may have one more file of its own.
    """
    room = FILES_MAX
    firsts: list[Sequence[ShownPicture]] = []
    faces: list[ShownPicture] = []
    for entry in entries:
        content = entry.content
        if not isinstance(content, AlertContent):
            room -= 1
        firsts.append(_of_content(content, age_restricted=age_restricted))
        posts = _alerted(content, age_restricted)
        faces += [face for post in posts if (face := face_of(post, age_restricted)) is not None]
    rows = list(zip_longest(*firsts))
    ranked = chain(*rows[:1], faces, *rows[1:])
    return tuple({one.slot: one for one in ranked if one is not None}.values())[: max(room, 0)]


def _alerted(content: EntryContent, age_restricted: bool) -> Iterator[Post]:
    """The one post of an alert, if something of it may be seen."""
    post = content.main_post if isinstance(content, AlertContent) else None
    if post is not None and not is_withheld(post, age_restricted=age_restricted):
        yield post


def _of_content(content: EntryContent, *, age_restricted: bool) -> Sequence[ShownPicture]:
    if isinstance(content, AlertContent):
        return [one for post in _alerted(content, age_restricted) for one in media_of_post(post, age_restricted)]
    return gathered(content, age_restricted=age_restricted)


def gathered(content: EntryContent, *, age_restricted: bool) -> Sequence[ShownPicture]:
    """The first picture of each post of a digest or surge, a few of them."""
    found: dict[str, ShownPicture] = {}
    for shown in content.posts():
        for one in media_of_post(shown.post, age_restricted)[:1]:
            found.setdefault(one.slot, one)
    return list(found.values())[:GATHERED_MAX]


def face_of(post: Post, age_restricted: bool) -> ShownPicture | None:
    """The face of the author, where the source shows one; of a delicate post as its pictures are."""
    delicate = _is_delicate(post)
    if post.avatar_url is None or (delicate and not age_restricted):
        return None
    return ShownPicture(f"{_mark(post)}-f", post.avatar_url, is_face=True, spoiler=delicate, author=_author(post))


def media_of_post(post: Post, age_restricted: bool) -> list[ShownPicture]:
    """The pictures of a post that may be seen in a channel; sensitive ones are covered, or not there."""
    if is_withheld(post, age_restricted=age_restricted) or (_is_delicate(post) and not age_restricted):
        return []
    return [
        ShownPicture(
            f"{_mark(post)}-{number}",
            url,
            plays=media.kind is not MediaKind.IMAGE and media.preview_url is not None,
            spoiler=media.sensitive or _is_delicate(post),
            alt=media.alt,
            kind=media.kind,
            author=_author(post),
        )
        for number, media in enumerate(post.media)
        if (url := _address(media)) is not None and (age_restricted or not media.sensitive)
    ]


def _address(media: Media) -> str | None:
    """The address of the picture that stands for a medium; of a film without a poster there is none."""
    if media.kind in {MediaKind.IMAGE, MediaKind.ANIMATION}:
        return media.preview_url or media.url
    return media.preview_url


def _is_delicate(post: Post) -> bool:
    return post.sensitive or bool(post.content_warning)


def _mark(post: Post) -> str:
    """A name of a post: the same wherever it stands, and nothing that one could read."""
    return hashlib.blake2b(post.key.encode(), digest_size=5).hexdigest()


def _author(post: Post) -> str:
    return post.author_name or post.author_handle or ""


# -- drawn ---------------------------------------------------------------------------------------------


def gallery(
    speaker: Speaker, pictures: Iterable[ShownPicture], media: MediaUrls
) -> ui.MediaGallery[ui.LayoutView] | None:
    """The pictures that there are, in a gallery; None where there is none."""
    items = [
        discord.MediaGalleryItem(
            media[one.slot], description=_described(speaker, one, media[one.slot]), spoiler=one.spoiler
        )
        for one in pictures
        if one.slot in media
    ]
    return ui.MediaGallery(*items) if items else None


def beside_face(
    speaker: Speaker, text: str, post: Post, media: MediaUrls, *, age_restricted: bool
) -> ui.Item[Any]:
    """The text of a post, with the face of its author if there is one to show."""
    face = face_of(post, age_restricted)
    display: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(text)
    if face is None or face.slot not in media:
        return display
    url = media[face.slot]
    return ui.Section(
        display, accessory=ui.Thumbnail(url, description=_described(speaker, face, url), spoiler=face.spoiler)
    )


def _described(speaker: Speaker, picture: ShownPicture, url: str) -> str:
    """The description of a picture, for who cannot see it; never empty, which once broke Discord's app (#8101)."""
    moves = picture.kind is MediaKind.IMAGE and STILL in url
    kind = "face" if picture.is_face else MediaKind.ANIMATION.value if moves else picture.kind.value
    alt, author = one_line(picture.alt), line(picture.author, AUTHOR_MAX)
    if alt:
        text = speaker.say("picture-alt", kind=kind, alt=alt)
    elif author:
        text = speaker.say("picture-by", kind=kind, author=author)
    else:
        text = speaker.say("picture-kind", kind=kind)
    return excerpt(text, DESCRIPTION_MAX)
