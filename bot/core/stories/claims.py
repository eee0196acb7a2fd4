"""The claims of a text: what it says has happened, what it says is not so, and in whose manner. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice, takewhile
from typing import Final

from .events import KINDS, LATER, OPPOSITES, PATTERNS, TURNS
from .happenings import HAPPENINGS
from .lexicon import AUXILIARIES, CASUAL, LIGHT_VERBS, PREPOSITIONS, root

OF_KIND: Final = "="
"""Begins the mark of a happening (``HAPPENINGS``)."""
MAY: Final = "?"
"""Ends the mark of a turn that a text may speak of."""

_NOT: Final = re.compile(
    r"\b(?:not|never|cannot|unable to|fail(?:s|ed)? to|\w+n['’]t|no(?! (?:more|longer))|nobody|without|lack of)\b"
    r"(?P<spoken>(?:[\s-][\w'’]+){1,4})"
)
_UNTIL: Final = frozenset({"till", "until"})
_LITTLE: Final = AUXILIARIES | LIGHT_VERBS
_NAI: Final = re.compile(
    r"([一-鿿々ァ-ヴー]{1,3})[ぁ-ん]{0,8}?(?:ない|なし|なかった|ません|ず(?![ぁ-ん一-鿿]|に))"
)


def negated_in(text: str) -> frozenset[str]:
    """Words of a folded text that a negation speaks of: roots in English, ends of nouns in Japanese."""
    found: set[str] = set()
    for negation in _NOT.finditer(text):
        spoken = negation["spoken"].replace("-", " ").split()
        if not _UNTIL.isdisjoint(spoken):  # what is not so yet will be
            continue
        told = takewhile(lambda word: word not in PREPOSITIONS, spoken)
        found.update(islice((root(word) for word in told if word not in _LITTLE), 1))
    if not text.isascii():
        found.update(noun if noun.endswith("ー") else noun[-2:] for noun in _NAI.findall(text))
    return frozenset(found)


def marks_in(text: str, roots: Set[str]) -> frozenset[str]:
    """The sides of opposites (``level+``) and the turns that a folded text has words of; ``roots``: its words'."""
    found = {mark for word in roots & _OF_ROOT.keys() for mark in _OF_ROOT[word]}
    for word in roots & _PHRASES_FROM.keys():
        found.update(mark for phrase, mark in _PHRASES_FROM[word] if phrase in text)
    if not text.isascii():
        for phrase in _JAPANESE.findall(text):
            found.update(_OF_JAPANESE[phrase])
    for mark, pattern, signs in PATTERNS:
        if any(sign in text for sign in signs) and pattern.search(text):
            found.add(mark)
    for name, sign in LATER.items():
        if name + sign in found:
            found.discard(_OTHER_SIDE[name + sign])
    return frozenset(mark for mark in found if _OTHER_SIDE.get(mark) not in found)


def kinds_in(text: str) -> frozenset[tuple[str, str]]:
    """The kinds that a folded text names, each with its group."""
    return frozenset(_OF_KIND[found] for found in _KIND.findall(text))


def is_report(folded: str, written: str) -> bool:
    """Whether a text reads as a report: people who speak of one begin with small letters, exclaim, or wonder.

    ``written``: the text before it was folded.
    """
    first = next((sign for sign in written if sign.isalpha()), "")
    return not first.islower() and CASUAL.search(folded) is None


def _marked_words() -> Iterator[tuple[str, str]]:
    """Each word of opposites, turns and happenings with its mark."""
    for name, written in HAPPENINGS.items():
        yield from ((word.replace("_", " "), OF_KIND + name) for word in written.split())
    for name, sides in OPPOSITES.items():
        for sign, words in zip("+-", sides, strict=True):
            yield from ((word.replace("_", " "), name + sign) for word in words.split())
    for name, (own, also) in TURNS.items():
        yield from ((word.replace("_", " "), name) for word in own.split())
        yield from ((word.replace("_", " "), name + MAY) for word in also.split())


def _english(*, phrases: bool) -> dict[str, list[tuple[str, str]]]:
    """English words, or phrases, with their marks, by the root of the first word."""
    found: dict[str, list[tuple[str, str]]] = {}
    for words, mark in _MARKED:
        if words.isascii() and words.isalpha() is not phrases:
            found.setdefault(root(re.split(r"[ -]", words)[0]), []).append((words, mark))
    return found


_MARKED: Final = tuple(_marked_words())
_OF_ROOT: Final = {word: tuple(mark for _, mark in found) for word, found in _english(phrases=False).items()}
_PHRASES_FROM: Final = _english(phrases=True)
_PHRASES: Final = sorted({words for words, _ in _MARKED if not words.isascii()}, key=len, reverse=True)
_JAPANESE: Final = re.compile("|".join(map(re.escape, _PHRASES)))
_OF_JAPANESE: Final = {found: frozenset(mark for words, mark in _MARKED if words in found) for found in _PHRASES}
_OTHER_SIDE: Final = {name + ours: name + theirs for name in OPPOSITES for ours, theirs in ("+-", "-+")}
_OF_KIND: Final = {written: (group, kind) for group, kinds in KINDS.items() for written, kind in kinds.items()}
_KIND: Final = re.compile("|".join(map(re.escape, _OF_KIND)))
