"""The contract of subscriptions: every change of who listens comes with its baseline (invariant 3)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.errors import RefusedRequest, StalePlan
from bot.core.models import PauseReason, Rules, SourceName, Subscription, SubscriptionId, SubscriptionSettings
from bot.storage.sql.subscriptions.subscriptions import Counts
from bot.storage.stores import Storage
from tests.storage.world import (
    CHANNEL,
    GUILD,
    HERE,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    World,
    change,
    key,
    later,
    message_id,
    plan,
    post,
    wanted,
)

TRENDPAGE, MASTODON, FEED = SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.FEED
NOBODY = SubscriptionId(999)


async def changed(storage: Storage, subscription: Subscription, **rules: int) -> Subscription:
    return await storage.subscriptions.change_rules(
        subscription.id,
        SubscriptionSettings(
            min_rp={SourceName(name): bar for name, bar in rules.items()},
            rules=Rules(),
            role_id=None,
            language="en",
        ),
        baseline_since=SINCE,
        now=NOW,
    )


async def baselined(world: World, *numbers: int) -> set[int]:
    state = await world.state_of(TOPIC, *numbers)
    return {number for number in numbers if any(found[1] == key(number) for found in state.baselined)}


async def watched(world: World, **rps: int | None) -> None:
    """An operator's watch with stored posts p1=RP, p2=RP and so on."""
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(int(name[1:]), rp)) for name, rp in rps.items()])


async def test_subscription_is_stored_as_asked_for(storage: Storage) -> None:
    made = await storage.subscriptions.subscribe(wanted(min_rp={TRENDPAGE: 100, MASTODON: 5}), SINCE, NOW)

    assert await storage.subscriptions.get(made.id) == made
    assert (made.topic, made.channel_id, made.guild_id) == (TOPIC, CHANNEL, GUILD)
    assert (made.settings.min_rp, made.created_at, made.paused) == ({TRENDPAGE: 100, MASTODON: 5}, NOW, None)
    assert len(await storage.trends.topic_watches(TOPIC.key)) == 2
    assert await storage.watches.next_due_at() == NOW


