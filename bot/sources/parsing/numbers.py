"""Numbers as pages write them: ``1,234``, ``1.2万``, ``12K``, ``1万2345``."""

from __future__ import annotations

import re

from bot.core.text import normalize

_UNIT = r"(?P<unit>億|万|千|[KMB](?=post|tweet|re|r[pt]|like|view|\b))"
NUMBER = rf"(?P<number>\d[\d,]{{0,15}}(?:\.\d{{1,3}})?)(?:\s?{_UNIT}(?P<rest>\d{{1,4}}千?)?)?"
_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_MULTIPLES = {"億": 100_000_000, "万": 10_000, "千": 1000, "k": 1000, "m": 1_000_000, "b": 1_000_000_000}
COUNT_CHARACTERS = " \n\t:0123456789,.万KM%"


def amount_of(match: re.Match[str]) -> int:
    """``1,234``, ``1.2万``, ``12K``, ``1万2345`` as a number. Counts have no parts: ``1.234`` is the first."""
    number = match["number"].replace(",", "")
    if not match["unit"] and _THOUSANDS.fullmatch(number):
        number = number.replace(".", "")
    value = float(number) * _MULTIPLES.get((match["unit"] or "").lower(), 1)
    rest = match["rest"] or "0"
    return round(value) + int(rest.rstrip("千")) * (1000 if rest.endswith("千") else 1)


def step_of(match: re.Match[str]) -> int:
    """The step of the last digit shown: 1 for ``1,234`` and ``1万2345``, 1,000 for ``1.2万``."""
    if match["rest"]:
        return 1000 if match["rest"].endswith("千") else 1
    decimals = len(match["number"].partition(".")[2])
    return max(1, _MULTIPLES.get((match["unit"] or "").lower(), 1) // int(10**decimals))


def nfkc(text: str) -> str:
    """Text with full-width digits and letters as plain ones (Unicode's NFKC)."""
    return normalize("NFKC", text)


def has_digit(text: str) -> bool:
    """Whether any character is a digit, full-width and circled ones too."""
    return any(character.isdigit() for character in text)
