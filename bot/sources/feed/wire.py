"""A feed (RSS, Atom, RDF, JSON Feed) from its bytes to posts. Pure.

    bytes ─▶ text in its real encoding ─▶ raw entries (``xml_feed``, ``json_feed``) ─▶ posts

The identity of an entry must not change from poll to poll, or it would be sent again: see ``_identity``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any, Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from bot.core.errors import NotAFeed, SourceChallenged, SourceChanged, SourceError
from bot.core.identity.urls import normal_url
from bot.core.identity.x_ids import status_id
from bot.core.lazy_dataclass import dataclass
from bot.core.models import EntryFingerprints, EntryMemo, Media, MediaKind, Network, Post, PostKey, RecalledEntries
from bot.core.text import excerpt
from bot.core.url_display import host_of, without_addresses
from bot.sources.http.challenges import is_challenge_page
from bot.sources.http.charset import decode
from bot.sources.parsing.dates import Written, exact_date
from bot.sources.parsing.numbers import NUMBER, amount_of, nfkc
from bot.sources.parsing.parts import at_once, map_in_parts
from bot.sources.parsing.sanitize import clean_name, language_of, valid_count

from .failures import without_failures
from .fingerprints import (
    ID_MAX,
    Entry,
    Link,
    fingerprinted,
    id_identity,
    short,
    told_apart,
    without_shared_ids,
)
from .json_feed import beginning_of_json, read_json
from .links import host_of_ids, link_of, own_id, own_pages, selves, shared_links, web_address
from .long_feeds import ENTRIES_MAX, Ends, newest
from .memo import Recalled, Record, context_hash, memo_of, usable, words_hash
from .pictures import NOTHING, EntryPictures, has_pictures, pictures_of
from .raw import ENTRIES_READ, RawEntry, RawFeed
from .reading import FeedReading
from .text import author_of, title_of, words_of
from .times import created_at, times_of
from .xml_feed import is_page, xml_parts

__all__ = ["ENTRIES_MAX", "ID_MAX", "ParsedFeed", "parse_feed", "read_feed", "read_raw"]

TITLE_MAX: Final = 600
"""Characters of an entry's title that are read. Thousands of entries are kept of a feed that anybody may name."""
BOOKMARKS, SEARCHES = "bookmarks", "searches"
"""Names of counts that a feed may have in place of reposts."""

