"""What a look may still ask of its host."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import SourceBusy
from bot.sources.http.request_budget import MAX_FETCH_S, RequestBudget
from tests.conftest import START


class Timer:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.invariant(6)
def test_a_fetch_that_took_long_asks_for_nothing_more() -> None:
    """Invariant 6: a host that is slow within every time-out keeps no seat for as long as it likes."""
    timer = Timer()
    allowance = RequestBudget(START, timer=timer)
    timer.now += MAX_FETCH_S - 1
    before = allowance.can_request()

    timer.now += 1

    assert (before, allowance.can_request()) == (True, False)
    assert allowance.host_allows(), "the time was ours"


def test_what_is_left_is_kept_for_others() -> None:
    allowance = RequestBudget(START)

    allowance.record_response({"x-ratelimit-remaining": "20"})

    assert allowance.can_request()
    assert not allowance.can_request(reserve=20)
    assert allowance.requests == 1


def test_after_a_failure_nothing_is_asked_and_the_longest_wait_counts() -> None:
    allowance = RequestBudget(START)

    allowance.stop(SourceBusy("later", retry_after=timedelta(seconds=90)))
    allowance.stop(SourceBusy("sooner", retry_after=timedelta(seconds=30)))

    assert not allowance.can_request()
    assert allowance.reset_at == START + timedelta(seconds=90)
