"""How often people may ask."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from bot.core.errors import RefusedRequest


class Cooldown:
    """How often a person, and a server, may ask in a minute. ``per_minute`` 0: no limit."""

    WINDOW = timedelta(minutes=1)
    SERVER_FACTOR = 5
    REMEMBERED = 10_000
    """Askers kept before those who have been quiet for a minute are forgotten."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: dict[tuple[str, int], deque[datetime]] = {}

    def take(self, person: int, server: int | None) -> None:
        """Count one question. Raises ``RefusedRequest`` with the Unix time from which the next one may come."""
        if self._per_minute == 0:
            return
        now = self._clock()
        limits = {("person", person): self._per_minute}
        if server is not None:
            limits["server", server] = self._per_minute * self.SERVER_FACTOR
        for asker, limit in limits.items():
            times = self._recent(asker, now)
            if len(times) >= limit:
                raise RefusedRequest("error-cooldown", when=ceil((times[0] + self.WINDOW).timestamp()))
        for asker in limits:
            self._recent(asker, now).append(now)

    def _recent(self, asker: tuple[str, int], now: datetime) -> deque[datetime]:
        """When the asker asked within the last minute, oldest first."""
        if len(self._asked) > self.REMEMBERED:
            self._asked = {
                one: times for one, times in self._asked.items() if times and now - times[-1] < self.WINDOW
            }
        times = self._asked.setdefault(asker, deque())
        while times and now - times[0] >= self.WINDOW:
            times.popleft()
        return times
