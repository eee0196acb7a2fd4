"""Charts as SVG: whatever the data, within the picture, without words, and without lines over what is unknown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.history.curves import POSTS_MAX, PostCurve, SurgeSpan, TopicCurve, VolumeCurve
from bot.core.history.period import HistoryPeriod
from bot.core.history.usual import UsualRange
from bot.core.history.volume import VolumePoint
from bot.core.models import Network, Post, Sample, SourceName
from bot.core.text import make_topic
from bot.views.charts.canvas import ALERT, DASHES, SERIES, SURGE, linear, logarithmic, time_ticks
from bot.views.charts.digits import grouped
from bot.views.charts.lines import comparison_chart, comparison_scale, reposts_chart
from bot.views.charts.volume import volume_chart, volume_spark
from tests.costs import AT_MOST, growth

from .samples import CHARTS, NOW, ZONE, volume

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
RATES = st.one_of(st.none(), st.floats(0, 1e9), st.integers(0, 50).map(float))
PERIODS = st.sampled_from(HistoryPeriod)


def curve_of(period: HistoryPeriod, rates: list[float | None], since: datetime | None = None) -> VolumeCurve:
    begin = period.begin(NOW) if since is None else since
    points = tuple(
        VolumePoint(begin + n * period.bin, min(begin + (n + 1) * period.bin, NOW), rate)
        for n, rate in enumerate(rates)
        if begin + n * period.bin < NOW
    )
    return VolumeCurve(period, begin, NOW, points)


def elements(svg: str, tag: str, **having: str) -> list[ET.Element]:
    root = ET.fromstring(svg)  # noqa: S314 - our own
    found = root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")
    return [
        one for one in found if all(one.get(name.replace("_", "-")) == value for name, value in having.items())
    ]


def places(data: str) -> list[list[tuple[float, float]]]:
    """The lines of path data, each by its places; ``H`` keeps the height."""
    lines: list[list[tuple[float, float]]] = []
    for command, numbers in re.findall(r"([MLH])([^MLHZ]*)", data):
        values = [float(one) for one in _NUMBER.findall(numbers)]
        if command == "M":
            lines.append([(values[0], values[1])])
        elif command == "H":
            lines[-1].append((values[0], lines[-1][-1][1]))
        else:
            lines[-1].append((values[0], values[1]))
    return lines


def lines_of(svg: str, colour: str) -> list[list[tuple[float, float]]]:
    """The lines of a series."""
    wide = [one for one in elements(svg, "path", stroke=colour) if one.get("stroke-width") == "4"]
    return [line for one in wide for line in places(one.get("d") or "")]


def in_bounds(svg: str) -> bool:
    root = ET.fromstring(svg)  # noqa: S314 - our own
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    paths = [
        one for each in elements(svg, "path") for one in re.findall(r"[MLHVC][^MLHVCZ]*", each.get("d") or "")
    ]
    drawn = [(path[0], [float(one) for one in _NUMBER.findall(path)]) for path in paths]
    across = [
        v for command, values in drawn for v in (values if command == "H" else values[::2]) if command != "V"
    ]
    down = [v for command, values in drawn for v in (values if command == "V" else values[1::2]) if command != "H"]
    return all(-1 <= x <= width + 1 for x in across) and all(-1 <= y <= height + 1 for y in down)


@settings(max_examples=60)
@given(PERIODS, st.lists(RATES, max_size=180), st.lists(st.integers(0, 100_000), max_size=30))
def test_any_volume_is_drawn_within_the_picture_and_the_same_twice(
    period: HistoryPeriod, rates: list[float | None], minutes: list[int]
) -> None:
    spans = tuple(SurgeSpan(NOW - timedelta(minutes=one), NOW - timedelta(minutes=one // 2)) for one in minutes)
    sent = tuple(NOW - timedelta(minutes=one) for one in minutes)
    usual = tuple(None if rate is None else UsualRange(rate / 2, rate * 2) for rate in rates)
    curve = replace(curve_of(period, rates), usual=usual, surges=spans, alerts=sent)

    chart, spark = volume_chart(curve, ZONE), volume_spark(curve)
    assert (volume_chart(curve, ZONE), volume_spark(curve)) == (chart, spark)
    assert in_bounds(chart)
    assert in_bounds(spark)


@settings(max_examples=60)
@given(st.lists(RATES, min_size=30, max_size=168))
def test_no_line_goes_over_what_is_unknown(rates: list[float | None]) -> None:
    curve = curve_of(HistoryPeriod.WEEK, rates)

    lines = lines_of(volume_chart(curve, ZONE), SERIES[0])

    runs = [run for run in _runs(rates[: len(curve.points)]) if run]
    assert len(lines) == len(runs)
    for line, run in zip(lines, runs, strict=True):
        assert len(line) == max(2, run)


def _runs(rates: list[float | None]) -> list[int]:
    """Lengths of known stretches."""
    lengths = [0]
    for rate in rates:
        if rate is None:
            lengths.append(0)
        else:
            lengths[-1] += 1
    return lengths


@settings(max_examples=30)
@given(PERIODS, st.lists(st.lists(RATES, max_size=60), min_size=2, max_size=POSTS_MAX))
def test_any_topics_are_compared_within_the_picture(
    period: HistoryPeriod, topics: list[list[float | None]]
) -> None:
    curves = [
        TopicCurve(make_topic(f"topic {n}"), curve_of(period, rates) if rates else None)
        for n, rates in enumerate(topics)
    ]

    svg = comparison_chart(curves, period.begin(NOW), NOW, period, ZONE)

    assert in_bounds(svg)
    known = [any(rate is not None for rate in one.curve.rates) if one.curve else False for one in curves]
    assert [bool(lines_of(svg, colour)) for colour in SERIES[: len(curves)]] == known


@settings(max_examples=30)
@given(PERIODS, st.lists(st.lists(st.integers(0, 10**9), max_size=40), max_size=POSTS_MAX))
def test_any_reposts_are_drawn_within_the_picture(period: HistoryPeriod, counts: list[list[int]]) -> None:
    curves = [
        PostCurve(
            Post(network=Network.X, canonical_id=str(n), text=""),
            SourceName.X,
            tuple(Sample(rp, NOW - period.length * (k + 1) / 41) for k, rp in enumerate(sorted(read)))[::-1],
        )
        for n, read in enumerate(counts)
    ]

    assert in_bounds(reposts_chart(curves, period.begin(NOW), NOW, period, ZONE))


def test_usual_range_is_drawn_where_something_was_counted_alone() -> None:
    usual = (UsualRange(1.0, 3.0),) * 48
    known = replace(curve_of(HistoryPeriod.DAY, [2.0] * 24 + [None] * 24), usual=usual)

    assert volume_chart(known, ZONE) == volume_chart(replace(known, usual=(*usual[:24], *[None] * 24)), ZONE)


def test_chart_without_a_span_is_drawn_too() -> None:
    post = Post(network=Network.X, canonical_id="1", text="")
    curve = PostCurve(post, SourceName.X, (Sample(5, NOW),))

    assert in_bounds(reposts_chart([curve], NOW, NOW, HistoryPeriod.DAY, ZONE))


def test_picture_holds_no_letters() -> None:
    for draw in CHARTS.values():
        assert elements(draw(), "text") == []


def test_lines_differ_without_their_colour() -> None:
    svg = CHARTS["comparison"]()
    drawn = [
        one for colour in SERIES for one in elements(svg, "path", stroke=colour) if one.get("stroke-width") == "4"
    ]

    assert [one.get("stroke-dasharray") or "" for one in drawn] == list(DASHES)
    assert len(set(DASHES)) == len(DASHES) == len(SERIES) == POSTS_MAX
    assert len([one for one in elements(svg, "rect") if one.get("rx") == "6"]) == len(drawn)  # their numbers


def test_numbers_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    topics = [TopicCurve(make_topic(f"t{n}"), curve_of(HistoryPeriod.DAY, [5.0] * 48)) for n in range(POSTS_MAX)]

    svg = comparison_chart(topics, HistoryPeriod.DAY.begin(NOW), NOW, HistoryPeriod.DAY, ZONE)

    tops = sorted(float(one.get("y") or 0) for one in elements(svg, "rect") if one.get("rx") == "6")
    assert all(below - above >= 26 for above, below in pairwise(tops))
    assert tops[-1] <= 360


def test_surges_and_alerts_outside_the_period_are_not_drawn() -> None:
    curve = replace(
        curve_of(HistoryPeriod.DAY, [1.0] * 48),
        surges=(SurgeSpan(NOW - timedelta(days=9), NOW - timedelta(days=8)),),
        alerts=(NOW - timedelta(days=2), NOW + timedelta(hours=1)),
    )

    svg = volume_chart(curve, ZONE)

    assert elements(svg, "circle", fill=ALERT) == []
    assert SURGE not in svg


def test_surge_that_begins_just_now_is_marked() -> None:
    curve = replace(curve_of(HistoryPeriod.DAY, [1.0] * 48), surges=(SurgeSpan(NOW, NOW),))

    assert SURGE in volume_chart(curve, ZONE)
    assert in_bounds(volume_chart(curve, ZONE))


def test_a_thousand_alerts_are_no_more_dots_than_there_is_room_for() -> None:
    curve = replace(volume(HistoryPeriod.DAY), alerts=tuple(NOW - timedelta(minutes=n) for n in range(1000)))

    assert len(elements(volume_chart(curve, ZONE), "circle", fill=ALERT)) < 110


def test_topics_of_very_different_volume_are_drawn_by_orders_of_magnitude() -> None:
    assert comparison_scale([3.0, 500.0]).logarithmic
    assert not comparison_scale([30.0, 500.0]).logarithmic
    assert not comparison_scale([0.0, 0.0]).logarithmic
    assert logarithmic(1200).ticks == (0, 1, 10, 100, 1000, 10000)


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (7, (0, 2, 4, 6, 8)),
        (40, (0, 10, 20, 30, 40)),
        (41, (0, 20, 40, 60)),
        (95, (0, 25, 50, 75, 100)),
        (123456, (0, 50000, 100000, 150000)),
    ],
)
def test_ticks_are_round_and_few(highest: float, ticks: tuple[float, ...]) -> None:
    assert linear(highest).ticks == ticks


@given(st.floats(0, 1e12))
def test_every_scale_reaches_its_value(highest: float) -> None:
    scale = linear(highest)

    assert scale.top >= highest * 0.999
    assert 2 <= len(scale.ticks) <= 6


def test_thousands_stand_apart() -> None:
    assert [grouped(value) for value in (0, 0.5, 950, 1000, 1234567)] == ["0", "0.5", "950", "1 000", "1 234 567"]


def test_times_are_those_of_the_channels_clocks() -> None:
    day = time_ticks(HistoryPeriod.DAY, NOW - timedelta(days=1), NOW, "Asia/Kolkata")
    week = time_ticks(HistoryPeriod.WEEK, NOW - timedelta(days=7), NOW, "Asia/Tokyo")

    assert [text for _, text in day] == ["12:00", "16:00", "20:00", "0:00", "4:00", "8:00"]
    assert {at.minute for at, _ in day} == {30}
    assert [text for _, text in week] == ["23", "24", "25", "26", "27", "28", "29"]


def test_no_hour_is_named_twice_where_clocks_go_back() -> None:
    end = datetime.fromisoformat("2026-10-25T12:00:00+00:00")

    ticks = time_ticks(HistoryPeriod.DAY, end - timedelta(days=1), end, "Europe/Berlin")

    assert [text for _, text in ticks] == ["16:00", "20:00", "0:00", "4:00", "8:00", "12:00"]


def test_chart_costs_as_much_as_it_has_points() -> None:
    def work(size: int) -> object:
        points = [float(n % 17) for n in range(size)]
        period = HistoryPeriod.WEEK
        curve = curve_of(period, list(points), NOW - size * period.bin)
        return lambda: volume_chart(curve, ZONE)

    assert growth(work, 2_000) <= AT_MOST  # type: ignore[arg-type]
