"""The evidence that two texts tell one story. Pure; one of the two files that know RapidFuzz."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from .quantities import RANK, Quantities, differ
from .reading import ReadText

Weigh = Callable[[str], float]
"""The weight of a term: how rarely the stories of the topic speak of it."""

_SUBSTRING_MIN: Final = 4
"""Latin stems from this length on are found within other words too: hashtags write words together."""
_TELLING_FROM: Final = 20
"""Numbers from this on are rarely the same by chance: 900 residents are 900 people."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The likeness of two texts; the same whichever of them comes first.

    ``containment``: the share of the shorter text's weight that the other has too. ``overlap``: of both texts'
    weight. ``ratio``: RapidFuzz's of the squashed texts. All from 0 to 1. ``mass``: the weight of what they share.
    ``lone_numbers``, ``lone_names``: both have some that the other lacks. ``lone_terms``: the same of terms,
    without pairs of characters that the other has apart from each other.
    """

    containment: float
    overlap: float
    ratio: float
    mass: float
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    lone_numbers: bool
    lone_names: tuple[tuple[str, ...], tuple[str, ...]]
    lone_terms: tuple[tuple[str, ...], tuple[str, ...]]
    both_reports: bool
    same_link: bool
    same_happenings: int
    lone_happenings: tuple[int, int]


def compare(ours: ReadText, theirs: ReadText, weigh: Weigh) -> Evidence:
    """Compare two texts; ``weigh`` gives the weight of a term."""
    our_lone, our_shared, our_total = _shares(ours, theirs, weigh)
    their_lone, their_shared, their_total = _shares(theirs, ours, weigh)
    numbers, our_numbers, their_numbers = _numbers(ours.quantities, theirs.quantities)
    our_names, their_names = _lacking(ours, theirs), _lacking(theirs, ours)
    names = {*ours.names, *theirs.names} - {*our_names, *their_names}
    return Evidence(
        containment=_share(*min((our_total, our_shared), (their_total, their_shared))),
        overlap=_share(our_total + their_total, our_shared + their_shared),
        ratio=fuzz.ratio(ours.squashed, theirs.squashed) / 100,
        mass=min(our_shared, their_shared),
        numbers=numbers,
        names=tuple(sorted(names)),
        lone_numbers=our_numbers and their_numbers,
        lone_names=(our_names, their_names),
        lone_terms=(our_lone, their_lone),
        both_reports=ours.is_report and theirs.is_report,
        same_link=not set(ours.links).isdisjoint(theirs.links),
        same_happenings=len(ours.happenings & theirs.happenings),
        lone_happenings=(len(ours.happenings - theirs.happenings), len(theirs.happenings - ours.happenings)),
    )


def _share(total: float, shared: float) -> float:
    return shared / total if total > 0 else 0.0


def _shares(reading: ReadText, other: ReadText, weigh: Weigh) -> tuple[tuple[str, ...], float, float]:
    """The terms that the other text lacks, the weight of those that it has, and the weight of all."""
    lone: list[str] = []
    shared = total = 0.0
    for term in reading.terms:
        weight = weigh(term)
        total += weight
        if term in other.terms or (_can_be_part(term) and term in other.squashed):
            shared += weight
        elif term.isascii() or not all(sign in other.squashed for sign in term):
            lone.append(term)
    return tuple(lone), shared, total


def _can_be_part(term: str) -> bool:
    return len(term) >= _SUBSTRING_MIN or not term.isascii()


def _lacking(reading: ReadText, other: ReadText) -> tuple[str, ...]:
    return tuple(name for name in reading.names if name not in other.squashed)


def _numbers(ours: Quantities, theirs: Quantities) -> tuple[tuple[str, ...], bool, bool]:
    """The numbers that both texts have, and whether each has some that the other lacks."""
    our_marks, their_marks = _marks(ours), _marks(theirs)
    shared = our_marks & their_marks
    our_lone, their_lone = bool(our_marks - shared), bool(their_marks - shared)
    matched = [(mine, yours) for mine in ours.counts for yours in theirs.counts if _match(mine, yours)]
    our_lone |= any(all(mine != one for one, _ in matched) for mine in ours.counts)
    their_lone |= any(all(yours != one for _, one in matched) for yours in theirs.counts)
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
