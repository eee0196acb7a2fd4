"""Numbers, months and years of other calendars and scripts, as plain ones. Pure.

Thailand counts years from 543 before ours. Python's words end at the vowel signs of Thai and Indian scripts, so
that months in these are looked for by their beginnings.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import decimal

BUDDHIST: Final = 543
"""Years by which Thailand's count is ahead."""
_BUDDHIST_FROM: Final = 1900 + BUDDHIST
_DIGITS: Final = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_CHINESE_NUMBER: Final = re.compile(r"[〇零○一二三四五六七八九十百]{1,8}(?=\s?[年月日時时點点分])")
_OTHER_DIGIT: Final = re.compile(r"[^\x00-\x7f\W]")
_THAI: Final = re.compile("[\u0e01-\u0e5b]")
_MONTHS: Final = (
    r"มกรา|ม\.?\s?ค(?![ก-ฮ])|जनवर|জানু",
    r"กุมภา|ก\.?\s?พ(?![ก-ฮ])|फ़?़?रवर|ফেব",
    r"มีนา|มี\.?\s?ค(?![ก-ฮ])|मार्च|মার্চ",
    r"เมษา|เม\.?\s?ย(?![ก-ฮ])|अप्रै|এপ্রি",
    r"พฤษภา|พ\.?\s?ค(?![ก-ฮ])|मई|মে",
    r"มิถุนา|มิ\.?\s?ย(?![ก-ฮ])|जून|জুন",
    r"กรกฎา|ก\.?\s?ค(?![ก-ฮ])|जुला|জুলা",
    r"สิงหา|ส\.?\s?ค(?![ก-ฮ])|अगस्त|আগস্ট",
    r"กันยา|ก\.?\s?ย(?![ก-ฮ])|सित[ंम]|সেপ্টে",
    r"ตุลา|ต\.?\s?ค(?![ก-ฮ])|अक्[टत]ू|অক্টো",
    r"พฤศจิกา|พ\.?\s?ย(?![ก-ฮ])|नव[ंम]|নভে",
    r"ธันวา|ธ\.?\s?ค(?![ก-ฮ])|दिस[ंम]|ডিসে",
)
_MONTH: Final = re.compile("|".join(f"({names})" for names in _MONTHS))
_ENGLISH: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SIGN: Final = re.compile("[\u0e00-\u0e7f\u0900-\u09ff]+\\.?")


def in_plain_numbers(text: str) -> str:
    """The text with digits of any script, and Japan's numbers before the signs of a date, as those of ASCII."""
    if text.isascii():
        return text
    text = _OTHER_DIGIT.sub(lambda found: str(decimal(found[0], found[0])), text)
    return _CHINESE_NUMBER.sub(lambda found: str(_chinese(found[0])), text)


def _chinese(written: str) -> int | str:
    """``二十八`` and ``二〇二六``."""
    if "十" not in written and "百" not in written:
        return "".join(str(_DIGITS[each]) for each in written)
    total = held = 0
    for each in written:
        if each in _DIGITS:
            held = _DIGITS[each]
        else:
            total, held = total + (held or 1) * (10 if each == "十" else 100), 0
    return total + held


def with_plain_months(text: str) -> str:
    """The text with a month in Thai, Hindi or Bengali by its English name, and without other words of these."""
    found = _MONTH.search(text)
    if found is None:
        return text
    before, after = (_SIGN.sub(" ", part) for part in (text[: found.start()], text[found.end() :]))
    return f"{before} {_ENGLISH[(found.lastindex or 1) - 1]} {after}"


def is_thai(text: str) -> bool:
    """Whether there is anything in Thai."""
    return _THAI.search(text) is not None


def common_year(year: int) -> int:
    """The year in the common count, of one in Thailand's."""
    return year - BUDDHIST if year >= _BUDDHIST_FROM else year
