"""Quiet hours: when a channel hears nothing, and when that ends.

Quiet hours are times on a wall clock, so a night lasts an hour less or more when the clocks change. A time is
taken as the first instant at which the wall clock shows it or later. That is the end of the gap for a time the
clocks jump over, and the first of the two instants for one they show twice; and it never runs backwards, so that
what begins before something else on the wall does so in truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .models import QuietHours

DAY_MINUTES = 24 * 60

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEFORE = 1
"""Days a span that still runs can have begun earlier: it may be over midnight."""
_A_WEEK_OVER = 9
"""Days looked ahead: more than a week, after which hours that do not last for ever have ended."""


def quiet_until(quiet: QuietHours, now: datetime) -> datetime | None:
    """When the quiet that is at ``now`` ends, in UTC; None when it is not quiet.

    Spans that touch are one quiet. Hours that never end (``is_endless``) end after about a week here.
    """
    reached = now
    for begin, end in _spans(quiet, now, before=_BEFORE, after=_A_WEEK_OVER):
        if begin > reached:
            break
        reached = max(reached, end)
    return reached.astimezone(UTC) if reached > now else None


def next_quiet(quiet: QuietHours, now: datetime) -> tuple[datetime, datetime] | None:
    """Begin and end of the quiet at ``now``, else of the next one, in UTC; None when there is none."""
    found: tuple[datetime, datetime] | None = None
    for begin, end in _spans(quiet, now, before=_A_WEEK_OVER, after=2 * _A_WEEK_OVER):
        if found is not None and begin <= found[1]:
            found = found[0], max(found[1], end)
        elif found is None or found[1] <= now:
            found = begin, end
        else:
            break
    return found if found is not None and found[1] > now else None


def is_endless(quiet: QuietHours) -> bool:
    """Whether each day's quiet lasts until the next day's, every day: the channel would never hear anything."""
    return quiet.start == quiet.end and len(set(quiet.weekdays)) == 7


def _spans(quiet: QuietHours, now: datetime, *, before: int, after: int) -> Iterator[tuple[datetime, datetime]]:
    """The spans that begin on the days around ``now``, in order; those that clocks jump over are left out."""
    zone = ZoneInfo(quiet.zone)
    today = now.astimezone(zone).date()
    for days in range(-before, after + 1):
        day = today + days * _DAY
        if day.weekday() not in quiet.weekdays:
            continue
        begin = _instant(zone, day, quiet.start)
        end = _instant(zone, day if quiet.end > quiet.start else day + _DAY, quiet.end)
        if begin < end:
            yield begin, end


@lru_cache(maxsize=4096)
def _instant(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The first instant at which the wall clock shows so many minutes after midnight of the day, or later."""
    shown = datetime.combine(day, time(minutes // 60, minutes % 60))
    first = shown.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == shown:
        return first
    second = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _end_of_gap(zone, second, first)


def _end_of_gap(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between two at which the clocks jump (clocks change on whole seconds)."""
    old = before.astimezone(zone).utcoffset()
    low, high = int((before - _EPOCH).total_seconds()), int((after - _EPOCH).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (_EPOCH + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return _EPOCH + timedelta(seconds=high)
