"""Parses times of day and weekdays as typed, in Japanese and English. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

import regex

from bot.core.calendar.quiet_hours import DAY_MINUTES
from bot.core.errors import RefusedRequest

EVERY_DAY: Final = (0, 1, 2, 3, 4, 5, 6)
WORKDAYS: Final = EVERY_DAY[:5]
WEEKEND: Final = EVERY_DAY[5:]

_TIME = regex.compile(
    r"(?P<half>午前|午後|am|pm)?\s*(?P<hour>\d{1,2})\s*(?:[:時.h]\s*(?:(?P<minute>\d{1,2})\s*分?|(?P<half_past>半))?)?"
    r"\s*(?P<half>am|pm)?"
)
_AFTERNOON = {"午後", "pm"}

_JAPANESE_DAYS = "月火水木金土日"
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS: Final = {
    **dict.fromkeys(("every day", "everyday", "daily", "all", "毎日", "全部"), EVERY_DAY),
    **dict.fromkeys(("weekdays", "weekday", "workdays", "平日"), WORKDAYS),
    **dict.fromkeys(("weekends", "weekend", "週末", "土日"), WEEKEND),
}
_BETWEEN = regex.compile(r"[\s,、・/&]+")
_RANGE = regex.compile(r"\s*[-~〜–ー]\s*")
_DAY_WORD = regex.compile(r"曜日?")


def parse_time(typed: str) -> int:
    """Minutes after midnight of ``22:00``, ``7``, ``０７：３０``, ``午後10時半`` or ``10pm``; 24:00 is midnight.

    Raises ``RefusedRequest``.
    """
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", typed).strip().casefold())
    if found is None:
        raise RefusedRequest("quiet-time-unclear")
    hour, minute = int(found["hour"]), 30 if found["half_past"] else int(found["minute"] or 0)
    if found["half"]:
        if not 0 <= hour <= 12:
            raise RefusedRequest("quiet-time-unclear")
        hour = hour % 12 + (12 if found["half"] in _AFTERNOON else 0)
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise RefusedRequest("quiet-time-unclear")
    return (hour * 60 + minute) % DAY_MINUTES


def parse_weekdays(typed: str) -> tuple[int, ...]:
    """Weekdays, in order, of ``平日``, ``月、水``, ``月水金``, ``mon,wed`` or ``fri-sun``; nothing is all of them.

    Raises ``RefusedRequest``.
    """
    text = unicodedata.normalize("NFKC", typed).strip().casefold()
    if not text:
        return EVERY_DAY
    if text in _SETS:
        return _SETS[text]
    pieces = filter(None, _BETWEEN.split(_RANGE.sub("-", text)))
    days = {day for piece in pieces for day in _days_of(piece)}
    if not days:
        raise RefusedRequest("quiet-weekdays-unclear")
    return tuple(sorted(days))


def _days_of(piece: str) -> Iterable[int]:
    """The days of one word: a set, a day, a range of days, or Japanese days in a row."""
    if piece in _SETS:
        return _SETS[piece]
    first, dash, last = piece.partition("-")
    if dash:
        begin, end = _day(first), _day(last)
        return [day % 7 for day in range(begin, begin + (end - begin) % 7 + 1)]
    bare = _DAY_WORD.sub("", piece)
    if bare and all(letter in _JAPANESE_DAYS for letter in bare):
        return [_JAPANESE_DAYS.index(letter) for letter in bare]
    return [_day(piece)]


def _day(word: str) -> int:
    bare = _DAY_WORD.sub("", word)
    if len(bare) == 1 and bare in _JAPANESE_DAYS:
        return _JAPANESE_DAYS.index(bare)
    english = word.removesuffix(".")
    for day, name in enumerate(_ENGLISH_DAYS):
        if len(english) >= 3 and f"{name}s".startswith(english):
            return day
    raise RefusedRequest("quiet-weekdays-unclear")
