"""The frame of a chart: scales, ticks, grid, and the SVG around what is drawn in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.calendar.wall_clock import to_utc
from bot.core.history.period import HistoryPeriod

from . import digits

WIDTH: Final = 800
HEIGHT: Final = 400
"""Units of a chart. A phone shows it 400 points wide: digits of 24 are 12 there."""
PIXELS: Final = 0.8
"""Pixels of a unit: 640 across, of which a phone of 400 points shows each; more weigh more than 40 KB."""
SMALL_WIDTH: Final = 600
SMALL_HEIGHT: Final = 150
"""The form for cards."""
DIGIT: Final = 24.0
SMALL_DIGIT: Final = 22.0

PANEL: Final = "#2b2d31"
"""A ground of its own, so that colours are the same on Discord's dark and light backgrounds."""
GRID: Final = "#45484f"
LABEL: Final = "#d3d5da"
GAP: Final = "#1f2023"
BAND: Final = "#566079"
SURGE: Final = "#f0b232"
ALERT: Final = "#ffffff"
SERIES: Final = ("#6cb8ff", "#f5a742", "#46d6a0", "#f58fc3", "#e6de5a")
DASHES: Final = ("", "13 7", "2.5 7", "15 6 2.5 6", "7 5")
"""Lines differ by dash and by the number at their end, not by colour alone."""

_CRISP: Final = ' shape-rendering="crispEdges"'
"""Attribute of shapes without blended edges, which cost time to draw and bytes to store."""
_LANE: Final = 18.0
"""Height of the strip below the axis in which sent posts are dots."""
_DAY_STEPS: Final = {HistoryPeriod.WEEK: 1, HistoryPeriod.MONTH: 5}
_QUARTER_DAYS: Final = (1, 15)


@dataclass(frozen=True, slots=True)
class Scale:
    """The values of the vertical axis, from 0 to ``top``; ``ticks``: those with a number.

    ``logarithmic``: by orders of magnitude, for lines of very different heights.
    """

    top: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """The share of the height at which a value is, 0 to 1."""
        value = min(max(value, 0.0), self.top)
        return math.log1p(value) / math.log1p(self.top) if self.logarithmic else value / self.top


def linear(highest: float) -> Scale:
    """A scale of three to five round ticks that reaches a value."""
    highest = max(highest, 1.0)
    magnitude = 10.0 ** math.floor(math.log10(highest))
    step = next(
        unit * magnitude for unit in (0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0) if unit * magnitude * 4 >= highest
    )
    if highest <= 4:  # posts are whole
        step = max(1.0, step)
    count = max(1, math.ceil(highest / step - 1e-9))
    ticks = tuple(round(number * step, 6) for number in range(count + 1))
    return Scale(ticks[-1], ticks)


def logarithmic(highest: float) -> Scale:
    """A scale with a tick for each order of magnitude."""
    orders = max(1, math.ceil(math.log10(max(highest, 10.0)) - 1e-9))
    ticks = (0.0, *(10.0**order for order in range(orders + 1)))
    return Scale(ticks[-1], ticks, logarithmic=True)


@dataclass(slots=True)
class Drawing:
    """A chart that is being drawn: elements in order, and all digits as one path, on top."""

    width: int
    height: int
    elements: list[str] = field(default_factory=list)
    _digits: list[str] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> None:
        """A filled rectangle."""
        shade = "" if opacity == 1 else f' fill-opacity="{opacity}"'
        self.elements.append(
            f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" fill="{fill}"{shade}{_CRISP}/>'
        )

    def fill(self, data: str, fill: str, opacity: float = 1.0) -> None:
        """A filled path; a translucent one, which is ground and no mark, without blended edges."""
        if data:
            shade = "" if opacity == 1 else f' fill-opacity="{opacity}"{_CRISP}'
            self.elements.append(f'<path d="{data}" fill="{fill}"{shade}/>')

    def rule(self, begin: tuple[float, float], end: tuple[float, float], *, bold: bool = False) -> None:
        """A line of the grid, across or down: whole pixels wide, on whole pixels."""
        middle = 0.0 if bold else 0.5
        (x, y), (to_x, to_y) = ((_on_pixel(a, middle), _on_pixel(b, middle)) for a, b in (begin, end))
        wide = (2 if bold else 1) / PIXELS
        self.elements.append(
            f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}" stroke="{GRID}" stroke-width="{wide:g}"{_CRISP}/>'
        )

    def line(self, data: str, stroke: str, width: float, dash: str = "") -> None:
        """A path as a line with round ends; its corners are too small for a round join to be seen."""
        if data:
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            self.elements.append(
                f'<path d="{data}" fill="none" stroke="{stroke}" stroke-width="{n(width)}"'
                f' stroke-linejoin="bevel" stroke-linecap="{"butt" if dash else "round"}"{dashed}/>'
            )

    def dot(self, x: float, y: float, radius: float, fill: str, ring: str) -> None:
        """A dot with a ring in the ground's colour, so that it stands out on lines."""
        self.elements.append(
            f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{fill}" stroke="{ring}" stroke-width="2"/>'
        )

    def digits(self, text: str, x: float, y: float, size: float) -> None:
        """Digits whose left edge is ``x``, and whose middle is ``y``."""
        self._digits.append(digits.path(text, x, y, size))

    def svg(self) -> str:
        """The whole picture on its panel."""
        numbers = "".join(self._digits)
        ink = Drawing(self.width, self.height)
        ink.line(numbers, LABEL, 2.4)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(self.width * PIXELS)}"'
            f' height="{n(self.height * PIXELS)}" viewBox="0 0 {self.width} {self.height}">'
            f'<rect width="{self.width}" height="{self.height}" rx="14" fill="{PANEL}"/>'
            f"{''.join(self.elements)}{''.join(ink.elements)}</svg>"
        )


