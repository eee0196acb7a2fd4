"""The day of a channel: from one local midnight to the next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.calendar.wall_clock import to_utc
from bot.core.models import LocalDay


def local_day(zone: str, now: datetime) -> LocalDay:
    """The day of an IANA zone that ``now`` is in. Raises ``ZoneInfoNotFoundError`` for an unknown zone."""
    clocks = ZoneInfo(zone)
    today = now.astimezone(clocks).date()
    day = _day_of(clocks, today)
    # Where clocks go back over midnight, a date is shown again after its day ended.
    return day if now < day.end else _day_of(clocks, today + timedelta(days=1))


@lru_cache(maxsize=1024)
def _day_of(clocks: ZoneInfo, day: date) -> LocalDay:
    midnight = datetime.combine(day, time())
    return LocalDay(to_utc(clocks, midnight), to_utc(clocks, midnight + timedelta(days=1)))
