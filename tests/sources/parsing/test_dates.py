"""Dates in the forms that feeds have, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.feed.raw import RawEntry
from bot.sources.feed.times import created_at, times_of
from bot.sources.parsing.dates import TIME_MAX, Written, read_date

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
ONE = datetime(2023, 11, 25, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2023-11-25T10:00+09:00", "2023-11-25 10:00:00 JST", "Sat, 25 Nov 2023 10:00:00+0900",
        "Sat Nov 25 10:00:00 JST 2023", "Sat Nov 25 2023 10:00:00 GMT+0900 (JST)",
        "Sat, 25 Nov 2023 10:00:00 GMT+9",
        "2023年11月25日 10:00", "2023年11月25日(土) 10時00分", "２０２３年１１月２５日　１０：００",
        "令和5年11月25日 10:00",
        "R5.11.25 10:00 JST", "土, 25 11月 2023 10:00:00 +0900", "Sat, 25 Nov 23 10:00:00 +0900",
        "25 Nov 2023 10:00 +09:00", "November 25, 2023 10:00 AM JST", "11/25/2023 10:00 JST", "1700874000",
        "1700874000000", "20231125T100000+0900", "Sam., 25 nov. 2023 10:00:00 +0900",
        "25 de noviembre de 2023 10:00 JST",
        "Sa, 25 Nov 2023 10:00:00 +0900", "2023년 11월 25일 오전 10:00", "2023-11-25 午前10:00 JST",
        "Saturday, November 25th, 2023 10:00 am +0900", "2023/11/25 10:00:00 +0900", "2023.11.25 10:00 JST",
        "Fri, 24 Nov 2023 17:00:00 PST", "Sat, 25 Nov 2023 01:00:60 GMT", "2023/11/25(土)10:00",
        "Sat Nov 25 10:00:00 +0900 2023", "Fri Nov 24 20:00:00 -0500 2023", "R5年11月25日 10:00",
        "25 novembre 2023 à 10h00 +0900", "2023-11-25 10:00:00 Asia/Tokyo", "2023-11-25T10:00:00[Asia/Tokyo]",
        "2023-11-25T10:00:00+09:00[Asia/Tokyo]", "2023-11-24 20:00 America/New_York", "2023-W47-6T10:00+09:00",
        "La, 25 Marras 2023 10:00:00 +0900", "Cmt, 25 Kas 2023 10:00:00 +0900", "сб, 25 лис 2023 10:00:00 +0900",
        "so, 25 lis 2023 10:00:00 +0900", "суб, 25 нов 2023 10:00:00 +0900", "25 tháng 11, 2023 10:00 +0900",
        "Th 7, 25 Th11 2023 08:00:00 +0700", "السبت، 25 نوفمبر 2023 10:00 JST", "sâm., 25 noi. 2023 10:00 JST",
        "2023. 11. 25. 오전 10:00", "2023年11月25日 上午9:00", "2023-11-25T10+0900",
        "Sat, 25 Nov 2023 10.00.00 JST", "Nov 25, 2023 06:30 Asia/Kolkata", "Nov 25, 2023 03:00 Europe/Helsinki",
        "25.11.2023 klo 10.00 JST", "Sat, 25 Nov 2023 10:0:0 +0900", "Sat, 25 Nov 2566 10:00:00 +0900",
        "2566-11-25T10:00:00+09:00", "25 พ.ย. 2566 เวลา 08:00 น.", "วันเสาร์ที่ 25 พฤศจิกายน พ.ศ. 2566 08:00",
        "25/11/2566 10:00 JST", "令和五年十一月二十五日 十時", "二〇二三年十一月二十五日 10:00",
        "/Date(1700874000000+0900)/",
        "@1700874000", "1700874000000000", "2023-11-25 午前10時00分",
        "25 नवंबर 2023 10:00 JST", "२५ नवम्बर २०२३ 10:00 JST", "25 নভেম্বর 2023 10:00 JST",
    ],
)  # fmt: skip
def test_an_instant_is_read_however_it_is_written(written: str) -> None:
    found = read_date(written, NOW)

    assert found is not None
    assert not found.day_only
    assert found.at.replace(second=0) == ONE


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("Ke, 30 Lok 2024", 10), ("7. kesäkuuta 2024", 6), ("5 Ağu 2024", 8), ("15 Oca 2024", 1),
        ("9 Ara 2024", 12), ("25 серпня 2024", 8), ("12. října 2024", 10),
        ("3. července 2024", 7), ("3. června 2024", 6),
        ("12. srpna 2024", 8), ("25 Agu 2024", 8), ("25 Des 2024", 12), ("des. 25, 2024", 12),
        ("3 iulie 2024", 7), ("3 ianuarie 2024", 1), ("25 أغسطس 2024", 8), ("25 de maig de 2024", 5),
    ],
)  # fmt: skip
def test_month_is_read_in_its_language(written: str, month: int) -> None:
    found = read_date(written, NOW)

    assert found is not None
    assert found.at.month == month


@pytest.mark.parametrize(
    "written",
    ["2023-11-25", "20231125", "2023/11/25", "25/11/2023", "11/25/2023", "2023年11月25日", "令和5年11月25日",
     "R5.11.25", "Nov 25, 2023", "25. November 2023", "25 Nov 23", "2023-329", "25.11.2023", "2023-W47-6",
     "R5年11月25日", "25 Nov 2023 Nowhere/Here", "25 พ.ย. 66", "25/11/2566", "2566-11-25",
     "令和五年十一月二十五日", "2023-11-25T25:00:00Z", "2023-11-25T10:60:00Z",
     "Sat, 25 Nov 2023 25:00:00 GMT", "Sat, 25 Nov 2023 10:61:00 +0900", "112年11月25日"],
)  # fmt: skip
def test_a_day_alone_is_a_day(written: str) -> None:
    assert read_date(written, NOW) == Written(datetime(2023, 11, 25, tzinfo=UTC), day_only=True)


@pytest.mark.parametrize(
    "written",
    ["", "2023", "2023-11", "November 2023", "2023年11月", "令和5年", "ago", "前", "午前10分", "3 hours",
     "พฤศจิกายน 2566", "99/99/2023", "10:00",
     "0000-00-00", "2023-02-30", "1" * 5_000, "Sat, 99 Nov 2023 10:00:00 JST"],
)  # fmt: skip
def test_less_than_a_day_is_no_date(written: str) -> None:
    assert read_date(written, NOW) is None


def test_hours_after_midnight_are_those_of_the_night() -> None:
    assert read_date("2026年11月26日 25:30", NOW) == Written(datetime(2026, 11, 26, 16, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("3 hours ago", 3), ("an hour ago", 1), ("3時間前", 3), ("1時間30分前", 1.5),
        ("vor 2 Stunden", 2), ("5分前", 1 / 12),
        ("hace 3 horas", 3), ("il y a une heure", 1), ("3小时前", 3), ("3小時前", 3), ("3시간 전", 3),
        ("3 часа назад", 3),
        ("há 2 horas", 2), ("2 ore fa", 2), ("2 uur geleden", 2), ("2 godziny temu", 2), ("2 saat önce", 2),
        ("2 giờ trước", 2), ("2 ชั่วโมงที่แล้ว", 2), ("2 jam yang lalu", 2), ("3h ago", 3), ("about 3 hours ago", 3),
        ("Posted 30 mins ago", 0.5), ("2 hours, 30 minutes ago", 2.5), ("数分前", 0.05),
        ("just now", 0), ("たった今", 0),
    ],
)  # fmt: skip
def test_span_of_hours_is_counted_back_from_the_fetch(written: str, hours: float) -> None:
    assert read_date(written, NOW) == Written(NOW - timedelta(hours=hours), is_relative=True)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("2 days ago", 2), ("2日前", 2), ("il y a 3 jours", 3), ("vor einem Tag", 1), ("3天前", 3), ("2일 전", 2),
        ("a week ago", 7), ("2週間前", 14), ("2ヶ月前", 60), ("1 month ago", 30), ("2 years ago", 730),
        ("1年前", 365), ("yesterday", 1), ("昨日", 1), ("一昨日", 2), ("今日", 0), ("gestern", 1),
        ("어제", 1), ("昨天", 1), ("hier", 1), ("2 วันที่แล้ว", 2), ("пять лет назад 5 лет назад", 1825),
    ],
)  # fmt: skip
def test_span_of_days_is_a_day(written: str, days: int) -> None:
    day = datetime(2026, 11, 28, tzinfo=UTC) - timedelta(days=days)

    assert read_date(written, NOW) == Written(day, day_only=True, is_relative=True)


def test_day_by_its_name_has_the_time_that_stands_beside_it() -> None:
    assert read_date("昨日 15:30", NOW) == Written(datetime(2026, 11, 27, 6, 30, tzinfo=UTC), is_relative=True)
    assert read_date("Yesterday at 3:15 PM", NOW) == Written(
        datetime(2026, 11, 27, 15, 15, tzinfo=UTC), is_relative=True
    )


def test_a_day_that_can_be_read_in_two_ways_is_the_later_that_has_come() -> None:
    assert read_date("03/04/2023", NOW) == Written(datetime(2023, 4, 3, tzinfo=UTC), day_only=True)
    assert read_date("12/11/2026", NOW) == Written(datetime(2026, 11, 12, tzinfo=UTC), day_only=True)


def test_a_day_without_its_year_is_the_last_that_has_come() -> None:
    assert read_date("11月28日 10:30", NOW) == Written(datetime(2026, 11, 28, 1, 30, tzinfo=UTC))
    assert read_date("12月3日", NOW) == Written(datetime(2025, 12, 3, tzinfo=UTC), day_only=True)
    assert read_date("2月29日", NOW) is None


@given(st.text(max_size=TIME_MAX) | st.from_regex(r"[0-9/年月日:+\- T]{1,40}", fullmatch=True))
def test_any_text_is_a_date_or_none(written: str) -> None:
    found = read_date(written, NOW)

    assert found is None or found.at.utcoffset() == timedelta(0)


def entries(*days_ago: int | None) -> list[RawEntry]:
    dates = ["soon" if days is None else (NOW - timedelta(days=days)).isoformat() for days in days_ago]
    return [RawEntry(published=[(0, date)]) for date in dates]


def ages(*days_ago: int | None) -> list[int | None]:
    own = [created_at(entry, NOW) for entry in entries(*days_ago)]
    return [None if found is None else (NOW - found.at).days for found in times_of(own, NOW)]


def test_what_has_no_date_is_as_old_as_what_stands_above_it() -> None:
    assert ages(3, None, 5, 9) == [3, 3, 5, 9]
    assert ages(9, 5, None, 3) == [9, 5, 3, 3]


def test_what_stands_above_old_ones_or_among_young_ones_may_be_new() -> None:
    assert ages(None, 3, 5, 9) == [None, 3, 5, 9]
    assert ages(0, None, 0, 5, 9) == [0, None, 0, 5, 9]


def test_a_feed_in_no_order_or_with_few_dates_tells_nothing_of_others() -> None:
    assert ages(3, None, 9, 5) == [3, None, 9, 5]
    assert ages(900, None, None, None) == [900, None, None, None]
    assert ages(None, None) == [None, None]


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 0001 00:00:00 +0000", "1970-01-01T00:00:00Z", "1899-12-30", "0", "2099-01-01T00:00:00Z"]
)
def test_what_stands_in_the_place_of_a_date_is_none(date: str) -> None:
    assert created_at(RawEntry(published=[(0, date)]), NOW) is None
