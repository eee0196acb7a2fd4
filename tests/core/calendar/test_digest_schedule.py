"""When digests are due: on ordinary days, and on those on which the clocks change."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar.digest_schedule import (
    PERIOD_MAX,
    check,
    custom,
    daily,
    due_time,
    hourly,
    next_time,
    period_of,
    upcoming,
    weekdays,
    weekly,
)
from bot.core.errors import RefusedRequest
from bot.core.models import Period, Recurrence, Schedule

from .wall_cron import ALL_HOURS, DAY, WallCron, changes, instants

TOKYO, NEW_YORK, DUBLIN, TROLL = "Asia/Tokyo", "America/New_York", "Europe/Dublin", "Antarctica/Troll"
LORD_HOWE, APIA, CASABLANCA = "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"
BEIRUT, CAIRO, SAO_PAULO, ASUNCION = "Asia/Beirut", "Africa/Cairo", "America/Sao_Paulo", "America/Asuncion"
ZONE_NAMES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
INSTANT = timedelta(microseconds=1)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


# -- what people choose --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "recurrence", "cron"),
    [
        (hourly(15, TOKYO), Recurrence.HOURLY, "15 * * * *"),
        (daily(clock("8:05"), TOKYO), Recurrence.DAILY, "5 8 * * *"),
        (daily(0, TOKYO), Recurrence.DAILY, "0 0 * * *"),
        (weekdays(clock("23:59"), TOKYO), Recurrence.WEEKDAYS, "59 23 * * 1-5"),
        (weekly(0, clock("9:00"), TOKYO), Recurrence.WEEKLY, "0 9 * * 1"),
        (weekly(6, clock("9:00"), TOKYO), Recurrence.WEEKLY, "0 9 * * 0"),
        (custom("  0\t9 *  *　mon-fri ", TOKYO), Recurrence.CUSTOM, "0 9 * * MON-FRI"),
        (custom("０　９　＊　＊　１－５", TOKYO), Recurrence.CUSTOM, "0 9 * * 1-5"),
    ],
)
def test_a_choice_becomes_five_fields(schedule: Schedule, recurrence: Recurrence, cron: str) -> None:
    assert schedule == Schedule(recurrence, cron, TOKYO)
    check(schedule, NOW)


@pytest.mark.parametrize(
    ("cron", "first", "second"),
    [
        # 2026-11-22 is a Sunday; Tokyo is nine hours ahead all year.
        ("0 9 * * 1", "2026-11-23T00:00", "2026-11-30T00:00"),
        ("0 9 * * 0", "2026-11-29T00:00", "2026-12-06T00:00"),
        ("0 9 * * 7", "2026-11-29T00:00", "2026-12-06T00:00"),
        ("0 9 * * SUN", "2026-11-29T00:00", "2026-12-06T00:00"),
        ("0 9 1 * 1", "2026-11-23T00:00", "2026-11-30T00:00"),
        ("0 9 2 * 1", "2026-11-23T00:00", "2026-11-30T00:00"),
        ("0 9 29 2 *", "2028-02-29T00:00", "2032-02-29T00:00"),
        ("0 0 31 * *", "2026-12-30T15:00", "2027-01-30T15:00"),
        ("0 9 L * *", "2026-11-30T00:00", "2026-12-31T00:00"),
        ("0 9 L 2 *", "2027-02-28T00:00", "2028-02-29T00:00"),
        ("0 9 LW * *", "2026-11-30T00:00", "2026-12-31T00:00"),
        ("0 9 LW 1 *", "2027-01-29T00:00", "2028-01-31T00:00"),
        ("0 9 * * 1#1", "2026-12-07T00:00", "2027-01-04T00:00"),
        ("0 9 * * 5#5", "2027-01-29T00:00", "2027-04-30T00:00"),
        ("0 9 * * 5L", "2026-11-27T00:00", "2026-12-25T00:00"),
        ("0 9 * JAN,JUL MON", "2027-01-04T00:00", "2027-01-11T00:00"),
        ("0 9 */10 * *", "2026-12-01T00:00", "2026-12-11T00:00"),
        ("30 */12 * * *", "2026-11-22T03:30", "2026-11-22T15:30"),
    ],
)
def test_custom_fields_mean_what_cron_says(cron: str, first: str, second: str) -> None:
    schedule = custom(cron, TOKYO)
    check(schedule, NOW)
    assert upcoming(schedule, NOW, 2) == (utc(first), utc(second))


def test_a_day_and_a_weekday_are_two_ways_to_be_due() -> None:
    schedule = custom("0 9 1 * 1", TOKYO)
    assert upcoming(schedule, utc("2026-11-29T00:00"), 4) == (
        utc("2026-11-30T00:00"),
        utc("2026-12-01T00:00"),
        utc("2026-12-07T00:00"),
        utc("2026-12-14T00:00"),
    )


@pytest.mark.parametrize(
    ("cron", "text_id", "field"),
    [
        ("61 * * * *", "digest-cron-unclear", "minute"),
        ("0 24 * * *", "digest-cron-unclear", "hour"),
        ("0 0 32 * *", "digest-cron-unclear", "day-of-month"),
        ("0 0 31 13 *", "digest-cron-unclear", "month"),
        ("0 0 * * 8", "digest-cron-unclear", "day-of-week"),
        ("0 0 * * SAT-SUN", "digest-cron-unclear", "day-of-week"),
        ("0 0 * * 1#6", "digest-cron-unclear", "day-of-week"),
        ("0/0 * * * *", "digest-cron-unclear", "minute"),
        ("-1 * * * *", "digest-cron-unclear", "minute"),
        ("9" * 90 + " * * * *", "digest-cron-unclear", "minute"),
        ("", "digest-cron-unclear", "count"),
        ("@daily", "digest-cron-unclear", "count"),
        ("0 9 * *", "digest-cron-unclear", "count"),
        ("0 0 9 * * *", "digest-cron-unclear", "count"),
        ("0,".ljust(5000, "0") + " * * * *", "digest-cron-unclear", "count"),
        ("0 0 31 2 *", "digest-cron-never", None),
        ("0 0 30,31 2 *", "digest-cron-never", None),
        ("0 0 31 4,6,9,11 *", "digest-cron-never", None),
        ("0 0 */30 4 MON#5", "digest-cron-never", None),
        ("0 0 */30 * MON#2", "digest-cron-never", None),
        ("*/5 * * * *", "digest-cron-often", None),
        ("* 9 * * *", "digest-cron-often", None),
        ("0,59 9 * * 1", "digest-cron-often", None),
        ("0,1 0 29 2 *", "digest-cron-often", None),
    ],
)
def test_what_cannot_be_kept_is_refused(cron: str, text_id: str, field: str | None) -> None:
    with pytest.raises(RefusedRequest) as refused:
        check(custom(cron, TOKYO), NOW)
    assert (refused.value.text_id, refused.value.values.get("field")) == (text_id, field)


@pytest.mark.parametrize(
    "zone", ["", "Tokyo", "Asia/Nowhere", "Asia", "../etc/passwd", "/etc/passwd", "Asia\0", "東京"]
)
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    for ask in (lambda: check(daily(0, zone), NOW), lambda: next_time(daily(0, zone), NOW)):
        with pytest.raises(RefusedRequest, match="digest-zone-unknown"):
            ask()


def test_what_never_comes_raises_wherever_it_is_asked() -> None:
    with pytest.raises(RefusedRequest, match="digest-cron-never"):
        next_time(custom("0 0 */30 4 MON#5", TOKYO), NOW)


@pytest.mark.parametrize("zone", [NEW_YORK, LORD_HOWE, TROLL, APIA])
def test_an_hour_without_or_with_another_is_not_too_often(zone: str) -> None:
    for moment in (
        utc("2026-03-08T00:00"),
        utc("2026-04-04T00:00"),
        utc("2026-10-31T12:00"),
        utc("2011-12-29T12:00"),
    ):
        check(hourly(0, zone), moment)
        check(custom("30 1-4 * * *", zone), moment)


@given(st.text(alphabet="0123456789*/,-#LWMONJAUS @?", max_size=40))
def test_whatever_is_typed_is_refused_or_works(typed: str) -> None:
    schedule = custom(typed, NEW_YORK)
    try:
        check(schedule, NOW)
    except RefusedRequest:
        return
    assert next_time(schedule, NOW) > NOW


# -- where the clocks change ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cron", "zone", "after", "times"),
    [
        # New York, 2026-03-08: 02:00 EST is 03:00 EDT (07:00 UTC).
        pytest.param(
            "30 1 * * *",
            NEW_YORK,
            "2026-03-08T00:00",
            ("2026-03-08T06:30", "2026-03-09T05:30"),
            id="New York, just before the gap",
        ),
        pytest.param(
            "30 2 * * *",
            NEW_YORK,
            "2026-03-07T00:00",
            ("2026-03-07T07:30", "2026-03-08T07:00", "2026-03-09T06:30"),
            id="New York, in the gap: once, right after it",
        ),
        pytest.param(
            "30 1-4 * * *",
            NEW_YORK,
            "2026-03-08T06:00",
            ("2026-03-08T06:30", "2026-03-08T07:00", "2026-03-08T07:30", "2026-03-08T08:30"),
            id="New York, hours of which one is in the gap",
        ),
        pytest.param(
            "0 2,3 * * *",
            NEW_YORK,
            "2026-03-08T06:00",
            ("2026-03-08T07:00", "2026-03-09T06:00", "2026-03-09T07:00"),
            id="New York, the end of the gap is a time as well: once",
        ),
        pytest.param(
            "0 * * * *",
            NEW_YORK,
            "2026-03-08T04:30",
            ("2026-03-08T05:00", "2026-03-08T06:00", "2026-03-08T07:00", "2026-03-08T08:00"),
            id="New York, every hour over the gap",
        ),
        pytest.param(
            "30 * * * *",
            NEW_YORK,
            "2026-03-08T05:00",
            ("2026-03-08T05:30", "2026-03-08T06:30", "2026-03-08T07:30"),
            id="New York, every hour at half past over the gap: nothing in between",
        ),
        pytest.param(
            "0 */6 * * *",
            NEW_YORK,
            "2026-03-08T00:00",
            ("2026-03-08T05:00", "2026-03-08T10:00", "2026-03-08T16:00", "2026-03-08T22:00", "2026-03-09T04:00"),
            id="New York, every six hours on the wall",
        ),
        # New York, 2026-11-01: 02:00 EDT is 01:00 EST (06:00 UTC).
        pytest.param(
            "30 1 * * *",
            NEW_YORK,
            "2026-10-31T12:00",
            ("2026-11-01T05:30", "2026-11-02T06:30"),
            id="New York, in the hour that comes twice: the first time only",
        ),
        pytest.param(
            "30 2 * * *",
            NEW_YORK,
            "2026-10-31T12:00",
            ("2026-11-01T07:30", "2026-11-02T07:30"),
            id="New York, after the hour that comes twice",
        ),
        pytest.param(
            "0 * * * *",
            NEW_YORK,
            "2026-11-01T04:30",
            ("2026-11-01T05:00", "2026-11-01T06:00", "2026-11-01T07:00"),
            id="New York, every hour in both",
        ),
        pytest.param(
            "0 0-23 * * *",
            NEW_YORK,
            "2026-11-01T04:30",
            ("2026-11-01T05:00", "2026-11-01T06:00", "2026-11-01T07:00"),
            id="New York, every hour by another name",
        ),
        pytest.param(
            "0 */6 * * *",
            NEW_YORK,
            "2026-11-01T00:00",
            ("2026-11-01T04:00", "2026-11-01T11:00", "2026-11-01T17:00", "2026-11-01T23:00"),
            id="New York, every six hours on the wall, one of them seven",
        ),
        # Lord Howe moves by half an hour: 2026-10-04 02:00 (+10:30) is 02:30 (+11), 2026-04-05 02:00 is 01:30.
        pytest.param(
            "15 2 * * *",
            LORD_HOWE,
            "2026-10-02T00:00",
            ("2026-10-02T15:45", "2026-10-03T15:30", "2026-10-04T15:15"),
            id="Lord Howe, in the half hour that is missing",
        ),
        pytest.param(
            "15 * * * *",
            LORD_HOWE,
            "2026-10-03T14:00",
            ("2026-10-03T14:45", "2026-10-03T16:15"),
            id="Lord Howe, every hour over the missing half",
        ),
        pytest.param(
            "45 1 * * *",
            LORD_HOWE,
            "2026-04-04T00:00",
            ("2026-04-04T14:45", "2026-04-05T15:15"),
            id="Lord Howe, in the half hour that comes twice",
        ),
        pytest.param(
            "45 * * * *",
            LORD_HOWE,
            "2026-04-04T13:00",
            ("2026-04-04T13:45", "2026-04-04T14:45", "2026-04-04T15:15", "2026-04-04T16:15"),
            id="Lord Howe, every hour shows 01:45 twice",
        ),
        # Casablanca, Ramadan 2026: 02-15 03:00 (+1) is 02:00 (+0), 03-22 02:00 is 03:00.
        pytest.param(
            "30 2 * * *",
            CASABLANCA,
            "2026-02-14T00:00",
            ("2026-02-14T01:30", "2026-02-15T01:30", "2026-02-16T02:30"),
            id="Casablanca, Ramadan begins",
        ),
        pytest.param(
            "30 2 * * *",
            CASABLANCA,
            "2026-03-21T00:00",
            ("2026-03-21T02:30", "2026-03-22T02:00", "2026-03-23T01:30"),
            id="Casablanca, Ramadan ends",
        ),
        pytest.param(
            "0 8 * * *",
            CASABLANCA,
            "2026-02-14T00:00",
            ("2026-02-14T07:00", "2026-02-15T08:00", "2026-02-16T08:00"),
            id="Casablanca, the morning of Ramadan",
        ),
        # Apia had no 30 December 2011 (a Friday): after the 29th at 24:00 (10:00 UTC on the 30th) came the 31st.
        pytest.param(
            "0 9 * * *",
            APIA,
            "2011-12-29T12:00",
            ("2011-12-29T19:00", "2011-12-30T10:00", "2011-12-30T19:00"),
            id="Apia, a day that never was",
        ),
        pytest.param(
            "0 9 30 12 *",
            APIA,
            "2011-01-01T00:00",
            ("2011-12-30T10:00", "2012-12-29T19:00"),
            id="Apia, due on the day that never was",
        ),
        pytest.param(
            "0 9 * * 5",
            APIA,
            "2011-12-24T00:00",
            ("2011-12-30T10:00", "2012-01-05T19:00"),
            id="Apia, on the Friday that never was",
        ),
        pytest.param(
            "0 * * * *",
            APIA,
            "2011-12-30T08:30",
            ("2011-12-30T09:00", "2011-12-30T10:00", "2011-12-30T11:00"),
            id="Apia, every hour does not notice",
        ),
        # Dublin's winter is its summer time turned round: 2026-03-29 01:00 is 02:00, 10-25 02:00 is 01:00.
        pytest.param(
            "30 1 * * *",
            DUBLIN,
            "2026-03-28T12:00",
            ("2026-03-29T01:00", "2026-03-30T00:30"),
            id="Dublin springs forward",
        ),
        pytest.param(
            "30 1 * * *",
            DUBLIN,
            "2026-10-24T12:00",
            ("2026-10-25T00:30", "2026-10-26T01:30"),
            id="Dublin falls back",
        ),
        # Troll moves by two hours: 2026-03-29 01:00 is 03:00, 10-25 03:00 is 01:00.
        pytest.param(
            "30 1,2 * * *",
            TROLL,
            "2026-03-28T12:00",
            ("2026-03-29T01:00", "2026-03-29T23:30", "2026-03-30T00:30"),
            id="Troll, two times in one gap",
        ),
        pytest.param(
            "30 1 * * *",
            TROLL,
            "2026-10-24T12:00",
            ("2026-10-24T23:30", "2026-10-26T01:30"),
            id="Troll, in the two hours that come twice",
        ),
        pytest.param(
            "30 * * * *",
            TROLL,
            "2026-10-24T23:00",
            ("2026-10-24T23:30", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"),
            id="Troll, every hour",
        ),
        # Midnights that the clocks jump over.
        pytest.param(
            "0 0 * * *",
            BEIRUT,
            "2022-03-26T12:00",
            ("2022-03-26T22:00", "2022-03-27T21:00"),
            id="Beirut's midnight",
        ),
        pytest.param(
            "0 */6 * * *",
            BEIRUT,
            "2022-03-26T17:00",
            ("2022-03-26T22:00", "2022-03-27T03:00"),
            id="Beirut's quarters",
        ),
        pytest.param(
            "30 0 * * *",
            CAIRO,
            "2024-04-25T12:00",
            ("2024-04-25T22:00", "2024-04-26T21:30"),
            id="Cairo's midnight",
        ),
        pytest.param(
            "0 0 * * *", SAO_PAULO, "2018-11-03T12:00", ("2018-11-04T03:00", "2018-11-05T02:00"), id="São Paulo's"
        ),
        pytest.param(
            "0 0 1 * *", ASUNCION, "2023-09-30T12:00", ("2023-10-01T04:00", "2023-11-01T03:00"), id="Asunción's"
        ),
        # São Paulo, 2018-02-18 00:00 is 23:00 of the day before (02:00 UTC).
        pytest.param(
            "30 23 * * *",
            SAO_PAULO,
            "2018-02-17T12:00",
            ("2018-02-18T01:30", "2018-02-19T02:30"),
            id="São Paulo, half an hour before midnight comes twice",
        ),
        pytest.param(
            "0 * 17 2 *",
            SAO_PAULO,
            "2018-02-18T00:30",
            ("2018-02-18T01:00", "2018-02-18T02:00", "2019-02-17T03:00"),
            id="São Paulo, a day of 25 hours",
        ),
    ],
)
def test_where_the_clocks_change(cron: str, zone: str, after: str, times: tuple[str, ...]) -> None:
    schedule, expected = custom(cron, zone), tuple(map(utc, times))
    assert upcoming(schedule, utc(after), len(times)) == expected
    assert backwards(schedule, utc(after), expected[-1]) == expected


def backwards(schedule: Schedule, anchor: datetime, now: datetime) -> tuple[datetime, ...]:
    """All due times up to ``now``, found from the last one on."""
    found: list[datetime] = []
    while (due := due_time(schedule, anchor, now)) is not None:
        found.append(due)
        now = due - INSTANT
    return tuple(reversed(found))


# -- what must hold everywhere -------------------------------------------------------------------------

ZONES = st.sampled_from(ZONE_NAMES) | st.sampled_from(
    [LORD_HOWE, CASABLANCA, APIA, TROLL, DUBLIN, BEIRUT, SAO_PAULO]
)
MINUTES = st.sampled_from([0, 15, 30, 45]) | st.integers(0, 59)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
FIELD: Callable[[int, int], st.SearchStrategy[frozenset[int]]] = lambda low, high: st.frozensets(  # noqa: E731
    st.integers(low, high), min_size=1, max_size=4
)
CRONS = st.builds(
    WallCron,
    minute=MINUTES,
    hours=st.none() | st.just(ALL_HOURS) | FIELD(0, 3) | FIELD(0, 23),
    days=st.none() | FIELD(1, 31),
    months=st.none(),
    weekdays=st.none() | FIELD(0, 6),
)


@st.composite
def crons_over_a_change(draw: st.DrawFn) -> tuple[WallCron, str, datetime, datetime]:
    """A schedule, and about a day and a half around a change of its zone's clocks, where the year has one."""
    name, year = draw(ZONES), draw(st.integers(2005, 2037))
    found = list(changes(ZoneInfo(name), year)) or [draw(MOMENTS).replace(second=0, microsecond=0)]
    change = draw(st.sampled_from(found))
    return draw(CRONS), name, change - DAY / 2, change + DAY


