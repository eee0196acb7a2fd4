"""Slots that are shared by who asks: nobody's long queue stands in front of another's short one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Hashable, Set
from contextlib import asynccontextmanager
from typing import Final

Asker = Hashable


class FairSlots:
    """So many at once; whoever holds fewest slots comes next, then whoever had its last turn longest ago.

    Of several slots one asker never has all: who asks after it need not wait for one of them.
    """

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._most: Final = max(1, slots - 1)
        self._held: Counter[Asker] = Counter()
        self._waiting: dict[asyncio.Future[Asker], Set[Asker]] = {}
        self._last_turn: dict[Asker, int] = {}
        self._turns = 0

    @asynccontextmanager
    async def turn(self, askers: Set[Asker]) -> AsyncIterator[None]:
        """A slot for work that any of these asked for; more may join them while it waits."""
        waiter: asyncio.Future[Asker] = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = askers
        self._let_in()
        try:
            charged = await waiter
        except BaseException:
            self._waiting.pop(waiter, None)
            if waiter.done() and not waiter.cancelled():  # let in at the moment of giving up
                self._leave(waiter.result())
            raise
        try:
            yield
        finally:
            self._leave(charged)

    def _leave(self, asker: Asker) -> None:
        self._free += 1
        self._held[asker] -= 1
        self._let_in()
        if not self._held[asker]:
            del self._held[asker]
        if not self._waiting:
            self._last_turn.clear()

    def _let_in(self) -> None:
        while self._free > 0:
            best = min(
                (
                    (self._held[asker], self._last_turn.get(asker, 0), place, asker, waiter)
                    for place, (waiter, askers) in enumerate(self._waiting.items())
                    for asker in askers
                    if self._held[asker] < self._most
                ),
                key=lambda one: one[:3],
                default=None,
            )
            if best is None:
                return
            *_, asker, waiter = best
            del self._waiting[waiter]
            self._turns += 1
            self._last_turn[asker] = self._turns
            self._held[asker] += 1
            self._free -= 1
            waiter.set_result(asker)
