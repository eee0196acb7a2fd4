"""Parses answers of X (API v2) into models: posts, counts, what is missing; writes queries. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Final, TypeVar

import msgspec

from bot.core.errors import SourceChanged
from bot.core.identity.x_ids import written_at
from bot.core.lazy_dataclass import dataclass
from bot.core.media import first_media, media_of, picture_url
from bot.core.models import EntryFingerprints, Media, MediaKind, Network, Post, PostKey
from bot.core.text import clean
from bot.sources.parsing.lenient import BROKEN, mending, row_of
from bot.sources.parsing.links import web_address
from bot.sources.parsing.pictures import ATTACHMENTS_READ
from bot.sources.parsing.sanitize import COUNT_MAX, ROWS_MAX, TEXT_MAX, clean_name, language_of, valid_count

VERSIONS_MAX: Final = 20
"""X allows five edits."""
MEDIA_ROWS_MAX: Final = 4 * ROWS_MAX
QUERY_MAX: Final = 512
"""Characters of a question, for everybody without an enterprise contract."""

_QUOTES = re.compile(r'["\\“”„‟＂]')
_SMALL_FACE = re.compile(r"_normal(\.[a-z]{3,4})\Z")
_KINDS: Final = {"photo": MediaKind.IMAGE, "video": MediaKind.VIDEO, "animated_gif": MediaKind.ANIMATION}
_SHORTENED = re.compile(r"https?://t\.co/[A-Za-z0-9]+")

_GUARDS: Final = frozenset({"possibly_sensitive"})

T = TypeVar("T", bound=msgspec.Struct)

_ID: Final = re.compile(r"[0-9]{1,19}")
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}\Z")]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_Number = Annotated[int, msgspec.Meta(ge=0, lt=COUNT_MAX)]


def search_query(topic_name: str) -> str | None:
    """The topic as a query: one phrase in quotes, in which nothing is an operator, and no reposts.

    A hashtag holds the word, and is found with it. None when no letter or digit is left, or it is too long.
    """
    phrase = " ".join(_QUOTES.sub(" ", topic_name).split())
    asked = f'"{phrase}" -is:retweet'
    return asked if any(each.isalnum() for each in phrase) and len(asked) <= QUERY_MAX else None


# -- the wire ----------------------------------------------------------------------------------------------


class _Metrics(msgspec.Struct):
    retweet_count: int | None = None
    like_count: int | None = None
    reply_count: int | None = None


class _Reference(msgspec.Struct):
    type: str
    id: str


class _Link(msgspec.Struct):
    """``media_key``: it stands for the post's own picture or video."""

    url: str
    expanded_url: str | None = None
    media_key: str | None = None


class _Entities(msgspec.Struct):
    urls: list[msgspec.Raw] | None = None


class _Note(msgspec.Struct):
    text: str
    entities: _Entities | None = None


class _Attachments(msgspec.Struct):
    media_keys: Any = None


class Tweet(msgspec.Struct):
    """The fields used of a post, under X's names. The rest is skipped. The id goes into requests and keys."""

    id: Id
    text: str
    author_id: str | None = None
    public_metrics: _Metrics | None = None
    lang: str | None = None
    possibly_sensitive: bool | None = None
    referenced_tweets: list[_Reference] | None = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None
    attachments: _Attachments | None = None
    edit_history_tweet_ids: list[str] | None = None

    @property
    def versions(self) -> tuple[str, ...]:
        """The ids of all its versions, the first one first: an edited post has a new id, and is the same post."""
        named = [each for each in (self.edit_history_tweet_ids or ())[:VERSIONS_MAX] if _ID.fullmatch(each)]
        return tuple(sorted({*named, self.id}, key=int)) if self.id in named else (self.id,)

    @property
    def original(self) -> str | None:
        """The id of the post this one only reposts."""
        return next((each.id for each in self.referenced_tweets or () if each.type == "retweeted"), None)


class User(msgspec.Struct):
    """An author. The username goes into addresses."""

    id: str
    username: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]{1,20}\Z")]
    name: str | None = None
    profile_image_url: Any = None


class Attachment(msgspec.Struct):
    """A picture or video. Of a video only a still of it (``preview_image_url``) has an address here."""

    media_key: str
    type: str
    url: Any = None
    preview_image_url: Any = None
    width: Any = None
    height: Any = None
    alt_text: Any = None


