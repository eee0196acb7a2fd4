from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.clock import SPEED_MAX, DemoClock

START = datetime(2026, 11, 29, tzinfo=UTC)


class Present:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def test_time_passes_as_fast_as_is_asked_from_then_on() -> None:
    present = Present()
    clock = DemoClock(present=present)
    present.passes(5)
    clock.speed = 10
    present.passes(6)
    assert clock.now() == START + timedelta(seconds=5 + 60)


def test_no_time_passes_while_the_clock_is_stopped() -> None:
    present = Present()
    clock = DemoClock(speed=10, present=present)
    with clock.stopped():
        with clock.stopped():
            present.passes(100)
        present.passes(100)
        inside = clock.now()
    present.passes(1)
    assert inside == START
    assert clock.now() == START + timedelta(seconds=10)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-5, 500)), max_size=20))
def test_time_never_goes_back_and_never_faster_than_allowed(steps: list[tuple[float, float]]) -> None:
    present = Present()
    clock = DemoClock(present=present)
    for seconds, speed in steps:
        before, clock.speed = clock.now(), speed
        present.passes(seconds)
        passed = clock.now() - before
        assert timedelta(0) <= passed <= timedelta(seconds=seconds * SPEED_MAX, milliseconds=1)
