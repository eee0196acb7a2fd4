"""What a watch expects of its topic, and what its host bears: all that decides when it is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .enums import PostKey
from .sources import SourceName


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post near a bar that it has not reached, as it was last read.

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
    """What a watch keeps from look to look.

    ``crossings``, ``hours``: posts that reached a bar, and hours watched, both fading. ``candidates``: the soonest
    first. ``looked_at``: when this was written.
    """

    crossings: float = 0.0
    hours: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NextPoll:
    """How long a watch is left alone, found with this ``price`` of a look (in post-hours)."""

    wait: timedelta
    price: float


@dataclass(frozen=True, slots=True)
class RateLimitWindow:
    """What a host said it still allows: so many requests until then (UTC)."""

    remaining: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class HostLoad:
    """How many watches are awake at one target of a source, and the price of the newest look there."""

    source: SourceName
    target: str | None
    watches: int
    price: float | None
