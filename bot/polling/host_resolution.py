"""Resolves the address group of hosts that were never asked, before they may take a slot.

Else a hundred new names of one machine would be a hundred machines, until each had been asked.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from bot.core.health.incidents import endpoint_of
from bot.core.models import DueWatch, Watch

from .host_slots import HostSlots

AT_ONCE: Final = 256
FIND_WITHIN_S: Final = 3.0
"""A name that takes longer is asked for without; it counts as new in any case."""


class HostResolution:
    """Resolves hosts that no slot was given to before.

    ``find`` resolves one, after which ``address_group_of`` of the slots knows its address group, if it has one.
    ``on_found`` is called when something was found out, or could not be.
    """

    def __init__(
        self,
        slots: HostSlots,
        find: Callable[[str], Awaitable[None]] | None,
        *,
        on_found: Callable[[], None] = lambda: None,
    ) -> None:
        self._slots = slots
        self._find = find
        self._running: dict[asyncio.Task[None], DueWatch] = {}
        self._over: list[asyncio.Task[None]] = []
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._on_found = on_found

    @property
    def watches(self) -> list[Watch]:
        """Watches whose host is being resolved."""
        return [due.watch for due in self._running.values()]

    def start_resolving(self, claimed: Iterable[DueWatch]) -> list[DueWatch]:
        """Start to resolve unknown hosts; returns the watches whose host is known."""
        known: list[DueWatch] = []
        for due in claimed:
            if self._find is None or not self._slots.needs_resolution(due.watch):
                known.append(due)
                continue
            host = endpoint_of(due.watch.source, due.watch.target).host
            task = asyncio.create_task(self._resolve(self._find, host), name=f"find {host}")
            task.add_done_callback(self._ended)
            self._running[task] = due
        return known

    def found(self) -> list[DueWatch]:
        """Watches whose host was resolved, or could not be."""
        over, self._over = self._over, []
        return [self._running.pop(task) for task in over if task in self._running]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._over.append(task)
        self._on_found()

    async def clear(self) -> list[Watch]:
        """Stop; returns who waited for it."""
        left, tasks = self.watches, [*self._running]
        self._running.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._over.clear()
        return left

    async def _resolve(self, find: Callable[[str], Awaitable[None]], host: str) -> None:
        with contextlib.suppress(TimeoutError, OSError, ValueError):  # the fetch itself will fail with a reason
            async with self._at_once, asyncio.timeout(FIND_WITHIN_S):
                await find(host)
