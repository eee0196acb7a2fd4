"""The context of sending and editing: storage, leases, rate limit, outage, clock, and counters since the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.histogram import Histogram
from bot.core.models import ChannelId, MessageId
from bot.leases import LeaseKeeper
from bot.storage.stores import Storage

from .outage import Outage
from .rate_limiter import RateLimiter, Sleep
from .transport import Later

DELIVERY_BOUNDS_S: Final = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21600)
"""Bounds of the seconds from a decision to Discord's confirmation."""


@dataclass(slots=True)
class DeliveryCounters:
    """Messages: sent, edited or removed later, unconfirmed for good, and given up although they held something.

    ``to_sent``: seconds from the time at which an alert could be sent first (the commit of the poll that found the
    crossing, or the end of quiet hours) until Discord confirmed its message. ``settled_at``: end of the last try
    on the rate limiter's clock; None before the first.
    """

    sent: int = 0
    edited: int = 0
    removed: int = 0
    given_up: int = 0
    uncertain: int = 0
    to_sent: Histogram = field(default_factory=lambda: Histogram(DELIVERY_BOUNDS_S))
    settled_at: float | None = None


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """The parts of delivery that its sender and its editor use together.

    ``claims``: the leases of the messages under way. ``outage``: of Discord, as far as requests showed it.
    """

    storage: Storage
    claims: LeaseKeeper[MessageId]
    rate_limiter: RateLimiter
    outage: Outage
    clock: Clock
    sleep: Sleep
    counters: DeliveryCounters = field(default_factory=DeliveryCounters)

    def pause_all(self, channel: ChannelId, later: Later) -> bool:
        """Pause every request where an answer is for all of them, or makes an outage of several.

        True: it counts as an outage.
        """
        if not later.guild_unavailable:
            if later.everywhere and later.after_s is not None:
                self.rate_limiter.pause_for(later.after_s)
            return False
        pause_s = self.outage.failed(channel, later.failure.detail, everywhere=later.everywhere)
        if pause_s is None:
            return False
        self.rate_limiter.pause_for(max(pause_s, later.after_s or 0.0), slower=False)
        return True
