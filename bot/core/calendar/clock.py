"""The type of a clock, and how long something waited by one that may be set. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.leases import CLOCK_STEP

Clock = Callable[[], datetime]
"""The present as aware UTC."""


class WaitingTimes:
    """Times for which things wait by the machine's clock, without what it was set ahead by.

    A machine without a clock of its own is set ahead by hours after its start: what is due since then did not wait
    that long. ``now``: by the machine's clock; ``steady_s``: seconds on a clock that never steps.
    """

    def __init__(self, now: datetime, steady_s: float) -> None:
        self._now, self._steady_s, self._from_s = now, steady_s, steady_s

    def look(self, now: datetime, steady_s: float) -> None:
        """Note the present. A clock that was set ahead since the last look is found by it."""
        passed = timedelta(seconds=steady_s - self._steady_s)
        if now - self._now - passed >= CLOCK_STEP:
            self._from_s = steady_s
        self._now, self._steady_s = now, steady_s

    def since(self, at: datetime) -> timedelta:
        """Time from ``at`` to the last look; at most from the begin, or from when the clock was set ahead."""
        return min(self._now - at, timedelta(seconds=self._steady_s - self._from_s))
