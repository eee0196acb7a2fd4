"""A table of words and phrases with marks, and where a text has them. Pure; linear in the text's length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from typing import Final

from .lexicon import root

_HEAD: Final = 2
"""Characters by which Japanese phrases are looked up; shorter ones stand alone."""


class WordTable:
    """Words with marks: English ones by their roots, phrases and Japanese words as they are written."""

    def __init__(self, marked: Iterable[tuple[str, str]]) -> None:
        words: dict[str, dict[str, None]] = {}
        for word, mark in marked:
            words.setdefault(word, {})[mark] = None
        self._of_root: dict[str, dict[str, None]] = {}
        self._phrases: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
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
                self._phrases.setdefault(root(re.split(r"[ -]", word)[0]), []).append((word, tuple(marks)))
        for phrases in self._japanese.values():
            phrases.sort(key=len, reverse=True)
        self._japanese_start = re.compile(f"[{''.join(sorted({word[0] for word in japanese}))}]")

    def found(self, text: str, roots: Set[str]) -> Mapping[str, tuple[str, ...]]:
        """The words of a folded text that are in the table, with their marks: roots, phrases, Japanese words.

        ``roots``: those of the text's words. A Japanese word has the marks of the words within it too.
        """
        found = {word: tuple(self._of_root[word]) for word in roots & self._of_root.keys()}
        for word in roots & self._phrases.keys():
            found.update((phrase, marks) for phrase, marks in self._phrases[word] if phrase in text)
        if not text.isascii():
            found.update((word, self._of_japanese[word]) for word in self._japanese_in(text))
        return found

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
