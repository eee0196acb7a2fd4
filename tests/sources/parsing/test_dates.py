"""Dates in the forms that feeds have, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.feed.raw import RawEntry
from bot.sources.feed.times import created_at, times_of
from bot.sources.parsing.dates import TIME_MAX, read_date

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
        "25.11.2023 klo 10.00 JST", "Sat, 25 Nov 2023 10:0:0 +0900",
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
     "R5年11月25日", "25 Nov 2023 Nowhere/Here"],
)  # fmt: skip
def test_a_day_alone_is_a_day(written: str) -> None:
    assert read_date(written, NOW) == (datetime(2023, 11, 25, tzinfo=UTC), True)


@pytest.mark.parametrize(
    "written",
    ["", "2023", "2023-11", "November 2023", "2023年11月", "令和5年", "yesterday", "99/99/2023", "10:00",
     "0000-00-00", "2023-02-30", "1" * 5_000, "Sat, 99 Nov 2023 10:00:00 JST"],
)  # fmt: skip
def test_less_than_a_day_is_no_date(written: str) -> None:
    assert read_date(written, NOW) is None


def test_a_day_that_can_be_read_in_two_ways_is_the_later_that_has_come() -> None:
    assert read_date("03/04/2023", NOW) == (datetime(2023, 4, 3, tzinfo=UTC), True)
    assert read_date("12/11/2026", NOW) == (datetime(2026, 11, 12, tzinfo=UTC), True)


def test_a_day_without_its_year_is_the_last_that_has_come() -> None:
    assert read_date("11月28日 10:30", NOW) == (datetime(2026, 11, 28, 1, 30, tzinfo=UTC), False)
    assert read_date("12月3日", NOW) == (datetime(2025, 12, 3, tzinfo=UTC), True)
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
