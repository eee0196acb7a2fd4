"""The threshold of a pace: the heat that a post needs now, so that about so many are sent today."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from bot.core.models import PaceBudget

from .bins import COUNT, EDGES
from .rates import Rates

SLACK: Final = 0.3
"""Alerts by which known and expected posts may exceed what is left of the budget; without it, many alerts of a
pace of 1 come shortly before midnight."""
RARE_A_DAY: Final = 0.05
"""Once the budget is spent, a post is sent only at a heat that so many posts reach on a usual day."""
KNOWN_DAYS: Final = 3.0
"""Posts that are there before a subscription listens are baseline from a heat that so many times the pace reach
on a day: the threshold seldom falls below it."""
PACE_MAX: Final = 50
"""The most alerts a day that a pace can ask for: two an hour. Who wants more wants every post."""
PACE_STEPS: Final = (1, 2, 3, 5, 8, 12, 20, 30, PACE_MAX)
"""The paces that "fewer" and "more" go through."""


def most_a_day(pace: int) -> int:
    """The most alerts of a day: 1.3 times the pace, and 2 at a pace of 1."""
    return 2 if pace == 1 else pace * 13 // 10


def fewer(pace: int) -> int | None:
    """The next lower pace; None at the lowest."""
    return max((step for step in PACE_STEPS if step < pace), default=None)


def more(pace: int) -> int | None:
    """The next higher pace; None at the highest."""
    return min((step for step in PACE_STEPS if step > pace), default=None)


class CompetingPost(NamedTuple):
    """A known post that may still be sent.

    ``weight``: the probability that a subscription's filters let it through.
    """

    heat: float
    weight: float = 1.0


def threshold_now(
    budget: PaceBudget, waiting: Sequence[CompetingPost], rates: Rates, now: datetime, share: float = 1.0
) -> float:
    """The lowest heat at which known and expected posts fit what is left of the day's budget.

    ``waiting``: known posts, the highest first. ``share``: of the topic's posts, those that the filters let
    through.
    """
    pace, sent = budget.pace, budget.sent
    if sent >= most_a_day(pace):
        return math.inf
    if sent >= pace:
        return rates.reached_by(RARE_A_DAY / share)
    left, end = pace - sent + SLACK, budget.day.end
    rising = [-one.heat for one in waiting]
    above = [0.0, *accumulate(one.weight for one in waiting)]
    low, high = 0, COUNT - 1
    # Known and expected posts become fewer from bin to bin, so that the lowest one that fits is found by halving.
    while low < high:
        middle = (low + high) // 2
        known = above[bisect_right(rising, -EDGES[middle])]
        fits = known + share * rates.expected(middle, now, end) <= left
        low, high = (low, middle) if fits else (middle + 1, high)
    threshold = EDGES[low]
    # A bin is 1.2 times as wide: of the known posts in the one below, the highest may fit alone.
    for rank, one in enumerate(waiting, start=1):
        if one.heat < threshold:
            if above[rank] + share * rates.expected_above(one.heat, now, end) > left:
                break
            threshold = one.heat
    return threshold


def known_threshold(pace: int, rates: Rates, share: float = 1.0) -> float:
    """The heat from which on a post that was there before becomes baseline. ``share``: as of ``threshold_now``."""
    return rates.reached_by(KNOWN_DAYS * pace / share)


def known_rp(pace: int, posts: Sequence[tuple[int, datetime]], now: datetime) -> int:
    """The RP from which on stored posts become baseline, from their RP and times; 0 without posts.

    As ``known_threshold``, of posts that the filters let through; their crossings may not be counted yet. Less
    than a day counts as a day.
    """
    if not posts:
        return 0
    days = max((now - min(published_at for _, published_at in posts)) / timedelta(days=1), 1.0)
    highest = sorted((rp for rp, _ in posts), reverse=True)
    rank = int(KNOWN_DAYS * pace * days)
    return highest[rank] + 1 if rank < len(highest) else 0
