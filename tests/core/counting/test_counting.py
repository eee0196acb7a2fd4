"""Counts of answers: what was looked at is counted once, and what was not is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.counting.answer import count_answer
from bot.core.counting.spans import spread
from bot.core.models import (
    Counted,
    CountState,
    FetchResult,
    HourCount,
    Network,
    Post,
    Snapshot,
    SourceName,
    TimelineSpan,
)
from bot.core.models.counts import BIN, HOUR
from bot.core.surge.totals import RollingTotal

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def written(at: datetime, author: str = "", **more: object) -> Post:
    name = f"{at.timestamp()} {author}"
    post = Post(
        Network.FEDIVERSE,
        f"https://social.example/{name}",
        "text",
        author_url=f"https://{author or name}.example/@someone",
        created_at=at,
    )
    return replace(post, **more)  # type: ignore[arg-type]


def timeline(posts: Iterable[Post], until: datetime, *, complete: bool = True) -> FetchResult:
    return FetchResult(SourceName.MASTODON, posts=tuple(posts), timeline=TimelineSpan(until, complete=complete))


def page(volume: int, at: datetime, *, step: int = 1) -> FetchResult:
    return FetchResult(SourceName.TRENDPAGE, snapshot=Snapshot(at, volume, step=step))


def counted(state: CountState, answer: FetchResult, now: datetime) -> Counted:
    found = count_answer(state, answer, (), now)
    assert found is not None
    return found


def test_first_answer_counts_nothing_of_what_was_there_before() -> None:
    first = counted(CountState(), timeline([written(START - MINUTE)], START), START)

    assert first.counts == ()
    assert first.observations == ()
    assert first.state.until == START


def test_posts_count_at_the_time_they_were_written_whenever_they_are_read() -> None:
    state = CountState(until=START)
    now = START + timedelta(hours=5)
    posts = [written(START + MINUTE * minute) for minute in range(1, 300, 5)]

    found = counted(state, timeline(posts, now), now)

    assert [each.posts for each in found.counts] == [3] * 20
    assert all(each.seen == BIN and each.complete for each in found.counts)
    assert sum(one.count for one in found.observations) == 60


def test_answer_that_was_cut_while_going_upward_is_complete_up_to_its_last_post() -> None:
    until, now = START + 4 * MINUTE, START + 20 * MINUTE
    posts = [written(START + MINUTE), written(until)]

    found = counted(CountState(until=START), timeline(posts, until), now)
    later = counted(found.state, timeline([written(START + 9 * MINUTE)], now), now)

    assert [(one.count, one.covers, one.complete) for one in found.observations] == [(2, 4 * MINUTE, True)]
    assert sum((one.covers for one in later.observations), timedelta()) == 16 * MINUTE
    assert sum(one.count for one in later.observations) == 1


def test_answer_of_which_a_part_is_missing_is_a_lower_bound() -> None:
    now = START + 10 * MINUTE

    found = counted(CountState(until=START), timeline([written(now)], now, complete=False), now)

    assert not found.counts[0].complete
    assert not found.observations[0].complete


def test_post_that_arrives_late_counts_once() -> None:
    late, now = written(START - 3 * MINUTE), START + 10 * MINUTE
    answer = timeline([late], now)

    found = count_answer(CountState(until=START), answer, (), now)
    again = count_answer(CountState(until=START), answer, {late.key}, now)

    assert found is not None
    assert sum(one.posts for one in found.counts) == 1
    assert again is not None
    assert sum(one.posts for one in again.counts) == 0


def test_bots_are_counted_apart_and_a_person_once() -> None:
    now = START + 10 * MINUTE
    posts = [
        *(written(START + minute * MINUTE, "anna") for minute in range(1, 9)),
        written(START + MINUTE, "ben"),
        *(written(START + minute * MINUTE, "robot", by_bot=True) for minute in range(1, 9)),
    ]

    found = counted(CountState(until=START), timeline(posts, now), now)

    assert [(one.posts, one.people, one.bots, one.of_people) for one in found.counts] == [(17, 2, 8, 2)]
    assert found.observations[0].count == 2
    assert (found.observations[0].breadth.authors, found.observations[0].breadth.domains) == (2, 2)


def test_authors_of_an_hour_ago_are_forgotten() -> None:
    state = CountState(until=START)
    for step in range(1, 8):
        now = START + step * BIN
        state = counted(state, timeline([written(now, f"author{step}")], now), now).state

    found = counted(state, timeline([], START + 8 * BIN), START + 8 * BIN)

    assert found.observations[0].breadth.authors == 3


def test_clock_that_was_ahead_begins_anew() -> None:
    ahead = CountState(until=START + timedelta(days=3))

    found = counted(ahead, timeline([written(START)], START), START)

    assert found.counts == ()
    assert found.state.until == START


def test_source_that_says_nothing_of_how_much_is_posted_has_no_counts() -> None:
    assert count_answer(CountState(), FetchResult(SourceName.FEED), (), START) is None


# -- a source's own hours --------------------------------------------------------------------------------


def hours(first: datetime, *posts: int) -> FetchResult:
    counts = tuple(HourCount(first + number * HOUR, each) for number, each in enumerate(posts))
    return FetchResult(SourceName.X, hours=counts)


def test_hours_of_the_first_answer_are_history_and_no_observation() -> None:
    now = START + timedelta(minutes=20)

    found = counted(CountState(), hours(START - 2 * HOUR, 50, 60, 7), now)

    assert [(one.start, one.posts, one.span) for one in found.counts] == [
        (START - 2 * HOUR, 50, HOUR),
        (START - HOUR, 60, HOUR),
    ]
    assert found.observations == ()


def test_hours_count_what_came_since_the_answer_before_over_the_turn_of_the_hour() -> None:
    first = START + timedelta(minutes=50)
    state = counted(CountState(), hours(START, 40), first).state

    found = counted(state, hours(START, 48, 3), START + timedelta(minutes=65))

    assert [(one.count, one.covers) for one in found.observations] == [(8, 10 * MINUTE), (3, 5 * MINUTE)]
    assert sum(one.posts for one in found.counts) == 11


# -- a rolling total -------------------------------------------------------------------------------------


def test_total_counts_its_change_and_what_fell_out_of_its_day() -> None:
    state = CountState(until=START, total=RollingTotal(START.timestamp(), 960.0))

    found = counted(state, page(970, START + BIN), START + BIN)

    assert [one.count for one in found.observations] == [pytest.approx(20, abs=0.2)]
    assert [one.posts for one in found.counts] == [20]


def test_jump_of_a_total_that_does_not_go_on_is_another_count_and_no_post() -> None:
    state = CountState(until=START, total=RollingTotal(START.timestamp(), 960.0))

    jump = counted(state, page(6_700, START + BIN), START + BIN)
    after = counted(jump.state, page(6_705, START + 2 * BIN), START + 2 * BIN)

    assert jump.observations == ()
    assert jump.counts == ()
    assert after.source_changed
    assert after.observations == ()
    assert after.counts == ()
    assert after.state.total.total == 6_705


def test_jump_of_a_total_that_goes_on_counts_from_its_begin() -> None:
    state = CountState(until=START, total=RollingTotal(START.timestamp(), 960.0))

    jump = counted(state, page(2_000, START + BIN), START + BIN)
    after = counted(jump.state, page(3_500, START + 2 * BIN), START + 2 * BIN)

    assert not after.source_changed
    assert [round(one.count) for one in after.observations] == [1_061, 1_536]


def with_a_day(volume: float = 960.0) -> CountState:
    """The state of a page whose total was read every quarter of an hour for over a day."""
    state = CountState()
    for index in range(100):
        at = START + index * BIN
        state = counted(state, page(round(volume), at), at).state
    return state


@pytest.mark.parametrize("wrong", [0, 480, 6_700])
def test_total_that_is_wrong_once_is_left_out_and_forgets_nothing(wrong: int) -> None:
    state, at = with_a_day(), START + 100 * BIN

    glitch = counted(state, page(wrong, at), at)
    after = counted(glitch.state, page(962, at + BIN), at + BIN)

    assert glitch.observations == ()
    assert not after.source_changed
    assert [(round(one.count), one.covers) for one in after.observations] == [(22, 2 * BIN)]


@pytest.mark.parametrize("times", [3, 5, 10])
@pytest.mark.parametrize("is_up", [True, False])
def test_page_that_counts_several_times_as_much_or_as_little_counts_something_else(
    times: int, is_up: bool
) -> None:
    state, at = with_a_day(), START + 100 * BIN
    other = 960 * times if is_up else 960 // times

    step = counted(state, page(other, at), at)
    after = counted(step.state, page(other + 3, at + BIN), at + BIN)

    assert step.observations == ()
    assert after.source_changed
    assert after.observations == ()


def test_total_that_rises_slowly_after_a_drop_is_no_surge() -> None:
    state, at = with_a_day(), START + 100 * BIN

    dropped = counted(state, page(0, at), at)
    after = counted(dropped.state, page(400, at + BIN), at + BIN)

    assert after.source_changed
    assert after.observations == ()


def test_yesterdays_surge_that_leaves_a_total_is_no_drop() -> None:
    state = CountState()
    for index in range(220):
        at = START + index * BIN
        surge = min(max(0, index - 100), 8) - min(max(0, index - 196), 8)
        found = counted(state, page(960 + 300 * surge, at), at)
        assert not found.source_changed
        state = found.state


def test_page_that_was_not_made_anew_counts_nothing() -> None:
    state = CountState(until=START, total=RollingTotal(START.timestamp(), 960.0))

    found = counted(state, page(960, START), START + BIN)

    assert found.state == state
    assert found.counts == ()


@given(st.integers(0, 5_000), st.integers(0, 200), st.integers(1, 400))
def test_posts_spread_over_bins_add_up(posts: int, begins_after: int, minutes: int) -> None:
    start = START + begins_after * MINUTE

    parts = list(spread(start, start + minutes * MINUTE, posts))

    assert sum(one.posts for one in parts) == posts
    assert sum((one.seen for one in parts), timedelta()) == minutes * MINUTE
    assert all(one.seen <= one.span for one in parts)
