"""Curves: their figures, and which readings of a post a line may join."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.history.curves import VolumeCurve, joined_samples, thinned_samples
from bot.core.history.period import HistoryPeriod
from bot.core.history.usual import UsualRange
from bot.core.history.volume import VolumePoint
from bot.core.models import Sample

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def curve(*rates: float | None) -> VolumeCurve:
    points = tuple(VolumePoint(START + n * HOUR, START + (n + 1) * HOUR, rate) for n, rate in enumerate(rates))
    usual = tuple(UsualRange(float(n), n + 1.0) for n in range(len(rates)))
    return VolumeCurve(HistoryPeriod.DAY, START, START + len(rates) * HOUR, points, usual)


def samples(*minutes: int) -> list[Sample]:
    return [Sample(n, START + timedelta(minutes=at)) for n, at in enumerate(minutes)]


def test_highest_is_the_newest_of_equals_and_latest_the_newest_known() -> None:
    found = curve(5, 9, None, 9, 2, None)

    assert found.highest == found.points[3]
    assert found.latest == (found.points[4], found.usual[4])
    assert found.rates == [5, 9, 9, 2]


def test_last_hour_above_points_of_more_hours_is_the_highest_of_all() -> None:
    """A point of six hours is their mean, so the last hour alone can be far above it."""
    newest = VolumePoint(START + HOUR, START + 2 * HOUR, 1192.0)
    found = replace(curve(319, 40), newest=newest)

    assert found.highest == newest
    assert replace(curve(319, 40), newest=replace(newest, rate=12.0)).highest == found.points[0]
    assert replace(curve(319, 40), newest=replace(newest, rate=None)).highest == found.points[0]


def test_curve_of_which_nothing_is_known_has_no_figures() -> None:
    assert curve(None, None).highest is None
    assert curve(None, None).latest is None


def test_readings_far_apart_are_not_joined() -> None:
    parts = joined_samples(samples(0, 10, 20, 300, 310), DAY)

    assert [[one.rp for one in part] for part in parts] == [[0, 1, 2], [3, 4]]


@given(st.lists(st.integers(0, 100_000), max_size=300, unique=True))
def test_whatever_is_left_out_the_first_and_the_last_reading_stay(minutes: list[int]) -> None:
    read = samples(*sorted(minutes))

    kept = thinned_samples(read, 70 * DAY)

    assert len(kept) <= 102
    assert kept[:1] == read[:1]
    assert kept[-1:] == read[-1:]
    assert [one.at for one in kept] == sorted(one.at for one in kept)
