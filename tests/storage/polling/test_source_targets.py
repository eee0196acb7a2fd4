"""Contract: where sources are asked, and subscriptions that follow when that changes."""

from __future__ import annotations

import pytest

from bot.core.models import NewSubscription, SourceName, SubscriptionSettings
from bot.core.targets import OWN, targets_of
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.storage.world import (
    CHANNEL,
    GUILD,
    HERE,
    LEASE_S,
    NOW,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    USER,
    World,
    change,
    later,
    post,
    wanted,
)

MASTODON, FEED, TRENDPAGE = SourceName.MASTODON, SourceName.FEED, SourceName.TRENDPAGE
OTHER_SERVER = "https://social.example"
SEARCH = "https://marks.example/search?q={topic}"


async def targets(storage: Storage, source: SourceName, topic: str = TOPIC.key) -> list[str | None]:
    """Where a topic is looked at: watches at rest are not."""
    known = [
        watch for watch in await storage.watches.listed() if watch.source is source and watch.topic.key == topic
    ]
    return [watch.target for watch in known if watch.next_poll_at is not None]


@pytest.mark.parametrize(
    ("templates", "found"),
    [
        ((OWN,), (None,)),
        ((OWN, OTHER_SERVER), (None, OTHER_SERVER)),
        ((SEARCH,), ("https://marks.example/search?q=a%2Fb%20%E5%B7%9D",)),
        ((SEARCH, SEARCH), ("https://marks.example/search?q=a%2Fb%20%E5%B7%9D",)),
        ((), ()),
    ],
)
def test_targets_of_a_topic(templates: tuple[str, ...], found: tuple[str | None, ...]) -> None:
    assert targets_of(templates, make_topic("a/b 川")) == found


async def test_a_subscription_listens_at_every_place_of_its_sources(storage: Storage) -> None:
    await storage.source_targets.set_sources(
        {TRENDPAGE: [OWN], MASTODON: [OWN, OTHER_SERVER], FEED: [SEARCH]}, NOW
    )

    made = await storage.subscriptions.subscribe(wanted(min_rp={MASTODON: 10, FEED: 0}), SINCE, NOW)

    assert made.settings.min_rp == {MASTODON: 10, FEED: 0}
    assert await targets(storage, MASTODON) == [None, OTHER_SERVER]
    assert await targets(storage, FEED) == [
        SEARCH.replace("{topic}", "%E3%83%87%E3%83%BC%E3%82%BF%E3%82%BB%E3%83%B3%E3%82%BF%E3%83%BC")
    ]


async def test_a_server_added_later_is_listened_to_and_one_taken_away_is_deactivated(storage: Storage) -> None:
    await storage.source_targets.set_sources({MASTODON: [OWN]}, NOW)
    made = await storage.subscriptions.subscribe(wanted(min_rp={MASTODON: 10}), SINCE, NOW)

    await storage.source_targets.set_sources({MASTODON: [OWN, OTHER_SERVER]}, later(hours=1))
    more = await targets(storage, MASTODON)
    await storage.source_targets.set_sources({MASTODON: [OTHER_SERVER]}, later(hours=2))

    assert more == [None, OTHER_SERVER]
    assert await targets(storage, MASTODON) == [OTHER_SERVER]
    assert (await storage.subscriptions.listed(GUILD))[0].settings.min_rp == made.settings.min_rp


@pytest.mark.invariant(3)
async def test_what_a_place_held_before_it_came_back_is_baseline(world: World) -> None:
    storage = world.storage
    await storage.source_targets.set_sources({TRENDPAGE: [OWN, OTHER_SERVER]}, NOW)
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.source_targets.set_sources({TRENDPAGE: [OWN]}, NOW)
    other = await storage.subscriptions.subscribe(wanted(channel=CHANNEL, topic=OTHER_TOPIC), SINCE, NOW)
    await world.polled(changes=[change(post(1))])

    await storage.source_targets.set_sources({TRENDPAGE: [OWN, OTHER_SERVER]}, later(hours=1))

    due = await storage.watches.claim_due(later(hours=1), limit=10, lease_s=LEASE_S)
    assert {(claimed.watch.topic.key, claimed.watch.target) for claimed in due} >= {(TOPIC.key, OTHER_SERVER)}
    for claimed in due:
        state = await storage.polls.state(claimed.watch, [post(1).key], later(hours=1))
        told = {listener.subscription_id for listener in state.listeners}
        if claimed.watch.topic.key == TOPIC.key:
            assert {subscription for subscription, _ in state.baselined} == told
        else:
            assert told == {other.id}


async def test_the_same_settings_again_change_nothing(storage: Storage) -> None:
    await storage.source_targets.set_sources({MASTODON: [OWN, OTHER_SERVER]}, NOW)
    await storage.subscriptions.subscribe(wanted(min_rp={MASTODON: 10}), SINCE, NOW)
    before = await storage.watches.listed()

    await storage.source_targets.set_sources({MASTODON: [OWN, OTHER_SERVER]}, later(hours=1))

    assert await storage.watches.listed() == before


async def test_a_feed_of_its_own_is_not_moved_by_the_settings(storage: Storage) -> None:
    address = "https://news.example/feed.xml"
    topic = make_topic(address)
    await storage.source_targets.set_sources({FEED: [SEARCH]}, NOW)
    feed = NewSubscription(GUILD, CHANNEL, topic, USER, SubscriptionSettings("ja", {FEED: 0}), target=address)
    await storage.subscriptions.subscribe(feed, SINCE, NOW)

    await storage.source_targets.set_sources({FEED: []}, later(hours=1))

    assert await targets(storage, FEED, topic.key) == [address]
    assert [one.settings.min_rp for one in await storage.subscriptions.listed(GUILD)] == [{FEED: 0}]


async def test_a_feed_is_found_by_its_title_and_keeps_its_key(storage: Storage) -> None:
    topic = make_topic("https://news.example/feed.xml")
    named = type(topic)(topic.key, "町の瓦版")
    await storage.subscriptions.subscribe(
        NewSubscription(
            GUILD,
            CHANNEL,
            named,
            USER,
            SubscriptionSettings("ja", {FEED: 0}),
            target="https://news.example/feed.xml",
        ),
        SINCE,
        NOW,
    )

    assert await storage.trends.suggest_topics("瓦版", HERE) == [named]
    assert (await storage.trends.topic(topic.key)) == named
