"""A date as people and programs write it, in the forms that feeds really have. Pure.

    RFC 822 and ISO 8601 (nearly all) ─▶ epoch ─▶ years, months and days by their words or places ─▶ UTC
                                                       └─▶ spans before now, and days by their names

A time without a zone is taken for UTC, in Japanese words for Japan's, in Korean ones for Korea's, in plainly
Chinese ones for China's and in Thai ones for Thailand's. A day without a time is only that. A month or a year
alone is no date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import normalize
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .calendars import BUDDHIST, common_year, in_plain_numbers, is_thai, with_plain_months
from .relative_dates import days_ago, span_ago

TIME_MAX: Final = 100
"""Characters of a time, in any form."""
DATES_KEPT: Final = 1_024
"""Written times that are remembered: each of a feed is asked for twice at a poll, and again at the next."""

_HOUR: Final = 3600
_ZONES: Final = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "ist": 5.5, "cet": 1, "cest": 2, "met": 1,
    "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "trt": 3, "pkt": 5, "npt": 5.75, "ict": 7,
    "wib": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5,
    "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5,
    "ndt": -2.5, "brt": -3, "art": -3, "clt": -4, "et": -5, "ct": -6, "mt": -7, "pt": -8, "sast": 2,
    "cat": 2, "eat": 3, "wat": 1,
}  # fmt: skip
"""Hours east, by names that mean the same nearly everywhere; of the doubtful ones the commonest in feeds."""
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen janv янв ιαν stycz sty tam oca січ яну јан led sij ian jaan jaa sau يناي ינו",
            "feb fev fév févr febr фев φεβ lut hel şub лют феб úno velj vee vas فبرا פבר",
            "mar mär mrz mrt mars márc маp мар μαρ μάρ marz maa бер bře ožu kov مارس מרץ",
            "apr abr avr ápr апр απρ kwi huh nis кві dub trav bal أبري ابري אפר",
            "may mai maj maggio mag máj mei май мая μαι μάι μαϊ tou тра мај kvě svi geg maí مايو מאי",
            "jun juin giu jún июн ιουν ιούν cze kes haz чер юни јун čvn červn iun jūn juuni lipan lipnj bir "
            " يوني יונ",
            "jul juil lug júl июл ιουλ ιούλ lip hei tem юли јул čvc červe iul jūl juuli srpan srpnj liep يولي יול",
            "aug ago aoû aou août авг αυγ αύγ sie elo ağu сер srp agu agt ags kol rugp ágú أغسط اغسط אוג",
            "sep set sept szept szep сен σεπ wrz syy eyl вер сеп zář ruj rugs سبتم ספט",
            "oct okt out ott окт οκτ paź paz lok eki жов říj spa أكتو اكتو אוק",
            "nov ноя νοε νοέ lis marra kas лис ное нов noi nóv lap stu نوفم נוב",
            "dec dez dic déc dez дек δεκ gru jou ara дец pro des dets gruo ديسم דצמ",
        ),
        1,
    )
    for name in names.split()
}
"""First letters of months in the languages of feeds; other writers use numbers, too.

Where two languages disagree (``lis`` is October in Croatian, ``srp`` July) the larger one is meant."""
_ERAS: Final = {
    "令和": 2018, "平成": 1988, "昭和": 1925, "r": 2018, "h": 1988, "s": 1925,
    "民國": 1911, "民国": 1911,
}  # fmt: skip
"""The year before an era's first."""
_OF_TAIWAN: Final = 3
"""Digits of a year of the Republic, which needs no name (113年): no other year that feeds have is as long."""

