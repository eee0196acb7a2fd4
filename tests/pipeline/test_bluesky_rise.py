"""A post reposted hours after it was written: real source, real database, a local server, no Discord."""

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
    PostKey,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services import Services
from bot.sources.bluesky.session import NOTE
from bot.storage.base import NewSubscription
from config.settings import Settings
from tests.conftest import Clock, make_settings
from tests.fakes.bluesky_server import HANDLE, LOGIN, PASSWORD, POSTS, BlueskyServer

CHANNEL = ChannelId(2)
MIN_RP = 100
STEP = timedelta(minutes=5)


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[BlueskyServer]:
    async with BlueskyServer(clock=clock) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: BlueskyServer) -> Settings:
    account = {"service_url": server.base_url, "identifier": HANDLE, "app_password": PASSWORD}
    return make_settings(tmp_path, sources={"bluesky": account})


@pytest.fixture
async def services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    async with app.open_services(settings, clock=clock) as running:
        yield running


async def follow(services: Services, clock: Clock) -> None:
    """A channel follows the topic; the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(1),
        channel_id=CHANNEL,
        topic=make_topic("データセンター"),
        created_by=UserId(3),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.BLUESKY: MIN_RP}),
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


@pytest.mark.invariant(4)
@pytest.mark.parametrize(("has_top", "late"), [(True, timedelta(minutes=25)), (False, timedelta(minutes=51))])
async def test_post_born_at_0_that_reaches_the_bar_after_three_hours_is_told_once(
    services: Services, clock: Clock, server: BlueskyServer, has_top: bool, late: timedelta
) -> None:
    """Invariant 4: long below what the search for new posts reads.

    ``top`` is asked every 15 min, and a post 3 to 6 h old is read again every 40; then a poll has to come along,
    5 min after the one before, 10 % sooner or later.
    """
    server.has_top = has_top
    await follow(services, clock)
    clock.forward(minutes=5)
    crossing = clock() + timedelta(hours=3)
    uri = server.add("データセンターの静かな話", reposts=lambda now: reposts(now, crossing))
    server.add("データセンターのあとの話", written=clock() + timedelta(minutes=20))

    [at] = await live_on(services, clock, timedelta(hours=12))

    [entry] = await decided(services, clock)
    assert isinstance(entry.content, AlertContent)
    assert entry.content.reason is AlertReason.ROSE
    assert entry.content.post.canonical_id == uri
    assert entry.content.post.rp is not None
    assert entry.content.previous_rp is not None
    assert entry.content.previous_rp < MIN_RP <= entry.content.post.rp
    assert POSTS in server.names
    assert timedelta(0) <= at - crossing <= late


def reposts(now: datetime, crossing: datetime) -> int:
    """0 until ten minutes before ``crossing``, then ten a minute; at ``crossing`` it is the bar."""
    return max(0, MIN_RP + int((now - crossing).total_seconds() / 6))


@pytest.mark.invariant(8)
@pytest.mark.parametrize("how", ["deleted", "labelled"])
async def test_told_post_that_its_author_takes_from_the_public_is_taken_down(
    services: Services, clock: Clock, server: BlueskyServer, how: str
) -> None:
    """Invariant 8: by itself, whether it was deleted or its author asked to be shown to accounts only."""
    await follow(services, clock)
    clock.forward(minutes=5)
    uri = server.add("データセンターの消える話", reposts=500)
    server.add("データセンターの残る話", author="taro")
    await services.poller.poll_due()
    assert len(await decided(services, clock)) == 1
    if how == "deleted":
        server.remove(uri)
    else:
        server.label_author("hanako", "!no-unauthenticated")

    await live_on(services, clock, timedelta(hours=2))

    key = PostKey(f"bluesky:{uri}")
    assert await decided(services, clock) == []
    assert await services.storage.hidden_among(GuildId(1), [key]) == {key}
    assert [line.why for line in await services.storage.audit(None)] == ["gone"]


async def test_bot_that_is_started_again_takes_up_its_session(
    settings: Settings, clock: Clock, server: BlueskyServer
) -> None:
    async with app.open_services(settings, clock=clock) as first:
        await follow(first, clock)
        kept = await first.storage.get_note(NOTE)
    clock.forward(minutes=10)
    async with app.open_services(settings, clock=clock) as second:
        report = await second.poller.poll_due()

    assert (report.polled, report.failed) == (1, 0)
    assert server.names.count(LOGIN) == 1
    assert kept is not None
    assert PASSWORD not in kept


@pytest.mark.invariant(6)
async def test_wrong_app_password_is_the_watchs_health_and_is_hardly_tried(
    services: Services, clock: Clock, server: BlueskyServer
) -> None:
    """Invariant 6: a day of polls with a password that is no longer accepted."""
    server.password = "changed"
    await follow(services, clock)

    await live_on(services, clock, timedelta(hours=24))

    [watch] = await services.storage.watches()
    assert watch.health_note is not None
    assert "the app password is not accepted" in watch.health_note
    assert 3 <= server.names.count(LOGIN) <= 12