@dataclass(frozen=True, slots=True)
class Plot:
    """The places of times and values in a picture."""

    left: float
    top: float
    right: float
    bottom: float
    since: datetime
    until: datetime
    scale: Scale

    def x(self, at: datetime) -> float:
        """The place of a time, within the plot."""
        share = (at - self.since) / (self.until - self.since) if self.until > self.since else 1.0
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        """The place of a value."""
        return self.bottom - (self.bottom - self.top) * self.scale.share(value)

    @property
    def lane(self) -> float:
        """The middle of the strip for sent posts."""
        return self.bottom + _LANE / 2 + 1


def framed(
    scale: Scale, since: datetime, until: datetime, period: HistoryPeriod, zone: str, *, right: float = 22.0
) -> tuple[Drawing, Plot]:
    """An empty chart of full size with grid and numbers. ``right``: room for what stands beside the plot."""
    drawing = Drawing(WIDTH, HEIGHT)
    left = 24.0 + max(digits.width(digits.grouped(tick), DIGIT) for tick in scale.ticks)
    plot = Plot(left, 34.0, WIDTH - right, HEIGHT - 40.0 - _LANE, since, until, scale)
    last = math.inf
    for tick in scale.ticks:
        y, text = plot.y(tick), digits.grouped(tick)
        drawing.rule((plot.left, y), (plot.right, y), bold=tick == 0)
        if last - y > DIGIT:  # the first orders of magnitude stand close
            drawing.digits(text, plot.left - 12 - digits.width(text, DIGIT), y, DIGIT)
            last = y
    _time_axis(drawing, plot, period, zone)
    return drawing, plot


def _time_axis(drawing: Drawing, plot: Plot, period: HistoryPeriod, zone: str) -> None:
    """Ticks with clock times or days of the month, as far apart as their numbers need."""
    y = HEIGHT - 20.0
    free_from = 8.0
    for at, text in time_ticks(period, plot.since, plot.until, zone):
        x, wide = plot.x(at), digits.width(text, DIGIT)
        drawing.rule((x, plot.top), (x, plot.bottom))
        start = x - wide / 2
        if start >= free_from and start + wide <= WIDTH - 8:
            drawing.digits(text, start, y, DIGIT)
            free_from = start + wide + 14


def time_ticks(period: HistoryPeriod, since: datetime, until: datetime, zone: str) -> list[tuple[datetime, str]]:
    """Times (UTC) with their labels on a zone's clocks: every four hours of a day, else days of the month."""
    clocks = ZoneInfo(zone)
    found: dict[datetime, str] = {}
    for day in _days(since.astimezone(clocks).date(), until.astimezone(clocks).date()):
        for hour in range(0, 24, 4) if period is HistoryPeriod.DAY else (0,):
            at = to_utc(clocks, datetime.combine(day, time(hour)))
            if since <= at <= until:
                text = _tick_text(period, day, at.astimezone(clocks))
                if text:
                    found.setdefault(at, text)
    return sorted(found.items())


def _tick_text(period: HistoryPeriod, day: date, local: datetime) -> str:
    if period is HistoryPeriod.DAY:
        return f"{local.hour}:{local.minute:02}"
    if period is HistoryPeriod.QUARTER:
        return str(day.day) if day.day in _QUARTER_DAYS else ""
    step = _DAY_STEPS[period]
    return str(day.day) if (day.day - 1) % step == 0 and not (step > 1 and day.day > 28) else ""


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def through(places: Sequence[tuple[float, float]], lone: float) -> str:
    """Path data of a line through places; a single one is a short stroke, ``lone`` wide."""
    if not places:
        return ""
    if len(places) == 1:
        x, y = places[0]
        return f"M{n(x - lone / 2)} {n(y)}H{n(x + lone / 2)}"
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in places)


def shape(upper: Iterable[tuple[float, float]], lower: Sequence[tuple[float, float]]) -> str:
    """Path data of the area between two lines."""
    places = [*upper, *reversed(lower)]
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in places) + "Z" if len(places) > 3 else ""


def _on_pixel(length: float, middle: float) -> float:
    """The nearest length that is so far into a pixel."""
    return (math.floor(length * PIXELS) + middle) / PIXELS


def n(value: float) -> str:
    """A length in pixels with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")
