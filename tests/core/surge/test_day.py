"""The day before a moment, as a detector knows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.surge.day import DAY_HOURS, day_before
from bot.core.surge.detector import observe
from bot.core.surge.observation import CountObservation
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import SurgeState

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def after(hours: int, *, without: frozenset[int] = frozenset()) -> SurgeState:
    """A detector that saw ten posts in each quarter of these hours."""
    state = SurgeState()
    for quarter in range(4 * hours + 2):
        if quarter // 4 not in without:
            seen = CountObservation(START + (quarter + 1) * HOUR / 4, 10.0, HOUR / 4)
            state, _ = observe(state, seen, PRESETS[Preset.EVERY], UTC)
    return state


def test_detector_that_saw_nothing_has_no_day() -> None:
    assert day_before(SurgeState(), UTC) is None


def test_day_is_the_finished_hours_and_the_open_one() -> None:
    found = day_before(after(72), UTC)

    assert found is not None
    assert found.begin == START + 48 * HOUR
    assert found.rates == (40.0,) * (DAY_HOURS + 1)
    assert found.usual == (40.0,) * (DAY_HOURS + 1)


def test_hours_in_which_nobody_looked_are_unknown() -> None:
    found = day_before(after(72, without=frozenset({60, 61})), UTC)

    assert found is not None
    assert [n for n, rate in enumerate(found.rates) if rate is None] == [12, 13]
    assert found.usual[12] == 40.0
