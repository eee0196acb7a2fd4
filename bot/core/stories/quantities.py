"""Numbers of a text with what they count, scores, and when something happens. Pure.

Texts are folded (NFKC, small letters), so that full-width digits are digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .lexicon import (
    COMMON,
    COUNTED,
    DAYS,
    LABELS,
    LONG_UNITS,
    MONTHS,
    NUMBER_WORDS,
    ORDINALS,
    SCALES,
    UNITS,
    WEEKDAYS,
    stem,
)

QUANTITIES_MAX: Final = 30
"""Numbers read of a text: tables and lists of results say nothing more with more of them."""

RANK: Final = "th "
"""Begins the unit of an ordinal: the 22nd birthday is no 22 years."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The time of what happens, as far as a text says: each field is empty where it says nothing.

    ``times``: (hour of twelve, minute). ``days``: of the month. ``offsets``: days from the post's own.
    """

    years: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    offsets: frozenset[int] = frozenset()
    times: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Quantities:
    """All numbers of a text. ``counts``: (unit, value), the unit empty where none was found."""

    counts: tuple[tuple[str, float], ...] = ()
    scores: tuple[tuple[int, int], ...] = ()
    moments: Moments = Moments()


_NO_MOMENTS: Final = Moments()
"""One for all texts without any: ten thousand of them are kept."""
_TAKEN: Final = " ; "
"""Stands where a number was that is read already: nothing reads across it."""
_NAMED_MONTHS: Final = ("month_first", "month_last", "lone_month")
_DAYS_OF_MONTH: Final = ("iso_day", "ja_day", "lone_day", "day_after", "day_before", "ordinal_day")
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_PLAIN_MONTH: Final = "|".join(name for name in MONTHS if name not in {"march", "may", "sep", "jan", "dec"})
_AFTER_DAY: Final = r"(?:after|and|as|at|because|by|for|from|in|of|to|until|when|with)\b"
_MOMENT: Final = re.compile(
    rf"""(?=[\djfmasondt午朝夜])(?:
    (?P<iso>(?<!\d)(?:19|20)\d\d[-/.](?P<iso_month>\d{{1,2}})[-/.](?P<iso_day>\d{{1,2}})(?!\d))
    |(?P<ja_month>\d{{1,2}})月(?!間)(?:(?P<ja_day>\d{{1,2}})日)?
    |(?P<lone_day>\d{{1,2}})日(?!間|本|ぶり|ごと|連続|以[内上])
    |(?P<year>(?:19|20)\d\d)(?:年|(?=\W|$))(?!\s?[-–])
    |(?P<half>午前|午後|朝|夜)?(?P<ja_hour>\d{{1,2}})時(?!間)(?:(?P<ja_minute>\d{{1,2}})分|(?P<ja_half>半))?
    |\b(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?!:?\d)
    |\b(?P<am_hour>1?\d)\s?(?P<am>[ap]m)\b
    |\b(?P<month_first>{_MONTH})\.?\s(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)
    |\b(?P<day_before>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<month_last>{_MONTH})\b(?!\s\d{{1,2}}(?!\d))
    |\b(?:on|the)\s(?:the\s)?(?P<ordinal_day>\d{{1,2}})(?:st|nd|rd|th)\b(?!\s(?!{_AFTER_DAY})[a-z])
    |\b(?P<lone_month>{_PLAIN_MONTH}|(?<=in\s)(?:march|may))\b)""",
    re.VERBOSE,
)
_DURATION: Final = re.compile(
    r"(?<![\d:])(\d{1,2}):([0-5]\d):([0-5]\d)(?![\d:])|(?<!\d)(\d{1,2})時間(\d{1,2})分(\d{1,2})秒"
)
_DIGIT: Final = re.compile(r"\d")
_LONE_MONTH: Final = re.compile(rf"\b(?:{_MONTH})\b")
_NAMED_DAYS: Final = sorted((*DAYS, *WEEKDAYS), key=len, reverse=True)
_NAMED_DAY_ASCII: Final = re.compile(rf"\b(?:{'|'.join(name for name in _NAMED_DAYS if name.isascii())})\b")
_NAMED_DAY: Final = re.compile(
    rf"(?=[a-z])\b(?:{'|'.join(name for name in _NAMED_DAYS if name.isascii())})\b"
    rf"|(?=[{''.join(sorted({name[0] for name in _NAMED_DAYS if not name.isascii()}))}])"
    rf"(?:{'|'.join(name for name in _NAMED_DAYS if not name.isascii())})"
)
_SCORE: Final = re.compile(
    r"(?<![\d.:/年月-])(?P<left>\d{1,3})\s?(?:[-–—―ー−]|対)\s?(?P<right>\d{1,3})(?![\d.:/月日時年%-]|\s?(?:cm|km|%))"
    r"|(?P<won>\d{1,2})勝(?P<lost>\d{1,2})敗"
)
_BEFORE: Final = re.compile(r"([a-z]+)\s\Z")
_LABEL_MAX: Final = 12
_SCALE: Final = "|".join(sorted((name for name in SCALES if name.isascii()), key=len, reverse=True))
_COUNT: Final = re.compile(
    rf"""(?:(?P<currency>[$£€¥])\s?)?
    (?P<number>(?:\d[\d,]*(?:\.\d+)?[千万億兆]?)+)
    (?:\s?(?P<scale>{_SCALE})\b)?
    (?P<ordinal>st|nd|rd|th)?
    (?:\s?(?P<unit>[%‰]|[一-鿿々]{{1,2}}|[ァ-ヴー]{{2,8}}|[$£€¥]|(?:per\scent\b)|[a-z]+))?""",
    re.VERBOSE,
)
_SEN: Final = re.compile(r"(?:(\d[\d,]*)円)?(\d{1,2})銭")
"""Hundredths of a yen, alone or behind whole ones."""
_TENTHS: Final = "割"
"""Counts tenths: 3割 is 30 %."""
_FRACTION: Final = re.compile(
    r"\b(?:a|one)(?:\s|-)(?P<named>third|quarter|fifth|tenth)\b(?!\s(?:time|season|day|year))"
    r"|\b(?:one|1)\s(?:in|out of)\s(?P<one_in>two|three|four|five|six|eight|ten|\d{1,2})\b"
    r"|(?P<persons>\d{1,2})人に1人|(?P<whole>\d)分の1"
    r"|(?P<half>\bhalf (?:of|the|his|her|its|their)\b|半分|半数|半額)"
)
_NAMED_PARTS: Final = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_PART: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?)([千万億兆]?)")
_WORD: Final = re.compile(r"[a-z]+")
_BOUND: Final = re.compile(
    r"(?:more than|over|nearly|almost|at least|less than|fewer than|under|up to|upwards of)(?: an?)?\s[$£€¥]?\Z"
)
"""Words before a number that bounds another one: more than a hundred may be 112. It has no unit of its own."""
_BOUND_MAX: Final = 16
_BOUND_WORDS: Final = frozenset({"than", "over", "nearly", "almost", "least", "under"})
_JA_BOUND: Final = re.compile(r"[^\s\d]{0,3}?(?:以上|超|余|近く|弱|未満|以下)")
_TWELVE: Final = re.compile(r"\b(?:noon|midday|midnight)\b|正午|零時")
_NOON: Final = 12
_ROUNDING: Final = 0.05
"""The most by which two significant digits can miss a number, as a share of it."""


def read_quantities(text: str) -> Quantities:
    """The numbers of a folded text, at most ``QUANTITIES_MAX`` of each kind; linear in its length."""
    durations: tuple[tuple[str, float], ...] = ()
    scores: tuple[tuple[int, int], ...] = ()
    counts: Iterable[tuple[str, float]] = ()
    digits = _DIGIT.search(text) is not None
    rest = text
    if digits:
        durations, rest = _take_durations(rest)
        rest = _SEN.sub(lambda money: f"{money[1] or 0}.{int(money[2]):02}円", rest) if "銭" in rest else rest
    parts, rest = _take_fractions(rest)
    moments, rest = _take_moments(rest, digits=digits)
    if digits:
        scores, rest = _take_scores(rest)
        counts = _counts(rest)
    found = dict.fromkeys((*durations, *parts, *counts, *_numbers_in_words(rest)))
    return Quantities(tuple(found)[:QUANTITIES_MAX], scores[:QUANTITIES_MAX], moments)


def differ(ours: float, theirs: float) -> bool:
    """Whether two numbers are two, and not one with its round figure: 4,200 stands for 4,193 as well."""
    if ours == theirs:
        return False
    if abs(ours - theirs) > _ROUNDING * max(ours, theirs):
        return True
    coarse, fine = sorted((ours, theirs), key=_digits)
    digits = _digits(coarse)
    return digits < 2 or digits == _digits(fine) or float(f"{fine:.{digits - 1}e}") != coarse


def _digits(value: float) -> int:
    """Significant digits."""
    return len(f"{value:.10e}".partition("e")[0].replace(".", "").rstrip("0")) or 1


def _take_durations(text: str) -> tuple[tuple[tuple[str, float], ...], str]:
    """Times of races and the like (2:06:11, 2時間6分11秒) in seconds, and the text without them."""
    durations: list[tuple[str, float]] = []

    def take(found: re.Match[str]) -> str:
        hours, minutes, seconds = (int(part) for part in found.groups() if part is not None)
        durations.append(("duration", 3_600.0 * hours + 60 * minutes + seconds))
        return _TAKEN

    text = _DURATION.sub(take, text)
    return tuple(durations), text


def _take_fractions(text: str) -> tuple[tuple[tuple[str, float], ...], str]:
    """Fractions in words (a third, one in three, 3分の1) as whole percent, and the text without them."""
    parts: list[tuple[str, float]] = []

    def take(found: re.Match[str]) -> str:
        written = found["one_in"] or found["persons"] or found["whole"]
        whole = _NAMED_PARTS[found["named"]] if found["named"] else 2 if found["half"] else _whole(written)
        if whole:
            parts.append(("%", float(round(100 / whole))))
        return _TAKEN

    text = _FRACTION.sub(take, text)
    return tuple(parts), text


def _whole(written: str) -> int:
    return NUMBER_WORDS[written] if written in NUMBER_WORDS else int(written)


def _take_moments(text: str, *, digits: bool) -> tuple[Moments, str]:
    """The time of what happens, and the text without that."""
    years: set[int] = set()
    months: set[int] = set()
    days: set[int] = set()
    times: set[tuple[int, int]] = set()

    def take(found: re.Match[str]) -> str:
        part = {name: value for name, value in found.groupdict().items() if value}
        years.update(int(part[name][:4]) for name in ("iso", "year") if name in part)
        months.update(int(part[name]) for name in ("iso_month", "ja_month") if name in part)
        months.update(MONTHS[part[name]] for name in _NAMED_MONTHS if name in part)
        days.update(int(part[name]) for name in _DAYS_OF_MONTH if name in part)
        if hour := part.get("ja_hour") or part.get("hour") or part.get("am_hour"):
            minute = part.get("ja_minute") or part.get("minute") or ("30" if "ja_half" in part else "0")
            times.add((int(hour) % _NOON, int(minute)))
        return _TAKEN

    if digits or _LONE_MONTH.search(text):
        text = _MOMENT.sub(take, text)
    if _TWELVE.search(text):
        times.add((0, 0))
    named = set((_NAMED_DAY_ASCII if text.isascii() else _NAMED_DAY).findall(text))
    if not (named or years or months or days or times):
        return _NO_MOMENTS, text
    weekdays = frozenset(WEEKDAYS[name] for name in named & WEEKDAYS.keys())
    offsets = frozenset(DAYS[name] for name in named & DAYS.keys())
    return Moments(frozenset(years), frozenset(months), frozenset(days), weekdays, offsets, frozenset(times)), text


def _take_scores(text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Scores such as 2-1 and 4勝2敗, and the text without them."""
    scores: list[tuple[int, int]] = []

    def take(found: re.Match[str]) -> str:
        left, right = (found["left"], found["right"]) if found["left"] else (found["won"], found["lost"])
        scores.append((int(left), int(right)))
        return _TAKEN

    text = _SCORE.sub(take, text)
    return tuple(dict.fromkeys(scores)), text


