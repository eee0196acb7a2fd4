"""Names of the entries of one page of a feed, and which of them are one article. Pure.

posts, ids, links ─▶ the same article twice is one ─▶ posts, and names that ``core.identity.entries`` knows them by
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from bot.core.identity.entries import REAL_AFTER, FingerprintKind, fingerprint_of
from bot.core.identity.urls import former_url, normal_url
from bot.core.lazy_dataclass import dataclass
from bot.core.models import EntryFingerprints, Network, Post, PostKey
from bot.core.text import clean
from bot.sources.parsing.numbers import nfkc
from bot.sources.parsing.parts import map_in_parts

from .memo import Hashes

ID_MAX: Final = 300
TITLE_MAX: Final = 300
DATED_ALIKE: Final = 3
"""So many entries, all of the same time: that of the page."""
AGAIN_WITHIN: Final = timedelta(days=2)
"""Time between two dates of one article that is given again; what has the same words later is the next one."""
VERSIONS: Final = 3
"""So many different texts under one id and title are no versions of an article: the id is that of all entries."""

_ARTICLE: Final = f"{Network.WEB}:"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_VERSION: Final = re.compile(r"#[0-9]{1,3}\Z")
"""The number of an edit behind an id that is an address, as BBC counts them."""


class Link(NamedTuple):
    """The link of an entry: its address as it is shown, and as it is compared."""

    url: str
    address: str


@dataclass(frozen=True)
class Entry:
    """An entry as it was read. ``own``: the feed's id of it, "" without one. ``at``: its own time.

    ``host``: its feed's, under which ids are kept. ``known``: its hashes as an earlier reading found them.
    ``is_relative``: its time is a span before the fetch, and no name of it.
    """

    post: Post
    own: str
    link: Link | None
    at: datetime | None
    host: str
    known: Hashes | None = None
    is_relative: bool = False

    @cached_property
    def title(self) -> str:
        """Its first line, as titles are compared."""
        return " ".join(nfkc(self.post.text.partition("\n")[0][:TITLE_MAX]).casefold().split())

    @property
    def part(self) -> str:
        """The fragment of its link, where it has one (``/log#v1``)."""
        return self.link.url.partition("#")[2] if self.link is not None else ""

    @cached_property
    def path(self) -> str:
        """The path of its link, without host and query."""
        return self.link.address.partition("://")[2].partition("/")[2].partition("?")[0] if self.link else ""

    @cached_property
    def summary(self) -> str:
        """The text below its title."""
        return " ".join(self.post.text.partition("\n")[2].split())

    @cached_property
    def hashes(self) -> Hashes:
        """The entry's hashes, whatever else stands on its page."""
        if self.known is not None:
            return self.known
        own, link, at = self.own, self.link, self.at
        return Hashes(
            id=fingerprint_of(FingerprintKind.ID, _compared_id(own)) if own else 0,
            link=fingerprint_of(FingerprintKind.LINK, link.address) if link else 0,
            path=fingerprint_of(FingerprintKind.PATH, self.path) if self.path else 0,
            title=fingerprint_of(FingerprintKind.TITLE, self.title) if self.title else 0,
            time=fingerprint_of(FingerprintKind.TIME, str(int(at.timestamp()))) if at else 0,
            text=fingerprint_of(FingerprintKind.TEXT, self.summary) if self.summary else 0,
            by_id=id_identity(own, self.host) if own else "",
            by_title=short(f"{self.host}\n{self.title}\n{at or ''}"),
            by_link=short(former_url(link.url)) if link else "",
            id_is_link=link is not None and _is_at(own, link.address),
        )


def short(identity: str) -> str:
    """An identity as a database key: by its hash where it is long or holds characters that cannot be shown."""
    if len(identity) <= ID_MAX and (
        identity.isprintable() or ("\n" not in identity and clean(identity) == identity)
    ):
        return identity
    return "sha256:" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]


def id_identity(own: str, host: str) -> str:
    """The identity by a feed's id: at the feed's host unless it is one for the whole world (``tag:…``)."""
    return short(own if _SCHEME.match(own) else f"{host}:{own}")


def without_shared_ids(
    entries: Sequence[Entry], shared: Collection[str], said: Callable[[int], str]
) -> list[Entry]:
    """The entries, those without an id whose id other entries of the page have under other titles, or many times.

    Some programs give all entries one id, or a word for "none". It would make them one article, of which nothing
    that comes later is new. ``shared``: links that do not distinguish entries. ``said``: the identity of the entry
    at a position by what it says.
    """
    times = Counter(entry.own for entry in entries if entry.own)
    if len(times) == times.total():  # as in nearly all feeds
        return [*entries]
    titles: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if times[entry.own] > 1:
            titles[entry.own].add(entry.title)
            texts[entry.own].add(entry.summary)
    many = {own for own in titles if len(titles[own]) > 1 or len(texts[own]) >= VERSIONS}
    return [
        _without_id(entry, shared, said, position) if entry.own in many else entry
        for position, entry in enumerate(entries)
    ]


