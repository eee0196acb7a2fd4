"""The judging: real series in hindsight, planted surges, made series, first days, and what must raise no alarm."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import PRESETS, Preset, SurgeSettings
from bot.core.surge.state import SurgeState, begun_from
from bot.core.surge.totals import RollingTotal, with_total

from .alerts import Alert, alerts_of, observations
from .harms import harms
from .hindsight import HOUR_S, Hindsight, Judged
from .reading import read_series
from .series import DAY_S, Series
from .synthetic import KINDS, Planted, make_series, plant_in

EVERY: Final = PRESETS[Preset.EVERY]
STEPS_MIN: Final = (5, 15, 30, 60)
GAPS: Final = (0.05, 0.30)
PLANTED_TIMES: Final = (2.0, 4.0, 10.0)
PLANTED_HOURS: Final = 3.0
MOMENTS: Final = 12


@dataclass(frozen=True, slots=True)
class Size:
    """Extent of the judging."""

    seeds: int = 6
    spots: int = 8


@dataclass(frozen=True, slots=True)
class Real:
    """The real series and what hindsight says of each, by name."""

    series: tuple[Series, ...]
    truths: dict[str, Hindsight]
    windows: dict[str, list[tuple[float, float]]]


def read_real(folder: Path) -> Real:
    """The series in a folder, and the windows that people marked (``labels.json``), if there are any."""
    series = tuple(read_series(path) for path in sorted(folder.glob("*.csv")))
    labels = folder / "labels.json"
    marked = json.loads(labels.read_text(encoding="utf-8")) if labels.is_file() else {}
    windows = {
        each.name: [(_epoch(begin), _epoch(end)) for begin, end in label["windows"]]
        for each in series
        for name, label in marked.items()
        if each.name.endswith(f"_{name}")
    }
    return Real(series, {each.name: Hindsight(each) for each in series}, windows)


def measure(folder: Path | None, seed: int, size: Size) -> dict[str, Any]:
    """All figures. ``folder``: of real series; None to leave them out. ``seed``: of the made series."""
    found: dict[str, Any] = {"seed": seed}
    if folder is not None:
        real = read_real(folder)
        found["real"] = _of_real(real)
        found["first_days"] = {"cold": first_days(real, given=False), "7_days_given": first_days(real, given=True)}
        found["planted_in_real"] = planted_in_real(real, EVERY, seed, size.spots)
    found["synthetic"] = synthetic(EVERY, seed, size.seeds)
    found["alarms_of_harms"] = harms(EVERY, seed)
    found["goals"] = _goals(found)
    return found


def _of_real(real: Real) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for preset in (Preset.EVERY, Preset.UNUSUAL):
        for minutes in STEPS_MIN:
            found[f"{preset} {minutes} min"] = judged(real, PRESETS[preset], partial(_stepped, minutes=minutes))
    for share in GAPS:
        found[f"every 5 min, {share:.0%} lost"] = judged(real, EVERY, partial(_with_gaps, share=share))
    for minutes in (15, 60):
        for digits in (None, 3, 2):
            shown = "exact" if digits is None else f"{digits} digits"
            found[f"every, 24 h totals {shown}, {minutes} min"] = judged(
                real, EVERY, partial(_stepped, minutes=minutes), partial(from_totals, digits=digits)
            )
    return found


def _stepped(series: Series, minutes: int) -> Series:
    return series.coarser(round(minutes * 60 / series.step_s))


def _with_gaps(series: Series, share: float) -> Series:
    return series.with_gaps(share, seed=1)


def from_totals(series: Series, digits: int | None) -> Iterator[CountObservation]:
    """A series as seen through its rolling totals."""
    total = RollingTotal()
    for end, shown, step in series.totals(digits):
        total, seen = with_total(total, datetime.fromtimestamp(end, UTC), shown, step=step)
        if seen is not None:
            yield seen


def judged(
    real: Real,
    settings: SurgeSettings,
    view: Callable[[Series], Series],
    poll: Callable[[Series], Iterable[CountObservation]] = observations,
) -> dict[str, Any]:
    """All real series, seen in some way, judged in hindsight from their second day on; by series, too."""
    total, windows, outside, each_series = Judged(), [0, 0], 0, {}
    for series in real.series:
        seen = view(series)
        alerts = alerts_of(poll(seen), settings)
        one = real.truths[series.name].judge(alerts, since_s=series.rows[0][0] + DAY_S)
        marked = real.windows.get(series.name, [])
        windows[0] += sum(any(begin <= alert.start_s <= end for alert in alerts) for begin, end in marked)
        windows[1] += len(marked)
        outside += sum(not any(begin <= alert.start_s <= end for begin, end in marked) for alert in alerts)
        each_series[series.name] = _figures(one)
        total.add(one)
    return {
        **_figures(total),
        "windows": f"{windows[0]}/{windows[1]}",
        "outside_windows_a_month": round(outside / total.months, 2),
        "series": each_series,
    }


def _figures(of: Judged) -> dict[str, Any]:
    found: dict[str, Any] = {"alerts_a_month": round(of.alerts / of.months, 2)}
    for times, hits in of.sizes.items():
        delay = round(statistics.median(hits.delays_min)) if hits.delays_min else None
        found[f"x{times}"] = {"hit": hits.hit, "of": hits.surges, "median_delay_min": delay}
    for times, count in of.below.items():
        found[f"not_x{times}_a_month"] = round(count / of.months, 2)
    return found


def first_days(real: Real, *, given: bool) -> dict[str, Any]:
    """Series begun at several moments, at 15-minute looks; ``given``: with a week of hourly counts before."""
    parts = {"day 1": (0, 1), "day 2": (1, 2), "day 3": (2, 3), "days 4-7": (3, 7), "days 8-14": (7, 14)}
    totals = {name: Judged() for name in parts}
    for series in real.series:
        truth, coarse = real.truths[series.name], _stepped(series, 15)
        for moment in range(MOMENTS):
            begin = series.rows[0][0] + (7 + moment * 2.7) * DAY_S
            rows = tuple(row for row in coarse.rows if begin < row[0] <= begin + 14 * DAY_S)
            state = _given_week(truth, begin) if given else None
            alerts = alerts_of(observations(replace(coarse, rows=rows)), EVERY, state=state)
            for name, (first, last) in parts.items():
                since, until = begin + first * DAY_S, begin + last * DAY_S
                totals[name].add(truth.judge(alerts, since_s=since, until_s=until))
    return {name: _figures(total) for name, total in totals.items()}


def _given_week(truth: Hindsight, begin_s: float) -> SurgeState:
    last = int(begin_s // HOUR_S)
    known = range(last - 7 * 24, last)
    return begun_from({datetime.fromtimestamp(hour * HOUR_S, UTC): truth.hours.get(hour) for hour in known})


def planted_in_real(real: Real, settings: SurgeSettings, seed: int, spots: int) -> dict[str, Any]:
    """Surges planted at quiet moments of real series of at least 10 posts an hour then, at 15-minute looks."""
    tally = Tally()
    for series in real.series:
        truth, coarse = real.truths[series.name], _stepped(series, 15)
        for start in _quiet_moments(truth, random.Random(f"{series.name} {seed}"), spots):
            for times in PLANTED_TIMES:
                changed, planted = plant_in(coarse, start, PLANTED_HOURS, times)
                rows = tuple(row for row in changed.rows if start - 25 * DAY_S < row[0] < planted.end_s + HOUR_S)
                tally.add(planted, alerts_of(observations(replace(changed, rows=rows)), settings))
    return tally.figures()


def _quiet_moments(truth: Hindsight, dice: random.Random, spots: int) -> list[float]:
    hours = sorted(truth.hours)
    loud = {hour for first, last in truth.surges(2) for hour in range(first, last + 1)}
    fit = [
        hour
        for hour in hours[10 * 24 : -12]
        if truth.normal.get(hour, 0) >= 10 and not loud.intersection(range(hour - 14, hour + 10))
    ]
    return [hour * float(HOUR_S) for hour in dice.sample(fit, min(spots, len(fit)))]


class Tally:
    """Planted surges by size: how many could be told, were told, and after how long."""

    def __init__(self) -> None:
        self._of: dict[float, list[float | None]] = {}

    def add(self, planted: Planted, alerts: Sequence[Alert]) -> None:
        """Count one; not if an alert shortly before it kept it from being told."""
        late = planted.end_s + HOUR_S / 2
        hit = next((alert for alert in alerts if planted.start_s <= alert.start_s <= late), None)
        blocked = any(planted.start_s - 12 * HOUR_S < alert.start_s < planted.start_s for alert in alerts)
        if hit is not None or not blocked:
            delay = None if hit is None else (hit.start_s - planted.start_s) / 60
            self._of.setdefault(planted.times, []).append(delay)

    def figures(self) -> dict[str, Any]:
        """Hits and median delays by size."""
        found: dict[str, Any] = {}
        for times, delays in sorted(self._of.items()):
            hit = [delay for delay in delays if delay is not None]
            delay = round(statistics.median(hit)) if hit else None
            found[f"x{times:g}"] = {"hit": len(hit), "of": len(delays), "median_delay_min": delay}
        return found


def synthetic(settings: SurgeSettings, seed: int, seeds: int) -> dict[str, Any]:
    """Made series of all kinds with planted surges; alerts far from any are false."""
    tally, false, months = Tally(), 0, 0.0
    for kind in KINDS:
        for number in range(seeds):
            series, planted = make_series(kind, seed * 1000 + number)
            alerts = alerts_of(observations(series), settings)
            for each in planted:
                tally.add(each, alerts)
            false += sum(
                not any(each.start_s <= alert.start_s <= each.end_s + HOUR_S for each in planted)
                for alert in alerts
            )
            months += series.months
    return {**tally.figures(), "false_a_month": round(false / months, 2)}


def _goals(found: dict[str, Any]) -> dict[str, bool]:
    """The goals, and whether each is met."""
    goals = {
        "synthetic x4 at least 65 %": _share(found["synthetic"]["x4"]) >= 0.65,
        "synthetic x10 at least 97 %": _share(found["synthetic"]["x10"]) >= 0.97,
        "synthetic false at most 0.1 a month": found["synthetic"]["false_a_month"] <= 0.1,
        "no alarm of what is no surge": not any(found["alarms_of_harms"].values()),
    }
    if "real" not in found:
        return goals
    planted, unusual = found["planted_in_real"], found["real"]["unusual 15 min"]
    for minutes in (5, 15):
        every = found["real"][f"every {minutes} min"]
        goals |= {
            f"every, {minutes} min: x10 all": every["x10"]["hit"] == every["x10"]["of"],
            f"every, {minutes} min: x5 at least 95 %": _share(every["x5"]) >= 0.95,
            f"every, {minutes} min: x3 at least 80 %": _share(every["x3"]) >= 0.80,
            f"every, {minutes} min: not x2 at most 0.7 a month": every["not_x2_a_month"] <= 0.7,
            f"every, {minutes} min: median delay of x5 at most 45 min": every["x5"]["median_delay_min"] <= 45,
        }
    return goals | {
        "unusual: at most 1 a month outside windows": unusual["outside_windows_a_month"] <= 1,
        "planted x4 at least 75 %": _share(planted["x4"]) >= 0.75,
        "planted x10 at least 90 %": _share(planted["x10"]) >= 0.90,
    }


def _share(hits: dict[str, int]) -> float:
    return hits["hit"] / hits["of"] if hits["of"] else 1.0


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
