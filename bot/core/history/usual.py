"""The usual range of a topic's volume: what the same hour of like days held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from statistics import median
from typing import Final

from bot.core.models.counts import HOUR

from .volume import VolumePoint

SPREAD: Final = 1.28
"""Standard deviations to each side of the median: of ten usual hours, eight lie within."""
_OF_MAD: Final = 1.4826
"""A standard deviation in median absolute deviations, for normal values: past surges do not move it."""
MIN_DAYS: Final = 3
"""Days with a value from which on a range is told; below, any value would be its own range."""
_SATURDAY: Final = 5

_Slot = tuple[int, bool]
"""An hour of the local day, and whether the day is on a weekend."""
_Values = Mapping[_Slot, Sequence[tuple[int, float]]]
"""Rates of each slot, each with the number of its day."""


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The range that most values of like hours lie in, in the same unit as the points."""

    low: float
    high: float


def usual_by_hour(
    points: Sequence[VolumePoint], hours: Mapping[int, float], zone: tzinfo
) -> tuple[UsualRange | None, ...]:
    """The usual range at each point, by the same local hour of like days; None where too few days are known.

    ``hours``: posts an hour by clock hour since 1970 (UTC), as far as known. Like days are workdays, or weekends;
    all days where fewer than three like ones are known. A point's own day says nothing of what is usual on it. A
    point of several hours has their mean, each as far as it lies in the point; of less than one, a range as much
    wider as chance makes its rate.
    """
    values = _by_slot(hours, zone)
    known: dict[int, UsualRange | None] = {}
    return tuple(_of_point(point, values, known, zone) for point in points)


def usual_by_day(points: Sequence[VolumePoint], zone: tzinfo) -> tuple[UsualRange | None, ...]:
    """The usual range of days, by the other days of the same kind in the same chart."""
    slots: dict[_Slot, list[tuple[int, float]]] = defaultdict(list)
    places = [(_local(int(point.middle.timestamp() // 3600), zone), point) for point in points]
    for (day, _, weekend), point in places:
        if point.rate is not None:
            slots[0, weekend].append((day, point.rate))
    return tuple(_range_of(slots, (0, weekend), day) for (day, _, weekend), _ in places)


def _of_point(
    point: VolumePoint, values: _Values, known: dict[int, UsualRange | None], zone: tzinfo
) -> UsualRange | None:
    """The range of a point; ``known``: of clock hours that were asked for already."""
    first = int(point.start.timestamp() // 3600)
    last = max(first, -int(-point.end.timestamp() // 3600) - 1)
    low = high = weight = 0.0
    for number in range(first, last + 1):
        if number not in known:
            day, hour, weekend = _local(number, zone)
            known[number] = _range_of(values, (hour, weekend), day)
        found = known[number]
        if found is None:
            return None
        share = _share(number, point)
        low, high, weight = low + found.low * share, high + found.high * share, weight + share
    return _wider(UsualRange(low / weight, high / weight), point.end - point.start) if weight else None


def _share(number: int, point: VolumePoint) -> float:
    """The seconds of a clock hour that lie in a point."""
    return min((number + 1) * 3600, point.end.timestamp()) - max(number * 3600, point.start.timestamp())


def _wider(usual: UsualRange, span: timedelta) -> UsualRange:
    """The range of a part of an hour: chance moves a rate by the root of what it is counted over."""
    if span >= HOUR:
        return UsualRange(round(usual.low, 3), round(usual.high, 3))
    middle, half = (usual.low + usual.high) / 2, (usual.high - usual.low) / 2
    half *= (HOUR / max(span, HOUR / 4)) ** 0.5
    return UsualRange(round(max(0.0, middle - half), 3), round(middle + half, 3))


def _range_of(values: _Values, slot: _Slot, day: int) -> UsualRange | None:
    """The range of a slot without the values of one day; never narrower than chance alone makes it."""
    hour, weekend = slot
    like = [one for one in values.get(slot, ()) if one[0] != day]
    if len({number for number, _ in like}) < MIN_DAYS:
        like += [one for one in values.get((hour, not weekend), ()) if one[0] != day]
        if len({number for number, _ in like}) < MIN_DAYS:
            return None
    rates = [rate for _, rate in like]
    middle = median(rates)
    deviation = _OF_MAD * median(abs(rate - middle) for rate in rates)
    half = SPREAD * max(deviation, middle**0.5)
    return UsualRange(max(0.0, middle - half), middle + half)


def _by_slot(hours: Mapping[int, float], zone: tzinfo) -> _Values:
    slots: dict[_Slot, list[tuple[int, float]]] = defaultdict(list)
    for number in hours:
        day, hour, weekend = _local(number, zone)
        slots[hour, weekend].extend((day, value) for value in _smoothed(hours, number))
    return slots


def _smoothed(hours: Mapping[int, float], number: int) -> list[float]:
    """An hour's value and its means with the hours beside it, so that few days make a range."""
    value = hours[number]
    beside = (hours.get(number - 1), hours.get(number + 1))
    return [value, *((value + one) / 2 for one in beside if one is not None)]


@lru_cache(maxsize=8192)
def _local(number: int, zone: tzinfo) -> tuple[int, int, bool]:
    """Day (since 0001), hour and weekend of a clock hour since 1970, on the clocks of a zone."""
    local = datetime.fromtimestamp(number * 3600, UTC).astimezone(zone)
    return local.toordinal(), local.hour, local.weekday() >= _SATURDAY
