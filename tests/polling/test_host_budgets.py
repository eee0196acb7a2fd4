"""What the poller knows of the hosts it asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.models import (
    GuildId,
    Health,
    NextPoll,
    NotModified,
    PollPlan,
    SourceName,
    Validators,
    Watch,
    WatchUpdate,
)
from bot.core.text import make_topic
from bot.polling.host_budgets import COUNT_EVERY, HostBudgets
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.conftest import START
from tests.sqlite_file import empty_file
from tests.storage.world import OTHER_CHANNEL, wanted


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_sqlite(empty_file(tmp_path / "kawaraban.db"))
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("step", "counted"),
    [(COUNT_EVERY / 2, 1), (COUNT_EVERY, 2), (timedelta(hours=-9), 2)],
    ids=["soon", "now and then", "the clock stepped back"],
)
async def test_watches_of_a_host_are_counted_now_and_then(storage: Storage, step: timedelta, counted: int) -> None:
    hosts = HostBudgets(storage, {SourceName.MASTODON: PollPolicy(timedelta(minutes=5))})
    await storage.watches.add([(SourceName.MASTODON, make_topic("河川"), None)], START)
    await hosts.refresh(START)
    await storage.watches.add([(SourceName.MASTODON, make_topic("銭湯"), None)], START)

    await hosts.refresh(START + step)

    [watch, _] = await storage.watches.listed()
    assert hosts.get(watch).watches == counted


@pytest.mark.invariant(11)
async def test_server_above_its_polls_waits_longer_for_its_own_topics_and_the_operator_is_notified_once(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for what another one follows, and what two servers share is as quick as before."""
    page = SourceName.TRENDPAGE
    hosts = HostBudgets(storage, {page: PollPolicy(timedelta(minutes=5))}, polls_per_hour=12)
    for name in ("河川", "銭湯", "書店", "朝市"):
        await storage.subscriptions.subscribe(wanted(make_topic(name)), START, START)
    modest = wanted(make_topic("朝市"), guild=GuildId(5), channel=OTHER_CHANNEL)
    await storage.subscriptions.subscribe(modest, START, START)

    await hosts.refresh(START)
    await hosts.refresh(START + COUNT_EVERY)

    waits = {watch.topic.name: _wait(hosts, watch) for watch in await storage.watches.listed()}
    assert waits.pop("朝市") == timedelta(minutes=5)
    assert set(waits.values()) == {timedelta(minutes=5) * 3.5}
    assert [record.levelname for record in caplog.records if "looks_per_hour" in record.message] == ["WARNING"]


@pytest.mark.invariant(4)
async def test_server_far_above_its_polls_waits_half_as_long_as_would_be_an_absence(storage: Storage) -> None:
    policy = PollPolicy(timedelta(minutes=5))
    hosts = HostBudgets(storage, {SourceName.TRENDPAGE: policy}, polls_per_hour=1)
    for number in range(60):
        await storage.subscriptions.subscribe(wanted(make_topic(f"topic {number}")), START, START)

    await hosts.refresh(START)
    await hosts.refresh(START + COUNT_EVERY)

    waits = {_wait(hosts, watch) for watch in await storage.watches.listed()}
    assert waits == {policy.catch_up_after / 2}


async def test_a_host_that_another_process_has_polled_since_begins_from_its_price(storage: Storage) -> None:
    page, minutes = SourceName.TRENDPAGE, timedelta(minutes=5)
    await storage.watches.add([(page, make_topic("河川"), None)], START)
    ours = HostBudgets(storage, {page: PollPolicy(minutes)}, shared=True)
    [watch] = await storage.watches.listed()
    await ours.refresh(START)
    await _polled(storage, START, 2.0, ours)
    await ours.refresh(START + COUNT_EVERY)
    own = ours.get(watch).index_threshold

    await _polled(storage, START + COUNT_EVERY, 3.0)
    await ours.refresh(START + 2 * COUNT_EVERY)

    assert own == pytest.approx(2.0)
    assert ours.get(watch).index_threshold == 3.0


async def _polled(storage: Storage, at: datetime, price: float, *recorded: HostBudgets) -> None:
    """A poll of the one watch at this price, by the process of these budgets or by another one."""
    [due] = await storage.watches.claim_due(at, limit=1, lease_s=30)
    next_poll = NextPoll(timedelta(minutes=5), price)
    update = WatchUpdate(at + next_poll.wait, None, Validators(), at, 0, Health.OK, None, next_poll=next_poll)
    polled = PollPlan(due.watch, at, update)
    await storage.polls.commit(polled)
    for budgets in recorded:
        budgets.record(polled, NotModified(due.watch.source))


def _wait(hosts: HostBudgets, watch: Watch) -> timedelta:
    update = WatchUpdate(START + timedelta(minutes=5), None, Validators(), START, 0, Health.OK, None)
    return hosts.slowed(PollPlan(watch, START, update)).update.next_poll_at - START
