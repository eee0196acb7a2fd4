"""The contract of whom what is shown: nothing that another server, or a channel hidden from a person, follows."""

from __future__ import annotations

import pytest

from bot.core.models import STRANGER, ChannelId, GuildId, Snapshot, SourceName, SubscriptionSettings, Viewer
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.storage.digests.digest_world import NEXT, chosen
from tests.storage.digests.digest_world import polled as polled_at
from tests.storage.world import (
    CHANNEL,
    GUILD,
    NOW,
    OTHER_CHANNEL,
    SINCE,
    TOPIC,
    USER,
    World,
    change,
    later,
    post,
    wanted,
)

OTHER_GUILD, ELSEWHERE = GuildId(2 << 60), ChannelId((2 << 60) + 1)
MEMBER = Viewer(GUILD, frozenset({CHANNEL}))
HIDDEN_FROM = Viewer(GUILD, frozenset({OTHER_CHANNEL}))
OUTSIDER = Viewer(OTHER_GUILD, frozenset({ELSEWHERE}))
FORGED = Viewer(OTHER_GUILD, frozenset({CHANNEL, ELSEWHERE}))
"""Names a channel that is another server's."""
NOBODYS = [STRANGER, HIDDEN_FROM, OUTSIDER, FORGED, Viewer(GUILD)]

pytestmark = pytest.mark.invariant(10)


async def known_to(storage: Storage, viewer: Viewer) -> tuple[bool, ...]:
    """Whether the topic comes to light by any of the questions that take a viewer."""
    return (
        bool(await storage.trends.suggest_topics("", viewer)),
        bool(await storage.trends.suggest_topics("データ", viewer)),
        bool(await storage.trends.suggest_topics("センター", viewer)),
        bool(await storage.trends.suggest_topics("データーセンタ", viewer)),
        await storage.trends.shown_topic(TOPIC.key, viewer) is not None,
        bool(await storage.trends.shown_watches(TOPIC.key, viewer)),
        bool(await storage.trends.latest_snapshots(TOPIC.key, viewer)),
        bool(await storage.trends.recent_posts(TOPIC.key, SINCE, viewer)),
        bool(await storage.trends.some_texts(viewer)),
    )


async def polled(world: World) -> None:
    await world.polled(changes=[change(post(1))], snapshot=Snapshot(NOW, volume=10))


async def test_what_a_channel_follows_is_known_to_who_sees_it_alone(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await polled(world)

    assert all(await known_to(storage, MEMBER))
    assert await storage.trends.is_followed(TOPIC.key, MEMBER)
    for viewer in NOBODYS:
        assert not any(await known_to(storage, viewer)), viewer
        assert not await storage.trends.is_followed(TOPIC.key, viewer)


async def test_what_a_digest_tells_of_is_known_to_who_sees_its_channel_alone(
    storage: Storage, world: World
) -> None:
    await storage.digests.create(GUILD, USER, chosen(TOPIC), NEXT, NOW)
    await polled(world)

    assert all(await known_to(storage, MEMBER))
    for viewer in NOBODYS:
        assert not any(await known_to(storage, viewer)), viewer


async def test_what_the_operator_watches_is_known_to_everybody(storage: Storage, world: World) -> None:
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], NOW)
    await polled(world)

    for viewer in (MEMBER, *NOBODYS):
        assert all(await known_to(storage, viewer)), viewer
        assert not await storage.trends.is_followed(TOPIC.key, viewer)


async def test_what_the_operator_no_longer_watches_is_its_followers_alone(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], NOW)
    await polled(world)

    assert await storage.watches.remove(SourceName.TRENDPAGE, TOPIC.key)

    assert all(await known_to(storage, MEMBER))
    assert not any(await known_to(storage, OUTSIDER))


async def test_a_topic_that_was_left_is_nobodys(storage: Storage, world: World) -> None:
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    digest = await storage.digests.create(GUILD, USER, chosen(TOPIC), NEXT, NOW)
    await polled(world)

    await storage.subscriptions.unsubscribe(subscription.id, NOW)
    await storage.digests.delete(digest.id, NOW)

    assert not any(await known_to(storage, MEMBER))


async def test_only_the_sources_their_own_channels_listen_to_are_known(storage: Storage) -> None:
    """Two servers follow one topic at different sources: neither learns where the other looks."""
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    there = wanted(guild=OTHER_GUILD, channel=ELSEWHERE, min_rp={SourceName.MASTODON: 5})
    await storage.subscriptions.subscribe(there, SINCE, NOW)

    found = [watch.source for watch in await storage.trends.shown_watches(TOPIC.key, OUTSIDER)]

    assert found == [SourceName.MASTODON]


async def test_how_many_others_follow_a_topic_does_not_order_suggestions(storage: Storage) -> None:
    for name in ("い", "う"):
        await storage.subscriptions.subscribe(wanted(make_topic(name)), SINCE, NOW)
    for channel in range(5):
        there = wanted(make_topic("う"), guild=OTHER_GUILD, channel=ChannelId(ELSEWHERE + channel))
        await storage.subscriptions.subscribe(there, SINCE, NOW)

    assert [topic.name for topic in await storage.trends.suggest_topics("", MEMBER)] == ["い", "う"]


