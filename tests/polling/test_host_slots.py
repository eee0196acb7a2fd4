"""Who is polled at once: a silent host with many watches starves nobody (invariant 6)."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting.policy import PollPolicy
from bot.core.models import DueWatch, FetchRequest, FetchResult, Network, SourceName, Watch, WatchId
from bot.core.text import make_topic
from bot.polling.host_slots import HostSlots
from bot.polling.poller import Poller
from bot.storage.sqlite.connection import open_sqlite
from tests.conftest import START, Clock
from tests.costs import growth
from tests.sqlite_file import empty_file

SILENT, LIVELY = SourceName.MASTODON, SourceName.MISSKEY


def due(number: int, source: SourceName = SILENT, target: str | None = None) -> DueWatch:
    return DueWatch(Watch(WatchId(number), make_topic(f"話題{number}"), source, target))


def test_a_host_alone_takes_half_of_the_slots_and_the_next_half_of_the_rest() -> None:
    slots = HostSlots(16)

    silent = slots.acquire_ready(due(number) for number in range(100))
    lively = slots.acquire_ready(due(number, LIVELY) for number in range(100, 200))

    assert (len(silent), len(lively), slots.free) == (8, 4, 4)
    assert slots.saturated_endpoints == {(SILENT, None), (LIVELY, None)}


def test_who_waits_is_seated_before_who_comes_later() -> None:
    slots = HostSlots(4)
    first = slots.acquire_ready([due(1), due(2), due(3)])

    slots.release(first[0].watch)
    seated = slots.acquire_ready([due(4)])

    assert [one.watch.id for one in seated] == [3]
    assert [watch.id for watch in slots.waiting] == [4]


def test_a_watch_that_is_due_again_before_it_has_left_is_seated_twice() -> None:
    """Between its commit and the end of its task somebody may wake it, and it is claimed again."""
    slots = HostSlots(8)
    [first] = slots.acquire_ready([due(1)])
    [again] = slots.acquire_ready([due(1)])

    slots.release(first.watch)
    slots.release(again.watch)

    assert slots.free == 8


@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=120))
def test_slots_are_neither_lost_nor_given_twice(total: int, steps: list[tuple[int, bool]]) -> None:
    slots, seated = HostSlots(total), dict[int, DueWatch]()
    for number, (host, leaves) in enumerate(steps):
        if leaves and seated:
            slots.release(seated.popitem()[1].watch)
        found = slots.acquire_ready([due(number, SourceName.FEED, f"https://{host}.example/")])
        seated |= {one.watch.id: one for one in found}

        assert slots.free == total - len(seated) >= 0
        of_hosts = Counter(one.watch.target for one in seated.values())
        assert len(of_hosts) == 0 or max(of_hosts.values()) <= max(1, (total + 1) // 2)
    assert {watch.id for watch in slots.waiting}.isdisjoint(seated)


class Silent:
    """A source that answers nobody until it is let."""

    name = SILENT
    network = Network.FEDIVERSE
    can_recheck = False
    costs_money = False
    target_templates: Sequence[str] = ("",)

    def __init__(self) -> None:
        self.was_asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    def describe_request(self, request: FetchRequest) -> str:
        return request.topic.name

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        self.was_asked.set()
        await self.may_answer.wait()
        return FetchResult(self.name)


class Lively(Silent):
    """A source that answers at once, and lets the silent one answer when all its own topics were read."""

    name = LIVELY

    def __init__(self, silent: Silent, topics: int) -> None:
        super().__init__()
        self._silent, self._left = silent, topics

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        self._left -= 1
        if not self._left:
            self._silent.may_answer.set()
        return FetchResult(self.name)


@pytest.mark.invariant(6)
async def test_a_silent_host_with_more_watches_than_slots_starves_nobody(tmp_path: Path, clock: Clock) -> None:
    """Invariant 6: the silent host is asked for 200 topics first, and answers only when the other was read."""
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    silent = Silent()
    lively = Lively(silent, topics=30)
    await storage.watches.add([(SILENT, make_topic(f"甲{n}"), None) for n in range(200)], START)
    await storage.watches.add(
        [(LIVELY, make_topic(f"乙{n}"), None) for n in range(30)], START + timedelta(seconds=1)
    )
    clock.forward(minutes=1)
    policy = PollPolicy(timedelta(minutes=5))
    poller = Poller(
        storage, {SILENT: silent, LIVELY: lively}, {SILENT: policy, LIVELY: policy}, clock=clock, concurrency=20
    )

    async with asyncio.timeout(20):
        report = await poller.poll_due()

    assert report.polled == 230
    assert report.failed == 0
    await storage.close()


@pytest.mark.invariant(6)
async def test_a_poller_that_stops_gives_back_what_waited_for_a_slot(tmp_path: Path, clock: Clock) -> None:
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    await storage.watches.add([(SILENT, make_topic(f"甲{n}"), None) for n in range(8)], START)
    silent = Silent()
    poller = Poller(
        storage, {SILENT: silent}, {SILENT: PollPolicy(timedelta(minutes=5))}, clock=clock, concurrency=8
    )
    polling = asyncio.create_task(poller.poll_due())
    await silent.was_asked.wait()

    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)

    assert len(await storage.watches.claim_due(clock(), limit=100, lease_s=1)) == 8
    await storage.close()


# -- hosts that people chose ----------------------------------------------------------------------------


class Clicks:
    """Seconds, as a test says."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def feed(number: int, host: str) -> DueWatch:
    return due(number, SourceName.FEED, f"https://{host}.example/feed")


