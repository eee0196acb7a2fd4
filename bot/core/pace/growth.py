"""Growth of posts: by how much the RP of a post of a topic is expected to grow yet, by its age."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

AGES_H: Final = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0)
"""Edges of the age classes, in hours; older posts are taken not to grow."""
TRUSTED: Final = 0.85
"""Share of the expected growth that counts: posts that have grown are more likely to be seen than others."""
_PRIOR_H: Final = 5.0
"""Weight of the usual growth, in hours of seen posts of an age."""


def usual_rate(age_h: float) -> float:
    """Growth of the logarithm of RP an hour at an age, of an unknown topic: fast at first, then fading."""
    return 0.5 / (age_h + 0.2) * math.exp(-age_h / 4)


_USUAL: Final = tuple(usual_rate((young + old) / 2) for young, old in pairwise(AGES_H))
AGE_COUNT: Final = len(_USUAL)


def age_bin(age_h: float) -> int | None:
    """The number of an age; None for posts that are too old to grow."""
    return bisect_right(AGES_H, max(age_h, 0.0)) - 1 if age_h < AGES_H[-1] else None


def by_age(young_h: float, old_h: float) -> list[tuple[int, float, float]]:
    """The age classes that a post went through between two readings: number, hours, and share of its growth.

    Ages are in hours. Growth in several classes is shared among them as is usual for their ages.
    """
    spans = [
        (number, span_h)
        for number, (young, old) in enumerate(pairwise(AGES_H))
        if (span_h := min(old, old_h) - max(young, young_h, 0.0)) > 0
    ]
    usual = sum(_USUAL[number] * span_h for number, span_h in spans)
    return [(number, span_h, _USUAL[number] * span_h / usual) for number, span_h in spans]


def to_come(grown: Sequence[float], grown_h: Sequence[float], scale: float) -> tuple[float, ...]:
    """The growth to be expected from the begin of each age on, as a logarithm.

    ``grown``, ``grown_h``: as in ``CrossingTable``; ``scale``: the weight of an observation of now in it.
    """
    found, total = [0.0], 0.0
    for number in reversed(range(AGE_COUNT)):
        seen = grown[number] / scale if number < len(grown) else 0.0
        hours = grown_h[number] / scale if number < len(grown_h) else 0.0
        rate = (seen + _USUAL[number] * _PRIOR_H) / (hours + _PRIOR_H)
        total += rate * (AGES_H[number + 1] - AGES_H[number])
        found.append(total)
    return tuple(reversed(found))


def factor(expected: Sequence[float], age_h: float) -> float:
    """The factor by which the RP of a post of an age is multiplied for its heat. ``expected``: of ``to_come``."""
    number = age_bin(age_h)
    if number is None or not expected:
        return 1.0
    young, old = AGES_H[number], AGES_H[number + 1]
    part = (max(age_h, 0.0) - young) / (old - young)
    return math.exp(TRUSTED * (expected[number] * (1 - part) + expected[number + 1] * part))
