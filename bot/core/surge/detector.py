"""The surge detector: what one observation changes in the state of a topic, and which events it brings."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .alerts import ActiveSurge, SurgeChange, SurgeEvent, begun, moment
from .baseline import HourlyBaseline
from .bins import BIN_S, CountBin, is_full, joined, last_hour
from .episodes import GAP_S
from .evidence import CAP, SurgeEvidence, scaled_threshold
from .hours import HOUR_S, OpenHour
from .observation import Breadth, CountObservation, Interval, new_part
from .settings import SurgeSettings
from .silence import Silence
from .state import SurgeState

MAX_COVERS_S: Final = 3 * 3600.0
"""An observation over more says too little about each of its hours, and is taken as unknown."""
QUIET_S: Final = 2 * 3600.0
"""A surge is over when it has been calm for so long."""
_CALM_RATIO: Final = 1.5
_DISPERSION_FROM_S: Final = 12 * 3600.0
_FROZEN_S: Final = 3600.0
_FROZEN_AT_MOST_S: Final = 86_400.0
"""A surge that lasts longer teaches the level again, and so comes to its end."""

Observed = tuple[SurgeState, tuple[SurgeEvent, ...]]


@dataclass(frozen=True, slots=True)
class _Judged:
    """The last hour at one moment. ``hot``: far above normal beyond doubt. ``size``: excess in mean hours."""

    now_s: float
    hour: CountBin
    hot: bool
    size: float

    @property
    def calm(self) -> bool:
        return not self.hot and self.hour.ratio <= _CALM_RATIO


def observe(state: SurgeState, seen: CountObservation, settings: SurgeSettings, zone: tzinfo) -> Observed:
    """The state after an observation, and the events it brings, in order.

    Observations come in order of time; one that is not later than the newest changes nothing. ``zone``: where the
    topic's days and weekends are.
    """
    interval = new_part(seen, state.end_s)
    if interval is None:
        return state, ()
    if interval.seconds > MAX_COVERS_S:
        since_s = state.seldom_since_s or interval.start_s
        return replace(state, end_s=interval.end_s, open_bin=None, seldom_since_s=since_s), ()
    full, state = _with_interval(state, interval, zone)
    events: tuple[SurgeEvent, ...] = ()
    if full is not None:
        judged, state = _judge(state, full, seen, settings)
        state, events = _decide(state, judged, settings, zone)
    return _frozen(state), events


def _with_interval(state: SurgeState, interval: Interval, zone: tzinfo) -> tuple[CountBin | None, SurgeState]:
    """The bin that an interval fills, if it does, and the state with the interval counted."""
    gap_s = interval.start_s - state.end_s
    counted = replace(
        state,
        first_s=state.first_s or interval.start_s,
        end_s=interval.end_s,
        seldom_since_s=0.0,
        baseline=state.baseline.with_interval(interval, zone),
        evidence=state.evidence.cleared() if gap_s > GAP_S else state.evidence,
    )
    if gap_s > BIN_S or (interval.count > 0 and not interval.complete):
        state, counted = replace(state, silence=None), replace(counted, silence=None)
    rate = counted.baseline.rate_at(interval.middle_s)
    if rate is None:
        return None, replace(counted, open_bin=None)
    normal = rate * interval.seconds / HOUR_S
    if interval.complete:
        silence = state.silence
        if silence is not None and silence.is_caught_up_by(interval, normal):
            return _caught_up(counted, silence, interval, normal, zone)
        if silence is not None and silence.leaves_unknown(interval.count, normal):
            baseline = state.baseline.with_interval(replace(interval, complete=False), zone)
            return None, replace(counted, baseline=baseline, open_bin=None, silence=None)
        counted = _with_silence(state, counted, interval, normal)
        if counted.silence is not None and counted.silence.is_failure:
            silent = replace(_without_silent_hours(state, interval), silence=counted.silence)
            return _with_interval(silent, replace(interval, complete=False), zone)
    part = CountBin(interval.end_s, interval.seconds, interval.count, normal, interval.complete)
    bin_ = joined((state.open_bin, part)) if state.open_bin is not None and gap_s < BIN_S else part
    if is_full(bin_, interval.seconds):
        return bin_, replace(counted, open_bin=None)
    return None, replace(counted, open_bin=bin_)


def _caught_up(
    counted: SurgeState, silence: Silence, interval: Interval, normal: float, zone: tzinfo
) -> tuple[CountBin, SurgeState]:
    """The bin of a count that holds the posts of the zeros before it, too, and the state without these zeros.

    So a source that counts anew more seldom than it is read is known as if it were read when it counts.
    """
    whole = Interval(silence.since_s, interval.end_s, interval.count, complete=True)
    is_hot = counted.hot_s is not None and whole.start_s - counted.hot_s <= _FROZEN_S
    frozen = is_hot or silence.is_exceeded_by(interval.count, normal)
    bin_ = CountBin(whole.end_s, whole.seconds, whole.count, silence.normal + normal)
    state = replace(
        counted,
        baseline=counted.baseline.caught_up(silence.hour, whole, zone, frozen=frozen),
        evidence=replace(counted.evidence, nats=silence.nats),
        bins=tuple(each for each in counted.bins if each.end_s <= silence.since_s),
        open_bin=None,
        silence=None,
    )
    return bin_, state


def _with_silence(before: SurgeState, counted: SurgeState, interval: Interval, normal: float) -> SurgeState:
    """The state with a run of zeros begun, gone on with, or over.

    A failure is one run of zeros where many posts are normal in few hours: each zero alone may be chance.
    """
    silence = before.silence
    if interval.count > 0:
        surprising_s = 0.0 if silence is None or silence.is_failure else silence.surprising_s
        return replace(counted, evidence=counted.evidence.after_silence(surprising_s), silence=None)
    if silence is not None:
        return replace(counted, silence=silence.with_zero(interval.end_s, normal))
    number = int(interval.start_s // HOUR_S)
    hour = before.baseline.hour
    hour = hour if hour is not None and hour.number == number else OpenHour(number)
    return replace(counted, silence=Silence(interval.start_s, normal, hour, before.evidence.nats))


def _without_silent_hours(state: SurgeState, interval: Interval) -> SurgeState:
    """The state whose hours with the zeros of a failure are unknown, those before it was noticed."""
    if state.silence is None or state.silence.is_failure:
        return state
    baseline = state.baseline
    for number in range(int(state.silence.since_s // HOUR_S), int(interval.start_s // HOUR_S) + 1):
        baseline = baseline.without_hour(number)
    return replace(state, baseline=baseline)


def _judge(
    state: SurgeState, full: CountBin, seen: CountObservation, settings: SurgeSettings
) -> tuple[_Judged, SurgeState]:
    """The last hour with a full bin, judged, and the state that has learned from it."""
    age_s = full.end_s - state.first_s
    base = settings.threshold * (settings.rounded_times if seen.step else 1.0)
    threshold = scaled_threshold(base, full.seconds)
    if age_s < settings.cautious_for.total_seconds():
        threshold *= settings.cautious_times
    speaks_for = _is_broad(seen.breadth, settings)
    evidence = state.evidence.with_bin(full, settings.factor, threshold, speaks_for=speaks_for)
    bins = last_hour(state.bins, full)
    hour = joined(bins)
    size = hour.hourly(hour.excess) / ((state.baseline.mean or 0.0) + 1)
    hot = (
        evidence.nats >= threshold
        and size >= settings.min_size
        and hour.ratio >= _min_ratio(state.baseline, settings, sure=evidence.nats >= CAP * threshold)
        and hour.excess >= max(settings.min_excess, settings.min_steps * seen.step)
        and len(state.baseline.history.known) >= settings.min_known_hours
        and speaks_for
    )
    if age_s > _DISPERSION_FROM_S:
        state, evidence = _learned(state, evidence, full)
    return _Judged(full.end_s, hour, hot, size), replace(state, evidence=evidence, bins=bins, step=seen.step)


def _learned(state: SurgeState, evidence: SurgeEvidence, full: CountBin) -> tuple[SurgeState, SurgeEvidence]:
    """The dispersion after a bin; what surprising zeros say of it waits until it is known that they are none."""
    silence = state.silence
    if silence is None or full.count > 0 or not full.complete or not evidence.is_surprised_by(full):
        return state, evidence.learned(full)
    waits = replace(silence, surprising_s=silence.surprising_s + full.seconds)
    return replace(state, silence=waits), evidence


def _min_ratio(baseline: HourlyBaseline, settings: SurgeSettings, *, sure: bool) -> float:
    """The least ratio of the last hour.

    Higher, the more the topic's hours differ anyway, and the fewer days say what is normal at that hour.
    """
    days = baseline.days
    least, known = settings.min_sure_ratio if sure else settings.min_ratio, days.like
    if not days.like:
        least, known = settings.min_unlike_ratio, days.other
    restless = min(settings.max_restless_ratio, math.exp(settings.restless_times * baseline.restlessness))
    return max(least, restless) * (1 + settings.per_missing_day * max(0, settings.enough_days - known))


def _is_broad(breadth: Breadth, settings: SurgeSettings) -> bool:
    """Whether enough people at enough places post, as far as that is known."""
    enough_authors = breadth.authors is None or breadth.authors >= settings.min_authors
    return enough_authors and (breadth.domains is None or breadth.domains >= settings.min_domains)


def _decide(state: SurgeState, judged: _Judged, settings: SurgeSettings, zone: tzinfo) -> Observed:
    """The state with its episodes and its surge brought forward, and the event."""
    now_s = judged.now_s
    if judged.hot:
        state = replace(state, hot_s=now_s, episodes=state.episodes.with_hot(now_s, judged.size))
    else:
        state = replace(state, episodes=state.episodes.settled(now_s))
    if state.surge is not None:
        return _continue_or_end(state, state.surge, judged, settings, zone)
    if judged.hot and state.episodes.habit(now_s) < settings.max_habit:
        return _begin(state, judged, settings)
    return state, ()


def _begin(state: SurgeState, judged: _Judged, settings: SurgeSettings) -> Observed:
    """A surge begins: with an alert, or as one more part of the newest alert's surge."""
    now_s, ratio = judged.now_s, judged.hour.ratio
    state = replace(state, surge=ActiveSurge(now_s))
    if state.alert is None or state.alert.allows_another(now_s, settings):
        state = replace(state, alert=begun(now_s, ratio))
        return state, _event(state, judged, SurgeChange.BEGINS)
    return _continued(state, judged, settings)


