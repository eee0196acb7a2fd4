"""Share of what one text says that another says too, term by term. Pure.

A term is worth one where the other text has it, and less where that only has a word of the same sense, or its
characters apart from each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .happenings import FAMILIES, OF_KIND
from .reading import ReadText, terms_of

Weigh = Callable[[str], float]
"""The weight of a term: how rarely the stories of the topic speak of it."""

_SUBSTRING_MIN: Final = 4
"""Latin stems from this length on are found within other words too: hashtags write words together."""
_SAME_SENSE: Final = 0.8
_CHARACTERS: Final = 0.5
_A_CHARACTER: Final = 0.25
_PAIR: Final = 2
_KANA_UNTIL: Final = "ヿ"
_FRESH_BELOW: Final = 0.3
"""Share of a clause's weight below which the other text says nothing of it."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A text beside another.

    ``worth``: of each term. ``shared``, ``total``: the weight of what the other has, and of all. ``freshest``: the
    most weight of a clause of which the other says nothing. ``lead_lone``: the lone share of the clause that tells
    its news.
    """

    worth: Mapping[str, float]
    shared: float
    total: float
    freshest: float
    lead_lone: float

    @property
    def lone(self) -> float:
        """The weight of what the other text lacks."""
        return self.total - self.shared

    @property
    def containment(self) -> float:
        """The share of its weight that the other text has."""
        return self.shared / self.total if self.total > 0 else 0.0


def align(ours: ReadText, theirs: ReadText, weigh: Weigh) -> Alignment:
    """Lay a text beside another; ``weigh`` gives the weight of a term."""
    worth = _with_seams({term: _worth(term, ours, theirs) for term in ours.terms})
    total = sum(weigh(term) for term in worth)
    shared = sum(weigh(term) * share for term, share in worth.items())
    clauses = [
        (sum(map(weigh, kept)), sum(weigh(term) * worth[term] for term in kept))
        for clause in ours.clauses
        if (kept := [term for term in clause if term in worth])
    ]
    fresh = [weight - had for weight, had in clauses if weight > 0 and had / weight < _FRESH_BELOW]
    weight, had = clauses[0 if ours.is_english else -1] if clauses else (0.0, 0.0)
    return Alignment(worth, shared, total, max(fresh, default=0.0), 1 - had / weight if weight > 0 else 0.0)


def has_term(term: str, other: ReadText) -> bool:
    """Whether a text has a term, be it within another word."""
    return term in other.terms or (_can_be_part(term) and term in other.squashed)


def _worth(term: str, ours: ReadText, theirs: ReadText) -> float:
    if has_term(term, theirs):
        return 1.0
    senses = ours.meanings.get(term)
    if senses is not None and not senses.isdisjoint(theirs.senses):
        return _SAME_SENSE
    if term.isascii():
        return 0.0
    if all(sign in theirs.squashed for sign in term):
        return _CHARACTERS
    return _A_CHARACTER if term[0] > _KANA_UNTIL and any(sign in theirs.squashed for sign in term) else 0.0


def _with_seams(worth: dict[str, float]) -> dict[str, float]:
    """The worth of terms; of a pair of characters from two words, where the other text has both, all of it.

    Such a pair is no word: headlines leave out what stands between two (酒蔵 and 全焼 in 酒蔵全焼).
    """
    terms = list(worth)
    for before, term, after in zip(terms, terms[1:], terms[2:], strict=False):
        if (
            worth[term] < min(worth[before], worth[after])
            and len(term) == len(before) == len(after) == _PAIR
            and before[-1] == term[0]
            and term[-1] == after[0]
            and not term.isascii()
        ):
            worth[term] = min(worth[before], worth[after])
    return worth


def _can_be_part(term: str) -> bool:
    return len(term) >= _SUBSTRING_MIN or not term.isascii()


def told_as_known(ours: ReadText, theirs: ReadText, beside: Alignment) -> float:
    """The share of our news, 0 to 1, that the other text tells as an earlier matter while it tells something else.

    ``beside``: the other text beside ours.
    """
    names = {*ours.names, *theirs.names}
    our_news, their_news = _nameless(ours.news, names), _nameless(theirs.news, names)
    if not theirs.known or not our_news or not their_news:
        return 0.0
    known = sum(_has_sense(term, theirs.known, ours, theirs) for term in our_news)
    told = sum(_has_sense(term, their_news, ours, theirs) for term in our_news)
    lone = sum(1 - beside.worth.get(term, 0.0) for term in their_news) / len(their_news)
    return max(known - told, 0) / len(our_news) * lone


def _nameless(terms: Iterable[str], names: set[str]) -> list[str]:
    return [term for term in terms if not any(term in name for name in names)]


def _has_sense(term: str, among: Iterable[str], ours: ReadText, theirs: ReadText) -> bool:
    if term in among:
        return True
    senses = ours.meanings.get(term)
    return senses is not None and any(not senses.isdisjoint(theirs.meanings.get(one, ())) for one in among)


# -- happenings ------------------------------------------------------------------------------------------

_FAMILIES_OF: Final = {
    OF_KIND + kind: frozenset(number for number, family in enumerate(FAMILIES) if kind in family)
    for kind in frozenset[str]().union(*FAMILIES)
}


def lone_happenings(ours: ReadText, theirs: ReadText) -> tuple[frozenset[str], frozenset[str]]:
    """The kinds of happenings that only one of two texts names, of ours and of theirs.

    Without those for which the other has a word of the same sense, or a lone kind that is often said for it.
    """
    our_lone, their_lone = _lone(ours, theirs), _lone(theirs, ours)
    return (
        frozenset(kind for kind in our_lone if not _related(kind, their_lone)),
        frozenset(kind for kind in their_lone if not _related(kind, our_lone)),
    )


def _lone(ours: ReadText, theirs: ReadText) -> set[str]:
    found: set[str] = set()
    for word, kinds in ours.happening_words.items():
        senses = (ours.meanings.get(term, frozenset()) for term in terms_of(word))
        if theirs.happenings.isdisjoint(kinds) and all(theirs.senses.isdisjoint(each) for each in senses):
            found.update(kinds)
    return found


def _related(kind: str, others: Iterable[str]) -> bool:
    families = _FAMILIES_OF.get(kind, frozenset())
    return any(not families.isdisjoint(_FAMILIES_OF.get(other, frozenset())) for other in others)
