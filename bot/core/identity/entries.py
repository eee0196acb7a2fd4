"""Matches the entries of an answer to known posts, whatever a publisher changed of id, link or date. Pure.

    names of the page ─▶ known posts that share one ─▶ how well do they agree? ─▶ pairs, the best first, each once

An entry has names of six kinds; its summary only bears witness, by the others it is looked up. No kind is believed
by itself: a feed may mint ids or links anew at each fetch, correct a headline, give an article a
second id, lead several articles to one page, or put the time of the fetch in the place of a date. How often a kind
agrees where the others do says, for this page, how much weight it has.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import EntryFingerprints, FetchResult, KnownPost, Network, Post, PostKey

REAL_AFTER: Final = timedelta(minutes=15)
"""A date younger than this at its fetch may be the time of the fetch."""
OF_A_KIND: Final = 4
"""Names of a kind that are kept of a post: what is minted anew at each fetch is not piled up."""
NEXT_AFTER: Final = timedelta(hours=20)
"""Age of the only entry of a page from which another title in its place is another entry: a word of the day."""
CANDIDATES_MAX: Final = 20
"""Posts with the same name that an entry is held against: headlines such as "Untitled" have any number."""
_KIND_BITS: Final = 7


class FingerprintKind(IntEnum):
    """The kind of a name; its low three bits."""

    ID = 0
    LINK = 1
    TITLE = 2
    TIME = 3
    TEXT = 4
    PATH = 5
    """The path of the link, without host and query, where no other entry of the page has it."""

    YOUNG = 6
    """A time that may have been the time of the fetch: it can agree, and says nothing where it does not."""


_KINDS: Final = tuple(FingerprintKind)
LOOKED_UP: Final = (
    FingerprintKind.ID,
    FingerprintKind.LINK,
    FingerprintKind.TITLE,
    FingerprintKind.PATH,
    FingerprintKind.TIME,
)
KINDS_ACROSS_FEEDS: Final = frozenset(
    {FingerprintKind.ID, FingerprintKind.LINK, FingerprintKind.TITLE, FingerprintKind.PATH}
)
"""Kinds by which an entry is looked for in another feed of its site."""
ByKind = Mapping[FingerprintKind, Collection[int]]
SURE_OF: Final = frozenset({FingerprintKind.ID, FingerprintKind.LINK, FingerprintKind.TITLE})
"""Kinds of which an unchanged entry shares at least two with its post, and differs in none."""


def fingerprint_of(kind: FingerprintKind, value: str) -> int:
    """A name as it is stored: 60 bits of a hash, and its kind."""
    digest = hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 4) << 3 | kind


def kind_of(fingerprint: int) -> FingerprintKind:
    """The kind of a stored name."""
    return _KINDS[fingerprint & _KIND_BITS]


def lookup_fingerprints(entries: Iterable[EntryFingerprints]) -> set[int]:
    """The stored fingerprints by which entries are looked up."""
    fingerprints = {
        fingerprint for one in entries for fingerprint in one.fingerprints if fingerprint & _KIND_BITS in LOOKED_UP
    }
    return fingerprints | {
        _as_young(fingerprint) for fingerprint in fingerprints if fingerprint & _KIND_BITS == FingerprintKind.TIME
    }


def _as_young(fingerprint: int) -> int:
    return fingerprint & ~_KIND_BITS | FingerprintKind.YOUNG


def by_kind(fingerprints: Iterable[int]) -> dict[FingerprintKind, set[int]]:
    """Stored names of a post, sorted out."""
    found: dict[FingerprintKind, set[int]] = defaultdict(set)
    for fingerprint in fingerprints:
        found[kind_of(fingerprint)].add(fingerprint)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Recognised:
    """``same``: of what came with another identity, the known one. ``fresh``: names to be kept, of whom."""

    same: Mapping[PostKey, PostKey] = field(default_factory=dict)
    fresh: tuple[tuple[PostKey, int], ...] = ()


def recognise(
    entries: Mapping[PostKey, EntryFingerprints],
    known: Mapping[PostKey, Set[int]],
    held: Collection[PostKey],
    recent: Collection[PostKey] = frozenset(),
    *,
    pairs: Mapping[PostKey, PostKey] | None = None,
    settled: Collection[PostKey] = frozenset(),
) -> Recognised:
    """Find each entry of a page (in its order) among what a watch knows.

    ``known``: posts that share a fingerprint with the page, and all of their fingerprints. ``held``: which of the
    identities of entries without a pair, earlier and spare ones too, are those of posts. ``recent``: known posts
    that stood there lately. ``pairs``: the result of ``paired`` for these, where it was asked for already.
    ``settled``: known posts that were first seen ``NEXT_AFTER`` ago or earlier.
    """
    if pairs is None:
        pairs = paired(entries, known, recent, settled)
    same: dict[PostKey, PostKey] = {}
    taken = set(pairs.values())
    for key, fingerprints in entries.items():
        found = pairs.get(key) or _under_its_identity(key, fingerprints, known, held, taken)
        found = found or _free(key, fingerprints, known, held, taken)
        taken.add(found)
        same[key] = found
    fresh = tuple(_fresh(entries, known, same))
    return Recognised({key: found for key, found in same.items() if key != found}, fresh)


def paired(
    entries: Mapping[PostKey, EntryFingerprints],
    known: Mapping[PostKey, Set[int]],
    recent: Collection[PostKey] = frozenset(),
    settled: Collection[PostKey] = frozenset(),
) -> dict[PostKey, PostKey]:
    """The entries whose fingerprints are those of a known post, and that post. The parameters of ``recognise``."""
    pairs = _unchanged(entries, known)
    if pairs is not None:
        return pairs
    kinds = {post: by_kind(fingerprints) for post, fingerprints in known.items()}
    return _EntryPage(entries, kinds, recent, settled).pairs()


def _unchanged(
    entries: Mapping[PostKey, EntryFingerprints], known: Mapping[PostKey, Set[int]]
) -> dict[PostKey, PostKey] | None:
    """The pairs of a page on which everything is as it was, or plainly new; None where there is more to it."""
    if not known:
        return {}
    owners = _owners(known)
    found: dict[PostKey, PostKey] = {}
    for key, fingerprints in entries.items():
        stored = _as_stored(fingerprints)
        times = [
            _as_young(fingerprint)
            for fingerprint in fingerprints.fingerprints
            if fingerprint & _KIND_BITS == FingerprintKind.TIME
        ]
        lists = [owners[fingerprint] for fingerprint in (*stored, *times) if fingerprint in owners]
        if not lists:
            continue
        posts = {post for each in lists for post in each[:CANDIDATES_MAX]}
        shown = frozenset(stored)
        same = [post for post in posts if known[post] >= shown]
        if len(same) != 1 or sum(fingerprint & _KIND_BITS in SURE_OF for fingerprint in stored) < 2:
            return None
        found[key] = same[0]
    return found if len({*found.values()}) == len(found) else None


def _owners(known: Mapping[PostKey, Iterable[int]]) -> dict[int, list[PostKey]]:
    owners: dict[int, list[PostKey]] = defaultdict(list)
    for post, fingerprints in known.items():
        for fingerprint in fingerprints:
            owners[fingerprint].append(post)
    return owners


def _as_stored(fingerprints: EntryFingerprints) -> tuple[int, ...]:
    if not fingerprints.young:
        return fingerprints.fingerprints
    return tuple(
        _as_young(fingerprint) if fingerprint & _KIND_BITS == FingerprintKind.TIME else fingerprint
        for fingerprint in fingerprints.fingerprints
    )


def _under_its_identity(
    key: PostKey,
    fingerprints: EntryFingerprints,
    known: Mapping[PostKey, Set[int]],
    held: Collection[PostKey],
    taken: set[PostKey],
) -> PostKey | None:
    """A post of which no names are kept is known by its identity alone, or one it had by earlier rules."""
    candidates = (key, *fingerprints.earlier)
    return next((one for one in candidates if one in held and one not in known and one not in taken), None)


def _free(
    key: PostKey,
    fingerprints: EntryFingerprints,
    known: Mapping[PostKey, Set[int]],
    held: Collection[PostKey],
    taken: set[PostKey],
) -> PostKey:
    """The identity of what is new: its own, or another where a different post has that."""
    free = (one for one in (key, *fingerprints.spare) if one not in taken and one not in held and one not in known)
    return next(free, key)


def _fresh(
    entries: Mapping[PostKey, EntryFingerprints],
    known: Mapping[PostKey, Set[int]],
    same: Mapping[PostKey, PostKey],
) -> Iterator[tuple[PostKey, int]]:
    """Names that a post did not have, few of each kind."""
    for key, fingerprints in entries.items():
        has = known.get(same[key], frozenset())
        more = [fingerprint for fingerprint in dict.fromkeys(_as_stored(fingerprints)) if fingerprint not in has]
        if not has and len({fingerprint & _KIND_BITS for fingerprint in more}) == len(more):
            yield from ((same[key], fingerprint) for fingerprint in more)
            continue
        times = Counter(map(kind_of, has))
        for fingerprint in more:
            times[kind_of(fingerprint)] += 1
            if times[kind_of(fingerprint)] <= OF_A_KIND:
                yield same[key], fingerprint


# -- how well an entry and a post agree ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Agreement:
    """1: they agree, -1: they do not, 0: unknown, or the kind has no weight here."""

    id: int
    link: int
    title: int
    time: int
    text: int
    path: int

    @property
    def weight(self) -> int:
        """The priority of a pair."""
        return 8 * self.id + 6 * self.link + 5 * self.title + 4 * self.time + 2 * self.text


class _EntryPage:
    """The entries of a page beside the posts that share a name with them."""

    def __init__(
        self,
        entries: Mapping[PostKey, EntryFingerprints],
        known: Mapping[PostKey, ByKind],
        recent: Collection[PostKey],
        settled: Collection[PostKey],
    ) -> None:
        self._entries = entries
        self._recent = recent
        self._settled = settled
        self._known = known
        self._shown: dict[PostKey, ByKind] = {
            key: by_kind(fingerprints.fingerprints) for key, fingerprints in entries.items()
        }
        owners = _owners(
            {
                post: [fingerprint for fingerprints in kinds.values() for fingerprint in fingerprints]
                for post, kinds in known.items()
            }
        )
        self._posts = {key: self._sharing(key, owners) for key in entries}
        self._raw = {
            (key, post): self._compared(key, post) for key, posts in self._posts.items() for post in posts
        }
        self._trust = {
            kind: self._trusted(kind) for kind in (FingerprintKind.ID, FingerprintKind.LINK, FingerprintKind.TIME)
        }
        self._minted = not any(raw.id == 1 or raw.link == 1 for raw in self._raw.values())
        self._paths_distinguish = any(raw.path == 1 for raw in self._raw.values())
        self._titles_distinguish = self._has_known_titles()
        self._titles = _counted(FingerprintKind.TITLE, self._shown.values())
        self._titles_known = _counted(FingerprintKind.TITLE, known.values())
        self._texts = _counted(FingerprintKind.TEXT, self._shown.values())
        self._texts_known = _counted(FingerprintKind.TEXT, known.values())

    def pairs(self) -> dict[PostKey, PostKey]:
        """Entry and post that are the same: the best first, each once, of equals the last on the page."""
        scored: list[tuple[int, int, PostKey, PostKey]] = []
        for position, (key, posts) in enumerate(self._posts.items()):
            for post in posts:
                if len(self._posts) == 1 and post in self._settled and _is_next_in_place(self._raw[key, post]):
                    continue
                agreement = self._weighed(self._raw[key, post], self._known[post])
                is_lone = len(posts) == 1 and post in self._recent and post not in self._settled
                if self._is_same(key, agreement, is_lone=is_lone):
                    scored.append((-agreement.weight, -position, post, key))
        found: dict[PostKey, PostKey] = {}
        taken: set[PostKey] = set()
        for _, _, post, key in sorted(scored):
            if key not in found and post not in taken:
                found[key] = post
                taken.add(post)
        return found

    def _sharing(self, key: PostKey, owners: Mapping[int, Sequence[PostKey]]) -> tuple[PostKey, ...]:
        """The posts with a name of the entry's; of a title that many have, those with its text are the first."""
        found = dict.fromkeys(self._of_same_words(key, owners))
        for kind in LOOKED_UP:
            for fingerprint in self._shown[key].get(kind, ()):
                found |= dict.fromkeys(owners.get(fingerprint, ())[:CANDIDATES_MAX])
                if kind is FingerprintKind.TIME:
                    found |= dict.fromkeys(owners.get(_as_young(fingerprint), ())[:CANDIDATES_MAX])
        return tuple(found)

    def _of_same_words(self, key: PostKey, owners: Mapping[int, Sequence[PostKey]]) -> Iterator[PostKey]:
        """Posts with the title and the text of an entry."""
        shown_titles = self._shown[key].get(FingerprintKind.TITLE, ())
        for fingerprint in self._shown[key].get(FingerprintKind.TEXT, ()):
            for post in owners.get(fingerprint, ())[:CANDIDATES_MAX]:
                if any(title in self._known[post].get(FingerprintKind.TITLE, ()) for title in shown_titles):
                    yield post

    def _compared(self, key: PostKey, post: PostKey) -> _Agreement:
        own_id = self._one(FingerprintKind.ID, key, post)
        return _Agreement(
            id=max(own_id, 0) if self._entries[key].id_is_link else own_id,
            link=self._one(FingerprintKind.LINK, key, post),
            title=self._one(FingerprintKind.TITLE, key, post),
            time=self._one(FingerprintKind.TIME, key, post),
            text=self._one(FingerprintKind.TEXT, key, post),
            path=self._one(FingerprintKind.PATH, key, post),
        )

    def _one(self, kind: FingerprintKind, key: PostKey, post: PostKey) -> int:
        mine, theirs = self._shown[key].get(kind), self._known[post].get(kind)
        if (
            kind is FingerprintKind.TIME
            and mine
            and any(
                _as_young(fingerprint) in self._known[post].get(FingerprintKind.YOUNG, ()) for fingerprint in mine
            )
        ):
            return 1
        if not mine or not theirs:
            return 0
        return 1 if any(fingerprint in theirs for fingerprint in mine) else -1

    def _trusted(self, kind: FingerprintKind) -> int:
        """1: it agrees where the other names do; -1: it mostly does not, and has no weight; 0: unknown."""
        agree = disagree = 0
        for key, posts in self._posts.items():
            says = [_witness(kind, raw) for post in posts if _is_sure_without(kind, raw := self._raw[key, post])]
            agree += 1 in says
            disagree += -1 in says and 1 not in says
        return -1 if disagree > agree else int(agree > 0)

    def _has_known_titles(self) -> bool:
        """Whether several known titles are here again, and not all of them with other texts and another time."""
        again = [(key, raw) for (key, _), raw in self._raw.items() if raw.title == 1 and raw.time >= 0]
        titles = {title for key, _ in again for title in self._shown[key][FingerprintKind.TITLE]}
        return len(titles) > 1 and any(raw.text >= 0 for _, raw in again)

    @cached_property
    def _ids_hold(self) -> bool:
        """Whether ids are steady: some entry known by its words or else has its id still, and none has lost it.

        Where links are minted and nothing is dated, words that one entry alone has are all that speaks for ids.
        """
        known = [
            raw.id
            for (key, post), raw in self._raw.items()
            if _is_sure_without(FingerprintKind.ID, raw) or self._has_same_words(key, raw)
        ]
        return 1 in known and -1 not in known

    def _has_same_words(self, key: PostKey, raw: _Agreement) -> bool:
        """Whether they have one title and one text, which no other entry or post has."""
        return raw.title == raw.text == 1 and all(
            self._texts[fingerprint] == self._texts_known[fingerprint] == 1
            for fingerprint in self._shown[key][FingerprintKind.TEXT]
        )

    def _weighed(self, raw: _Agreement, post: ByKind) -> _Agreement:
        """Names without those that have no weight on this page, or never had any for this post."""
        return replace(
            raw,
            id=self._weighed_kind(FingerprintKind.ID, raw.id, post),
            link=self._weighed_kind(
                FingerprintKind.LINK, raw.link, post, raw.path if self._paths_distinguish else 0
            ),
            time=raw.time if self._trust[FingerprintKind.TIME] >= 0 else 0,
        )

    def _weighed_kind(self, kind: FingerprintKind, raw: int, post: ByKind, instead: int = 0) -> int:
        trust = self._trust[kind]
        was_other_before = raw < 0 and trust == 0 and len(post.get(kind, ())) > 1
        return instead if trust < 0 or was_other_before else raw

    def _is_same(self, key: PostKey, this: _Agreement, *, is_lone: bool) -> bool:
        """Whether they are the same: one case after the other, from the most distinctive kinds to the least.

        ``is_lone``: no other post is in question, and this one came and stood on the page lately: a link is
        corrected soon, and later it is that of the next one under its title.
        """
        fingerprints = self._entries[key]
        sure_id, sure_link = self._trust[FingerprintKind.ID] > 0, self._trust[FingerprintKind.LINK] > 0
        if this.id == 1:  # all else may be corrected; an id that stands for whatever comes first tells nothing
            return not _is_of_another_article(this, is_sure=self._ids_hold)
        if this.title == 1 and (this.link == 1 or this.time == 1):
            same_link = this.link == 1 and (this.id != -1 or this.time != -1 or this.text == 1)
            is_of_same_day = this.id == this.link == -1 and sure_id and sure_link and fingerprints.coarse
            return same_link or (this.time == 1 and not is_of_same_day)
        if this.link == 1:  # another headline: an edited article, or the next one on the same page
            return this.time == 1 or (this.time == 0 and not (this.id == -1 and sure_id))
        if this.title == 1 and this.time == 0:
            return self._is_same_title(this, is_unique=self._is_unique(key), is_lone=is_lone)
        if this.time != 1 or fingerprints.coarse:
            return False
        # The headline was corrected, and id and link are minted or the link has a token.
        return this.id == this.link == 0 or (this.path == 1 and not (this.id == -1 and sure_id))

    def _is_same_title(self, this: _Agreement, *, is_unique: bool, is_lone: bool) -> bool:
        """Whether a title without a time is enough, where neither id nor link agrees.

        A title such as "Untitled" is that of several: their texts tell them apart.
        """
        if this.text == -1 and not is_unique:
            return False
        if this.id == this.link == 0:
            return True
        is_surely_this = is_unique and is_lone and this.text >= 0
        if this.id == 0 and is_surely_this:  # the link was corrected: its old one is gone from the page
            return True
        is_new = (this.id == -1 and self._trust[FingerprintKind.ID] > 0) or (
            this.link == -1 and self._trust[FingerprintKind.LINK] > 0
        )
        if is_new or not self._minted:
            return False
        # Minted, or no other post is on the page any more: where several known titles are here again it is minted.
        is_alone = len(self._entries) == 1 and this.text >= 0
        return self._titles_distinguish or this.text == 1 or is_surely_this or is_alone

    def _is_unique(self, key: PostKey) -> bool:
        """Whether one entry of the page, and one known post, have the entry's title."""
        return all(
            self._titles[fingerprint] == 1 and self._titles_known[fingerprint] == 1
            for fingerprint in self._shown[key].get(FingerprintKind.TITLE, ())
        )


