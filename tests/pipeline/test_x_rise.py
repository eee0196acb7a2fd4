"""A post reposted hours after it was written, read for money: real source, real database, a local server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.core.health.causes import Cause
from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    GuildId,
    OutboxEntry,
    PostKey,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services import Services
from bot.services.trends import SubscribersOnly
from bot.storage.base import NewSubscription
from config.settings import Settings
from tests.conftest import Clock, make_settings
from tests.fakes.x_server import POSTS, TOKEN, XServer

CHANNEL = ChannelId(2)
MIN_RP = 100
STEP = timedelta(minutes=5)
LATE = timedelta(minutes=66)
"""Read again every hour; then a poll has to come along, 5 min after the one before, 10 % sooner or later."""


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[XServer]:
    async with XServer(clock=clock) as running:
        yield running


def settings_for(tmp_path: Path, server: XServer, **more: int) -> Settings:
    account = {"base_url": server.base_url, "bearer_token": TOKEN}
    return make_settings(tmp_path, sources={"x": account | more})


@pytest.fixture
async def services(tmp_path: Path, server: XServer, clock: Clock) -> AsyncIterator[Services]:
    async with app.open_services(settings_for(tmp_path, server), clock=clock) as running:
        yield running


async def follow(services: Services, clock: Clock, topic: str = "データセンター") -> None:
    """A channel follows the topic; the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(1),
        channel_id=CHANNEL,
        topic=make_topic(topic),
        created_by=UserId(3),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.X: MIN_RP}),
    )
    await services.storage.subscribe(wanted, clock(), clock())
    await services.poller.poll_due()


async def decided(services: Services, clock: Clock) -> list[OutboxEntry]:
    """What waits for the channel."""
    return (await services.storage.waiting(clock())).get(CHANNEL, [])


async def live_on(services: Services, clock: Clock, how_long: timedelta) -> list[datetime]:
    """Live on in steps of five minutes: when something was decided."""
    decisions = []
    ends, known = clock() + how_long, len(await decided(services, clock))
    while clock() < ends:
        clock.now += STEP
        await services.poller.poll_due()
        waiting = len(await decided(services, clock))
        decisions += [clock()] * (waiting - known)
        known = waiting
    return decisions


async def spent(services: Services, clock: Clock) -> int:
    return await services.storage.spent(SourceName.X, clock().astimezone(UTC).date())


@pytest.mark.invariant(4)
async def test_post_born_at_0_that_reaches_the_bar_after_three_hours_is_told_once(
    services: Services, clock: Clock, server: XServer
) -> None:
    """Invariant 4: long below what the search for new posts reads."""
    await follow(services, clock)
    clock.forward(minutes=5)
    crossing = clock() + timedelta(hours=3)
    post_id = server.add("データセンターの静かな話", reposts=lambda now: reposts(now, crossing))
    server.add("データセンターのあとの話", written=clock() + timedelta(minutes=20))

    [at] = await live_on(services, clock, timedelta(hours=12))

    [entry] = await decided(services, clock)
    assert isinstance(entry.content, AlertContent)
    assert entry.content.reason is AlertReason.ROSE
    assert entry.content.post.canonical_id == post_id
    assert entry.content.post.rp is not None
    assert entry.content.previous_rp is not None
    assert entry.content.previous_rp < MIN_RP <= entry.content.post.rp
    assert POSTS in server.paths
    assert timedelta(0) <= at - crossing <= LATE
    assert server.charged < 100


def reposts(now: datetime, crossing: datetime) -> int:
    """0 until ten minutes before ``crossing``, then ten a minute; at ``crossing`` it is the bar."""
    return max(0, MIN_RP + int((now - crossing).total_seconds() / 6))


@pytest.mark.invariant(8)
async def test_told_post_that_is_deleted_is_taken_down(services: Services, clock: Clock, server: XServer) -> None:
    """Invariant 8: by itself, within a day."""
    await follow(services, clock)
    clock.forward(minutes=20)
    post_id = server.add("データセンターの消える話", reposts=500)
    server.add("データセンターの残る話", author="taro")
    await services.poller.poll_due()
    assert len(await decided(services, clock)) == 1
    server.remove(post_id)

    await live_on(services, clock, timedelta(hours=5))

    key = PostKey(f"x:{post_id}")
    assert await decided(services, clock) == []
    assert await services.storage.hidden_among(GuildId(1), [key]) == {key}
    assert [line.why for line in await services.storage.audit(None)] == ["gone"]


@pytest.mark.invariant(6)
async def test_days_of_busy_topics_never_cost_more_than_the_budget_and_alerts_go_on_the_next_day(
    tmp_path: Path, server: XServer, clock: Clock
) -> None:
    """Invariant 6: two topics that could read the whole budget in an hour, over a midnight (UTC)."""
    async with app.open_services(settings_for(tmp_path, server, posts_per_day=60), clock=clock) as services:
        topics = ["データセンター", "変電所"]
        for topic in topics:
            await follow(services, clock, topic)
        midnight = datetime.combine(clock().date() + timedelta(days=1), datetime.min.time(), UTC)
        while clock() < midnight - timedelta(hours=1):
            clock.now += timedelta(minutes=20)
            for topic in topics:
                server.add(f"{topic}の話")
            await services.poller.poll_due()
        first_day = server.charged
        assert first_day == await spent(services, clock) <= 60
        watches = await services.storage.watches()
        assert [watch.vitals.cause for watch in watches] == [Cause.BUDGET] * 2

        clock.now = midnight
        await live_on(services, clock, timedelta(minutes=20))
        loud = server.add("データセンターの大きな話", reposts=500)
        await live_on(services, clock, timedelta(minutes=30))

        [entry] = await decided(services, clock)
        assert isinstance(entry.content, AlertContent)
        assert entry.content.post.canonical_id == loud
        assert server.charged - first_day == await spent(services, clock) <= 60


async def test_budget_is_that_of_the_day_also_after_a_restart(
    tmp_path: Path, server: XServer, clock: Clock
) -> None:
    settings = settings_for(tmp_path, server, posts_per_day=40)
    for _ in range(100):
        server.add("データセンターの話")
    async with app.open_services(settings, clock=clock) as first:
        await follow(first, clock)
        before = await spent(first, clock)
    for _ in range(5):
        clock.forward(minutes=20)
        async with app.open_services(settings, clock=clock) as again:
            await again.poller.poll_due()

    assert before == 11
    assert server.charged <= 40


async def test_only_followed_topics_are_asked_for(services: Services, clock: Clock, server: XServer) -> None:
    await services.poller.poll_due()
    answer = await services.trends.ask("変電所")

    assert [(each.source, isinstance(each.error, SubscribersOnly)) for each in answer.answers] == [
        (SourceName.X, True)
    ]
    assert server.requests == []