@pytest.mark.invariant(11)
def test_slow_hosts_under_a_hundred_names_leave_a_good_host_its_slot() -> None:
    clicks = Clicks()
    slots = HostSlots(
        20, address_group_of=lambda host: "good" if host.startswith("good") else "slow", clock=clicks
    )
    for number in range(100):  # each was asked once
        [one] = slots.acquire_ready([feed(number, f"slow{number}")])
        slots.release(one.watch, 30.0)

    slow = slots.acquire_ready(feed(number, f"slow{number}") for number in range(100))
    good = slots.acquire_ready([feed(100, "good")])

    assert len(slow) == 2
    assert [one.watch.id for one in good] == [100]


@pytest.mark.invariant(11)
def test_those_of_whom_most_wait_are_sent_away_first() -> None:
    slots = HostSlots(8, address_group_of=lambda host: host[:4])
    slots.acquire_ready(feed(number, f"crowd{number}") for number in range(30))
    slots.acquire_ready([feed(50, "lone"), feed(51, "lone")])

    gone = slots.shed_waiting(10)

    assert len(slots.waiting) == 10
    assert {watch.id for watch in gone} <= set(range(30))


class Feeds(Silent):
    """Hosts named "slow…" answer when the good one was asked; the good one at once."""

    name = SourceName.FEED

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        if "slow" in str(request.target):
            await self.may_answer.wait()
        else:
            self.may_answer.set()
        return FetchResult(self.name)


@pytest.mark.invariant(11)
@pytest.mark.parametrize("machines", [1, 60])
async def test_good_feed_is_asked_while_three_times_as_many_silent_ones_as_slots_are(
    tmp_path: Path, clock: Clock, machines: int
) -> None:
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    source = Feeds()
    targets = [f"https://slow{n}.example/feed" for n in range(60)]
    await storage.watches.add([(source.name, make_topic(target), target) for target in targets], START)
    good = "https://good.example/feed"
    await storage.watches.add([(source.name, make_topic(good), good)], START + timedelta(seconds=1))
    clock.forward(minutes=1)
    poller = Poller(
        storage,
        {source.name: source},
        {source.name: PollPolicy(timedelta(minutes=5))},
        clock=clock,
        concurrency=20,
        address_group_of=lambda host: str(hash(host) % machines),
    )
    for target in targets:  # as they were when they were asked before
        learnt(poller, target, 30.0)
    learnt(poller, good, 0.1)

    async with asyncio.timeout(20):
        report = await poller.poll_due()

    assert report.polled == 61
    await storage.close()


def learnt(poller: Poller, target: str, cost: float) -> None:
    watch = Watch(WatchId(0), make_topic(target), SourceName.FEED, target)
    [seated] = poller._slots.acquire_ready([DueWatch(watch)])
    poller._slots.release(seated.watch, cost)


@pytest.mark.invariant(11)
async def test_good_feed_that_is_new_is_asked_while_many_new_names_of_one_silent_machine_are(
    tmp_path: Path, clock: Clock
) -> None:
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    source = Feeds()
    targets = [f"https://slow{n}.example/feed" for n in range(60)]
    await storage.watches.add([(source.name, make_topic(target), target) for target in targets], START)
    good = "https://good.example/feed"
    await storage.watches.add([(source.name, make_topic(good), good)], START + timedelta(seconds=1))
    clock.forward(minutes=1)
    machines: dict[str, str] = {}

    async def find(host: str) -> None:
        machines[host] = host[:4]
        if host == "slow59.example":
            raise OSError("no such name")

    poller = Poller(
        storage,
        {source.name: source},
        {source.name: PollPolicy(timedelta(minutes=5))},
        clock=clock,
        concurrency=20,
        address_group_of=machines.get,
        find_address_group=find,
    )

    async with asyncio.timeout(20):
        report = await poller.poll_due()

    assert report.polled == 61
    await storage.close()


@pytest.mark.invariant(6)
async def test_a_poller_that_stops_gives_back_whose_machine_it_was_finding_out(
    tmp_path: Path, clock: Clock
) -> None:
    storage = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    target = "https://slow.example/feed"
    await storage.watches.add([(SourceName.FEED, make_topic(target), target)], START)
    asked = asyncio.Event()

    async def find(_: str) -> None:
        asked.set()
        await asyncio.Event().wait()

    poller = Poller(
        storage,
        {SourceName.FEED: Feeds()},
        {SourceName.FEED: PollPolicy(timedelta(minutes=5))},
        clock=clock,
        find_address_group=find,
    )
    polling = asyncio.create_task(poller.poll_due())
    await asked.wait()

    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)

    assert len(await storage.watches.claim_due(clock(), limit=100, lease_s=1)) == 1
    await storage.close()


@pytest.mark.invariant(11)
@pytest.mark.parametrize("machines", [1, 10_000])
def test_a_turn_costs_no_more_when_twice_as_many_wait(machines: int) -> None:
    def make(waiting: int) -> Callable[[], object]:
        slots = HostSlots(100, address_group_of=lambda host: str(int(host[1:].partition(".")[0]) % machines))
        seated = deque(slots.acquire_ready(feed(number, f"h{number}") for number in range(waiting)))

        def turns() -> None:
            for _ in range(200):
                over = seated.popleft()
                slots.release(over.watch, 30.0)
                seated.extend(slots.acquire_ready([over]))

        return turns

    assert growth(make, 1_000) <= 2.5
