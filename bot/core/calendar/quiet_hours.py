"""Quiet hours: whether a channel gets no alerts now, and until when.

Quiet hours are times on a wall clock, so a night lasts an hour less or more when the clocks change. A time is
taken as the first instant at which the wall clock shows it or later (see ``clocks``), which never runs backwards:
what begins before something else on the wall does so in truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.models import QuietHours

from .wall_clock import to_utc

DAY_MINUTES = 24 * 60

_DAY = timedelta(days=1)
_DAYS_BACK = 1
"""Days a span that still runs can have begun earlier: it may be over midnight."""
_DAYS_AHEAD = 9
"""Days searched ahead: more than a week, after which hours that do not last for ever have ended."""


def quiet_until(quiet: QuietHours, now: datetime) -> datetime | None:
    """The end (UTC) of the quiet hours that hold at ``now``; None outside of them.

    Spans that touch are one quiet. Hours that never end (``is_endless``) end after about a week here.
    """
    reached = now
    for begin, end in _spans(quiet, now, before=_DAYS_BACK, after=_DAYS_AHEAD):
        if begin > reached:
            break
        reached = max(reached, end)
    return reached.astimezone(UTC) if reached > now else None


def next_quiet(quiet: QuietHours, now: datetime) -> tuple[datetime, datetime] | None:
    """Begin and end of the quiet at ``now``, else of the next one, in UTC; None when there is none."""
    found: tuple[datetime, datetime] | None = None
    for begin, end in _spans(quiet, now, before=_DAYS_AHEAD, after=2 * _DAYS_AHEAD):
        if found is not None and begin <= found[1]:
            found = found[0], max(found[1], end)
        elif found is None or found[1] <= now:
            found = begin, end
        else:
            break
    return found if found is not None and found[1] > now else None


def is_endless(quiet: QuietHours) -> bool:
    """Whether each day's quiet lasts until the next day's, every day: the channel would never get anything."""
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
    """The instant at which the wall clock shows so many minutes after midnight; cached, since polls ask often."""
    return to_utc(zone, datetime.combine(day, time(minutes // 60, minutes % 60)))
