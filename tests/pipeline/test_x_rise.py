"""What is X's own in the way from a post to an alert: what it costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.core.causes import Cause
from bot.core.models import AlertContent, SourceName
from bot.services import Services
from bot.services.trends import SubscribersOnly
from config.settings import Settings
from tests.conftest import Clock, make_settings
from tests.fakes.x_server import POSTS, TOKEN, XServer

from .timelines import decided, follow, live_on, rising


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


async def spent(services: Services, clock: Clock) -> int:
    return await services.storage.spend.spent(SourceName.X, clock().astimezone(UTC).date())


@pytest.mark.invariant(6)
async def test_post_that_is_followed_for_half_a_day_costs_less_than_100_reads(
    services: Services, clock: Clock, server: XServer
) -> None:
    await follow(services, clock, SourceName.X)
    clock.forward(minutes=5)
    server.add("データセンターの静かな話", reposts=rising(clock() + timedelta(hours=3)))

    await live_on(services, clock, timedelta(hours=12))

    assert POSTS in server.paths
    assert server.charged < 100


@pytest.mark.invariant(6)
async def test_days_of_busy_topics_never_cost_more_than_the_budget_and_alerts_go_on_the_next_day(
    tmp_path: Path, server: XServer, clock: Clock
) -> None:
    """Invariant 6: two topics that could read the whole budget in an hour, over a midnight (UTC)."""
    async with app.open_services(settings_for(tmp_path, server, posts_per_day=60), clock=clock) as services:
        topics = ["データセンター", "変電所"]
        for topic in topics:
            await follow(services, clock, SourceName.X, topic)
        midnight = datetime.combine(clock().date() + timedelta(days=1), datetime.min.time(), UTC)
        while clock() < midnight - timedelta(hours=1):
            clock.now += timedelta(minutes=20)
            for topic in topics:
                server.add(f"{topic}の話")
            await services.poller.poll_due()
        first_day = server.charged
        assert first_day == await spent(services, clock) <= 60
        watches = await services.storage.watches.listed()
        assert [watch.health_record.cause for watch in watches] == [Cause.BUDGET] * 2

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
        await follow(first, clock, SourceName.X)
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