def _is_of_another_article(this: _Agreement, *, is_sure: bool) -> bool:
    """Whether an id was given to another article, by all that is known beside it.

    Some ids count places of a page or begin again. A publisher that corrects an article leaves some of it as it
    was: its date, its address or its words. ``is_sure``: on this page ids agree where other names do; then only a
    date that differs, too, speaks against one. Where neither has a date, a link that differs may be made anew at
    each fetch: the words have to differ as well.
    """
    if this.title != -1 or 1 in {this.link, this.path, this.text}:
        return False
    if this.time == -1:
        return -1 in {this.link, this.text}
    return not is_sure and this.time == 0 and this.text == -1


def _is_next_in_place(this: _Agreement) -> bool:
    """Whether the only entry of a page is the next one in the place of a known one, as the word of a day is.

    Both lead to one page, and may have one id. It has another title and no date or words of the known one; or the
    title that all of them have, and another date and other words. Where neither has a date, an id or a link, other
    words are enough. What is corrected is so sooner.
    """
    if this.title == -1:
        return this.time != 1 and this.text != 1
    has_words_alone = this.time == this.id == this.link == 0
    return this.title == 1 and this.text == -1 and (this.time == -1 or has_words_alone)


def _counted(kind: FingerprintKind, fingerprints: Iterable[ByKind]) -> Counter[int]:
    """Number of entries or posts with each name of a kind."""
    return Counter(name for kinds in fingerprints for name in kinds.get(kind, ()))


