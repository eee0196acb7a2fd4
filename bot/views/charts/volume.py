"""The volume of a topic: its line over the usual range, surges, sent posts as dots, gaps as gaps."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.core.history.curves import VolumeCurve
from bot.core.history.volume import gaps, runs

from . import digits
from .canvas import (
    ALERT,
    BAND,
    GAP,
    PANEL,
    SERIES,
    SMALL_DIGIT,
    SMALL_HEIGHT,
    SMALL_WIDTH,
    SURGE,
    Drawing,
    Plot,
    Scale,
    framed,
    linear,
    n,
    shape,
    through,
)

_DOT: Final = 6.0
_APART: Final = 7.0
"""Dots nearer than this are one: hundreds of alerts are a row of dots, not a smear."""
_TRIANGLE: Final = 9.0


def volume_chart(curve: VolumeCurve, zone: str) -> str:
    """The chart of full size as SVG; ``zone``: IANA name of the clocks of its axis."""
    drawing, plot = framed(linear(_highest(curve)), curve.since, curve.until, curve.period, zone)
    _under(drawing, plot, curve)
    draw_line(drawing, plot, curve, SERIES[0], width=4.0)
    _alert_dots(drawing, plot, curve, plot.lane)
    return drawing.svg()


def volume_spark(curve: VolumeCurve) -> str:
    """The small form for cards: the same without a time axis, and with the highest number alone."""
    drawing, plot = small_frame(linear(_highest(curve)), curve.since, curve.until)
    _under(drawing, plot, curve)
    draw_line(drawing, plot, curve, SERIES[0], width=4.0)
    _alert_dots(drawing, plot, curve, plot.bottom + 14)
    return drawing.svg()


def small_frame(scale: Scale, since: datetime, until: datetime, *, right: float = 18.0) -> tuple[Drawing, Plot]:
    """An empty chart of the small form: two lines, at nothing and at the top, with their numbers."""
    text = digits.grouped(scale.top)
    drawing = Drawing(SMALL_WIDTH, SMALL_HEIGHT)
    left = 28.0 + digits.width(text, SMALL_DIGIT)
    plot = Plot(left, 28.0, SMALL_WIDTH - right, SMALL_HEIGHT - 30.0, since, until, scale)
    for tick, label in ((0.0, "0"), (scale.top, text)):
        drawing.rule((plot.left, plot.y(tick)), (plot.right, plot.y(tick)))
        drawing.digits(label, left - 12 - digits.width(label, SMALL_DIGIT), plot.y(tick), SMALL_DIGIT)
    return drawing, plot


def draw_line(
    drawing: Drawing, plot: Plot, curve: VolumeCurve, colour: str, *, width: float, dash: str = ""
) -> tuple[float, float] | None:
    """Draw the known points, broken at each gap; returns the place of the newest one, None where none is known."""
    parts, last = [], None
    for run in runs(curve.points):
        places = [(plot.x(point.middle), plot.y(point.rate or 0.0)) for point in run]
        parts.append(through(places, max(4.0, plot.x(run[0].end) - plot.x(run[0].start))))
        last = places[-1]
    drawing.line("".join(parts), colour, width, dash)
    return last


def shade_gaps(drawing: Drawing, plot: Plot, curve: VolumeCurve) -> None:
    """Darken the spans of which nothing is known, so that they are not taken for silence."""
    for start, end in gaps(curve.points):
        _column(drawing, plot, start, end, GAP, 1.0)


def _under(drawing: Drawing, plot: Plot, curve: VolumeCurve) -> None:
    """Draw the ground of the line: gaps, surges, the usual range."""
    shade_gaps(drawing, plot, curve)
    marks = []
    for surge in curve.surges:
        if surge.until >= curve.since and surge.began_at <= curve.until:
            _column(drawing, plot, surge.began_at, surge.until, SURGE, 0.25)
            begin, end = plot.x(surge.began_at), plot.x(surge.until)
            middle = min(max((begin + end) / 2, plot.left + _TRIANGLE), plot.right - _TRIANGLE)
            low, high = plot.top - 6, plot.top - 6 - 1.6 * _TRIANGLE
            marks.append(
                f"M{n(middle)} {n(high)}L{n(middle + _TRIANGLE)} {n(low)}L{n(middle - _TRIANGLE)} {n(low)}Z"
            )
    drawing.fill(_usual_area(plot, curve), BAND, 0.6)
    drawing.fill("".join(marks), SURGE)


def _usual_area(plot: Plot, curve: VolumeCurve) -> str:
    """The usual range, broken where it is not known, and where nothing was counted that could be compared."""
    parts: list[str] = []
    upper: list[tuple[float, float]] = []
    lower: list[tuple[float, float]] = []
    for point, usual in (*zip(curve.points, curve.usual, strict=False), (None, None)):
        if point is None or usual is None or point.rate is None:
            parts.append(shape(upper, lower))
            upper, lower = [], []
            continue
        for at in (point.start, point.end):
            upper.append((plot.x(at), plot.y(usual.high)))
            lower.append((plot.x(at), plot.y(usual.low)))
    return "".join(parts)


def _alert_dots(drawing: Drawing, plot: Plot, curve: VolumeCurve, y: float) -> None:
    last = -_APART
    for at in sorted(curve.alerts):
        x = plot.x(at)
        if curve.since <= at <= curve.until and x - last >= _APART:
            drawing.dot(x, y, _DOT, ALERT, PANEL)
            last = x


def _column(drawing: Drawing, plot: Plot, start: datetime, end: datetime, fill: str, opacity: float) -> None:
    x = min(plot.x(start), plot.right - 3.0)
    wide = max(3.0, plot.x(end) - x)
    drawing.rect(x, plot.top, min(wide, plot.right - x), plot.bottom - plot.top, fill, opacity)


def _highest(curve: VolumeCurve) -> float:
    """The highest of the points and of what is usual."""
    usual = [one.high for one in curve.usual if one is not None]
    return max([*curve.rates, *usual], default=1.0)
