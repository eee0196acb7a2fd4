"""Coverage of a period by polls: what was read, is awaited, or could not be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.causes import Cause
from bot.core.digest.coverage import applies_at_end, as_followed, is_awaited, problems, was_read
from bot.core.models import Health, Period, Watch, WatchHealth
from tests.core.builders import a_watch

START = datetime(2026, 11, 29, tzinfo=UTC)
DAY = Period(START, START + timedelta(days=1))
HOUR = timedelta(hours=1)


def polled(last: timedelta | None, due: timedelta | None = None) -> Watch:
    """A watch with its last answer and its next poll, from the beginning of the period."""
    last_ok_at, next_poll_at = (None if at is None else START + at for at in (last, due))
    return a_watch(last_ok_at=last_ok_at, next_poll_at=next_poll_at)


def down(since: datetime) -> Watch:
    """A watch that was read in the period, and is unreachable."""
    record = WatchHealth(since=since, cause=Cause.UNREACHABLE)
    return replace(polled(HOUR), health=Health.DOWN, health_record=record)


@pytest.mark.parametrize(
    ("last", "due", "expected"),
    [
        (HOUR, 2 * HOUR, True),
        (-HOUR, 30 * HOUR, True),
        (-HOUR, 2 * HOUR, False),
        (-HOUR, None, False),
        (None, 30 * HOUR, False),
    ],
    ids=["in the period", "not due again", "missed", "inactive", "never"],
)
def test_watch_was_read_in_the_period_or_was_not_due(
    last: timedelta | None, due: timedelta | None, *, expected: bool
) -> None:
    assert was_read(polled(last, due), DAY) is expected


@pytest.mark.invariant(10)
def test_answer_from_before_a_channel_followed_is_not_its_own() -> None:
    watch = polled(HOUR, 2 * HOUR)

    assert as_followed(watch, START + HOUR) == watch
    assert as_followed(watch, START + 2 * HOUR).last_ok_at is None


def test_watches_are_awaited_until_one_was_polled_or_failed() -> None:
    new = polled(None, HOUR)
    failed = replace(new, failures=1)

    assert is_awaited([new, new])
    assert not is_awaited([new, failed])
    assert not is_awaited([new, polled(HOUR, HOUR)])
    assert not is_awaited([])


def test_snapshot_applies_while_its_source_says_that_nothing_changed() -> None:
    before = START - HOUR

    assert applies_at_end(START, polled(None), DAY)
    assert applies_at_end(before, polled(HOUR, 2 * HOUR), DAY)
    assert not applies_at_end(before, polled(-HOUR, 2 * HOUR), DAY)


def test_problem_that_began_after_the_period_is_left_out_and_an_endpoint_comes_once() -> None:
    watch = down(START)

    assert [one.cause for one in problems([watch, watch], {watch.id}, DAY)] == [Cause.UNREACHABLE]
    assert list(problems([watch], set(), DAY)) == []
    assert list(problems([down(DAY.end)], {watch.id}, DAY)) == []
