"""Every back end: told posts found elsewhere are on record, counted as told, and said in their message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.models import (
    AlertContent,
    ChannelId,
    Echo,
    FoundAt,
    HeldAlert,
    HoldReason,
    Network,
    OutboxEntry,
    Post,
    PostKey,
    SourceName,
    Subscription,
)
from bot.storage.sql.polling.polls import CommitResult
from bot.storage.stores import Storage
from tests.storage.world import (
    CHANNEL,
    LEASE_S,
    NOW,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    World,
    alert,
    key,
    later,
    message_id,
    plan,
    wanted,
)

BOOKMARKS = FoundAt(SourceName.FEED, "はてなの人気記事")
NEWS = FoundAt(SourceName.FEED, "町の便り")
AT = later(minutes=10)
URL = "https://mastodon.example/@hanako/1"


@pytest.fixture
async def here(storage: Storage) -> Subscription:
    return await storage.subscriptions.subscribe(wanted(), SINCE, NOW)


async def found(world: World, *places: FoundAt, number: int = 1, minutes: float = 10) -> None:
    """A look that found the told post there too."""
    at = later(minutes=minutes)
    echoes = tuple(Echo(CHANNEL, key(number), place) for place in places)
    state = await world.poll(at)
    await world.storage.polls.commit(replace(plan(state, at=at, next_poll_at=at), echoes=echoes))


async def sent(world: World, entries: list[OutboxEntry]) -> None:
    await world.storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(1), 555, NOW)


async def due(storage: Storage, minutes: float = 10) -> list[tuple[FoundAt, ...]]:
    """What the entries of messages say that are to be drawn again."""
    redraws = await storage.edits.claim(later(minutes=minutes), urgent=False, limit=10, lease_s=LEASE_S)
    return [entry.also for redraw in redraws for entry in redraw.message.entries]


async def test_sent_message_is_drawn_again_with_the_place(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(world, await world.told(here, 1, 2))

    await found(world, BOOKMARKS, NEWS)

    assert await due(storage) == [(BOOKMARKS, NEWS), ()]


async def test_place_is_noted_once(storage: Storage, world: World, here: Subscription) -> None:
    await sent(world, await world.told(here, 1))
    await found(world, BOOKMARKS)
    [redraw] = await storage.edits.claim(AT, urgent=False, limit=10, lease_s=LEASE_S)
    await storage.edits.finish(redraw, AT)

    await found(world, BOOKMARKS, minutes=20)

    assert await due(storage, minutes=120) == []


async def test_what_waits_is_sent_with_the_source_and_needs_no_edit(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.told(here, 1)

    await found(world, BOOKMARKS)

    [entry] = (await storage.entries.waiting(AT))[CHANNEL]
    assert isinstance(entry.content, AlertContent)
    assert entry.content.also == (BOOKMARKS,)
    assert await due(storage) == []


async def test_what_is_sealed_is_sent_as_it_was_and_edited_then(
    storage: Storage, world: World, here: Subscription
) -> None:
    entries = await world.told(here, 1)
    await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)

    await found(world, BOOKMARKS)

    tried = await storage.messages.begin_try(message_id(1), AT)
    content = tried.entries[0].content
    assert isinstance(content, AlertContent)
    assert content.also == ()
    await storage.messages.confirm(message_id(1), 555, AT)
    assert await due(storage) == [(BOOKMARKS,)]


async def test_next_poll_knows_where_it_was_alerted_and_what_is_noted(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.told(here, 1)
    before = await world.state_of(TOPIC, 1)
    await found(world, FoundAt(SourceName.TRENDPAGE))

    after = await world.state_of(TOPIC, 1)

    assert before.shown[CHANNEL, key(1)].found_at == FoundAt(SourceName.TRENDPAGE)
    assert before.echoed == frozenset()
    assert after.echoed == {(CHANNEL, key(1))}


# -- while another place told it ----------------------------------------------------------------------------

FEEDS = ["https://first.example/?q={topic}", "https://second.example/?q={topic}"]
SECOND = FoundAt(SourceName.FEED, "second.example")


async def overtaken(
    storage: Storage, first: SourceName, second: SourceName, *, why: HoldReason | None = None
) -> tuple[list[CommitResult], tuple[FoundAt, ...], frozenset[tuple[ChannelId, PostKey]]]:
    """Two places show an article before either poll commits.

    What both polls told, what the waiting alert says of it, and what the second place has on record as noted.
    """
    await storage.source_targets.set_sources(
        {SourceName.FEED: FEEDS, SourceName.TRENDPAGE: [""], SourceName.MASTODON: [""]}, NOW
    )
    subscription = await storage.subscriptions.subscribe(
        wanted(min_rp=dict.fromkeys([first, second], 0)), SINCE, NOW
    )
    claimed = await storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)
    watches = sorted((due.watch for due in claimed), key=lambda watch: (watch.source != first, watch.target or ""))
    states = [await storage.polls.state(watch, [link().key], NOW) for watch in (watches[0], watches[-1])]
    news = alert(subscription, link())
    plans = [plan(states[0], alerts=[news]), plan(states[1], alerts=[news])]
    if why is not None:
        plans[0] = plan(states[0], holds=[HeldAlert(news, why, NOW)])
    results = [await storage.polls.commit(each) for each in plans]
    state = await storage.polls.state(watches[-1], [link().key], NOW)
    [entry] = (await storage.entries.waiting(NOW))[CHANNEL]
    return results, entry.content.also if isinstance(entry.content, AlertContent) else (), state.echoed


@pytest.mark.invariant(2)
@pytest.mark.parametrize("first", [SourceName.FEED, SourceName.TRENDPAGE, SourceName.MASTODON])
async def test_feed_that_is_overtaken_by_another_place_is_named(storage: Storage, first: SourceName) -> None:
    results, also, echoed = await overtaken(storage, first, SourceName.FEED)

    assert [result.alerts for result in results] == [1, 0]
    assert also == (SECOND,)
    assert echoed == {(CHANNEL, link().key)}


async def test_timeline_that_is_overtaken_is_not_named(storage: Storage) -> None:
    results, also, echoed = await overtaken(storage, SourceName.FEED, SourceName.MASTODON)

    assert [result.alerts for result in results] == [1, 0]
    assert (also, echoed) == ((), frozenset())


async def test_nothing_is_named_where_the_first_was_counted_in_a_summary(storage: Storage) -> None:
    results, also, echoed = await overtaken(storage, SourceName.FEED, SourceName.FEED, why=HoldReason.HOURLY_LIMIT)

    assert [(result.alerts, result.held) for result in results] == [(0, 1), (0, 0)]
    assert (also, echoed) == ((), frozenset())


async def test_same_place_under_another_topic_is_not_named(storage: Storage, here: Subscription) -> None:
    other = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    states = {
        due.watch.topic.key: await storage.polls.state(due.watch, [link().key], NOW)
        for due in await storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)
    }

    for subscription in (here, other):
        state = states[subscription.topic.key]
        await storage.polls.commit(plan(state, alerts=[alert(subscription, link())]))

    [entry] = (await storage.entries.waiting(NOW))[CHANNEL]
    after = await storage.polls.state(states[OTHER_TOPIC.key].watch, [link().key], NOW)
    assert isinstance(entry.content, AlertContent)
    assert (entry.content.also, after.echoed) == ((), frozenset())


# -- under another identity -----------------------------------------------------------------------------


def status() -> Post:
    return Post(Network.FEDIVERSE, "https://mastodon.example/users/hanako/statuses/1", "本文", rp=150, url=URL)


def link(address: str = URL) -> Post:
    return Post(Network.WEB, address, "見出し", url=address)


async def decided(world: World, subscription: Subscription, post: Post, minutes: float = 0) -> CommitResult:
    return await world.polled(at=later(minutes=minutes), alerts=[alert(subscription, post)])


@pytest.mark.invariant(2)
@pytest.mark.parametrize(("first", "second"), [(status(), link()), (link(), status())])
async def test_link_to_an_alerted_post_was_alerted_with_it(
    storage: Storage, world: World, here: Subscription, first: Post, second: Post
) -> None:
    """Invariant 2: one alert, whichever came first; from then on the other counts as told."""
    await decided(world, here, first)

    result = await decided(world, here, second, minutes=10)

    assert (result.alerts, len((await storage.entries.waiting(AT))[CHANNEL])) == (0, 1)
    [watch] = await storage.trends.topic_watches(TOPIC.key)
    state = await storage.polls.state(watch, [second.key], AT)
    assert state.alerted == {(CHANNEL, second.key)}


async def test_another_article_is_alerted(world: World, here: Subscription) -> None:
    await decided(world, here, status())

    result = await decided(world, here, link("https://mastodon.example/@hanako/2"), minutes=10)

    assert result.alerts == 1


async def test_trace_of_a_link_leads_to_the_telling_of_its_post(
    storage: Storage, world: World, here: Subscription
) -> None:
    await decided(world, here, status())
    await decided(world, here, link(), minutes=10)

    trace = await storage.post_history.of_post(here.guild_id, CHANNEL, link().key, AT)

    assert trace.alert is not None
    assert trace.alert.decided_at == NOW


async def test_what_is_forgotten_of_an_alert_takes_its_echoes_along(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(world, await world.told(here, 1))
    await found(world, BOOKMARKS)

    for days in (400, 401):  # first the message, then what was decided
        await storage.maintenance.prune(NOW + timedelta(days=days), keep_posts=timedelta(days=30))

    [watch] = await storage.trends.topic_watches(TOPIC.key)
    state = await storage.polls.state(watch, [PostKey(key(1))], NOW + timedelta(days=402))
    assert (state.alerted, state.echoed) == (frozenset(), frozenset())
