"""The usual range: of the same local hour of like days, unmoved by surges, unknown where little is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.history.usual import UsualRange, usual_by_day, usual_by_hour
from bot.core.history.volume import VolumePoint, volume_points
from bot.core.models import PostCount
from bot.core.models.counts import DAY, HOUR

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def number(at: datetime) -> int:
    return int(at.timestamp() // 3600)


def hours(days: int, rate: float = 10.0, *, until: datetime = MONDAY) -> dict[int, float]:
    """Hours before a time, noon three times as busy."""
    first = number(until) - 24 * days
    return {n: rate * (3 if n % 24 == 12 else 1) for n in range(first, number(until))}


def points(at: datetime, count: int = 24, every: timedelta = HOUR) -> list[VolumePoint]:
    return [VolumePoint(at + n * every, at + (n + 1) * every, 1.0) for n in range(count)]


def ranges(known: dict[int, float], at: datetime = MONDAY) -> list[UsualRange | None]:
    return list(usual_by_hour(points(at), known, UTC))


def test_busy_hour_has_its_own_range() -> None:
    usual = ranges(hours(21))

    midnight, noon = usual[0], usual[12]
    assert midnight is not None
    assert noon is not None
    assert midnight.low < 10 < midnight.high < noon.high
    assert noon.high > 20


def test_range_of_a_steady_topic_is_what_chance_alone_makes() -> None:
    [midnight, *_] = ranges(hours(21, 100.0))

    assert midnight == UsualRange(87.2, 112.8)


def test_one_surge_does_not_move_the_range() -> None:
    known = hours(21)
    surged = {
        n: rate * (20 if n in range(number(MONDAY) - 72, number(MONDAY) - 60) else 1) for n, rate in known.items()
    }

    assert ranges(surged)[3] == ranges(known)[3]


def test_own_day_says_nothing_of_what_is_usual_on_it() -> None:
    known = hours(21)
    today = {number(MONDAY) + n: 500.0 for n in range(24)}

    assert ranges(known | today)[3] == ranges(known)[3]


def test_below_three_days_no_range_is_told() -> None:
    assert ranges(hours(2)) == [None] * 24
    assert None not in ranges(hours(3))


def test_weekends_are_compared_with_weekends() -> None:
    saturday = MONDAY - 2 * DAY
    known = {
        n: 40.0 if datetime.fromtimestamp(n * 3600, UTC).weekday() >= 5 else 10.0
        for n in hours(28, until=MONDAY + 7 * DAY)
    }

    weekend, workday = ranges(known, saturday)[5], ranges(known, MONDAY)[5]

    assert weekend is not None
    assert workday is not None
    assert workday.high < 20 < weekend.low


def test_hours_are_those_of_the_zone_where_clocks_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    after = datetime(2026, 10, 27, 0, 0, tzinfo=UTC)  # clocks went back on the 25th
    known = {
        n: 90.0 if datetime.fromtimestamp(n * 3600, UTC).astimezone(berlin).hour == 12 else 10.0
        for n in hours(21, until=after)
    }

    usual = usual_by_hour(points(after), known, berlin)

    highs = [one.high if one else 0 for one in usual]
    assert max(range(24), key=lambda place: highs[place]) == 11  # noon in Berlin, by then UTC+1


def test_half_an_hour_varies_more_than_an_hour() -> None:
    known = hours(21)

    [half, *_] = usual_by_hour(points(MONDAY, 1, HOUR / 2), known, UTC)
    [whole, *_] = usual_by_hour(points(MONDAY, 1), known, UTC)

    assert half is not None
    assert whole is not None
    assert half.low < whole.low
    assert half.high > whole.high


def test_days_are_compared_with_the_other_days_of_the_chart() -> None:
    counts = [PostCount(MONDAY + n * DAY, DAY, DAY, 100 + n % 3) for n in range(30)]

    usual = usual_by_day(volume_points(counts, MONDAY, MONDAY + 30 * DAY, every=DAY, unit=DAY), TOKYO)

    assert all(one is not None and one.low < 100 < one.high for one in usual)


@given(
    st.dictionaries(st.integers(number(MONDAY) - 600, number(MONDAY) + 30), st.floats(0, 1e7), max_size=120),
    st.sampled_from([HOUR / 2, HOUR, 4 * HOUR]),
)
def test_every_range_is_in_order_and_not_below_zero(known: dict[int, float], every: timedelta) -> None:
    for usual in usual_by_hour(points(MONDAY, 12, every), known, TOKYO):
        assert usual is None or 0 <= usual.low <= usual.high


@given(st.dictionaries(st.integers(0, 20), st.floats(0, 1e6), min_size=4, max_size=20))
def test_range_is_the_median_of_other_days_and_their_usual_distance_from_it(rates: dict[int, float]) -> None:
    days = [
        VolumePoint(MONDAY + day * DAY, MONDAY + (day + 1) * DAY, rates.get(day), complete=True)
        for day in range(21)
        if day % 7 < 5
    ]
    found = usual_by_day(days, UTC)

    for one, usual in zip(days, found, strict=True):
        others = [other.rate for other in days if other is not one and other.rate is not None]
        if len(others) < 3:
            assert usual is None
            continue
        middle = median(others)
        half = 1.28 * max(1.4826 * median(abs(rate - middle) for rate in others), middle**0.5)
        assert usual == UsualRange(max(0.0, middle - half), middle + half)
