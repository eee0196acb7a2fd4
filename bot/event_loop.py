"""Time slices of the event loop, for CPU-bound work that arrives all at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Final

SLICE_S: Final = 0.005
"""Seconds of work in one iteration of the loop. One step an iteration would cost 0.1 ms more for each."""
CALLED_AT_LEAST: Final = 2
"""Waiters woken in an iteration at least. Each that finds no room costs a resumption: where eight were woken, and
twice as many as parts had run, a feed of twenty that are read at once was resumed 70 times (measured)."""


class LoopBudget:
    """Time slices of the event loop: ``await budget.checkpoint()`` stands before each CPU-bound step.

    It returns at once while the current iteration has used less than ``SLICE_S``, otherwise in a later iteration.
    An ``asyncio.Lock`` would not help: it is released before the next waiter of the same iteration asks for it. An
    iteration is measured from its first step, so no step has to say where it ends. Waiters go on in their order, a
    few in each iteration: waking all of a hundred each time would cost more than their work.
    """

    def __init__(self, *, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._began_s: float | None = None
        self._ran = 0
        self._numbers = count()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        """A heap: who was called and found no room goes back to the front."""
        self._turn_ends = False

    async def checkpoint(self) -> None:
        """Wait for an iteration whose slice is not used up. The first step of an iteration never waits."""
        if self.is_full:
            await self._called(next(self._numbers))
        self._begin()
        self._ran += 1

    async def more(self) -> None:
        """The checkpoint between the parts of one piece of work, which goes on before another is begun."""
        if self.is_full:
            await self._called(-next(self._numbers))
            self._ran += 1
        self._begin()

    async def _called(self, number: int) -> None:
        while self.is_full:
            called = asyncio.get_running_loop().create_future()
            heappush(self._waiting, (number, called))
            await called

    def _begin(self) -> None:
        if self._began_s is None:
            self._began_s = self._timer()
            self._end_turn_later()

    @property
    def is_full(self) -> bool:
        """Whether the slice of this iteration is used up."""
        return self._began_s is not None and self._timer() - self._began_s >= SLICE_S

    def _end_turn_later(self) -> None:
        if not self._turn_ends:
            self._turn_ends = True
            asyncio.get_running_loop().call_soon(self._begin_anew)

    def _begin_anew(self) -> None:
        """Wake twice as many as ran in the last iteration; one woken in vain waits on."""
        called = max(CALLED_AT_LEAST, 2 * self._ran)
        self._began_s, self._ran, self._turn_ends = None, 0, False
        while self._waiting and called > 0:
            _, waiter = heappop(self._waiting)
            if not waiter.done():  # it gave up
                waiter.set_result(None)
                called -= 1
        if self._waiting:  # also where all who were called give up
            self._end_turn_later()
