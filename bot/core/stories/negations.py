"""Negations: the words of a text that it says are not so. Pure; linear in the text's length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Final

from .lexicon import AUXILIARIES, LIGHT_VERBS, PREPOSITIONS, root

_NOT: Final = re.compile(
    r"\b(?:not|never|cannot|unable to|fail(?:s|ed)? to|\w+n['’]t|no(?! (?:more|longer))|nobody|without|lack of)\b"
    r"(?P<spoken>(?:[\s-][\w'’]+){1,4})"
)
_UNTIL: Final = frozenset({"till", "until"})
_LITTLE: Final = AUXILIARIES | LIGHT_VERBS
_NAI: Final = re.compile(
    r"([一-鿿々ァ-ヴー]{1,3})[ぁ-ん]{0,8}?(?:ない|なし|なかった|ません|ず(?![ぁ-ん一-鿿]|に))"
)
_GONE: Final = re.compile(
    r"\b(?:lost|lack|without|ends?|bans?|stops?|halts?|lifts?|no|free of|remove|out of) ((?:[\w-]+ ?){1,4})"
)
_NAI_WIDELY: Final = re.compile(
    r"([一-鿿々ァ-ヴーぁ-ん]{1,10}?)(?:ない|なし|なかった|ません|ず|なく|禁止|停止|中止|不可)"
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


def denied_in(text: str) -> frozenset[str]:
    """All words near a negation, or near a word for what is gone: no radiation is released, radiation is not."""
    return frozenset(_denied(text))


def _denied(text: str) -> Iterator[str]:
    for negation in _NOT.finditer(text):
        yield from map(root, negation["spoken"].replace("-", " ").split())
    for gone in _GONE.finditer(text):
        yield from map(root, gone[1].split())
    if not text.isascii():
        for said in _NAI_WIDELY.findall(text):
            yield said
            yield from (said[at : at + 2] for at in range(len(said) - 1))
