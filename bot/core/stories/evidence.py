"""The evidence that two texts tell one story. Pure; one of the two files that know RapidFuzz."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from rapidfuzz import fuzz

from bot.core.lazy_dataclass import dataclass

from .alignment import Alignment, Weigh, align, lone_happenings, told_as_known
from .claims import MAY
from .events import TURNS
from .happenings import ABSENCES, REVERSALS
from .quantities import RANK, Quantities, differ
from .reading import ReadText

_WORTH_MIN: Final = 0.5
"""Worth of a term from which the other text has a word for it (``Alignment.worth``)."""
_TELLING_FROM: Final = 20
"""Numbers from this on are rarely the same by chance: 900 residents are 900 people."""


@dataclass(frozen=True, slots=True)
class Negation:
    """Whether one text says that something is not so of which the other speaks as it is.

    ``plain``: it is. ``kindred``: it is, but the other text may say the same in other words (a ban, a stop).
    ``lone``: only one text negates anything, and the other has no such words.
    """

    plain: bool = False
    kindred: bool = False
    lone: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The likeness of two texts; the same whichever of them comes first.

    ``containment``: the share of the shorter text's weight that the other has too. ``overlap``: of both texts'
    weight. ``most_contained``: of the text of which the other has more. ``ratio``: RapidFuzz's of the squashed
    texts. All from 0 to 1. ``mass``: the weight of what they share. ``lone``: the weight of what the other lacks,
    the lesser first. ``lone_numbers``, ``lone_names``: both have some that the other lacks. ``lone_terms``: terms
    that the other has no word for. ``freshest``: ``Alignment.freshest``, the greater first. ``lead_lone``: the
    lone share of the clauses that tell the news, the greater first. ``lone_forecast``: only one text speaks of
    what may come. ``lone_heads``: how many have a foremost happening that the other lacks. ``undone``: the
    containment of a text in one that adds a reversal.
    """

    containment: float
    overlap: float
    most_contained: float
    ratio: float
    mass: float
    lone: tuple[float, float]
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    lone_numbers: bool
    lone_names: tuple[tuple[str, ...], tuple[str, ...]]
    lone_terms: tuple[tuple[str, ...], tuple[str, ...]]
    both_reports: bool
    same_link: bool
    lone_happenings: int
    lone_heads: int
    freshest: tuple[float, float]
    lead_lone: tuple[float, float]
    told_as_known: float
    undone: float
    turned: bool
    opposed: bool
    lone_forecast: bool
    negation: Negation


def compare(ours: ReadText, theirs: ReadText, weigh: Weigh) -> Evidence:
    """Compare two texts; ``weigh`` gives the weight of a term."""
    mine, yours = align(ours, theirs, weigh), align(theirs, ours, weigh)
    numbers, our_numbers, their_numbers = _numbers(ours.quantities, theirs.quantities)
    our_names, their_names = _lacking(ours, theirs), _lacking(theirs, ours)
    names = {*ours.names, *theirs.names} - {*our_names, *their_names}
    our_kinds, their_kinds = lone_happenings(ours, theirs)
    total = mine.total + yours.total
    return Evidence(
        containment=min(mine, yours, key=lambda one: (one.total, one.shared)).containment,
        overlap=(mine.shared + yours.shared) / total if total > 0 else 0.0,
        most_contained=max(mine.containment, yours.containment),
        ratio=fuzz.ratio(ours.squashed, theirs.squashed) / 100,
        mass=min(mine.shared, yours.shared),
        lone=_ordered(mine.lone, yours.lone),
        numbers=numbers,
        names=tuple(sorted(names)),
        lone_numbers=our_numbers and their_numbers,
        lone_names=(our_names, their_names),
        lone_terms=(_lone_terms(mine), _lone_terms(yours)),
        both_reports=ours.is_report and theirs.is_report,
        same_link=not set(ours.links).isdisjoint(theirs.links),
        lone_happenings=len(our_kinds) + len(their_kinds),
        lone_heads=(ours.head in our_kinds) + (theirs.head in their_kinds),
        freshest=_ordered(yours.freshest, mine.freshest)[::-1],
        lead_lone=_ordered(mine.lead_lone, yours.lead_lone)[::-1],
        told_as_known=max(told_as_known(ours, theirs, yours), told_as_known(theirs, ours, mine)),
        undone=max(
            yours.containment if REVERSALS & our_kinds else 0.0,
            mine.containment if REVERSALS & their_kinds else 0.0,
        ),
        turned=bool(turns_between(ours.marks, theirs.marks)),
        opposed=bool(opposites_between(ours.marks, theirs.marks)),
        lone_forecast=ours.is_forecast != theirs.is_forecast,
        negation=_negation(ours, theirs),
    )


