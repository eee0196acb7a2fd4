"""The day before a moment as a detector knows it, for the chart on the card of a surge."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .hours import HOUR_S
from .season import season
from .state import SurgeState

DAY_HOURS: Final = 24
"""Finished hours that a card shows, before the one that is not over."""


@dataclass(frozen=True, slots=True)
class HourlyCurve:
    """Posts (or people) an hour since a clock hour, None where unknown. ``usual``: what is usual at each.

    The last hour was not over: its rate is that of the part that was seen.
    """

    begin: datetime
    rates: tuple[float | None, ...]
    usual: tuple[float | None, ...]


def day_before(state: SurgeState, zone: tzinfo) -> HourlyCurve | None:
    """The last hours of a detector; None before it has seen any."""
    hour = state.baseline.hour
    if hour is None:
        return None
    history = state.baseline.history
    numbers = range(hour.number - DAY_HOURS, hour.number)
    finished = [history[number] for number in numbers]
    usual = [season(history, number, zone) for number in (*numbers, hour.number)]
    return HourlyCurve(
        begin=datetime.fromtimestamp((hour.number - DAY_HOURS) * HOUR_S, UTC),
        rates=tuple(_rounded(one) for one in (*finished, _rate_so_far(hour.count, hour.seen_s))),
        usual=tuple(_rounded(one) for one in usual),
    )


def _rate_so_far(count: float, seen_s: float) -> float | None:
    return count * HOUR_S / seen_s if seen_s else None


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 1)
