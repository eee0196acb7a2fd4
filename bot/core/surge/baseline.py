"""The baseline: the rate that is normal now, which is the season times the level of the last hours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from statistics import median
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .hours import HOUR_S, HourHistory, OpenHour, spread
from .observation import Interval
from .season import KnownDays, known_days, season

LEVEL_HOURS: Final = 6
_SMOOTHING: Final = 3.0
"""Posts added to both sides of a ratio, so that small counts do not swing it."""
_MAX_LOG_RATIO: Final = 0.7
TREND_HOURS: Final = 24
"""A whole day, so that an error of the season at some hours of the day is none of the trend."""
_MIN_FOR_TREND: Final = 12
_MAX_TREND: Final = 2.0
"""A topic that grew more than sevenfold beyond three weeks of days is no topic that grows."""
_MIN_FOR_MEAN: Final = 3
_NORMAL_BY_MEDIAN: Final = 1.48
"""A normal distribution's standard deviation by its median absolute deviation."""
_BEARS_A_SURGE: Final = 3
"""The median of so many days, and more, bears one with a surge."""
_MISSED: Final = 20.0
"""No post where so many are normal is a failure that was not noticed, not silence."""


@dataclass(frozen=True, slots=True)
class HourlyBaseline:
    """The normal rate of a topic, and what it is computed from.

    ``seasons``: of the hour before the open one, of it, and of the one after. ``days``: those that its own comes
    from. ``ratios``: log ratios of the finished hours of a day to their seasons, None where unknown or frozen, and
    on the first day, whose season is that of no hour. ``level``: the logarithm of what the season is multiplied
    by. ``mean``: posts in a mean hour of the last week.
    """

    history: HourHistory = HourHistory()
    hour: OpenHour | None = None
    seasons: tuple[float | None, float | None, float | None] = (None, None, None)
    days: KnownDays = KnownDays()
    ratios: tuple[float | None, ...] = ()
    level: float = 0.0
    mean: float | None = None

    def with_interval(self, interval: Interval, zone: tzinfo) -> HourlyBaseline:
        """The baseline with an interval counted; one that is not complete is left out, as unknown."""
        baseline = self
        for number, seconds, count in spread(interval.start_s, interval.end_s, interval.count):
            hour = baseline.hour
            if hour is None or number > hour.number:
                baseline = baseline._at_hour(number, zone)
                hour = OpenHour(number)
            if interval.complete:
                hour = hour.with_part(seconds, count)
            baseline = replace(baseline, hour=hour)
        return baseline

    def _at_hour(self, number: int, zone: tzinfo) -> HourlyBaseline:
        """The baseline with its open hour finished, seen from a later one."""
        finished = self if self.hour is None else self._finished(self.hour, number)
        if self.hour is None or number != self.hour.number + 1:
            return finished.with_seasons(number, zone)
        _, own, after = self.seasons
        history = finished.history
        seasons = own, after, season(history, number + 1, zone)
        return replace(finished, seasons=seasons, days=known_days(history, number, zone))

    def with_seasons(self, number: int, zone: tzinfo) -> HourlyBaseline:
        """The baseline with the seasons around an hour computed anew."""
        before, own, after = (season(self.history, each, zone) for each in (number - 1, number, number + 1))
        return replace(self, seasons=(before, own, after), days=known_days(self.history, number, zone))

    def _finished(self, hour: OpenHour, next_number: int) -> HourlyBaseline:
        value, ratio = _taught(hour, self.seasons[1], self.days)
        skipped = (None,) * min(next_number - hour.number - 1, TREND_HOURS + 1)
        ratios = (*self.ratios, ratio, *skipped)[-TREND_HOURS - 1 :]
        history = self.history.with_hour(hour.number, value)
        level = updated_level(self.level, ratios[:-1])
        return replace(self, history=history, ratios=ratios, level=level, mean=history.mean())

    def caught_up(self, before: OpenHour, interval: Interval, zone: tzinfo, *, frozen: bool) -> HourlyBaseline:
        """The baseline with a count spread over earlier hours, too, which were taken as silent or unknown so far.

        ``before``: the hour in which the interval begins, as it was then. ``frozen``: it teaches no level.
        """
        baseline = self
        for number, seconds, count in spread(interval.start_s, interval.end_s, interval.count):
            hour = (before if number == before.number else OpenHour(number)).with_part(seconds, count)
            hour = replace(hour, frozen=hour.frozen or frozen)
            if baseline.hour is not None and number < baseline.hour.number:
                baseline = baseline._with_past(hour, baseline.hour.number - number, zone)
            else:
                baseline = replace(baseline, hour=hour)
        return baseline

    def _with_past(self, hour: OpenHour, ago: int, zone: tzinfo) -> HourlyBaseline:
        """The baseline with another value of an hour that is over. ``ago``: hours before the open one."""
        days = known_days(self.history, hour.number, zone)
        value, ratio = _taught(hour, season(self.history, hour.number, zone), days)
        history, ratios = self.history.with_value(hour.number, value), self.ratios
        if ago <= len(ratios):
            ratios = (*ratios[: len(ratios) - ago], ratio, *ratios[len(ratios) - ago + 1 :])
        level = updated_level(self.level, ratios[:-1])
        return replace(self, history=history, ratios=ratios, level=level, mean=history.mean())

    @property
    def restlessness(self) -> float:
        """The standard deviation of a day's log ratios, by their median distance; 0 while too few are known."""
        known = [ratio for ratio in self.ratios[:-1] if ratio is not None]
        if len(known) < _MIN_FOR_TREND:
            return 0.0
        middle = median(known)
        return _NORMAL_BY_MEDIAN * median(abs(ratio - middle) for ratio in known)

    def rate_at(self, moment_s: float) -> float | None:
        """Posts an hour that are normal at a moment of the open hour, between the centres of hours.

        None if nothing is known.
        """
        before, own, after = self.seasons
        if own is None:
            return None
        past_centre = (moment_s % HOUR_S) / HOUR_S - 0.5
        beside = after if past_centre > 0 else before
        usual = own if beside is None else own + (beside - own) * abs(past_centre)
        return usual * math.exp(self.level)

    def without_hour(self, number: int) -> HourlyBaseline:
        """The baseline with an hour unknown: the open one so far, or one that is over."""
        if self.hour is not None and self.hour.number == number:
            return replace(self, hour=OpenHour(number, frozen=self.hour.frozen))
        is_newest = self.hour is not None and number == self.hour.number - 1
        ratios = (*self.ratios[:-1], None) if is_newest and self.ratios else self.ratios
        return replace(self, history=self.history.with_value(number, None), ratios=ratios)

    def frozen(self, *, lasting: bool = False) -> HourlyBaseline:
        """The baseline whose open hour teaches no level, or, in a lasting surge, no trend."""
        if self.hour is None:
            return self
        return replace(self, hour=replace(self.hour, frozen=self.hour.frozen or not lasting, lasting=lasting))

    def since(self, moment_s: float, zone: tzinfo) -> HourlyBaseline:
        """The baseline without the hours before a moment: what came since is the new normal."""
        history = self.history.since(int(moment_s // HOUR_S))
        number = self.hour.number if self.hour else history.next_hour
        return replace(self, history=history, mean=history.mean()).with_seasons(number, zone)


def _taught(hour: OpenHour, usual: float | None, days: KnownDays) -> tuple[float | None, float | None]:
    """The value of an hour as it is remembered, and its log ratio to what is usual; None: it teaches nothing."""
    value = hour.value
    if value is None or usual is None or is_failure(value, usual):
        return (value if usual is None else None), None
    if hour.frozen:
        return (halfway(value, usual) if days.like < _BEARS_A_SURGE else value), None
    if not (days.like or days.other):
        return value, None
    ratio = log_ratio(value, usual)
    return value, bounded(ratio) if hour.lasting else ratio


def halfway(value: float, usual: float) -> float:
    """An hour of a surge as it is remembered where too few days are known for a median to leave it out.

    It may be usual at that hour, or happen once: halfway between the two, in logarithms.
    """
    return round(math.sqrt((value + _SMOOTHING) * (usual + _SMOOTHING)) - _SMOOTHING, 2)


def is_failure(count: float, normal: float) -> bool:
    """Whether a count is a failure that looks like silence."""
    return count == 0 and normal >= _MISSED


def log_ratio(value: float, usual: float) -> float:
    """The log ratio of an hour to its season."""
    return round(math.log((value + _SMOOTHING) / (usual + _SMOOTHING)), 4)


def trend(ratios: Sequence[float | None]) -> float:
    """The logarithm by which a topic grew beyond its season, by the median of a day; 0 where it did not.

    The season is the median of three weeks, so that it lags by ten days behind a topic that grows.
    """
    known = [ratio for ratio in ratios if ratio is not None]
    return max(0.0, min(_MAX_TREND, median(known))) if len(known) >= _MIN_FOR_TREND else 0.0


def updated_level(level: float, ratios: Sequence[float | None]) -> float:
    """The level by the log ratios of the hours before the newest; unchanged if none is known.

    It is the trend, and how far the last hours are from it, each bounded so that none moves the level far. The
    newest is left out, because a surge may have begun in it. Half below the season, so that a return to normal is
    no surge.
    """
    grown = trend(ratios)
    known = [bounded(ratio - grown) for ratio in ratios[-LEVEL_HOURS:] if ratio is not None]
    if not known:
        return level
    mean = grown + sum(known) / max(len(known), _MIN_FOR_MEAN)
    return mean if mean > 0 else mean / 2


def bounded(ratio: float) -> float:
    """A log ratio of at most twice or half."""
    return max(-_MAX_LOG_RATIO, min(_MAX_LOG_RATIO, ratio))
