"""The volume of a digest's topics over its period, for the chart in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.core.history.volume import volume_points
from bot.core.models import Period, PostCount, SourceName, VolumeLine
from bot.core.models.counts import BIN, HOUR

POINTS: Final = 48
"""Points of a line at most: more cannot be seen in a small chart."""
_KNOWN_POINTS: Final = 4
"""Known points from which on a line says anything."""
_MINUTE: Final = timedelta(minutes=1)


def volume_line(source: SourceName, counts: Sequence[PostCount], period: Period) -> VolumeLine | None:
    """The volume at a source over a period; None where too little is known."""
    every = max(BIN, -(-(period.end - period.start) // (POINTS * BIN)) * BIN)
    points = volume_points(counts, period.start, period.end, every=every, unit=HOUR)
    rates = tuple(None if point.rate is None else round(point.rate, 1) for point in points)
    known = sum(rate is not None for rate in rates)
    return VolumeLine(source, period.start, every // _MINUTE, rates) if known >= _KNOWN_POINTS else None
