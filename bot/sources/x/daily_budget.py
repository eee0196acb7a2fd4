"""A day's budget for a source that costs money: reserved before a request, settled when its answer is read.

    reserve (the most that can come) ─▶ request ─▶ settle (what came)
                                           └─ killed, broken off: stays spent

A day is a UTC day. What cannot be counted is not asked for.
"""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol

from bot.core.errors import BudgetSpent, ShareSpent, SourceBusy, StorageError
from bot.core.lazy_dataclass import dataclass
from bot.core.models import SourceName, TopicKey

log = logging.getLogger(__name__)

SHARE_AGAIN: Final = timedelta(minutes=30)
"""Time after which a server whose share is spent asks again: unused shares are given away little by little."""
_DAY: Final = timedelta(days=1)


class Ledger(Protocol):
    """The store of reads, over restarts and for all processes. Its methods may raise ``StorageError``."""

    async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
        """Reserve up to ``wanted`` of what ``limit`` leaves; 0 where that is below ``least``."""
        ...

    async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
        """Settle a reservation: ``used`` reads of it were made."""
        ...

    async def spent(self, source: SourceName, day: date) -> int:
        """The reads spent or reserved."""
        ...


class FairLedger(Ledger, Protocol):
    """A ledger that knows who follows what, and shares a day between them (``core.limits.budget_shares``)."""

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
        """Reserve as by ``reserve``, for the followers of a topic.

        ``passed``: how much of the day has, from 0 to 1.
        """
        ...

    async def settle_share(
        self, source: SourceName, day: date, *, reserved: int, used: int, topic: TopicKey
    ) -> None:
        """Settle as by ``settle``, for the followers of a topic."""
        ...


@dataclass(frozen=True, slots=True)
class Reservation:
    """So many reads may be asked for, on account of that day, and of those who follow the topic."""

    day: date
    reads: int
    topic: TopicKey | None = None


class DailyBudget:
    """The reads of a source on a UTC day. ``fair``: shared between those who follow something there."""

    def __init__(
        self, ledger: Ledger, source: SourceName, *, per_day: int, fair: FairLedger | None = None
    ) -> None:
        self.per_day = per_day
        self._fair = fair
        self._ledger = ledger
        self._source = source

    async def reserve(
        self, wanted: int, now: datetime, *, least: int = 1, topic: TopicKey | None = None
    ) -> Reservation:
        """Up to ``wanted`` reads, for those who follow ``topic``; None: for nobody in particular.

        Raises ``BudgetSpent`` where fewer than ``least`` are left, ``ShareSpent`` where others may want the rest.
        """
        day = now.astimezone(UTC).date()
        topic = topic if self._fair is not None else None
        try:
            if self._fair is not None and topic is not None:
                reads = await self._fair.reserve_share(
                    self._source,
                    day,
                    wanted,
                    least=least,
                    limit=self.per_day,
                    topic=topic,
                    passed=1 - _until_tomorrow(now) / _DAY,
                )
            else:
                reads = await self._ledger.reserve(self._source, day, wanted, least=least, limit=self.per_day)
            others_wait = reads == 0 and topic is not None and self.per_day - await self.spent(now) >= least
        except StorageError as error:
            raise SourceBusy(
                f"{self._source} is not asked: what it costs cannot be written down ({error})"
            ) from error
        if others_wait:
            raise ShareSpent(
                f"of today's budget of {self.per_day:,} reads the rest is for other servers that wait for theirs",
                retry_after=min(SHARE_AGAIN, _until_tomorrow(now)),
            )
        if reads == 0:
            raise BudgetSpent(
                f"today's budget of {self.per_day:,} reads is spent; {self._source} is asked again from 00:00 UTC",
                retry_after=_until_tomorrow(now),
            )
        return Reservation(day, reads, topic)

    async def settle(self, grant: Reservation, used: int) -> None:
        """Give back what was not used; where that cannot be written down, it stays spent."""
        try:
            if self._fair is not None and grant.topic is not None:
                await self._fair.settle_share(
                    self._source, grant.day, reserved=grant.reads, used=used, topic=grant.topic
                )
            else:
                await self._ledger.settle(self._source, grant.day, reserved=grant.reads, used=used)
        except StorageError as error:
            log.warning("%d reads of %s count as spent, %d were: %s", grant.reads, self._source, used, error)

    async def spent(self, now: datetime) -> int:
        """The reads spent or reserved on the UTC day of ``now``. Raises ``StorageError``."""
        return await self._ledger.spent(self._source, now.astimezone(UTC).date())


def _until_tomorrow(now: datetime) -> timedelta:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC) - now
