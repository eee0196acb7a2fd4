"""Limits the rate of requests to Discord: one rate for all, and spacing of the messages of one channel."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from enum import IntEnum, StrEnum

from bot.core.models import ChannelId

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

_SLOWER = 1.5
_SLOWEST = 8.0
_RECOVERY = 0.01
"""Factors of the speed: a third slower after a global 429, at most eight times, recovered over some hundred
requests."""


class Priority(IntEnum):
    """Order of requests that wait for a slot, the most urgent first."""

    TAKE_DOWN = 0
    MESSAGE = 1
    COUNT = 2


class LimitScope(StrEnum):
    """The extent of a limit that Discord states with a 429."""

    GLOBAL = "global"
    ROUTE = "route"
    SHARED = "shared"
    """The limit of a resource that all bots share."""
    BAN = "ban"
    """Cloudflare refuses the whole address."""


class RateLimiter:
    """Hands out slots ``1 / requests_per_s`` apart: to the most urgent first, then in the order of requests.

    discord.py does not keep Discord's global limit of 50 requests/s by itself (docs/discord-facts.md).
    """

    def __init__(
        self, requests_per_s: float, *, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.refused: dict[LimitScope, int] = dict.fromkeys(LimitScope, 0)
        """Numbers of 429 answers since the start."""
        self._gap = self._usual_gap = 1.0 / requests_per_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._tickets = itertools.count()
        self._usher: asyncio.Task[None] | None = None

    async def acquire(self, priority: Priority = Priority.MESSAGE) -> None:
        """Wait for the next slot."""
        if not self._waiting and self._next <= self._monotonic():
            self._take_slot()
            return
        waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._tickets), waiter))
        if self._usher is None or self._usher.done():
            self._usher = asyncio.create_task(self._dispatch(), name="pacer")
        await waiter

    @property
    def monotonic(self) -> Monotonic:
        """The clock that it goes by, in seconds."""
        return self._monotonic

    @property
    def held_s(self) -> float:
        """Seconds until the next slot."""
        return max(0.0, self._next - self._monotonic())

    def pause_for(self, seconds: float, *, slower: bool = True) -> None:
        """Pause all requests for so long. ``slower``: reduce the rate for a while, after a global 429."""
        self._next = max(self._next, self._monotonic() + seconds)
        if slower:
            self._gap = min(self._gap * _SLOWER, self._usual_gap * _SLOWEST)

    async def _dispatch(self) -> None:
        """Give each slot to the first waiter when it comes, until none waits."""
        while self._waiting:
            wait = self._next - self._monotonic()
            if wait > 0:
                await self._sleep(wait)
                continue  # somebody more urgent may have come, or a hold
            *_, waiter = heapq.heappop(self._waiting)
            if not waiter.done():  # a cancelled waiter takes no slot
                self._take_slot()
                waiter.set_result(None)

    def _take_slot(self) -> None:
        self._next = max(self._next, self._monotonic()) + self._gap
        self._gap = max(self._usual_gap, self._gap - self._usual_gap * _RECOVERY)


class ChannelSpacing:
    """At least ``interval_s`` between two messages of one channel.

    When a channel's bucket empties, discord.py sleeps inside ``send`` after Discord took the message, so the
    confirmation would come seconds late; 1.1 s keeps the bucket of 5 / 5 s from emptying (docs/discord-facts.md).
    """

    def __init__(
        self, interval_s: float, *, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._interval = interval_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._free_at: dict[ChannelId, float] = {}

    async def wait(self, channel: ChannelId) -> None:
        """Wait until the channel may have its next message, and take it."""
        now = self._monotonic()
        at = max(now, self._free_at.get(channel, 0.0))
        self._free_at[channel] = at + self._interval
        if at > now:
            await self._sleep(at - now)
        self._forget(now)

    def _forget(self, now: float) -> None:
        """Channels that are long free need no memory."""
        if len(self._free_at) > 1000:
            self._free_at = {channel: at for channel, at in self._free_at.items() if at > now}
