"""What the poller knows of the hosts it asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.models import GuildId, Health, PollPlan, SourceName, Validators, Watch, WatchUpdate
from bot.core.text import make_topic
from bot.polling.host_budgets import COUNT_EVERY, HostBudgets
from bot.storage.sqlite.connection import open_sqlite
from tests.conftest import START
from tests.storage.world import OTHER_CHANNEL, wanted


@pytest.mark.parametrize(
    ("step", "counted"),
    [(COUNT_EVERY / 2, 1), (COUNT_EVERY, 2), (timedelta(hours=-9), 2)],
    ids=["soon", "now and then", "the clock stepped back"],
)
async def test_watches_of_a_host_are_counted_now_and_then(tmp_path: Path, step: timedelta, counted: int) -> None:
    storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    hosts = HostBudgets(storage, {SourceName.MASTODON: PollPolicy(timedelta(minutes=5))})
    await storage.watches.add([(SourceName.MASTODON, make_topic("河川"), None)], START)
    await hosts.refresh(START)
    await storage.watches.add([(SourceName.MASTODON, make_topic("銭湯"), None)], START)

    await hosts.refresh(START + step)

    [watch, _] = await storage.watches.listed()
    assert hosts.get(watch).watches == counted
    await storage.close()


@pytest.mark.invariant(11)
async def test_server_above_its_looks_waits_longer_for_its_own_topics_and_the_operator_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for what another one follows, and what two servers share is as quick as before."""
    page = SourceName.TRENDPAGE
    storage = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}")
    hosts = HostBudgets(storage, {page: PollPolicy(timedelta(minutes=5))}, looks_per_hour=12)
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
    await storage.close()


def _wait(hosts: HostBudgets, watch: Watch) -> timedelta:
    update = WatchUpdate(START + timedelta(minutes=5), None, Validators(), START, 0, Health.OK, None)
    return hosts.slowed(PollPlan(watch, START, update)).update.next_poll_at - START
