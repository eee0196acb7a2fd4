"""Texts as they are compared: spellings of one word are one.

Case, width, a last long vowel (サーバ, サーバー), hyphens and the English plural are folded; addresses, mentions,
apostrophes and punctuation are left out. A flat text is words of scripts with spaces, and runs of Japanese, with
single spaces between (`` 生成 ai の ``): a word is found in it as a string, and never inside another one. Kana are
folded in words alone (``in_katakana``): to search a text for both forms of a word costs less than to fold it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\u3007\U00020000-\U0003ffff"
KATAKANA: Final = r"\u30a1-\u30fa\u30fc"
JAPANESE: Final = rf"\u3041-\u3096{KATAKANA}{HAN}"
"""Characters of words that are written without spaces."""
WORD: Final = (
    r"(?:\d+(?:[.,]\d+)+|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
"""A word of a script with spaces, or a number with its points."""

_ADDRESS = re.compile(r"https?://\S+|(?<!\w)@[\w.\-]+(?:@[\w.\-]+)?")
_TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA: Final = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}
_RUNS = re.compile(rf"[{JAPANESE}]+|{WORD}")
_PUNCTUATION: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_DECIMAL = re.compile(r"\d[.,]\d")
_LONG_VOWEL = re.compile(rf"(?<=[{KATAKANA}]{{2}})ー(?![{KATAKANA}])")
_PLURAL = re.compile(r"s (?<=[a-z][a-z][abcdefghjklmnopqrtvwxyz]s )")
_SPACED = re.compile(WORD)


def readable(text: str) -> str:
    """A text without addresses, mentions and apostrophes, its width folded; its spelling stays as it is."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("’", "")
    if "@" in text or "://" in text:
        text = _ADDRESS.sub(" ", text)
    return text.replace("'", "")


def flat(readable_text: str) -> str:
    """A readable text in which words are searched; it begins and ends with a space."""
    text = readable_text.casefold()
    if text.isascii() and not _DECIMAL.search(text):  # three times as fast as by regular expression
        words = text.translate(_PUNCTUATION).split()
    else:
        words = _RUNS.findall(_LONG_VOWEL.sub("", text) if "ー" in text else text)
    text = f" {' '.join(words)} "
    return _PLURAL.sub(" ", text) if "s " in text else text


@lru_cache(maxsize=4096)
def folded_word(word: str) -> str:
    """One word as it is in a flat text, without the spaces around it."""
    return flat(word).strip()


def in_katakana(folded: str) -> str:
    """A folded phrase with its kana folded: the same for all of its spellings."""
    return folded if folded.isascii() else folded.translate(_TO_KATAKANA)


def in_hiragana(folded: str) -> str:
    """A folded phrase with its kana in hiragana."""
    return folded if folded.isascii() else folded.translate(_TO_HIRAGANA)


def searched(folded: str) -> str:
    """A phrase without spaces around it as it is found in a flat text: with a space beside a spaced word."""
    if not folded:
        return ""
    return f"{' ' if _SPACED.match(folded) else ''}{folded}{' ' if _SPACED.match(folded[-1]) else ''}"