async def test_channel_has_one_subscription_a_topic(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    with pytest.raises(RefusedRequest) as refused:
        await storage.subscriptions.subscribe(wanted(min_rp={MASTODON: 1}), SINCE, NOW)

    assert refused.value.text_id == "subscribe-exists"
    assert [watch.source for watch in await storage.watches.listed()] == [TRENDPAGE]


async def test_of_many_who_subscribe_at_once_one_succeeds(storage: Storage) -> None:
    results = await asyncio.gather(
        *(storage.subscriptions.subscribe(wanted(), SINCE, NOW) for _ in range(10)), return_exceptions=True
    )

    assert sum(isinstance(result, Subscription) for result in results) == 1
    assert sum(isinstance(result, RefusedRequest) for result in results) == 9


async def test_feed_is_watched_by_its_address(storage: Storage) -> None:
    await storage.subscriptions.subscribe(
        replace(wanted(min_rp={FEED: 0, MASTODON: 5}), target="https://a.example/feed"), SINCE, NOW
    )

    assert {watch.source: watch.target for watch in await storage.watches.listed()} == {
        FEED: "https://a.example/feed",
        MASTODON: None,
    }


async def test_subscribing_to_a_watched_topic_keeps_its_rhythm(world: World) -> None:
    await watched(world, p1=500)

    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    assert await world.storage.watches.next_due_at() == later(minutes=5)


async def test_invariant_3_what_passes_when_subscribing_is_baseline(world: World) -> None:
    await watched(world, p1=100, p2=99, p3=None)

    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    assert await baselined(world, 1, 2, 3) == {1}


async def test_invariant_3_post_that_sank_below_the_bar_is_baseline_too(world: World) -> None:
    await watched(world, p1=110)
    await world.polled(at=later(minutes=5), changes=[change(post(1, 95), new=False)])

    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    assert await baselined(world, 1) == {1}


async def test_young_posts_below_the_threshold_are_read_again_now(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    old = post(2, 5, published_at=later(hours=-49))
    await world.polled(changes=[change(post(1, 5)), change(old), change(post(3, 500))])

    await world.storage.subscriptions.subscribe(wanted(), SINCE, later(minutes=1))

    [due] = await world.storage.watches.claim_due(later(minutes=1), limit=1, lease_s=60)
    assert [rechecks.post_key for rechecks in due.rechecks] == [key(1)]


async def test_changed_rules_replace_the_old_with_a_baseline(world: World) -> None:
    await watched(world, p1=60)
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    now_is = await changed(world.storage, made, trendpage=50, mastodon=5)

    assert (now_is.settings.min_rp, now_is.settings.language) == ({TRENDPAGE: 50, MASTODON: 5}, "en")
    assert await world.storage.subscriptions.get(made.id) == now_is
    assert await baselined(world, 1) == {1}


async def test_source_left_by_its_last_listener_is_deactivated(storage: Storage) -> None:
    made = await storage.subscriptions.subscribe(wanted(min_rp={TRENDPAGE: 100, MASTODON: 5}), SINCE, NOW)

    await changed(storage, made, mastodon=5)

    assert {watch.source: watch.next_poll_at for watch in await storage.watches.listed()} == {
        MASTODON: NOW,
        TRENDPAGE: None,
    }


async def test_rules_of_a_subscription_that_is_gone_are_refused(storage: Storage) -> None:
    made = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.subscriptions.unsubscribe(made.id, NOW)

    with pytest.raises(RefusedRequest) as refused:
        await changed(storage, made, trendpage=1)

    assert refused.value.text_id == "subscription-gone"


async def test_pause_drops_what_is_not_sealed_and_deactivates_the_watch(world: World) -> None:
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    entries = await world.told(made, 1, 2)
    sealed = await world.storage.entries.seal(message_id(1), entries[:1], NOW, lease_s=60)

    first = await world.storage.subscriptions.pause(made.id, PauseReason.FORBIDDEN, NOW)
    again = await world.storage.subscriptions.pause(made.id, PauseReason.BY_USER, NOW)

    paused = await world.storage.subscriptions.get(made.id)
    assert (first, again, paused and paused.paused) == (True, False, PauseReason.FORBIDDEN)
    assert sealed == await world.storage.messages.get(message_id(1))
    assert (await world.storage.trends.totals()).waiting == 0
    assert await world.storage.watches.next_due_at() is None


async def test_lost_channel_pauses_all_its_active_subscriptions(storage: Storage) -> None:
    first = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    second = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)
    await storage.subscriptions.pause(second.id, PauseReason.BY_USER, NOW)

    paused = await storage.subscriptions.pause_channel(CHANNEL, PauseReason.NOT_FOUND, NOW)

    assert [(found.id, found.paused) for found in paused] == [(first.id, PauseReason.NOT_FOUND)]
    assert await storage.subscriptions.pause_channel(CHANNEL, PauseReason.NOT_FOUND, NOW) == []


async def test_invariant_3_resumed_subscription_hears_nothing_old(world: World) -> None:
    await watched(world, p1=60)
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.storage.subscriptions.pause(made.id, PauseReason.BY_USER, NOW)
    await world.polled(at=later(minutes=5), changes=[change(post(1, 200), new=False)])

    resumed = await world.storage.subscriptions.resume(made.id, SINCE, later(minutes=6))
    again = await world.storage.subscriptions.resume(made.id, SINCE, later(minutes=6))

    assert (resumed, again) == (True, False)
    assert await baselined(world, 1) == {1}
    assert await world.storage.watches.next_due_at() == later(minutes=6)


async def test_invariant_3_watch_that_was_inactive_begins_with_a_first_poll(world: World) -> None:
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled()
    await world.storage.subscriptions.pause(made.id, PauseReason.BY_USER, NOW)

    await world.storage.subscriptions.resume(made.id, SINCE, later(hours=9))

    [watch] = await world.storage.watches.listed()
    assert (watch.last_ok_at, watch.cursor, watch.next_poll_at) == (None, None, later(hours=9))


async def test_mute_is_seen_by_polls_and_its_end_is_a_baseline(world: World) -> None:
    await watched(world, p1=60)
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    muted = await world.storage.subscriptions.mute(made.id, later(hours=1), NOW)
    heard = (await world.state_of()).listeners[0].muted_until
    await world.polled(at=later(minutes=5), changes=[change(post(1, 200), new=False)])

    ended = await world.storage.subscriptions.mute(made.id, None, later(minutes=6))

    assert (muted, ended, heard) == (True, True, later(hours=1))
    assert (await world.state_of()).listeners[0].muted_until is None
    assert await baselined(world, 1) == {1}
    assert not await world.storage.subscriptions.mute(NOBODY, None, NOW)


async def test_paused_subscription_whose_mute_ends_wakes_nothing(world: World) -> None:
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.storage.subscriptions.mute(made.id, later(hours=1), NOW)
    await world.storage.subscriptions.pause(made.id, PauseReason.BY_USER, NOW)

    ended = await world.storage.subscriptions.mute(made.id, None, later(minutes=5))
    rests = await world.storage.watches.next_due_at()
    await world.storage.subscriptions.resume(made.id, SINCE, later(minutes=10))

    assert (ended, rests) == (True, None)
    assert await world.storage.watches.next_due_at() == later(minutes=10)


async def test_unsubscribed_is_gone_and_its_watch_is_deactivated(world: World) -> None:
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(made, 1)

    removed = await world.storage.subscriptions.unsubscribe(made.id, NOW)

    assert removed == made
    assert await world.storage.subscriptions.get(made.id) is None
    assert await world.storage.subscriptions.unsubscribe(made.id, NOW) is None
    assert await world.storage.subscriptions.listed(GUILD) == []
    assert await world.storage.entries.waiting(NOW) == {}
    assert await world.storage.watches.next_due_at() is None
    assert not await world.storage.trends.is_followed(TOPIC.key, HERE)


async def test_unsubscribing_one_leaves_the_watch_to_the_other(storage: Storage) -> None:
    made = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)

    await storage.subscriptions.unsubscribe(made.id, NOW)

    assert await storage.watches.next_due_at() == NOW


