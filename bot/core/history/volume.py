"""Volume of a topic as points of a chart: posts by time, unknown where nobody looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.counting.spans import floor
from bot.core.lazy_dataclass import dataclass
from bot.core.models.counts import BIN, HOUR, PostCount

MIN_SEEN: Final = 0.5
"""Share of a span that must have been observed for its count to be known, as for an hour of the surge detector."""


@dataclass(frozen=True, slots=True)
class VolumePoint:
    """Posts of a bin [start, end) as a rate. ``rate``: posts in the period's unit; None: too little was observed.

    ``complete`` False: an answer was cut, so that there were at least so many.
    """

    start: datetime
    end: datetime
    rate: float | None
    complete: bool = True

    @property
    def middle(self) -> datetime:
        """The time at which it is drawn."""
        return self.start + (self.end - self.start) / 2


def volume_points(
    counts: Iterable[PostCount], since: datetime, until: datetime, *, every: timedelta, unit: timedelta
) -> tuple[VolumePoint, ...]:
    """The points of [since, until), one for each ``every``; the last ends at ``until``.

    A count over more than a bin is spread evenly over the bins it covers. A bin of which less than half was
    observed has no rate: unknown is not zero, and nothing is put in its place. A bin that is not over has the rate
    of the last ``every``: some minutes say nothing of an hour.
    """
    counts = list(counts)
    posts, seen_s, complete = _summed(counts, since, until, every)
    points = []
    for number, so_far in enumerate(posts):
        start = since + number * every
        end = min(start + every, until)
        if end < start + every:
            points.append(replace(newest_point(counts, until, span=every, unit=unit), start=start))
            continue
        rate = _rate(so_far, seen_s[number], every, unit)
        points.append(VolumePoint(start, end, rate, complete[number]))
    return tuple(points)


def newest_point(counts: Iterable[PostCount], until: datetime, *, span: timedelta, unit: timedelta) -> VolumePoint:
    """The posts of the last ``span``, from the begin of a quarter of an hour on: counts are stored by quarters.

    The newest quarter counts as far as it is over.
    """
    end = floor(until, BIN)
    end = end if end == until else end + BIN
    [posts], [seen_s], [complete] = _summed(counts, end - span, end, span)
    return VolumePoint(until - span, until, _rate(posts, seen_s, span, unit), complete)


def _rate(posts: float, seen_s: float, span: timedelta, unit: timedelta) -> float | None:
    """Posts in a unit at the rate that was seen in a span; None where less than half of it was."""
    is_known = seen_s >= (MIN_SEEN * span).total_seconds()
    return round(posts * unit.total_seconds() / seen_s, 3) if is_known else None


def hourly_rates(counts: Iterable[PostCount]) -> dict[int, float]:
    """Posts an hour by the number of the clock hour since 1970 (UTC), of the hours that are known."""
    rows = [count for count in counts if count.span <= HOUR]
    if not rows:
        return {}
    first = int(rows[0].start.timestamp() // HOUR.total_seconds())
    start = datetime.fromtimestamp(first * HOUR.total_seconds(), UTC)
    end = max(row.start + row.span for row in rows)
    hours = -(-(end - start) // HOUR)
    points = volume_points(rows, start, start + hours * HOUR, every=HOUR, unit=HOUR)
    return {first + number: point.rate for number, point in enumerate(points) if point.rate is not None}


def gaps(points: Sequence[VolumePoint]) -> list[tuple[datetime, datetime]]:
    """The spans without a rate, neighbours as one."""
    found: list[tuple[datetime, datetime]] = []
    for point in points:
        if point.rate is not None:
            continue
        if found and found[-1][1] == point.start:
            found[-1] = found[-1][0], point.end
        else:
            found.append((point.start, point.end))
    return found


def runs(points: Sequence[VolumePoint]) -> list[list[VolumePoint]]:
    """The known points, neighbours together: a line is drawn through each run, and none between two."""
    found: list[list[VolumePoint]] = []
    is_open = False
    for point in points:
        if point.rate is None:
            is_open = False
            continue
        if not is_open:
            found.append([])
        found[-1].append(point)
        is_open = True
    return found


def _summed(
    counts: Iterable[PostCount], since: datetime, until: datetime, every: timedelta
) -> tuple[list[float], list[float], list[bool]]:
    """Posts, seconds observed, and whether all answers were whole, of each bin."""
    number_of_bins = max(0, -int(-(until - since) // every))
    posts, seen_s, complete = [0.0] * number_of_bins, [0.0] * number_of_bins, [True] * number_of_bins
    origin, length = since.timestamp(), every.total_seconds()
    for count in counts:
        start = count.start.timestamp() - origin
        span = count.span.total_seconds()
        first, last = max(0, int(start // length)), min(number_of_bins - 1, int((start + span - 1) // length))
        for number in range(first, last + 1):
            begin = number * length
            share = (min(start + span, begin + length) - max(start, begin)) / span
            posts[number] += count.posts * share
            seen_s[number] += count.seen.total_seconds() * share
            complete[number] = complete[number] and count.complete
    return posts, seen_s, complete
