"""Admission control: as many tasks run as ``bot.core.limits.fair_share`` has room for; others wait.

Whom a task works for is kept in its context, so that what it asks of the database counts as that server's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Final

from bot.core.limits.fair_share import FairShares, Requester, Slot

QUEUE_MAX: Final = 5_000
"""Longest queue; requests beyond it are refused at once."""


_ASKER: Final[ContextVar[Hashable]] = ContextVar("asker", default=None)


def count_as(*, server: int | None, person: int) -> None:
    """Have what this task asks from now on counted as a server's, in a direct message as a person's."""
    _ASKER.set(("person", person) if server is None else ("server", server))


def asker() -> Requester:
    """The server or person that this task works for; all tasks that work for nobody share one requester."""
    return Requester(_ASKER.get(), is_trusted=True)


class Gate:
    """``enter`` waits for a slot, ``leave`` releases it. ``clock``: monotonic seconds."""

    def __init__(self, total: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._shares = FairShares(total)
        self._clock = clock
        self._waiting: dict[asyncio.Future[Slot], Requester] = {}

    async def enter(self, requester: Requester, *, max_wait_s: float) -> Slot:
        """Acquire a slot. Raises ``TimeoutError`` when there is none for ``max_wait_s``."""
        if not self._waiting and self._shares.may_enter(requester):
            return self._shares.enter(requester, self._clock())
        if len(self._waiting) >= QUEUE_MAX:
            raise TimeoutError
        waiter: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = requester
        self._let_in()
        try:
            async with asyncio.timeout(max_wait_s):
                return await waiter
        except BaseException:
            self._waiting.pop(waiter, None)
            if waiter.done() and not waiter.cancelled():  # let in at the moment of giving up
                self.leave(waiter.result())
            raise

    def leave(self, slot: Slot, cost: float | None = None) -> None:
        """``cost``: see ``FairShares.leave``."""
        self._shares.leave(slot, self._clock(), cost)
        self._let_in()

    def _let_in(self) -> None:
        """Give slots to the requesters that had the least so far.

        One pass is enough: none is released meanwhile.
        """
        if not self._waiting or self._shares.free <= 0:
            return
        for waiter, requester in sorted(self._waiting.items(), key=lambda item: self._shares.sort_key(item[1])):
            if self._shares.free <= 0:
                return
            if waiter.done():
                del self._waiting[waiter]
            elif self._shares.may_enter(requester):
                del self._waiting[waiter]
                waiter.set_result(self._shares.enter(requester, self._clock()))
