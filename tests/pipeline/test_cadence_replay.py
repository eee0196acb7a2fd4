"""The poller looks when the cadence of core says so, and nothing else has a say: real Poller, real SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.cadence.host_budget import HostBudget
from bot.core.models import (
    ChannelId,
    FetchRequest,
    FetchResult,
    GuildId,
    Network,
    NewSubscription,
    Post,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.polling.host_budgets import HostBudgets
from bot.polling.poller import Poller
from bot.sources.base import Source
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.bench.cadence import START, Expectant, hours_of, is_shown, simulate, time_of
from tests.bench.growth import BAR, Growth, make_world
from tests.conftest import Clock
from tests.sqlite_file import empty_file

WATCHES, HOURS = 10, 6.0
MEAN = timedelta(minutes=10)
POLICY = PollPolicy(MEAN, hourly_limit=0)


class ScriptedPage:
    """A source whose page of a topic shows the living posts of a synthetic world, with their RP of the moment."""

    name = SourceName.TRENDPAGE
    network = Network.X
    can_recheck = False
    costs_money = False
    target_templates: Sequence[str] = ("",)

    def __init__(self, world: Sequence[Sequence[Growth]]) -> None:
        self.polls: list[tuple[datetime, int]] = []
        self._world = world

    def describe_request(self, request: FetchRequest) -> str:
        return request.topic.name

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        watch = int(request.topic.name)
        self.polls.append((now, watch))
        shown = [each for each in self._world[watch] if is_shown(each, hours_of(now))]
        return FetchResult(self.name, tuple(_post(each, now) for each in shown))


def _post(each: Growth, now: datetime) -> Post:
    return Post(
        Network.X, str(each.serial), "瓦版", rp=each.rp(hours_of(now)), created_at=time_of(each.published_at)
    )


@pytest.fixture
def world() -> list[list[Growth]]:
    """Busy topics; nothing is there at the first look, which tells nothing."""
    topics = make_world(WATCHES, HOURS, a_day=12, skewed=True, seed=7)
    return [[each for each in topic if each.published_at > 0] for topic in topics]


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    for watch in range(WATCHES):
        wanted = NewSubscription(
            guild_id=GuildId(1),
            channel_id=ChannelId(100 + watch),
            topic=make_topic(str(watch)),
            created_by=UserId(3),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: BAR}),
        )
        await opened.subscriptions.subscribe(wanted, START, START)
    yield opened
    await opened.close()


def a_poller(storage: Storage, source: Source, clock: Clock) -> Poller:
    """One look at a time, so that prices move in one order."""
    return Poller(storage, {source.name: source}, {source.name: POLICY}, clock=clock, concurrency=1)


async def live_until(storage: Storage, poller: Poller, clock: Clock, hours: float) -> None:
    """Poll whenever something is due."""
    while (due := await storage.watches.next_due_at()) is not None and due < time_of(hours):
        clock.now = max(due, clock.now)
        await poller.poll_due()


async def test_live_poller_polls_exactly_when_the_simulated_one_does(
    storage: Storage, world: list[list[Growth]]
) -> None:
    planned: list[tuple[datetime, int]] = []
    outcome = simulate(
        world,
        HOURS,
        [START] * WATCHES,
        Expectant(WATCHES, MEAN),
        on_poll=lambda time, watch: planned.append((time, watch)),
    )
    source, clock = ScriptedPage(world), Clock(START)

    await live_until(storage, a_poller(storage, source, clock), clock, HOURS)

    assert outcome.polls == 0, "all of it lies within what the benchmark calls warm-up"
    assert len(planned) > WATCHES * HOURS * 4
    assert source.polls == planned


async def test_hosts_begin_with_what_the_database_knows(storage: Storage, world: list[list[Growth]]) -> None:
    source, clock = ScriptedPage(world), Clock(START)
    await live_until(storage, a_poller(storage, source, clock), clock, 1.0)
    [load] = await storage.watches.host_loads()
    [*_, watch] = await storage.watches.listed()

    hosts = HostBudgets(storage, {source.name: POLICY})
    await hosts.refresh(clock())

    assert load.index_threshold is not None
    assert hosts.get(watch) == HostBudget(MEAN, watches=WATCHES, index_threshold=load.index_threshold)


async def test_a_restart_goes_on_with_what_was_expected(storage: Storage, world: list[list[Growth]]) -> None:
    """The outlook is in the watch's row; the price of the host is that of its newest look."""
    source, clock = ScriptedPage(world), Clock(START)
    await live_until(storage, a_poller(storage, source, clock), clock, HOURS / 2)
    before = {watch.id: watch for watch in await storage.watches.listed()}
    [load] = await storage.watches.host_loads()
    asked = len(source.polls)

    again = a_poller(storage, source, clock)
    await live_until(storage, again, clock, HOURS)

    assert load.index_threshold is not None
    assert all(watch.forecast.updated_at is not None for watch in before.values())
    assert any(watch.forecast.candidates for watch in before.values())
    expected = WATCHES * timedelta(hours=HOURS / 2) / MEAN
    assert 0.8 * expected <= len(source.polls) - asked <= 1.2 * expected
