"""The forecast of a watch and the load of its host: all that decides when it is polled next."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta

from bot.core.lazy_dataclass import dataclass

from .enums import PostKey
from .health import Endpoint


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post near a threshold that it has not reached, as it was last read.

    ``threshold``: the lowest above it that a listener has. ``speed``: RP an hour. ``source_id``: what its source
    calls it, where it can be asked for by that. ``published_at``: when it was written, or first seen.
    """

    key: PostKey
    threshold: int
    rp: int
    speed: float
    read_at: datetime
    published_at: datetime
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class PollForecast:
    """The forecast that a watch keeps from poll to poll.

    ``crossings``, ``hours``: posts that reached a threshold, and hours watched, both fading. ``candidates``: the
    soonest first. ``updated_at``: when this was written.
    """

    crossings: float = 0.0
    hours: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    updated_at: datetime | None = None
    velocities: tuple[int, ...] = ()
    """Numbers of posts by the bin of their highest velocity (``alerting.velocity``)."""


@dataclass(frozen=True, slots=True)
class NextPoll:
    """The wait of a watch until its next poll, found with this ``index_threshold`` of a poll (in post-hours)."""

    wait: timedelta
    index_threshold: float


@dataclass(frozen=True, slots=True)
class RateLimitWindow:
    """The rest of a host's rate limit: so many requests until then (UTC)."""

    remaining: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class HostLoad:
    """The number of active watches at one host of a source; the price and the time of the newest poll there."""

    endpoint: Endpoint
    watches: int
    index_threshold: float | None
    polled_at: datetime | None = field(default=None, compare=False)
