"""A note renoted hours after it was written: real source, real database, a local server, no Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    GuildId,
    OutboxEntry,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services import Services
from bot.storage.base import NewSubscription
from tests.conftest import Clock, make_settings
from tests.fakes.misskey_server import MisskeyServer

CHANNEL = ChannelId(2)
MIN_RP = 100
STEP = timedelta(minutes=5)


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[MisskeyServer]:
    async with MisskeyServer(clock=clock) as running:
        yield running


@pytest.fixture
async def services(tmp_path: Path, clock: Clock, server: MisskeyServer) -> AsyncIterator[Services]:
    settings = make_settings(tmp_path, sources={"misskey": {"enabled": True, "base_url": server.base_url}})
    async with app.open_services(settings, clock=clock) as running:
        wanted = NewSubscription(
            guild_id=GuildId(1),
            channel_id=CHANNEL,
            topic=make_topic("データセンター"),
            created_by=UserId(3),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.MISSKEY: MIN_RP}),
        )
        await running.storage.subscribe(wanted, clock(), clock())
        await running.poller.poll_due()
        yield running


async def decided(services: Services, clock: Clock) -> list[OutboxEntry]:
    """What waits for the channel."""
    return (await services.storage.waiting(clock())).get(CHANNEL, [])


async def live_on(
    services: Services, clock: Clock, how_long: timedelta, *, step: timedelta = STEP
) -> list[datetime]:
    """Live on in steps: when something was decided."""
    decisions = []
    ends, known = clock() + how_long, len(await decided(services, clock))
    while clock() < ends:
        clock.now += step
        await services.poller.poll_due()
        waiting = len(await decided(services, clock))
        decisions += [clock()] * (waiting - known)
        known = waiting
    return decisions


@pytest.mark.invariant(4)
async def test_post_born_at_0_that_reaches_the_bar_after_three_hours_is_told_once(
    services: Services, clock: Clock, server: MisskeyServer
) -> None:
    """Invariant 4: long below what a look for new notes reads. Out of nothing, so only the schedule knows of it.

    3 to 6 h old, it is read every 40 min; then a poll has to come along, 5 min after the one before, or a little
    later.
    """
    clock.forward(minutes=5)
    crossing = clock() + timedelta(hours=3)
    note = server.add("静かに広まる話", renotes=lambda now: renotes(now, crossing))
    server.add("あとの話", created_at=clock() + timedelta(minutes=20))

    [at] = await live_on(services, clock, timedelta(hours=12))

    [entry] = await decided(services, clock)
    assert isinstance(entry.content, AlertContent)
    assert entry.content.reason is AlertReason.ROSE
    assert entry.content.post.canonical_id == server.uri(note)
    assert entry.content.post.rp is not None
    assert entry.content.previous_rp is not None
    assert entry.content.previous_rp < MIN_RP <= entry.content.post.rp
    assert timedelta(0) <= at - crossing <= timedelta(minutes=51)


@pytest.mark.invariant(4)
async def test_post_that_grows_steadily_is_told_within_minutes_of_its_crossing(
    services: Services, clock: Clock, server: MisskeyServer
) -> None:
    """Invariant 4: a candidate is read when it is due, and the schedule of 40 min has no say in it."""
    clock.forward(minutes=5)
    born = clock()
    crossing = born + timedelta(hours=3)
    server.add("少しずつ広まる話", renotes=lambda now: int(MIN_RP * ((now - born) / timedelta(hours=3))))
    server.add("あとの話", created_at=born + timedelta(minutes=20))

    [at] = await live_on(services, clock, timedelta(hours=5), step=timedelta(minutes=1))

    assert timedelta(0) <= at - crossing <= timedelta(minutes=8)


def renotes(now: datetime, crossing: datetime) -> int:
    """0 until ten minutes before ``crossing``, then ten a minute; at ``crossing`` it is the bar."""
    return max(0, MIN_RP + int((now - crossing).total_seconds() / 6))