class _Includes(msgspec.Struct):
    users: list[msgspec.Raw] | None = None
    media: list[msgspec.Raw] | None = None


class _Problem(msgspec.Struct):
    resource_id: str | None = None
    value: str | None = None


class _Meta(msgspec.Struct):
    newest_id: Id | None = None
    next_token: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,256}\Z")] | None = None


class _SearchRows(msgspec.Struct):
    """The answer of a search.

    Without a result there is no ``data``; a post that cannot be shown is among ``errors``.
    """

    data: list[msgspec.Raw] | None = None
    includes: _Includes | None = None
    errors: list[msgspec.Raw] | None = None
    meta: _Meta | None = None


_SEARCH_ROWS: Final = msgspec.json.Decoder(_SearchRows)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer with posts. ``charged``: how many it held, those of a wrong form too. ``missing``: not shown."""

    posts: tuple[Post, ...]
    charged: int
    newest_id: str | None
    next_token: str | None
    missing: frozenset[str]
    names: Mapping[PostKey, EntryFingerprints] = field(default_factory=dict)
    """Fingerprints of edited posts: the identities that others give their versions."""


def parse_page(body: bytes, *, search: bool = False) -> SearchPage:
    """The posts of a search, or those asked for by id. A row of the wrong form is left out.

    Raises ``SourceChanged`` saying what was missing, and nothing else: also where no row of several is good, and
    where an answer has neither posts nor a word about itself; posts by id may all be among the errors.
    """
    try:
        rows = mending(body, _SEARCH_ROWS.decode)
    except BROKEN as error:
        raise SourceChanged(f"not an answer of X's: {error}") from error
    if rows.data is None and rows.meta is None and (search or rows.errors is None):
        raise SourceChanged("not an answer of X's: there is neither `data` nor `meta`")
    tweets, wrong = _good(rows.data or (), Tweet)
    if wrong and not tweets:
        raise SourceChanged(f"not a list of X's posts: {wrong}")
    includes = rows.includes or _Includes()
    users, _ = _good(includes.users or (), User)
    media, _ = _good(includes.media or (), Attachment, MEDIA_ROWS_MAX)
    troubles, _ = _good(rows.errors or (), _Problem)
    meta = rows.meta or _Meta()
    return SearchPage(
        posts=fold(tweets, {user.id: user for user in users}, {one.media_key: one for one in media}),
        charged=len(rows.data or ()),
        newest_id=meta.newest_id or max((tweet.id for tweet in tweets), key=int, default=None),
        next_token=meta.next_token,
        names={key: names for tweet in tweets if (named := _edited(tweet)) for key, names in [named]},
        missing=frozenset(gone for each in troubles if (gone := each.resource_id or each.value))
        - {tweet.id for tweet in tweets},  # of a post that is here only a field is missing
    )


def _good(rows: Iterable[msgspec.Raw], kind: type[T], most: int = ROWS_MAX) -> tuple[list[T], str]:
    """The rows of the right form, and what was wrong with the last of the others."""
    good: list[T] = []
    wrong = ""
    for row in islice(rows, most):
        try:
            good.append(row_of(row, kind, guards=_GUARDS))
        except BROKEN as error:
            wrong = str(error)
    return good, wrong


def fold(
    tweets: Iterable[Tweet], users: Mapping[str, User], media: Mapping[str, Attachment] | None = None
) -> tuple[Post, ...]:
    """The posts, each once. A repost is not one: it carries its original's count, which is the larger by then."""
    known = {} if media is None else media
    rows = {tweet.id: tweet for tweet in tweets}
    carried: dict[str, int] = {}
    for tweet in rows.values():
        count = valid_count(tweet.public_metrics.retweet_count if tweet.public_metrics else None)
        if tweet.original is not None and count is not None:
            carried[tweet.original] = max(count, carried.get(tweet.original, 0))
    posts = [
        _post(tweet, users.get(tweet.author_id or ""), carried.get(tweet.id), known)
        for tweet in rows.values()
        if tweet.original is None
    ]
    newest = {post.key: post for post in sorted(posts, key=lambda post: int(post.source_id or 0))}
    return tuple(post for post in posts if newest[post.key] is post)


