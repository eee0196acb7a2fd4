"""Admission control: as many tasks run as ``bot.core.limits.fair_share`` has room for; others wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from bot.core.limits.fair_share import FairShares, Party, Seat

QUEUE_MAX: Final = 5_000
"""Longest queue; requests beyond it are refused at once."""


class Gate:
    """``enter`` waits for room, ``leave`` makes some. ``clock``: seconds that only grow."""

    def __init__(self, total: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._shares = FairShares(total)
        self._clock = clock
        self._waiting: dict[asyncio.Future[Seat], Party] = {}

    async def enter(self, party: Party, *, patience_s: float) -> Seat:
        """Acquire a slot. Raises ``TimeoutError`` when there is none for ``patience_s``."""
        if not self._waiting and self._shares.may_enter(party):
            return self._shares.enter(party, self._clock())
        if len(self._waiting) >= QUEUE_MAX:
            raise TimeoutError
        turn: asyncio.Future[Seat] = asyncio.get_running_loop().create_future()
        self._waiting[turn] = party
        self._let_in()
        try:
            async with asyncio.timeout(patience_s):
                return await turn
        except BaseException:
            self._waiting.pop(turn, None)
            if turn.done() and not turn.cancelled():  # let in at the moment of giving up
                self.leave(turn.result())
            raise

    def leave(self, seat: Seat, cost: float | None = None) -> None:
        """``cost``: see ``FairShares.leave``."""
        self._shares.leave(seat, self._clock(), cost)
        self._let_in()

    def _let_in(self) -> None:
        """Let in the party that had the least so far. One pass is enough: nobody leaves meanwhile."""
        if not self._waiting or self._shares.free <= 0:
            return
        for turn, party in sorted(self._waiting.items(), key=lambda item: self._shares.turn(item[1])):
            if self._shares.free <= 0:
                return
            if turn.done():
                del self._waiting[turn]
            elif self._shares.may_enter(party):
                del self._waiting[turn]
                turn.set_result(self._shares.enter(party, self._clock()))
