"""What the poller knows of the hosts it asks: begun with what the database says, moved by its own looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.errors import SourceError
from bot.core.incidents import place_of
from bot.core.models import Fetched, NotModified, Place, PollPlan, SourceName, Watch
from bot.core.pace import Host, after_look
from bot.core.policy import PollPolicy
from bot.storage.base import PollStore

COUNT_EVERY: Final = timedelta(minutes=5)
"""Other processes look, too, and topics come and go."""


class Hosts:
    """The hosts of all sources. Each process has its own price of a host; they agree, for they see alike."""

    def __init__(self, storage: PollStore, policies: Mapping[SourceName, PollPolicy]) -> None:
        self._storage = storage
        self._policies = policies
        self._known: dict[Place, Host] = {}
        self._counted_at: datetime | None = None

    async def count(self, now: datetime) -> None:
        """Now and then count the watches of each host; a host that is new here gets its newest price."""
        if self._counted_at is not None and timedelta(0) <= now - self._counted_at < COUNT_EVERY:
            return
        self._counted_at = now
        watches: Counter[Place] = Counter()
        prices: dict[Place, float | None] = {}
        for load in await self._storage.host_loads():
            place = place_of(load.source, load.target)
            watches[place] += load.watches
            prices[place] = load.price or prices.get(place)
        self._known = {
            place: replace(self._known.get(place) or self._new(place, prices[place]), watches=number)
            for place, number in watches.items()
            if place.source in self._policies
        }

    def of(self, watch: Watch) -> Host:
        """The host that a watch asks."""
        place = place_of(watch.source, watch.target)
        return self._known.get(place) or self._new(place, None)

    def looked(self, plan: PollPlan, answer: Fetched | NotModified | SourceError) -> None:
        """Learn from a look that was committed."""
        if plan.update.turn is None:
            return
        host = self.of(plan.watch)
        told = answer if isinstance(answer, Fetched) else None
        self._known[place_of(plan.watch.source, plan.watch.target)] = after_look(
            host,
            plan.update.turn,
            plan.at,
            requests=told.requests if told else 1,
            quota=told.quota if told else None,
        )

    def _new(self, place: Place, price: float | None) -> Host:
        policy = self._policies[place.source]
        return Host(policy.interval, apart=policy.apart, price=price)
