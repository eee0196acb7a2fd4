"""The clock of the demo's Discord: today's time instead of SimCord's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class RealClock:
    """Stands in for ``simcord._clock.Clock``: today's time, and the machine's own steady clock.

    ``elapsed`` equals ``time.monotonic()``, so bot code that mixes times read inside and outside
    of SimCord's scope compares like with like.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ahead = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds of the machine's steady clock."""
        return self._monotonic() + self._ahead

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def advance(self, seconds: float) -> None:
        """SimCord moves its clock to a timer's time; ours is there already, give or take a moment."""
        self._ahead += seconds
