"""Who is asked at once, in virtual time: slow machines, however many names they have, delay nobody else."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.limits.fair_share import FAST_S, FairShares, Requester, Slot, SpeedClass

pytestmark = pytest.mark.invariant(11)

SLOW_S, QUICK_S = 30.0, 0.2


def requester(host: str, machine: str | None = None, *, is_trusted: bool = False) -> Requester:
    return Requester(host, machine, is_trusted=is_trusted)


def learnt(shares: FairShares, who: Requester, cost: float) -> None:
    """It was asked before."""
    shares.leave(shares.enter(who, 0.0), 0.0, cost)


@dataclass
class Simulation:
    """Looks that come at times, and take as long as they do; everybody is seated by ``FairShares``."""

    shares: FairShares

    def run(self, polls: list[tuple[float, Requester, float]]) -> list[tuple[Requester, float, float]]:
        """Of each look (when it comes, for whom, seconds): for whom, how long it waited, when it ended."""
        coming = sorted(polls, key=lambda one: one[0])
        waiting: list[tuple[float, Requester, float]] = []
        inside: list[tuple[float, int, Slot, float]] = []
        done: list[tuple[Requester, float, float]] = []
        serial = 0
        while coming or waiting or inside:
            now = min([*(poll[0] for poll in coming[:1]), *(entry[0] for entry in inside[:1])])
            while coming and coming[0][0] <= now:
                waiting.append(coming.pop(0))
            while inside and inside[0][0] <= now:
                _, _, slot, cost = heapq.heappop(inside)
                self.shares.leave(slot, now, cost)
            for poll in sorted(waiting, key=lambda one: self.shares.sort_key(one[1])):
                came, who, cost = poll
                if self.shares.may_enter(who):
                    waiting.remove(poll)
                    serial += 1
                    heapq.heappush(inside, (now + cost, serial, self.shares.enter(who, now), cost))
                    done.append((who, now - came, now + cost))
            assert inside or coming or not waiting, "somebody waits although nobody is inside"
        return done


@settings(max_examples=40, deadline=None)
@given(st.integers(8, 40), st.integers(1, 60), st.integers(1, 60), st.integers(1, 5))
def test_known_good_hosts_wait_for_nobody_however_many_are_slow(
    total: int, slow: int, machines: int, good: int
) -> None:
    shares = FairShares(total)
    slow_ones = [requester(f"slow{n}", f"machine{n % machines}") for n in range(slow)]
    good_ones = [requester(f"good{n}", f"fine{n}") for n in range(good)]
    for who in slow_ones:
        learnt(shares, who, SLOW_S)
    for who in good_ones:
        learnt(shares, who, QUICK_S)
    polls = [(0.0, who, SLOW_S) for who in slow_ones] + [
        (n + 1.0, who, QUICK_S) for n, who in enumerate(good_ones)
    ]

    done = Simulation(shares).run(polls)

    assert len(done) == slow + good
    assert max(waited for who, waited, _ in done if who in good_ones) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(8, 40), st.integers(1, 200), st.integers(1, 60))
def test_host_that_is_new_is_not_kept_by_those_known_to_be_slow(total: int, slow: int, machines: int) -> None:
    shares = FairShares(total)
    slow_ones = [requester(f"slow{n}", f"machine{n % machines}") for n in range(slow)]
    for who in slow_ones:
        learnt(shares, who, SLOW_S)

    done = Simulation(shares).run(
        [*((0.0, who, SLOW_S) for who in slow_ones), (1.0, requester("new", "other"), QUICK_S)]
    )

    assert next(waited for who, waited, _ in done if who.host == "new") == 0


def test_hundred_names_of_one_slow_machine_take_no_more_than_one_would() -> None:
    one, hundred = FairShares(100), FairShares(100)

    for n in range(100):
        for shares, who in ((one, requester("slow", "m")), (hundred, requester(f"slow{n}", "m"))):
            if shares.may_enter(who):
                shares.enter(who, 0.0)

    assert one.free == hundred.free == 100 - 12


def test_fast_sites_behind_one_network_share_nothing_but_the_half() -> None:
    shares = FairShares(100)
    sites = [requester(f"site{n}", "network") for n in range(1000)]
    for who in sites:
        learnt(shares, who, QUICK_S)

    seated = sum(shares.may_enter(who) and shares.enter(who, 0.0) is not None for who in sites)

    assert seated == 50


def test_slow_site_behind_a_network_slows_no_other_there() -> None:
    shares = FairShares(20)
    learnt(shares, requester("slow", "network"), SLOW_S)
    learnt(shares, requester("quick", "network"), QUICK_S)
    while shares.may_enter(requester("slow", "network")):
        shares.enter(requester("slow", "network"), 0.0)

    assert shares.may_enter(requester("quick", "network"))


def test_slow_poll_is_believed_at_once_and_forgiven_after_some_quick_ones() -> None:
    shares, who = FairShares(8), requester("a", "m")
    learnt(shares, who, QUICK_S)
    learnt(shares, who, SLOW_S)
    paces = [shares.speed(who)]
    for _ in range(8):
        learnt(shares, who, QUICK_S)
        paces.append(shares.speed(who))

    assert paces[0] is SpeedClass.SLOW
    assert paces[1] is SpeedClass.SLOW
    assert paces[-1] is SpeedClass.FAST


def test_slow_machines_share_their_part_by_the_seconds_they_cost() -> None:
    shares = FairShares(4)  # one seat for all that is slow
    for who in (requester("late", "a"), requester("later", "b")):
        learnt(shares, who, SLOW_S)
    polls = [(0.0, requester("later", "b"), 30.0)] * 20 + [(0.0, requester("late", "a"), 3.0)] * 20

    done = Simulation(shares).run(polls)

    of_first_quarter_hour = Counter(who.host for who, _, end in done if end <= 900)
    assert of_first_quarter_hour["late"] == 20


def test_what_the_operator_chose_counts_as_fast() -> None:
    shares = FairShares(20)
    mine = requester("mine", "m", is_trusted=True)
    learnt(shares, mine, SLOW_S)

    assert shares.speed(mine) is SpeedClass.FAST


def test_start_with_hosts_that_answered_before_lets_others_in_and_believes_slow_ones_once() -> None:
    shares = FairShares(40)
    slow = [Requester(f"slow{n}", "machine", answered=True) for n in range(60)]
    good = [Requester(f"good{n}", f"other{n}", answered=True) for n in range(60)]
    polls = [(0.0, who, SLOW_S) for who in slow] + [(0.5, who, QUICK_S) for who in good]

    first = Simulation(shares).run(polls)
    again = Simulation(shares).run(polls)

    assert max(waited for who, waited, _ in first if who in good) <= 2
    assert max(waited for who, waited, _ in again if who in good) <= 2
    assert all(shares.speed(who) is SpeedClass.SLOW for who in slow)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.floats(0, 60), st.booleans()), max_size=150))
def test_slots_are_neither_lost_nor_given_twice(steps: list[tuple[int, int, float, bool]]) -> None:
    shares, inside, now = FairShares(10), list[Slot](), 0.0
    for host, machine, cost, leaves in steps:
        now += 1
        if leaves and inside:
            shares.leave(inside.pop(0), now, cost)
        elif shares.may_enter(who := requester(str(host), str(machine))):
            inside.append(shares.enter(who, now))
        assert shares.free == 10 - len(inside) >= 0
        assert sum(slot.speed is SpeedClass.SLOW for slot in inside) <= 2
        assert sum(slot.speed is SpeedClass.NEW for slot in inside) <= 2
    for slot in inside:
        shares.leave(slot, now, FAST_S)
    assert shares.free == 10
