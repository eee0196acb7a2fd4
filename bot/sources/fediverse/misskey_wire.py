"""Parses answers of a Misskey server into models: notes, the volume of a tag, error codes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec

from bot.core.errors import SourceChanged
from bot.core.identity.origins import at_home
from bot.core.media import first_media, media_of, picture_url
from bot.core.models import Media, Network, Post
from bot.core.text import normalize
from bot.sources.parsing.json_rows import json_rows
from bot.sources.parsing.lenient import BROKEN, row_of
from bot.sources.parsing.links import web_address
from bot.sources.parsing.pictures import ATTACHMENTS_READ, kind_of, preview_of, within
from bot.sources.parsing.sanitize import HANDLE_MAX, ROWS_MAX, clean_name, clean_warning, utc_of, valid_count

from .mfm import mfm_to_text

CHART: Final = 20
"""Windows of ten minutes in a tag's chart."""

THUMBNAIL: Final = 498
"""Pixels of a thumbnail's width at most (misskey-dev/misskey, ``DriveService.generateAlts``)."""

_GUARDS: Final = frozenset({"cw", "isHidden", "localOnly", "renoteId", "text", "uri"})
"""Fields that say who may see a note, whose it is and what it says."""


class _User(msgspec.Struct, rename="camel"):
    username: str
    host: str | None = None
    name: str | None = None
    avatar_url: Any = None
    is_bot: Any = None


class _File(msgspec.Struct, rename="camel"):
    is_sensitive: bool | None = None
    type: Any = None
    url: Any = None
    thumbnail_url: Any = None
    comment: Any = None
    properties: Any = None


