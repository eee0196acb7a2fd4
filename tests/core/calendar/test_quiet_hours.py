"""When quiet hours end: ordinary nights, and those in which the clocks change."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.calendar.quiet_hours import is_endless, next_quiet, quiet_until
from bot.core.models import QuietHours

TOKYO, NEW_YORK, LONDON = "Asia/Tokyo", "America/New_York", "Europe/London"
LORD_HOWE, APIA, AZORES = "Australia/Lord_Howe", "Pacific/Apia", "Atlantic/Azores"
EVERY_DAY = tuple(range(7))
MON, TUE, WED, THU, FRI, SAT, SUN = EVERY_DAY


def hours(zone: str, start: str, end: str, *weekdays: int) -> QuietHours:
    return QuietHours(zone, minutes(start), minutes(end), weekdays or EVERY_DAY)


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(zone: str, text: str, *, fold: int = 0) -> datetime:
    """An instant by the wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


NIGHT = hours(TOKYO, "22:00", "07:00")
WEEKEND = hours(TOKYO, "00:00", "00:00", SAT, SUN)


# 2026-11-22 is a Sunday.
@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        pytest.param(NIGHT, "2026-11-22T21:59:59", None, id="a second before"),
        pytest.param(NIGHT, "2026-11-22T22:00", "2026-11-23T07:00", id="the first instant"),
        pytest.param(NIGHT, "2026-11-23T03:00", "2026-11-23T07:00", id="after midnight"),
        pytest.param(NIGHT, "2026-11-23T07:00", None, id="the end is not quiet"),
        pytest.param(hours(TOKYO, "12:30", "13:15"), "2026-11-22T13:00", "2026-11-22T13:15", id="within a day"),
        pytest.param(hours(TOKYO, "00:00", "07:00"), "2026-11-22T00:00", "2026-11-22T07:00", id="from midnight"),
        pytest.param(hours(TOKYO, "22:00", "00:00"), "2026-11-22T23:59", "2026-11-23T00:00", id="to midnight"),
        pytest.param(
            hours(TOKYO, "22:00", "07:00", SUN), "2026-11-23T06:59", "2026-11-23T07:00", id="begun on Sunday"
        ),
        pytest.param(hours(TOKYO, "22:00", "07:00", MON), "2026-11-23T06:59", None, id="begins on Mondays only"),
        pytest.param(WEEKEND, "2026-11-20T23:59", None, id="Friday"),
        pytest.param(WEEKEND, "2026-11-21T00:00", "2026-11-23T00:00", id="two days that touch are one quiet"),
        pytest.param(
            hours(TOKYO, "18:00", "18:00", MON, TUE, WED, THU, FRI),
            "2026-11-25T12:00",
            "2026-11-28T18:00",
            id="all the week long, the end is Saturday's",
        ),
    ],
)
def test_quiet_ends_on_the_wall_clock(quiet: QuietHours, now: str, until: str | None) -> None:
    assert quiet_until(quiet, at(quiet.zone, now)) == (until and at(quiet.zone, until))


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        # New York, 2026-03-08: 02:00 EST is 03:00 EDT (07:00 UTC).
        pytest.param(
            hours(NEW_YORK, "22:00", "07:00"), "2026-03-08T03:00", "2026-03-08T11:00", id="a night without an hour"
        ),
        pytest.param(
            hours(NEW_YORK, "22:00", "02:30"), "2026-03-08T06:59", "2026-03-08T07:00", id="an end that never comes"
        ),
        pytest.param(
            hours(NEW_YORK, "02:30", "06:00"), "2026-03-08T06:59", None, id="a begin that never comes, before it"
        ),
        pytest.param(
            hours(NEW_YORK, "02:30", "06:00"), "2026-03-08T07:00", "2026-03-08T10:00", id="it begins after the gap"
        ),
        pytest.param(
            hours(NEW_YORK, "02:10", "02:50"), "2026-03-08T07:00", None, id="hours wholly in the gap are none"
        ),
        pytest.param(
            hours(NEW_YORK, "03:00", "02:30"), "2026-03-07T12:00", "2026-03-09T06:30", id="a gap joins two days"
        ),
        # New York, 2026-11-01: 02:00 EDT is 01:00 EST (06:00 UTC).
        pytest.param(
            hours(NEW_YORK, "22:00", "07:00"),
            "2026-11-01T06:30",
            "2026-11-01T12:00",
            id="a night with an hour more",
        ),
        pytest.param(
            hours(NEW_YORK, "22:00", "01:30"), "2026-11-01T05:29", "2026-11-01T05:30", id="the first of two ends"
        ),
        pytest.param(hours(NEW_YORK, "22:00", "01:30"), "2026-11-01T06:15", None, id="not quiet once more"),
        pytest.param(
            hours(NEW_YORK, "01:30", "02:00"),
            "2026-11-01T06:45",
            "2026-11-01T07:00",
            id="from the first to the one",
        ),
        pytest.param(
            hours(NEW_YORK, "01:15", "01:45"), "2026-11-01T05:20", "2026-11-01T05:45", id="within the doubled hour"
        ),
        pytest.param(hours(NEW_YORK, "01:15", "01:45"), "2026-11-01T06:20", None, id="only the first time"),
        # London, 2026-03-29 and 2026-10-25: at 01:00 UTC.
        pytest.param(
            hours(LONDON, "23:00", "01:30"), "2026-03-29T00:30", "2026-03-29T01:00", id="London springs forward"
        ),
        pytest.param(
            hours(LONDON, "23:00", "06:00"), "2026-10-25T00:30", "2026-10-25T06:00", id="London falls back"
        ),
        # Lord Howe moves by half an hour: 2026-10-04 02:00 (+10:30) is 02:30 (+11), 2026-04-05 02:00 is 01:30.
        pytest.param(
            hours(LORD_HOWE, "22:00", "02:15"), "2026-10-03T15:00", "2026-10-03T15:30", id="half an hour forward"
        ),
        pytest.param(
            hours(LORD_HOWE, "22:00", "01:45"), "2026-04-04T14:40", "2026-04-04T14:45", id="half an hour back"
        ),
        pytest.param(
            hours(LORD_HOWE, "01:45", "03:00"), "2026-04-04T15:05", "2026-04-04T16:30", id="it lasts longer"
        ),
        # Apia had no 30 December 2011 (a Friday): after the 29th at 24:00 (10:00 UTC on the 30th) came the 31st.
        pytest.param(
            hours(APIA, "22:00", "07:00"), "2011-12-30T09:00", "2011-12-30T17:00", id="a night without a day"
        ),
        pytest.param(
            hours(APIA, "09:00", "17:00", FRI), "2011-12-30T10:00", None, id="a day that never was is not quiet"
        ),
        pytest.param(
            hours(APIA, "22:00", "07:00", THU), "2011-12-30T09:00", "2011-12-30T10:00", id="it ends with the day"
        ),
        # The Azores, 2026-10-25: 01:00 is 00:00 again.
        pytest.param(
            hours(AZORES, "22:00", "00:30"), "2026-10-25T00:15", "2026-10-25T00:30", id="midnight comes twice"
        ),
        pytest.param(hours(AZORES, "22:00", "00:30"), "2026-10-25T01:15", None, id="its second time is not quiet"),
        pytest.param(
            hours(AZORES, "00:00", "06:00"), "2026-10-25T01:15", "2026-10-25T07:00", id="quiet since the first"
        ),
    ],
)
def test_quiet_ends_once_when_clocks_change(quiet: QuietHours, now: str, until: str | None) -> None:
    """``now`` and ``until`` are UTC."""
    assert quiet_until(quiet, utc(now)) == (until and utc(until))


