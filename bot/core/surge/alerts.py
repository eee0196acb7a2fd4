"""Alerts of surges: at most one in some hours; a surge that follows too soon goes on with the last alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.core.lazy_dataclass import dataclass

from .settings import SurgeSettings


class SurgeChange(StrEnum):
    """A change of a surge by an observation."""

    BEGINS = "begins"
    GOES_ON = "goes_on"
    """The surge lasts, or came back too soon for another alert: its message is edited."""
    GROWS = "grows"
    """The surge lasts, and is several times as high as at its alert."""
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class SurgeEvent:
    """A change of one surge, known by ``began_at``; times are UTC.

    ``ratio``, ``peak_ratio``: times normal, of the last hour and at most. ``per_hour``, ``normal_per_hour``: posts
    an hour, seen and normal. ``as_large_at``: when the topic was last as far above normal before; None if never in
    what is remembered. ``at_least``: the count was cut, so there were more.
    """

    change: SurgeChange
    at: datetime
    began_at: datetime
    ratio: float
    peak_ratio: float
    per_hour: float
    normal_per_hour: float
    as_large_at: datetime | None
    at_least: bool


@dataclass(frozen=True, slots=True)
class ActiveSurge:
    """A surge that lasts: when it began, and since when it is calm again, if it is."""

    began_s: float
    calm_since_s: float | None = None


@dataclass(frozen=True, slots=True)
class SurgeAlert:
    """The newest alert. ``alarm_s``: when its surge was hot last.

    ``alerted_ratio``: the ratio when it began, or had last grown. ``peak_ratio``: the highest so far.
    """

    began_s: float
    alarm_s: float
    alerted_ratio: float
    peak_ratio: float

    def allows_another(self, now_s: float, settings: SurgeSettings) -> bool:
        """Whether a surge that begins now raises an alert of its own."""
        apart = settings.between_alerts.total_seconds()
        quiet = settings.quiet_before_alert.total_seconds()
        return now_s - self.began_s >= apart and now_s - self.alarm_s >= quiet

    def with_ratio(self, ratio: float, now_s: float, *, alarm: bool) -> SurgeAlert:
        """The alert after another observation of its surge."""
        peak = max(self.peak_ratio, ratio)
        return replace(self, peak_ratio=peak, alarm_s=now_s if alarm else self.alarm_s)


def begun(now_s: float, ratio: float) -> SurgeAlert:
    """An alert of a surge that begins."""
    return SurgeAlert(began_s=now_s, alarm_s=now_s, alerted_ratio=ratio, peak_ratio=ratio)


def moment(seconds: float) -> datetime:
    """A time in epoch seconds, as UTC."""
    return datetime.fromtimestamp(seconds, UTC)
