"""Wall clocks and instants: what the clocks of a zone show, and when they show it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_wall(zone: ZoneInfo, moment: datetime) -> datetime:
    """The wall-clock time (naive) at a moment."""
    return moment.astimezone(zone).replace(tzinfo=None)


def to_utc_all(zone: ZoneInfo, shown: datetime) -> tuple[datetime, ...]:
    """The instants (UTC) at which clocks show a naive time: two where they go back, none in a gap."""
    found = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(instant for instant in found if to_wall(zone, instant) == shown))


def to_utc(zone: ZoneInfo, shown: datetime) -> datetime:
    """The first instant at which the clocks show a (naive) time or a later one, in UTC.

    That is the end of the gap for a time that they jump over, and the first of two instants for one they show
    twice; what is earlier on the wall is never later in truth.
    """
    first = shown.replace(tzinfo=zone).astimezone(UTC)
    if to_wall(zone, first) == shown:
        return first
    second = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _end_of_gap(zone, second, first)


def _end_of_gap(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between two at which the clocks jump (clocks change on whole seconds)."""
    old = before.astimezone(zone).utcoffset()
    low, high = int((before - _EPOCH).total_seconds()), int((after - _EPOCH).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)
