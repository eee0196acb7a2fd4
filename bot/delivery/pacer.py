"""Discord's speed: one pace for all requests, and room between messages of one channel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.core.models import ChannelId

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Pacer:
    """Hands out places ``1 / requests_per_s`` apart, in the order they were asked for.

    discord.py does not pace Discord's global limit of 50 requests/s by itself (facts/discord.md).
    """

    def __init__(
        self, requests_per_s: float, *, monotonic: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._gap = 1.0 / requests_per_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0

    async def place(self) -> None:
        """Wait for the next place."""
        now = self._monotonic()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await self._sleep(at - now)

    def hold(self, seconds: float) -> None:
        """Discord said: nobody, for so long (a global 429)."""
        self._next = max(self._next, self._monotonic() + seconds)


class ChannelSpacing:
    """At least ``interval_s`` between two messages of one channel.

    When a channel's bucket empties, discord.py sleeps inside ``send`` after Discord took the message, so the
    confirmation would come seconds late; 1.1 s keeps the bucket of 5 / 5 s from emptying (facts/discord.md).
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
