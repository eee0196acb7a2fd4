"""A day's budget shared between servers: nobody takes what others wait for, and nothing that is wanted is left."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.limits.budget_shares import LEAST_SHARE, Account, charged, grant, share_of
from bot.core.models import GuildId

LIMIT = 500
A, B, C = GuildId(1), GuildId(2), GuildId(3)


class Day:
    """A day as the storage keeps it."""

    def __init__(self, *guilds: GuildId, limit: int = LIMIT) -> None:
        self.limit = limit
        self.spent = 0
        self.accounts = dict.fromkeys(guilds, Account())

    def ask(self, *payers: GuildId, wanted: int = 10, least: int = 1, passed: float = 0.0) -> int:
        got = grant(self.limit, self.spent, self.accounts, payers, wanted, least=least, passed=passed)
        self.spent += got
        for guild, reads in charged(self.accounts, payers, got).items():
            before = self.accounts.get(guild, Account())
            self.accounts[guild] = Account(before.spent + reads, waits=got == 0)
        return got


def test_whole_budget_is_usable_at_once_when_only_one_asks() -> None:
    day = Day(A)

    assert sum(day.ask(A) for _ in range(100)) == LIMIT


def test_server_that_asks_first_leaves_the_others_their_shares() -> None:
    day = Day(A, B)

    greedy = sum(day.ask(A) for _ in range(100))

    assert greedy == LIMIT // 2
    assert sum(day.ask(B) for _ in range(100)) == LIMIT // 2


def test_what_nobody_asks_for_is_given_away_in_the_course_of_the_day() -> None:
    day = Day(A, B)
    taken = [sum(day.ask(A, passed=tenth / 10) for _ in range(100)) for tenth in range(11)]

    assert all(taken)
    assert sum(taken) == LIMIT


def test_what_a_waiting_server_has_not_had_is_never_given_away() -> None:
    day = Day(A, B, C)
    day.accounts[B] = Account(0, waits=True)

    for tenth in range(11):
        for _ in range(100):
            day.ask(A, passed=tenth / 10)

    assert day.limit - day.spent >= share_of(LIMIT, 3)
    assert day.ask(B, wanted=100, passed=1.0) == 100


def test_topic_that_several_follow_is_paid_by_all_of_them_alike() -> None:
    day = Day(A, B, C)

    day.ask(A, B, wanted=101)

    assert sorted(day.accounts[one].spent for one in (A, B, C)) == [0, 50, 51]


def test_where_shares_are_too_small_for_one_poll_those_who_had_least_are_served_all_the_same() -> None:
    day = Day(*map(GuildId, range(1, 101)))

    got = [day.ask(GuildId(guild), wanted=10, least=10) for guild in range(1, 101)]

    assert sum(got) == LIMIT
    assert day.ask(A, least=10, wanted=10) == 0


_ASKS = st.lists(
    st.tuples(st.sets(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 100), st.sampled_from([1, 10])),
    max_size=120,
)


@pytest.mark.invariant(10)
@pytest.mark.invariant(11)
@given(_ASKS, st.integers(20, 600))
def test_sum_is_never_above_the_budget_and_nobody_exceeds_a_share_while_others_wait(
    asks: list[tuple[set[int], int, int]], limit: int
) -> None:
    day = Day(*map(GuildId, range(1, 5)), limit=limit)
    share = share_of(limit, 4)
    for number, (guilds, wanted, least) in enumerate(asks):
        payers = [GuildId(guild) for guild in guilds]
        waiting = [one for one, account in day.accounts.items() if account.waits and one not in payers]
        kept = sum(max(share - day.accounts[one].spent, 0) for one in waiting)
        own = sum(max(share - day.accounts[one].spent, 0) for one in payers)
        before = day.spent

        got = day.ask(*payers, wanted=wanted, least=least, passed=number / len(asks))

        assert got in (0, *range(least, wanted + 1))
        assert day.spent <= limit
        assert got <= max(own, limit - before - kept)


@given(st.sets(st.integers(1, 50), min_size=1), st.integers(-1_000, 1_000))
def test_what_is_charged_adds_up_and_differs_by_one_at_most(guilds: set[int], reads: int) -> None:
    shares = Counter(charged({}, [GuildId(guild) for guild in guilds], reads))

    assert sum(shares.values()) == reads
    assert max(shares.values()) - min(shares.values()) <= 1


def test_share_is_of_use_to_somebody() -> None:
    assert share_of(LIMIT, 1_000) == LEAST_SHARE
    assert share_of(10, 3) == 10
