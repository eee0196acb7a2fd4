"""Parses answers of a Bluesky server into models: posts with their labels, links and cards. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, Final

import msgspec

from bot.core.errors import SourceChanged
from bot.core.media import first_media, media_of, picture_url
from bot.core.models import Media, MediaKind, Network, Post
from bot.core.text import clean
from bot.sources.parsing.lenient import BROKEN, mending, row_of
from bot.sources.parsing.links import link_text, web_address
from bot.sources.parsing.pictures import ATTACHMENTS_READ, within
from bot.sources.parsing.sanitize import HANDLE_MAX, ROWS_MAX, clean_name, language_of, utc_of, valid_count
from bot.sources.parsing.sanitize import TEXT_MAX as WRITTEN_MAX

TEXT_MAX: Final = 10_000
"""Characters read of a text; Bluesky allows 3,000 bytes."""
FACETS_MAX: Final = 100
CURSOR_MAX: Final = 2_000
SIZE_FROM: Final = 100
"""Pixels of a side from which on a ratio is a size (``app.bsky.embed.defs#aspectRatio`` may be either)."""
LANGS_MAX: Final = 3
"""Languages of a post (``app.bsky.feed.post``)."""
HIDING: Final = frozenset({"!hide", "!no-unauthenticated"})
"""Labels that keep a post, or all posts of an author, from people without an account: it raises no alert."""
BOT: Final = "bot"
"""The label of automated accounts."""
SENSITIVE: Final = frozenset({"!warn", "porn", "sexual", "nudity", "graphic-media", "gore"})
"""Labels that put a post behind a warning (``gore`` is the older name of ``graphic-media``)."""
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Earliest time believed: imports from older networks are younger; a client without a clock says 0001 or 1970."""

_GUARDS: Final = frozenset({"labels"})
_URI = (
    r"^at://did:[a-z]{1,32}:[A-Za-z0-9._:%-]{1,256}"  # an author
    r"/app\.bsky\.feed\.post/[A-Za-z0-9._:~-]{1,512}\Z"
)
_NO_HANDLE: Final = "handle.invalid"
"""Bluesky's placeholder for a handle that no longer leads to its author."""


class _Label(msgspec.Struct):
    val: str
    neg: bool | None = None


class _SelfLabels(msgspec.Struct):
    values: list[_Label] = []


class _Author(msgspec.Struct, rename="camel"):
    handle: str
    display_name: str | None = None
    avatar: Any = None
    labels: list[_Label] | None = None


class _Span(msgspec.Struct, rename="camel"):
    byte_start: int
    byte_end: int


class _Feature(msgspec.Struct):
    uri: str = ""


class _Facet(msgspec.Struct):
    index: _Span
    features: list[_Feature]


class _Record(msgspec.Struct, rename="camel"):
    """The record written by the author's client. Its time is the client's claim, and read as such."""

    text: str
    created_at: str | None = None
    langs: list[str] | None = None
    labels: _SelfLabels | None = None
    facets: list[msgspec.Raw] | None = None


class _Card(msgspec.Struct):
    uri: str = ""
    title: str = ""
    thumb: Any = None


class _Attached(msgspec.Struct, rename="camel"):
    """Pictures, a video, or the card of a page."""

    type: str = msgspec.field(default="", name="$type")
    external: _Card | None = None
    images: Any = None
    playlist: Any = None
    thumbnail: Any = None
    alt: Any = None
    aspect_ratio: Any = None


class _Embed(_Attached):
    media: _Attached | None = None
    """The media beside a quoted post."""


class PostView(msgspec.Struct, rename="camel"):
    """The fields used of a post, under the server's names. The rest is skipped unread.

    The uri goes into questions and a key: it is held to the form of a post's.
    """

    uri: Annotated[str, msgspec.Meta(pattern=_URI)]
    author: _Author
    record: _Record
    indexed_at: datetime
    repost_count: int | None = None
    like_count: int | None = None
    reply_count: int | None = None
    labels: list[_Label] | None = None
    embed: msgspec.Raw = msgspec.Raw(b"null")

    def __post_init__(self) -> None:
        self.indexed_at = utc_of(self.indexed_at)

    @property
    def written_at(self) -> datetime:
        """The time of writing (UTC): by the client's clock, but never after the server first saw the post.

        The earlier of ``createdAt`` and ``indexedAt``: by that Bluesky sorts and searches, too (``sortAt``). So a
        clock that is fast, or lies, makes no post younger than it is, and a post imported years later is old.
        Where the client says nothing of sense, the server's time stands alone.
        """
        try:
            claimed = utc_of(datetime.fromisoformat(self.record.created_at or ""))
        except ValueError:
            return self.indexed_at
        return min(claimed, self.indexed_at) if claimed >= EARLIEST else self.indexed_at

    @property
    def labelled(self) -> frozenset[str]:
        """Every label on the post and its author, by whomever; an author's own are in the record too."""
        own = self.record.labels.values if self.record.labels else []
        labels = (*(self.labels or ()), *(self.author.labels or ()), *own)
        return frozenset(label.val for label in labels if not label.neg)

    @property
    def is_hidden(self) -> bool:
        """Whether a label keeps it from the public."""
        return not HIDING.isdisjoint(self.labelled)


class PostPage(msgspec.Struct):
    """An answer with posts. ``is_whole``: no row was of a wrong form, so that what is missing is not there."""

    posts: list[PostView]
    cursor: str | None = None
    is_whole: bool = True


class _PostRows(msgspec.Struct):
    """The cursor goes into an address: one that is too long for that is none, and the page its end."""

    posts: list[msgspec.Raw]
    cursor: Any = None


_POST_ROWS: Final = msgspec.json.Decoder(_PostRows)


def parse_page(body: bytes) -> PostPage:
    """The posts of a search, or those asked for by uri. A row of the wrong form is left out.

    Raises ``SourceChanged`` saying what was missing, and nothing else: also where no row of several is good.
    """
    try:
        rows = mending(body, _POST_ROWS.decode)
    except BROKEN as error:
        raise SourceChanged(f"not a list of Bluesky posts: {error}") from error
    good: list[PostView] = []
    wrong = ""
    for row in rows.posts[:ROWS_MAX]:
        try:
            good.append(row_of(row, PostView, guards=_GUARDS))
        except BROKEN as error:
            wrong = str(error)
    if wrong and not good:
        raise SourceChanged(f"not a list of Bluesky posts: {wrong}")
    return PostPage(good, _cursor(rows.cursor), is_whole=not wrong and len(rows.posts) <= ROWS_MAX)


def _cursor(said: object) -> str | None:
    """A cursor as it is sent back; some servers number theirs."""
    cursor = str(said) if isinstance(said, int | str) and not isinstance(said, bool) else ""
    return cursor if 0 < len(cursor) <= CURSOR_MAX else None


def post_of(view: PostView) -> Post | None:
    """The row as a post; None for what its labels keep from the public.

    RP is ``repostCount``: a quote is a post of its own, with reposts of its own, and is not counted in.
    """
    if view.is_hidden:
        return None
    did, rkey = view.uri.split("/")[2::2]
    embed = _embed(view.embed)
    labelled = view.labelled
    is_sensitive = not SENSITIVE.isdisjoint(labelled)
    media = first_media(_media(embed, is_sensitive=is_sensitive))
    handle = (clean_name(view.author.handle, HANDLE_MAX) or "").lstrip("@").replace(_NO_HANDLE, "")
    return Post(
        network=Network.BLUESKY,
        canonical_id=view.uri,
        source_id=view.uri,
        text=_with_card(_text(view.record), _card(embed)),
        rp=valid_count(view.repost_count),
        likes=valid_count(view.like_count),
        replies=valid_count(view.reply_count),
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
        author_name=clean_name(view.author.display_name) or clean_name(handle),
        author_handle=handle or did,
        author_url=f"https://bsky.app/profile/{did}",
        created_at=view.written_at,
        language=_language(view.record.langs or ()),
        sensitive=is_sensitive,
        has_media=bool(media) or _has_media(embed),
        media=media,
        avatar_url=picture_url(view.author.avatar),
        by_bot=BOT in labelled,
    )


def posts_of(views: Iterable[PostView]) -> tuple[Post, ...]:
    """The posts that may raise alerts, newest first."""
    newest_first = sorted(views, key=lambda view: (view.written_at, view.uri), reverse=True)
    return tuple(post for view in newest_first if (post := post_of(view)) is not None)


def _language(tags: Sequence[str]) -> str | None:
    """The language of a post in one; of a post in several it is unknown, so that a filter for any lets it pass.

    A filter for yet another language does so, too: a post keeps one language, and unknown is not another one.
    """
    named = {language_of(tag) for tag in tags[:LANGS_MAX]}
    return named.pop() if len(named) == 1 else None


# -- the text, with whole addresses ----------------------------------------------------------------------


def _text(record: _Record) -> str:
    """The text with its links' whole addresses, where the client shortened them to what is shown."""
    links = ((span, href) for span, href in islice(_links(record), FACETS_MAX) if web_address(href))
    return clean(expand(record.text[:TEXT_MAX], links)[:WRITTEN_MAX]).strip()


def _links(record: _Record) -> Iterator[tuple[tuple[int, int], str]]:
    """The links of a text: from which byte to which, and where to. Facets of another form are no links."""
    for raw in (record.facets or ())[:FACETS_MAX]:
        try:
            facet = msgspec.json.decode(raw, type=_Facet)
        except BROKEN:
            continue
        for feature in facet.features:
            yield (facet.index.byte_start, facet.index.byte_end), feature.uri


def expand(text: str, links: Iterable[tuple[tuple[int, int], str]]) -> str:
    """``text`` with what stands between the bytes of each link (of its UTF-8) written out as a link.

    A link that lies outside of the text, overlaps one before it or cuts through a character is left as it is
    shown (``app.bsky.richtext.facet`` asks clients for no less). Never raises.
    """
    data = text.encode("utf-8", "replace")
    pieces: list[str] = []
    at = 0
    for (start, end), href in sorted(links):
        if not at <= start < end <= len(data) or _cuts(data, start) or _cuts(data, end):
            continue
        before, shown = data[at:start].decode(), data[start:end].decode()
        pieces += [before, link_text(" ".join(shown.split()), href)]
        at = end
    return "".join(pieces) + data[at:].decode()


def _cuts(data: bytes, at: int) -> bool:
    """Whether a place lies within a character."""
    return at < len(data) and data[at] & 0xC0 == 0x80


# -- what hangs below it ---------------------------------------------------------------------------------


def _embed(raw: msgspec.Raw) -> _Embed:
    """The embed below the text; nothing for unknown kinds."""
    try:
        return msgspec.json.decode(raw, type=_Embed | None) or _Embed()
    except BROKEN:
        return _Embed()


def _card(embed: _Embed) -> _Card | None:
    return embed.external or (embed.media.external if embed.media else None)


def _has_media(embed: _Embed) -> bool:
    kinds = (embed.type, embed.media.type if embed.media else "")
    return any(re.match(r"app\.bsky\.embed\.(?:images|video)\b", kind) for kind in kinds)


def _media(embed: _Embed, *, is_sensitive: bool) -> Iterator[Media | None]:
    """Pictures, the poster of a video, or that of the page a card leads to; of a quoted post none."""
    for one in (embed, embed.media):
        if one is None:
            continue
        for image in islice(one.images if isinstance(one.images, list) else (), ATTACHMENTS_READ):
            yield _sized(
                within(image, "fullsize") or within(image, "thumb"),
                within(image, "thumb"),
                within(image, "alt"),
                within(image, "aspectRatio"),
                is_sensitive=is_sensitive,
            )
        if one.playlist is not None:
            yield _sized(
                one.playlist,
                one.thumbnail,
                one.alt,
                one.aspect_ratio,
                is_sensitive=is_sensitive,
                kind=MediaKind.VIDEO,
            )
        elif one.external is not None:
            yield media_of(one.external.thumb, sensitive=is_sensitive)


def _sized(
    url: object,
    preview: object,
    alt: object,
    ratio: object,
    *,
    is_sensitive: bool,
    kind: MediaKind = MediaKind.IMAGE,
) -> Media | None:
    """A medium with its ratio, which is in pixels as a rule; ``16:9`` is none."""
    sides = [within(ratio, side) for side in ("width", "height")]
    is_size = all(isinstance(side, int) and side >= SIZE_FROM for side in sides)
    width, height = sides if is_size else (None, None)
    return media_of(url, kind, preview=preview, width=width, height=height, alt=alt, sensitive=is_sensitive)


def _with_card(text: str, card: _Card | None) -> str:
    """The text, and below it the page its card leads to: people leave out of the text what the card shows."""
    address = web_address(card.uri) if card else None
    if card is None or address is None or address in text:
        return text
    title = clean_name(card.title)
    shown = f"{title}\n{address}" if title and title not in text else address
    return f"{text}\n\n{shown}".strip()


class _XrpcError(msgspec.Struct):
    error: str = ""


def error_code(body: bytes) -> str:
    """The code of ``{"error": …, "message": …}``, e.g. ``ExpiredToken``; empty where there is none."""
    try:
        code = msgspec.json.decode(body, type=_XrpcError).error
    except BROKEN:
        return ""
    return code if re.fullmatch(r"[A-Za-z0-9]{1,64}", code) else ""