def _without_id(entry: Entry, shared: Collection[str], said: Callable[[int], str], position: int) -> Entry:
    post = entry.post
    is_known_by_it = entry.link is None or entry.link.address in shared
    if is_known_by_it and post.canonical_id == id_identity(entry.own, entry.host):
        post = replace(post, canonical_id=said(position))
    return replace(entry, post=post, own="", known=None)


def told_apart(entries: Sequence[Entry], shared: Collection[str]) -> list[Entry]:
    """The entries, those with a common identity and different texts each as a post of its own.

    Without an id, and a link but those in ``shared``, title and time are all of an identity: several "Untitled"
    have one.
    """
    of_nothing_else = [
        entry for entry in entries if not entry.own and (entry.link is None or entry.link.address in shared)
    ]
    texts: dict[PostKey, set[str]] = defaultdict(set)
    for entry in of_nothing_else:
        texts[entry.post.key].add(entry.summary)
    if len(texts) == len(of_nothing_else):  # as in nearly all feeds
        return [*entries]
    return [
        replace(entry, post=_by_its_text(entry)) if len(texts.get(entry.post.key, ())) > 1 else entry
        for entry in entries
    ]


def _by_its_text(entry: Entry) -> Post:
    return replace(entry.post, canonical_id=short(f"{entry.post.canonical_id}\n{entry.summary}"))


def fingerprinted(
    entries: Sequence[Entry], *, own_pages: Collection[str], now: datetime
) -> Generator[None, None, tuple[tuple[Post, ...], dict[PostKey, EntryFingerprints]]]:
    """The posts of a page, each article once, and their names; in parts, an entry in each.

    Entries with one link are compared in one part: 1,000 take 3 ms (measured). ``own_pages``: addresses that tell
    no entry.
    """
    # Each entry keeps both, which take the time, for what follows; of one that is known they are asked for where
    # another has its link.
    links = Counter(entry.link.address for entry in entries if entry.link is not None)
    read = [
        entry
        for entry in entries
        if entry.known is None or (entry.link is not None and links[entry.link.address] > 1)
    ]
    yield from map_in_parts(read, lambda entry: (entry.title, entry.summary))
    found = [*_with_twins_as_one(entries, own_pages)]
    yield
    shared = _of_several(found, own_pages)
    yield
    ids = _lone((entry.own, entry.post.key) for entry in found)
    yield
    paths = _lone((entry.path, entry.post.key) for entry in found)
    yield
    page = _PageContext(
        now=now,
        shared=shared,
        ids=ids,
        paths=paths,
        dated=len(found) < DATED_ALIKE or len({entry.at for entry in found}) > 1,
    )
    posts: dict[PostKey, Post] = {}
    fingerprints: dict[PostKey, EntryFingerprints] = {}
    for entry in found:
        yield
        key, more = entry.post.key, _fingerprints(entry, page)
        if key in fingerprints:
            fingerprints[key] = replace(
                fingerprints[key],
                fingerprints=tuple(dict.fromkeys((*fingerprints[key].fingerprints, *more.fingerprints))),
            )
        else:
            posts[key], fingerprints[key] = entry.post, more
    return tuple(posts.values()), fingerprints


@dataclass(frozen=True, slots=True)
class _PageContext:
    """Properties shared by all entries. ``ids``, ``paths``: those that one entry alone has."""

    now: datetime
    shared: Collection[str]
    ids: Collection[str]
    paths: Collection[str]
    dated: bool


def _lone(pairs: Iterable[tuple[str, PostKey]]) -> set[str]:
    """Values that belong to one post alone."""
    times = Counter(value for value, _ in {*pairs} if value)
    return {value for value, each in times.items() if each == 1}


def _with_twins_as_one(entries: Sequence[Entry], own_pages: Collection[str]) -> Iterator[Entry]:
    """The entries, those with one link that are an article given again under another id as one post.

    Where all with a link are one article, it is what the link means; else each pair is by itself.
    """
    by_link: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.link is not None:
            by_link[entry.link.address].append(entry)
    twins = {address: _as_one(address, same, own_pages) for address, same in by_link.items() if len(same) > 1}
    for entry in entries:
        same = twins.get(entry.link.address) if entry.link is not None else None
        post = same.get(_words(entry)) if same else None
        yield entry if post is None else replace(entry, post=post, known=None)


