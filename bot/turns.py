"""A few milliseconds a turn of the event loop: of work that came all at once, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

ENOUGH_S: Final = 0.005
"""After so much work the rest is left to the next turn. One at a time would cost a turn of 0.1 ms for each."""


class Turns:
    """``await turns.room()`` stands before a piece of work, which may begin in a later turn then.

    A lock would not do: it is free again before the next one of the same turn asks for it, and all go through.
    A turn is measured from its first piece on, so that nobody need say where a piece ends.
    """

    def __init__(self, *, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._began_s: float | None = None
        self._turned = asyncio.Event()

    async def room(self) -> None:
        """Wait for a turn that has room. The first piece of a turn always finds it."""
        while self._began_s is not None and self._timer() - self._began_s >= ENOUGH_S:
            await self._turned.wait()
        if self._began_s is None:
            self._began_s = self._timer()
            asyncio.get_running_loop().call_soon(self._begin_anew)

    def _begin_anew(self) -> None:
        self._began_s = None
        self._turned.set()
        self._turned.clear()
