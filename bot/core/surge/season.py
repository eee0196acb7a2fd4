"""The season: posts that are usual at an hour, by the same hour of like days before it.

Hour-of-week medians as in Hochenbaum, Vallis and Kejariwal 2017 (arXiv 1704.07706): past surges do not move them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import chain
from statistics import median
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .hours import DAYS_KEPT, HOUR_S, HourHistory

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class KnownDays:
    """The days on which an hour is known: of the same kind as its own (weekend or workday), and of the other."""

    like: int = 0
    other: int = 0


def known_days(history: HourHistory, number: int, zone: tzinfo) -> KnownDays:
    """The days that the season of an hour can come from."""
    known = [is_like for earlier, is_like in _same_hour(number, zone) if history[earlier] is not None]
    return KnownDays(sum(known), len(known) - sum(known))


def season(history: HourHistory, number: int, zone: tzinfo) -> float | None:
    """The posts that are usual in an hour; None if nothing is known.

    The median, over like days (weekends or workdays in ``zone``) of the last three weeks, of the hour at the same
    local time and its means with the hours beside it; over all days where no like one is known, and over all hours
    where no day is.
    """
    of_day = [(tuple(_smoothed(history, earlier)), is_like) for earlier, is_like in _same_hour(number, zone)]
    like = [value for values, is_like in of_day if is_like for value in values]
    values = like or list(chain(*(values for values, _ in of_day))) or history.known
    return median(values) if values else None


def _same_hour(number: int, zone: tzinfo) -> Iterator[tuple[int, bool]]:
    """The numbers of the same hour on the days before, and whether each was like its day."""
    offset, weekend = _local(number, zone)
    for day in range(1, DAYS_KEPT + 1):
        earlier = number - 24 * day
        then, was_weekend = _local(earlier, zone)
        yield earlier + offset - then, was_weekend == weekend


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