def _ordered(one: float, other: float) -> tuple[float, float]:
    return (one, other) if one <= other else (other, one)


def _lone_terms(alignment: Alignment) -> tuple[str, ...]:
    return tuple(term for term, worth in alignment.worth.items() if worth < _WORTH_MIN)


def _negation(ours: ReadText, theirs: ReadText) -> Negation:
    our_only, their_only = ours.negated - theirs.negated, theirs.negated - ours.negated
    spoken = any(term in theirs.squashed for term in our_only - theirs.denied) or any(
        term in ours.squashed for term in their_only - ours.denied
    )
    absences = _absences(theirs, our_only) if our_only else _absences(ours, their_only)
    kindred = bool(absences) or bool(ours.negated and theirs.negated)
    lone = bool(ours.negated) != bool(theirs.negated) and not kindred
    return Negation(plain=spoken and not kindred, kindred=spoken and kindred, lone=lone)


def _absences(reading: ReadText, negated: Set[str]) -> frozenset[str]:
    """The kinds that may say a negation in other words.

    Without those of the negated word itself: a ban that is not to come is no ban.
    """
    words = reading.happening_words.items()
    return ABSENCES & frozenset(kind for word, kinds in words if word not in negated for kind in kinds)


def turns_between(ours: Set[str], theirs: Set[str]) -> list[str]:
    """The turns of events that one of two texts has words of, and the other none."""
    lone = sorted(mark for mark in ours ^ theirs if mark in TURNS)
    return [mark for mark in lone if mark + MAY not in (theirs if mark in ours else ours)]


def opposites_between(ours: Set[str], theirs: Set[str]) -> list[str]:
    """The opposites of which two texts are on different sides, by their first sides."""
    return sorted(
        mark
        for mark in ours ^ theirs
        if mark.endswith("+") and mark[:-1] + "-" in (theirs - ours if mark in ours else ours - theirs)
    )


def _lacking(reading: ReadText, other: ReadText) -> tuple[str, ...]:
    return tuple(name for name in reading.names if name not in other.squashed and name not in reading.sense_words)


def _numbers(ours: Quantities, theirs: Quantities) -> tuple[tuple[str, ...], bool, bool]:
    """The numbers that both texts have, and whether each has some that the other lacks."""
    our_marks, their_marks = _marks(ours), _marks(theirs)
    shared = our_marks & their_marks
    our_lone, their_lone = bool(our_marks - shared), bool(their_marks - shared)
    matched = [(mine, yours) for mine in ours.counts for yours in theirs.counts if _match(mine, yours)]
    our_lone |= any(all(differ(mine[1], yours[1]) for yours in theirs.counts) for mine in ours.counts)
    their_lone |= any(all(differ(mine[1], yours[1]) for mine in ours.counts) for yours in theirs.counts)
    counts = {f"{min(mine[1], yours[1]):g}" for mine, yours in matched}
    return tuple(sorted({*counts, *shared})), our_lone, their_lone


def _match(ours: tuple[str, float], theirs: tuple[str, float]) -> bool:
    if differ(ours[1], theirs[1]):
        return False
    if ours[0].startswith(RANK) != theirs[0].startswith(RANK):
        return False
    return ours[0] == theirs[0] or "" in {ours[0], theirs[0]} or ours[1] >= _TELLING_FROM


def _marks(quantities: Quantities) -> set[str]:
    """Scores and moments as they are shown."""
    moments = quantities.moments
    return {
        *(f"{left}-{right}" for left, right in quantities.scores),
        *(f"{hour}:{minute:02}" for hour, minute in moments.times),
        *(f"/{day}" for day in moments.days),
        *(f"{month}/" for month in moments.months),
    }