def test_the_next_quiet_is_the_one_that_is_or_else_the_one_to_come() -> None:
    saturday = at(TOKYO, "2026-11-21T00:00"), at(TOKYO, "2026-11-23T00:00")
    a_week_later = at(TOKYO, "2026-11-28T00:00"), at(TOKYO, "2026-11-30T00:00")

    assert next_quiet(WEEKEND, at(TOKYO, "2026-11-18T12:00")) == saturday
    assert next_quiet(WEEKEND, at(TOKYO, "2026-11-22T12:00")) == saturday
    assert next_quiet(WEEKEND, at(TOKYO, "2026-11-23T00:00")) == a_week_later
    assert next_quiet(QuietHours(TOKYO, 0, 60, ()), at(TOKYO, "2026-11-23T00:00")) is None


def test_hours_that_the_clocks_jump_over_come_on_the_day_after() -> None:
    quiet = hours(NEW_YORK, "02:10", "02:50")

    found = next_quiet(quiet, at(NEW_YORK, "2026-03-07T12:00"))

    assert found == (at(NEW_YORK, "2026-03-09T02:10"), at(NEW_YORK, "2026-03-09T02:50"))


@pytest.mark.parametrize(
    ("quiet", "endless"),
    [
        (hours(TOKYO, "00:00", "00:00"), True),
        (hours(TOKYO, "09:30", "09:30"), True),
        (hours(TOKYO, "00:00", "00:00", MON, TUE, WED, THU, FRI, SAT), False),
        (hours(TOKYO, "00:00", "23:59"), False),
    ],
)
def test_whole_days_every_day_are_endless(quiet: QuietHours, endless: bool) -> None:
    assert is_endless(quiet) is endless


