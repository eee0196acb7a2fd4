"""The judging in hindsight: hours far above what the same hour of like days, before and after, says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from .alerts import Alert
from .series import DAY_S, Series

HOUR_S = 3600
DAYS_AROUND = 21
TIMES = (3, 5, 10)
SMOOTHING = 3.0
MIN_EXCESS = 10.0
JOINED_H = 3
"""Hours of a surge that are no further apart are of one surge."""
EARLY_S, LATE_S = 3 * 3600, 1800
"""An alert hits a surge if it begins so long before its first hour at most, and so long after its last."""
BETWEEN_ALERTS_S = 12 * 3600
FALSE_WITHIN_H = 6


@dataclass(slots=True)
class Hits:
    """Surges of one size, those that were hit, and how long after their first hour began (minutes)."""

    surges: int = 0
    hit: int = 0
    delays_min: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Judged:
    """Counts of one detector on some series."""

    months: float = 0.0
    alerts: int = 0
    below: dict[int, int] = field(default_factory=lambda: {2: 0, 3: 0})
    sizes: dict[int, Hits] = field(default_factory=lambda: {times: Hits() for times in TIMES})

    def add(self, other: Judged) -> None:
        """Add the counts of another series."""
        self.months += other.months
        self.alerts += other.alerts
        for times, count in other.below.items():
            self.below[times] += count
        for times, hits in other.sizes.items():
            mine = self.sizes[times]
            mine.surges += hits.surges
            mine.hit += hits.hit
            mine.delays_min += hits.delays_min


@dataclass
class Hindsight:
    """The ratio of each hour of a series to the median of the same hour of like days around it."""

    series: Series

    @cached_property
    def hours(self) -> dict[int, float]:
        """Posts by hour since 1970 (UTC), of hours half of which are known."""
        counts: dict[int, list[float]] = {}
        for end, count in self.series.rows:
            counts.setdefault(int((end - 1) // HOUR_S), []).append(count)
        whole = HOUR_S / self.series.step_s
        return {hour: sum(part) * whole / len(part) for hour, part in counts.items() if len(part) >= whole / 2}

    @cached_property
    def normal(self) -> dict[int, float]:
        """Rates that like days around say of each hour."""
        found = {hour: list(self._around(hour)) for hour in self.hours}
        return {hour: median(values) for hour, values in found.items() if values}

    def _around(self, hour: int) -> Iterable[float]:
        for day in range(-DAYS_AROUND, DAYS_AROUND + 1):
            other = hour + 24 * day
            if day == 0 or other not in self.hours or _is_weekend(other) != _is_weekend(hour):
                continue
            yield self.hours[other]
            for beside in (other - 1, other + 1):
                if beside in self.hours:
                    yield (self.hours[other] + self.hours[beside]) / 2

    def ratio(self, hour: int) -> float:
        """Times normal; 0 where nothing is known."""
        if hour not in self.normal:
            return 0.0
        return (self.hours[hour] + SMOOTHING) / (self.normal[hour] + SMOOTHING)

    def surges(self, times: float) -> list[tuple[int, int]]:
        """First and last hour of each surge of at least so many times normal."""
        found: list[tuple[int, int]] = []
        for hour in sorted(self.hours):
            if self.ratio(hour) < times or self.hours[hour] - self.normal[hour] < MIN_EXCESS:
                continue
            if found and hour - found[-1][1] <= JOINED_H:
                found[-1] = (found[-1][0], hour)
            else:
                found.append((hour, hour))
        return found

    def judge(self, alerts: Sequence[Alert], *, since_s: float, until_s: float | None = None) -> Judged:
        """Count hits and false alerts in a part of the series.

        A surge that is not hit and begins while no other alert can follow the last is not counted.
        """
        until = self.series.rows[-1][0] if until_s is None else until_s
        within = [alert for alert in alerts if since_s <= alert.start_s <= until]
        judged = Judged(months=(until - since_s) / (30 * DAY_S), alerts=len(within))
        for times in judged.below:
            judged.below[times] = sum(self._peak(alert) < times for alert in within)
        for times, hits in judged.sizes.items():
            for first, last in self.surges(times):
                if since_s <= first * HOUR_S <= until:
                    _count(hits, alerts, first * HOUR_S, (last + 1) * HOUR_S)
        return judged

    def _peak(self, alert: Alert) -> float:
        """The highest ratio from shortly before an alert to its end, or to six hours after its begin."""
        first = int((alert.start_s - 2 * HOUR_S) // HOUR_S)
        last = int(min(alert.end_s, alert.start_s + FALSE_WITHIN_H * HOUR_S) // HOUR_S)
        return max(self.ratio(hour) for hour in range(first, last + 1))


def _count(hits: Hits, alerts: Sequence[Alert], start_s: float, end_s: float) -> None:
    for alert in alerts:
        if start_s - EARLY_S <= alert.start_s <= end_s + LATE_S and alert.end_s >= start_s:
            hits.surges += 1
            hits.hit += 1
            hits.delays_min.append((alert.start_s - start_s) / 60)
            return
    hits.surges += not any(alert.start_s <= start_s < _untellable_until(alert) for alert in alerts)


def _untellable_until(alert: Alert) -> float:
    """Time until which no other alert can follow: 12 h, and 3 h after the last alarm, two of which end it."""
    return max(alert.start_s + BETWEEN_ALERTS_S, alert.end_s + HOUR_S)


def _is_weekend(hour: int) -> bool:
    return (hour // 24 + 3) % 7 >= 5
