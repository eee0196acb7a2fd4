"""Poll budgets of all hosts: begun from the database, updated by this process's own polls."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.alerting.policy import PollPolicy
from bot.core.cadence.host_budget import HostBudget, after_poll
from bot.core.errors import SourceError
from bot.core.health.incidents import endpoint_of
from bot.core.limits.guild_load import slower, slower_watches
from bot.core.models import Endpoint, FetchResult, GuildId, NotModified, PollPlan, SourceName, Watch, WatchId
from bot.storage.stores import Storage

log = logging.getLogger(__name__)

COUNT_EVERY: Final = timedelta(minutes=5)
"""Interval of recounts: other processes poll, too, and topics come and go."""


class HostBudgets:
    """The hosts of all sources.

    ``polls_per_hour``: what a server's topics may take, on the mean; 0: any number.
    ``shared``: other processes poll too; a host that one of them has polled since begins from its newest price.
    """

    def __init__(
        self,
        storage: Storage,
        policies: Mapping[SourceName, PollPolicy],
        *,
        polls_per_hour: int = 0,
        shared: bool = False,
    ) -> None:
        self._shared = shared
        self._storage = storage
        self.polls_per_hour = polls_per_hour
        self._slower: dict[WatchId, float] = {}
        self._above: frozenset[GuildId] = frozenset()
        self._policies = policies
        self._known: dict[Endpoint, HostBudget] = {}
        self._recorded_at: dict[Endpoint, datetime] = {}
        self._counted_at: datetime | None = None

    async def refresh(self, now: datetime) -> None:
        """Count the watches of each host every few minutes; a new one gets its stored index threshold."""
        if self._counted_at is not None and timedelta(0) <= now - self._counted_at < COUNT_EVERY:
            return
        self._counted_at = now
        watches: dict[Endpoint, int] = {}
        index_thresholds: dict[Endpoint, float | None] = {}
        polled: dict[Endpoint, datetime] = {}
        for load in await self._storage.watches.host_loads():
            watches[load.endpoint] = load.watches
            index_thresholds[load.endpoint] = load.index_threshold
            if load.polled_at is not None:
                polled[load.endpoint] = load.polled_at
        self._known = {
            endpoint: replace(
                self._own(endpoint, polled.get(endpoint)) or self._new(endpoint, index_thresholds[endpoint]),
                watches=number,
            )
            for endpoint, number in watches.items()
            if endpoint.source in self._policies
        }
        self._recorded_at = {one: at for one, at in self._recorded_at.items() if one in self._known}

        await self._weigh_servers()

    def _own(self, endpoint: Endpoint, polled_at: datetime | None) -> HostBudget | None:
        """Budget of a host as this process knows it; None where another one has polled it since."""
        recorded_at = self._recorded_at.get(endpoint)
        if self._shared and polled_at is not None and recorded_at is not None and polled_at > recorded_at:
            return None
        return self._known.get(endpoint)

    async def _weigh_servers(self) -> None:
        """Find servers above their share of polls, and log each once."""
        interval = next((policy.interval for policy in self._policies.values()), None)
        if not self.polls_per_hour or interval is None:
            return
        factors = slower(await self._storage.guild_loads.server_loads(), interval, self.polls_per_hour)
        followed = await self._storage.guild_loads.followed_only_by(factors) if factors else []
        self._slower = slower_watches(followed, factors)
        for guild in factors.keys() - self._above:
            log.warning(
                "server %s follows so much that quota.looks_per_hour = %d is passed %.1f times: "
                "its own topics are polled so much less often",
                guild,
                self.polls_per_hour,
                factors[guild],
            )
        self._above = frozenset(factors)

    def slowed(self, plan: PollPlan) -> PollPlan:
        """A plan whose watch waits longer where only servers above their share follow it.

        Never for so long that the bot would take itself to have been away.
        """
        factor = self._slower.get(plan.watch.id)
        if factor is None:
            return plan
        wait = plan.update.next_poll_at - plan.at
        longest = max(wait, self._policies[plan.watch.source].catch_up_after / 2)
        return replace(plan, update=replace(plan.update, next_poll_at=plan.at + min(wait * factor, longest)))

    def get(self, watch: Watch) -> HostBudget:
        """The host that a watch asks."""
        endpoint = endpoint_of(watch.source, watch.target)
        return self._known.get(endpoint) or self._new(endpoint, None)

    def record(self, plan: PollPlan, answer: FetchResult | NotModified | SourceError) -> None:
        """Learn from a poll that was committed."""
        if plan.update.next_poll is None:
            return
        host = self.get(plan.watch)
        fetched = answer if isinstance(answer, FetchResult) else None
        endpoint = endpoint_of(plan.watch.source, plan.watch.target)
        self._recorded_at[endpoint] = max(plan.at, self._recorded_at.get(endpoint, plan.at))
        self._known[endpoint] = after_poll(
            host,
            plan.update.next_poll,
            plan.at,
            requests=fetched.requests if fetched else 1,
            quota=fetched.quota if fetched else None,
        )

    def _new(self, endpoint: Endpoint, index_threshold: float | None) -> HostBudget:
        policy = self._policies[endpoint.source]
        return HostBudget(policy.interval, min_gap=policy.min_request_gap, index_threshold=index_threshold)
