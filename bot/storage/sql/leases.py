"""Leases by name: of work that one process does at a time, such as the polls of a host."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.leases import LONGEST_LEASE
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import json_list, to_us

POLLS: Final = "polls:"
"""Prefix of the leases of hosts for polls; the host's name follows."""

# ?5: a lease that ends later was written while the clock was ahead.
_TAKE: Final = """
INSERT INTO leases (name, holder, until) VALUES (?1, ?2, ?3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= ?4 OR leases.until > ?5
"""
# In the order of their names, as renewals: processes that take several at once wait for each other in one order.
_TAKE_EACH: Final = """
INSERT INTO leases (name, holder, until)
SELECT value, ?2, CAST(?3 AS BIGINT) FROM json_each(?1) WHERE true ORDER BY value /*pg COLLATE "C" */
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= ?4 OR leases.until > ?5
RETURNING leases.name AS taken
"""
_RENEW: Final = "UPDATE leases SET until = ? WHERE name = ? AND holder = ? AND until < ?"
_RELEASE: Final = "UPDATE leases SET until = ? WHERE name = ? AND holder = ? AND until > ?"
_RELEASE_POLLS: Final = f"DELETE FROM leases WHERE holder = ? AND name LIKE '{POLLS}%'"  # noqa: S608 - a constant


class LeaseStore(Store):
    """Leases by name. The holder is this process."""

    async def take(self, name: str, now: datetime, *, lease_s: float) -> bool:
        """Take or extend a lease until ``lease_s`` seconds from now. False: another process has it."""
        work = partial(take_lease, self._database.holder, name, now, lease_s)
        return await self._database.write(work, durable=False)

    async def take_once(self, name: str, now: datetime, *, lease_s: float) -> bool:
        """Take a lease as another holder each time: also this process waits until the last one has ended."""
        return await self._database.write(
            partial(take_lease, secrets.token_hex(8), name, now, lease_s), durable=False
        )

    async def renew(self, names: Collection[str], now: datetime, *, lease_s: float) -> None:
        """Extend those of these leases that this process has. No lease becomes shorter."""
        until = to_us(now + timedelta(seconds=lease_s))
        rows = [(until, name, self._database.holder, until) for name in sorted(names)]

        def work(tx: Tx) -> None:
            tx.executemany(_RENEW, rows)

        await self._database.write(work, durable=False, alone=False)

    async def release(self, name: str, at: datetime) -> None:
        """Give a lease of this process back: others can take it from ``at`` on."""
        await self._database.write(partial(release_lease, self._database.holder, name, at), durable=False)

    async def release_polls(self) -> None:
        """Give all hosts back that this process polls: it stops."""
        holder = self._database.holder

        def work(tx: Tx) -> None:
            tx.execute(_RELEASE_POLLS, (holder,))

        await self._database.write(work, durable=False)


def take_each(tx: Tx, holder: str, names: Iterable[str], now: datetime, lease_s: float) -> set[str]:
    """Take or extend leases, in the order of their names; returns those that this process has now."""
    until, longest = to_us(now + timedelta(seconds=lease_s)), to_us(now + LONGEST_LEASE)
    values = (json_list(sorted(set(names))), holder, until, to_us(now), longest)
    return {row["taken"] for row in tx.execute(_TAKE_EACH, values)}


def take_lease(holder: str, name: str, now: datetime, lease_s: float, tx: Tx) -> bool:
    """See ``LeaseStore.take``."""
    until, longest = to_us(now + timedelta(seconds=lease_s)), to_us(now + LONGEST_LEASE)
    return tx.execute(_TAKE, (name, holder, until, to_us(now), longest)).rowcount == 1


def release_lease(holder: str, name: str, at: datetime, tx: Tx) -> None:
    """See ``LeaseStore.release``."""
    tx.execute(_RELEASE, (to_us(at), name, holder, to_us(at)))
