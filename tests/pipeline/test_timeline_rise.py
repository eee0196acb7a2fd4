"""A post that spreads hours after it was written, at each source that lists young posts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.core.models import AlertContent, AlertReason, GuildId
from bot.services import Services
from tests.conftest import Clock, make_settings

from .timelines import (
    BLUESKY,
    BLUESKY_WITHOUT_TOP,
    MASTODON,
    MIN_RP,
    MISSKEY,
    Case,
    X,
    decided,
    follow,
    live_on,
    rising,
)


@asynccontextmanager
async def followed(case: Case, folder: Path, clock: Clock) -> AsyncIterator[tuple[Services, Any]]:
    """The services and the source's server; a channel has followed the topic for five minutes."""
    async with case.server(clock) as server:
        settings = make_settings(folder, sources={case.name.value: case.settings(server)})
        async with app.open_services(settings, clock=clock) as services:
            await follow(services, clock, case.name)
            clock.forward(minutes=5)
            yield services, server


@pytest.mark.invariant(4)
@pytest.mark.parametrize("case", [MASTODON, MISSKEY, BLUESKY, BLUESKY_WITHOUT_TOP, X], ids=str)
async def test_post_published_at_0_that_reaches_min_rp_after_three_hours_is_alerted_once(
    case: Case, tmp_path: Path, clock: Clock
) -> None:
    """Invariant 4: long below what a look for new posts reads."""
    async with followed(case, tmp_path, clock) as (services, server):
        crossing = clock() + timedelta(hours=3)
        post = case.add(server, "静かに広まる話", rising(crossing), clock())
        case.add(server, "あとの話", 0, clock() + timedelta(minutes=20))

        [at] = await live_on(services, clock, timedelta(hours=12))

        [entry] = await decided(services, clock)
        assert isinstance(entry.content, AlertContent)
        assert entry.content.reason is AlertReason.ROSE
        assert entry.content.post.key == case.key(server, post)
        assert entry.content.post.rp is not None
        assert entry.content.previous_rp is not None
        assert entry.content.previous_rp < MIN_RP <= entry.content.post.rp
        assert timedelta(0) <= at - crossing <= case.late


@pytest.mark.invariant(8)
@pytest.mark.parametrize("case", [MASTODON, MISSKEY, BLUESKY, X], ids=str)
async def test_alerted_post_that_is_deleted_is_taken_down(case: Case, tmp_path: Path, clock: Clock) -> None:
    """Invariant 8: by itself."""
    async with followed(case, tmp_path, clock) as (services, server):
        clock.forward(minutes=15)
        post = case.add(server, "消える話", 500, clock())
        case.add(server, "残る話", 0, clock() + timedelta(seconds=1))
        await services.poller.poll_due()
        assert len(await decided(services, clock)) == 1
        key = case.key(server, post)
        server.remove(post)

        await live_on(services, clock, case.gone_within)

        assert await decided(services, clock) == []
        assert await services.storage.moderation.hidden_among(GuildId(1), [key]) == {key}
        assert [line.why for line in await services.storage.moderation.audit(None)] == ["gone"]


@pytest.mark.invariant(4)
@pytest.mark.parametrize("case", [MISSKEY], ids=str)
async def test_post_that_grows_steadily_is_alerted_within_minutes_of_its_crossing(
    case: Case, tmp_path: Path, clock: Clock
) -> None:
    """Invariant 4: a candidate is read when it is due, and the schedule of 40 min has no say in it."""
    async with followed(case, tmp_path, clock) as (services, server):
        published_at, hours = clock(), timedelta(hours=3)
        case.add(
            server, "少しずつ広まる話", lambda now: int(MIN_RP * ((now - published_at) / hours)), published_at
        )
        case.add(server, "あとの話", 0, published_at + timedelta(minutes=20))

        [at] = await live_on(services, clock, timedelta(hours=5), step=timedelta(minutes=1))

        assert timedelta(0) <= at - (published_at + hours) <= timedelta(minutes=8)
