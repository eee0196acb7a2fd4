"""Questions of people to a host, one process at a time, beside the one process that polls it.

The process that polls a host has the larger part of what it may be asked (``bootstrap.HostShare``), all processes
that answer people the rest together: of those one asks at a time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.core.errors import DatabaseBusy, SourceBusy
from bot.core.host_names import host_name
from bot.core.models import SourceName
from bot.storage.sql.leases import LeaseStore

ASKS: Final = "asks:"
"""Prefix of the leases; the host's name follows."""
LEASE_S: Final = 30.0
"""More than a question takes (``live_fetches.ANSWER_WITHIN_S``): it ends by itself where the process died."""
WAIT_S: Final = 3.0
TRY_EVERY_S: Final = 0.25
SHARED_FOR_S: Final = 5.0
"""Seconds in which further questions of this process join a turn; then others get theirs."""


class HostTurns(Protocol):
    """Turns of processes at a host."""

    @asynccontextmanager
    def hold(self, source: SourceName, target: str | None) -> AsyncIterator[None]:
        """Have a turn for as long as the block runs. Raises ``SourceBusy`` where others have it for long."""
        ...


class NoTurns:
    """Turns of a process that is alone."""

    @asynccontextmanager
    async def hold(self, source: SourceName, target: str | None) -> AsyncIterator[None]:
        """See ``HostTurns.hold``: at once."""
        yield


@dataclass(slots=True)
class _Turn:
    """A turn of this process. ``since``: seconds on a monotonic clock."""

    since: float
    questions: int = 0


class LeasedTurns:
    """Turns by leases in the database. ``spacing_s``: least seconds between two turns of different processes."""

    def __init__(
        self,
        leases: LeaseStore,
        clock: Callable[[], datetime],
        *,
        spacing_s: float,
        monotonic: Callable[[], float] = time.monotonic,
        wait_s: float = WAIT_S,
        try_every_s: float = TRY_EVERY_S,
    ) -> None:
        self._leases = leases
        self._clock = clock
        self._spacing = timedelta(seconds=spacing_s)
        self._monotonic = monotonic
        self._wait_s = wait_s
        self._try_every_s = try_every_s
        self._turns: dict[str, _Turn] = {}

    @asynccontextmanager
    async def hold(self, source: SourceName, target: str | None) -> AsyncIterator[None]:
        """See ``HostTurns.hold``."""
        name = ASKS + host_name(source, target)
        try:
            turn = await self._taken(name)
        except DatabaseBusy as busy:
            raise SourceBusy("nobody can be asked while the database is busy") from busy
        turn.questions += 1
        try:
            yield
        finally:
            turn.questions -= 1
            if not turn.questions:
                del self._turns[name]
                await self._give_back(name)

    async def _taken(self, name: str) -> _Turn:
        begun = self._monotonic()
        while True:
            turn = self._turns.get(name)
            if turn is None:
                if await self._leases.take(name, self._clock(), lease_s=LEASE_S):
                    return self._turns.setdefault(name, _Turn(self._monotonic()))
            elif self._monotonic() - turn.since < SHARED_FOR_S:
                return turn
            if self._monotonic() - begun >= self._wait_s:
                raise SourceBusy("too many questions are under way")
            await asyncio.sleep(self._try_every_s)

    async def _give_back(self, name: str) -> None:
        try:
            await self._leases.release(name, self._clock() + self._spacing)
        except DatabaseBusy:
            return  # it ends by itself
