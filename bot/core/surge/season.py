"""The season: posts that are usual at an hour, by the same hour of like days before it.

Hour-of-week medians as in Hochenbaum, Vallis and Kejariwal 2017 (arXiv 1704.07706): past surges do not move them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from statistics import median
from typing import Final

from .hours import DAYS_KEPT, HOUR_S, HourHistory

_SATURDAY: Final = 5


def has_like_day(history: HourHistory, number: int, zone: tzinfo) -> bool:
    """Whether the hour is known of a like day, so that its season does not come from days of the other kind."""
    return bool(_same_hours(history, number, zone)[0])


def season(history: HourHistory, number: int, zone: tzinfo) -> float | None:
    """The posts that are usual in an hour; None if nothing is known.

    The median, over like days (weekends or workdays in ``zone``) of the last three weeks, of the hour at the same
    local time and its means with the hours beside it; over all days where no like one is known, and over all hours
    where no day is.
    """
    like, other = _same_hours(history, number, zone)
    values = like or other or history.known
    return median(values) if values else None


def _same_hours(history: HourHistory, number: int, zone: tzinfo) -> tuple[list[float], list[float]]:
    """Values of the same hour on like days, and on the others."""
    offset, weekend = _local(number, zone)
    like: list[float] = []
    other: list[float] = []
    for day in range(1, DAYS_KEPT + 1):
        earlier = number - 24 * day
        then, was_weekend = _local(earlier, zone)
        (like if was_weekend == weekend else other).extend(_smoothed(history, earlier + offset - then))
    return like, other


def _smoothed(history: HourHistory, number: int) -> Iterator[float]:
    value = history[number]
    if value is None:
        return
    yield value
    for beside in (history[number - 1], history[number + 1]):
        if beside is not None:
            yield (value + beside) / 2


@lru_cache(maxsize=8192)
def _local(number: int, zone: tzinfo) -> tuple[int, bool]:
    """The zone's UTC offset at an hour, in whole hours, and whether it is weekend there."""
    local = datetime.fromtimestamp(number * HOUR_S, UTC).astimezone(zone)
    offset = local.utcoffset()
    return round(offset.total_seconds() / HOUR_S) if offset else 0, local.weekday() >= _SATURDAY
