"""The forecast of a watch and the load of its host: all that decides when it is polled next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .enums import PostKey
from .sources import SourceName


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post near a threshold that it has not reached, as it was last read.

    ``bar``: the lowest above it that a listener has. ``speed``: RP an hour. ``source_id``: what its source calls
    it, where it can be asked for by that. ``born``: when it was written, or first seen.
    """

    key: PostKey
    bar: int
    rp: int
    speed: float
    read_at: datetime
    born: datetime
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class PollForecast:
    """The forecast that a watch keeps from poll to poll.

    ``crossings``, ``hours``: posts that reached a threshold, and hours watched, both fading. ``candidates``: the
    soonest first. ``looked_at``: when this was written.
    """

    crossings: float = 0.0
    hours: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NextPoll:
    """The wait of a watch until its next poll, found with this ``price`` of a poll (in post-hours)."""

    wait: timedelta
    price: float


@dataclass(frozen=True, slots=True)
class RateLimitWindow:
    """The rest of a host's rate limit: so many requests until then (UTC)."""

    remaining: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class HostLoad:
    """The number of active watches at one target of a source, and the price of the newest poll there."""

    source: SourceName
    target: str | None
    watches: int
    price: float | None
