"""Detects by its answers whether Discord is away; ``Reachability`` logs it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from bot.core.models import ChannelId, Failure, FailureCode

from .reachability import Reachability

_WAY = "requests"

FAILURES = 3
"""So many answers in a row that are none make an outage; one lost answer is none."""
ALL_WAIT = Failure(FailureCode.HELD_BACK, "all messages wait")
MAX_SLOT_WAIT_S = 5.0
"""Longest wait of a message or edit for a slot of the window; then it is put off."""
FIRST, MOST = 3, 200
"""Requests on their way at once: at the start and after an outage, and at the most."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0


class Outage:
    """Counts unanswered requests since the last answer.

    ``monotonic``: seconds on a clock that never steps.
    """

    def __init__(self, monotonic: Callable[[], float], reachability: Reachability | None = None) -> None:
        self._monotonic = monotonic
        self._reachability = reachability or Reachability(monotonic)
        self._channels: set[ChannelId] = set()
        self._failures = 0
        self._began = 0.0
        self._is_on = False
        self._tried_at = 0.0
        self._wait_s = _FIRST_WAIT_S

    @property
    def is_on(self) -> bool:
        """Whether it has been noticed and not ended."""
        return self._is_on

    def failed(self, channel: ChannelId, error: str, *, everywhere: bool = False) -> float | None:
        """A request got no answer. ``everywhere``: the answer says that it holds for all.

        Returns the seconds that all requests are to wait, None where only this channel is known to be concerned.
        """
        if not self._failures:
            self._began = self._monotonic()
        self._failures += 1
        self._channels.add(channel)
        if not self._is_on and (everywhere or self._failures >= FAILURES):
            self._is_on = True
            self._reachability.lost(_WAY, error, since=self._began)
        if not everywhere and (not self._is_on or len(self._channels) < 2):
            return None
        return self._wait()

    def answered(self) -> None:
        """Discord answered a request, whatever it said."""
        if self._is_on:
            self._reachability.found(_WAY)
        self._is_on = False
        self._failures = 0
        self._channels.clear()
        self._wait_s = _FIRST_WAIT_S

    def _wait(self) -> float:
        """Doubling from 1 s to 1 min; requests that were on their way together count once."""
        now = self._monotonic()
        if now - self._tried_at >= self._wait_s:
            self._tried_at = now
            self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)
        return self._wait_s


class Window:
    """Limits the concurrent requests: few at first and after an outage, one more with each answer.

    Without it all that waits would run into a ban of the address before its first answer came.
    """

    def __init__(self) -> None:
        self._size = FIRST
        self._used = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        """Wait for room, first come, first served."""
        if self._used < self._size and not self._waiting:
            self._used += 1
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        """Give the room to the next."""
        self._leave()

    def open(self) -> None:
        """An answer came."""
        self._size = min(self._size + 1, MOST)
        self._admit()

    def shut(self) -> None:
        """Discord is away: begin anew."""
        self._size = FIRST

    def _leave(self) -> None:
        self._used -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._used < self._size:
            waiter = self._waiting.popleft()
            if not waiter.done():
                self._used += 1
                waiter.set_result(None)