async def test_channels_that_follow_something_are_those_of_the_server(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.digests.create(GUILD, USER, chosen(TOPIC, channel=OTHER_CHANNEL), NEXT, NOW)
    await storage.subscriptions.subscribe(wanted(guild=OTHER_GUILD, channel=ELSEWHERE), SINCE, NOW)

    assert set(await storage.guilds.following_channels(GUILD)) == {CHANNEL, OTHER_CHANNEL}
    assert await storage.guilds.following_channels(OTHER_GUILD) == [ELSEWHERE]
    assert await storage.guilds.following_channels(GuildId(5)) == []


async def seen_by_others(world: World) -> None:
    """A server follows the topic and sees a post; an hour later another one follows it, and sees the next."""
    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(changes=[change(post(1))])
    there = wanted(guild=OTHER_GUILD, channel=ELSEWHERE)
    await world.storage.subscriptions.subscribe(there, SINCE, later(hours=1))
    await world.polled(at=later(hours=2), changes=[change(post(2))])


async def test_what_a_watch_saw_before_they_listened_is_not_theirs(storage: Storage, world: World) -> None:
    """Who follows a topic does not learn by what is stored of it that others did so before."""
    await seen_by_others(world)

    theirs = await storage.trends.recent_posts(TOPIC.key, SINCE, OUTSIDER)
    before = await storage.trends.recent_posts(TOPIC.key, SINCE, MEMBER)

    assert [one.post for one in theirs] == [post(2)]
    assert {one.post.key for one in before} == {post(1).key, post(2).key}


async def test_a_watch_stands_for_its_source_once_all_it_lately_saw_is_theirs(
    storage: Storage, world: World
) -> None:
    await seen_by_others(world)
    [watch] = await storage.trends.topic_watches(TOPIC.key)

    assert await storage.trends.recallable_watches(TOPIC.key, MEMBER, later(hours=-46)) == {watch.id}
    assert await storage.trends.recallable_watches(TOPIC.key, OUTSIDER, later(hours=-46)) == frozenset()
    assert await storage.trends.recallable_watches(TOPIC.key, OUTSIDER, later(hours=3)) == {watch.id}
    assert await storage.trends.recallable_watches(TOPIC.key, HIDDEN_FROM, later(hours=3)) == frozenset()


async def test_the_operators_watches_stand_for_their_source_to_everybody(storage: Storage, world: World) -> None:
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], NOW)
    await polled(world)
    [watch] = await storage.trends.topic_watches(TOPIC.key)

    for viewer in (MEMBER, *NOBODYS):
        assert await storage.trends.recallable_watches(TOPIC.key, viewer, SINCE) == {watch.id}


async def test_a_topic_that_a_digest_names_later_is_its_own_from_then_on(storage: Storage, world: World) -> None:
    there = chosen(make_topic("ほか"), channel=ELSEWHERE)
    digest = await storage.digests.create(OTHER_GUILD, USER, there, NEXT, NOW)
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(changes=[change(post(1))])

    both = chosen(make_topic("ほか"), TOPIC, channel=ELSEWHERE)
    await storage.digests.change(digest.id, both, NEXT, later(hours=1))
    await storage.digests.change(digest.id, both, NEXT, later(hours=3))
    await world.polled(at=later(hours=2), changes=[change(post(2))])

    assert [one.post for one in await storage.trends.recent_posts(TOPIC.key, SINCE, OUTSIDER)] == [post(2)]
    [listened] = (await storage.periods.listened([TOPIC.key], OUTSIDER)).values()
    assert (listened.since, listened.is_shared) == (later(hours=1), True)


async def test_a_source_that_a_subscription_adds_later_is_its_own_from_then_on(storage: Storage) -> None:
    there = wanted(guild=OTHER_GUILD, channel=ELSEWHERE, min_rp={SourceName.MASTODON: 5})
    subscription = await storage.subscriptions.subscribe(there, SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await polled_at(storage, SourceName.TRENDPAGE, [change(post(1))], NOW)

    both = {SourceName.MASTODON: 5, SourceName.TRENDPAGE: 5}
    await storage.subscriptions.change_rules(
        subscription.id,
        SubscriptionSettings(min_rp=both, rules=subscription.settings.rules, role_id=None, language="ja"),
        baseline_since=SINCE,
        now=later(hours=1),
    )
    await polled_at(storage, SourceName.TRENDPAGE, [change(post(2))], later(hours=2))

    assert [one.post for one in await storage.trends.recent_posts(TOPIC.key, SINCE, OUTSIDER)] == [post(2)]
    listened = {one.since for one in (await storage.periods.listened([TOPIC.key], OUTSIDER)).values()}
    assert listened == {NOW, later(hours=1)}


async def test_when_a_watch_was_read_for_others_before_is_nobody_elses(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled()
    await storage.subscriptions.subscribe(wanted(guild=OTHER_GUILD, channel=ELSEWHERE), SINCE, later(hours=1))

    async def read_at(guild: GuildId, channel: ChannelId) -> bool:
        [followed] = await storage.health.followed_watches(guild)
        return followed.within(frozenset({channel})).watch.last_ok_at is not None

    assert (await read_at(GUILD, CHANNEL), await read_at(OTHER_GUILD, ELSEWHERE)) == (True, False)
    await world.polled(at=later(hours=2))
    assert await read_at(OTHER_GUILD, ELSEWHERE)
