"""What is Mastodon's own in the way from a post to an alert: when a post is read by its id, and its budget."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.core.alerting.followups import GONE_CONFIRM_AFTER
from bot.core.cadence.rechecks import RECHECK_FOR
from bot.core.models import AlertContent, AlertReason, GuildId, PostKey, SourceName
from bot.services import Services
from tests.conftest import Clock, make_settings
from tests.fakes.mastodon_server import BUDGET, MastodonServer

from .timelines import MIN_RP, STEP, TOPIC, decided, follow, live_on, rising

TWENTY_MINUTES = timedelta(minutes=20)


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[MastodonServer]:
    async with MastodonServer(clock=clock) as running:
        yield running


@pytest.fixture
async def services(tmp_path: Path, clock: Clock, server: MastodonServer) -> AsyncIterator[Services]:
    settings = make_settings(tmp_path, sources={"mastodon": {"enabled": True, "base_url": server.base_url}})
    async with app.open_services(settings, clock=clock) as running:
        yield running


async def readings(
    services: Services, clock: Clock, how_long: timedelta, server: MastodonServer, post: str
) -> list[datetime]:
    """Live on in steps of five minutes; returns when ``post`` was asked for by its id."""
    found, ends = [], clock() + how_long
    while clock() < ends:
        asked = len(server.requests)
        await live_on(services, clock, STEP)
        if f"/api/v1/statuses/{post}" in server.paths[asked:]:
            found.append(clock())
    return found


async def test_an_alerted_post_is_read_on_for_its_counts(
    services: Services, clock: Clock, server: MastodonServer
) -> None:
    await follow(services, clock, SourceName.MASTODON)
    clock.forward(minutes=5)
    post = server.add("<p>広まる話</p>", boosts=500)
    add_a_newer_one(server, clock())
    await services.poller.poll_due()
    assert len(await decided(services, clock)) == 1

    assert await readings(services, clock, timedelta(hours=2), server, post)


@pytest.mark.invariant(8)
async def test_an_alerted_post_that_is_deleted_is_taken_down_at_the_second_poll_that_misses_it(
    services: Services, clock: Clock, server: MastodonServer
) -> None:
    """Invariant 8: by itself, and not at the first miss."""
    await follow(services, clock, SourceName.MASTODON)
    clock.forward(minutes=5)
    post = server.add("<p>消される話</p>", boosts=500)
    key = PostKey(f"fediverse:{server.uri(post)}")
    await services.poller.poll_due()
    [entry] = await decided(services, clock)
    add_a_newer_one(server, clock())
    server.remove(post)

    first, second = await readings(services, clock, timedelta(hours=2), server, post)

    assert second - first >= GONE_CONFIRM_AFTER
    assert await decided(services, clock) == []
    assert await services.storage.moderation.hidden_among(GuildId(1), [key]) == {key}
    assert [line.why for line in await services.storage.moderation.audit(None)] == ["gone"]
    assert all("消される話" not in stored.post.text for stored in await services.storage.lookup.find_posts(key))
    assert isinstance(entry.content, AlertContent)
    assert entry.content.topic == TOPIC


@pytest.mark.invariant(8)
async def test_an_outage_is_no_deletion(services: Services, clock: Clock, server: MastodonServer) -> None:
    """Invariant 8: for hours the server answers everything with an error."""
    await follow(services, clock, SourceName.MASTODON)
    clock.forward(minutes=5)
    server.add("<p>残る話</p>", boosts=500)
    await services.poller.poll_due()
    server.fail("/api/v1", status=503, times=1000)

    await live_on(services, clock, timedelta(hours=2))

    assert len(await decided(services, clock)) == 1
    assert await services.storage.moderation.audit(None) == []


def add_a_newer_one(server: MastodonServer, published_at: datetime) -> str:
    """The newest post is read with every look, so that the server shows a sign of life; another must be newest."""
    return server.add("<p>あとの話</p>", created_at=published_at + timedelta(seconds=1))


@pytest.mark.invariant(4)
async def test_a_post_pushed_off_the_page_by_newer_ones_is_decided_all_the_same(
    services: Services, clock: Clock, server: MastodonServer
) -> None:
    """Invariant 4: however much is written in between."""
    await follow(services, clock, SourceName.MASTODON)
    clock.forward(minutes=5)
    crossing = clock() + timedelta(hours=3, minutes=10)
    post = server.add("<p>埋もれた話</p>", boosts=rising(crossing))
    await live_on(services, clock, timedelta(minutes=10))
    for number in range(60):
        server.add(f"<p>雑談{number}</p>", created_at=clock() - timedelta(seconds=number))
    decisions = await live_on(services, clock, timedelta(hours=5))
    assert len(decisions) == 1
    [entry] = await decided(services, clock)
    assert isinstance(entry.content, AlertContent)
    assert entry.content.post.canonical_id == server.uri(post)
    assert entry.content.reason is AlertReason.ROSE


@pytest.mark.invariant(4)
async def test_a_post_below_the_bar_is_read_more_and_more_seldom_for_two_days(
    services: Services, clock: Clock, server: MastodonServer
) -> None:
    """Invariant 4: on a decaying schedule."""
    await follow(services, clock, SourceName.MASTODON)
    clock.forward(minutes=5)
    published_at = clock()
    post = server.add("<p>誰も広めない話</p>")
    later = add_a_newer_one(server, published_at)
    server.boost(later, MIN_RP)
    read = await readings(services, clock, RECHECK_FOR + timedelta(hours=12), server, post)
    assert f"/api/v1/statuses/{later}" not in server.paths  # above the bar: nothing to wait for
    gaps = {after - published_at: after - before for before, after in itertools.pairwise(read)}
    young = [gap for age, gap in gaps.items() if age < timedelta(hours=1)]
    middle = [gap for age, gap in gaps.items() if timedelta(hours=7) < age < timedelta(hours=12)]
    old = [gap for age, gap in gaps.items() if age > timedelta(hours=29)]
    assert young
    assert max(young) <= TWENTY_MINUTES < min(middle) < max(middle) < min(old)
    assert read[-1] - published_at <= RECHECK_FOR + timedelta(hours=4)
    assert 25 <= len(read) <= 50


@pytest.mark.invariant(6)
async def test_a_used_up_budget_lets_the_next_poll_wait_for_its_reset(
    services: Services, clock: Clock, server: MastodonServer
) -> None:
    """Invariant 6: a host that says how much it bears is not asked for more."""
    await follow(services, clock, SourceName.MASTODON)
    clock.forward(minutes=6)
    until_reset = clock() + timedelta(minutes=42)
    server.fail(
        "/timelines/", 200, body="[]", x_ratelimit_remaining="0", x_ratelimit_reset=until_reset.isoformat()
    )
    await services.poller.poll_due()
    server.forget_requests()
    while clock() + STEP < until_reset:
        clock.now += STEP
        await services.poller.poll_due()
    assert server.requests == []
    assert await services.storage.watches.next_due_at() == until_reset
    clock.now = until_reset
    await services.poller.poll_due()
    assert server.requests


@pytest.mark.invariant(6)
async def test_the_last_request_of_a_budget_is_the_last_of_the_poll(
    services: Services, clock: Clock, server: MastodonServer
) -> None:
    """Invariant 6: what is due again stays due, and comes once there is a new budget."""
    await follow(services, clock, SourceName.MASTODON)
    clock.forward(minutes=5)
    post = server.add("<p>あとで読む話</p>")
    add_a_newer_one(server, clock())
    await live_on(services, clock, TWENTY_MINUTES)
    clock.forward(minutes=31)
    server.forget_requests()
    server._window, server.remaining = None, 1
    await services.poller.poll_due()
    assert len(server.requests) == 1
    assert server.remaining == 0
    due = await services.storage.watches.next_due_at()
    assert due is not None
    assert due > clock()
    clock.now = due
    await services.poller.poll_due()
    assert f"/api/v1/statuses/{post}" in server.paths
    assert server.remaining < BUDGET
