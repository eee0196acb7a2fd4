"""Reads that cost money: reserved in one transaction, so that no two requests get the same rest of a budget."""

from __future__ import annotations

from datetime import date

from bot.core.limits.budget_shares import grant
from bot.core.models import SourceName, TopicKey
from bot.storage.sql.database import Store, Tx

from .spend_shares import accounts_of, charge, payers_of

_SPENT = "SELECT reads FROM spend WHERE source = ? AND day = ?"
_ADD = """
INSERT INTO spend (source, day, reads) VALUES (?1, ?2, CASE WHEN CAST(?3 AS BIGINT) > 0 THEN ?3 ELSE 0 END)
ON CONFLICT (source, day) DO UPDATE SET
  reads = CASE WHEN spend.reads + ?3 > 0 THEN spend.reads + ?3 ELSE 0 END
"""


class SqliteSpend(Store):
    """``SpendStore`` on SQLite."""

    async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
        """Reserve what the day's ``limit`` leaves of ``wanted``, or nothing."""

        def work(tx: Tx) -> int:
            granted = min(wanted, limit - _spent(tx, source, day))
            if granted < max(least, 1):
                return 0
            tx.execute(_ADD, (source.value, day.isoformat(), granted))
            return granted

        return await self._database.write(work)

    async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
        """Replace what was reserved by what was used."""

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
        """Reserve what the day's limit, and what others may still want of it, leaves to the topic's followers."""

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
        """Replace what was reserved for a topic by what was used."""

        def work(tx: Tx) -> None:
            tx.execute(_ADD, (source.value, day.isoformat(), used - reserved))
            payers, accounts = payers_of(tx, source, topic), accounts_of(tx, source, day)
            charge(tx, source, day, accounts, payers, used - reserved)

        if used != reserved:
            await self._database.write(work)

    async def spent(self, source: SourceName, day: date) -> int:
        """What is spent or reserved."""
        return await self._database.read(lambda tx: _spent(tx, source, day))


def _spent(tx: Tx, source: SourceName, day: date) -> int:
    row = tx.execute(_SPENT, (source.value, day.isoformat())).fetchone()
    return row["reads"] if row else 0
