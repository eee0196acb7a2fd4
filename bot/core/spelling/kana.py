"""Japanese kana as other writings of the same sounds: katakana, hiragana, and a bare Latin outline. Pure.

The outline is no romanization to read. It keeps what a Japanese and an English spelling of one word share, so that
``データセンター`` and ``data center`` come near each other: no long vowels, one letter for sounds that kana do not
tell apart (l and r, v and b, c and k).
"""

from __future__ import annotations

import unicodedata
from typing import Final

import regex

_HIRAGANA: Final = range(0x3041, 0x3097)
_KATAKANA: Final = range(0x30A1, 0x30F7)
_SHIFT: Final = _KATAKANA.start - _HIRAGANA.start
_TO_KATAKANA: Final = {code: code + _SHIFT for code in _HIRAGANA}
_TO_HIRAGANA: Final = {code: code - _SHIFT for code in _KATAKANA}

_ROWS: Final = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "t": "タチツテト",
    "d": "ダヂヅデド",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
}
_SOUNDS: Final = {
    kana: consonant + vowel for consonant, row in _ROWS.items() for kana, vowel in zip(row, "aiueo", strict=True)
} | dict(zip("ヤユヨワヲンヴ", ("ya", "yu", "yo", "wa", "o", "n", "bu"), strict=True))
_SMALL: Final = dict(zip("ァィゥェォャュョヮ", ("a", "i", "u", "e", "o", "ya", "yu", "yo", "a"), strict=True))

# English letters as kana say them, the longer first.
_ENGLISH: Final = (
    (regex.compile(r"(?<=[bt])re\b"), "er"),
    (regex.compile(r"c(?=[eiy])"), "s"),
    (regex.compile(r"tion"), "shon"),
    (regex.compile(r"tch|ch"), "t"),
    (regex.compile(r"ck|[cq]"), "k"),
    (regex.compile(r"sh|th"), "s"),
    (regex.compile(r"ph|f"), "h"),
    (regex.compile(r"x"), "ks"),
    (regex.compile(r"j"), "z"),
    (regex.compile(r"l"), "r"),
    (regex.compile(r"v"), "b"),
    (regex.compile(r"[aeiou]r(?![aeiou])"), "a"),
    (regex.compile(r"y(?![aeiou])"), "i"),
    (regex.compile(r"[aeo]w"), "o"),
)
_NOT_LETTERS: Final = regex.compile(r"[^a-z0-9]+")
_TWICE: Final = regex.compile(r"(.)\1+")
_ONLY_LATIN: Final = regex.compile(r"[\x20-\x7e]*[a-z][\x20-\x7e]*")


def katakana(text: str) -> str:
    """Hiragana as katakana; all else stays."""
    return text.translate(_TO_KATAKANA)


def hiragana(text: str) -> str:
    """Katakana as hiragana; all else stays."""
    return text.translate(_TO_HIRAGANA)


def outline(key: str) -> str:
    """The bare Latin outline of a topic's key; empty where something in it is neither kana nor Latin.

    Linear in the key's length.
    """
    if _ONLY_LATIN.fullmatch(key):
        return _bare(_as_kana_say(key))
    sounds: list[str] = []
    for kana in katakana(unicodedata.normalize("NFKC", key)):
        if kana in _SMALL:
            if sounds and len(sounds[-1]) > 1:
                sounds[-1] = sounds[-1][:-1]  # ``キャ`` is ``ka`` here, as ``cat`` is
            sounds.append(_SMALL[kana].removeprefix("y"))
        elif kana in _SOUNDS:
            sounds.append(_SOUNDS[kana])
        elif kana.isascii():
            sounds.append(kana)
        elif kana not in "ーッ・":
            return ""
    return _bare("".join(sounds))


def _as_kana_say(latin: str) -> str:
    for pattern, sound in _ENGLISH:
        latin = pattern.sub(sound, latin)
    return latin


def _bare(sounds: str) -> str:
    return _TWICE.sub(r"\1", _NOT_LETTERS.sub("", sounds))
