"""Proper names in a text, as far as their writing tells them. Pure; linear in the text's length."""

from __future__ import annotations

import re
from typing import Final

from .lexicon import COMMON, NOT_KANA_NAMES, NOT_NAMES, PERSON_TITLES, PLACE_ENDINGS, RANKS

NAMES_MAX: Final = 20

_CAPITAL: Final = re.compile(r"(?<![\w'’])(?:[A-Z]|\d+[A-Z])[A-Za-z0-9À-ɏ]*")
_SENTENCE_CASE: Final = re.compile(r"(?<![\w'’@#/.])[a-z]{5}")
"""A longer word in small letters: in headlines Set Like This capitals tell no name."""
_OPENER: Final = re.compile(r"(?:^|[.!?…\n]\s*)[\"“'‘]?([A-Z][A-Za-zÀ-ɏ]*)\b(?!:)")
_KATAKANA: Final = re.compile(r"(?<![\dァ-ヴー])[ァ-ヴー]{3,}")
_QUOTED: Final = re.compile(r"[「『]([^」』]{2,15})[」』]")
_SPEECH: Final = re.compile(
    r"を|(?:です|ます|ません|ました|でした|ください|下さい|ほしい|たい|ない|した|する|った|いる|れる|続く|よう|だ|よ|ね|か)$"
)
"""Words and endings in quotes of speech, and not in those of a title."""
_PERSON: Final = re.compile(
    rf"([一-鿿々]{{2,4}}?)(?:{'|'.join(PERSON_TITLES)})|(?:{'|'.join(RANKS)})・([一-鿿々ノ]{{2,5}})"
)
_KANA: Final = re.compile(rf"(?:^|(?<=[\s、。「（・]))(?!{'|'.join(NOT_KANA_NAMES)})([ぁ-ん]{{2,5}})(?=[一-鿿])")
_PLACE: Final = re.compile(rf"([一-鿿々]{{2,4}}?)(?!(?<=会)社)[{PLACE_ENDINGS}]")
_NO_LETTER: Final = re.compile(r"[\W_]+")
_SHOUTED_FROM: Final = 3
"""Letters from which a word in capitals is no name: ``NATO`` is rare beside ``BREAKING``."""


def names_in(text: str) -> tuple[str, ...]:
    """Names in a text before it is folded, each once, folded and without spaces.

    They are capitals within a sentence, katakana, kana before a noun, what stands in 「」, has a title, or ends as
    places do.
    """
    found: list[str] = []
    if not text.isascii():
        found += [*_KATAKANA.findall(text), *_titles(text), *_PLACE.findall(text), *_KANA.findall(text)]
        found += [before or behind for before, behind in _PERSON.findall(text)]
    if _SENTENCE_CASE.search(text):
        openers = set(_OPENER.findall(text))
        found += [word for word in _CAPITAL.findall(text) if word not in openers and not _is_shouted(word)]
    folded = (_NO_LETTER.sub("", name.casefold()) for name in found)
    names = dict.fromkeys(name for name in folded if name not in COMMON and name not in NOT_NAMES)
    return tuple(name for name in names if len(name) > 1)[:NAMES_MAX]


def _titles(text: str) -> list[str]:
    return [quoted for quoted in _QUOTED.findall(text) if _SPEECH.search(quoted) is None]


def openers_in(text: str) -> tuple[str, ...]:
    """Words in capitals that begin a sentence, folded: they may be names or not."""
    folded = dict.fromkeys(word.casefold() for word in _OPENER.findall(text))
    return tuple(word for word in folded if word not in COMMON)[:NAMES_MAX]


def _is_shouted(word: str) -> bool:
    return len(word) >= _SHOUTED_FROM and word.isupper() and word.isalpha()
