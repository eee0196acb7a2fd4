"""The baseline: the rate that is normal now, which is the season times the level of the last hours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .hours import HOUR_S, HourHistory, OpenHour, spread
from .observation import Interval
from .season import KnownDays, known_days, season

LEVEL_HOURS: Final = 6
_SMOOTHING: Final = 3.0
"""Posts added to both sides of a ratio, so that small counts do not swing it."""
_MAX_LOG_RATIO: Final = 0.7
_MIN_FOR_MEAN: Final = 3
_BEARS_A_SURGE: Final = 3
"""The median of so many days, and more, bears one with a surge."""
_MISSED: Final = 20.0
"""No post where so many are normal is a failure that was not noticed, not silence."""


@dataclass(frozen=True, slots=True)
class HourlyBaseline:
    """The normal rate of a topic, and what it is computed from.

    ``seasons``: of the hour before the open one, of it, and of the one after. ``days``: those that its own comes
    from. ``ratios``: log ratios of the last finished hours to their seasons, None where unknown or frozen, and on
    the first day, whose season is that of no hour. ``level``: the logarithm of what the season is multiplied by.
    ``mean``: posts in a mean hour of the last week.
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
        return finished.with_seasons(number, zone)

    def with_seasons(self, number: int, zone: tzinfo) -> HourlyBaseline:
        """The baseline with the seasons around an hour computed anew."""
        before, own, after = (season(self.history, each, zone) for each in (number - 1, number, number + 1))
        return replace(self, seasons=(before, own, after), days=known_days(self.history, number, zone))

    def _finished(self, hour: OpenHour, next_number: int) -> HourlyBaseline:
        value, usual = hour.value, self.seasons[1]
        if value is not None and usual is not None and is_failure(value, usual):
            value = None
        unknown = value is None or usual is None or hour.frozen or not (self.days.like or self.days.other)
        ratio = None if unknown or value is None or usual is None else log_ratio(value, usual)
        if hour.frozen and value is not None and usual is not None and self.days.like < _BEARS_A_SURGE:
            value = halfway(value, usual)
        skipped = (None,) * min(next_number - hour.number - 1, LEVEL_HOURS + 1)
        ratios = (*self.ratios, ratio, *skipped)[-LEVEL_HOURS - 1 :]
        history = self.history.with_hour(hour.number, value)
        level = updated_level(self.level, ratios[:-1])
        return replace(self, history=history, ratios=ratios, level=level, mean=history.mean())

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
        return replace(self, history=self.history.without_hour(number), ratios=ratios)

    def frozen(self) -> HourlyBaseline:
        """The baseline whose open hour teaches no level."""
        return replace(self, hour=replace(self.hour, frozen=True)) if self.hour else self

    def since(self, moment_s: float, zone: tzinfo) -> HourlyBaseline:
        """The baseline without the hours before a moment: what came since is the new normal."""
        history = self.history.since(int(moment_s // HOUR_S))
        number = self.hour.number if self.hour else history.next_hour
        return replace(self, history=history, mean=history.mean()).with_seasons(number, zone)


def halfway(value: float, usual: float) -> float:
    """An hour of a surge as it is remembered where too few days are known for a median to leave it out.

    It may be usual at that hour, or happen once: halfway between the two, in logarithms.
    """
    return round(math.sqrt((value + _SMOOTHING) * (usual + _SMOOTHING)) - _SMOOTHING, 2)


def is_failure(count: float, normal: float) -> bool:
    """Whether a count is a failure that looks like silence."""
    return count == 0 and normal >= _MISSED


def log_ratio(value: float, usual: float) -> float:
    """The log ratio of an hour to its season, bounded, so that no hour moves the level far."""
    ratio = math.log((value + _SMOOTHING) / (usual + _SMOOTHING))
    return max(-_MAX_LOG_RATIO, min(_MAX_LOG_RATIO, ratio))


def updated_level(level: float, ratios: Sequence[float | None]) -> float:
    """The level by the log ratios of the hours before the newest; unchanged if none is known.

    The newest is left out, because a surge may have begun in it. Half below the season, so that a return to normal
    is no surge.
    """
    known = [ratio for ratio in ratios if ratio is not None]
    if not known:
        return level
    mean = sum(known) / max(len(known), _MIN_FOR_MEAN)
    return mean if mean > 0 else mean / 2