# -- properties ----------------------------------------------------------------------------------------

ZONES = st.sampled_from(
    [*sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}), *[NEW_YORK, LORD_HOWE, AZORES, APIA] * 40]
)
MINUTES = st.integers(0, 24 * 60 - 1)
WEEKDAYS = st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days)))


@st.composite
def quiet_and_now(draw: st.DrawFn) -> tuple[QuietHours, datetime]:
    quiet = QuietHours(draw(ZONES), draw(MINUTES), draw(MINUTES), draw(WEEKDAYS | st.just(EVERY_DAY)))
    assume(not is_endless(quiet))
    now = draw(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - made aware below
    return quiet, now.replace(tzinfo=UTC)


@given(quiet_and_now())
def test_the_end_is_later_and_itself_not_quiet(case: tuple[QuietHours, datetime]) -> None:
    quiet, now = case
    until = quiet_until(quiet, now)

    if until is not None:
        assert until > now
        assert until.tzinfo is UTC
        assert quiet_until(quiet, until) is None


@given(quiet_and_now(), st.floats(0, 1, exclude_max=True))
def test_every_instant_before_the_end_is_quiet_until_the_same_end(
    case: tuple[QuietHours, datetime], share: float
) -> None:
    quiet, now = case
    until = quiet_until(quiet, now)
    assume(until is not None)
    assert until is not None

    between = now + (until - now) * share

    assert quiet_until(quiet, min(between, until - timedelta(microseconds=1))) == until


@given(quiet_and_now())
def test_the_next_quiet_agrees_with_what_is_quiet(case: tuple[QuietHours, datetime]) -> None:
    quiet, now = case
    found = next_quiet(quiet, now)
    until = quiet_until(quiet, now)

    if found is None:
        assert until is None
        return
    begin, end = found
    assert end > now
    assert (begin <= now) is (until is not None)
    assert quiet_until(quiet, begin) == end
    assert quiet_until(quiet, begin - timedelta(microseconds=1)) is None


@given(quiet_and_now())
def test_on_a_day_without_a_change_of_clocks_quiet_is_what_the_wall_says(
    case: tuple[QuietHours, datetime],
) -> None:
    quiet, now = case
    wall = now.astimezone(ZoneInfo(quiet.zone))
    around = (wall.replace(tzinfo=ZoneInfo(quiet.zone)) + timedelta(days=days) for days in (-2, -1, 0, 1, 2))
    assume(len({moment.utcoffset() for moment in around}) == 1)

    minute = wall.hour * 60 + wall.minute
    over_midnight = quiet.end <= quiet.start
    today = wall.weekday() in quiet.weekdays and minute >= quiet.start and (over_midnight or minute < quiet.end)
    yesterday = (wall.weekday() - 1) % 7 in quiet.weekdays and over_midnight and minute < quiet.end

    assert (quiet_until(quiet, now) is not None) is (today or yesterday)
