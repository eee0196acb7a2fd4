"""The contract of answers to people, of notes and of pruning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.models import Actor, Audience, Baseline, BaselineReason, EntryId, Post, Sample, Snapshot, SourceName
from bot.core.text import make_topic, topic_key
from bot.storage.sql.reports.trends import Totals
from bot.storage.stores import Storage
from tests.failures import failed
from tests.storage.world import (
    CHANNEL,
    HERE,
    LEASE_S,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    World,
    alert,
    change,
    key,
    later,
    message_id,
    plan,
    post,
    wanted,
)

TRENDPAGE, MASTODON = SourceName.TRENDPAGE, SourceName.MASTODON


async def known(storage: Storage, *names: str) -> None:
    await storage.watches.add([(TRENDPAGE, make_topic(name), None) for name in names], NOW)


async def test_known_topic_is_found_by_its_key(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)

    assert await storage.trends.topic(topic_key("＃データセンター")) == TOPIC
    assert await storage.trends.topic(OTHER_TOPIC.key) is None


async def test_suggestions_start_with_then_contain_then_resemble(storage: Storage) -> None:
    await known(storage, "生成AI", "AI", "AIエージェント", "桜", "aj")

    names = [topic.name for topic in await storage.trends.suggest_topics("ＡＩ")]

    assert names == ["AI", "AIエージェント", "生成AI"]


async def test_misspelt_topic_is_suggested(storage: Storage) -> None:
    await known(storage, "データセンター", "データベース", "大谷翔平")

    names = [topic.name for topic in await storage.trends.suggest_topics("データーセンター")]

    assert names[0] == "データセンター"
    assert "大谷翔平" not in names


async def test_nothing_typed_suggests_the_most_followed(storage: Storage) -> None:
    await known(storage, "あ", "い", "う")
    for channel in (CHANNEL, OTHER_CHANNEL):
        await storage.subscriptions.subscribe(wanted(make_topic("う"), channel=channel), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(make_topic("い")), SINCE, NOW)

    assert [topic.name for topic in await storage.trends.suggest_topics("", HERE, limit=2)] == ["う", "い"]


@pytest.mark.parametrize("typed", ["%", "_", "'", '"', "\\", "*", "💥" * 40])
async def test_any_text_can_be_typed(storage: Storage, typed: str) -> None:
    await known(storage, "データセンター")

    assert await storage.trends.suggest_topics(typed) == []


async def test_topic_is_followed_while_anybody_subscribes(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    before = await storage.trends.is_followed(TOPIC.key, HERE)

    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    assert (before, await storage.trends.is_followed(TOPIC.key, HERE)) == (False, True)


async def test_newest_snapshot_of_each_source(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    newest = Snapshot(later(minutes=5), volume=12, audience=Audience(male_pct=61))

    await world.polled(snapshot=Snapshot(NOW, volume=10))
    await world.polled(at=later(minutes=5), snapshot=newest)

    assert await world.storage.trends.latest_snapshots(TOPIC.key) == {TRENDPAGE: newest}
    assert await world.storage.trends.latest_snapshots(OTHER_TOPIC.key) == {}


async def test_recent_posts_come_highest_rp_first_and_unknown_last(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    posts = [post(1, 5), post(2, None), post(3, 500)]

    await world.polled(changes=[change(seen) for seen in posts])

    stored = await world.storage.trends.recent_posts(TOPIC.key, SINCE)
    assert [found.post for found in stored] == [posts[2], posts[0], posts[1]]
    assert {(found.source, found.first_seen_at, found.rp_at) for found in stored} == {(TRENDPAGE, NOW, NOW)}


async def test_recent_posts_are_those_seen_or_written_since(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1, published_at=later(hours=-100)))])
    await world.polled(at=later(hours=2), changes=[change(post(2, published_at=later(hours=-100)))])

    stored = await world.storage.trends.recent_posts(TOPIC.key, later(hours=1))

    assert [found.post.key for found in stored] == [key(2)]


async def seen_at(world: World, *places: tuple[SourceName, str | None], **posts: list[Post]) -> None:
    """Each place was looked at and showed the posts given under its source or its target."""
    await world.storage.watches.add([(source, TOPIC, target) for source, target in places], NOW)
    for claimed in await world.storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S):
        shown = posts[claimed.watch.target or claimed.watch.source.value]
        state = await world.storage.polls.state(claimed.watch, [], NOW)
        await world.storage.polls.commit(plan(state, changes=[change(each) for each in shown]))


async def test_post_two_sources_saw_comes_as_each_of_them_saw_it(world: World) -> None:
    await seen_at(world, (TRENDPAGE, None), (MASTODON, None), trendpage=[post(1, 30)], mastodon=[post(1, 40)])

    both = await world.storage.trends.recent_posts(TOPIC.key, SINCE)
    one = await world.storage.trends.recent_posts(TOPIC.key, SINCE, sources=[TRENDPAGE])

    assert [(found.source, found.post.rp, found.max_rp) for found in both] == [
        (MASTODON, 40, 40),
        (TRENDPAGE, 30, 30),
    ]
    assert [(found.source, found.post.rp) for found in one] == [(TRENDPAGE, 30)]


async def test_post_two_places_of_a_source_saw_comes_once_with_the_larger_rp(world: World) -> None:
    await seen_at(
        world,
        (MASTODON, None),
        (MASTODON, "second"),
        (MASTODON, "third"),
        mastodon=[post(1, 30), post(2, None)],
        second=[post(1, 40), post(2, None)],
        third=[post(1, None)],
    )

    stored = await world.storage.trends.recent_posts(TOPIC.key, SINCE)

    assert [(found.post.key, found.post.rp) for found in stored] == [(key(1), 40), (key(2), None)]


async def test_no_source_crowds_out_another(world: World) -> None:
    loud = [post(number, 1000 + number) for number in range(10, 20)]
    await seen_at(
        world,
        (TRENDPAGE, None),
        (MASTODON, None),
        mastodon=loud,
        trendpage=[post(1, 5), post(2, None), post(3, 7)],
    )

    stored = await world.storage.trends.recent_posts(TOPIC.key, SINCE, limit=2)

    assert [(found.source, found.post.rp) for found in stored] == [
        (MASTODON, 1019),
        (MASTODON, 1018),
        (TRENDPAGE, 7),
        (TRENDPAGE, 5),
    ]


async def test_texts_are_of_people_and_of_the_time_asked_for(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    posts = [
        post(1, text="停電"),
        replace(post(2), by_bot=True),
        replace(post(3), sensitive=True),
        replace(post(4), text="復旧", author_handle="Hanako", created_at=later(hours=2)),
        post(5, published_at=later(hours=5)),
    ]
    await world.polled(changes=[change(one) for one in posts])

    texts = await world.storage.trends.texts(TOPIC.key, NOW, later(hours=3), limit=10)
    one = await world.storage.trends.texts(TOPIC.key, NOW, later(hours=3), limit=1)

    assert {(found.text, found.rank, found.at) for found in texts} == {
        ("停電", 150, NOW),
        ("復旧", 150, later(hours=2)),
    }
    assert len(one) <= 1
    assert "hanako" in {found.author for found in texts}


@pytest.mark.invariant(8)
async def test_a_hidden_post_is_no_text(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1)), change(post(2))])
    await world.storage.moderation.hide(HERE.guild_id, key(1), actor=Actor("user:1"), why=None, now=NOW)

    texts = await world.storage.trends.texts(TOPIC.key, SINCE, later(hours=1), HERE, limit=10)

    assert [found.key for found in texts] == [key(2)]


async def test_samples_are_read_as_the_source_with_the_highest_rp_showed_them(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    for hours, rp in enumerate((10, 40, 90)):
        await world.polled(at=later(hours=hours), changes=[change(post(1, rp), new=hours == 0)])

    found = await world.storage.trends.samples(TOPIC.key, [key(1)], later(hours=1.5))

    assert found == {(TRENDPAGE, key(1)): (Sample(40, later(hours=1)), Sample(90, later(hours=2)))}


async def test_unknown_summary_holds_nothing(storage: Storage) -> None:
    assert await storage.trends.held_posts(EntryId(7)) == []


async def test_totals_count_what_is_there(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(subscription, 1, 2)

    assert await world.storage.trends.totals() == Totals(topics=1, watches=1, subscriptions=1, posts=2, waiting=2)


async def test_note_is_kept_and_replaced(storage: Storage) -> None:
    before = await storage.maintenance.get_note("tree")
    await storage.maintenance.set_note("tree", "a")
    await storage.maintenance.set_note("tree", "b")

    assert (before, await storage.maintenance.get_note("tree")) == (None, "b")


@pytest.mark.parametrize(("days", "left"), [(9, 0), (11, 1)])
async def test_posts_are_kept_for_as_long_as_the_operator_wants(world: World, days: int, left: int) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1))])

    await world.storage.maintenance.prune(later(days=10), keep_posts=timedelta(days=days))

    assert (await world.storage.trends.totals()).posts == left


async def test_posts_unchanged_for_30_days_are_pruned(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1)), change(post(2))])
    await world.polled(at=later(days=20), changes=[change(post(2, 160), new=False)])

    pruned = await world.storage.maintenance.prune(later(days=31), keep_posts=timedelta(days=30))

    assert pruned >= 1
    assert set((await world.state_of(TOPIC, 1, 2)).known) == {key(2)}
    assert (await world.storage.trends.totals()).posts == 1


async def test_invariant_2_what_was_decided_outlives_the_pruned_post(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(
        changes=[change(post(1)), change(post(2))],
        alerts=[alert(subscription, post(1))],
        baselines=[Baseline(subscription.id, key(2), BaselineReason.FIRST_POLL)],
    )
    [entry] = (await world.storage.entries.waiting(NOW))[CHANNEL]
    await world.storage.entries.seal(message_id(1), [entry], NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(1), 7, NOW)

    await world.storage.maintenance.prune(later(days=300), keep_posts=timedelta(days=30))

    state = await world.state_of(TOPIC, 1, 2)
    assert state.known == {}
    assert (set(state.alerted), set(state.baselined)) == ({(CHANNEL, key(1))}, {(subscription.id, key(2))})
    assert await world.storage.messages.get(message_id(1)) is None


async def test_invariant_1_pruning_leaves_what_waits_or_is_uncertain(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    entries = await world.told(subscription, 1, 2)
    await world.storage.entries.seal(message_id(1), entries[:1], NOW, lease_s=LEASE_S)
    await world.storage.messages.mark_uncertain(message_id(1), failed("no history"), NOW)

    await world.storage.maintenance.prune(later(days=1000), keep_posts=timedelta(days=30))

    assert await world.storage.messages.get(message_id(1)) is not None
    assert (await world.storage.entries.waiting(NOW))[CHANNEL] == entries[1:]
    assert len((await world.state_of(TOPIC, 1, 2)).alerted) == 2


async def test_removed_subscription_is_pruned_with_its_watch_and_topic(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.storage.subscriptions.unsubscribe(subscription.id, NOW)

    await world.storage.maintenance.prune(later(days=29), keep_posts=timedelta(days=30))
    kept = await world.storage.trends.totals()
    await world.storage.maintenance.prune(later(days=31), keep_posts=timedelta(days=30))

    assert (kept.topics, kept.watches) == (1, 1)
    assert await world.storage.trends.totals() == Totals(topics=0, watches=0, subscriptions=0, posts=0, waiting=0)


async def test_pruning_again_finds_nothing(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1))])
    await world.storage.maintenance.prune(later(days=31), keep_posts=timedelta(days=30))

    assert await world.storage.maintenance.prune(later(days=31), keep_posts=timedelta(days=30)) == 0
