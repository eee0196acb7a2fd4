"""Reads spans before now (``3 hours ago``, ``3時間前``) and days by their names (``yesterday``, ``昨日``). Pure.

Feeds that programs make of pages show these in the place of a date. They say something of the time of the fetch
only, and are as exact as their smallest unit.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final, NamedTuple

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86_400
_WEEK, _MONTH, _YEAR = 7 * _DAY, 30 * _DAY, 365 * _DAY
_WORDS: Final = {
    _SECOND: "s sec second sekund seconde segundo secondi saniye секунд сек giây วินาที detik 秒 초",
    _MINUTE: "m min minut minuut dakika dk мин хвилин phút นาที menit 分 分钟 分鐘 분",
    _HOUR: "h hr hour stund std uur uren heure hora ora ore час годин godzin saat tim time giờ ชั่วโมง ชม jam tunti "
    "hodin 時間 小时 小時 钟头 시간",
    _DAY: "d day tag dag jour día dia giorn день дня дней дні дн dzień dni gün ngày วัน hari päivä den dny dnů "
    "日 天 일",
    _WEEK: "w wk week woche weken semaine semana settiman недел тижн tydzień tygodni hafta veck uke uge tuần "
    "สัปดาห์ minggu viikko 週間 週 周 星期 주",
    _MONTH: "mo mos mth month monat maand mois mes meses mês mese mesi месяц місяц miesiąc miesięc ay månad "
    "måned tháng เดือน bulan kuukau ヶ月 か月 ヵ月 カ月 ケ月 箇月 个月 個月 개월 달",
    _YEAR: "y yr year jahr jaar an ans année año ano anno anni год лет рік рок rok lat yıl sene år năm ปี tahun "
    "vuosi vuotta 年 년",
}
"""Beginnings of words for units of time; a single letter, and words of Eastern scripts, stand by themselves."""
_UNITS: Final = {word: seconds for seconds, words in _WORDS.items() for word in words.split()}
_BY_LENGTH: Final = sorted(_UNITS, key=len, reverse=True)
_AGO: Final = re.compile(
    r"\b(?:ago|vor|hace|há|fa|назад|тому|geleden|temu|önce|evvel|sedan|siden|sitten|lalu|earlier|před|atrás)\b"
    r"|il y a|(?<!午)前|(?<!오)전|trước|ที่แล้ว|ก่อน"
)
_FEW: Final = 3
_ONE: Final = "a an one ein eine einem einer einen un une uno una um uma één een en ett et один одну bir satu"
_NUMBERS: Final = {
    **dict.fromkeys(_ONE.split(), 1),
    "two": 2, "zwei": 2, "deux": 2, "dos": 2, "few": _FEW, "einigen": _FEW, "数": _FEW, "几": _FEW, "幾": _FEW,
}  # fmt: skip
_LATIN_UNITS: Final = "|".join(re.escape(word) for word in _BY_LENGTH if len(word) > 1 and word < "ก")
_OTHER_UNITS: Final = "|".join(re.escape(word) for word in _BY_LENGTH if word >= "ก")
_PAIR: Final = re.compile(
    rf"(?<![\w.,])([0-9]{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s?"
    rf"(?:({_LATIN_UNITS})[^\W\d_]*+|([smhdwy])(?![^\W\d_])|({_OTHER_UNITS}))"
)
"""A number and a unit."""
_NEXT_PAIR: Final = re.compile(rf"([0-9]{{1,2}})\s?({_OTHER_UNITS})")
"""A further one right after it, without a space: ``1時間30分前``."""
_NOW_SAID: Final = (
    "now|just now|right now|moments ago|a moment ago|たった今|たったいま|今|只今|刚刚|剛剛|刚才|방금|방금 전|지금"
    "|gerade eben|soeben|jetzt|à l'instant|ahora|ahora mismo|agora|agora mesmo|adesso|только что|сейчас|zojuist"
    "|şimdi|az önce|vừa xong|เมื่อสักครู่|เมื่อครู่|baru saja"
)
_NOW: Final = frozenset(_NOW_SAID.split("|"))
_TODAY: Final = (
    "today 今日 本日 きょう 今天 오늘 heute hoy aujourd'hui aujourd’hui oggi hoje сегодня сьогодні vandaag "
    "dzisiaj dziś bugün idag วันนี้"
)
_YESTERDAY: Final = (
    "yesterday 昨日 きのう 昨天 어제 gestern ayer hier ieri ontem вчера вчора gisteren wczoraj dün igår kemarin "
    "เมื่อวาน เมื่อวานนี้"
)
_BEFORE_THAT: Final = (
    "一昨日 おととい 前天 그저께 그제 vorgestern anteayer avant-hier anteontem позавчера eergisteren"
)
_DAYS_AGO: Final = {
    word: days for days, words in enumerate((_TODAY, _YESTERDAY, _BEFORE_THAT)) for word in words.split()
}
_DAY_NAMED: Final = re.compile(
    rf"\A(?:{'|'.join(sorted(map(re.escape, _DAYS_AGO), key=len, reverse=True))})(?![a-zà-ÿа-я])"
)


class Ago(NamedTuple):
    """A span before now. ``is_exact``: given in hours or less; else it is one of days."""

    span: timedelta
    is_exact: bool


def span_ago(text: str) -> Ago | None:
    """The span that a text in small letters says has passed; None for another text."""
    if text.rstrip(".") in _NOW:
        return Ago(timedelta(0), is_exact=True)
    if _AGO.search(text) is None:
        return None
    pairs = [*_PAIR.finditer(text)]
    if not pairs:
        return None
    found = [(pair[1], pair[2] or pair[3] or pair[4]) for pair in pairs]
    rest = text[pairs[-1].end() :]
    while following := _NEXT_PAIR.match(rest):
        found.append((following[1], following[2]))
        rest = rest[following.end() :]
    seconds = sum(_number(number) * _UNITS[unit] for number, unit in found)
    return Ago(timedelta(seconds=seconds), is_exact=min(_UNITS[unit] for _, unit in found) < _DAY)


def days_ago(text: str) -> int | None:
    """The number of days since the day that begins a text in small letters; None where it begins with none."""
    found = _DAY_NAMED.match(text)
    return None if found is None else _DAYS_AGO[found[0]]


def _number(written: str) -> int:
    return _NUMBERS[written] if written in _NUMBERS else int(written)
