"""Made series of counts for the detector, and what it tells of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from bot.core.surge.alerts import SurgeChange, SurgeEvent
from bot.core.surge.detector import observe
from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import PRESETS, Preset, SurgeSettings
from bot.core.surge.state import SurgeState

MONDAY = datetime(2026, 9, 28, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
EVERY = PRESETS[Preset.EVERY]
UNUSUAL = PRESETS[Preset.UNUSUAL]

Change = Callable[[float, float], float | None]
"""(days since the begin, normal count) -> count, or None where nobody looked."""


def daily(days: float, change: Change = lambda _, count: count, *, mean: float = 20) -> Iterator[CountObservation]:
    """Counts of every 15 min in a daily cycle without noise; ``mean`` posts in each on average."""
    for index in range(round(days * 96)):
        count = change(index / 96, round(mean * (1 + 0.75 * math.sin(2 * math.pi * index / 96))))
        if count is not None:
            yield CountObservation(MONDAY + (index + 1) * QUARTER, count, QUARTER)


def times(factor: float, *on: int, hours: float = 4) -> Change:
    """Counts multiplied from noon on some days, for some hours; on no days: from noon of day 10 for good."""

    def changed(day: float, count: float) -> float:
        in_surge = any(each + 0.5 <= day < each + 0.5 + hours / 24 for each in on) if on else day >= 10.5
        return count * factor if in_surge else count

    return changed


def run(
    seen: Iterable[CountObservation],
    settings: SurgeSettings = EVERY,
    *,
    state: SurgeState | None = None,
    zone: tzinfo = UTC,
) -> tuple[SurgeState, list[SurgeEvent]]:
    """The state and all events after some observations."""
    state = state or SurgeState()
    found: list[SurgeEvent] = []
    for each in seen:
        state, events = observe(state, each, settings, zone)
        found += events
    return state, found


def begins(events: Iterable[SurgeEvent]) -> list[datetime]:
    """Times at which surges began to be told."""
    return [event.at for event in events if event.change is SurgeChange.BEGINS]


def ends(events: Iterable[SurgeEvent]) -> list[datetime]:
    """Times at which surges were over."""
    return [event.at for event in events if event.change is SurgeChange.ENDS]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of a made series."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)
