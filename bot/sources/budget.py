"""A day's budget for a source that costs money: reserved before a request, settled when its answer is read.

    reserve (the most that can come) ─▶ request ─▶ settle (what came)
                                           └─ killed, broken off: stays spent

A day is a UTC day. What cannot be counted is not asked for.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from bot.core.errors import BudgetSpent, SourceBusy, StorageError
from bot.core.models import SourceName

log = logging.getLogger(__name__)


class Ledger(Protocol):
    """Where it is counted, over restarts and for all processes. Its methods may raise ``StorageError``."""

    async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
        """Reserve up to ``wanted`` of what ``limit`` leaves; 0 where that is below ``least``."""
        ...

    async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
        """Of what was reserved, this much was used."""
        ...

    async def spent(self, source: SourceName, day: date) -> int:
        """What is spent or reserved."""
        ...


@dataclass(frozen=True, slots=True)
class Grant:
    """So many reads may be asked for, on account of that day."""

    day: date
    reads: int


class DailyBudget:
    """What a source may read on a UTC day."""

    def __init__(self, ledger: Ledger, source: SourceName, *, per_day: int) -> None:
        self.per_day = per_day
        self._ledger = ledger
        self._source = source

    async def reserve(self, wanted: int, now: datetime, *, least: int = 1) -> Grant:
        """Up to ``wanted`` reads. Raises ``BudgetSpent`` where fewer than ``least`` are left."""
        day = now.astimezone(UTC).date()
        try:
            reads = await self._ledger.reserve(self._source, day, wanted, least=least, limit=self.per_day)
        except StorageError as error:
            raise SourceBusy(
                f"{self._source} is not asked: what it costs cannot be written down ({error})"
            ) from error
        if reads == 0:
            raise BudgetSpent(
                f"today's budget of {self.per_day:,} reads is spent; {self._source} is asked again from 00:00 UTC",
                retry_after=_until_tomorrow(now),
            )
        return Grant(day, reads)

    async def settle(self, grant: Grant, used: int) -> None:
        """Give back what was not used; where that cannot be written down, it stays spent."""
        try:
            await self._ledger.settle(self._source, grant.day, reserved=grant.reads, used=used)
        except StorageError as error:
            log.warning("%d reads of %s count as spent, %d were: %s", grant.reads, self._source, used, error)

    async def spent(self, now: datetime) -> int:
        """What is spent or reserved on the UTC day of ``now``. Raises ``StorageError``."""
        return await self._ledger.spent(self._source, now.astimezone(UTC).date())


def _until_tomorrow(now: datetime) -> timedelta:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC) - now