def _is_sure_without(kind: FingerprintKind, raw: _Agreement) -> bool:
    """Whether they are the same for all that the other names say."""
    others = {
        FingerprintKind.ID: raw.id,
        FingerprintKind.LINK: max(raw.link, raw.path),
        FingerprintKind.TIME: raw.time,
    }
    if kind is FingerprintKind.LINK:
        others[kind] = raw.path
    else:
        del others[kind]
    if kind is FingerprintKind.ID and raw.link == raw.time == 0:  # a page that has neither: only words are left
        others[FingerprintKind.TEXT] = raw.text
    return raw.title == 1 and 1 in others.values()


def _witness(kind: FingerprintKind, raw: _Agreement) -> int:
    return {FingerprintKind.ID: raw.id, FingerprintKind.LINK: raw.link}.get(kind, raw.time)


# -- another feed's entries -----------------------------------------------------------------------------


def is_same_elsewhere(mine: Collection[int], theirs: Collection[int], *, lately: bool = False) -> bool:
    """Whether an entry of one feed is the post of another feed of the same site, by the stored names of both.

    Less is believed than within a feed, for no page shows how often a kind of name agrees: the title together with
    the time or the path, or an id or a path together with the time. Ids count at one site only. ``lately``: the
    post was sent not long ago; the same title and text are the same then, whatever the link is.
    """
    agree = _agreement_elsewhere(by_kind(mine), by_kind(theirs))
    named = 1 in {agree[FingerprintKind.ID], agree[FingerprintKind.LINK], agree[FingerprintKind.PATH]}
    if agree[FingerprintKind.TITLE] != 1:
        return agree[FingerprintKind.TIME] == 1 and named
    if (
        agree[FingerprintKind.TIME] == 1
    ):  # two of a series can have one hour, but hardly another path and another text as well
        return named or not agree[FingerprintKind.PATH] == agree[FingerprintKind.TEXT] == -1
    return agree[FingerprintKind.TIME] == 0 and (
        named or (agree[FingerprintKind.TEXT] == 1 and (lately or agree[FingerprintKind.PATH] == 0))
    )


