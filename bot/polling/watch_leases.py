"""Leases of the watches that this process claimed, and whether a request may still go out under one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from bot.core.errors import StalePlan
from bot.core.leases import LEASE_S, LONGEST_LEASE
from bot.core.models import Watch, WatchId
from bot.storage.sql.watching.watches import lease_of
from bot.storage.stores import Storage


class WatchLeases:
    """Leases of claimed watches and, with ``lease_hosts``, of their hosts.

    ``lease_hosts``: other processes poll too; a host is polled by one of them at a time. Without it no lease is
    required: nobody else could have taken the claim.
    """

    def __init__(self, storage: Storage, clock: Callable[[], datetime], *, lease_hosts: bool) -> None:
        self.lease_hosts = lease_hosts
        self._storage = storage
        self._clock = clock
        self._until: dict[WatchId, datetime] = {}

    def note(self, claimed: Iterable[Watch], now: datetime) -> None:
        """These watches were claimed at ``now`` for ``LEASE_S`` seconds."""
        self._until.update((watch.id, now + timedelta(seconds=LEASE_S)) for watch in claimed)

    async def renew(self, held: Collection[Watch], now: datetime) -> None:
        """Extend the leases of ``held``, and forget those of other watches. Raises ``DatabaseBusy``."""
        await self._storage.watches.renew(held, now, lease_s=LEASE_S)
        if self.lease_hosts:
            await self._storage.leases.renew({lease_of(watch) for watch in held}, now, lease_s=LEASE_S)
        until = now + timedelta(seconds=LEASE_S)
        # A lease that had ended may be another process's, which the renewal leaves as it is.
        self._until = {
            watch.id: until if before > now else before
            for watch in held
            if (before := self._until.get(watch.id)) is not None
        }

    def require(self, watch: Watch) -> None:
        """Raise ``StalePlan`` where the lease ended before a request goes out: this process was paused, say."""
        until = self._until.get(watch.id)
        if self.lease_hosts and (until is None or until <= self._clock()):
            raise StalePlan("its lease ended before it was asked for")

    async def keep_host(self, watch: Watch, wait: timedelta) -> None:
        """Keep a host that asked for a wait, which only this process knows of. Raises ``DatabaseBusy``."""
        if self.lease_hosts:
            lease_s = min(wait, LONGEST_LEASE).total_seconds()
            await self._storage.leases.renew([lease_of(watch)], self._clock(), lease_s=lease_s)

    async def release_hosts(self) -> None:
        """Leave all hosts to other processes. Raises ``DatabaseBusy``."""
        if self.lease_hosts:
            await self._storage.leases.release_polls()
