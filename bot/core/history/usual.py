"""The usual range of a topic's volume: what the same hour of like days held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from bot.core.lazy_dataclass import dataclass
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
_Values = Mapping[_Slot, Sequence[tuple[float, int]]]
"""Rates of each slot, each with the number of its day; the lowest rate first."""


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
    slots: dict[_Slot, list[tuple[float, int]]] = defaultdict(list)
    places = [(_local(int(point.middle.timestamp() // 3600), zone), point) for point in points]
    for (day, _, weekend), point in places:
        if point.rate is not None:
            slots[0, weekend].append((point.rate, day))
    values = _ordered(slots)
    return tuple(_range_of(values, (0, weekend), day) for (day, _, weekend), _ in places)


def _of_point(
    point: VolumePoint, values: _Values, known: dict[int, UsualRange | None], zone: tzinfo
) -> UsualRange | None:
    """The range of a point; ``known``: of clock hours that were asked for already."""
    start, end = point.start.timestamp(), point.end.timestamp()
    first = int(start // 3600)
    last = max(first, -int(-end // 3600) - 1)
    low = high = weight = 0.0
    for number in range(first, last + 1):
        if number not in known:
            day, hour, weekend = _local(number, zone)
            known[number] = _range_of(values, (hour, weekend), day)
        found = known[number]
        if found is None:
            return None
        share = min((number + 1) * 3600, end) - max(number * 3600, start)  # seconds of the hour in the point
        low, high, weight = low + found.low * share, high + found.high * share, weight + share
    return _wider(UsualRange(low / weight, high / weight), point.end - point.start) if weight else None


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
    like = [one for one in values.get(slot, ()) if one[1] != day]
    if not _holds_days(like):
        like = sorted([*like, *(one for one in values.get((hour, not weekend), ()) if one[1] != day)])
        if not _holds_days(like):
            return None
    rates = [rate for rate, _ in like]
    middle = _median(rates)
    deviation = _OF_MAD * _median(sorted([abs(rate - middle) for rate in rates]))
    half = SPREAD * max(deviation, middle**0.5)
    return UsualRange(max(0.0, middle - half), middle + half)


def _holds_days(like: Sequence[tuple[float, int]]) -> bool:
    """Whether rates are of enough days. Those of one day often stand apart, so that a few tell it."""
    days: set[int] = set()
    for _, day in like:
        days.add(day)
        if len(days) >= MIN_DAYS:
            return True
    return False


def _median(ordered: Sequence[float]) -> float:
    """The median of values in order, at least one."""
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _by_slot(hours: Mapping[int, float], zone: tzinfo) -> _Values:
    slots: dict[_Slot, list[tuple[float, int]]] = defaultdict(list)
    for number in hours:
        day, hour, weekend = _local(number, zone)
        slots[hour, weekend].extend((value, day) for value in _smoothed(hours, number))
    return _ordered(slots)


def _ordered(slots: Mapping[_Slot, list[tuple[float, int]]]) -> _Values:
    """Sorted once, so that no range of a point sorts them again."""
    return {slot: sorted(rates) for slot, rates in slots.items()}


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
