"""Signs that two texts are two pieces of news, however alike they are. Pure.

Each guard is a function of two readings and their evidence. It names what differs, or says nothing. What is no
proof alone (``doubt``) weighs in the score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .events import TURNS
from .evidence import Evidence, turns_between
from .quantities import Quantities, differ
from .reading import ReadText

TEMPLATE_FROM: Final = 0.8
"""RapidFuzz's ratio from which two texts are one template: what differs was put in. Chosen on the tuning half."""
ALIKE_FROM: Final = 0.6
"""RapidFuzz's ratio from which other names count as put in. Chosen on the tuning half."""


class Guard(StrEnum):
    """The guard that spoke."""

    REPLY = "reply"
    QUOTE = "quote"
    CORRECTION = "correction"
    DENIAL = "denial"
    ENDED = "ended"
    OPPOSITE = "opposite"
    NEGATION = "negation"
    KIND = "kind"
    TURN = "turn"
    FORECAST = "forecast"
    SCORE = "score"
    ROLE = "role"
    DATE = "date"
    NUMBER = "number"
    NAME = "name"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Objection:
    """A guard's objection: what differs, as each text has it; empty where it is no word of theirs."""

    guard: Guard
    ours: str = ""
    theirs: str = ""


_TURNS: Final = dict.fromkeys(TURNS, Guard.TURN) | {
    "correction": Guard.CORRECTION,
    "denial": Guard.DENIAL,
    "cancelled": Guard.DENIAL,
    "postponed": Guard.DENIAL,
    "ended": Guard.ENDED,
}

_PLAIN_TURNS: Final = frozenset({Guard.CORRECTION, Guard.ENDED})

DOUBTS: Final = frozenset({Guard.TURN, Guard.DENIAL, Guard.OPPOSITE, Guard.NEGATION})
"""Guards that are no proof alone: what they see weighs in the score."""

Check = Callable[[ReadText, ReadText, Evidence], Objection | None]


def objection(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """The first guard's objection; None where nothing speaks against one story."""
    if ours.squashed == theirs.squashed and ours.is_reply == theirs.is_reply:
        return None
    return next((found for check in _CHECKS if (found := check(ours, theirs, evidence)) is not None), None)


def doubt(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """The doubts that two texts are one story: they weigh in the score, and are told where that is low."""
    for mark in turns_between(ours.marks, theirs.marks):
        return Objection(_TURNS[mark])
    if evidence.opposed:
        return Objection(Guard.OPPOSITE)
    return Objection(Guard.NEGATION) if evidence.negation.plain or evidence.negation.kindred else None


def _reply(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """An answer to somebody: it tells no news, but where both say the same words."""
    return Objection(Guard.REPLY) if ours.is_reply or theirs.is_reply else None


def _quote(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    return Objection(Guard.QUOTE) if ours.is_comment or theirs.is_comment else None


def _turn(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """A turn of events that one text has, and that nothing but itself can be told by."""
    turns = turns_between(ours.marks, theirs.marks)
    return next((Objection(_TURNS[mark]) for mark in turns if _TURNS[mark] in _PLAIN_TURNS), None)


def _forecast(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """One text says that the matter is open still, of which the other tells as it is."""
    if ours.is_open == theirs.is_open or (ours.is_forecast and theirs.is_forecast):
        return None
    return Objection(Guard.FORECAST)


def _role(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """The winner of one text is the loser of the other."""
    return Objection(Guard.ROLE) if ours.roles.exchanged_in(theirs.roles) else None


def _kind(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """Two kinds of which a matter has one: a final and a semi-final."""
    for group in sorted({group for group, _ in ours.kinds}):
        mine, yours = (frozenset(kind for of, kind in one.kinds if of == group) for one in (ours, theirs))
        found = _apart(Guard.KIND, mine, yours)
        if found is not None:
            return found
    return None


def _score(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    return _apart(Guard.SCORE, _scores(ours.quantities), _scores(theirs.quantities))


def _date(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """Days, times and the like; years, months and days each for themselves."""
    for mine, yours in zip(_dates(ours.quantities), _dates(theirs.quantities), strict=True):
        found = _apart(Guard.DATE, mine, yours)
        if found is not None:
            return found
    return None


def _number(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """Numbers of one unit of which none is the same; in a template all numbers."""
    mine, yours = _by_unit(ours.quantities), _by_unit(theirs.quantities)
    for unit in sorted(mine.keys() & yours.keys() - {""}):
        if all(differ(one, other) for one in mine[unit] for other in yours[unit]):
            return Objection(Guard.NUMBER, _shown(mine[unit], unit), _shown(yours[unit], unit))
    if evidence.ratio >= TEMPLATE_FROM and evidence.lone_numbers:
        return Objection(Guard.NUMBER)
    return None


def _name(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """Names on both sides that the other text lacks, in texts that are alike or have no name in common."""
    mine, yours = evidence.lone_names
    if mine and yours and (evidence.ratio >= ALIKE_FROM or not evidence.names):
        return Objection(Guard.NAME, mine[0], yours[0])
    if evidence.ratio >= ALIKE_FROM:
        mine = mine or tuple(word for word in ours.openers if word not in theirs.squashed)
        yours = yours or tuple(word for word in theirs.openers if word not in ours.squashed)
        if mine and yours:
            return Objection(Guard.NAME, mine[0], yours[0])
    return None


def _words(ours: ReadText, theirs: ReadText, evidence: Evidence) -> Objection | None:
    """Words on both sides that the other text lacks, in one template."""
    mine, yours = evidence.lone_terms
    if evidence.ratio >= TEMPLATE_FROM and mine and yours:
        return Objection(Guard.WORDS, mine[0], yours[0])
    return None


_CHECKS: Final[tuple[Check, ...]] = (
    _reply,
    _quote,
    _turn,
    _forecast,
    _kind,
    _score,
    _role,
    _date,
    _number,
    _name,
    _words,
)


def _apart(guard: Guard, ours: frozenset[str], theirs: frozenset[str]) -> Objection | None:
    """An objection where both have something of a kind, and nothing of it in common."""
    if ours and theirs and ours.isdisjoint(theirs):
        return Objection(guard, min(ours), min(theirs))
    return None


def _scores(quantities: Quantities) -> frozenset[str]:
    return frozenset(f"{left}-{right}" for left, right in quantities.scores)


def _dates(quantities: Quantities) -> Iterable[frozenset[str]]:
    moments = quantities.moments
    for field in (moments.years, moments.months, moments.days, moments.weekdays, moments.offsets):
        yield frozenset(map(str, field))
    yield frozenset(f"{hour}:{minute:02}" for hour, minute in moments.times)


def _by_unit(quantities: Quantities) -> dict[str, set[float]]:
    found: dict[str, set[float]] = defaultdict(set)
    for unit, value in quantities.counts:
        found[unit].add(value)
    return found


def _shown(values: set[float], unit: str) -> str:
    return f"{min(values):,g} {unit}"
