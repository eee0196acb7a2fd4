"""First crossings of a watch: counted once, by hour and height, with the time in which somebody looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import CrossingTable, PostKey
from bot.core.pace.bins import LOWEST, bin_of
from bot.core.pace.crossings import (
    SPAN_MAX,
    WAITING_MAX,
    PostReading,
    begun,
    growth_to_come,
    heat_at,
    may_be_sent,
    updated,
    weight_at,
)
from bot.core.pace.rates import Rates
from bot.storage.sql.mapping.crossings import crossings_bytes, crossings_from

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
EVERY = timedelta(minutes=10)
EMPTY = CrossingTable(anchor=START, until=START)


def a_reading(
    name: str = "a", rp: int = 50, before: int | None = None, *, now: datetime = START, hours_old: float = 30
) -> PostReading:
    """A post as a poll read it; older than posts grow, unless said otherwise."""
    written = now - timedelta(hours=hours_old)
    return PostReading(PostKey(name), rp, before, written, now - EVERY, EVERY)


def reached(table: CrossingTable, rp: int) -> float:
    """Posts that reached an RP, as they weigh at the anchor."""
    number = bin_of(rp)
    return sum(row[number] for row in table.counts if number < len(row))


def test_new_post_reaches_all_bins_up_to_its_own() -> None:
    table = updated(EMPTY, [a_reading(rp=50, now=START + EVERY)], START, START + EVERY)

    assert reached(table, 49) == pytest.approx(1, rel=0.01)
    assert reached(table, 5) == pytest.approx(1, rel=0.01)
    assert reached(table, 100) == 0


def test_post_that_rises_is_counted_for_what_it_newly_reached() -> None:
    later = START + 2 * EVERY
    table = updated(EMPTY, [a_reading(rp=50, now=START + EVERY)], START, START + EVERY)

    table = updated(table, [a_reading(rp=200, before=50, now=later)], START + EVERY, later)

    assert reached(table, 40) == pytest.approx(1, rel=0.01)
    assert reached(table, 199) == pytest.approx(1, rel=0.01)


def test_poll_at_which_nothing_rose_writes_nothing() -> None:
    assert updated(EMPTY, [a_reading(rp=50, before=50, now=START + EVERY)], START, START + EVERY) is EMPTY
    assert updated(EMPTY, [], START, START + EVERY) is EMPTY


def test_time_in_which_nothing_rose_was_watched() -> None:
    """The polls in between wrote nothing; the next one that does counts their time, once."""
    table, before = EMPTY, START
    for poll in range(1, 7):
        now = START + poll * EVERY
        table = updated(table, [a_reading(rp=50, before=None if poll == 6 else 50, now=now)], before, now)
        before = now
    table = updated(table, [a_reading("b", now=before + EVERY)], before, before + EVERY)

    assert sum(table.watched) == pytest.approx(7 / 6, rel=0.02)


def test_time_in_which_polls_were_missed_is_unknown() -> None:
    now = START + timedelta(hours=9)

    table = updated(EMPTY, [a_reading(rp=500, now=now)], START, now, missed_polls=True)

    assert sum(table.watched) == 0
    assert reached(table, 5) == 0


def test_time_of_which_pages_show_no_posts_any_more_is_unknown() -> None:
    now = START + SPAN_MAX + EVERY

    table = updated(EMPTY, [a_reading(rp=500, now=now)], START, now)

    assert sum(table.watched) == 0
    assert reached(table, 5) == 0


def test_crossings_between_polls_far_apart_are_spread_over_their_hours() -> None:
    """Else the hour of the poll would be taken as the busy one, and the last hours as far busier than usual."""
    table, since = EMPTY, START
    for poll in range(1, 9):
        now = START + poll * timedelta(hours=12)
        readings = [a_reading(f"{poll}-{number}", rp=50, now=now, hours_old=13) for number in range(24)]
        table = updated(table, readings, since, now)
        since = now

    rates = Rates([(replace(table, every_s=0), 10)], since)

    by_hour = [
        rates.expected(bin_of(40), since + timedelta(hours=h), since + timedelta(hours=h + 1)) for h in range(24)
    ]
    assert max(by_hour) <= 1.3 * min(by_hour)
    assert rates.activity(bin_of(40)) == pytest.approx(1, abs=0.2)


def test_post_that_was_written_between_polls_far_apart_crossed_no_hour_before_it() -> None:
    now = START + timedelta(hours=12)

    table = updated(EMPTY, [a_reading(rp=50, now=now, hours_old=2.5)], START, now)

    hours = {hour for hour, row in enumerate(table.counts) if any(row)}
    assert hours == {(now - timedelta(hours=back)).hour for back in (1, 2, 3)}


def test_growth_between_polls_far_apart_belongs_to_the_ages_in_which_posts_grow() -> None:
    now = START + timedelta(hours=12)
    reading = a_reading(rp=100, before=10, now=now, hours_old=12.5)._replace(unseen=timedelta(hours=12))

    table = updated(EMPTY, [reading], START, now)

    expected = growth_to_come(table, now)
    assert sum(table.grown_h) == pytest.approx(12 * weight_at(table, now))
    assert expected[3] - expected[5] > expected[9] - expected[11]


def test_first_answer_stands_for_the_time_of_its_posts() -> None:
    posts = [(20 * number, START - timedelta(hours=number)) for number in range(1, 13)]

    table = begun(posts, START)

    assert sum(table.watched) == pytest.approx(12, rel=0.05)
    assert Rates([(table, 10)], START).a_day(bin_of(20)) == pytest.approx(20, rel=0.5)


def test_counts_fade_by_half_in_four_days() -> None:
    table = begun([(50, START - timedelta(hours=2))], START)

    assert weight_at(table, START + timedelta(days=4)) == pytest.approx(2)


def test_growth_of_young_posts_is_learned() -> None:
    table, before = EMPTY, START
    rp = dict.fromkeys("abcdefgh", 10)
    for poll in range(1, 24):
        now = START + poll * EVERY
        read = [
            PostReading(PostKey(name), int(count * 1.2), count, START, before, EVERY) for name, count in rp.items()
        ]
        table = updated(table, read, before, now)
        rp, before = {one.key: one.rp for one in read}, now

    fast, usual = growth_to_come(table, before), growth_to_come(None, before)

    assert fast[0] > usual[0]
    assert heat_at(100, before - timedelta(minutes=10), before, fast) > 100
    assert heat_at(100, before - timedelta(days=2), before, fast) == 100


def test_old_post_that_stands_still_may_not_be_sent() -> None:
    old, young = START - timedelta(hours=20), START - timedelta(hours=2)

    assert may_be_sent(young, young, START)
    assert may_be_sent(old, START - timedelta(hours=1), START)
    assert not may_be_sent(old, START - timedelta(hours=3), START)


def test_list_of_posts_that_may_be_sent_is_short() -> None:
    many = [a_reading(str(number), rp=10 + number, now=START + EVERY, hours_old=1) for number in range(300)]

    table = updated(EMPTY, many, START, START + EVERY)

    assert len(table.waiting) == WAITING_MAX
    assert min(one.rp for one in table.waiting) == 310 - WAITING_MAX


rises = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 10_000), st.integers(1, 300)), min_size=1, max_size=25
)


@given(rises)
def test_table_is_read_back_as_it_was_stored(steps: list[tuple[int, int, int]]) -> None:
    table, before, known = EMPTY, START, dict[int, int]()
    for post, rp, minutes in steps:
        now = before + timedelta(minutes=minutes)
        reading = a_reading(str(post), max(rp, known.get(post, 0)), known.get(post), now=now, hours_old=1)
        known[post] = max(rp, known.get(post, 0))
        table, before = updated(table, [reading], before, now), now

    again = crossings_from(crossings_bytes(table))

    assert again.waiting == table.waiting
    assert (again.until, again.every_s) == (table.until, table.every_s)
    assert again.watched == pytest.approx(table.watched, rel=1e-6)
    assert len(crossings_bytes(again)) == len(crossings_bytes(table))


@given(rises)
def test_post_reaches_a_bin_at_most_once(steps: list[tuple[int, int, int]]) -> None:
    """Growth is left out: these posts are too old to grow."""
    table, before, known = EMPTY, START, dict[int, int]()
    for post, rp, minutes in steps:
        now = before + timedelta(minutes=minutes)
        highest = max(rp, known.get(post, 0))
        reading = a_reading(str(post), highest, known.get(post), now=now)
        known[post] = highest
        table, before = updated(table, [reading], before, now), now

    weight = weight_at(table, before)

    assert reached(table, LOWEST + 1) <= len(known) * weight + 1e-6
