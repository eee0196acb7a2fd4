"""Who was never asked: under which address they are is found out before they may take a seat.

Else a hundred new names of one machine would be a hundred machines, until each had been asked.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from bot.core.incidents import place_of
from bot.core.models import DueWatch, Watch

from .seats import Seats

FIND_WITHIN_S: Final = 3.0
"""A name that takes longer is asked for without; it counts as new in any case."""


class Strangers:
    """``find``: finds out what ``machine_of`` of the seats then knows; None where nobody can."""

    def __init__(self, seats: Seats, find: Callable[[str], Awaitable[None]] | None) -> None:
        self._seats = seats
        self._find = find
        self._under_way: dict[asyncio.Task[None], DueWatch] = {}

    @property
    def tasks(self) -> frozenset[asyncio.Task[None]]:
        """What is being found out."""
        return frozenset(self._under_way)

    @property
    def watches(self) -> list[Watch]:
        """For whom it is."""
        return [due.watch for due in self._under_way.values()]

    def sent_for(self, claimed: Iterable[DueWatch]) -> list[DueWatch]:
        """Begin to find out what is not known; returns those of whom it is."""
        known: list[DueWatch] = []
        for due in claimed:
            if self._find is None or not self._seats.is_stranger(due.watch):
                known.append(due)
                continue
            host = place_of(due.watch.source, due.watch.target).host
            self._under_way[asyncio.create_task(self._found_out(self._find, host), name=f"find {host}")] = due
        return known

    def found(self) -> list[DueWatch]:
        """Those of whom it was found out, or could not be."""
        done = [task for task in self._under_way if task.done()]
        return [self._under_way.pop(task) for task in done]

    async def clear(self) -> list[Watch]:
        """Stop; returns who waited for it."""
        left, tasks = self.watches, list(self._under_way)
        self._under_way.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return left

    async def _found_out(self, find: Callable[[str], Awaitable[None]], host: str) -> None:
        with contextlib.suppress(TimeoutError, OSError, ValueError):  # the look itself will say so
            async with asyncio.timeout(FIND_WITHIN_S):
                await find(host)
