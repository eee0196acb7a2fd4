"""What might cross a bar before the next look: posts near it, how fast they grow, and how often others appear.

Speeds and rates are means of a gamma distribution: what was seen, beside a little of what was believed before.
A clock may step back: no time is then taken to have passed, and what such a clock left behind harms nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import Candidate, PollForecast, Post

NEAR_THRESHOLD_SHARE: Final = 0.2
"""A post is a candidate from this share of the bar on; from 0.35 on, small budgets had longer tails."""
MAX_CANDIDATES: Final = 8
"""So many candidates a watch: the ones that will cross first."""
SIGMA: Final = 0.45
"""Spread of the logarithm of the time to the bar, around what the last speed says."""
DECAY_TIME_H: Final = 96.0
"""What is older than four days counts for less than a third of what is new."""
PRIOR_CROSSINGS: Final = 1.0
PRIOR_HOURS: Final = 48.0
"""Of a topic of which nothing is known, a post reaches a bar every other day; less belief would chase chance."""

_PRIOR_WEIGHT: Final = 2.0
"""A speed believed before counts as much as so many reposts seen now."""
_HOUR: Final = timedelta(hours=1)
_MINUTE_H: Final = 1 / 60
_SQRT_2: Final = math.sqrt(2.0)


def rate(outlook: PollForecast) -> float:
    """Posts an hour that reach a bar."""
    return (outlook.crossings + PRIOR_CROSSINGS) / (max(outlook.hours, 0.0) + PRIOR_HOURS)


def updated_forecast(
    before: PollForecast, crossings: int, candidates: Iterable[Candidate], now: datetime
) -> PollForecast:
    """What is expected after a look that saw ``crossings`` posts reach a bar."""
    hours = _hours_since(before.looked_at, now) if before.looked_at else 0.0
    fade = math.exp(-hours / DECAY_TIME_H)
    near = (each for each in candidates if each.speed > 0)
    soonest = [each for _, _, each in sorted((hours_left(each, now), each.key, each) for each in near)]
    return PollForecast(
        crossings=before.crossings * fade + crossings,
        hours=max(before.hours, 0.0) * fade + hours,
        candidates=tuple(soonest[:MAX_CANDIDATES]),
        looked_at=now,
    )


def candidate(post: Post, bar: int, before: Candidate | None, born: datetime, now: datetime) -> Candidate | None:
    """A post just read, as a candidate; None where it is not near the bar. ``before``: as it was a look ago."""
    if post.rp is None or not NEAR_THRESHOLD_SHARE * bar <= post.rp < bar:
        return None
    if before is not None and before.speed > 0:
        speed = _speed(before, post.rp, now)
    else:
        speed = post.rp / max(_hours_since(born, now), _MINUTE_H)
    return Candidate(post.key, bar, post.rp, speed, now, born, post.source_id)


def unchanged(each: Candidate, now: datetime) -> Candidate:
    """A candidate that was found unchanged."""
    return replace(each, speed=_speed(each, each.rp, now) if each.speed > 0 else each.speed, read_at=now)


def _speed(before: Candidate, rp: int, now: datetime) -> float:
    """RP an hour after another reading: what came since, beside the speed believed before."""
    hours = _hours_since(before.read_at, now)
    return (_PRIOR_WEIGHT + max(0, rp - before.rp)) / (_PRIOR_WEIGHT / before.speed + hours)


def _hours_since(then: datetime, now: datetime) -> float:
    return max((now - then) / _HOUR, 0.0)


def median_crossing_h(each: Candidate) -> float:
    """The median of the time from its reading to its bar, in hours."""
    return (each.bar - each.rp) / each.speed


def hours_left(each: Candidate, now: datetime) -> float:
    """The median of the time until it crosses; a minute at least, also where it should have crossed already."""
    return max(median_crossing_h(each) - (now - each.read_at) / _HOUR, _MINUTE_H)


def crossing_probability(each: Candidate, now: datetime) -> float:
    """The probability that it has crossed since it was read."""
    hours, to_go = _hours_since(each.read_at, now), each.bar - each.rp
    share = hours * each.speed / to_go if to_go > 0 else 0.0
    return normal(math.log(share) / SIGMA) if share > 0 else 0.0


def normal(z: float) -> float:
    """The cumulative normal distribution."""
    return 0.5 + 0.5 * math.erf(z / _SQRT_2)
