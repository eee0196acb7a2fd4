"""The index of a watch and its inverse. Pure: the jitter is a hash of watch and time.

    forecast -> index of a poll after s hours -> the first s at which the index reaches the host's threshold

A Whittle index ("Restless bandits", 1988) for a process that each poll starts anew. Let ``c(s)`` be the posts
expected to have crossed unseen s hours after a poll: those of the usual rate, and the candidates, whose crossing
times are log-normal. The index is ``s c(s) - integral of c from 0 to s``. It grows with s, so the watch with the
highest index is the one that reached the common threshold first, and each watch knows its next poll beforehand.
``host_budget`` finds the threshold. Derivation, references and measurements: docs/design/cadence.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import PollForecast, WatchId

from .forecast import SIGMA, hours_left, normal, rate

MAX_BACK_OFF: Final = timedelta(hours=6)
MIN_INTERVAL: Final = timedelta(minutes=1)
"""Shortest wait of a watch, unless the mean interval is shorter."""
MAX_INTERVALS: Final = 3.0
"""Longest wait of a watch in mean intervals: unforeseen posts come as well."""
PRECISION: Final = 1.02
"""The next poll is found to within 2 %, less than the jitter."""

_HOUR: Final = timedelta(hours=1)
_LINEAR_FROM: Final = 1.6177
_LINEAR_SLOPE: Final = 0.5007
"""Continuation of the index. For t > ``_LINEAR_FROM`` x median the exact index of one candidate falls as its speed
rises, so a faster post
would be polled later. From there the index is continued as a straight line with slope ``_LINEAR_SLOPE`` per hour.
Both values belong to ``SIGMA`` = 0.45."""
_NEGLIGIBLE_BEFORE: Final = 0.1
"""Share of its median before which a candidate has crossed with a probability below 1e-6."""
_LOGNORMAL_MEAN_RATIO: Final = math.exp(SIGMA**2 / 2)
"""Mean of a log-normal time over its median."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Shortest and longest wait between two polls, in hours."""

    shortest: float
    longest: float

    def keep(self, hours: float) -> float:
        """The wait, moved within the bounds."""
        return min(max(hours, self.shortest), self.longest)


def bounds(mean: timedelta, at_most: timedelta) -> Bounds:
    """The bounds around a mean interval. ``at_most``: the longest wait, unless the mean is longer."""
    longest = max(mean, min(mean * MAX_INTERVALS, at_most))
    return Bounds(min(mean, MIN_INTERVAL) / _HOUR, longest / _HOUR)


def poll_index(per_hour: float, medians: Sequence[float], hours: float) -> float:
    """The worth of a poll after so many hours, in post-hours.

    ``per_hour``: posts that reach a threshold. ``medians``: of each candidate, the median of its hours left. The
    result never falls as hours, rate or a candidate's speed grow.
    """
    worth = per_hour * hours * hours / 2
    for median in medians:
        if hours > _LINEAR_FROM * median:
            worth += _LINEAR_SLOPE * hours
        elif hours > _NEGLIGIBLE_BEFORE * median:  # mean of the crossing time over the times before the poll
            worth += median * _LOGNORMAL_MEAN_RATIO * normal(math.log(hours / median) / SIGMA - SIGMA)
    return worth


def hours_until_worth(forecast: PollForecast, index_threshold: float, within: Bounds, now: datetime) -> float:
    """Hours until the index reaches ``index_threshold``, to within ``PRECISION``."""
    per_hour = rate(forecast)
    by_rate = within.keep(math.sqrt(2 * index_threshold / per_hour))
    if not forecast.candidates:
        return by_rate
    medians = [hours_left(each, now) for each in forecast.candidates]
    low, high = within.shortest, by_rate
    if poll_index(per_hour, medians, low) >= index_threshold:
        return low
    while high > low * PRECISION:
        middle = math.sqrt(low * high)
        if poll_index(per_hour, medians, middle) < index_threshold:
            low = middle
        else:
            high = middle
    return high


def initial_threshold(forecast: PollForecast, mean: timedelta) -> float:
    """The threshold at which a watch without candidates is polled once in the mean interval."""
    return poll_index(rate(forecast), (), mean / _HOUR)


def jitter(watch: WatchId, now: datetime) -> float:
    """A factor between 0.9 and 1.1 that spreads watches due at the same time."""
    return 0.9 + 0.2 * unit_hash(watch, now)


def back_off(
    watch: WatchId, now: datetime, interval: timedelta, failures: int, retry_after: timedelta | None
) -> datetime:
    """The next poll after ``failures`` failed ones in a row: doubling, at most 6 h, spread by ±25 %.

    Never sooner than the source's Retry-After.
    """
    doubled = interval * (1 << min(failures, 20))
    wait = max(min(doubled, MAX_BACK_OFF), interval) * (0.75 + 0.5 * unit_hash(watch, now))
    return now + max(wait, retry_after or timedelta(0))


def unit_hash(watch: WatchId, now: datetime) -> float:
    """A number in [0, 1) that differs between watches and between polls of one watch."""
    seed = f"{watch}:{now.timestamp()}".encode()
    return int.from_bytes(hashlib.blake2b(seed, digest_size=4).digest()) / 2**32
