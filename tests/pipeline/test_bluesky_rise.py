"""What is Bluesky's own in the way from a post to an alert: labels and the session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot.core.models import GuildId, PostKey, SourceName
from bot.services import Services
from bot.sources.bluesky.session import NOTE
from config.settings import Settings
from tests.conftest import Clock, make_settings
from tests.fakes.bluesky_server import HANDLE, LOGIN, PASSWORD, BlueskyServer

from .timelines import decided, follow, live_on


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


@pytest.mark.invariant(8)
async def test_alerted_post_that_its_author_takes_from_the_public_is_taken_down(
    services: Services, clock: Clock, server: BlueskyServer
) -> None:
    """Invariant 8: by itself, where its author asks to be shown to accounts only."""
    await follow(services, clock, SourceName.BLUESKY)
    clock.forward(minutes=5)
    uri = server.add("データセンターの消える話", reposts=500)
    server.add("データセンターの残る話", author="taro")
    await services.poller.poll_due()
    assert len(await decided(services, clock)) == 1
    server.label_author("hanako", "!no-unauthenticated")

    await live_on(services, clock, timedelta(hours=2))

    key = PostKey(f"bluesky:{uri}")
    assert await decided(services, clock) == []
    assert await services.storage.moderation.hidden_among(GuildId(1), [key]) == {key}
    assert [line.why for line in await services.storage.moderation.audit(None)] == ["gone"]


async def test_bot_that_is_started_again_takes_up_its_session(
    settings: Settings, clock: Clock, server: BlueskyServer
) -> None:
    async with app.open_services(settings, clock=clock) as first:
        await follow(first, clock, SourceName.BLUESKY)
        kept = await first.storage.maintenance.get_note(NOTE)
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
    await follow(services, clock, SourceName.BLUESKY)

    await live_on(services, clock, timedelta(hours=24))

    [watch] = await services.storage.watches.listed()
    assert watch.health_note is not None
    assert "the app password is not accepted" in watch.health_note
    assert 3 <= server.names.count(LOGIN) <= 12