def _agreement_elsewhere(mine: ByKind, theirs: ByKind) -> dict[FingerprintKind, int]:
    """1, -1 or 0 of each kind. A time that may be that of a fetch can agree, but not disagree."""
    found = {kind: _agreed(mine.get(kind, ()), theirs.get(kind, ())) for kind in _KINDS}
    times = [
        {
            _as_young(fingerprint)
            for kind in (FingerprintKind.TIME, FingerprintKind.YOUNG)
            for fingerprint in one.get(kind, ())
        }
        for one in (mine, theirs)
    ]
    if times[0] & times[1]:
        found[FingerprintKind.TIME] = 1
    return found


def _agreed(mine: Collection[int], theirs: Collection[int]) -> int:
    if not mine or not theirs:
        return 0
    return 1 if any(fingerprint in theirs for fingerprint in mine) else -1


def corrected_links(
    same: Mapping[PostKey, PostKey], fresh: Iterable[tuple[PostKey, int]]
) -> dict[PostKey, PostKey]:
    """Identities by new links, and the posts that have them now: a page that links there means those.

    ``same``, ``fresh``: as recognised. Of links made anew at each fetch there are as many as names are kept.
    """
    with_new_link = {key for key, fingerprint in fresh if kind_of(fingerprint) is FingerprintKind.LINK}
    return {key: known for key, known in same.items() if known in with_new_link}