class Note(msgspec.Struct, rename="camel"):
    """The fields used of a note, under the server's names. The rest is skipped unread.

    The id goes into questions and the cursor, the uri into a key: both are held to a plain form.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]{1,64}\Z")]
    created_at: datetime
    visibility: str
    user: _User
    text: str | None = None
    cw: str | None = None
    uri: Annotated[str, msgspec.Meta(pattern=r"^[^\s\x00-\x1f\x7f]{1,2048}\Z")] | None = None
    url: str | None = None
    renote_id: str | None = None
    renote_count: int | None = None
    replies_count: int | None = None
    reactions: dict[str, int] | None = None
    files: list[_File] | None = None
    poll: msgspec.Raw = msgspec.Raw(b"null")
    local_only: bool | None = None
    is_hidden: bool | None = None

    def __post_init__(self) -> None:
        self.created_at = utc_of(self.created_at)

    @property
    def is_public(self) -> bool:
        """Written for everyone everywhere: not for the home timelines, not kept on its own server, not hidden."""
        return self.visibility == "public" and not self.local_only and not self.is_hidden

    @property
    def is_pure_renote(self) -> bool:
        """A renote that adds nothing of its own; with anything added it is a quote, which is a post."""
        added = self.text or self.cw is not None or self.files or bytes(self.poll) != b"null"
        return self.renote_id is not None and not added


def parse_notes(body: bytes) -> list[Note]:
    """A page of notes. A row of the wrong form is left out; a page without one good row is an error.

    Raises ``SourceChanged`` saying what was missing, and nothing else.
    """
    try:
        return msgspec.json.decode(body, type=list[Note])[:ROWS_MAX]
    except BROKEN as error:
        whole = error
    good = [note for row in json_rows(body) or () if (note := _note_or_none(row)) is not None]
    if not good:
        raise SourceChanged(f"not a list of Misskey notes: {whole}") from whole
    return good


def parse_note(body: bytes) -> Note:
    """A single note. Raises ``SourceChanged`` saying what was missing."""
    try:
        return row_of(body, Note, guards=_GUARDS)
    except BROKEN as error:
        raise SourceChanged(f"not a Misskey note: {error}") from error


def _note_or_none(row: bytes) -> Note | None:
    try:
        return parse_note(row)
    except SourceChanged:
        return None


def post_of(note: Note, *, host: str) -> Post | None:
    """The note as a post; None for what is not public, and for a pure renote (its original has a row).

    ``host`` is the server asked: the notes of its own people carry no ``uri``, and their ActivityPub id is their
    address there. A note says nothing of its language.
    """
    if not note.is_public or note.is_pure_renote:
        return None
    here = f"https://{host}/notes/{note.id}"
    user = note.user
    return Post(
        network=Network.FEDIVERSE,
        canonical_id=note.uri or here,
        source_id=note.id,
        text=mfm_to_text(note.text or ""),
        rp=valid_count(note.renote_count),
        likes=None if note.reactions is None else valid_count(sum(map(_at_least_0, note.reactions.values()))),
        replies=valid_count(note.replies_count),
        url=at_home(web_address(note.url), note.uri or here) or web_address(note.uri) or here,
        author_name=clean_name(user.name) or clean_name(user.username),
        author_handle=clean_name(f"{user.username}@{user.host or host}", HANDLE_MAX),
        author_url=web_address(_profile(user, host)),
        created_at=note.created_at,
        sensitive=note.cw is not None or any(file.is_sensitive for file in note.files or ()),
        content_warning=clean_warning(note.cw),
        has_media=bool(note.files),
        media=first_media(_media(note)),
        avatar_url=picture_url(user.avatar_url),
        by_bot=user.is_bot is True,
    )


def _media(note: Note) -> Iterator[Media | None]:
    """The files that can be seen or heard."""
    for file in islice(note.files or (), ATTACHMENTS_READ):
        kind = kind_of(file.type, file.url)
        if kind is None:
            continue
        width = within(file.properties, "width")
        yield media_of(
            file.url,
            kind,
            preview=preview_of(kind, file.thumbnail_url, None if width is None else THUMBNAIL, original=file.url),
            width=width,
            height=within(file.properties, "height"),
            alt=file.comment,
            sensitive=bool(file.is_sensitive) or note.cw is not None,
        )


def posts_of(notes: Iterable[Note], *, host: str) -> tuple[Post, ...]:
    """The public posts among notes, newest first, each identity once."""
    newest_first = sorted(notes, key=lambda note: note.id, reverse=True)
    posts = [post for note in newest_first if (post := post_of(note, host=host)) is not None]
    return tuple({post.key: post for post in reversed(posts)}.values())[::-1]


def _at_least_0(number: int) -> int:
    """Lost updates have left some servers with reactions below zero."""
    return max(0, number)


def _profile(user: _User, host: str) -> str:
    """The author's page on the server asked; a note does not give another."""
    who = f"{user.username}@{user.host}" if user.host else user.username
    return f"https://{host}/@{quote(who.encode('utf-8', 'replace'), safe='@')}"


class _Trend(msgspec.Struct):
    tag: str
    chart: list[int]


def parse_volume(body: bytes, tag: str) -> int | None:
    """The use of a tag: the sum of its chart in the server's list of trends. None for a tag not in it.

    Misskey counts different people who used the tag in a public or home note, in each of the last twenty windows
    of ten minutes. The sum is therefore no count of posts but the least there can have been in 3 h 20 min: one for
    each person and window (misskey-dev/misskey, ``HashtagService.getCharts``). The list holds ten tags at most.
    """
    try:
        trends = msgspec.json.decode(body, type=list[_Trend])
    except BROKEN:
        return None
    wanted = _as_stored(tag)
    chart = next((trend.chart[:CHART] for trend in trends if _as_stored(trend.tag) == wanted), None)
    return valid_count(sum(map(_at_least_0, chart))) if chart else None


def _as_stored(tag: str) -> str:
    """A tag as Misskey stores and compares it."""
    return normalize("NFKC", tag).lower()


class _ErrorDetail(msgspec.Struct):
    code: str = ""


class _ErrorAnswer(msgspec.Struct):
    error: _ErrorDetail


def error_code(body: bytes) -> str:
    """The code of ``{"error": {"code": …}}`` in capitals, e.g. ``NO_SUCH_NOTE``; empty where there is none."""
    try:
        code = msgspec.json.decode(body, type=_ErrorAnswer).error.code
    except BROKEN:
        return ""
    return code if re.fullmatch(r"[A-Z0-9_]{1,64}", code) else ""
