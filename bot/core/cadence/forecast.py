"""The forecast of a watch: posts near a threshold, their speed, and how often other posts cross.

Speeds and rates are means of gamma distributions (docs/design/cadence.md). If the clock steps back, no time is
taken to have passed, and values that such a clock left behind are corrected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import Candidate, PollForecast, Post

NEAR_THRESHOLD_SHARE: Final = 0.2
"""A post is a candidate from this share of its threshold on; with 0.35, small budgets had longer tails."""
MAX_CANDIDATES: Final = 8
"""Candidates kept of a watch: those that will cross first."""
SIGMA: Final = 0.45
"""Spread of the logarithm of the time to the threshold, around its median by the last speed."""
DECAY_TIME_H: Final = 96.0
"""Decay time: an observation four days old has a weight of 1/e."""
PRIOR_CROSSINGS: Final = 1.0
PRIOR_HOURS: Final = 48.0
"""Prior of an unknown topic: one crossing in 48 h. With a weaker prior, rates followed chance."""

_PRIOR_WEIGHT: Final = 2.0
"""Weight of the speed of before, in reposts seen now."""
_HOUR: Final = timedelta(hours=1)
_MINUTE_H: Final = 1 / 60
_SQRT_2: Final = math.sqrt(2.0)


def rate(forecast: PollForecast) -> float:
    """Posts an hour that reach a threshold."""
    return (forecast.crossings + PRIOR_CROSSINGS) / (max(forecast.hours, 0.0) + PRIOR_HOURS)


def updated_forecast(
    before: PollForecast, crossings: int, candidates: Iterable[Candidate], now: datetime
) -> PollForecast:
    """The forecast after a poll that saw ``crossings`` posts reach a threshold."""
    hours = _hours_since(before.updated_at, now) if before.updated_at else 0.0
    fade = math.exp(-hours / DECAY_TIME_H)
    near = (each for each in candidates if each.speed > 0)
    soonest = [each for _, _, each in sorted((hours_left(each, now), each.key, each) for each in near)]
    return PollForecast(
        crossings=before.crossings * fade + crossings,
        hours=max(before.hours, 0.0) * fade + hours,
        candidates=tuple(soonest[:MAX_CANDIDATES]),
        updated_at=now,
        velocities=before.velocities,
    )


def candidate(
    post: Post, threshold: int, before: Candidate | None, published_at: datetime, now: datetime
) -> Candidate | None:
    """A post just read, as a candidate; None if it is not near ``threshold``.

    ``before``: it at the poll before.
    """
    if post.rp is None or not NEAR_THRESHOLD_SHARE * threshold <= post.rp < threshold:
        return None
    if before is not None and before.speed > 0:
        speed = _speed(before, post.rp, now)
    else:
        speed = post.rp / max(_hours_since(published_at, now), _MINUTE_H)
    return Candidate(post.key, threshold, post.rp, speed, now, published_at, post.source_id)


def unchanged(each: Candidate, now: datetime) -> Candidate:
    """A candidate whose RP was found unchanged."""
    return replace(each, speed=_speed(each, each.rp, now) if each.speed > 0 else each.speed, read_at=now)


def _speed(before: Candidate, rp: int, now: datetime) -> float:
    """RP an hour after another reading: the mean of the new reposts and the speed of before."""
    hours = _hours_since(before.read_at, now)
    return (_PRIOR_WEIGHT + max(0, rp - before.rp)) / (_PRIOR_WEIGHT / before.speed + hours)


def _hours_since(then: datetime, now: datetime) -> float:
    return max((now - then) / _HOUR, 0.0)


def median_crossing_h(each: Candidate) -> float:
    """The median of the time from its reading to its threshold, in hours."""
    return (each.threshold - each.rp) / each.speed


def hours_left(each: Candidate, now: datetime) -> float:
    """The median of the time left until it crosses, in hours; at least a minute."""
    return max(median_crossing_h(each) - (now - each.read_at) / _HOUR, _MINUTE_H)


def crossing_probability(each: Candidate, now: datetime) -> float:
    """The probability that it has crossed since it was read."""
    hours, to_go = _hours_since(each.read_at, now), each.threshold - each.rp
    share = hours * each.speed / to_go if to_go > 0 else 0.0
    return normal(math.log(share) / SIGMA) if share > 0 else 0.0


def normal(z: float) -> float:
    """The cumulative normal distribution."""
    return 0.5 + 0.5 * math.erf(z / _SQRT_2)
