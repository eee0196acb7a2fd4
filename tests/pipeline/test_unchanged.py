"""A look that found nothing changed costs no reading of what is stored, and is never committed on old rules."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.models import ChannelId, FetchRequest, FetchResult, Network, NotModified, SourceName
from bot.core.text import make_topic
from bot.polling.poller import Poller
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.conftest import START, Clock
from tests.sqlite_file import sqlite_of
from tests.storage.world import wanted


@dataclass
class Still:
    """A feed that never changes; ``meanwhile`` is what happens while it is asked."""

    name = SourceName.FEED
    network = Network.WEB
    can_recheck = False
    costs_money = False
    target_templates: Sequence[str] = ("https://a.example/{topic}.xml",)
    meanwhile: list[Callable[[], Awaitable[object]]] = field(default_factory=list)

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult | NotModified:
        while self.meanwhile:
            await self.meanwhile.pop()()
        return NotModified(self.name)

    def describe_request(self, request: FetchRequest) -> str:
        return request.topic.name


@asynccontextmanager
async def polled(folder: Path, clock: Clock, source: Still) -> AsyncIterator[tuple[Storage, Poller]]:
    storage = await open_sqlite(f"sqlite:///{folder / 'kawaraban.db'}")
    policies = {source.name: PollPolicy(interval=timedelta(minutes=5))}
    try:
        yield storage, Poller(storage, {source.name: source}, policies, clock=clock)
    finally:
        await storage.close()


@pytest.mark.invariant(11)
async def test_unchanged_feeds_are_polled_without_reading_what_is_stored_of_each(tmp_path: Path) -> None:
    clock = Clock(START)
    async with polled(tmp_path, clock, Still()) as (storage, poller):
        feeds = [(SourceName.FEED, make_topic(f"便り{n}"), f"https://a.example/{n}.xml") for n in range(60)]
        await storage.watches.add(feeds, clock())
        read: list[str] = []
        await sqlite_of(storage).read(lambda connection: connection.set_trace_callback(read.append))

        report = await poller.poll_due()

    assert (report.polled, report.not_modified, report.failed) == (60, 60, 0)
    assert len(read) < 20


async def test_rules_that_change_during_an_unchanged_poll_are_seen_by_its_commit(tmp_path: Path) -> None:
    clock, source = Clock(START), Still()
    async with polled(tmp_path, clock, source) as (storage, poller):
        first = wanted(min_rp={SourceName.FEED: 0})
        await storage.source_targets.set_sources({source.name: source.target_templates}, clock())
        await storage.subscriptions.subscribe(first, clock(), clock())
        second = wanted(channel=ChannelId(2), min_rp={SourceName.FEED: 0})
        source.meanwhile.append(lambda: storage.subscriptions.subscribe(second, clock(), clock()))

        report = await poller.poll_due(due_by=clock())
        [watch] = await storage.watches.listed()

    assert (report.polled, report.failed) == (1, 0)
    assert (watch.claim, watch.last_ok_at) == (None, clock())
