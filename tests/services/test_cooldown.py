"""How much people may ask, and what counting it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import RefusedRequest
from bot.services.cooldown import Cooldown, Cooldowns, Price
from config.settings import QuotaSettings
from tests.conftest import START as NOW
from tests.conftest import Clock


def test_person_who_asks_too_often_reads_when_to_come_back(clock: Clock) -> None:
    cooldown = Cooldown(2, clock)
    cooldown.take(1, None)
    clock.forward(seconds=20)
    cooldown.take(1, None)

    with pytest.raises(RefusedRequest) as refusal:
        cooldown.take(1, None)

    assert refusal.value.text_id == "error-cooldown"
    assert refusal.value.values == {"when": int((NOW + timedelta(seconds=60)).timestamp())}
    cooldown.take(2, None)
    clock.forward(seconds=40)
    cooldown.take(1, None)


def test_server_may_ask_five_times_as_often_as_a_person(clock: Clock) -> None:
    cooldown = Cooldown(1, clock)
    for person in range(5):
        cooldown.take(person, 99)

    with pytest.raises(RefusedRequest):
        cooldown.take(6, 99)
    cooldown.take(6, 100)


def test_refused_question_is_not_counted(clock: Clock) -> None:
    cooldown = Cooldown(1, clock)
    cooldown.take(1, 99)
    for _ in range(10):
        with pytest.raises(RefusedRequest):
            cooldown.take(1, 99)

    for person in range(2, 6):
        cooldown.take(person, 99)


def test_no_limit_lets_everybody_ask(clock: Clock) -> None:
    cooldown = Cooldown(0, clock)

    for _ in range(100):
        cooldown.take(1, 1)


def test_askers_who_went_quiet_are_forgotten(clock: Clock) -> None:
    cooldown = Cooldown(1, clock)
    for person in range(Cooldown.REMEMBERED + 1):
        cooldown.take(person, None)

    clock.forward(minutes=1)
    cooldown.take(-1, None)

    assert len(cooldown._asked) == 1


@pytest.mark.invariant(11)
def test_what_is_kept_of_askers_is_bounded_however_many_ask_at_once(clock: Clock) -> None:
    cooldown = Cooldown(1, clock)

    for person in range(3 * Cooldown.REMEMBERED):
        cooldown.take(person, person)

    assert len(cooldown._asked) <= Cooldown.REMEMBERED


@pytest.mark.invariant(11)
def test_an_asker_who_asks_without_end_is_kept_in_as_little(clock: Clock) -> None:
    cooldown = Cooldown(100_000, clock)

    for _ in range(1_000):
        cooldown.take(1, 1)

    assert {one: spent for one, (_, spent) in cooldown._asked.items()} == {
        ("person", 1): 1_000,
        ("server", 1): 1_000,
    }


def test_what_is_dear_uses_up_more_and_what_costs_more_than_all_takes_all(clock: Clock) -> None:
    cooldown = Cooldown(10, clock)
    cooldown.take(1, None, 8)
    with pytest.raises(RefusedRequest):
        cooldown.take(1, None, 3)
    cooldown.take(1, None, 2)

    cooldown.take(2, None, 99)
    with pytest.raises(RefusedRequest):
        cooldown.take(2, None, 1)


def test_a_clock_that_is_set_back_locks_nobody_out(clock: Clock) -> None:
    cooldown = Cooldown(1, clock)
    cooldown.take(1, None)
    clock.forward(days=-1)

    cooldown.take(1, None)


@pytest.mark.parametrize(
    ("price", "at_least"), [(Price.EXPENSIVE, 10), (Price.BASIC, 30), (Price.SUGGESTION, 150)]
)
def test_by_default_nobody_notices_who_uses_the_bot_by_hand(clock: Clock, price: Price, at_least: int) -> None:
    cooldowns = Cooldowns(QuotaSettings(), clock)

    for _ in range(at_least):
        cooldowns.take(1, 1, price)


def test_by_default_a_script_is_stopped_and_so_is_a_crowd_of_them(clock: Clock) -> None:
    cooldowns = Cooldowns(QuotaSettings(), clock)
    done = 0

    for person in range(1_000):
        try:
            cooldowns.take(person, 1, Price.EXPENSIVE)
        except RefusedRequest:
            break
        done += 1

    assert done <= 100
