"""The claims of a text: what it says has happened, and in whose manner. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Final

from .acts import ACTS
from .events import KINDS, LATER, OPPOSITES, PATTERNS, TURNS
from .happenings import HAPPENINGS, OF_KIND
from .idioms import IDIOMS
from .lexicon import CASUAL
from .phrases import WordTable
from .thesaurus import SENSES

MAY: Final = "?"
"""Ends the mark of a turn that a text may speak of."""


def marks_in(text: str, roots: Set[str]) -> frozenset[str]:
    """The sides of opposites (``level+``) and the turns that a folded text has words of; ``roots``: its words'."""
    found = {mark for marks in _MARKS.found(text, roots).values() for mark in marks}
    for mark, pattern, signs in PATTERNS:
        if any(sign in text for sign in signs) and pattern.search(text):
            found.add(mark)
    for name, sign in LATER.items():
        if name + sign in found:
            found.discard(_OTHER_SIDE[name + sign])
    return frozenset(mark for mark in found if _OTHER_SIDE.get(mark) not in found)


def happenings_in(text: str, roots: Set[str]) -> dict[str, tuple[str, ...]]:
    """The words of a folded text for kinds of happenings, each with its kinds."""
    return dict(_HAPPENINGS.found(text, roots))


def senses_in(text: str, roots: Set[str]) -> dict[str, tuple[str, ...]]:
    """The words of a folded text that the thesaurus knows, each with its senses."""
    return dict(_SENSES.found(text, roots))


def kinds_in(text: str) -> frozenset[tuple[str, str]]:
    """The kinds that a folded text names, each with its group."""
    return frozenset(_KIND_OF[found] for found in _KIND.findall(text))


def is_report(folded: str, written: str) -> bool:
    """Whether a text reads as a report: people who speak of one begin with small letters, exclaim, or wonder.

    ``written``: the text before it was folded.
    """
    first = next((sign for sign in written if sign.isalpha()), "")
    return not first.islower() and CASUAL.search(folded) is None


def _happenings() -> Iterator[tuple[str, str]]:
    """Each word of ``HAPPENINGS`` with its mark."""
    for name, written in HAPPENINGS.items():
        yield from ((word.replace("_", " "), OF_KIND + name) for word in written.split())


def _marked_words() -> Iterator[tuple[str, str]]:
    """Each word of opposites and turns with its mark."""
    for name, sides in OPPOSITES.items():
        for sign, words in zip("+-", sides, strict=True):
            yield from ((word.replace("_", " "), name + sign) for word in words.split())
    for name, (own, also) in TURNS.items():
        yield from ((word.replace("_", " "), name) for word in own.split())
        yield from ((word.replace("_", " "), name + MAY) for word in also.split())


def _senses() -> Iterator[tuple[str, str]]:
    """Each word of the thesaurus with its senses."""
    for number, words in enumerate((*SENSES, *ACTS, *IDIOMS)):
        yield from ((word.replace("_", " "), f"~{number}") for word in words.split())


_MARKS: Final = WordTable(_marked_words())
_HAPPENINGS: Final = WordTable(_happenings())
_SENSES: Final = WordTable(_senses())
_OTHER_SIDE: Final = {name + ours: name + theirs for name in OPPOSITES for ours, theirs in ("+-", "-+")}
_KIND_OF: Final = {written: (group, kind) for group, kinds in KINDS.items() for written, kind in kinds.items()}
_KIND: Final = re.compile("|".join(map(re.escape, _KIND_OF)))