# -- the answer under its known identities ---------------------------------------------------------------


def renamed(
    fetched: FetchResult, same: Mapping[PostKey, PostKey], known: Mapping[PostKey, KnownPost], now: datetime
) -> FetchResult:
    """The answer with each post as it is known.

    A date of just now, and one counted back from now, does not replace a known one.
    """
    if not fetched.fingerprints:
        return fetched
    relative = {key for key, entry in fetched.fingerprints.items() if entry.relative}
    as_known = [_as_known(post, same, known, now, is_relative=post.key in relative) for post in fetched.posts]
    posts = {post.key: post for post in reversed(as_known)}
    return replace(fetched, posts=tuple(posts.values())[::-1], fingerprints={})


def _as_known(
    post: Post,
    same: Mapping[PostKey, PostKey],
    known: Mapping[PostKey, KnownPost],
    now: datetime,
    *,
    is_relative: bool,
) -> Post:
    key = same.get(post.key)
    if key is not None:
        network, _, canonical_id = key.partition(":")
        post = replace(post, network=Network(network), canonical_id=canonical_id)
    before = known.get(post.key)
    if before is None or before.created_at is None or post.created_at is None:
        return post
    is_fetch_time = now - post.created_at < REAL_AFTER and before.created_at < post.created_at
    return replace(post, created_at=before.created_at) if is_fetch_time or is_relative else post
