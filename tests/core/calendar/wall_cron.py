"""Cron on the clocks of a zone, minute by minute: slow and obviously right, to hold ``schedule`` against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ALL_HOURS = frozenset(range(24))


@dataclass(frozen=True)
class WallCron:
    """Five fields as sets; None is a star. Weekdays are cron's: 0 is Sunday."""

    minute: int
    hours: frozenset[int] | None = None
    days: frozenset[int] | None = None
    months: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None

    @property
    def text(self) -> str:
        fields = (frozenset({self.minute}), self.hours, self.days, self.months, self.weekdays)
        return " ".join("*" if field is None else ",".join(map(str, sorted(field))) for field in fields)

    @property
    def is_hourly(self) -> bool:
        return self.hours is None or self.hours == ALL_HOURS

    def names(self, shown: datetime) -> bool:
        """Whether a time on the wall is one of those it names."""
        return (
            shown.minute == self.minute
            and (self.hours is None or shown.hour in self.hours)
            and (self.months is None or shown.month in self.months)
            and self._names_day(shown)
        )

    def _names_day(self, shown: datetime) -> bool:
        by_date = self.days is None or shown.day in self.days
        by_weekday = self.weekdays is None or shown.isoweekday() % 7 in self.weekdays
        if self.days is None or self.weekdays is None:
            return by_date and by_weekday
        return by_date or by_weekday


def instants(cron: WallCron, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Every minute from ``begin`` until before ``end`` (UTC) at which it is due.

    Every hour: the clocks show a time that is named. Else: for the first time since two days before, they show a
    time that is named, or have jumped over one.
    """
    now = begin - 2 * DAY
    furthest = _shown(zone, now - MINUTE)
    while now < end:
        shown = _shown(zone, now)
        reached = [shown] if cron.is_hourly else list(_minutes(furthest + MINUTE, shown))
        if now >= begin and any(map(cron.names, reached)):
            yield now
        furthest = max(furthest, shown)
        now += MINUTE


def changes(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """The instants (UTC) of a year at which a zone's clocks change."""
    before = datetime(year, 1, 1, tzinfo=UTC)
    while before.year == year:
        after = before + DAY
        if _offset(zone, before) != _offset(zone, after):
            yield next(
                now for now in _minutes(before + MINUTE, after) if _offset(zone, now) != _offset(zone, before)
            )
        before = after


def _minutes(begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin <= end:
        yield begin
        begin += MINUTE


def _shown(zone: ZoneInfo, now: datetime) -> datetime:
    return now.astimezone(zone).replace(tzinfo=None)


def _offset(zone: ZoneInfo, now: datetime) -> timedelta | None:
    return now.astimezone(zone).utcoffset()
