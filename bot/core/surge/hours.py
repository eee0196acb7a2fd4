"""Posts by clock hour over three weeks; an hour of which too little was seen is unknown, never zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.core.lazy_dataclass import dataclass

HOUR_S: Final = 3600
DAYS_KEPT: Final = 21
KEPT_HOURS: Final = DAYS_KEPT * 24
MIN_SEEN_S: Final = 1800.0
"""An hour is known if half of it was seen."""
_WEEK_HOURS: Final = 7 * 24
_HIGHEST_SHARE: Final = 0.05
"""Share of the week's hours that its mean leaves out: they are surges."""


@dataclass(frozen=True, slots=True)
class OpenHour:
    """The clock hour that is not over, and the posts in the seconds of it that were seen completely.

    ``number``: hours since 1970 (UTC). ``frozen``: a surge is in it, and it teaches no level. ``lasting``: one
    that lasts over a day, so that it teaches the level, but no trend.
    """

    number: int
    count: float = 0.0
    seen_s: float = 0.0
    frozen: bool = False
    lasting: bool = False

    @property
    def value(self) -> float | None:
        """Posts in a whole hour at the rate that was seen; None if too little was seen."""
        return round(self.count * HOUR_S / self.seen_s, 2) if self.seen_s >= MIN_SEEN_S else None

    def with_part(self, seconds: float, count: float) -> OpenHour:
        """The hour with another part of it seen."""
        return replace(self, count=self.count + count, seen_s=self.seen_s + seconds)


@dataclass(frozen=True, slots=True)
class HourHistory:
    """Posts in each of the last hours, None where unknown. ``next_hour``: number of the hour after the newest."""

    next_hour: int = 0
    values: tuple[float | None, ...] = ()

    def __getitem__(self, number: int) -> float | None:
        index = number - self.next_hour + len(self.values)
        return self.values[index] if 0 <= index < len(self.values) else None

    @property
    def known(self) -> list[float]:
        """The values of known hours, oldest first."""
        return [value for value in self.values if value is not None]

    def with_hour(self, number: int, value: float | None) -> HourHistory:
        """The history with a newer hour; hours between are unknown."""
        skipped = min(number - self.next_hour, KEPT_HOURS) if self.values else 0
        return HourHistory(number + 1, (*self.values, *(None,) * skipped, value)[-KEPT_HOURS:])

    def with_value(self, number: int, value: float | None) -> HourHistory:
        """The history with another value of an hour that it has."""
        index = number - self.next_hour + len(self.values)
        if not 0 <= index < len(self.values):
            return self
        return replace(self, values=(*self.values[:index], value, *self.values[index + 1 :]))

    def since(self, number: int) -> HourHistory:
        """The history without the hours before one."""
        kept = max(0, self.next_hour - number)
        return replace(self, values=self.values[-kept:] if kept else ())

    def mean(self) -> float | None:
        """Posts in a mean hour of the last week, without its highest hours; None if nothing is known."""
        known = sorted(value for value in self.values[-_WEEK_HOURS:] if value is not None)
        kept = known[: len(known) - int(len(known) * _HIGHEST_SHARE)]
        return sum(kept) / len(kept) if kept else None


def spread(start_s: float, end_s: float, count: float) -> Iterator[tuple[int, float, float]]:
    """The clock hours that an interval touches: number, its seconds in the interval, and their posts."""
    first, last = int(start_s // HOUR_S), int(-(-end_s // HOUR_S)) - 1
    for number in range(first, last + 1):
        seconds = min(end_s, (number + 1) * HOUR_S) - max(start_s, number * HOUR_S)
        yield number, seconds, count * seconds / (end_s - start_s)
