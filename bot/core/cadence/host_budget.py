"""How often a host is asked: the mean interval it bears, and the price of a look that keeps its watches to it.

Of the looks at a host, taken one after the other, the mean wait is the number of its watches over the looks an
hour, whatever each watch does: the waits of a watch add up to the time that passes. So the budget is kept when
that mean is the mean interval, and each look moves the logarithm of the price by how far its own wait was from
it: an account of looks, which lends to a hot hour and is paid back by a quiet one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import NextPoll, PollForecast, RateLimitWindow, WatchId

from . import index

RESERVED_SHARE: Final = 0.2
"""This share of what a host allows is left to people who ask, and to what is read again all at once."""
MAX_SLOWDOWN: Final = 24.0
_SMOOTHING_WATCHES: Final = 10
"""The price of a host with few watches moves as if they were so many more."""
_LEAST_PRICE: Final = 1e-9
_HIGHEST_PRICE: Final = 1e9
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HostBudget:
    """What is known of a host.

    ``interval``: the mean time wanted between two looks at one of its ``watches``. ``apart``: the least time
    between two requests. ``price``: of a look, in post-hours; None before the first. ``requests``: in a look.
    ``stretch``: so many times the interval is what the host bears.
    """

    interval: timedelta
    watches: int = 1
    min_gap: timedelta = timedelta(0)
    index_threshold: float | None = None
    requests: float = 1.0
    slowdown: float = 1.0

    @property
    def mean(self) -> timedelta:
        """The mean time between two looks at one watch that the host's budget allows."""
        return self.interval * self.slowdown


def schedule_next(
    watch: WatchId, outlook: PollForecast, host: HostBudget, at_most: timedelta, now: datetime
) -> NextPoll:
    """How long a watch is left alone after a look, spread by ±10 %. ``at_most``: unless the mean is longer."""
    price = host.index_threshold or index.initial_threshold(outlook, host.mean)
    within = index.bounds(host.mean, at_most)
    hours = index.hours_until_worth(outlook, price, within, now) * index.jitter(watch, now)
    return NextPoll(timedelta(hours=within.keep(hours)), price)


def after_poll(
    host: HostBudget, turn: NextPoll, now: datetime, *, requests: int = 1, quota: RateLimitWindow | None = None
) -> HostBudget:
    """What is known after a look that took so many requests. ``quota``: what the host still allows."""
    weight = 1 / (host.watches + _SMOOTHING_WATCHES)
    asked = host.requests + weight * (requests - host.requests)
    needed = host.watches * asked / (host.interval / _HOUR)
    wanted = min(max(1.0, needed / _allowed(host, quota, now)), MAX_SLOWDOWN)
    moved = (host.index_threshold or turn.price) * math.exp(weight * (1 - turn.wait / host.mean))
    return replace(
        host,
        index_threshold=min(max(moved, _LEAST_PRICE), _HIGHEST_PRICE),
        requests=asked,
        slowdown=host.slowdown + weight * (wanted - host.slowdown),
    )


def _allowed(host: HostBudget, quota: RateLimitWindow | None, now: datetime) -> float:
    """Requests an hour that the host bears, by its own word and by our manners; some are left to others."""
    bears = _HOUR / host.min_gap if host.min_gap else math.inf
    if quota is not None and quota.resets_at > now:
        bears = min(bears, quota.remaining * _HOUR / (quota.resets_at - now))
    return max(bears * (1 - RESERVED_SHARE), 1e-6)