@settings(max_examples=60, deadline=None)
@given(crons_over_a_change())
@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
def test_it_is_due_whenever_a_patient_watcher_of_the_clock_says_so(
    case: tuple[WallCron, str, datetime, datetime],
) -> None:
    cron, zone, begin, end = case
    schedule = custom(cron.text, zone)

    watched = tuple(instants(cron, ZoneInfo(zone), begin, end))

    assert upcoming(schedule, begin - INSTANT, len(watched)) == watched
    assert next_time(schedule, watched[-1] if watched else begin - INSTANT) >= end
    assert backwards(schedule, begin - INSTANT, end - INSTANT) == watched


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    minutes, zone = draw(st.integers(0, 24 * 60 - 1)), draw(ZONES)
    return draw(
        st.sampled_from(
            [
                hourly(minutes % 60, zone),
                daily(minutes, zone),
                weekdays(minutes, zone),
                weekly(minutes % 7, minutes, zone),
                custom(draw(CRONS).text, zone),
            ]
        )
    )


@settings(deadline=None)
@given(schedules(), MOMENTS)
def test_a_chain_of_times_goes_forward_and_is_due_when_it_comes(schedule: Schedule, moment: datetime) -> None:
    times = (moment, *upcoming(schedule, moment, 5))

    for before, after in pairwise(times):
        assert before < after
        assert after.tzinfo is UTC
        assert due_time(schedule, before, after - INSTANT) is None
        assert due_time(schedule, before, after) == after
        assert due_time(schedule, after, after) is None


