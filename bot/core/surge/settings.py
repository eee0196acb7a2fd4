"""The sensitivity of the detector: presets that a person chooses by a word, and what all of them share."""

from __future__ import annotations

import math
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass


class Preset(StrEnum):
    """A sensitivity: each clear surge, those that are unusual for the topic, or the largest of these."""

    EVERY = "every"
    UNUSUAL = "unusual"
    RARE = "rare"


@dataclass(frozen=True, slots=True)
class SurgeSettings:
    """The thresholds of a surge. Values without another source were found on real series (docs/design/surges.md).

    ``min_size``: least excess of the last hour, in mean hours of the topic. ``max_habit``: a surge raises an alert
    while past ones as large, each weighted by its age, sum up to less. ``threshold``: evidence in nats, on bins of
    15 min; ``cautious_times`` as much in a series' first ``cautious_for``. ``factor``: times normal that the
    evidence speaks for. ``min_excess``: posts above normal in the last hour, and ``min_steps`` steps of the last
    digit where a total is shown rounded; the threshold is ``rounded_times`` as high there, because the dispersion
    holds the noise of rounding, too. ``min_ratio``: times normal in the last hour; ``min_sure_ratio`` where
    the evidence is as high as it gets, and ``min_unlike_ratio`` where normal is known from weekends only, or from
    workdays only, and this is the other. At least ``restless_times`` the standard deviation of the logarithms of a
    day's ratios, too, but for that no more than ``max_restless_ratio``. Each of these rises by its
    ``per_missing_day`` for each day by which fewer than ``enough_days`` say what is normal at that hour.
    ``min_authors``, ``min_domains``: people, and servers or sites, that the last hour's posts are from, where that
    is known. ``min_known_hours``: with fewer, no surge is found.
    """

    min_size: float
    max_habit: float = math.inf
    threshold: float = 17.0
    cautious_times: float = 1.5
    cautious_for: timedelta = timedelta(days=3)
    factor: float = 4.0
    min_excess: float = 10.0
    min_steps: float = 2.5
    rounded_times: float = 0.6
    min_ratio: float = 2.5
    min_sure_ratio: float = 2.0
    min_unlike_ratio: float = 4.0
    restless_times: float = 3.5
    max_restless_ratio: float = 4.0
    enough_days: int = 6
    per_missing_day: float = 0.15
    min_authors: int = 5
    min_domains: int = 2
    min_known_hours: int = 24
    new_normal_after: timedelta = timedelta(days=3)
    between_alerts: timedelta = timedelta(hours=12)
    quiet_before_alert: timedelta = timedelta(hours=3)
    grown_times: float = 3.0
    """An alerted surge has grown if it is this many times as high as at its alert."""


PRESETS: Final = {
    Preset.EVERY: SurgeSettings(min_size=1.0),
    Preset.UNUSUAL: SurgeSettings(min_size=2.5, max_habit=1.0, threshold=25.0),
    Preset.RARE: SurgeSettings(min_size=3.0, max_habit=1.0, threshold=40.0),
}
"""The settings of each preset. A ``max_habit`` of 1 allows about one surge of the same size in two weeks."""
