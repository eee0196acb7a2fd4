"""A trend page that prints no RP, and X that knows it: real sources, real database, local servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    GuildId,
    Health,
    NewSubscription,
    OutboxEntry,
    PostKey,
    Rules,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services import Services
from tests.conftest import Clock, make_settings
from tests.fakes.trend_site import TWITTER_EPOCH_MS, SitePost, TrendSite
from tests.fakes.x_server import COUNTS, POSTS, SEARCH, TOKEN, XServer, time_of

TOPIC = "データセンター"
CHANNEL = ChannelId(2)
MIN_RP = 100


@dataclass(slots=True)
class DiscordRig:
    """The services, the page they read, and X."""

    services: Services
    site: TrendSite
    x: XServer
    clock: Clock

    async def follow(self, rules: Rules = Rules()) -> None:  # noqa: B008 - frozen
        """A channel follows the topic at the trend page alone; the first look is over."""
        wanted = NewSubscription(
            guild_id=GuildId(1),
            channel_id=CHANNEL,
            topic=make_topic(TOPIC),
            created_by=UserId(3),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: MIN_RP}, rules=rules),
        )
        await self.services.storage.subscriptions.subscribe(wanted, self.clock(), self.clock())
        await self.services.poller.poll_due()

    def show(self, *ids: str, rp: int | None = None) -> None:
        """The page lists these posts of X, without RP unless said."""
        self.site.put(TOPIC, [self.listed(post_id, rp) for post_id in ids])

    def listed(self, post_id: str, rp: int | None) -> SitePost:
        serial = int(post_id) & ((1 << 22) - 1)
        post = SitePost(time_of(post_id), "データセンターの話", rp, serial=serial)
        assert post.id == post_id, TWITTER_EPOCH_MS
        return post

    async def live_on(self, **how_long: float) -> None:
        """In steps of five minutes and a bit."""
        ends = self.clock() + timedelta(**how_long)
        while self.clock() < ends:
            self.clock.forward(minutes=6)
            await self.services.poller.poll_due()

    async def told(self) -> list[AlertContent]:
        waiting: list[OutboxEntry] = (await self.services.storage.entries.waiting(self.clock())).get(CHANNEL, [])
        return [entry.content for entry in waiting if isinstance(entry.content, AlertContent)]

    async def spent(self) -> int:
        return await self.services.storage.spend.spent(SourceName.X, self.clock().astimezone(UTC).date())


@pytest.fixture
async def discord_rig(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[DiscordRig]:
    async with AsyncExitStack() as stack:
        x = await stack.enter_async_context(XServer(clock=clock))
        account = {"base_url": x.base_url, "bearer_token": TOKEN, "posts_per_day": 100}
        settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}, "x": account})
        services = await stack.enter_async_context(app.open_services(settings, clock=clock))
        yield DiscordRig(services, site, x, clock)


async def test_new_post_without_rp_is_told_by_what_x_knows_once_and_says_so(discord_rig: DiscordRig) -> None:
    await discord_rig.follow()
    loud, quiet = discord_rig.x.add(reposts=450), discord_rig.x.add(reposts=5)
    discord_rig.show(loud, quiet)

    await discord_rig.live_on(minutes=30)

    [content] = await discord_rig.told()
    assert (content.post.canonical_id, content.post.rp, content.reason) == (loud, 450, AlertReason.NEW)
    assert (content.source, content.counted_by) == (SourceName.TRENDPAGE, SourceName.X)
    assert {SEARCH, COUNTS}.isdisjoint(discord_rig.x.paths), "nobody follows the topic at X"


@pytest.mark.invariant(4)
@pytest.mark.parametrize("leaves", [False, True], ids=["stays on the page", "leaves the page"])
async def test_post_that_rises_to_the_bar_at_x_is_told_once(discord_rig: DiscordRig, leaves: bool) -> None:
    """Invariant 4: a crossing is a crossing, also where the page prints no counts."""
    await discord_rig.follow()
    post, other = discord_rig.x.add(reposts=5), discord_rig.x.add(reposts=1)
    discord_rig.show(post, other)
    await discord_rig.live_on(minutes=20)
    assert await discord_rig.told() == []
    discord_rig.show(*([other] if leaves else [post, other]))
    discord_rig.x.repost(post, 130)

    await discord_rig.live_on(hours=6)

    [content] = await discord_rig.told()
    assert (content.post.rp, content.previous_rp, content.reason) == (130, 5, AlertReason.ROSE)


@pytest.mark.invariant(3)
async def test_what_the_page_shows_at_the_first_look_is_baseline_with_its_real_rp(discord_rig: DiscordRig) -> None:
    """Invariant 3, and a small one of them may still rise."""
    loud, quiet = discord_rig.x.add(reposts=450), discord_rig.x.add(reposts=5)
    discord_rig.show(loud, quiet)
    await discord_rig.follow()
    discord_rig.x.repost(quiet, 200)

    await discord_rig.live_on(hours=3)

    assert [content.post.canonical_id for content in await discord_rig.told()] == [quiet]


@pytest.mark.invariant(6)
async def test_counting_keeps_to_the_budget_of_the_day(discord_rig: DiscordRig) -> None:
    """Invariant 6: 60 new posts an hour, 100 reads a day, a tenth of it a look."""
    await discord_rig.follow()
    for _ in range(12):
        discord_rig.show(*(discord_rig.x.add(reposts=5) for _ in range(30)))
        await discord_rig.live_on(minutes=6)

    assert max(query["ids"].count(",") + 1 for query in discord_rig.x.queries(POSTS)) <= 10
    assert discord_rig.x.charged == await discord_rig.spent() == 100


async def test_known_post_is_read_again_at_most_once_an_hour(discord_rig: DiscordRig) -> None:
    await discord_rig.follow()
    discord_rig.show(discord_rig.x.add(reposts=5))

    await discord_rig.live_on(hours=6)

    assert 4 <= discord_rig.x.charged <= 7


async def test_nothing_is_asked_for_that_could_not_be_told(discord_rig: DiscordRig) -> None:
    """Stopped by a word, too old to be news, or with an RP of its own."""
    await discord_rig.follow(Rules(exclude=("データセンター",)))
    discord_rig.show(discord_rig.x.add(reposts=450))
    await discord_rig.live_on(hours=2)
    discord_rig.show(discord_rig.x.add(reposts=450, written=discord_rig.clock() - timedelta(days=3)))
    await discord_rig.live_on(hours=2)
    discord_rig.show(discord_rig.x.add(reposts=450), rp=20)
    await discord_rig.live_on(hours=2)

    assert discord_rig.x.requests == []


async def test_nothing_is_asked_for_a_topic_nobody_follows(discord_rig: DiscordRig) -> None:
    discord_rig.show(discord_rig.x.add(reposts=450))
    await discord_rig.services.storage.watches.add(
        [(SourceName.TRENDPAGE, make_topic(TOPIC), None)], discord_rig.clock()
    )

    await discord_rig.live_on(hours=2)

    assert discord_rig.x.requests == []


async def test_x_that_does_not_answer_leaves_the_page_well_and_is_asked_again(discord_rig: DiscordRig) -> None:
    await discord_rig.follow()
    discord_rig.show(discord_rig.x.add(reposts=450), discord_rig.x.add(), discord_rig.x.add())
    discord_rig.x.fail(POSTS, 503)
    await discord_rig.live_on(minutes=6)
    assert await discord_rig.told() == []

    await discord_rig.live_on(hours=2)

    assert len(await discord_rig.told()) == 1
    [watch] = [
        each for each in await discord_rig.services.storage.watches.listed() if each.source is SourceName.TRENDPAGE
    ]
    assert (watch.health, watch.failures) == (Health.OK, 0)


@pytest.mark.invariant(8)
async def test_told_post_that_is_deleted_at_x_is_taken_down_once_it_left_the_page(discord_rig: DiscordRig) -> None:
    """Invariant 8."""
    await discord_rig.follow()
    post, other = discord_rig.x.add(reposts=450), discord_rig.x.add(reposts=5)
    discord_rig.show(post, other)
    await discord_rig.live_on(minutes=6)
    assert len(await discord_rig.told()) == 1
    discord_rig.x.remove(post)
    discord_rig.show(other)

    await discord_rig.live_on(hours=6)

    assert await discord_rig.told() == []
    key = PostKey(f"x:{post}")
    assert await discord_rig.services.storage.moderation.hidden_among(GuildId(1), [key]) == {key}
