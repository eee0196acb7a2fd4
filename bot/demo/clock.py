"""The demo's time: the present, or faster than the present, for the bot, its sources and its Discord alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

SPEED_MAX = 60.0


def _present() -> datetime:
    return datetime.now(UTC)


class DemoClock:
    """A clock that begins with the present and can be sped up. It never goes back unless ``present`` does.

    ``speed``: seconds that pass here in one of ``present``'s, 1 to ``SPEED_MAX``.
    """

    def __init__(self, *, speed: float = 1.0, present: Callable[[], datetime] = _present) -> None:
        self._present = present
        self._shown = self._since = present()
        self._speed = _bounded(speed)
        self._stops = 0

    @property
    def speed(self) -> float:
        """The speed of time while nothing stops it."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._mark()
        self._speed = _bounded(speed)

    def now(self) -> datetime:
        """The demo's present, in UTC."""
        return self._shown + (self._present() - self._since) * (0.0 if self._stops else self._speed)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """No time passes meanwhile.

        While everything opens, so that what happens after the start has somebody to see it; and while a person's
        action is under way: Discord gives a bot three seconds for an answer, and a slow machine takes more.
        """
        self._mark()
        self._stops += 1
        try:
            yield
        finally:
            self._mark()
            self._stops -= 1

    def _mark(self) -> None:
        """Begin to count at another speed."""
        self._shown, self._since = self.now(), self._present()


def _bounded(speed: float) -> float:
    return min(max(1.0, speed), SPEED_MAX)


class RealClock:
    """Stands in for ``simcord._clock.Clock``: the demo's time, and the machine's own steady clock.

    ``elapsed`` equals ``time.monotonic()``, so bot code that mixes times read inside and outside
    of SimCord's scope compares like with like.
    """

    def __init__(self, monotonic: Callable[[], float], now: Callable[[], datetime] = _present) -> None:
        self._monotonic = monotonic
        self._now = now
        self._ahead = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds of the machine's steady clock."""
        return self._monotonic() + self._ahead

    def now(self) -> datetime:
        """The present, in UTC: the very clock of the bot, so that neither lives in the other's future."""
        return self._now()

    def advance(self, seconds: float) -> None:
        """SimCord moves its clock to a timer's time; ours is there already, give or take a moment."""
        self._ahead += seconds
