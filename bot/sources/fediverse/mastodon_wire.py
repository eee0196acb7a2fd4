"""Parses answers of a Mastodon server into models: statuses, the volume of a tag; forms of a tag. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
import regex

from bot.core.errors import SourceChanged
from bot.core.identity.origins import at_home
from bot.core.media import first_media, media_of, picture_url
from bot.core.models import Media, MediaKind, Network, Post
from bot.sources.parsing.html_text import html_to_text
from bot.sources.parsing.json_rows import json_rows
from bot.sources.parsing.lenient import BROKEN, row_of
from bot.sources.parsing.links import web_address
from bot.sources.parsing.pictures import ATTACHMENTS_READ, kind_of, preview_of, within
from bot.sources.parsing.sanitize import (
    HANDLE_MAX,
    ROWS_MAX,
    clean_name,
    clean_warning,
    language_of,
    utc_of,
    valid_count,
)

_WORD = r"\p{Alphabetic}\p{M}\p{Nd}_"
_INSIDE = rf"{_WORD}·・\u200c"
_NOT_IN_TAG = regex.compile(rf"[^{_INSIDE}]")
_TAG = regex.compile(
    rf"[{_WORD}]*[\p{{Alphabetic}}\p{{M}}][{_WORD}]*"
    rf"|[{_WORD}][{_INSIDE}]*[\p{{Alphabetic}}\p{{M}}_·・\u200c][{_INSIDE}]*[{_WORD}]"
)


def hashtag(topic_name: str) -> str | None:
    """The tag of a topic: without its spaces and whatever a tag cannot hold; None when no tag is left.

    Letters and marks of any script, digits and ``_``; inside also ``·``, ``・`` and the zero-width
    non-joiner; not digits alone (mastodon/mastodon, ``app/models/tag.rb``).
    """
    allowed = _NOT_IN_TAG.sub("", unicodedata.normalize("NFKC", topic_name))
    tag = unicodedata.normalize("NFC", allowed).strip("·・\u200c")
    return tag if _TAG.fullmatch(tag) else None


class _Account(msgspec.Struct):
    acct: str
    username: str | None = None
    display_name: str | None = None
    url: str | None = None
    avatar: Any = None
    avatar_static: Any = None
    bot: Any = None


class Status(msgspec.Struct):
    """The fields used of a status, under the server's names. The rest is skipped unread.

    The id goes into addresses and the cursor, the uri into a key: both are held to a plain form.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
    uri: Annotated[str, msgspec.Meta(pattern=r"^[^\s\x00-\x1f\x7f]{1,2048}\Z")]
    created_at: datetime
    visibility: str
    account: _Account
    content: str | None = None
    url: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    replies_count: int | None = None
    media_attachments: list[msgspec.Raw] | None = None
    reblog: dict[str, msgspec.Raw] | None = None

    def __post_init__(self) -> None:
        self.created_at = utc_of(self.created_at)


def parse_statuses(body: bytes) -> list[Status]:
    """A page of a timeline. A row of the wrong form is left out; a page without one good row is an error.

    Raises ``SourceChanged`` saying what was missing, and nothing else.
    """
    try:
        return msgspec.json.decode(body, type=list[Status])[:ROWS_MAX]
    except BROKEN as error:
        whole = error
    good = [status for row in json_rows(body) or () if (status := _status_or_none(row)) is not None]
    if not good:
        raise SourceChanged(f"not a list of Mastodon posts: {whole}") from whole
    return good


def parse_status(body: bytes) -> Status:
    """A single status. Raises ``SourceChanged`` saying what was missing."""
    try:
        return row_of(body, Status, guards=_GUARDS)
    except BROKEN as error:
        raise SourceChanged(f"not a Mastodon post: {error}") from error


def _status_or_none(row: bytes) -> Status | None:
    try:
        return parse_status(row)
    except SourceChanged:
        return None


def post_of(status: Status, *, host: str) -> Post | None:
    """The status as a post; None for what is not public, and for a boost (its original has a row).

    ``host`` names the server in the handles of its own people.
    """
    if status.visibility != "public" or status.reblog is not None:
        return None
    account = status.account
    media = first_media(_media(status))
    local = "@" not in account.acct
    return Post(
        network=Network.FEDIVERSE,
        canonical_id=status.uri,
        source_id=status.id,
        text=html_to_text(status.content or ""),
        rp=valid_count(status.reblogs_count),
        likes=valid_count(status.favourites_count),
        replies=valid_count(status.replies_count),
        url=at_home(web_address(status.url), status.uri) or web_address(status.uri),
        author_name=clean_name(account.display_name) or clean_name(account.username) or clean_name(account.acct),
        author_handle=clean_name(f"{account.acct}@{host}" if local else account.acct, HANDLE_MAX),
        author_url=at_home(web_address(account.url), status.uri),
        created_at=status.created_at,
        language=language_of(status.language),
        sensitive=bool(status.sensitive),
        content_warning=clean_warning(status.spoiler_text),
        has_media=bool(status.media_attachments),
        media=media,
        avatar_url=_avatar(account),
        by_bot=account.bot is True,
    )


_GUARDS: Final = frozenset({"content", "reblog", "sensitive", "spoiler_text"})
"""Fields that say who wrote a post, what, and who should be warned of it."""
_KINDS: Final = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "gifv": MediaKind.ANIMATION,
    "audio": MediaKind.AUDIO,
}
_NO_FACE: Final = "/missing.png"
"""The end of the address that stands for accounts without a picture."""


def _media(status: Status) -> Iterator[Media | None]:
    """The attachments. ``unknown`` is one of another server that was not copied: its address there is known."""
    for raw in islice(status.media_attachments or (), ATTACHMENTS_READ):
        try:
            said = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        url = within(said, "url") or within(said, "remote_url")
        kind = _KINDS.get(str(within(said, "type"))) or kind_of(None, url)
        if kind is None:
            continue
        yield media_of(
            url,
            kind,
            preview=preview_of(
                kind, within(said, "preview_url"), within(said, "meta", "small", "width"), original=url
            ),
            width=within(said, "meta", "original", "width"),
            height=within(said, "meta", "original", "height"),
            alt=within(said, "description"),
            sensitive=bool(status.sensitive),
        )


def _avatar(account: _Account) -> str | None:
    face = picture_url(account.avatar_static) or picture_url(account.avatar)
    return None if face is None or face.endswith(_NO_FACE) else face


def posts_of(statuses: Iterable[Status], *, host: str) -> tuple[Post, ...]:
    """The public posts among statuses, newest first, each identity once."""
    newest_first = sorted(statuses, key=lambda status: id_key(status.id), reverse=True)
    posts = [post for status in newest_first if (post := post_of(status, host=host)) is not None]
    return tuple({post.key: post for post in reversed(posts)}.values())[::-1]


def id_key(status_id: str) -> tuple[int, str]:
    """Older before newer: ids are opaque, but longer ones are newer, and equally long ones sort as text."""
    return len(status_id), status_id


class _Day(msgspec.Struct):
    day: str | int
    uses: str | int


class _Tag(msgspec.Struct):
    history: list[_Day]


def parse_volume(body: bytes) -> int | None:
    """Uses of the tag on the newest day (UTC) the server counts; None where it says nothing of the kind."""
    try:
        history = msgspec.json.decode(body, type=_Tag).history
        return valid_count(int(max(history, key=lambda day: int(day.day)).uses))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
