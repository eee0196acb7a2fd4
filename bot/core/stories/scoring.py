"""The score of two texts: how likely it is that they tell one story. Pure.

A logistic function of marks of the evidence. Its weights are learned on the tuning half of the labelled set in
``tests/data/stories`` (``python -m tests.bench stories --fit`` prints them anew); only the link's is set by hand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .evidence import Evidence

NUMBERS_COUNTED: Final = 2
NAMES_COUNTED: Final = 3
HAPPENINGS_SAME: Final = 2
HAPPENINGS_LONE: Final = 4
MASS_COUNTED: Final = 20.0
"""Weight of shared terms from which more of it says no more: about seven rare words."""
SAME_FROM: Final = 0.7
"""The score from which two texts tell one story: the lowest from which 99 of 100 pairs of the tuning half do."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each mark, in log-odds; ``bias`` stands for nothing shared."""

    bias: float
    containment: float
    overlap: float
    numbers: float
    mass: float
    lone_numbers: float
    lone_names: float
    both_reports: float
    same_happenings: float
    apart_happenings: float
    lone_happenings: float
    names: float
    same_link: float = 1.5
    """Set by hand: outlets link an article from all posts about it, but status pages from posts about all."""


LEARNED: Final = Weights(
    bias=-1.48,
    containment=1.74,
    overlap=1.85,
    numbers=2.05,
    mass=1.14,
    lone_numbers=-2.22,
    lone_names=-0.70,
    both_reports=-2.68,
    same_happenings=0.44,
    apart_happenings=-0.25,
    lone_happenings=-1.76,
    names=0.82,
)


def marks(evidence: Evidence) -> tuple[float, ...]:
    """The marks of the evidence that weigh, in the order of ``Weights`` after ``bias``."""
    ours, theirs = evidence.lone_names
    our_happenings, their_happenings = evidence.lone_happenings
    return (
        evidence.containment,
        evidence.overlap,
        float(min(len(evidence.numbers), NUMBERS_COUNTED)),
        min(evidence.mass / MASS_COUNTED, 1.0),
        float(evidence.lone_numbers),
        float(bool(ours and theirs)),
        float(evidence.both_reports),
        float(min(evidence.same_happenings, HAPPENINGS_SAME)),
        float(our_happenings > 0 and their_happenings > 0),
        min(our_happenings + their_happenings, HAPPENINGS_LONE) / HAPPENINGS_LONE,
        min(len(evidence.names), NAMES_COUNTED) / NAMES_COUNTED,
        float(evidence.same_link),
    )


def score(evidence: Evidence, weights: Weights = LEARNED) -> float:
    """The score, from 0 to 1; ``SAME_FROM`` and more is one story."""
    each = (
        weights.containment,
        weights.overlap,
        weights.numbers,
        weights.mass,
        weights.lone_numbers,
        weights.lone_names,
        weights.both_reports,
        weights.same_happenings,
        weights.apart_happenings,
        weights.lone_happenings,
        weights.names,
        weights.same_link,
    )
    odds = weights.bias + sum(weight * mark for weight, mark in zip(each, marks(evidence), strict=True))
    return 1 / (1 + math.exp(-odds))