@settings(deadline=None)
@given(schedules(), MOMENTS, st.integers(0, 800), st.booleans())
def test_of_all_that_was_missed_the_last_is_due(
    schedule: Schedule, anchor: datetime, days: int, backward: bool
) -> None:
    now = anchor - days * DAY if backward else anchor + days * DAY

    due = due_time(schedule, anchor, now)

    if due is None:
        assert next_time(schedule, anchor) > now
    else:
        assert anchor < due <= now < next_time(schedule, due)


@settings(deadline=None)
@given(schedules(), MOMENTS, st.none() | st.timedeltas(-60 * DAY, 60 * DAY))
def test_a_period_is_neither_empty_nor_longer_than_a_month(
    schedule: Schedule, moment: datetime, told: timedelta | None
) -> None:
    due = next_time(schedule, moment)
    covered_until = None if told is None else due + told

    period = period_of(schedule, due, covered_until)

    assert period.end == due
    assert due - PERIOD_MAX <= period.start < due
    if covered_until is not None and covered_until < due:
        assert period.start == max(covered_until, due - PERIOD_MAX)
    else:
        assert due_time(schedule, period.start, due - INSTANT) is None


def test_a_period_reaches_back_to_the_time_before_or_to_what_was_sent() -> None:
    morning, due = daily(clock("8:00"), TOKYO), utc("2026-11-21T23:00")

    assert period_of(morning, due, None).start == utc("2026-11-20T23:00")
    assert period_of(morning, due, utc("2026-11-18T23:00")).start == utc("2026-11-18T23:00")
    assert period_of(morning, due, due).start == utc("2026-11-20T23:00")
    assert period_of(custom("0 0 29 2 *", TOKYO), due, None).start == due - PERIOD_MAX
    assert period_of(morning, due + timedelta(hours=3), None).start == due
    unsent = [Period(due - timedelta(days=days), due) for days in (1, 3)]
    assert period_of(morning, due, None, unsent).start == due - timedelta(days=3)
    assert period_of(morning, due, due - timedelta(days=5), unsent).start == due - timedelta(days=5)
    assert period_of(morning, due, None, [Period(due - timedelta(days=40), due)]).start == due - PERIOD_MAX


