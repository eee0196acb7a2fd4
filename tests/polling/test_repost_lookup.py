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
class LookupRig:
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
async def rig(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[LookupRig]:
    async with AsyncExitStack() as stack:
        x = await stack.enter_async_context(XServer(clock=clock))
        account = {"base_url": x.base_url, "bearer_token": TOKEN, "posts_per_day": 100}
        settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}, "x": account})
        services = await stack.enter_async_context(app.open_services(settings, clock=clock))
        yield LookupRig(services, site, x, clock)


async def test_new_post_without_rp_is_alerted_by_what_x_knows_once_and_says_so(rig: LookupRig) -> None:
    await rig.follow()
    loud, quiet = rig.x.add(reposts=450), rig.x.add(reposts=5)
    rig.show(loud, quiet)

    await rig.live_on(minutes=30)

    [content] = await rig.told()
    assert (content.post.canonical_id, content.post.rp, content.reason) == (loud, 450, AlertReason.NEW)
    assert (content.source, content.counted_by) == (SourceName.TRENDPAGE, SourceName.X)
    assert {SEARCH, COUNTS}.isdisjoint(rig.x.paths), "nobody follows the topic at X"


@pytest.mark.invariant(4)
@pytest.mark.parametrize("leaves", [False, True], ids=["stays on the page", "leaves the page"])
async def test_post_that_rises_to_the_threshold_at_x_is_alerted_once(rig: LookupRig, leaves: bool) -> None:
    """Invariant 4: a crossing is a crossing, also where the page prints no counts."""
    await rig.follow()
    post, other = rig.x.add(reposts=5), rig.x.add(reposts=1)
    rig.show(post, other)
    await rig.live_on(minutes=20)
    assert await rig.told() == []
    rig.show(*([other] if leaves else [post, other]))
    rig.x.repost(post, 130)

    await rig.live_on(hours=6)

    [content] = await rig.told()
    assert (content.post.rp, content.previous_rp, content.reason) == (130, 5, AlertReason.ROSE)


@pytest.mark.invariant(3)
async def test_what_the_page_shows_at_the_first_poll_is_baseline_with_its_real_rp(rig: LookupRig) -> None:
    """Invariant 3, and a small one of them may still rise."""
    loud, quiet = rig.x.add(reposts=450), rig.x.add(reposts=5)
    rig.show(loud, quiet)
    await rig.follow()
    rig.x.repost(quiet, 200)

    await rig.live_on(hours=3)

    assert [content.post.canonical_id for content in await rig.told()] == [quiet]


@pytest.mark.invariant(6)
async def test_counting_keeps_to_the_budget_of_the_day(rig: LookupRig) -> None:
    """Invariant 6: 60 new posts an hour, 100 reads a day, a tenth of it a look."""
    await rig.follow()
    for _ in range(12):
        rig.show(*(rig.x.add(reposts=5) for _ in range(30)))
        await rig.live_on(minutes=6)

    assert max(query["ids"].count(",") + 1 for query in rig.x.queries(POSTS)) <= 10
    assert rig.x.charged == await rig.spent() == 100


async def test_known_post_is_read_again_at_most_once_an_hour(rig: LookupRig) -> None:
    await rig.follow()
    rig.show(rig.x.add(reposts=5))

    await rig.live_on(hours=6)

    assert 4 <= rig.x.charged <= 7


async def test_nothing_is_asked_for_that_could_not_be_alerted(rig: LookupRig) -> None:
    """Stopped by a word, too old to be news, or with an RP of its own."""
    await rig.follow(Rules(exclude=("データセンター",)))
    rig.show(rig.x.add(reposts=450))
    await rig.live_on(hours=2)
    rig.show(rig.x.add(reposts=450, written=rig.clock() - timedelta(days=3)))
    await rig.live_on(hours=2)
    rig.show(rig.x.add(reposts=450), rp=20)
    await rig.live_on(hours=2)

    assert rig.x.requests == []


async def test_nothing_is_asked_for_a_topic_nobody_follows(rig: LookupRig) -> None:
    rig.show(rig.x.add(reposts=450))
    await rig.services.storage.watches.add([(SourceName.TRENDPAGE, make_topic(TOPIC), None)], rig.clock())

    await rig.live_on(hours=2)

    assert rig.x.requests == []


async def test_x_that_does_not_answer_leaves_the_page_well_and_is_asked_again(rig: LookupRig) -> None:
    await rig.follow()
    rig.show(rig.x.add(reposts=450), rig.x.add(), rig.x.add())
    rig.x.fail(POSTS, 503)
    await rig.live_on(minutes=6)
    assert await rig.told() == []

    await rig.live_on(hours=2)

    assert len(await rig.told()) == 1
    [watch] = [each for each in await rig.services.storage.watches.listed() if each.source is SourceName.TRENDPAGE]
    assert (watch.health, watch.failures) == (Health.OK, 0)


@pytest.mark.invariant(8)
async def test_alerted_post_that_is_deleted_at_x_is_taken_down_once_it_left_the_page(rig: LookupRig) -> None:
    """Invariant 8."""
    await rig.follow()
    post, other = rig.x.add(reposts=450), rig.x.add(reposts=5)
    rig.show(post, other)
    await rig.live_on(minutes=6)
    assert len(await rig.told()) == 1
    rig.x.remove(post)
    rig.show(other)

    await rig.live_on(hours=6)

    assert await rig.told() == []
    key = PostKey(f"x:{post}")
    assert await rig.services.storage.moderation.hidden_among(GuildId(1), [key]) == {key}
