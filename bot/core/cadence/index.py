"""When to look again. Pure: the jitter comes from the watch and the time, not from a dice.

    outlook -> index of a look after s hours -> the first s at which it is worth the price of a look

Waiting costs. ``c(s)``, what a watch costs an hour, s hours after a look, is the number of posts expected to
have reached a bar unseen: those of its usual rate, and those *candidates* (``candidates``) that have crossed, the
time to the bar being log-normal. The index of a look after s hours is ``s c(s) - integral of c from 0 to s``, of
Whittle's kind ("Restless bandits", 1988) for a world that a look starts anew: the price at which looking then and
looking a little later cost the same. It grows with s, so the watch with the highest index is the one that reached
the price first, and every watch knows its next look beforehand; ``pace`` finds the price. Without candidates it
is the square-root law: half ``rate s^2`` = price.

Looks by rate alone, what this was measured against: Cho & Garcia-Molina 2003, "Effective page refresh policies
for Web crawlers"; Azar et al. 2018, "Tractable near-optimal policies for freshness crawling". What it gains over
equal intervals: tests/bench/cadence.py.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import PollForecast, WatchId

from .forecast import SIGMA, hours_left, normal, rate

MAX_BACK_OFF: Final = timedelta(hours=6)
MIN_INTERVAL: Final = timedelta(minutes=1)
"""No watch is looked at sooner, unless the mean interval is shorter."""
MAX_INTERVALS: Final = 3.0
"""No watch is left alone for more than so many mean intervals: what nobody expects comes all the same."""
PRECISION: Final = 1.02
"""The next look is found to within 2 %, less than it is spread by."""

_HOUR: Final = timedelta(hours=1)
_LINEAR_FROM: Final = 1.6177
_LINEAR_SLOPE: Final = 0.5007
"""For t > ``_LINEAR_FROM`` x median the exact index of one candidate falls as its speed rises, so a faster post
would be polled later. From there the index is continued as a straight line with slope ``_LINEAR_SLOPE`` per hour.
Both values belong to ``SIGMA`` = 0.45."""
_NEGLIGIBLE_BEFORE: Final = 0.1
"""Before this share of its median a candidate has crossed once in millions of times."""
_LOGNORMAL_MEAN_RATIO: Final = math.exp(SIGMA**2 / 2)
"""Mean of a log-normal time over its median."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest wait between two looks, in hours."""

    shortest: float
    longest: float

    def keep(self, hours: float) -> float:
        """The wait within them."""
        return min(max(hours, self.shortest), self.longest)


def bounds(mean: timedelta, at_most: timedelta) -> Bounds:
    """The bounds around a mean interval. ``at_most``: the longest wait, unless the mean is longer."""
    longest = max(mean, min(mean * MAX_INTERVALS, at_most))
    return Bounds(min(mean, MIN_INTERVAL) / _HOUR, longest / _HOUR)


def poll_index(per_hour: float, medians: Sequence[float], hours: float) -> float:
    """What a look after so many hours is worth, in post-hours.

    ``per_hour``: posts that reach a bar. ``medians``: of each candidate, the median of its hours left. It never
    sinks with the hours, the rate, or a candidate's speed.
    """
    worth = per_hour * hours * hours / 2
    for median in medians:
        if hours > _LINEAR_FROM * median:
            worth += _LINEAR_SLOPE * hours
        elif (
            hours > _NEGLIGIBLE_BEFORE * median
        ):  # the mean of the time to the bar, over the times before the look
            worth += median * _LOGNORMAL_MEAN_RATIO * normal(math.log(hours / median) / SIGMA - SIGMA)
    return worth


def hours_until_worth(outlook: PollForecast, price: float, within: Bounds, now: datetime) -> float:
    """Hours until a look is worth its price, to within ``PRECISION``."""
    per_hour = rate(outlook)
    by_rate = within.keep(math.sqrt(2 * price / per_hour))
    if not outlook.candidates:
        return by_rate
    medians = [hours_left(each, now) for each in outlook.candidates]
    low, high = within.shortest, by_rate
    if poll_index(per_hour, medians, low) >= price:
        return low
    while high > low * PRECISION:
        middle = math.sqrt(low * high)
        if poll_index(per_hour, medians, middle) < price:
            low = middle
        else:
            high = middle
    return high


def initial_threshold(outlook: PollForecast, mean: timedelta) -> float:
    """The price at which a watch without candidates is looked at once in the mean interval."""
    return poll_index(rate(outlook), (), mean / _HOUR)


def jitter(watch: WatchId, now: datetime) -> float:
    """Between 0.9 and 1.1: spreads watches that would be due at the same time."""
    return 0.9 + 0.2 * _unit_hash(watch, now)


def back_off(
    watch: WatchId, now: datetime, interval: timedelta, failures: int, retry_after: timedelta | None
) -> datetime:
    """The next look after ``failures`` failed ones in a row: doubling, at most 6 h, spread by ±25 %.

    Never sooner than the source asked for.
    """
    doubled = interval * (1 << min(failures, 20))
    hours_until_worth = max(min(doubled, MAX_BACK_OFF), interval) * (0.75 + 0.5 * _unit_hash(watch, now))
    return now + max(hours_until_worth, retry_after or timedelta(0))


def _unit_hash(watch: WatchId, now: datetime) -> float:
    """A number in [0, 1) that differs between watches and between polls of one watch."""
    seed = f"{watch}:{now.timestamp()}".encode()
    return int.from_bytes(hashlib.blake2b(seed, digest_size=4).digest()) / 2**32
