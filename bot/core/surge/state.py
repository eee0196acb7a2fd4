"""The detector's state for one topic at one source: new, begun from known hours, after a change of its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .alerts import ActiveSurge, SurgeAlert
from .baseline import HourlyBaseline
from .bins import CountBin
from .episodes import SurgeEpisodes
from .evidence import SurgeEvidence
from .hours import HOUR_S, KEPT_HOURS, HourHistory
from .settings import SurgeSettings
from .silence import Silence

MIN_DETECTABLE_RATE: Final = 3.0
"""Posts in a mean hour. Of topics with fewer, only surges of 10 and more times normal are found."""
_SELDOM_AFTER_S: Final = 86_400.0
"""Longer than an outage lasts, as a rule: for so long no observation could be judged."""


@dataclass(frozen=True, slots=True)
class SurgeState:
    """Everything that is remembered between observations; times in epoch seconds, 0 before the first.

    ``first_s``: begin of what was seen first. ``end_s``: end of the newest observation. ``open_bin``: one that is
    not full. ``bins``: of the last hour. ``hot_s``: when the topic was last far above normal. ``silence``: a run
    of counts of 0, if the newest was one. ``seldom_since_s``: the begin of a run of observations that cover too
    much to be judged. ``step``: the step of the last digit of the newest total, 0 where it is exact or rounded
    finely.
    """

    first_s: float = 0.0
    end_s: float = 0.0
    baseline: HourlyBaseline = HourlyBaseline()
    evidence: SurgeEvidence = SurgeEvidence()
    open_bin: CountBin | None = None
    bins: tuple[CountBin, ...] = ()
    hot_s: float | None = None
    episodes: SurgeEpisodes = SurgeEpisodes()
    surge: ActiveSurge | None = None
    alert: SurgeAlert | None = None
    silence: Silence | None = None
    seldom_since_s: float = 0.0
    step: float = 0.0


class NotDetectable(StrEnum):
    """A reason why surges of a topic cannot be detected, or only very large ones."""

    LEARNING = "learning"
    TOO_FEW = "too_few"
    SELDOM = "seldom"
    """Its page is read too seldom: what is counted of it covers too many hours at once."""
    ROUNDED = "rounded"
    """Its page rounds its total so that the last digit stands for more posts than come in a mean hour."""
    NO_COUNTS = "no_counts"
    """No source of the topic says how much is posted."""


def not_detectable(state: SurgeState, settings: SurgeSettings) -> NotDetectable | None:
    """The reason why surges cannot be detected yet; None if they can."""
    if state.seldom_since_s and state.end_s - state.seldom_since_s >= _SELDOM_AFTER_S:
        return NotDetectable.SELDOM
    if len(state.baseline.history.known) < settings.min_known_hours:
        return NotDetectable.LEARNING
    mean = state.baseline.mean
    if mean is None or mean < MIN_DETECTABLE_RATE:
        return NotDetectable.TOO_FEW
    return NotDetectable.ROUNDED if state.step > mean else None


def begun_from(hours: Mapping[datetime, float | None]) -> SurgeState:
    """A state with the posts of whole clock hours (by their begin, aware) before the first observation.

    With a source's own history, such as a week of hourly counts, surges are found from the first day. None is
    unknown.
    """
    numbered = sorted((int(begin.timestamp() // HOUR_S), count) for begin, count in hours.items())[-KEPT_HOURS:]
    if not numbered:
        return SurgeState()
    history = HourHistory(next_hour=numbered[0][0])
    for number, count in numbered:
        history = history.with_hour(number, None if count is None else round(count, 2))
    baseline = HourlyBaseline(history=history, mean=history.mean())
    return SurgeState(numbered[0][0] * HOUR_S, history.next_hour * HOUR_S, baseline)


def after_source_change(state: SurgeState) -> SurgeState:
    """The state after its source changed what it counts: nothing known of its rate, its alert and surges kept.

    For a page that was redesigned, or another server asked: what it shows then is no surge. None is found
    for a day (``min_known_hours``).
    """
    kept = SurgeState(episodes=state.episodes.ended(), alert=state.alert)
    return replace(kept, end_s=state.end_s)
