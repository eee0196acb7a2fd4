"""The alerts that the bot's detector raises on a series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.core.surge.detector import observe
from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import SurgeSettings
from bot.core.surge.state import SurgeState

from .series import Series


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; times in epoch seconds. An alert that is not over ends with the series."""

    start_s: float
    end_s: float
    peak_ratio: float


def observations(series: Series) -> Iterable[CountObservation]:
    """The series as a source would show it."""
    return (
        CountObservation(datetime.fromtimestamp(end, UTC), count, timedelta(seconds=length))
        for end, count, length in series.with_lengths()
    )


def alerts_of(
    seen: Iterable[CountObservation],
    settings: SurgeSettings,
    *,
    zone: tzinfo = UTC,
    state: SurgeState | None = None,
) -> list[Alert]:
    """The alerts of the detector, in order."""
    state = state or SurgeState()
    found: dict[datetime, Alert] = {}
    for each in seen:
        state, events = observe(state, each, settings, zone)
        for event in events:
            found[event.began_at] = Alert(event.began_at.timestamp(), event.at.timestamp(), event.peak_ratio)
    return list(found.values())
