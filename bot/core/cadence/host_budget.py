"""The poll budget of a host: its mean interval, and the index threshold that keeps its watches to it.

Mean wait a poll = watches / polls an hour, for any schedule (the waits of one watch add up to elapsed time). To
keep the mean at the configured interval, each poll moves log(index threshold) by weight x (1 - wait / mean): an
integral controller. A busy hour overdraws the budget and a quiet one repays it. Derivation:
docs/design/cadence.md.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import NextPoll, PollForecast, RateLimitWindow, WatchId

from . import index

RESERVED_SHARE: Final = 0.2
"""Share of a host's limit that is left to people who ask, and to rechecks that come all at once."""
MAX_SLOWDOWN: Final = 24.0
_SMOOTHING_WATCHES: Final = 10
"""Added to the number of watches, so that the threshold of a small host moves slowly."""
_MIN_INDEX_THRESHOLD: Final = 1e-9
_MAX_INDEX_THRESHOLD: Final = 1e9
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HostBudget:
    """State of one host's budget.

    ``interval``: mean time wanted between two polls of one of its ``watches``. ``min_gap``: least time between two
    requests. ``index_threshold``: index at which a poll is due, in post-hours; None before the first poll.
    ``requests``: mean of one poll. ``slowdown``: factor on the interval that the host's limits ask for.
    """

    interval: timedelta
    watches: int = 1
    min_gap: timedelta = timedelta(0)
    index_threshold: float | None = None
    requests: float = 1.0
    slowdown: float = 1.0

    @property
    def mean(self) -> timedelta:
        """Mean time between two polls of one watch within the host's budget."""
        return self.interval * self.slowdown


def schedule_next(
    watch: WatchId, forecast: PollForecast, host: HostBudget, at_most: timedelta, now: datetime
) -> NextPoll:
    """The wait of a watch until its next poll, ±10 %. ``at_most``: the longest, unless the mean is longer."""
    threshold = host.index_threshold or index.initial_threshold(forecast, host.mean)
    within = index.bounds(host.mean, at_most)
    hours = index.hours_until_worth(forecast, threshold, within, now) * index.jitter(watch, now)
    return NextPoll(timedelta(hours=within.keep(hours)), threshold)


def after_poll(
    host: HostBudget,
    next_poll: NextPoll,
    now: datetime,
    *,
    requests: int = 1,
    quota: RateLimitWindow | None = None,
) -> HostBudget:
    """The state after a poll that took so many requests. ``quota``: the rest that the host's headers allow."""
    weight = 1 / (host.watches + _SMOOTHING_WATCHES)
    asked = host.requests + weight * (requests - host.requests)
    needed = host.watches * asked / (host.interval / _HOUR)
    wanted = min(max(1.0, needed / _allowed(host, quota, now)), MAX_SLOWDOWN)
    moved = (host.index_threshold or next_poll.index_threshold) * math.exp(
        weight * (1 - next_poll.wait / host.mean)
    )
    return replace(
        host,
        index_threshold=min(max(moved, _MIN_INDEX_THRESHOLD), _MAX_INDEX_THRESHOLD),
        requests=asked,
        slowdown=host.slowdown + weight * (wanted - host.slowdown),
    )


def _allowed(host: HostBudget, quota: RateLimitWindow | None, now: datetime) -> float:
    """Requests an hour that the host's headers and our minimum gap allow, without the reserved share."""
    bears = _HOUR / host.min_gap if host.min_gap else math.inf
    if quota is not None and quota.resets_at > now:
        bears = min(bears, quota.remaining * _HOUR / (quota.resets_at - now))
    return max(bears * (1 - RESERVED_SHARE), 1e-6)