_PLAYED: Final = frozenset({MediaKind.AUDIO, MediaKind.VIDEO})
_CONTROLS: Final = re.compile("[\x80-\x9f]")
_WINDOWS: Final = {code: bytes((code,)).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
"""Controls that nobody writes: Windows' punctuation, taken for Latin-1 on its way."""
_COUNTED: Final = {"hatena:bookmarkcount": BOOKMARKS, "ht:approx_traffic": SEARCHES}
_AMOUNT: Final = re.compile(NUMBER, re.IGNORECASE)
_PART: Final = re.compile(r"#[\w.\-]*[0-9][\w.\-]*\Z")
"""The name of one of many parts of a page: they are numbered, and a mark for statistics has a name and a value."""
_LINK_TAG: Final = re.compile(r"<link\s(?:[^<>\"']++|\"[^<\"]*+\"|'[^<']*+')*+>", re.IGNORECASE)
"""Ends before the next tag begins, so that no part of a page is gone through twice."""
LINK_TAGS_MAX: Final = 200
LINK_TAG_MAX: Final = 3000
"""Tags in which a page may name its feed, and the characters of one."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """The content of a feed: its name, if it has one, and its entries as posts in its own order.

    ``is_whole``: its end was seen, or as many entries as are read of any feed: another answer shows no more.

    ``cursor``: what the next reading has to know of this one; None: nothing.
    """

    title: str | None
    posts: tuple[Post, ...]
    fingerprints: Mapping[PostKey, EntryFingerprints] = field(default_factory=dict)
    cursor: str | None = None
    memo: EntryMemo | None = field(default=None, repr=False)
    """The memo of its entries, where one is kept."""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _FeedContext:
    """Everything that the reading of each entry depends on beside its own text.

    ``own_urls``: the feed's own addresses, which may hold a key and lead nobody to an entry. ``replacements``: the
    same as they may stand in a text, without scheme, each with what is told of it.
    """

    host: str
    base: str
    language: str | None
    own_urls: frozenset[str]
    replacements: tuple[tuple[str, str], ...]

    @property
    def context(self) -> bytes:
        """A hash of it."""
        return context_hash(self.host, self.base, self.language, sorted(self.own_urls), self.replacements)


@dataclass(frozen=True, slots=True)
class _EntryContext:
    """Properties shared by all entries of a feed. ``shared``: addresses that do not distinguish entries."""

    page: _FeedContext
    now: datetime
    shared: Collection[str]


class _ReadEntry(NamedTuple):
    """An entry as a post, and what says which one it is.

    ``own``: the feed's id of it. ``words``: its title, or its text where it has none.
    """

    raw: RawEntry
    post: Post
    own: str
    words: str
    host: str

    def said(self) -> str:
        """Its identity by what it says and when."""
        if self.raw.recalled is not None:
            return self.raw.recalled.record.said
        return _identity_said(self.raw, self.words, self.host)


def parse_feed(body: bytes, *, url: str, now: datetime, **about: Any) -> ParsedFeed:
    """Read a feed fetched from ``url``; ``about``: the other fields of ``FeedReading``. See ``read_feed``."""
    return read_feed(FeedReading(body, url, now, **about))


def read_feed(reading: FeedReading) -> ParsedFeed:
    """Read a feed. A broken one gives what can be read of it; a time to come is unknown.

    Raises ``SourceChanged`` for what is no feed; for a page that names its feed, saying where that is.
    ``SourceBusy`` for a feed that says itself that it could not be made.
    """
    return at_once(feed_parts(reading))


def feed_parts(reading: FeedReading) -> Generator[None, None, ParsedFeed]:
    """``read_feed`` in parts: a few elements, or one of the steps of one entry."""
    text = decode(reading.body, reading.content_type).replace("\x00", "")
    known = usable(reading.recalled, reading.now) if reading.keep else None
    raw = yield from _raw_parts(text, known)
    if raw is None:
        raise _no_feed(text, reading.url)
    page = _page_of(raw, reading.url, reading.asked)
    full_at = reading.now
    if known and reading.recalled is not None:
        # Of a long feed it is chosen anew each time what is read.
        if page.context == reading.recalled.memo.context and len(raw.entries) <= ENTRIES_MAX:
            full_at = reading.recalled.memo.full_at
        else:
            raw = (yield from _raw_parts(text, {})) or raw
    is_whole = raw.is_whole or len(raw.entries) >= ENTRIES_READ
    raw.entries = without_failures(raw.entries)
    written = yield from map_in_parts(raw.entries, lambda entry: _written(entry, reading.now))
    positions, ends = newest(raw.entries, written, Ends.read(reading.cursor), is_whole=raw.is_whole)
    own = own_pages(reading.url, raw)
    chosen = [(raw.entries[position], written[position]) for position in positions]
    read, found = yield from _entries(chosen, page, own, reading.now)
    if not raw.is_whole and not found:
        raise SourceChanged("this feed is broken: it ends before its first entry")
    posts, fingerprints = yield from fingerprinted(found, own_pages=own, now=reading.now)
    title = clean_name(without_addresses(_without_selves(title_of(raw.about), page)))
    memo = None
    if reading.keep and len(raw.entries) <= ENTRIES_MAX:
        memo = yield from _memo(read, found, page, full_at, reading.recalled)
    return ParsedFeed(title, posts, fingerprints, None if ends is None else str(ends), memo, is_whole)


def _entries(
    chosen: Sequence[tuple[RawEntry, Written | None]],
    page: _FeedContext,
    own_pages: set[str],
    now: datetime,
) -> Generator[None, None, tuple[list[_ReadEntry], list[Entry]]]:
    """The entries that can be read, each with its own time, as posts and as what tells them apart."""
    links = yield from map_in_parts(chosen, lambda one: link_of(one[0], page.base))
    around = _EntryContext(page, now, own_pages | shared_links(links))
    read: list[_ReadEntry] = []
    found: list[Entry] = []
    times = times_of([own_time for _, own_time in chosen], now)
    for (entry, own_time), link, at in zip(chosen, links, times, strict=True):
        yield
        if (one := _read(entry, link, at, around)) is not None:
            known_hashes = entry.recalled.record.hashes if entry.recalled is not None else None
            own_at = None if own_time is None or own_time.is_relative else own_time.at
            is_relative = own_time is not None and own_time.is_relative
            found.append(Entry(one.post, one.own, link, own_at, page.host, known_hashes, is_relative))
            read.append(one)
    named = without_shared_ids(found, around.shared, lambda position: read[position].said())
    return read, told_apart(named, around.shared)


def _memo(
    read: Iterable[_ReadEntry],
    found: Iterable[Entry],
    page: _FeedContext,
    full_at: datetime,
    recalled: RecalledEntries | None,
) -> Generator[None, None, EntryMemo | None]:
    """The memo of the entries that were read; None for one without entries, or the same as before."""
    records = yield from map_in_parts(zip(read, found, strict=True), _record)
    memo = memo_of(filter(None, records), page.context, full_at)
    return None if not memo.entries or (recalled is not None and memo == recalled.memo) else memo


def _page_of(raw: RawFeed, url: str, asked: str | None) -> _FeedContext:
    base = (web_address(url, raw.about.link) if raw.from_home else None) or url
    own_urls = [*selves(url, raw), *([asked] if asked and asked != url else [])]
    return _FeedContext(
        host=host_of_ids(url),
        base=base,
        language=language_of(raw.about.language),
        own_urls=frozenset(map(normal_url, own_urls)),
        replacements=tuple(
            replacement for each in dict.fromkeys(own_urls) if (replacement := _replacement(each)) is not None
        ),
    )


def _written(entry: RawEntry, now: datetime) -> Written | None:
    """The time of an entry, by its own word."""
    if entry.recalled is None:
        return created_at(entry, now)
    at = entry.recalled.at
    return None if at is None else Written(at)


def _record(entry: tuple[_ReadEntry, Entry]) -> tuple[PostKey, Record | bytes] | None:
    """The record of an entry; None for one that cannot be known by how it is written alone."""
    (one, named_entry), raw = entry, entry[0].raw
    key, at = named_entry.post.key, named_entry.at
    if raw.recalled is not None:
        return key, raw.recalled.packed
    if raw.written_as is None or named_entry.own != one.own or not _is_dated_for_good(raw, at):
        return None
    return key, Record(
        written_as=raw.written_as,
        words=words_hash(named_entry.post),
        own=one.own,
        link=named_entry.link,
        at=None if at is None else int(at.timestamp()),
        said=one.said(),
        score=named_entry.post.score,
        hashes=named_entry.hashes,
    )


def _is_dated_for_good(raw: RawEntry, at: datetime | None) -> bool:
    """Whether an entry says at any time what it says now of when it was written."""
    if at is None:
        return not raw.published and not raw.updated
    return exact_date(_first(raw.published) or _first(raw.updated)) == at


def read_raw(text: str) -> RawFeed | None:
    """A feed as it was written, in JSON or XML; None for what is none."""
    return at_once(_raw_parts(text))


def _raw_parts(text: str, known: Mapping[bytes, Recalled] | None = None) -> Generator[None, None, RawFeed | None]:
    if _has_controls(text):
        text = text.translate(_WINDOWS)
    begins = beginning_of_json(text)
    if begins is not None:
        return read_json(text[begins:])
    return (yield from xml_parts(text, known))


def _has_controls(text: str) -> bool:
    """Whether there are any: to find the byte that all of them begin with takes a tenth of the time."""
    return not text.isascii() and b"\xc2" in text.encode("utf-8", "replace") and bool(_CONTROLS.search(text))


def _no_feed(text: str, url: str) -> SourceError:
    """The error for the person who typed this address."""
    if not is_page(text):
        return NotAFeed("this is not a feed")
    for link in _link_tags(text[:100_000]):
        kind = (link.get("type") or "").lower()
        feed = web_address(url, (link.get("href") or "").strip())
        if feed and ("rss" in kind or "atom" in kind or kind == "application/feed+json"):
            return NotAFeed(f"this is a page, not a feed; its feed is {feed}", feed=feed)
    if is_challenge_page(text):
        return SourceChallenged("this is a check for browsers, not a feed")
    return NotAFeed("this is a page, not a feed")


def _link_tags(page: str) -> Iterator[dict[str, str | None]]:
    """The attributes of each ``<link rel=alternate>`` outside of comments.

    Each tag is read alone: no tree is built of a page that nobody knows. 28 KB of emphasis that is never closed
    took 2 GB and 3 s as a tree (measured).
    """
    first, *others = page.split("<!--")
    shown = first + "".join(other.partition("-->")[2] for other in others)
    for found in islice(_LINK_TAG.finditer(shown), LINK_TAGS_MAX):
        tag = LexborHTMLParser(found[0]).css_first("link") if len(found[0]) <= LINK_TAG_MAX else None
        attributes = {} if tag is None else tag.attributes
        if "alternate" in (attributes.get("rel") or "").lower().split():
            yield attributes


def _replacement(own: str) -> tuple[str, str] | None:
    """An address of the feed as a text may have it, and its replacement; None for a mere host."""
    bare = own.partition("://")[2].partition("#")[0]
    host = bare.partition("/")[0].partition("?")[0]
    return (bare, f"{host_of(own)}/…") if bare.rstrip("/") != host else None


def _count(entry: RawEntry) -> tuple[int, str] | None:
    """``2000+``, ``20K+``, ``2千+`` as a number, the least it can be, and the name of what it counts."""
    element, written = entry.count or ("", "")
    number = _AMOUNT.search(nfkc(written[:30]))
    amount = valid_count(amount_of(number)) if number else None
    return None if amount is None else (amount, _COUNTED[element])


def _read(entry: RawEntry, link: Link | None, at: Written | None, around: _EntryContext) -> _ReadEntry | None:
    """An entry as a post; None for one that says nothing."""
    if entry.recalled is not None:
        return _read_again(entry, entry.recalled, link, at, around)
    page = around.page
    title = _without_selves(title_of(entry), page)
    address = link.url if link is not None else None
    text = words_of(
        entry, excerpt(title, TITLE_MAX), address, page.base, lambda written: _without_selves(written, page)
    )
    count = _count(entry)
    pictures = _pictures(entry, page) if has_pictures(entry) else NOTHING
    shown = _shown(link, pictures.media, page)
    if not text and shown is None:
        return None
    own, words = own_id(entry), title or text
    network, canonical_id = _identity(own, link, around) or (Network.WEB, _identity_said(entry, words, page.host))
    post = Post(
        network=network,
        canonical_id=canonical_id,
        text=text or shown or "",
        titled=bool(title) and "\n" in text and title.startswith(text.partition("\n")[0].removesuffix("…")),
        url=shown,
        author_name=author_of([_without_selves(name, page) for name in entry.authors]),
        created_at=at.at if at else None,
        day_only=at is not None and at.day_only,
        language=language_of(entry.language) or page.language,
        has_media=entry.has_media or bool(pictures.media),
        media=pictures.media,
        avatar_url=pictures.avatar_url,
        score=count[0] if count else None,
        score_name=count[1] if count else None,
    )
    return _ReadEntry(entry, post, own, words, page.host)


def _read_again(
    entry: RawEntry, recalled: Recalled, link: Link | None, at: Written | None, around: _EntryContext
) -> _ReadEntry:
    """An entry that is written as it was, with the words of its stored post."""
    record, stored = recalled.record, recalled.post
    network, canonical_id = _identity(record.own, link, around) or (Network.WEB, record.said)
    post = Post(
        network=network,
        canonical_id=canonical_id,
        text=stored.text,
        titled=stored.titled,
        url=_shown(link, stored.media, around.page),
        author_name=stored.author_name,
        created_at=at.at if at else None,
        day_only=at is not None and at.day_only,
        language=stored.language,
        has_media=stored.has_media,
        media=stored.media,
        avatar_url=stored.avatar_url,
        score=record.score,
        score_name=stored.score_name,
    )
    return _ReadEntry(entry, post, record.own, "", around.page.host)


def _pictures(entry: RawEntry, page: _FeedContext) -> EntryPictures:
    """The media of an entry, but those at the feed's own address, which may hold a key."""
    found = pictures_of(entry, page.base)
    if not found.media:
        return found
    media = tuple(
        replace(one, alt=_without_selves(one.alt, page))
        for one in found.media
        if not any(own in one.url or own in (one.preview_url or "") for own, _ in page.replacements)
    )
    return EntryPictures(media, found.avatar_url)


def _shown(link: Link | None, media: Sequence[Media], page: _FeedContext) -> str | None:
    """The address that people are led to, if any: of an episode without a page, what can be heard or seen."""
    if link is not None:
        return link.url if link.address not in page.own_urls else None
    return next((one.url for one in media if one.kind in _PLAYED), None)


def _without_selves(text: str, page: _FeedContext) -> str:
    """A text with the feed's own address in it, as some name themselves or say where to read on."""
    for own, replacement in page.replacements:
        if own in text:
            text = (
                text.replace(f"https://{own}", replacement)
                .replace(f"http://{own}", replacement)
                .replace(own, replacement)
            )
    return text


def _identity(own: str, link: Link | None, around: _EntryContext) -> tuple[Network, str] | None:
    """The identity of an entry in any feed: a post of X, an article by its address, else the feed's own id.

    The link comes first because other feeds give the same article other ids. It says nothing where it leads to the
    feed's own pages, several entries share it, or it leads to a part of a page that the id names, too: a comment
    is not its article. Then the own id counts, at the feed's host unless it is one for
    the whole world (``tag:…``), else title (or text) and time: None.

    One thing here depends on what else is in the feed: while an entry is the only one with a link that another
    will share (a page of changes that is neither home nor above the feed), it is the article at that link. Nothing
    in it says otherwise: most feeds give their articles ids like ``55`` too.
    """
    if link is not None and link.address not in around.shared and not _is_part(own, link):
        status = status_id(link.url)
        return (Network.X, status) if status else (Network.WEB, short(link.address))
    if own and not _is_shared(own, around.shared):
        return Network.WEB, id_identity(own, around.page.host)
    return None


def _is_part(own: str, link: Link) -> bool:
    """Whether an entry's link and its id name the same part of a page (``#comment-12``)."""
    if "#" not in own or "#" not in link.url:
        return False
    part = _PART.search(link.url)
    return part is not None and own.endswith(part[0])


def _identity_said(entry: RawEntry, words: str, host: str) -> str:
    """The identity of an entry by its title (or text) and time alone."""
    return short(f"{host}\n{words}\n{_first(entry.published) or _first(entry.updated)}")


def _is_shared(own: str, shared: Collection[str]) -> bool:
    """Whether an id is a link that tells nothing; a fragment (``/log#v2``) may tell what its page does not."""
    address = None if "#" in own else web_address("", own)
    return own in shared or (address is not None and normal_url(address) in shared)


def _first(ranked: list[tuple[int, str]]) -> str:
    """The preferred value, as it was written."""
    return min(ranked, key=itemgetter(0))[1] if ranked else ""