async def test_restore_undoes_unsubscribe_with_a_baseline(world: World) -> None:
    await watched(world, p1=200)
    made = await world.storage.subscriptions.subscribe(wanted(), NOW, later(hours=1))
    await world.storage.subscriptions.unsubscribe(made.id, later(hours=1))

    restored = await world.storage.subscriptions.restore(made.id, SINCE, later(days=30, hours=1))

    assert restored == made
    assert await baselined(world, 1) == {1}
    assert await world.storage.watches.next_due_at() == later(minutes=5)


async def test_restore_is_too_late_after_30_days_or_when_subscribed_again(storage: Storage) -> None:
    first = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    second = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    for made in (first, second):
        await storage.subscriptions.unsubscribe(made.id, NOW)
    await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)

    assert await storage.subscriptions.restore(first.id, SINCE, later(days=30, seconds=1)) is None
    assert await storage.subscriptions.restore(second.id, SINCE, NOW) is None
    assert await storage.subscriptions.restore(NOBODY, SINCE, NOW) is None


async def test_lists_are_by_channel_and_topic_name(storage: Storage) -> None:
    in_other = await storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)
    data_center = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    ai = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)

    names = sorted([data_center, ai], key=lambda made: made.topic.name)
    assert await storage.subscriptions.listed(GUILD) == [*names, in_other]
    assert await storage.subscriptions.listed(GUILD, OTHER_CHANNEL) == [in_other]


async def test_counts_are_for_guild_and_channel(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)
    removed = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    await storage.subscriptions.unsubscribe(removed.id, NOW)

    assert await storage.subscriptions.counts(GUILD, CHANNEL) == Counts(in_guild=2, in_channel=1)


@pytest.mark.parametrize("deed", ["change", "pause", "mute", "unsubscribe"])
async def test_every_change_makes_plans_stale(world: World, deed: str) -> None:
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    state = await world.poll()

    if deed == "change":
        await changed(world.storage, made, trendpage=1)
    elif deed == "pause":
        await world.storage.subscriptions.pause(made.id, PauseReason.BY_USER, NOW)
    elif deed == "mute":
        await world.storage.subscriptions.mute(made.id, later(hours=1), NOW)
    else:
        await world.storage.subscriptions.unsubscribe(made.id, NOW)

    with pytest.raises(StalePlan):
        await world.storage.polls.commit(plan(state))
