"""Any sequence of looks at hostile pages: stock stays bounded, nothing is told twice, no crossing is lost."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.limits import retention
from bot.core.models import ChannelId, FetchResult, GuildId, PollPlan, PollState, Post, PostKey, SourceName
from bot.core.planning.plan import plan_poll
from bot.storage.postgres.connection import PostgresDatabase
from bot.storage.sql import retention as sql_retention
from bot.storage.sql.reports.lookup import FOUND_MAX
from bot.storage.sql.retention import SLACK
from bot.storage.stores import Storage
from tests.storage.world import GUILD, NOW, SINCE, TOPIC, message_id, post, wanted

BAR = 100
KEPT = 60
PAGE = SourceName.TRENDPAGE
POLICY = PollPolicy(interval=timedelta(minutes=5), hourly_limit=0, whole_page=True)


class Page:
    """A page that a seeded hand fills: new posts without end, some that stay and rise, some that come back."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._number = 0
        self._gone: list[int] = []
        self.rp: dict[int, int] = {}

    def turn(self) -> list[Post]:
        dice = self._random
        staying = [number for number in self.rp if dice.random() < dice.choice((0.0, 0.5, 0.95))]
        self._gone += [number for number in self.rp if number not in staying]
        fresh = range(self._number, self._number + dice.randrange(0, 45))
        self._number = fresh.stop
        back = dice.sample(self._gone, min(len(self._gone), dice.randrange(0, 6)))
        shown = dict.fromkeys((*fresh, *staying, *back))
        self.rp = {
            number: self.rp.get(number, dice.randrange(0, 2 * BAR)) + dice.randrange(0, 9) for number in shown
        }
        # Half of all posts say no time: those would be new whenever they are not known any more.
        return [post(number, rp, published_at=NOW if number % 2 else None) for number, rp in self.rp.items()]


@pytest.mark.invariant(2)
@pytest.mark.invariant(4)
@pytest.mark.invariant(11)
@pytest.mark.parametrize("seed", range(6))
async def test_stock_stays_bounded_nothing_is_alerted_twice_and_no_crossing_is_lost(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    if seed and isinstance(storage.database, PostgresDatabase):
        pytest.skip("takes seconds: one seed is run over PostgreSQL")
    monkeypatch.setattr(retention, "KEPT", KEPT)
    await storage.subscriptions.subscribe(wanted(min_rp={PAGE: BAR}), SINCE, NOW)
    page, told = Page(seed), Counter[PostKey]()
    silent: set[PostKey] = set()
    below: dict[PostKey, int] = {}

    for poll in range(60):
        now = NOW + timedelta(minutes=5 * poll)
        shown = page.turn()
        plan = await _polled(storage, shown, now)
        told.update(alert.content.post.key for alert in plan.alerts)
        passing = {one.key for one in shown if one.rp is not None and one.rp >= BAR}
        if poll == 0:
            silent = passing
        # What was below the bar at the last look, still stands there, and is at the bar now, has crossed.
        assert {key for key in passing if key in below} <= set(told) | silent
        below = {one.key: one.rp for one in shown if one.rp is not None and one.rp < BAR}
        (watch,) = [one for one in await storage.watches.listed() if one.source is PAGE]
        rows = (await storage.trends.totals()).posts
        assert rows <= max(KEPT, len(shown)) + KEPT // SLACK
        assert watch.topic == TOPIC

    assert max(told.values()) == 1
    assert not silent & set(told)


async def _polled(storage: Storage, shown: list[Post], now: datetime, policy: PollPolicy = POLICY) -> PollPlan:
    """Claim, plan and commit one look."""
    due = await storage.watches.claim_due(now + timedelta(hours=1), limit=9, lease_s=60)
    (watch,) = [one.watch for one in due if one.watch.source is PAGE]
    state = await storage.polls.state(watch, [one.key for one in shown], now)
    plan = plan_poll(state, FetchResult(PAGE, tuple(shown)), policy, now)
    await storage.polls.commit(plan)
    return plan


async def test_decisions_of_a_subscription_and_lines_of_a_server_are_bounded_but_not_what_is_on_a_page(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_retention, "DECISIONS_KEPT", 10)
    await storage.subscriptions.subscribe(wanted(min_rp={PAGE: 0}), SINCE, NOW)
    await _polled(storage, [post(number) for number in range(30)], NOW)
    one_poll = timedelta(minutes=5)
    for poll in range(1, 4):
        shown = [post(number) for number in range(poll * 30, poll * 30 + 30)]
        await _polled(storage, shown, NOW + poll * one_poll, PollPolicy(timedelta(minutes=5), hourly_limit=1))

    await storage.maintenance.prune(NOW + timedelta(days=40), keep_posts=timedelta(days=30))  # the posts are gone
    state = await _state(storage, range(120))

    assert len(state.baselined) == 10
    assert len(state.alerted) <= 3 + 90  # a summary that waits counts them yet


@pytest.mark.invariant(11)
async def test_of_a_servers_finished_messages_the_newest_are_kept_with_what_they_showed(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_retention, "MESSAGES_KEPT", 5)
    mine = await storage.subscriptions.subscribe(wanted(min_rp={PAGE: 0}), SINCE, NOW)
    theirs = await storage.subscriptions.subscribe(
        wanted(min_rp={PAGE: 0}, guild=GuildId(9), channel=ChannelId(90)), SINCE, NOW
    )
    await _polled(storage, [], NOW)
    await _polled(storage, [post(number) for number in range(9)], NOW + timedelta(minutes=5))
    for place, one in ((0, mine), (100, theirs)):
        waiting = (await storage.entries.waiting(NOW + timedelta(hours=1)))[one.channel_id]
        for number, entry in enumerate(waiting[: 9 if one is mine else 2]):
            at = NOW + timedelta(hours=1, minutes=number)
            await storage.entries.seal(message_id(place + number), [entry], at, lease_s=60)
            await storage.messages.confirm(message_id(place + number), 1_000 + place + number, at)

    await storage.maintenance.prune(NOW + timedelta(hours=3), keep_posts=timedelta(days=30))

    kept = [
        number for number in (*range(9), 100, 101) if await storage.lookup.sent_message(1_000 + number) is not None
    ]
    assert kept == [4, 5, 6, 7, 8, 100, 101]


@pytest.mark.invariant(11)
async def test_an_address_that_very_many_posts_share_leads_to_some_of_them(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(min_rp={PAGE: 0}), SINCE, NOW)
    await _polled(storage, [replace(post(number), url="https://a.example/") for number in range(300)], NOW)

    found = await storage.lookup.find_posts("https://a.example/", GUILD)

    assert len(found) == FOUND_MAX


async def test_room_is_what_is_used_and_what_is_free(storage: Storage) -> None:
    found = await storage.maintenance.disk_usage()

    assert found.used > 0
    # What is free on a server's disk, only the server knows.
    assert (found.disk_free is None) == isinstance(storage.database, PostgresDatabase)


async def _state(storage: Storage, numbers: range) -> PollState:
    (watch,) = [one for one in await storage.watches.listed() if one.source is PAGE]
    return await storage.polls.state(watch, [post(number).key for number in numbers], NOW)