def test_an_hourly_digest_missed_for_two_years_is_due_for_its_last_hour() -> None:
    now = utc("2026-11-22T03:20")
    assert due_time(hourly(15, NEW_YORK), now - 730 * DAY, now) == utc("2026-11-22T03:15")


# -- rules that change ---------------------------------------------------------------------------------


def test_a_time_that_moves_before_it_came_is_sent_once() -> None:
    """Mexico gave up summer time in 2022; who still had the old rules expected 08:00 an hour earlier in 2023."""
    old, new = daily(clock("8:00"), "America/Chicago"), daily(clock("8:00"), "America/Mexico_City")
    anchor = utc("2023-03-31T14:00")  # told at 08:00, an hour late by the old rules
    expected = next_time(old, anchor)
    assert expected == utc("2023-04-01T13:00")

    assert due_time(new, anchor, expected) is None
    assert next_time(new, anchor) == utc("2023-04-01T14:00")
    assert due_time(new, anchor, utc("2023-04-01T14:00")) == utc("2023-04-01T14:00")


def test_a_time_that_moved_into_the_past_is_sent_late_and_not_lost() -> None:
    old, new = daily(clock("8:00"), "America/Mexico_City"), daily(clock("8:00"), "America/Chicago")
    anchor = utc("2023-03-11T14:00")

    assert next_time(old, anchor) == utc("2023-03-12T14:00")
    assert due_time(new, anchor, utc("2023-03-12T14:00")) == utc("2023-03-12T13:00")
    assert next_time(new, utc("2023-03-12T13:00")) == utc("2023-03-13T13:00")


