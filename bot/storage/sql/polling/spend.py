"""Reads that cost money, reserved in one transaction: two requests cannot reserve the same remaining budget."""

from __future__ import annotations

from datetime import date

from bot.core.limits.budget_shares import grant
from bot.core.models import SourceName, SpendAccount, TopicKey
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.polling.spend_shares import accounts_of, charge, payers_of

_SPENT = "SELECT reads FROM spend WHERE source = ? AND day = ?"
_ADD = """
INSERT INTO spend (source, day, reads) VALUES (?1, ?2, CASE WHEN CAST(?3 AS BIGINT) > 0 THEN ?3 ELSE 0 END)
ON CONFLICT (source, day) DO UPDATE SET
  reads = CASE WHEN spend.reads + ?3 > 0 THEN spend.reads + ?3 ELSE 0 END
"""


class SpendStore(Store):
    """Reads of a source on a UTC day: reserved before the request, settled after the answer."""

    async def reserve(
        self, source: SourceName | SpendAccount, day: date, wanted: int, *, least: int, limit: int
    ) -> int:
        """Reserve up to ``wanted`` reads of those that ``limit`` leaves on that day; 0 if below ``least``.

        On disk when it returns: the reads of a process that is killed before it settles count as spent.
        """

        def work(tx: Tx) -> int:
            granted = min(wanted, limit - _spent(tx, source, day))
            if granted < max(least, 1):
                return 0
            tx.execute(_ADD, (source.value, day.isoformat(), granted))
            return granted

        return await self._database.write(work)

    async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
        """Replace ``reserved`` reads by those ``used``, which may be more where the source exceeds the request."""

        def work(tx: Tx) -> None:
            tx.execute(_ADD, (source.value, day.isoformat(), used - reserved))

        if used != reserved:
            await self._database.write(work)

    async def reserve_share(
        self,
        source: SourceName,
        day: date,
        wanted: int,
        *,
        least: int,
        limit: int,
        topic: TopicKey,
        passed: float,
    ) -> int:
        """Reserve as ``reserve`` does, charged to the servers that listen to ``topic``.

        See ``core.limits.budget_shares``.

        ``passed``: elapsed part of the day, from 0 to 1. A server that was refused counts as waiting until reads
        are granted.
        """

        def work(tx: Tx) -> int:
            payers, accounts = payers_of(tx, source, topic), accounts_of(tx, source, day)
            spent = _spent(tx, source, day)
            granted = grant(limit, spent, accounts, payers, wanted, least=least, passed=passed)
            if granted:
                tx.execute(_ADD, (source.value, day.isoformat(), granted))
            charge(tx, source, day, accounts, payers, granted)
            return granted

        return await self._database.write(work)

    async def settle_share(
        self, source: SourceName, day: date, *, reserved: int, used: int, topic: TopicKey
    ) -> None:
        """Settle as ``settle`` does, charged to the servers that listen to ``topic``."""

        def work(tx: Tx) -> None:
            tx.execute(_ADD, (source.value, day.isoformat(), used - reserved))
            payers, accounts = payers_of(tx, source, topic), accounts_of(tx, source, day)
            charge(tx, source, day, accounts, payers, used - reserved)

        if used != reserved:
            await self._database.write(work)

    async def spent(self, source: SourceName, day: date) -> int:
        """Reads of that day, reserved ones included."""
        return await self._database.read(lambda tx: _spent(tx, source, day))


def _spent(tx: Tx, source: SourceName | SpendAccount, day: date) -> int:
    row = tx.execute(_SPENT, (source.value, day.isoformat())).fetchone()
    return row["reads"] if row else 0