def _words(entry: Entry) -> tuple[str, str, str]:
    return entry.own, entry.title, entry.part


def _as_one(address: str, same: Sequence[Entry], own_pages: Collection[str]) -> dict[tuple[str, str, str], Post]:
    """Posts of entries with one link that have a twin."""
    first = same[0]
    if address not in own_pages and all(_is_again(first, other) for other in same[1:]):
        return {_words(one): replace(first.post, canonical_id=short(address)) for one in same}
    found: dict[tuple[str, str, str], Post] = {}
    by_title: dict[str, list[Entry]] = defaultdict(list)
    for one in same:
        by_title[one.title].append(one)
    for alike in by_title.values():
        if all(_is_surely_again(alike[-1], other) for other in alike[:-1]):
            found |= {_words(one): alike[-1].post for one in alike[:-1]}
    return found


def _is_again(one: Entry, other: Entry) -> bool:
    """Whether entries with the same link are one article: same title, and not another time with other words.

    Where a time is not known, other words under another id are another article's.
    """
    if one.title != other.title or one.part != other.part:
        return False
    if one.at is not None and one.at == other.at:
        return True
    if one.at is not None and other.at is not None:
        is_near = abs(one.at - other.at) <= AGAIN_WITHIN
        return is_near and bool(one.summary and one.summary == other.summary)
    return one.own == other.own or not one.summary or not other.summary or one.summary == other.summary


def _is_surely_again(one: Entry, other: Entry) -> bool:
    """Whether entries whose link says nothing are one article: one time, or the same words and no other time."""
    if not _is_again(one, other):
        return False
    if one.at is not None and other.at is not None:
        return one.at == other.at
    return bool(one.summary and one.summary == other.summary)


def _of_several(entries: Sequence[Entry], own_pages: Collection[str]) -> set[str]:
    """Links that do not distinguish entries."""
    pairs = {(entry.link.address, entry.post.key) for entry in entries if entry.link is not None}
    times = Counter(address for address, _ in pairs)
    return {*own_pages, *(address for address, each in times.items() if each > 1)}


def _fingerprints(entry: Entry, page: _PageContext) -> EntryFingerprints:
    post, key, known = entry.post, entry.post.key, entry.hashes
    has_link = entry.link is not None and entry.link.address not in page.shared
    by_id = [known.by_id] if known.by_id else []
    by_link = [known.by_link] if has_link and post.network is Network.WEB else []
    by_text = [] if entry.own or has_link else [_by_its_text(entry).canonical_id]
    at = entry.at if page.dated else None
    fingerprints = (
        known.id if entry.own in page.ids else 0,
        _id_of_any_version(entry) if has_link and known.id_is_link and entry.own in page.ids else 0,
        known.link if has_link else 0,
        known.path if has_link and entry.path in page.paths else 0,
        known.title,
        known.time if at else 0,
        known.text,
    )
    return EntryFingerprints(
        fingerprints=tuple([fingerprint for fingerprint in fingerprints if fingerprint]),
        earlier=_keys([*by_link, *by_id], key),
        spare=_keys([*by_id, known.by_title, *by_text], key),
        young=at is not None and page.now - at < REAL_AFTER,
        coarse=post.day_only or (at is not None and at.minute == at.second == 0),
        id_is_link=has_link and known.id_is_link,
        relative=entry.is_relative,
    )


def _id_of_any_version(entry: Entry) -> int:
    """The id of an entry without the number of its edit; 0 where it has none."""
    found = _VERSION.search(entry.own)
    if found is None or entry.part:
        return 0
    return fingerprint_of(FingerprintKind.ID, _compared_id(entry.own[: found.start()]))


def _keys(ids: Sequence[str], own: PostKey) -> tuple[PostKey, ...]:
    """Identities of articles, but for the entry's own."""
    found: list[PostKey] = []
    for each in ids:
        key = PostKey(_ARTICLE + each)
        if key != own and key not in found:
            found.append(key)
    return tuple(found)


def _compared_id(own: str) -> str:
    """An id as it is compared: a site that goes to ``https`` takes its ids along; case means nothing in a URN."""
    if own[:4].lower() == "urn:":
        return own.lower()
    return f"https:{own[5:]}" if own[:5] == "http:" else own


def _is_at(own: str, address: str) -> bool:
    try:
        return bool(_WEB.match(own)) and normal_url(own) == address
    except ValueError:
        return False