def _counts(text: str) -> Iterator[tuple[str, float]]:
    """Numbers in digits, with their units."""
    for found in _COUNT.finditer(text):
        value = sum(
            float(part[1].replace(",", "")) * SCALES.get(part[2], 1) for part in _PART.finditer(found["number"])
        )
        unit = _label(text, found.start()) or _unit(found["currency"] or found["unit"] or "")
        value *= SCALES.get(found["scale"] or "", 1)
        if _is_bound(text, found):
            unit = ""
        if unit == _TENTHS:
            yield "%", 10 * value
        else:
            yield RANK + unit if found["ordinal"] else unit, value


def _is_bound(text: str, found: re.Match[str]) -> bool:
    """Whether a number is said to bound another one."""
    before = text[max(found.start() - _BOUND_MAX, 0) : found.start()]
    return _BOUND.search(before) is not None or _JA_BOUND.match(text, found.end("number")) is not None


def _label(text: str, at: int) -> str:
    """The word before a number, where it is one of ``LABELS``; else nothing."""
    before = _BEFORE.search(text[max(at - _LABEL_MAX, 0) : at])
    return before[1] if before is not None and before[1] in LABELS else ""


def _numbers_in_words(text: str) -> Iterator[tuple[str, float]]:
    """English numbers in words, with the word behind them: ``two monkeys``, ``second win``."""
    words = _WORD.findall(text)
    before = ("", "")
    for word, after in pairwise([*words, ""]):
        if word in NUMBER_WORDS:
            scale = SCALES.get(after, 1) if len(after) > 2 else 1
            bound = not _BOUND_WORDS.isdisjoint(before)
            yield _unit("" if scale > 1 or bound else after), NUMBER_WORDS[word] * scale
        elif word in ORDINALS:
            yield RANK + _unit(after), ORDINALS[word]
        before = (before[1], word)


def _unit(written: str) -> str:
    """One name for spellings of a unit; empty for what counts nothing."""
    if written and "一" <= written[0] <= "鿿":
        written = written if written in LONG_UNITS else written[0]
    unit = UNITS.get(written, written)
    if not unit.isascii() or not unit.isalpha():
        return unit
    return "" if unit in COMMON and unit not in COUNTED else stem(unit)
