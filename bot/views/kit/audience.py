"""Lines about the audience of a topic."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

import regex

from bot.core.models import Audience
from bot.core.text import label

from .text import Speaker

GROUP_MAX = 30
BAR = 10
"""Cells of the gender bar: short enough for one line on a phone."""

_GENDER: Final = r"(?P<male>男性?|men|males?|man)|(?P<female>女性?|women|females?|woman)"
_AGE: Final = (
    r"(?P<age>[1-9]0)\s*(?:s|歳?代)?(?:\s*(?:[〜~\-–]|から|to)\s*(?P<to>[1-9]0))?\s*(?:s|歳?代)?"
    r"\s*(?P<bound>以上|以下|前半|後半|\+)?"
)
_BETWEEN: Final = r"[\s/・、,|×の]*(?:in their\s*)?"
_GROUP: Final = regex.compile(
    rf"(?:{_AGE}{_BETWEEN}(?:{_GENDER})?|(?:{_GENDER}){_BETWEEN}(?:{_AGE})?)", regex.IGNORECASE
)
_BOUNDS: Final = {"以上": "up", "+": "up", "以下": "down", "前半": "early", "後半": "late"}
_SLASHES: Final = regex.compile(r"\s*/\s*")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people by age and gender, as far as a source names them.

    ``gender``: ``male``, ``female`` or ``any``. ``age``, ``to``: decades of life (30 is 30 to 39), 0 where none is
    named. ``bound``: ``up``, ``down``, ``early``, ``late`` or ``none``.
    """

    gender: str = "any"
    age: int = 0
    to: int = 0
    bound: str = "none"


def read_group(named: str) -> Group | None:
    """The group in a source's words (``30代/男性``); None for words that say more, or less."""
    found = _GROUP.fullmatch(unicodedata.normalize("NFKC", named).strip())
    if found is None:
        return None
    gender = "male" if found["male"] else "female" if found["female"] else "any"
    bound = _BOUNDS.get(found["bound"] or "", "none")
    return Group(gender, int(found["age"] or 0), int(found["to"] or 0), bound)


def audience_lines(speaker: Speaker, audience: Audience, *, cells: int = BAR) -> list[str]:
    """A bar of men and women with so many cells, and the dominant group, as far as they are known."""
    lines = []
    if audience.male_pct is not None and audience.female_pct is not None:
        lines.append(
            speaker.say(
                "trend-gender",
                male=audience.male_pct,
                female=audience.female_pct,
                bar=_bar(audience.male_pct, audience.female_pct, cells),
            )
        )
    if audience.group:
        lines.append(speaker.say("trend-group", group=group_words(speaker, audience.group)))
    return lines


def group_words(speaker: Speaker, named: str) -> str:
    """A group in the reader's own words; what cannot be read as one stays the source's, without slashes."""
    group = read_group(named)
    if group is None:
        return label(_SLASHES.sub(speaker.say("trend-group-between"), named), GROUP_MAX)
    ages = ""
    if group.age:
        text_id = "trend-group-ages" if group.to else "trend-group-age"
        ages = speaker.say(text_id, age=group.age, to=group.to, bound=group.bound)
    whom = "both" if group.age and group.gender != "any" else "age" if group.age else "gender"
    return speaker.say("trend-group-people", whom=whom, ages=ages, gender=group.gender)


def _bar(left: int, right: int, cells: int) -> str:
    """Two shares as cells; a share above nothing keeps a cell."""
    total = left + right
    if left < 0 or right < 0 or total == 0:
        return "▱" * cells
    full = round(cells * left / total)
    full = min(max(full, 1 if left else 0), cells - 1 if right else cells)
    return "▰" * full + "▱" * (cells - full)
