"""Two pollers over one database: a host is asked by one of them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from aiohttp import web

from bot.core.alerting.policy import PollPolicy
from bot.core.errors import SourceBusy
from bot.core.leases import LEASE_S
from bot.core.models import FetchRequest, FetchResult, NotModified, SourceName
from bot.core.text import make_topic
from bot.polling.poller import Poller
from bot.sources.http.client import Http
from bot.sources.http.limits import HttpLimits
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.conftest import Clock
from tests.living import until
from tests.sources.http.test_client import serving

FEED = SourceName.FEED
ONE, TWO, ELSEWHERE = "https://a.example/1", "https://a.example/2", "https://b.example/1"


async def nothing() -> None:
    """The request of a feed that asks nobody."""


class Feeds:
    """Feeds that answer nothing new, or ask for a wait; what one process asked stands in ``asked``."""

    name = FEED
    can_recheck = False
    target_templates = ()

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.wait: timedelta | None = None
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.request: Callable[[], Awaitable[object]] = nothing

    async def fetch(self, request: FetchRequest, _: datetime) -> FetchResult | NotModified:
        await self.request()
        self.asked.append(request.target)
        await self.goes_on.wait()
        if self.wait is not None:
            raise SourceBusy("not now", retry_after=self.wait)
        return FetchResult(FEED, ())

    def describe_request(self, request: FetchRequest) -> str:
        return str(request.target)


@dataclass
class Process:
    storage: Storage
    feeds: Feeds
    poller: Poller


@pytest.fixture
async def two(database_url: str, clock: Clock) -> AsyncIterator[tuple[Process, Process]]:
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(2):
            storage, feeds = await open_storage(database_url), Feeds()
            stack.push_async_callback(storage.close)
            policies = {FEED: PollPolicy(timedelta(minutes=5))}
            poller = Poller(storage, {FEED: feeds}, policies, clock=clock, concurrency=1, lease_hosts=True)
            stack.push_async_callback(poller.stop)
            found.append(Process(storage, feeds, poller))
        await found[0].storage.watches.add(
            [(FEED, make_topic(target), target) for target in (ONE, TWO, ELSEWHERE)], clock()
        )
        yield found[0], found[1]


@pytest.mark.invariant(6)
async def test_while_one_polls_a_host_the_other_polls_the_rest(two: tuple[Process, Process]) -> None:
    first, second = two
    first.feeds.goes_on.clear()
    polling = asyncio.create_task(first.poller.poll_due())
    await until(lambda: first.feeds.asked)

    await second.poller.poll_due()

    assert first.feeds.asked == [ONE]
    assert second.feeds.asked == [ELSEWHERE]
    first.feeds.goes_on.set()
    await polling
    assert first.feeds.asked == [ONE, TWO]


async def test_a_host_that_asks_for_a_wait_stays_with_the_process_that_knows_of_it(
    two: tuple[Process, Process], clock: Clock
) -> None:
    first, second = two
    first.feeds.wait = timedelta(minutes=8)
    await first.poller.poll_due()
    clock.forward(minutes=6)

    await second.poller.poll_due()

    assert second.feeds.asked == []


async def test_a_process_that_stops_leaves_its_hosts_to_the_other(
    two: tuple[Process, Process], clock: Clock
) -> None:
    first, second = two
    await first.poller.poll_due()
    await second.storage.watches.add([(FEED, make_topic("new"), "https://a.example/3")], clock())
    await second.poller.poll_due()
    assert second.feeds.asked == []

    await first.poller.stop()
    await second.poller.poll_due()

    assert second.feeds.asked == ["https://a.example/3"]


@pytest.mark.invariant(6)
async def test_a_process_that_wakes_after_its_lease_asks_no_host_that_another_one_polls(
    two: tuple[Process, Process], clock: Clock
) -> None:
    first, second = two
    first.feeds.goes_on.clear()
    polling = asyncio.create_task(first.poller.poll_due(due_by=clock()))
    await until(lambda: len(first.poller._held()) > 1)  # one waits for the other: they are of one host
    clock.forward(seconds=LEASE_S + 1)
    await second.poller.poll_due(due_by=clock())

    first.feeds.goes_on.set()
    await polling

    assert first.feeds.asked == [ONE]
    assert sorted(map(str, second.feeds.asked)) == [ONE, TWO, ELSEWHERE]


@pytest.mark.invariant(6)
async def test_request_that_waited_for_its_turn_beyond_the_lease_is_not_sent(
    two: tuple[Process, Process], clock: Clock
) -> None:
    """A process that was paused there wakes while another one polls the host."""
    first, second = two
    asked: list[str] = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    limits = HttpLimits("t", allow_private_networks=True, per_host_interval_s=0, per_host_concurrency=1)
    async with serving(note) as base, AsyncExitStack() as stack:
        http = Http(limits, clock=clock)
        stack.push_async_callback(http.aclose)
        first.feeds.request = partial(http.get, base)
        host = base.partition("://")[2].rstrip("/")
        async with http._limiter.slot(host):
            polling = asyncio.create_task(first.poller.poll_due(due_by=clock()))
            await until(lambda: http._limiter._host(host).users == 2)
            clock.forward(seconds=LEASE_S + 1)
            await second.poller.poll_due(due_by=clock())

        await polling

    assert asked == []
    assert sorted(map(str, second.feeds.asked)) == [ONE, TWO, ELSEWHERE]