@settings(max_examples=60, deadline=None)
@given(
    schedules(), ZONES, MOMENTS, st.integers(0, 12), st.sampled_from([timedelta(minutes=50), timedelta(hours=7)])
)
@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
def test_rules_that_change_lose_no_time_and_tell_no_instant_twice(
    schedule: Schedule, other_rules: str, begin: datetime, switch: int, pause: timedelta
) -> None:
    """A bot that keeps the anchor alone, looks now and then, and gets another zone's rules in the middle."""
    anchor = begin
    for poll in range(24):
        now = begin + poll * pause
        rules = schedule if poll < switch else replace(schedule, zone=other_rules)
        due = due_time(rules, anchor, now)
        if due is not None:
            assert anchor < due <= now
            anchor = due
        assert next_time(rules, anchor) > now


def test_nothing_of_a_zone_is_remembered_here(tmp_path: Path) -> None:
    """The rules come from ``ZoneInfo`` each time: what it knows after an update counts at once."""
    schedule, paths = daily(clock("8:00"), "Moved"), zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(tmp_path)])
    try:
        (tmp_path / "Moved").write_bytes(rules_file("<+09>-9"))
        assert next_time(schedule, NOW) == utc("2026-11-22T23:00")
        (tmp_path / "Moved").write_bytes(rules_file("<+08>-8"))
        ZoneInfo.clear_cache(only_keys=["Moved"])
        assert next_time(schedule, NOW) == utc("2026-11-23T00:00")
    finally:
        zoneinfo.reset_tzpath(paths)
        ZoneInfo.clear_cache(only_keys=["Moved"])


def rules_file(rules: str) -> bytes:
    """The smallest TZif file (RFC 9636): one type of local time, and rules as POSIX writes them for all times."""
    header = b"TZif2" + bytes(15) + b"".join(count.to_bytes(4, "big") for count in (0, 0, 0, 0, 1, 4))
    body = header + bytes(6) + b"UTC\0"
    return body * 2 + f"\n{rules}\n".encode()
