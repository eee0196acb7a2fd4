"""Charts of several lines: the RP of a topic's top posts, and the volumes of two to five topics.

Each line has its own dash and its number at the end, as the message lists them: colour only helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.core.history.curves import PostCurve, TopicCurve, joined_samples, thinned_samples
from bot.core.history.period import HistoryPeriod

from . import digits
from .canvas import DASHES, DIGIT, PANEL, SERIES, Drawing, Plot, Scale, framed, linear, logarithmic, n, through
from .volume import draw_line, small_frame

_RIGHT: Final = 52.0
_SPREAD: Final = 27.0
"""Least distance between the numbers at the ends of lines."""
_UNLIKE: Final = 20.0
"""Times a topic's peak must be another's for both to be drawn by orders of magnitude."""


def reposts_chart(
    curves: Sequence[PostCurve], since: datetime, until: datetime, period: HistoryPeriod, zone: str
) -> str:
    """The RP of posts as they were read. Readings far apart are not joined; a single one is a mark."""
    highest = max((one.rp for curve in curves for one in curve.samples), default=1)
    drawing, plot = framed(linear(highest), since, until, period, zone, right=_RIGHT)
    ends = []
    for number, curve in enumerate(curves):
        parts, last = [], None
        for run in joined_samples(thinned_samples(curve.samples, period.length), period.length):
            places = [(plot.x(one.at), plot.y(one.rp)) for one in run]
            parts.append(through(places, 8.0))
            last = places[-1]
        drawing.line("".join(parts), SERIES[number], 4.0, DASHES[number])
        if last is not None:
            ends.append((number, *last))
    _number_ends(drawing, plot, ends)
    return drawing.svg()


def comparison_chart(
    topics: Sequence[TopicCurve], since: datetime, until: datetime, period: HistoryPeriod, zone: str
) -> str:
    """The volumes of topics on one scale; of very different ones by orders of magnitude."""
    peaks = [max(one.curve.rates, default=0.0) if one.curve else 0.0 for one in topics]
    drawing, plot = framed(comparison_scale(peaks), since, until, period, zone, right=_RIGHT)
    ends = []
    for number, one in enumerate(topics):
        if one.curve is None:
            continue
        last = draw_line(drawing, plot, one.curve, SERIES[number], width=4.0, dash=DASHES[number])
        if last is not None:
            ends.append((number, *last))
    _number_ends(drawing, plot, ends)
    return drawing.svg()


def comparison_spark(topics: Sequence[TopicCurve], since: datetime, until: datetime) -> str:
    """The small form for digests: without a time axis, and with the highest number alone."""
    scale = comparison_scale([max(one.curve.rates, default=0.0) if one.curve else 0.0 for one in topics])
    drawing, plot = small_frame(scale, since, until, right=_RIGHT)
    ends = []
    for number, one in enumerate(topics):
        if one.curve is not None:
            last = draw_line(drawing, plot, one.curve, SERIES[number], width=4.0, dash=DASHES[number])
            ends += [] if last is None else [(number, *last)]
    if len(topics) > 1:
        _number_ends(drawing, plot, ends)
    return drawing.svg()


def comparison_scale(peaks: Sequence[float]) -> Scale:
    """The scale of topics with such peaks."""
    known = [peak for peak in peaks if peak > 0]
    highest = max(known, default=1.0)
    return logarithmic(highest) if known and highest >= _UNLIKE * min(known) else linear(highest)


def _number_ends(drawing: Drawing, plot: Plot, ends: Sequence[tuple[int, float, float]]) -> None:
    """A dot at the end of each line and its number beside the plot, numbers moved apart where lines meet."""
    ordered = sorted(ends, key=lambda end: (end[2], end[0]))
    places = _apart([y for _, _, y in ordered], plot.top, plot.bottom)
    for (number, x, y), place in zip(ordered, places, strict=True):
        colour, right = SERIES[number], plot.right + 14
        drawing.line(f"M{n(x)} {n(y)}L{n(right)} {n(place)}", colour, 1.5, "1.5 4")
        drawing.dot(x, y, 6.0, colour, PANEL)
        text = str(number + 1)
        drawing.elements.append(
            f'<rect x="{n(right)}" y="{n(place - 13)}" width="28" height="26" rx="6" fill="{colour}"/>'
        )
        ink = Drawing(0, 0)
        ink.line(
            digits.path(text, right + 14 - digits.width(text, DIGIT * 0.75) / 2, place, DIGIT * 0.75), PANEL, 3.0
        )
        drawing.elements.extend(ink.elements)


def _apart(places: Sequence[float], top: float, bottom: float) -> list[float]:
    """Sorted places moved down, then up, until none is nearer to its neighbour than ``_SPREAD``."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + _SPREAD) if moved else max(place, top))
    limit = bottom
    for at in range(len(moved) - 1, -1, -1):
        moved[at] = min(moved[at], limit)
        limit = moved[at] - _SPREAD
    return moved
