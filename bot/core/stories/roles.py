"""Winners and losers, as far as a text says: with the two exchanged it is other news. Pure."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from bot.core.lazy_dataclass import dataclass

_NEAR: Final = 60
"""Characters beside a verb within which names have to do with it."""
_NAMES: Final = 2
"""Words of a name behind a verb: its first ones may be given names. Before the verb the last one is enough."""
_WORD: Final = re.compile(r"[a-zà-ɏ]+")
_BEAT: Final = re.compile(
    r"\b(?:beats?|beating|defeat(?:s|ed|ing)?|stun(?:s|ned)?|down(?:s|ed)|edge(?:s|d)?|thrash(?:es|ed)?|sinks?"
    r"|knock(?:s|ed)? out|(?:wins?|won|victory|triumph) (?:\S+ ){0,2}(?:over|against)|chased? down)\b"
)
_LOST: Final = re.compile(
    r"\b(?:(?:loses?|lost|losing)(?: \S+){0,2}? to|falls? to|fell to|(?:beaten|defeated|knocked out) by)\b"
)
_JA_RESULT: Final = re.compile("勝|優勝|下し|下す|破|敗|負|制")
_JA_LOST: Final = re.compile("敗れ|負け|敗退|敗北|屈し")
_JA_SUBJECT: Final = re.compile(r"([一-鿿ァ-ヴーa-z]{2,10}?)(?:女子|男子)?[がは]")
_JA_OBJECT: Final = re.compile(r"([一-鿿ァ-ヴーa-z]{2,10}?)(?:女子|男子)?[にを]")
_JA_CHARS: Final = 2


@dataclass(frozen=True, slots=True)
class ContestRoles:
    """Words of those who won and of those who lost; empty where a text does not say."""

    winners: frozenset[str] = frozenset()
    losers: frozenset[str] = frozenset()

    def exchanged_in(self, other: ContestRoles) -> bool:
        """Whether the other text has the two exchanged."""
        crossed = not (self.winners.isdisjoint(other.losers) or self.losers.isdisjoint(other.winners))
        return crossed and self.winners.isdisjoint(other.winners) and self.losers.isdisjoint(other.losers)


def roles_in(text: str, names: Set[str]) -> ContestRoles:
    """The roles in a folded text. ``names``: words that may be names; only English ones are asked for."""
    if not text.isascii():
        return _japanese(text)
    lost = _LOST.search(text)
    verb = lost or _BEAT.search(text)
    if verb is None:
        return ContestRoles()
    before = [word for word in _WORD.findall(text[max(verb.start() - _NEAR, 0) : verb.start()]) if word in names]
    behind = [word for word in _WORD.findall(text[verb.end() : verb.end() + _NEAR]) if word in names]
    sides = frozenset(before[-1:]), frozenset(behind[:_NAMES])
    return ContestRoles(*reversed(sides)) if lost else ContestRoles(*sides)


def _japanese(text: str) -> ContestRoles:
    if _JA_RESULT.search(text) is None:
        return ContestRoles()
    subjects = frozenset(word[-_JA_CHARS:] for word in _JA_SUBJECT.findall(text))
    objects = frozenset(word[-_JA_CHARS:] for word in _JA_OBJECT.findall(text))
    return ContestRoles(objects, subjects) if _JA_LOST.search(text) else ContestRoles(subjects, objects)