def _edited(tweet: Tweet) -> tuple[PostKey, EntryFingerprints] | None:
    first, *others = (PostKey(f"{Network.X}:{each}") for each in tweet.versions)
    return (first, EntryFingerprints(earlier=tuple(others))) if others and tweet.original is None else None


def _post(tweet: Tweet, author: User | None, carried: int | None, media: Mapping[str, Attachment]) -> Post:
    """RP is ``retweet_count``: a quote is a post of its own, with reposts of its own, and is not counted in."""
    metrics = tweet.public_metrics or _Metrics()
    counts = [count for count in (valid_count(metrics.retweet_count), carried) if count is not None]
    username = author.username if author else None
    url = f"https://x.com/{username or 'i/web'}/status/{tweet.id}"
    return Post(
        network=Network.X,
        canonical_id=tweet.versions[0],
        source_id=tweet.id,
        text=_text(tweet),
        rp=max(counts, default=None),
        likes=valid_count(metrics.like_count),
        replies=valid_count(metrics.reply_count),
        url=url,
        author_name=(clean_name(author.name) if author else None) or username,
        author_handle=username,
        author_url=f"https://x.com/{username}" if username else None,
        created_at=written_at(int(tweet.versions[0])),
        language=language_of(tweet.lang),
        sensitive=bool(tweet.possibly_sensitive),
        has_media=bool(tweet.attachments and tweet.attachments.media_keys),
        media=first_media(_media(tweet, media, url)),
        avatar_url=_avatar(author),
    )


def _media(tweet: Tweet, known: Mapping[str, Attachment], page: str) -> Iterator[Media | None]:
    """Pictures and videos below a post; a video is played on the post's page."""
    keys = tweet.attachments.media_keys if tweet.attachments else None
    for number, key in enumerate(keys[:ATTACHMENTS_READ] if isinstance(keys, list) else (), 1):
        one = known.get(key) if isinstance(key, str) else None
        kind = _KINDS.get(one.type) if one else None
        if one is None or kind is None:
            continue
        is_picture = kind is MediaKind.IMAGE
        yield media_of(
            one.url if is_picture else f"{page}/video/{number}",
            kind,
            preview=None if is_picture else one.preview_image_url,
            width=one.width,
            height=one.height,
            alt=one.alt_text,
            sensitive=bool(tweet.possibly_sensitive),
        )


def _avatar(author: User | None) -> str | None:
    """The author's face, in the next size: the one that X names has 48 pixels."""
    face = picture_url(author.profile_image_url) if author else None
    return None if face is None else _SMALL_FACE.sub(r"_400x400\1", face)


def _text(tweet: Tweet) -> str:
    """The whole text of a long post, without HTML's entities, and with the addresses its links lead to.

    As X shows it, it does not name the pictures below it.
    """
    note = tweet.note_tweet
    text = (note.text if note else tweet.text)[:TEXT_MAX]
    entities = (note.entities if note else None) or tweet.entities or _Entities()
    links, _ = _good(entities.urls or (), _Link)
    addresses = {link.url: "" if link.media_key else web_address(link.expanded_url) or link.url for link in links}
    plain = html.unescape(text)
    whole = _SHORTENED.sub(lambda found: addresses.get(found[0], found[0]), plain)
    return clean(whole[:TEXT_MAX]).strip()


# -- counts ------------------------------------------------------------------------------------------------


class Bucket(msgspec.Struct):
    """The number of posts from ``start`` to ``end``, an hour or a part of one."""

    start: _Time
    end: _Time
    tweet_count: _Number


class _Total(msgspec.Struct):
    total_tweet_count: _Number


class _Counts(msgspec.Struct):
    data: list[Bucket] | None = None
    meta: _Total | None = None


def parse_counts(body: bytes) -> tuple[Bucket, ...]:
    """Posts an hour over the last seven days, oldest first. Raises ``SourceChanged``."""
    try:
        counts = msgspec.json.decode(body, type=_Counts)
    except BROKEN as error:
        raise SourceChanged(f"not X's counts: {error}") from error
    if counts.data is None and counts.meta is None:
        raise SourceChanged("not X's counts: there is neither `data` nor `meta`")
    return tuple(sorted(counts.data or (), key=lambda bucket: bucket.start))
