"""Due times of digests: five fields of cron, read on the wall clock of a zone.

``cronsim`` reads the fields and knows which times on the wall they name; when such a time comes is decided here,
because where clocks change cron and cronsim go by how the fields are written, not by what they say:

- An hour that is named as such (``0 9 * * *``, ``0 */6 * * *``) comes once a day. A time that the clocks jump over
  comes right after the gap, together with all others in it; one that they show twice comes the first time. cronsim
  goes by the minute hand for ``*/6`` and loses the midnight that Beirut and Cairo jump over.
- Every hour (``30 * * * *``, ``0 0-23 * * *``) goes by the minute hand: whenever the clocks show that minute, also
  twice. cronsim takes ``0-23`` for 24 times of day, once each, and loses 01:45 when Lord Howe's clocks go back by
  half an hour.

Nothing is remembered but the instant a digest was due last, so a zone whose rules change is simply asked again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from bot.core.errors import RefusedRequest
from bot.core.models import Period, Recurrence, Schedule

from .wall_clock import to_utc, to_utc_all, to_wall

PERIOD_MAX = timedelta(days=31)
"""Longest period: a month. Posts are kept for 30 days after their last change."""
CRON_MAX = 100
"""Characters; what people write has a dozen."""

_HOURS = set(range(24))
_BACK_MAX = timedelta(days=1)
"""No clocks go back by more at once (Casey in the Antarctic by three hours)."""


# -- what people choose --------------------------------------------------------------------------------


def hourly(minute: int, zone: str) -> Schedule:
    """Every hour at a minute."""
    return Schedule(Recurrence.HOURLY, f"{minute} * * * *", zone)


def daily(minutes: int, zone: str) -> Schedule:
    """Every day, so many minutes after midnight on the wall."""
    return Schedule(Recurrence.DAILY, f"{_clock(minutes)} * * *", zone)


def weekdays(minutes: int, zone: str) -> Schedule:
    """Monday to Friday, so many minutes after midnight on the wall."""
    return Schedule(Recurrence.WEEKDAYS, f"{_clock(minutes)} * * 1-5", zone)


def weekly(weekday: int, minutes: int, zone: str) -> Schedule:
    """Once a week (0: Monday; cron counts from Sunday), so many minutes after midnight on the wall."""
    return Schedule(Recurrence.WEEKLY, f"{_clock(minutes)} * * {(weekday + 1) % 7}", zone)


def custom(cron: str, zone: str) -> Schedule:
    """Five fields as a person typed them, in one spelling: half width, upper case, single spaces."""
    return Schedule(Recurrence.CUSTOM, " ".join(unicodedata.normalize("NFKC", cron).upper().split()), zone)


def check(schedule: Schedule, now: datetime) -> None:
    """Refuse what cannot be kept.

    Raises ``RefusedRequest``: ``digest-zone-unknown``, ``digest-cron-unclear`` (``field``: which of the five, or
    ``count``), ``digest-cron-never``, ``digest-cron-often`` (more than once an hour).
    """
    shown = to_wall(_zone(schedule.zone), now)
    times = _times(schedule.cron, shown)
    # Two minutes of one hour are less than an hour apart; one minute never is, whatever the other fields say.
    if len(times.minutes) > 1:
        raise RefusedRequest("digest-cron-often")
    if next(times, None) is None:
        raise RefusedRequest("digest-cron-never")


# -- when it is due ------------------------------------------------------------------------------------


def next_time(schedule: Schedule, after: datetime) -> datetime:
    """The first time after an instant, in UTC. Raises ``RefusedRequest`` for what ``check`` refuses."""
    found = _nearest(schedule, after, reverse=False)
    if found is None:
        raise RefusedRequest("digest-cron-never")
    return found


def upcoming(schedule: Schedule, after: datetime, count: int) -> tuple[datetime, ...]:
    """The next times after an instant, in UTC."""
    return tuple(islice(_chained(schedule, after), count))


def due_time(schedule: Schedule, anchor: datetime, now: datetime) -> datetime | None:
    """The latest time after ``anchor``, up to and with ``now``, in UTC; None when there is none.

    Those before it were missed, and its period covers them.
    """
    found = _nearest(schedule, now, reverse=True)
    return found if found is not None and found > anchor else None


def period_of(
    schedule: Schedule, due_at: datetime, covered_until: datetime | None, unsent: Iterable[Period] = ()
) -> Period:
    """The period of a digest: from the end of the last one sent, else from the time before, until it is due.

    ``unsent``: periods that were decided and did not reach the channel yet; this one covers them. Never empty,
    and never longer than ``PERIOD_MAX``.
    """
    start = covered_until
    if start is None or start >= due_at:
        start = _nearest(schedule, due_at - datetime.resolution, reverse=True)
    start = min([period.start for period in unsent] + ([] if start is None else [start]), default=None)
    earliest = due_at - PERIOD_MAX
    return Period(earliest if start is None else max(start, earliest), due_at)


def _chained(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    while True:
        after = next_time(schedule, after)
        yield after


def _nearest(schedule: Schedule, moment: datetime, *, reverse: bool) -> datetime | None:
    """The first instant after a moment, or (``reverse``) the last one up to it; None when there is none.

    Times are tried in the order of the wall, from a little too early on: where the clocks go back, an earlier
    time can be a later instant. The search ends once that cannot be any more.
    """
    zone = _zone(schedule.zone)
    shown = to_wall(zone, moment)
    times = _times(schedule.cron, shown + _BACK_MAX if reverse else shown - _BACK_MAX, reverse=reverse)
    find = to_utc_all if times.hours == _HOURS else _first_instant
    best: tuple[datetime, datetime] | None = None
    for time in times:
        if best is not None and abs(time - best[1]) > _BACK_MAX:
            break
        for instant in find(zone, time):
            if (instant <= moment) is reverse and (best is None or (instant > best[0]) is reverse):
                best = instant, time
    return best[0] if best is not None else None


def _first_instant(zone: ZoneInfo, shown: datetime) -> tuple[datetime, ...]:
    return (to_utc(zone, shown),)


# -- reading -------------------------------------------------------------------------------------------


def _clock(minutes: int) -> str:
    """The first two fields."""
    return f"{minutes % 60} {minutes // 60}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedRequest("digest-zone-unknown") from None


def _times(cron: str, shown: datetime, *, reverse: bool = False) -> CronSim:
    """The times on the wall after (or before) a naive one, for 50 years.

    Naive, so that cronsim knows of no clock changes.
    """
    fields = cron.split()
    if len(fields) != 5 or len(cron) > CRON_MAX:
        raise RefusedRequest("digest-cron-unclear", field="count")
    try:
        return CronSim(cron, shown, reverse=reverse)
    except CronSimError as error:
        raise _flawed(fields, shown, error) from None


def _flawed(fields: list[str], shown: datetime, error: CronSimError) -> RefusedRequest:
    """The error for faulty fields. For a day that is in none of the months, cronsim reports a bad day."""
    field = str(error).removeprefix("Bad ")
    if field == "day-of-month" and _is_readable((*fields[:3], "*", fields[4]), shown):
        return RefusedRequest("digest-cron-never")
    return RefusedRequest("digest-cron-unclear", field=field)


def _is_readable(fields: tuple[str, ...], shown: datetime) -> bool:
    try:
        CronSim(" ".join(fields), shown)
    except CronSimError:
        return False
    return True
