"""Rates of a topic: how many posts will reach a heat until midnight, from the tables of its watches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from bot.core.models import CrossingTable

from .bins import COUNT, EDGES, LOWEST, bin_of
from .crossings import weight_at

PRIOR_A_DAY: Final = 5.0
"""Posts a day that are taken to reach the default minimum of their source, until a topic is known."""
PRIOR_DAYS: Final = 0.3
"""Weight of that, in days of observation."""
MEAN_DAYS: Final = 1.0
"""Weight of the mean over all hours of the day in the rate of one hour, in days of observation."""
ACTIVITY_SMOOTHING: Final = 4.0
"""Crossings by which the comparison of the last hours with usual ones is drawn to 1."""
SELDOM: Final = timedelta(minutes=30)
"""Time between polls above which the last one of a day is told from the day's end."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)


@lru_cache(maxsize=64)
def prior_a_day(default_min_rp: int) -> tuple[float, ...]:
    """Posts a day that reach each bin, for an unknown topic: ``PRIOR_A_DAY`` reach its source's default minimum.

    Half as many reach twice as much, which is about what reposts do on every network.
    """
    return tuple(PRIOR_A_DAY * max(default_min_rp, LOWEST) / edge for edge in EDGES)


class Rates:
    """Crossings to be expected of a topic.

    ``tables``: those of its watches (None: not yet known), each with the default minimum of its source.
    """

    def __init__(self, tables: Sequence[tuple[CrossingTable | None, int]], now: datetime) -> None:
        self._watches = [_WatchRates(table, prior_a_day(default), now) for table, default in tables]
        self._groups = list(_by_polls(self._watches))
        self._activity: dict[int, float] = {}
        self._hourly: dict[tuple[int, int], list[float]] = {}

    def expected(self, number: int, start: datetime, end: datetime) -> float:
        """Posts that polls from ``start`` until ``end`` will find to reach a bin, if the topic goes on as lately.

        What comes after the last poll that is planned by then is found later.
        """
        total = 0.0
        for group, watches in enumerate(self._groups):
            at, until = (start - _EPOCH) / _HOUR, (watches[0].last_poll(end) - _EPOCH) / _HOUR
            hourly = self._of_hours(number, group)
            while at < until:
                step = min(float(int(at) + 1), until)
                total += (step - at) * hourly[int(at) % 24]
                at = step
        return total * self.activity(number)

    def expected_above(self, heat: float, start: datetime, end: datetime) -> float:
        """Posts that will reach a heat: of a bin, the part above it."""
        number = max(bin_of(heat), 0)
        low = self.expected(number, start, end)
        if number + 1 >= COUNT:
            return low
        part = min(max((heat - EDGES[number]) / (EDGES[number + 1] - EDGES[number]), 0.0), 1.0)
        return low + part * (self.expected(number + 1, start, end) - low)

    def a_day(self, number: int) -> float:
        """Posts that reach a bin on a usual day."""
        return sum(sum(self._of_hours(number, group)) for group in range(len(self._groups)))

    def reached_by(self, a_day: float) -> float:
        """The lowest heat that at most so many posts reach on a usual day."""
        low, high = 0, COUNT - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.a_day(middle) <= a_day else (middle + 1, high)
        return EDGES[low]

    def activity(self, number: int) -> float:
        """Crossings of the last hours beside those that are usual for them: 2 where there were twice as many."""
        found = self._activity.get(number)
        if found is None:
            pairs = [watch.recent(number) for watch in self._watches]
            seen, usual = sum(one for one, _ in pairs), sum(other for _, other in pairs)
            found = self._activity[number] = (seen + ACTIVITY_SMOOTHING) / (usual + ACTIVITY_SMOOTHING)
        return found

    def _of_hours(self, number: int, group: int) -> list[float]:
        found = self._hourly.get((number, group))
        if found is None:
            each = [watch.hourly(number) for watch in self._groups[group]]
            found = self._hourly[number, group] = [sum(row[hour] for row in each) for hour in range(24)]
        return found


def _by_polls(watches: Sequence[_WatchRates]) -> Iterator[list[_WatchRates]]:
    """The watches that are polled often together, each that is polled seldom on its own."""
    often = [watch for watch in watches if not watch.is_polled_seldom]
    if often:
        yield often
    for watch in watches:
        if watch.is_polled_seldom:
            yield [watch]


class _WatchRates:
    """Crossings to be expected of one watch."""

    def __init__(self, table: CrossingTable | None, prior: Sequence[float], now: datetime) -> None:
        self._table = table
        self._prior = prior
        self._scale = 1.0 if table is None else weight_at(table, now)
        self._known = [0.0] * 24 if table is None else [one / self._scale for one in table.watched]
        self._hours = sum(self._known)
        self._every = timedelta(seconds=0 if table is None else table.every_s)

    @property
    def is_polled_seldom(self) -> bool:
        """Whether so much comes between two polls that it matters when the last one of a day is."""
        return self._every > SELDOM

    def last_poll(self, end: datetime) -> datetime:
        """The last poll that is planned until ``end``, which it is where polls are made often."""
        if not self.is_polled_seldom or self._table is None or self._table.until is None:
            return end
        return end - (end - self._table.until) % self._every

    def hourly(self, number: int) -> list[float]:
        """Posts that reach a bin in an hour, by the hour of the day (UTC)."""
        table, prior_h = self._table, PRIOR_DAYS * 24
        usual = self._prior[number] / 24
        if table is None:
            return [usual] * 24
        counts = [row[number] / self._scale if number < len(row) else 0.0 for row in table.counts]
        mean = (sum(counts) + usual * prior_h) / (self._hours + prior_h)
        return [
            (mean * MEAN_DAYS + count) / (known + MEAN_DAYS)
            for count, known in zip(counts, self._known, strict=True)
        ]

    def recent(self, number: int) -> tuple[float, float]:
        """Crossings of the last hours, and those that are usual for them."""
        if self._table is None or not self._table.recent:
            return 0.0, 0.0
        hourly = self.hourly(number)
        seen = sum(one.counts[number] for one in self._table.recent if number < len(one.counts))
        return seen, sum(hourly[one.hour % 24] * one.watched for one in self._table.recent)
