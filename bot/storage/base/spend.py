"""What a source that costs money needs: a count of the day that nothing oversteps."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from bot.core.models import SourceName, TopicKey


class SpendStore(Protocol):
    """Reads of a source on a UTC day: reserved before they are asked for, settled when they came."""

    async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
        """Reserve up to ``wanted`` reads, what ``limit`` leaves on that day; 0 where that is below ``least``.

        On disk when it returns: a process that is killed before it settles leaves what it reserved spent.
        """
        ...

    async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
        """Of what was ``reserved``, only this much was ``used``; or more, where the source kept no measure."""
        ...

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
        """As ``reserve``, for those who follow ``topic`` there: see ``core.budget_shares``.

        ``passed``: how much of the day has, from 0 to 1. Who is refused waits, until something is granted.
        """
        ...

    async def settle_share(
        self, source: SourceName, day: date, *, reserved: int, used: int, topic: TopicKey
    ) -> None:
        """As ``settle``, for those who follow ``topic``."""
        ...

    async def spent(self, source: SourceName, day: date) -> int:
        """Reads of that day, with those reserved."""
        ...
