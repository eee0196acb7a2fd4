"""Points of a volume chart: rates of what was observed, and nothing where nobody looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.history.volume import gaps, hourly_rates, newest_point, runs, volume_points
from bot.core.models import PostCount
from bot.core.models.counts import BIN, DAY, HOUR
from tests.costs import AT_MOST, growth

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def a_count(at: int, posts: int = 4, span: timedelta = BIN, seen: timedelta | None = None) -> PostCount:
    """``at``: quarters of an hour after the start."""
    return PostCount(START + at * BIN, span, span if seen is None else seen, posts)


def rates(counts: list[PostCount], hours: float = 3, every: timedelta = HOUR) -> list[float | None]:
    until = START + hours * HOUR
    return [one.rate for one in volume_points(counts, START, until, every=every, unit=HOUR)]


def test_parts_of_a_bin_add_up_to_its_rate() -> None:
    assert rates([a_count(0, 3), a_count(1, 5), a_count(2, 0), a_count(3, 4)], hours=1) == [12]


def test_span_in_which_nobody_looked_has_no_rate() -> None:
    quarters = [a_count(at) for at in (0, 1, 2, 3, 8, 9, 10, 11)]

    assert rates(quarters) == [16, None, 16]


def test_zero_posts_that_were_looked_for_are_zero() -> None:
    assert rates([a_count(0, 0, HOUR)], hours=2) == [0, None]


def test_bin_of_which_less_than_half_was_seen_is_unknown() -> None:
    assert rates([a_count(0), a_count(4), a_count(5)], hours=2) == [None, 16]


def test_rate_counts_only_the_time_that_was_seen() -> None:
    half = [a_count(0, 6, HOUR, timedelta(minutes=30))]

    assert rates(half, hours=1) == [12]


def test_bin_that_is_not_over_has_the_rate_of_a_whole_one() -> None:
    now = [*(a_count(at, 10) for at in range(4)), a_count(4, 100, BIN, timedelta(minutes=12))]

    assert rates(now, hours=1.2) == [40, round(130 / 57 * 60, 3)]


def test_some_minutes_say_nothing_of_an_hour() -> None:
    now = [a_count(0, 340, BIN, timedelta(minutes=5))]

    assert rates(now, hours=5 / 60) == [None]


def test_newest_point_is_the_same_however_fine_the_chart_is() -> None:
    counts = [a_count(at, 10 + at % 7) for at in range(200)]
    until = START + 200 * BIN - timedelta(minutes=3)
    whole = sum(10 + at % 7 for at in range(196, 200))

    found = newest_point(counts, until, span=HOUR, unit=HOUR)

    assert (found.rate, found.start, found.end) == (whole, until - HOUR, until)
    assert volume_points(counts, START, until, every=HOUR, unit=HOUR)[-1].rate == whole


def test_count_over_several_bins_is_the_same_rate_in_each() -> None:
    assert rates([a_count(0, 12, HOUR)], hours=1, every=HOUR / 2) == [12, 12]


def test_cut_answer_makes_a_point_a_least_one() -> None:
    [first, second] = volume_points(
        [replace(a_count(0, span=HOUR), complete=False), a_count(4, span=HOUR)],
        START,
        START + 2 * HOUR,
        every=HOUR,
        unit=HOUR,
    )

    assert not first.complete
    assert second.complete


def test_runs_and_gaps_share_out_the_time() -> None:
    points = volume_points(
        [a_count(4 * hour, span=HOUR) for hour in (0, 1, 4, 6)], START, START + 8 * HOUR, every=HOUR, unit=HOUR
    )

    assert [[one.start for one in run] for run in runs(points)] == [
        [START, START + HOUR],
        [START + 4 * HOUR],
        [START + 6 * HOUR],
    ]
    assert gaps(points) == [
        (START + 2 * HOUR, START + 4 * HOUR),
        (START + 5 * HOUR, START + 6 * HOUR),
        (START + 7 * HOUR, START + 8 * HOUR),
    ]


@given(st.sets(st.integers(0, 200), max_size=80), st.integers(0, 1000))
def test_no_bin_without_exposure_is_ever_known(quarters: set[int], posts: int) -> None:
    counts = [a_count(at, posts) for at in sorted(quarters)]

    points = volume_points(counts, START, START + 48 * HOUR, every=HOUR, unit=HOUR)

    for number, point in enumerate(points):
        seen = sum(4 * number <= at < 4 * number + 4 for at in quarters)
        assert (point.rate is not None) == (seen >= 2)
        assert point.rate is None or abs(point.rate - 4 * posts) < 0.01


@given(st.lists(st.tuples(st.integers(-300, 300), st.sampled_from([BIN, HOUR, DAY])), max_size=40))
def test_counts_from_anywhere_fit_into_a_chart(spans: list[tuple[int, timedelta]]) -> None:
    counts = [PostCount(START + at * BIN, span, span, 5) for at, span in spans]

    points = volume_points(counts, START, START + 7 * HOUR, every=HOUR, unit=HOUR)

    assert len(points) == 7
    assert points[-1].end == START + 7 * HOUR


def test_hours_are_known_by_their_number() -> None:
    first = int(START.timestamp() // 3600)

    assert hourly_rates([*(a_count(at) for at in range(4)), a_count(8, 9, HOUR), a_count(96, 5, DAY)]) == {
        first: 16,
        first + 2: 9,
    }
    assert hourly_rates([]) == {}


def test_points_cost_as_much_as_there_are_counts() -> None:
    def work(size: int) -> object:
        counts = [a_count(at) for at in range(size)]
        return lambda: volume_points(counts, START, START + size * BIN, every=HOUR, unit=HOUR)

    assert growth(work, 3_000) <= AT_MOST  # type: ignore[arg-type]
