"""The context of sending and editing: storage, leases, rate limit, outage, clock, and counters since the start."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.calendar.clock import Clock
from bot.core.models import MessageId
from bot.leases import LeaseKeeper
from bot.storage.stores import Storage

from .outage import Outage
from .rate_limiter import RateLimiter, Sleep


@dataclass(slots=True)
class DeliveryCounters:
    """Messages: sent, edited or removed later, and given up although there was something in them."""

    sent: int = 0
    edited: int = 0
    removed: int = 0
    given_up: int = 0


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
