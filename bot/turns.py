"""A few milliseconds a turn of the event loop: of work that came all at once, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final

ENOUGH_S: Final = 0.005
"""After so much work the rest is left to the next turn. One at a time would cost a turn of 0.1 ms for each."""


class Turns:
    """``async with turns:`` holds a piece of work that does not wait; it may begin in a later turn.

    A lock would not do: it is free again before the next one of the same turn asks for it, and all go through.
    """

    def __init__(self, *, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._spent_s = 0.0
        self._began_s = 0.0
        self._turned = asyncio.Event()

    async def __aenter__(self) -> None:
        """Wait for a turn that has room."""
        while self._spent_s >= ENOUGH_S:
            await self._turned.wait()
        self._began_s = self._timer()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note what it took."""
        if self._spent_s == 0:
            asyncio.get_running_loop().call_soon(self._begin_anew)
        self._spent_s += self._timer() - self._began_s

    def _begin_anew(self) -> None:
        self._spent_s = 0.0
        self._turned.set()
        self._turned.clear()