def _continue_or_end(
    state: SurgeState, surge: ActiveSurge, judged: _Judged, settings: SurgeSettings, zone: tzinfo
) -> Observed:
    """A surge lasts, ends because it is calm, or has become the new normal."""
    now_s = judged.now_s
    calm_since_s = (surge.calm_since_s or now_s) if judged.calm else None
    if calm_since_s is not None and now_s - calm_since_s >= QUIET_S:
        ended = replace(state, surge=None, evidence=state.evidence.cleared())
        return ended, _event(ended, judged, SurgeChange.ENDS)
    if now_s - surge.began_s >= settings.new_normal_after.total_seconds():
        ended = replace(
            state,
            surge=None,
            evidence=state.evidence.cleared(),
            episodes=state.episodes.ended(),
            baseline=state.baseline.since(surge.began_s, zone),
        )
        return ended, _event(ended, judged, SurgeChange.ENDS)
    return _continued(replace(state, surge=replace(surge, calm_since_s=calm_since_s)), judged, settings)


def _continued(state: SurgeState, judged: _Judged, settings: SurgeSettings) -> Observed:
    """The newest alert's surge goes on, or has grown."""
    if state.alert is None:
        return state, ()
    ratio = judged.hour.ratio
    alert = state.alert.with_ratio(ratio, judged.now_s, alarm=judged.hot)
    grown = judged.hot and ratio >= settings.grown_times * alert.alerted_ratio
    state = replace(state, alert=replace(alert, alerted_ratio=ratio) if grown else alert)
    return state, _event(state, judged, SurgeChange.GROWS if grown else SurgeChange.GOES_ON)


def _event(state: SurgeState, judged: _Judged, change: SurgeChange) -> tuple[SurgeEvent, ...]:
    if state.alert is None:
        return ()
    hour, as_large_s = judged.hour, state.episodes.last_as_large_s()
    return (
        SurgeEvent(
            change=change,
            at=moment(judged.now_s),
            began_at=moment(state.alert.began_s),
            ratio=hour.ratio,
            peak_ratio=state.alert.peak_ratio,
            per_hour=hour.hourly(hour.count),
            normal_per_hour=hour.hourly(hour.normal),
            as_large_at=None if as_large_s is None else moment(as_large_s),
            at_least=not hour.complete,
        ),
    )


def _frozen(state: SurgeState) -> SurgeState:
    """The state whose open hour teaches no level, if a surge is in it, or no trend, if that lasts over a day."""
    if state.surge is not None and state.end_s - state.surge.began_s > _FROZEN_AT_MOST_S:
        return replace(state, baseline=state.baseline.frozen(lasting=True))
    if state.hot_s is None or state.end_s - state.hot_s > _FROZEN_S:
        return state
    return replace(state, baseline=state.baseline.frozen())
