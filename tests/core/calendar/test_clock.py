"""How long something waited by a clock that may be set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar.clock import WaitingTimes
from bot.core.leases import CLOCK_STEP

BEGIN = datetime(2026, 11, 30, tzinfo=UTC)
MINUTE = 60.0


def test_time_on_a_steady_clock_is_the_wait() -> None:
    waiting = WaitingTimes(BEGIN, 0.0)
    for minute in range(1, 40):
        waiting.look(BEGIN + timedelta(minutes=minute), minute * MINUTE)

    assert waiting.since(BEGIN + timedelta(minutes=9)) == timedelta(minutes=30)
    assert waiting.since(BEGIN - timedelta(days=1)) == timedelta(minutes=39)  # it looks since then


def test_clock_that_drifts_was_not_set() -> None:
    waiting = WaitingTimes(BEGIN, 0.0)
    waiting.look(BEGIN + timedelta(minutes=30) + CLOCK_STEP / 2, 30 * MINUTE)

    assert waiting.since(BEGIN) == timedelta(minutes=30)


@given(
    steps=st.lists(st.tuples(st.floats(0, 7200), st.floats(-(10**8), 10**8)), max_size=8),
    due_s=st.floats(-(10**6), 10**6),
)
def test_nothing_waits_longer_than_the_steady_time_since_the_clock_was_set_ahead(
    steps: list[tuple[float, float]], due_s: float
) -> None:
    now, steady_s, set_at_s = BEGIN, 0.0, 0.0
    waiting = WaitingTimes(now, steady_s)
    for passed_s, step_s in steps:
        steady_s += passed_s
        now += timedelta(seconds=passed_s + step_s)
        set_at_s = steady_s if timedelta(seconds=step_s) >= CLOCK_STEP else set_at_s
        waiting.look(now, steady_s)

        assert waiting.since(BEGIN + timedelta(seconds=due_s)) <= timedelta(seconds=steady_s - set_at_s + 0.001)
