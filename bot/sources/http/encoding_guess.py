"""Guesses the encoding of a body that says none, or a wrong one, by what its bytes read as. Pure.

    each encoding that reads a sample ─▶ how much of that is usual in its languages ─▶ the best, where it is plain

Of the encodings of the East each has its frequent characters in one part of its table. Of those of a byte a
letter each language has its frequent letters. Cyrillic in the wrong encoding has its capitals within words, and
Western letters stand alone among those of ASCII.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final, NamedTuple

from .legacy_encodings import read_as

RUNS_MAX: Final = 80
"""Pieces of a text beyond ASCII that are looked at."""
RUN_MAX: Final = 16
SAMPLE: Final = 64 * 1024
"""Bytes, from the first beyond ASCII on, in which they are looked for."""
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_RUN: Final = re.compile(rf"[A-Za-z]?[^\x00-\x7f]{{1,{RUN_MAX}}}[A-Za-z]?")
PLAIN: Final = 0.62
"""A score from which a reading is believed; texts in the encoding they were written in reach 0.75 and more."""
_DOUBTFUL: Final = 0.45
"""A score below which a declaration is doubted."""
_FEW: Final = 10
"""Characters that say nothing against a declaration."""
_KANA: Final = re.compile("[ぁ-んァ-ヶー]")
_PUNCTUATION: Final = frozenset(
    "’‘“”„«»–—…·•€°§№、。，：；？！（）「」『』《》〈〉【】・～　￥©®™\u00a0\u200e\u200f"
)
_USUAL: Final = 1.0
_RARE: Final = 0.4
_OF_KANA: Final = 1.4
"""More than usual: hiragana of EUC-JP are frequent characters of Big5."""
_AFTER_A_SMALL_ONE: Final = -2.0
_AFTER_A_CAPITAL: Final = 0.2
"""Weights of a capital within a word."""


class _Language(NamedTuple):
    """Small letters of a language beyond ASCII, the frequent ones first and by themselves."""

    frequent: str
    other: str = ""


_CYRILLIC: Final = _Language("оеаинтсрвл", "кмдпуяызбгчйхжшюцщэфъёіїєґўјљњћџђѓќѕ")
_GREEK: Final = _Language("αοιετσνηυρς", "κπμλωόάίέήύώδγχθφβξζψϊϋΐΰ")
_HEBREW: Final = _Language("יוהלאר\u05ea\u05d1\u05e9\u05de", "דנחקעפםגטסכזןצךףץ")
_ARABIC: Final = _Language("اليمونرتةب", "عدسفحكقهجشصخطضغذزثظءآأؤإئىپچژگ،؛")
_THAI: Final = _Language(
    "านรอกเง\u0e48ยมวล\u0e49ท\u0e31สต\u0e34ด\u0e35",
    "แคขใไ\u0e37\u0e38\u0e39\u0e33หบปพะจชซถผ\u0e36\u0e47\u0e4cศโณธฐญภษฝฟฎฏฆฉๆฤ",
)
_CENTRAL: Final = _Language("ąęłóżśćńźáíéěšřčžýůúőűöüăşţ", "ďťňôĺľŕäëâîđ")
_WESTERN: Final = _Language("éàèêçâîôùëïöäüßñóíáúãåæø", "ûõœÿìòýðþ¿¡")
_TURKISH: Final = _Language("ıİşğüçö", "âîû")
_SINGLE: Final[Mapping[str, _Language]] = {
    "cp1251": _CYRILLIC, "koi8-r": _CYRILLIC, "koi8-u": _CYRILLIC, "iso8859-5": _CYRILLIC, "cp866": _CYRILLIC,
    "cp1253": _GREEK, "iso8859-7": _GREEK, "cp1255": _HEBREW, "cp1256": _ARABIC,
    "iso8859-6": _ARABIC, "cp874": _THAI, "cp1252": _WESTERN, "cp1250": _CENTRAL, "iso8859-2": _CENTRAL,
    "cp1254": _TURKISH,
}  # fmt: skip
_AMONG_ASCII: Final = frozenset({"cp1252", "cp1250", "iso8859-2", "cp1254"})
"""Encodings whose languages are written with ASCII for the most part."""
_TABLES: Final = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5hkscs": ("big5", 0xA4, 0xC6),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}
"""The table in which a character stands, and the lead bytes of its frequent ones: kanji, or all hangul."""
_JAPANESE: Final = ("euc_jp", "cp932")
_JAPANESE_TABLE: Final = ("euc_jp", 0xB0, 0xCF)
_BETTER: Final = 0.01
"""Lead that a reading needs over an earlier one: gb18030 reads Korean as frequent characters, too."""
_LIKELY: Final = 0.15
"""Lead of a reading that something speaks for."""
_MANY: Final = (*_JAPANESE, "cp949", "gb18030", "big5hkscs")


def guessed(body: bytes, likely: Iterable[str] = ()) -> str | None:
    """The text of a body in the encoding that it is plainly in; None where none is plain.

    ``likely``: encodings that something speaks for.
    """
    sample = _sample(body)
    spoken_for = {*likely}
    found: list[tuple[float, str]] = []
    for name in dict.fromkeys((*_MANY, *_SINGLE, *spoken_for)):
        with contextlib.suppress(ValueError):
            worth = score(name, read_as(name, sample))
            if worth >= PLAIN:
                found.append((worth + _LIKELY * (name in spoken_for), name))
    while found:
        best = max(worth for worth, _ in found) - _BETTER
        chosen = next(one for one in found if one[0] >= best)
        with contextlib.suppress(ValueError):
            return read_as(chosen[1], body)
        found.remove(chosen)
    return None


def is_credible(name: str, body: bytes) -> bool:
    """Whether what a body declares may be so: nothing else is plain in what is written in it.

    Programs declare Latin-1 of what they do not know; of other encodings a word is worth more.
    """
    scorer = _SCORERS.get(name)
    try:
        weights = _weights(scorer, read_as(name, _sample(body))) if scorer else []
    except ValueError:
        return False
    needed = PLAIN if name in _AMONG_ASCII else _DOUBTFUL
    return len(weights) < _FEW or sum(weights) >= needed * len(weights)


def _sample(body: bytes) -> bytes:
    """A part of a body from its first byte beyond ASCII on, which ends where a tag does."""
    first = _BEYOND_ASCII.search(body)
    start = max(0, first.start() - 1) if first else 0
    sample = body[start : start + SAMPLE]
    return sample if len(sample) < SAMPLE else sample[: sample.rfind(b"<") + 1] or sample


def score(name: str, text: str) -> float:
    """The share of what is usual in a text read as this encoding: about 1 at most, 0 without any beyond ASCII."""
    scorer = _SCORERS.get(name)
    weights = _weights(scorer, text) if scorer else []
    return sum(weights) / len(weights) if weights else 0.0


def _weights(scorer: Callable[[str], list[float]], text: str) -> list[float]:
    return [weight for run in islice(_RUN.finditer(text), RUNS_MAX) for weight in scorer(run[0])]


def _of_table(table: str, first: int, last: int) -> Callable[[str], list[float]]:
    def weights(run: str) -> list[float]:
        return [_in_table(each, table, first, last) for each in run if not each.isascii()]

    return weights


def _in_table(character: str, table: str, first: int, last: int) -> float:
    if character in _PUNCTUATION:
        return _USUAL
    written = character.encode(table, "ignore")
    if len(written) != 2:
        return 0.0
    if first <= written[0] <= last:
        return _USUAL
    return _RARE if written[0] < 0xA4 else 0.1


def _japanese(run: str) -> list[float]:
    """Kana are usual, half of a width they are not."""
    table, first, last = _JAPANESE_TABLE
    return [
        _OF_KANA if _KANA.match(each) else 0.0 if "｡" <= each <= "ﾟ" else 0.8 * _in_table(each, table, first, last)
        for each in run
        if not each.isascii()
    ]


def _of_language(language: _Language, *, among_ascii: bool) -> Callable[[str], list[float]]:
    other = 0.5 if among_ascii else 0.7
    usual = dict.fromkeys(language.frequent, _USUAL) | dict.fromkeys(language.other, other)

    def weights(run: str) -> list[float]:
        beside = zip(run, f" {run}", f"{run[1:]} ", strict=False)
        return [
            _weight(each, before, after, usual, among_ascii=among_ascii)
            for each, before, after in beside
            if not each.isascii()
        ]

    return weights


def _weight(each: str, before: str, after: str, usual: Mapping[str, float], *, among_ascii: bool) -> float:
    if each in _PUNCTUATION:
        return 0.7
    small = each.lower()
    if each != small and before.isalpha():
        return _AFTER_A_SMALL_ONE if before.islower() else _AFTER_A_CAPITAL
    weight = usual.get(each, usual.get(small, -0.5))
    if among_ascii:  # two in a row are rare
        return min(weight, 0.4) if before.isalpha() and not before.isascii() else weight
    is_beside_ascii = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
    return -0.5 if is_beside_ascii else weight


_SCORERS: Final[Mapping[str, Callable[[str], list[float]]]] = {
    **{name: _of_table(*table) for name, table in _TABLES.items()},
    **dict.fromkeys(_JAPANESE, _japanese),
    **{name: _of_language(language, among_ascii=name in _AMONG_ASCII) for name, language in _SINGLE.items()},
}