_RFC: Final = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,? )?([0-9]{1,2}) ([A-Za-z]{3})[a-z]* ([0-9]{4}) ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
    r" ?([+-][0-9]{4}|[A-Za-z]{1,4})"
)
_EPOCH: Final = re.compile(r"@?([0-9]{9,10})(?:\.[0-9]{1,9})?|@?([0-9]{12,13}|[0-9]{15,16}|[0-9]{18,19})")
"""Seconds, or what has three, six or nine digits more."""
_DOTNET: Final = re.compile(r"\\?/date\((-?[0-9]{9,13})(?:[+-][0-9]{4})?\)\\?/")
_COMPACT: Final = re.compile(
    r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?:[Tt]?([0-9]{2})([0-9]{2})([0-9]{2})?)?"
)
_ORDINAL: Final = re.compile(r"([0-9]{4})-?([0-3][0-9]{2})(?![0-9\-])")
_CLOCK: Final = re.compile(
    r"(?<![0-9])([0-9]{1,2})(?:[:h]([0-9]{1,2})(?![0-9])(?::([0-9]{1,2})(?![0-9]))?(?:[.,][0-9]{1,9})?"
    r"|\s?[時时시]\s?(?:([0-9]{1,2})\s?[分분])?\s?(?:([0-9]{1,2})\s?[秒초])?)"
)
_CLOCK_WITH_DOTS: Final = re.compile(
    r"(?:(?<=[0-9]{4} )|(?<=[0-9]{4}, )|(?<=kl )|(?<=kl\. )|(?<=klo ))"
    r"([0-9]{1,2})\.([0-9]{2})(?:\.([0-9]{2}))?(?![0-9.])"
)
_HOUR_ALONE: Final = re.compile(r"(?<=[0-9]t)([0-9]{2})(?=z|[+\-]|\Z)")
_HALF: Final = re.compile(r"\b([ap])\.?\s?m\b\.?|(午前|午後|上午|下午|오전|오후)")
_OFFSET: Final = re.compile(r"(?:utc|gmt|(?<=[0-9\s)z])|\A)\s?([+\-])\s?([0-9]{1,2}):?([0-9]{2})?(?![0-9:])")
_ZONE: Final = re.compile(r"(?<![^\W\d_])([a-z]{1,4})(?![^\W\d_])")
_REGION: Final = re.compile(r"(?<![a-z])[a-z]{2,12}(?:/[a-z_\-]{2,20}){1,2}")
"""A zone as the time zone database calls it."""
_EAST: Final = re.compile(
    r"(?:(令和|平成|昭和|民[國国]|(?<![a-z0-9])[rhs])\s?)?([0-9]{1,4}|元)\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?(?:([0-9]{1,2})\s?[日일])?"
)
_ERA_LETTER: Final = re.compile(
    r"(?<![a-z0-9])([rhs])\s?([0-9]{1,2})[./\-]([0-9]{1,2})[./\-]([0-9]{1,2})(?![0-9])"
)
_YEAR_FIRST: Final = re.compile(r"(?<![0-9])([0-9]{4})\s?[-/.]\s?([0-9]{1,2})\s?[-/.]\s?([0-9]{1,2})(?![0-9])")
_YEAR_LAST: Final = re.compile(
    r"(?<![0-9])([0-9]{1,2})\s?[-/.]\s?([0-9]{1,2})\s?[-/.]\s?([0-9]{4}|[0-9]{2})(?![0-9])"
)
_OF_A_WEEK: Final = re.compile(r"([0-9]{4})-?w([0-5][0-9])-?([1-7])(?![0-9])")
_VIETNAMESE_MONTH: Final = re.compile(r"\b(?:tháng|thg\.?|th)\s?([0-9]{1,2})(?![0-9])")
_THIS_YEARS: Final = re.compile(r"([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]")
_EASTERN_MONTH: Final = re.compile(r"([0-9]{1,2})\s?[月월]")
_PARENTHESES: Final = re.compile(r"\([^()]*+\)")
_NUMBER: Final = re.compile(r"(?<![0-9])([0-9]{4}|[0-9]{1,2})(?=st|nd|rd|th|[^0-9]|\Z)")
_SIGNED: Final = re.compile(r"(?<![^\s|])[+\-][0-9:]++|\+.*\Z")
"""Hours from Greenwich, wherever they stand, and what cannot be a day."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_SPACE: Final = re.compile(r"\s+")
_WEEKDAY: Final = re.compile(r"\((?:([月火水木金土日])|[월화수목금토일])[^()]{0,3}\)")
_JAPANESE: Final = re.compile(r"[月日火水木金土年曜]|令和|平成|昭和|午[前後]")
_KOREAN: Final = re.compile(r"[년월일요]|오전|오후")
_CHINESE: Final = re.compile(r"上午|下午|星期|时")
_Day = tuple[int, int, int]


class Written(NamedTuple):
    """A time in UTC and whole seconds; of a day alone its midnight there.

    ``is_relative``: it was written as a span before now or by the name of a day, and is another one at each fetch.
    """

    at: datetime
    day_only: bool = False
    is_relative: bool = False


def read_date(written: str, now: datetime) -> Written | None:
    """The time that is written; None for what is not even a day.

    ``now`` decides what is doubtful.
    """
    text = written.strip()
    if not text or len(text) > TIME_MAX:
        return None
    try:
        exact = _exact(text) or _epoch(text.lower())
        return Written(exact) if exact else _otherwise(_plain(text), now)
    except (ValueError, OverflowError):
        return None


def exact_date(written: str) -> datetime | None:
    """The time that is written where ``read_date`` finds the same whenever it is asked, else None."""
    text = written.strip()
    return _exact(text) if 0 < len(text) <= TIME_MAX else None


@lru_cache(maxsize=DATES_KEPT)
def _exact(text: str) -> datetime | None:
    try:
        return _rfc(text) or _iso(text)
    except (ValueError, OverflowError):  # a time that there is not: its day may be one
        return None


def _rfc(text: str) -> datetime | None:
    """``Wed, 25 Nov 2026 10:00:00 +0900`` and its nearest kin."""
    found = _RFC.fullmatch(text)
    month = _MONTHS.get(found[2].lower()) if found else None
    offset = _offset_of(found[7].lower()) if found else None
    if found is None or month is None or offset is None:
        return None
    return _at(
        (common_year(int(found[3])), month, int(found[1])),
        (int(found[4]), int(found[5]), int(found[6] or 0)),
        offset,
    )


def _iso(text: str) -> datetime | None:
    """ISO 8601 with a time and a zone, or a time in UTC."""
    if text[4:5] != "-" or len(text) < 16:
        return None
    year = text[:4]
    try:
        if year > "2100":
            text = f"{common_year(int(year))}{text[4:]}"
        read = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _plain(text: str) -> str:
    """The text in small letters and plain digits, without a trailing part in parentheses."""
    folded = in_plain_numbers(normalize("NFKC", text).lower().replace("−", "-"))
    # A day of the week tells which language it is, and so the zone.
    named = _WEEKDAY.sub(lambda found: " 曜 " if found[1] else " 요 ", folded)
    return _SPACE.sub(" ", _PARENTHESES.sub(" ", named)).strip()


def _otherwise(text: str, now: datetime) -> Written | None:
    return _span(text, now) or _by_the_calendar(text, now) or _day_named(text, now)


def _epoch(text: str) -> datetime | None:
    """A number of seconds since 1970, or of parts of them."""
    if found := _DOTNET.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]) // 1000, UTC)
    if found := _EPOCH.fullmatch(text):
        digits = found[1] or found[2]
        return datetime.fromtimestamp(int(digits) // 1000 ** max(0, (len(digits) - 9) // 3), UTC)
    return None


def _by_the_calendar(text: str, now: datetime) -> Written | None:
    compact = _COMPACT.fullmatch(text) or (_COMPACT.match(text) if "t" in text[8:9] else None)
    if compact:
        time = f"{compact[4]}:{compact[5]}:{compact[6] or '00'}" if compact[4] else ""
        text = f"{compact[1]}-{compact[2]}-{compact[3]} {time}{text[compact.end() :]}"
    text = _HOUR_ALONE.sub(r"\1:00", text)
    text = _CLOCK_WITH_DOTS.sub(lambda found: ":".join(filter(None, found.groups())), text)
    clock = _CLOCK.search(text)
    day_text = text if clock is None else f"{text[: clock.start()]} | {text[clock.end() :]}"
    after = "" if clock is None else text[clock.end() :]
    days = _days(day_text, now)
    at = _best(days, text, clock, after, now)
    if at is None and clock is not None:  # of a time that there is not, the day remains
        at, clock = _best(days, text, None, "", now), None
    return None if at is None else Written(at, day_only=clock is None)


def _span(text: str, now: datetime) -> Written | None:
    """A time by a span before now: the time itself, or its day."""
    ago = span_ago(text)
    if ago is None:
        return None
    at = now - ago.span
    if ago.is_exact:
        return Written(at.replace(microsecond=0), is_relative=True)
    return Written(_midnight(at + timedelta(seconds=_local(text))), day_only=True, is_relative=True)


def _day_named(text: str, now: datetime) -> Written | None:
    """A day by its name, with or without the time of day."""
    days = days_ago(text)
    if days is None:
        return None
    day = _midnight(now + timedelta(seconds=_local(text)) - timedelta(days=days))
    clock = _CLOCK.search(text)
    if clock is None:
        return Written(day, day_only=True, is_relative=True)
    return Written(_moment((day.year, day.month, day.day), text, clock, text[clock.end() :]), is_relative=True)


def _midnight(local: datetime) -> datetime:
    return datetime(local.year, local.month, local.day, tzinfo=UTC)


def _best(days: list[_Day], text: str, clock: re.Match[str] | None, after: str, now: datetime) -> datetime | None:
    """The latest of several readings that has come: nothing is called older than it may be."""
    readings: list[datetime] = []
    for day in days:
        try:
            readings.append(_moment(day, text, clock, after))
        except (ValueError, OverflowError):
            continue
    come = [each for each in readings if each <= now]
    return max(come) if come else min(readings, default=None)


def _moment(day: _Day, text: str, clock: re.Match[str] | None, after: str) -> datetime:
    if clock is None:
        return datetime(*day, tzinfo=UTC)
    hour = _hour(int(clock[1]), text)
    if 24 < hour < 30 and _JAPANESE.search(text):  # as broadcasters count a night
        day, hour = _next(day), hour - 24
    minute, second = int(clock[2] or clock[4] or 0), int(clock[3] or clock[5] or 0)
    offset = _zone(after)
    if offset is None and (region := _region(after)) is not None:
        return (_at(day, (hour, minute, second), 0).replace(tzinfo=region)).astimezone(UTC)
    return _at(day, (hour, minute, second), _local(text) if offset is None else offset)


def _next(day: _Day) -> _Day:
    following = date(*day) + timedelta(days=1)
    return following.year, following.month, following.day


def _hour(hour: int, text: str) -> int:
    """The hour of a day, from a clock of twelve or of twenty-four hours."""
    half = _HALF.search(text)
    if half is None or hour > 12:
        return hour
    return hour % 12 + (12 if half[1] == "p" or half[2] in {"午後", "下午", "오후"} else 0)


def _at(day: _Day, clock: tuple[int, int, int], offset: float) -> datetime:
    """24:00 is the end of the day, and the sixtieth second the end of its minute. Raises ``ValueError``."""
    hour, minute, second = clock
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no time")
    seconds = hour * _HOUR + minute * 60 + min(second, 59) - offset
    return datetime(*day, tzinfo=UTC) + timedelta(seconds=seconds)


def _local(text: str) -> float:
    """The zone of a date without one: that of its language."""
    if _CHINESE.search(text):
        return 8 * _HOUR
    if is_thai(text):
        return 7 * _HOUR
    return 9 * _HOUR if _JAPANESE.search(text) or _KOREAN.search(text) else 0


def _zone(after: str) -> float | None:
    """Seconds east, by what follows the time; None where no zone is named."""
    offset = _OFFSET.search(after)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return (-1 if offset[1] == "-" else 1) * minutes * 60
    for name in _ZONE.findall(after):
        if name in _ZONES:
            return _ZONES[name] * _HOUR
    return None


def _region(after: str) -> ZoneInfo | None:
    """The zone ``Asia/Tokyo``, however it was written; None where none is named, or none that there is."""
    found = _REGION.search(after)
    try:
        return ZoneInfo("/".join(map(_capitals, found[0].split("/")))) if found else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _capitals(name: str) -> str:
    return "_".join(word.capitalize() for word in name.split("_"))


def _offset_of(zone: str) -> float | None:
    if zone in _ZONES:
        return _ZONES[zone] * _HOUR
    if not zone[1:].isdigit():
        return None
    return (-1 if zone[0] == "-" else 1) * (int(zone[1:3]) * 60 + int(zone[3:5])) * 60


def _days(text: str, now: datetime) -> list[_Day]:
    """The days that a text may mean."""
    return [(common_year(year), month, day) for year, month, day in _written_days(text, now)]


def _written_days(text: str, now: datetime) -> list[_Day]:
    for found in (_eastern(text), _in_numbers(text), _in_its_year(text), _without_year(text, now)):
        if found is not None:
            return found
    return _by_words(text)


def _eastern(text: str) -> list[_Day] | None:
    """Year, month and day by their signs, of an era or not; none where the day is missing."""
    if found := _EAST.search(text):
        number = 1 if found[2] == "元" else int(found[2])
        era = found[1] or ("民國" if len(found[2]) == _OF_TAIWAN else "")
        year = _ERAS[era] + number if era else _full_year(found[2])
        return [(year, int(found[3]), int(found[4]))] if found[4] else []
    if found := _ERA_LETTER.search(text):
        return [(_ERAS[found[1]] + int(found[2]), int(found[3]), int(found[4]))]
    return None


def _in_numbers(text: str) -> list[_Day] | None:
    if found := _YEAR_FIRST.search(text):
        return [(int(found[1]), int(found[2]), int(found[3]))]
    if found := _YEAR_LAST.search(text):
        year, one, other = _full_year(found[3]), int(found[1]), int(found[2])
        return [(year, other, one), (year, one, other)]
    return None


def _in_its_year(text: str) -> list[_Day] | None:
    """A day by its number in the year, or by its week."""
    if (found := _ORDINAL.fullmatch(text.partition("t")[0].partition(" ")[0])) and int(found[2]) > 0:
        day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
    elif found := _OF_A_WEEK.search(text):
        day = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
    else:
        return None
    return [(day.year, day.month, day.day)]


def _without_year(text: str, now: datetime) -> list[_Day] | None:
    """``11月28日``: of this year or the last."""
    found = _THIS_YEARS.fullmatch(text.partition("|")[0].replace("曜", "").strip())
    return [(year, int(found[1]), int(found[2])) for year in (now.year, now.year - 1)] if found else None


def _full_year(written: str) -> int:
    """Two digits as RFC 2822, 4.3, has them."""
    year = int(written)
    return year if len(written) > 2 else year + (2000 if year < 50 else 1900)


def _by_words(text: str) -> list[_Day]:
    """A month by its name, a year, and a day."""
    is_in_thai = is_thai(text)
    text = with_plain_months(_REGION.sub(" ", text))
    named = [*_EASTERN_MONTH.finditer(text)][:1] or [*_VIETNAMESE_MONTH.finditer(text)]
    month = int(named[-1][1]) if named else _month(text)
    if month is None:
        return []
    rest = text
    for found in reversed(named):  # of Vietnamese, days of the week, too: ``Th 2, 25 Th11``
        rest = f"{rest[: found.start()]} | {rest[found.end() :]}"
    numbers = _NUMBER.findall(_SIGNED.sub(" ", rest))
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) < 3]
    if years and days:
        return [(int(years[0]), month, int(days[0]))]
    if len(days) < 2:
        return []
    year = 2500 - BUDDHIST + int(days[1]) if is_in_thai else _full_year(days[1])
    return [(year, month, int(days[0]))]


def _month(text: str) -> int | None:
    """The last word that is a month: days of the week come first, and some begin alike."""
    found: int | None = None
    for word in _WORD.findall(text):
        number = next((_MONTHS[word[:size]] for size in (5, 4, 3) if word[:size] in _MONTHS), None)
        found = number or found
    return found
