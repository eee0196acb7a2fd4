"""A table of words and phrases with marks, and where a text has them. Pure; linear in the text's length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final, NamedTuple

from .lexicon import root

_HEAD: Final = 2
"""Characters by which Japanese phrases are looked up; shorter ones stand alone."""
_GAP: Final = 2
"""Words that may stand between two of an English phrase: to cut 1,200 jobs, called the match off."""
_WORD: Final = re.compile(r"[a-zà-ɏ]+(?:['’][a-z]+)?")
_SPOKEN: Final = re.compile(r"[a-z' -]+")
"""A phrase of words alone. One with digits is looked for as it is written."""


class _Phrase(NamedTuple):
    """An English phrase. ``roots``: of its words; empty where it is looked for as it is written."""

    written: str
    roots: tuple[str, ...]
    marks: tuple[str, ...]


class WordTable:
    """Words with marks: English ones by their roots, phrases and Japanese words as they are written."""

    def __init__(self, marked: Iterable[tuple[str, str]]) -> None:
        words: dict[str, dict[str, None]] = {}
        for word, mark in marked:
            words.setdefault(word, {})[mark] = None
        self._of_root: dict[str, dict[str, None]] = {}
        self._phrases: dict[str, list[_Phrase]] = {}
        self._japanese: dict[str, list[str]] = {}
        self._of_japanese: dict[str, tuple[str, ...]] = {}
        japanese = [word for word in words if not word.isascii()]
        for word, marks in words.items():
            if not word.isascii():
                within = [mark for other in japanese if other in word for mark in words[other]]
                self._of_japanese[word] = tuple(dict.fromkeys(within))
                self._japanese.setdefault(word[:_HEAD], []).append(word)
            elif word.isalpha():
                self._of_root.setdefault(root(word), {}).update(marks)
            else:
                phrase = _Phrase(word, _roots(word) if _SPOKEN.fullmatch(word) else (), tuple(marks))
                self._phrases.setdefault(root(re.split(r"[ -]", word)[0]), []).append(phrase)
        for phrases in self._japanese.values():
            phrases.sort(key=len, reverse=True)
        self._japanese_start = re.compile(f"[{''.join(sorted({word[0] for word in japanese}))}]")

    def found(self, text: str, roots: Set[str]) -> Mapping[str, tuple[str, ...]]:
        """The words of a folded text that are in the table, with their marks: roots, phrases, Japanese words.

        ``roots``: those of the text's words. A Japanese word has the marks of the words within it too.
        """
        found = {word: tuple(self._of_root[word]) for word in roots & self._of_root.keys()}
        found.update(self._phrases_in(text, roots))
        if not text.isascii():
            found.update((word, self._of_japanese[word]) for word in self._japanese_in(text))
        return found

    def _phrases_in(self, text: str, roots: Set[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
        """The English phrases of a text, their words in order and near each other."""
        may = [
            phrase
            for word in roots & self._phrases.keys()
            for phrase in self._phrases[word]
            if all(part in roots for part in phrase.roots)
        ]
        if not may:
            return
        spoken = _roots(text)
        for phrase in may:
            if _in_order(phrase.roots, spoken) if phrase.roots else phrase.written in text:
                yield phrase.written, phrase.marks

    def _japanese_in(self, text: str) -> Iterable[str]:
        """The Japanese words of a text, the longest of those that begin at a place; none within another."""
        end, starts = 0, self._japanese
        for found in self._japanese_start.finditer(text):
            at = found.start()
            if at < end:
                continue
            phrases = starts.get(text[at : at + _HEAD], ())
            word = next((one for one in phrases if text.startswith(one, at)), None)
            if word is None and text[at] in starts:
                word = text[at]
            if word is not None:
                yield word
                end = at + len(word)


def _roots(text: str) -> tuple[str, ...]:
    """The roots of a text's English words in their order."""
    return tuple(map(root, _WORD.findall(text)))


def _in_order(sought: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether words stand in a text in their order, with at most ``_GAP`` others between two of them."""
    first, *others = sought
    return any(_go_on(others, spoken[at + 1 :]) for at, word in enumerate(spoken) if word == first)


def _go_on(sought: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether the words come next, each the first of its kind within reach of the one before it."""
    at = 0
    for word in sought:
        reach = spoken[at : at + _GAP + 1]
        if word not in reach:
            return False
        at += reach.index(word) + 1
    return True
