"""Pictures of charts: small, the same bytes each time, whatever the data."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace

import pytest

from bot.core.history.curves import TopicCurve, VolumeCurve
from bot.core.history.period import HistoryPeriod
from bot.core.history.usual import UsualRange
from bot.core.history.volume import VolumePoint
from bot.core.text import make_topic
from bot.views.charts.lines import comparison_chart
from bot.views.charts.raster import BYTES_MAX, png_of
from bot.views.charts.volume import volume_chart

from .samples import CHARTS, NOW, ZONE, volume

_IN_ANOTHER_PROCESS = """
import hashlib, sys
from bot.views.charts.raster import png_of
print(hashlib.sha256(png_of(sys.stdin.read())).hexdigest())
"""


def noise(period: HistoryPeriod, chance: random.Random) -> VolumeCurve:
    """A topic that goes up and down over the whole height at each point."""
    since = period.begin(NOW, period.compared_bin)
    points: list[VolumePoint] = []
    while since + len(points) * period.compared_bin < NOW:
        start = since + len(points) * period.compared_bin
        points.append(VolumePoint(start, min(start + period.compared_bin, NOW), 9e6 * chance.random()))
    usual = tuple(UsualRange(low := 5e6 * chance.random(), low + 4e6 * chance.random()) for _ in points)
    return replace(volume(period), since=since, points=tuple(points), usual=usual)


@pytest.mark.parametrize("name", CHARTS)
def test_each_kind_of_chart_is_small_enough(name: str) -> None:
    assert len(png_of(CHARTS[name]())) <= BYTES_MAX


@pytest.mark.parametrize("period", HistoryPeriod)
def test_noise_is_small_enough_too(period: HistoryPeriod) -> None:
    chance = random.Random(7)
    topics = [TopicCurve(make_topic(f"t{n}"), noise(period, chance)) for n in range(5)]
    begin = topics[0].curve.since if topics[0].curve else NOW

    assert len(png_of(comparison_chart(topics, begin, NOW, period, ZONE))) <= BYTES_MAX
    assert len(png_of(volume_chart(noise(period, chance), ZONE))) <= BYTES_MAX


def test_same_chart_has_the_same_bytes_in_another_process() -> None:
    svg = CHARTS["comparison"]()
    told = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS], input=svg, capture_output=True, text=True, check=True
    )

    here = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS],
        input=CHARTS["comparison"](),
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == here.stdout
    assert png_of(svg) == png_of(CHARTS["comparison"]())
