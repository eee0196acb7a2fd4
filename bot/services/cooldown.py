"""Cooldowns: everything that costs is paid from a person's and a server's budget of a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import IntEnum
from math import ceil

from bot.core.errors import RefusedRequest
from config.settings import QuotaSettings


class Price(IntEnum):
    """The price of an action in ``quota.effort_per_minute``."""

    SUGGESTION = 1
    """Suggestions while somebody types: one request for nearly each letter."""
    FORM = 2
    """A form that is sent off; what comes of it was paid for when it was opened, so that nothing typed is lost."""
    BASIC = 5
    """A page of a list, a card, a change of one thing."""
    EXPENSIVE = 15
    """Actions that ask sources, read a day of posts or thousands of them."""


EXPENSIVE_COMMANDS = frozenset(
    {
        "trend",
        "history",
        "compare",
        "trending",
        "subscribe",
        "why",
        "status",
        "export",
        "import",
        "digest create",
        "digest edit",
        "digest preview",
        "digest now",
    }
)
LIMITED_COMMANDS = frozenset({"trend", "trending", "history", "compare", "why", "status"})
"""Commands that everybody in a server may use; ``quota.trend_per_minute`` limits each by itself."""


def price_of(command: str) -> Price:
    """The price of a command, by its full name."""
    return Price.EXPENSIVE if command in EXPENSIVE_COMMANDS else Price.BASIC


class Cooldown:
    """The budget of a person, and of a server, in a minute. ``per_minute`` 0: no limit.

    The minute begins with the first charge. Two numbers are kept of each asker, of at most ``REMEMBERED``; with
    more of them at once, who began first begins anew.
    """

    WINDOW = timedelta(minutes=1)
    SERVER_FACTOR = 5
    REMEMBERED = 10_000

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: dict[tuple[str, int], tuple[datetime, int]] = {}

    def change(self, per_minute: int) -> None:
        """Take another budget; what was spent in this minute stays spent."""
        self._per_minute = per_minute

    def take(self, person: int, server: int | None, cost: int = 1) -> None:
        """Charge ``cost``. Raises ``RefusedRequest`` with the Unix time from which the next one may come.

        What costs more than a whole minute's budget takes all of it.
        """
        if self._per_minute == 0:
            return
        now = self._clock()
        limits = {("person", person): self._per_minute}
        if server is not None:
            limits["server", server] = self._per_minute * self.SERVER_FACTOR
        for asker, limit in limits.items():
            began_at, spent = self._spent(asker, now)
            if spent + min(cost, limit) > limit:
                raise RefusedRequest("error-cooldown", when=ceil((began_at + self.WINDOW).timestamp()))
        for asker, limit in limits.items():
            self._pay(asker, min(cost, limit), now)

    def _spent(self, asker: tuple[str, int], now: datetime) -> tuple[datetime, int]:
        """The start of the asker's minute, and the amount spent of it."""
        began_at, spent = self._asked.get(asker, (now, 0))
        return (began_at, spent) if timedelta() <= now - began_at < self.WINDOW else (now, 0)

    def _pay(self, asker: tuple[str, int], cost: int, now: datetime) -> None:
        """Askers stand in the order in which their minutes began."""
        began_at, spent = self._spent(asker, now)
        if spent == 0:
            self._asked.pop(asker, None)
            self._forget(now)
        self._asked[asker] = (began_at, spent + cost)

    def _forget(self, now: datetime) -> None:
        """Drop askers whose minute is over, and the first if there are too many: amortised one each call."""
        while self._asked:
            first = next(iter(self._asked))
            is_over = now - self._asked[first][0] >= self.WINDOW
            if not is_over and len(self._asked) < self.REMEMBERED:
                return
            del self._asked[first]


class Cooldowns:
    """Cooldowns that commands, suggestions, buttons, menus and forms are charged to."""

    def __init__(self, quota: QuotaSettings, clock: Callable[[], datetime]) -> None:
        self._effort = Cooldown(quota.effort_per_minute, clock)
        self._limited = {name: Cooldown(quota.trend_per_minute, clock) for name in LIMITED_COMMANDS}

    def change(self, quota: QuotaSettings) -> None:
        """Take other budgets."""
        self._effort.change(quota.effort_per_minute)
        for cooldown in self._limited.values():
            cooldown.change(quota.trend_per_minute)

    def take(self, person: int, server: int | None, price: int, command: str | None = None) -> None:
        """Charge a ``Price``, or several added. ``command``: one whose own limit it counts against.

        Raises ``RefusedRequest("error-cooldown")``, which says when to come back.
        """
        if command in self._limited:
            self._limited[command].take(person, server)
        self._effort.take(person, server, price)
