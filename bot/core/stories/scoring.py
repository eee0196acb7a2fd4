"""The score of two texts: how likely it is that they tell one story. Pure.

A logistic function of marks of the evidence. Its weights are learned on the tuning half of the labelled set in
``tests/data/stories`` (``python -m tests.bench stories --fit`` prints them anew); only the link's is set by hand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from .evidence import Evidence

NUMBERS_COUNTED: Final = 2
HAPPENINGS_LONE: Final = 4
MASS_COUNTED: Final = 20.0
"""Weight of shared terms from which more of it says no more: about seven rare words."""
LONE_COUNTED: Final = 60.0
"""Weight of lone terms from which more of it says no more: a long article has them beside any headline."""
CONTAINED_FROM: Final = 0.6
"""Containment from which one more word, a negation or a reversal, can be all that differs."""
TEMPLATE_FROM: Final = 0.6
"""RapidFuzz's ratio from which lone words on both sides look as if they were put into a template."""
SAME_FROM: Final = 0.8
"""The score from which two texts tell one story. Of the pairs of the tuning half that are joined from it on, each
judged by weights that were learned without its story, 958 of 1,000 are right; from 0.85 on 975 would be, and plain
rewordings of a headline would be told twice."""

LEARNED: Final[Mapping[str, float]] = {
    "bias": 1.61,
    "containment": 1.87,
    "overlap": 0.64,
    "mass": 0.89,
    "ratio": -3.59,
    "less_lone": -1.56,
    "more_lone": 2.83,
    "numbers": 2.76,
    "lone_numbers": -1.58,
    "lone_names": -0.15,
    "lone_happenings": -1.07,
    "lone_heads": -0.55,
    "lone_head_of_report": -0.63,
    "freshest": -0.99,
    "both_fresh": -1.41,
    "lead_lone_of_report": -1.84,
    "both_leads_lone": -1.18,
    "template": -2.91,
    "told_as_known": -1.08,
    "undone": -1.05,
    "turned": -1.82,
    "opposed": -1.86,
    "lone_forecast": -0.59,
    "only_forecast": -0.01,
    "lone_negation": -0.88,
    "kindred_negation": 0.24,
    "only_negated": -3.15,
    "same_link": 1.5,
}
"""The weight of each mark, in log-odds; ``bias`` stands for nothing shared. ``same_link`` is set by hand: outlets
link an article from all posts about it, but status pages from posts about all."""


def marks(evidence: Evidence) -> dict[str, float]:
    """The marks of the evidence that weigh, each about from 0 to 1."""
    ours, theirs = evidence.lone_names
    our_terms, their_terms = evidence.lone_terms
    report = float(evidence.both_reports)
    contained = _beyond(evidence.most_contained, CONTAINED_FROM)
    negation = evidence.negation
    return {
        "containment": evidence.containment,
        "overlap": evidence.overlap,
        "mass": min(evidence.mass / MASS_COUNTED, 1.0),
        "ratio": evidence.ratio,
        "less_lone": evidence.lone[0] / MASS_COUNTED,
        "more_lone": min(evidence.lone[1], LONE_COUNTED) / LONE_COUNTED,
        "numbers": min(len(evidence.numbers), NUMBERS_COUNTED) / NUMBERS_COUNTED,
        "lone_numbers": float(evidence.lone_numbers),
        "lone_names": float(bool(ours and theirs)),
        "lone_happenings": min(evidence.lone_happenings, HAPPENINGS_LONE) / HAPPENINGS_LONE,
        "lone_heads": float(evidence.lone_heads == 2),
        "lone_head_of_report": report * float(evidence.lone_heads > 0),
        "freshest": min(evidence.freshest[0] / MASS_COUNTED, 1.0),
        "both_fresh": min(evidence.freshest[1] / MASS_COUNTED, 1.0),
        "lead_lone_of_report": report * evidence.lead_lone[0],
        "both_leads_lone": evidence.lead_lone[1],
        "template": _beyond(evidence.ratio, TEMPLATE_FROM) * float(bool(our_terms and their_terms)),
        "told_as_known": evidence.told_as_known,
        "undone": _beyond(evidence.undone, CONTAINED_FROM),
        "turned": float(evidence.turned),
        "opposed": float(evidence.opposed),
        "lone_forecast": float(evidence.lone_forecast),
        "only_forecast": contained * float(evidence.lone_forecast),
        "lone_negation": float(negation.lone),
        "kindred_negation": float(negation.kindred),
        "only_negated": contained * (float(negation.plain) + 0.5 * float(negation.kindred)),
        "same_link": float(evidence.same_link),
    }


def score(evidence: Evidence, weights: Mapping[str, float] = LEARNED) -> float:
    """The score, from 0 to 1; ``SAME_FROM`` and more is one story."""
    odds = weights["bias"] + sum(weights[name] * mark for name, mark in marks(evidence).items())
    return 1 / (1 + math.exp(-odds))


def _beyond(value: float, least: float) -> float:
    """The part of the way from ``least`` to 1 that ``value`` has gone; 0 below it."""
    return max(value - least, 0.0) / (1 - least)
