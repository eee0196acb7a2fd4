"""Every back end: digests listen to topics, stand in for alerts, and lose posts that are taken down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.alerting.policy import PollPolicy
from bot.core.errors import StalePlan
from bot.core.explain.explanation import explain
from bot.core.explain.steps import Baselined
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    BaselineReason,
    ChannelId,
    FetchResult,
    GuildId,
    Message,
    NewSubscription,
    PauseReason,
    Period,
    PollPlan,
    Post,
    SourceName,
    Topic,
    Viewer,
)
from bot.core.planning.plan import plan_poll
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
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

from .digest_world import DUE, NEXT, chosen, claimed, issue, made, polled, shown, told

TRENDPAGE, MASTODON, MISSKEY = SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.MISSKEY
OTHER_GUILD = GuildId(2 << 60)
MONTH = timedelta(days=30)
POLICY = PollPolicy(interval=timedelta(minutes=5))


async def awake(storage: Storage, topic: Topic = TOPIC) -> list[SourceName]:
    watches = await storage.trends.topic_watches(topic.key)
    return [watch.source for watch in watches if watch.next_poll_at is not None]


async def version(storage: Storage, topic: Topic = TOPIC) -> int:
    return sum(watch.rules_version for watch in await storage.trends.topic_watches(topic.key))


# -- its topics are looked at -----------------------------------------------------------------------------


async def test_a_topic_that_nobody_follows_is_polled_for_the_digest(storage: Storage) -> None:
    await made(storage, TOPIC, sources=(TRENDPAGE, MASTODON))

    assert await awake(storage) == [MASTODON, TRENDPAGE]
    due = await storage.watches.claim_due(NOW, limit=9, lease_s=LEASE_S)
    assert {one.watch.source for one in due} == {TRENDPAGE, MASTODON}


async def test_a_topic_that_the_channel_follows_is_polled_where_it_does(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    await made(storage, TOPIC, OTHER_TOPIC, sources=(MASTODON,))

    assert await awake(storage) == [TRENDPAGE]
    assert await awake(storage, OTHER_TOPIC) == [MASTODON]


@pytest.mark.invariant(10)
@pytest.mark.parametrize("there", [wanted(guild=OTHER_GUILD, channel=ChannelId(5)), wanted(channel=OTHER_CHANNEL)])
async def test_where_others_look_for_a_topic_says_nothing_of_where_a_digest_does(
    storage: Storage, there: NewSubscription
) -> None:
    await storage.subscriptions.subscribe(there, SINCE, NOW)

    digest = await made(storage, TOPIC, sources=(MASTODON,))

    heard = await storage.periods.followed_watches(
        [TOPIC.key], Viewer(digest.guild_id, frozenset({digest.channel_id}))
    )
    sources = {watch.id: watch.source for watch in await storage.trends.topic_watches(TOPIC.key)}
    assert [sources[watch_id] for watch_id in heard[TOPIC.key]] == [MASTODON]


@pytest.mark.invariant(10)
async def test_a_period_holds_what_these_watches_saw(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(guild=OTHER_GUILD, channel=ChannelId(5)), SINCE, NOW)
    await world.polled(changes=[change(post(1))])
    [seen] = await storage.trends.topic_watches(TOPIC.key)
    period = Period(NOW - timedelta(hours=1), later(hours=1))

    all_of_it = await storage.periods.topic_period(TOPIC.key, period, limit=5)
    theirs = await storage.periods.topic_period(TOPIC.key, period, limit=5, watch_ids=[seen.id])
    nobodys = await storage.periods.topic_period(TOPIC.key, period, limit=5, watch_ids=[])

    assert all_of_it == theirs
    assert (len(theirs.posts), theirs.polled) == (1, True)
    assert (nobodys.posts, nobodys.new_posts, nobodys.polled, nobodys.troubles) == ((), 0, False, ())


async def test_a_digest_keeps_nothing_awake_that_costs_money(storage: Storage) -> None:
    subscription = await storage.subscriptions.subscribe(wanted(min_rp={SourceName.X: 5}), SINCE, NOW)
    await made(storage, TOPIC)
    both = await awake(storage)

    await storage.subscriptions.unsubscribe(subscription.id, NOW)

    assert (both, await awake(storage)) == ([TRENDPAGE, SourceName.X], [TRENDPAGE])


async def test_a_digest_keeps_its_topics_awake_when_the_last_subscription_goes(storage: Storage) -> None:
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    digest = await made(storage, TOPIC)

    await storage.subscriptions.unsubscribe(subscription.id, NOW)
    assert await awake(storage) == [TRENDPAGE]
    await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)
    assert await awake(storage) == []
    await storage.digests.resume(digest.id, DUE, NOW)
    assert await awake(storage) == [TRENDPAGE]
    await storage.digests.delete(digest.id, NOW)
    assert await awake(storage) == []
    await storage.digests.restore(digest.id, DUE, NOW)
    assert await awake(storage) == [TRENDPAGE]


async def test_a_woken_watch_begins_anew(storage: Storage, world: World) -> None:
    digest = await made(storage, TOPIC)
    await world.polled(changes=[change(post(1))])
    await storage.digests.pause(digest.id, PauseReason.BY_USER, later(days=1))

    await storage.digests.resume(digest.id, DUE, later(days=2))

    [watch] = await storage.trends.topic_watches(TOPIC.key)
    assert (watch.next_poll_at, watch.last_ok_at, watch.cursor) == (later(days=2), None, None)


async def test_a_watch_that_is_read_already_keeps_its_rhythm(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled()
    [before] = await storage.trends.topic_watches(TOPIC.key)

    await made(storage, TOPIC)

    [after] = await storage.trends.topic_watches(TOPIC.key)
    assert (after.next_poll_at, after.last_ok_at, after.cursor) == (before.next_poll_at, NOW, "cursor")
    assert after.rules_version > before.rules_version


async def test_other_topics_are_polled_instead(storage: Storage) -> None:
    digest = await made(storage, TOPIC)

    await storage.digests.change(digest.id, chosen(OTHER_TOPIC), DUE, NOW)

    assert (await awake(storage), await awake(storage, OTHER_TOPIC)) == ([], [TRENDPAGE])


async def test_changed_while_paused_it_wakes_nothing(storage: Storage) -> None:
    digest = await made(storage, TOPIC)
    await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)

    await storage.digests.change(digest.id, chosen(OTHER_TOPIC), DUE, NOW)

    assert (await awake(storage), await awake(storage, OTHER_TOPIC)) == ([], [])


async def test_an_operators_watch_that_goes_stays_for_the_digest(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await made(storage, TOPIC)

    assert await storage.watches.remove(TRENDPAGE, TOPIC.key)

    assert await awake(storage) == [TRENDPAGE]
    assert await storage.trends.topic(TOPIC.key) == TOPIC


async def test_topics_and_watches_of_a_digest_are_not_pruned_until_it_is(storage: Storage) -> None:
    digest = await made(storage, TOPIC)
    await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)

    await storage.maintenance.prune(later(days=400), keep_posts=MONTH)
    assert await storage.trends.topic(TOPIC.key) == TOPIC
    assert len(await storage.watches.listed()) == 1
    await storage.digests.delete(digest.id, NOW)
    await storage.maintenance.prune(later(days=400), keep_posts=MONTH)
    assert await storage.trends.topic(TOPIC.key) is None
    assert await storage.watches.listed() == []


async def test_a_digest_follows_its_sources_to_other_servers(storage: Storage) -> None:
    await storage.source_targets.set_sources({MASTODON: ["https://a.example"]}, NOW)
    await made(storage, TOPIC, sources=(MASTODON,))

    await storage.source_targets.set_sources({MASTODON: ["https://b.example", "https://c.example"]}, NOW)

    watches = await storage.trends.topic_watches(TOPIC.key)
    assert {watch.target: watch.next_poll_at is not None for watch in watches} == {
        "https://a.example": False,
        "https://b.example": True,
        "https://c.example": True,
    }


async def test_a_digest_follows_subscriptions_to_other_servers(storage: Storage) -> None:
    await storage.source_targets.set_sources({MASTODON: ["https://a.example"]}, NOW)
    await storage.subscriptions.subscribe(wanted(min_rp={MASTODON: 5}), SINCE, NOW)
    digest = await made(storage, TOPIC)

    await storage.source_targets.set_sources({MASTODON: ["https://b.example"]}, NOW)
    [subscription] = await storage.subscriptions.listed(GUILD)
    await storage.subscriptions.unsubscribe(subscription.id, NOW)

    watches = await storage.trends.topic_watches(TOPIC.key)
    assert {watch.target for watch in watches if watch.next_poll_at is not None} == {"https://b.example"}
    await storage.digests.delete(digest.id, NOW)
    assert await awake(storage) == []


async def test_an_address_is_polled_where_its_feed_is(storage: Storage) -> None:
    feed = Topic(make_topic("url:abc").key, "ある新聞")
    await storage.watches.add([(SourceName.FEED, feed, "https://feed.example/rss")], NOW)

    await made(storage, feed, TOPIC, sources=(TRENDPAGE, SourceName.FEED))
    await storage.watches.remove(SourceName.FEED, feed.key)

    [watch] = await storage.trends.topic_watches(feed.key)
    assert (watch.target, watch.next_poll_at) == ("https://feed.example/rss", NOW)
    assert await awake(storage) == [TRENDPAGE]


async def test_status_names_what_a_digest_listens_to(storage: Storage) -> None:
    await made(storage, TOPIC)
    await storage.subscriptions.subscribe(wanted(OTHER_TOPIC, channel=OTHER_CHANNEL), SINCE, NOW)

    found = {one.watch.topic: one.channels for one in await storage.health.followed_watches(GUILD)}

    assert found == {TOPIC: {CHANNEL}, OTHER_TOPIC: {OTHER_CHANNEL}}
    assert await storage.health.followed_watches(OTHER_GUILD) == []


# -- what a poll knows of it ------------------------------------------------------------------------------


async def test_a_poll_knows_that_a_digest_will_tell_of_its_posts(storage: Storage, world: World) -> None:
    digest = await made(storage, TOPIC)
    await made(storage, OTHER_TOPIC)
    state = await world.state_of()
    assert (state.digested, state.digest_guilds) == (True, frozenset({GUILD}))

    await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)

    state = await world.state_of()
    assert (state.digested, state.digest_guilds) == (False, frozenset())


async def test_what_a_digest_stands_in_for_is_digested_too(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    assert not (await world.state_of()).digested

    await made(storage, replaces_alerts=True)

    state = await world.state_of()
    assert (state.digested, state.digest_guilds) == (True, frozenset())


@pytest.mark.invariant(8)
async def test_a_post_hidden_in_one_server_keeps_its_text_for_anothers_digest(
    storage: Storage, world: World
) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    digest = await made(storage, TOPIC, guild=OTHER_GUILD, channel=ChannelId(5))
    await world.polled(changes=[change(post(1))])

    await storage.moderation.hide(GUILD, key(1), actor=OPERATOR, why=None, now=NOW)

    [kept] = await storage.trends.recent_posts(TOPIC.key, SINCE, Viewer(OTHER_GUILD, frozenset({ChannelId(5)})))
    assert kept.post.text == "本文"
    state = await world.state_of(TOPIC, 1)
    plan = plan_poll(state, FetchResult(source=TRENDPAGE, posts=(post(1, 300),)), POLICY, later(minutes=6))
    assert [one.post.text for one in plan.changes] == ["本文"]
    await storage.digests.delete(digest.id, NOW)
    await storage.moderation.hide(GUILD, key(1), actor=OPERATOR, why=None, now=NOW)
    [redacted] = await storage.lookup.find_posts(key(1))
    assert redacted.post.text == ""


# -- in place of alerts -----------------------------------------------------------------------------------


async def digest_only(world: World, topic: Topic = TOPIC) -> list[bool]:
    return [listener.digest_only for listener in (await world.state_of(topic)).listeners]


async def test_a_digest_stands_in_for_the_alerts_of_its_topics_in_its_channel(
    storage: Storage, world: World
) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)
    await made(storage)
    assert await digest_only(world) == [False, False]

    digest = await made(storage, TOPIC, replaces_alerts=True)

    assert await digest_only(world) == [True, False]
    assert await digest_only(world, OTHER_TOPIC) == [False]
    await storage.digests.change(digest.id, chosen(replaces_alerts=True), DUE, NOW)
    assert await digest_only(world, OTHER_TOPIC) == [True]
    await storage.digests.change(digest.id, chosen(replaces_alerts=True, channel=OTHER_CHANNEL), DUE, NOW)
    assert await digest_only(world) == [False, True]


@pytest.mark.parametrize("topics", [(TOPIC,), ()], ids=["a topic by name", "all topics"])
async def test_every_change_of_a_digest_makes_plans_of_before_stale(
    storage: Storage, world: World, topics: tuple[Topic, ...]
) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    versions = [await version(storage)]

    async def changed() -> None:
        versions.append(await version(storage))

    digest = await made(storage, *topics, replaces_alerts=True)
    await changed()
    await storage.digests.pause(digest.id, PauseReason.BY_USER, NOW)
    await changed()
    assert await digest_only(world) == [False]
    await storage.digests.resume(digest.id, DUE, NOW)
    await changed()
    assert await digest_only(world) == [True]
    await storage.digests.delete(digest.id, NOW)
    await changed()
    assert await digest_only(world) == [False]
    await storage.digests.restore(digest.id, DUE, NOW)
    await changed()
    await storage.digests.change(digest.id, chosen(*topics), DUE, NOW)
    await changed()
    assert await digest_only(world) == [False]
    await storage.digests.change(digest.id, chosen(*topics, replaces_alerts=True), DUE, NOW)
    await changed()
    assert await digest_only(world) == [True]
    assert versions == sorted(set(versions))


async def poll_page(world: World, at: datetime, *posts: Post) -> PollPlan:
    """A whole poll that found these posts: planned as the poller does, and committed."""
    state = await world.poll(at, keys=[one.key for one in posts])
    decided = plan_poll(state, FetchResult(source=TRENDPAGE, posts=posts), POLICY, at)
    await world.storage.polls.commit(decided)
    return decided


@pytest.mark.invariant(3)
async def test_when_a_digest_ends_nothing_it_stood_in_for_is_alerted_late(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await poll_page(world, NOW, post(1, 20))
    digest = await made(storage, replaces_alerts=True)

    during = await poll_page(world, later(hours=1), post(1, 120), post(2, 500), post(3, 50))
    await storage.digests.delete(digest.id, later(hours=2))
    after = await poll_page(world, later(hours=3), post(1, 400), post(2, 900), post(3, 130), post(4, 300))

    assert during.alerts == ()
    assert {(one.post_key, one.why) for one in during.baselines} == {
        (key(1), BaselineReason.DIGEST),
        (key(2), BaselineReason.DIGEST),
    }
    told_after = [one.content.post.key for one in after.alerts]
    assert sorted(told_after) == [key(3), key(4)]
    [entry, *_] = (await storage.entries.waiting(later(hours=3)))[CHANNEL]
    assert entry.channel_id == CHANNEL


@pytest.mark.invariant(1)
async def test_what_was_decided_before_the_digest_is_still_sent(storage: Storage, world: World) -> None:
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(subscription, 1)

    await made(storage, replaces_alerts=True)

    assert len((await storage.entries.waiting(DUE))[CHANNEL]) == 1


@pytest.mark.invariant(2)
async def test_a_plan_of_before_the_digest_is_not_committed(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    state = await world.poll()
    await made(storage, replaces_alerts=True)

    with pytest.raises(StalePlan):
        await storage.polls.commit(plan(state))


async def test_why_says_that_it_is_left_to_the_digest(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await poll_page(world, NOW)
    await made(storage, replaces_alerts=True)
    await polled(storage, TRENDPAGE, [change(post(1))], later(hours=1))

    explained = explain(
        await storage.post_history.of_post(GUILD, CHANNEL, key(1), later(hours=2)), timedelta(hours=48)
    )

    [account] = explained.seen
    assert account.steps[-1] == Baselined(BaselineReason.DIGEST, None)


# -- what is taken down -----------------------------------------------------------------------------------


async def texts(storage: Storage) -> list[list[tuple[str, bool]]]:
    message = await storage.messages.get(message_id(1))
    assert message is not None
    return shown([entry.content for entry in message.entries])


async def sent(storage: Storage, *numbers: int) -> Message:
    await told(storage, *numbers)
    message = await storage.entries.seal(
        message_id(1), (await storage.entries.waiting(DUE))[CHANNEL], DUE, lease_s=LEASE_S
    )
    assert message is not None
    await storage.messages.begin_try(message.id, DUE)
    await storage.messages.confirm(message.id, 555, DUE)
    return message


async def taken_down(storage: Storage, number: int = 1, *, guild: GuildId = GUILD) -> tuple[int, int, bool]:
    done = await storage.moderation.hide(guild, key(number), actor=OPERATOR, why=None, now=DUE)
    return done.messages, done.waiting, done.already


@pytest.mark.invariant(8)
@pytest.mark.parametrize("guild", [GUILD, EVERYWHERE])
async def test_a_post_is_taken_out_of_a_digest_that_waits(storage: Storage, guild: GuildId) -> None:
    await told(storage, 1, 2)

    assert await taken_down(storage, guild=guild) == (0, 1, False)
    assert await taken_down(storage, guild=guild) == (0, 0, True)

    [entry] = (await storage.entries.waiting(DUE))[CHANNEL]
    assert shown([entry.content]) == [[("", True), ("本文", False)]]


@pytest.mark.invariant(8)
async def test_a_post_is_taken_out_of_a_digest_that_was_sent(storage: Storage) -> None:
    await sent(storage, 1, 2)

    assert await taken_down(storage) == (1, 0, False)

    assert await texts(storage) == [[("", True), ("本文", False)]]
    [redraw] = await storage.edits.claim(DUE, urgent=True, limit=9, lease_s=LEASE_S)
    assert not redraw.message.is_empty


@pytest.mark.invariant(8)
async def test_another_servers_digest_keeps_the_post(storage: Storage) -> None:
    await sent(storage, 1)

    assert await taken_down(storage, guild=OTHER_GUILD) == (0, 0, False)

    assert await texts(storage) == [[("本文", False)]]


@pytest.mark.invariant(8)
async def test_a_digest_of_which_every_post_is_hidden_stays_a_digest(storage: Storage) -> None:
    await told(storage, 1)
    message = await storage.entries.seal(
        message_id(1), (await storage.entries.waiting(DUE))[CHANNEL], DUE, lease_s=LEASE_S
    )
    assert message is not None

    await taken_down(storage)

    assert await texts(storage) == [[("", True)]]
    tried = await storage.messages.begin_try(message.id, DUE)
    assert not tried.is_empty
    assert not tried.entries[0].hidden


@pytest.mark.invariant(8)
async def test_a_post_let_back_stays_out_of_the_digest_it_was_taken_out_of(storage: Storage) -> None:
    await sent(storage, 1)
    await taken_down(storage)
    [hidden] = await storage.moderation.hidden_posts(GUILD)

    assert await storage.moderation.unhide(GUILD, hidden.post_hash, actor=OPERATOR, why=None, now=DUE)

    assert await texts(storage) == [[("", True)]]
    [digest] = await claimed(storage, NEXT)
    assert await storage.editions.commit(issue(digest, post(1), due_at=NEXT, next_at=later(days=9)), NEXT)


async def test_a_post_of_a_digest_is_found_by_its_message_its_link_and_its_id(storage: Storage) -> None:
    linked = replace(post(1), url='https://x.com/someone/status/1?a="b"')
    await made(storage)
    [digest] = await claimed(storage)
    await storage.editions.commit(issue(digest, linked, post(2)), DUE)
    message = await storage.entries.seal(
        message_id(1), (await storage.entries.waiting(DUE))[CHANNEL], DUE, lease_s=LEASE_S
    )
    assert message is not None
    await storage.messages.confirm(message.id, 555, DUE)

    for needle in (key(1), "1", linked.url or ""):
        [found] = await storage.lookup.find_posts(needle, GUILD)
        assert (found.post, found.source, found.rp_at) == (linked, TRENDPAGE, NOW)
        assert await storage.lookup.find_posts(needle, OTHER_GUILD) == []
    by_message = await storage.lookup.sent_message(555, GUILD)
    assert by_message is not None
    assert shown([entry.content for entry in by_message.entries]) == [[("本文", False), ("本文", False)]]
    await taken_down(storage)
    assert await storage.lookup.find_posts(key(1), GUILD) == []


async def test_a_server_finds_the_stored_posts_of_its_digests_topics(storage: Storage, world: World) -> None:
    await made(storage, TOPIC)
    await world.polled(changes=[change(post(1))])

    assert [found.post for found in await storage.lookup.find_posts(key(1), GUILD)] == [post(1)]
    assert await storage.lookup.find_posts(key(1), OTHER_GUILD) == []


async def test_posts_of_a_digest_are_forgotten_with_it(storage: Storage, inspect: Inspect) -> None:
    await sent(storage, 1, 2)
    assert inspect("SELECT count(*) FROM digest_posts") == [(2,)]

    await storage.maintenance.prune(later(days=120), keep_posts=MONTH)

    assert inspect("SELECT count(*) FROM digest_posts") == [(0,)]
    assert inspect("SELECT entry_id FROM digest_issues") == [(None,)]
