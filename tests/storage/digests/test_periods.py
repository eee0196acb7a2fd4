"""Every back end: what a topic and a channel saw in a period."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.core.causes import Cause
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    Audience,
    ChannelPeriod,
    Endpoint,
    FollowedTopic,
    GuildId,
    Health,
    HoldReason,
    PauseReason,
    Period,
    PostKey,
    Rules,
    Snapshot,
    SourceName,
    SourceProblem,
    Subscription,
    Topic,
    TopicPeriod,
    Volume,
    WatchHealth,
)
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.failures import failed
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
    alert,
    change,
    held,
    key,
    later,
    message_id,
    plan,
    post,
    wanted,
)

from .digest_world import polled

TRENDPAGE, MASTODON, MISSKEY = SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.MISSKEY
PERIOD = Period(later(hours=1), later(hours=2))
FetchRequest = tuple[float, int | None]
"""Minutes after NOW, and the RP found then. The period is from 60 to 120."""


@pytest.fixture
async def here(storage: Storage) -> Subscription:
    bars = {TRENDPAGE: 100, MASTODON: 5}
    return await storage.subscriptions.subscribe(wanted(min_rp=bars), SINCE, NOW)


async def poll(
    storage: Storage,
    number: int,
    *polls: FetchRequest,
    published_at: float | None = -600,
    source: SourceName = TRENDPAGE,
) -> None:
    """Poll after poll that finds a post, with the RP it had."""
    for turn, (minutes, rp) in enumerate(polls):
        seen = post(number, rp, published_at=None if published_at is None else later(minutes=published_at))
        await polled(storage, source, [change(seen, new=turn == 0)], later(minutes=minutes))


async def period(storage: Storage, *, limit: int = 10) -> TopicPeriod:
    return await storage.periods.topic_period(TOPIC.key, PERIOD, limit=limit)


def gains(found: TopicPeriod) -> list[tuple[PostKey, int | None]]:
    return [(one.stored.post.key, one.gained) for one in found.posts]


# -- RP gained -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a post that was looked at so. ``gained`` without ``comes``: it does not come."""

    polls: tuple[FetchRequest, ...]
    gained: int | None
    published_at: float | None = -600
    comes: bool = True


GAINED = {
    "born in the period, it gained all of its RP": Told(((75, 40), (90, 100)), 100, published_at=70),
    "known before, it gained what it has more": Told(((0, 50), (80, 130)), 80),
    "of several looks before, the last counts": Told(((0, 50), (30, 70), (80, 130), (100, 200)), 130),
    "what it gained later does not count": Told(((0, 50), (80, 130), (130, 900)), 80),
    "of an unknown RP nobody knows": Told(((75, None),), None, published_at=70),
    "known only afterwards, nobody knows": Told(((75, None), (130, 50)), None, published_at=70),
    "older and seen once, it gained nothing that is known": Told(((75, 500),), 0),
    "older and seen first in the period, it gained since then": Told(((75, 500), (100, 520)), 20),
    "its RP became known in the period": Told(((0, None), (75, 30), (90, 90)), 60),
    "born nobody knows when, it counts as older": Told(((75, 300), (90, 310)), 10, published_at=None),
    "it fell": Told(((0, 100), (80, 60)), None, comes=False),
    "seen first in the period, it fell": Told(((75, 100), (90, 60)), 0),
    "born in the period, it fell": Told(((75, 100), (90, 60)), 60, published_at=70),
    "it stayed as it was": Told(((0, 50),), None, comes=False),
    "it was seen again with the same RP": Told(((0, 50), (80, 50)), None, comes=False),
    "a sample at the start is in the period": Told(((0, 50), (60, 80)), 30),
    "a sample at the end is not": Told(((0, 50), (120, 80)), None, comes=False),
    "seen first and published_at at the start, it is new": Told(((60, 80),), 80, published_at=60),
    "born just before the start, it is older": Told(((60, 80), (70, 90)), 10, published_at=59.9),
    "seen first at the end, it is not new yet": Told(((120, 80),), None, published_at=110, comes=False),
    "gained before the period only": Told(((0, 50), (30, 500)), None, comes=False),
}


@pytest.mark.invariant(5)
@pytest.mark.parametrize("told", GAINED.values(), ids=GAINED.keys())
async def test_gained_rp(storage: Storage, here: Subscription, told: Told) -> None:
    await poll(storage, 1, *told.polls, published_at=told.published_at)

    assert gains(await period(storage)) == ([(key(1), told.gained)] if told.comes else [])


@pytest.mark.invariant(9)
async def test_rp_is_that_of_the_end_beside_what_was_gained_until_then(
    storage: Storage, here: Subscription
) -> None:
    await poll(storage, 1, (0, 50), (80, 130), (130, 900))
    await poll(storage, 2, (75, None), (130, 70), published_at=70)

    shown = {one.stored.post.key: one.stored for one in (await period(storage)).posts}

    at_the_end, known_later = shown[key(1)], shown[key(2)]
    assert (at_the_end.post.rp, at_the_end.max_rp, at_the_end.rp_at) == (130, 130, later(minutes=80))
    assert (known_later.post.rp, known_later.rp_at) == (70, later(minutes=130))


async def test_the_most_gained_come_first_then_the_highest_score_then_the_newest(
    storage: Storage, here: Subscription
) -> None:
    published_at = later(minutes=70)
    posts = [
        post(1, 50, published_at=published_at),
        post(2, 300, published_at=published_at),
        replace(post(3, None, published_at=published_at), score=5),
        replace(post(4, None, published_at=published_at), score=9),
        post(5, None, published_at=published_at),
        post(6, None, published_at=later(minutes=72)),
    ]
    await polled(storage, TRENDPAGE, [change(one) for one in posts], later(minutes=75))

    found = await period(storage)

    assert [one for one, _ in gains(found)] == [key(number) for number in (2, 1, 4, 3, 6, 5)]
    assert (found.is_all, found.new_posts, found.polled) == (True, 6, True)
    assert (found.topic, found.posts[0].stored.source) == (TOPIC, TRENDPAGE)
    assert found.posts[0].stored.post == posts[1]


async def test_of_more_posts_than_asked_for_the_best_come(storage: Storage, here: Subscription) -> None:
    changes = [change(post(number, number, published_at=later(minutes=70))) for number in range(1, 6)]
    await polled(storage, TRENDPAGE, changes, later(minutes=75))

    found = await period(storage, limit=3)

    assert gains(found) == [(key(5), 5), (key(4), 4), (key(3), 3)]
    assert (found.is_all, found.new_posts) == (False, 5)
    assert (await period(storage, limit=5)).is_all


def _gained(series: Sequence[int], *, is_new: bool) -> int:
    """The same by another way; looks 0 and 1 are before the period, 2 and 3 in it, 4 is after it."""
    return max(0, series[3] - (0 if is_new else series[1]))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_big_posts_that_hardly_grew_do_not_hide_small_ones_that_did(
    storage: Storage, here: Subscription, seed: int
) -> None:
    dice = random.Random(seed)
    series: dict[int, list[int]] = {}
    new = {number for number in range(700) if dice.random() < 0.2}
    for number in range(700):
        rp = dice.choice([0, 10, 1_000, 100_000])
        series[number] = [rp := rp + dice.choice([0, 0, 1, 5, 300, 3_000]) for _ in range(5)]
    for turn, minutes in enumerate((0, 30, 75, 100, 130)):
        changes = []
        for number, rps in series.items():
            first = 2 if number in new else 0
            if turn == first or (turn > first and rps[turn] != rps[turn - 1]):
                seen = post(number, rps[turn], published_at=later(minutes=70 if number in new else -600))
                changes.append(change(seen, new=turn == first))
        await polled(storage, TRENDPAGE, changes, later(minutes=minutes))
    expected = {key(number): _gained(rps, is_new=number in new) for number, rps in series.items()}

    found = await period(storage, limit=40)

    best = sorted(expected.values(), reverse=True)[:40]
    assert [gained for _, gained in gains(found)] == best
    assert all(expected[one] == gained for one, gained in gains(found))
    assert found.new_posts == len(new)
    assert not found.is_all


async def test_posts_that_only_stayed_are_not_among_all(storage: Storage, here: Subscription) -> None:
    stayed = [change(post(number, 10_000 + number)) for number in range(300)]
    await polled(storage, TRENDPAGE, stayed, NOW)
    liked = [change(replace(one.post, likes=3), new=False) for one in stayed]
    await polled(storage, TRENDPAGE, [replace(one, sampled=False) for one in liked], later(minutes=70))
    await poll(storage, 1_000, (75, 7), published_at=70)

    found = await period(storage)

    assert gains(found) == [(key(1_000), 7)]
    assert (found.is_all, found.new_posts) == (True, 1)


# -- several watches -------------------------------------------------------------------------------------


async def test_a_post_that_several_watches_saw_comes_once_as_the_highest_saw_it(
    storage: Storage, here: Subscription
) -> None:
    await poll(storage, 1, (75, 40), (90, 100), published_at=70)
    await poll(storage, 1, (76, 70), (91, 90), published_at=70, source=MASTODON)
    await poll(storage, 2, (92, 5), published_at=80, source=MASTODON)

    found = await period(storage)

    assert gains(found) == [(key(1), 100), (key(2), 5)]
    assert [one.stored.source for one in found.posts] == [TRENDPAGE, MASTODON]
    assert (found.new_posts, found.is_all) == (2, True)


async def test_seen_before_by_another_watch_it_is_not_new(storage: Storage, here: Subscription) -> None:
    await poll(storage, 1, (0, 40), source=MASTODON)
    await poll(storage, 1, (75, 60))

    found = await period(storage)

    assert gains(found) == []
    assert found.new_posts == 0


async def test_watches_that_see_the_same_at_the_same_time_count_it_once(
    storage: Storage, here: Subscription
) -> None:
    for source in (TRENDPAGE, MASTODON):
        await poll(storage, 1, (75, 40), published_at=70, source=source)

    found = await period(storage)

    assert (gains(found), found.new_posts) == ([(key(1), 40)], 1)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_however_often_they_are_seen_identities_are_counted_once(storage: Storage, seed: int) -> None:
    dice = random.Random(seed)
    sources = (TRENDPAGE, MASTODON, MISSKEY)
    await storage.subscriptions.subscribe(wanted(min_rp=dict.fromkeys(sources, 5)), SINCE, NOW)
    first: dict[int, float] = {}
    unseen = {source: {number for number in range(90) if dice.random() < 0.7} for source in sources}
    for minutes in (0, 60, 110, 120):
        for source in sources:
            found = {number for number in unseen[source] if dice.random() < 0.4}
            unseen[source] -= found
            first |= {number: first.get(number, minutes) for number in found}
            await polled(storage, source, [change(post(number)) for number in found], later(minutes=minutes))

    assert (await period(storage)).new_posts == sum(minutes in {60, 110} for minutes in first.values())


async def test_another_topics_posts_do_not_come(storage: Storage, world: World, here: Subscription) -> None:
    await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    await world.polled(at=later(minutes=75), topic=OTHER_TOPIC, changes=[change(post(1))])

    assert await period(storage) == TopicPeriod(TOPIC, polled=False, awaited=True)


async def test_of_a_topic_nobody_knows_there_is_nothing(storage: Storage) -> None:
    unknown = make_topic("知らない")

    found = await storage.periods.topic_period(unknown.key, PERIOD, limit=5)

    assert found == TopicPeriod(Topic(unknown.key, unknown.key), polled=False)


# -- what must not come ------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
async def test_posts_hidden_everywhere_do_not_come(storage: Storage, here: Subscription) -> None:
    changes = [change(post(number, 100 + number, published_at=later(minutes=70))) for number in range(100)]
    await polled(storage, TRENDPAGE, changes, later(minutes=75))
    for number in range(1, 100):
        await storage.moderation.hide(EVERYWHERE, key(number), actor=OPERATOR, why=None, now=later(minutes=80))

    found = await period(storage, limit=5)

    assert gains(found) == [(key(0), 100)]
    assert found.is_all


@pytest.mark.invariant(8)
@pytest.mark.parametrize("source", [TRENDPAGE, MASTODON])
async def test_posts_known_to_be_gone_do_not_come(
    storage: Storage, here: Subscription, source: SourceName
) -> None:
    for one in (TRENDPAGE, MASTODON):
        await poll(storage, 1, (75, 40), published_at=70, source=one)
    await poll(storage, 2, (85, 30), published_at=70)
    at = later(minutes=95)
    await polled(storage, source, [], at, gone=[(key(1), at)])

    assert gains(await period(storage)) == [(key(2), 30)]


# -- what sources say of the topic -------------------------------------------------------------------------


async def counted(storage: Storage, minutes: float, volume: int | None, source: SourceName = TRENDPAGE) -> None:
    seen = Snapshot(observed_at=later(minutes=minutes), volume=volume)
    await polled(storage, source, [], max(NOW, seen.observed_at), snapshot=seen)


async def test_volume_is_that_of_the_end_beside_that_of_the_start(storage: Storage, here: Subscription) -> None:
    for minutes, volume in ((10, 100), (59, 200), (60, 300), (119, 400), (120, 500)):
        await counted(storage, minutes, volume)

    assert (await period(storage)).volumes == (Volume(TRENDPAGE, 400, 200, later(minutes=119)),)


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    ("polls", "expected"),
    [
        ([(90, 400)], [(400, None, 90)]),
        ([(-1, 100), (90, 400)], [(400, None, 90)]),
        ([(30, 100), (90, 400), (100, None)], [(400, 100, 90)]),
        ([(30, 100), (90, None)], [(100, 100, 30)]),
        ([(30, 100)], []),
        ([(-1, 100), (90, None)], []),
        ([(120, 400)], []),
    ],
    ids=[
        "before unknown",
        "before too old",
        "then without a count",
        "answers that say nothing leave it as it was",
        "not read in the period",
        "too old to say anything",
        "read after the period only",
    ],
)
async def test_an_unknown_volume_stays_unknown(
    storage: Storage, here: Subscription, polls: list[tuple[float, int | None]], expected: list[object]
) -> None:
    for minutes, volume in polls:
        await counted(storage, minutes, volume)

    found = (await period(storage)).volumes

    assert [(one.count, one.before, (one.observed_at - NOW) / timedelta(minutes=1)) for one in found] == expected


async def test_each_source_has_its_own_volume(storage: Storage, here: Subscription) -> None:
    await counted(storage, 70, 10, MASTODON)
    await counted(storage, 80, 900)

    assert [(one.source, one.count) for one in (await period(storage)).volumes] == [
        (MASTODON, 10),
        (TRENDPAGE, 900),
    ]


async def test_of_a_source_at_several_addresses_its_own_counts(storage: Storage) -> None:
    await storage.source_targets.set_sources({MASTODON: ["", "https://b.example"]}, NOW)
    await storage.subscriptions.subscribe(wanted(min_rp={MASTODON: 5}), SINCE, NOW)
    at = later(minutes=70)
    for one in await storage.watches.claim_due(at, limit=9, lease_s=LEASE_S):
        state = await storage.polls.state(one.watch, [], at)
        volume = 9 if one.watch.target else 100
        await storage.polls.commit(plan(state, at=at, snapshot=Snapshot(observed_at=at, volume=volume)))

    assert [one.count for one in (await period(storage)).volumes] == [100]


async def test_audience_is_the_newest_of_the_period(storage: Storage, here: Subscription) -> None:
    for source, minutes, male in ((TRENDPAGE, 70, 60), (MASTODON, 80, 55), (TRENDPAGE, 120, 10)):
        at = later(minutes=minutes)
        about = Snapshot(observed_at=at, audience=Audience(male_pct=male, group="30代男性"))
        await polled(storage, source, [], at, snapshot=about)
    await counted(storage, 125, 5)

    found = await period(storage)

    assert (found.audience, found.audience_source) == (Audience(male_pct=55, group="30代男性"), MASTODON)


async def test_without_an_audience_there_is_none(storage: Storage, here: Subscription) -> None:
    await counted(storage, 70, 10)

    found = await period(storage)

    assert (found.audience, found.audience_source) == (None, None)


@pytest.mark.parametrize(("minutes", "looked"), [(59, False), (60, True), (119, True)])
async def test_whether_it_was_polled_in_the_period(
    storage: Storage, here: Subscription, minutes: float, looked: bool
) -> None:
    await polled(storage, TRENDPAGE, [], later(minutes=minutes))

    assert (await period(storage)).polled is looked


@pytest.mark.parametrize(("due_at", "looked"), [(100, False), (110, True), (200, True)])
async def test_what_was_not_due_again_was_not_missed(
    storage: Storage, here: Subscription, due_at: float, looked: bool
) -> None:
    at = later(minutes=30)
    for due in await storage.watches.claim_due(at, limit=9, lease_s=LEASE_S):
        state = await storage.polls.state(due.watch, [], at)
        await storage.polls.commit(plan(state, at=at, next_poll_at=later(minutes=due_at)))

    found = await period(storage)

    assert (found.polled, found.awaited) == (looked, False)


async def test_what_nobody_has_polled_yet_is_awaited_until_it_fails(storage: Storage, here: Subscription) -> None:
    before = await period(storage)
    for due in await storage.watches.claim_due(NOW, limit=9, lease_s=LEASE_S):
        state = await storage.polls.state(due.watch, [], NOW)
        failed = plan(state, at=NOW)
        update = replace(failed.update, last_ok_at=None, failures=1)
        await storage.polls.commit(replace(failed, update=update))
    after = await period(storage)

    assert (before.polled, before.awaited) == (False, True)
    assert (after.polled, after.awaited) == (False, False)


async def ails(
    storage: Storage, source: SourceName, health: Health, why: Cause, *, minutes: float = 70, since: float = 50
) -> None:
    """A look that leaves the watch unwell."""
    at = later(minutes=minutes)
    due = await storage.watches.claim_due(at, limit=9, lease_s=LEASE_S)
    for one in due:
        if one.watch.source is not source:
            await storage.watches.release(one.watch)
    watch = next(one.watch for one in due if one.watch.source is source)
    looked = plan(await storage.polls.state(watch, [], at), at=at)
    health_record = WatchHealth(since=later(minutes=since), cause=why)
    await storage.polls.commit(
        replace(looked, update=replace(looked.update, health=health, health_record=health_record))
    )


@pytest.mark.invariant(5)
async def test_places_that_could_not_be_read_are_named(storage: Storage, here: Subscription) -> None:
    await ails(storage, TRENDPAGE, Health.DEGRADED, Cause.NO_POSTS)
    await ails(storage, MASTODON, Health.DOWN, Cause.REFUSED)

    found = (await period(storage)).troubles

    assert found == (
        SourceProblem(Endpoint(MASTODON), Cause.REFUSED),
        SourceProblem(Endpoint(TRENDPAGE), Cause.NO_POSTS),
    )


@pytest.mark.parametrize(
    ("why", "since"),
    [(Cause.SILENT, 50), (Cause.NO_TIMES, 50), (Cause.NO_POSTS, 120)],
    ids=["silent", "it lacks what no post needs", "only since the period ended"],
)
async def test_what_is_no_trouble_of_the_period_is_not_named(
    storage: Storage, here: Subscription, why: Cause, since: float
) -> None:
    await ails(storage, TRENDPAGE, Health.DEGRADED, why, minutes=125, since=since)

    assert (await period(storage)).troubles == ()


async def test_an_inactive_watch_is_no_problem(storage: Storage, here: Subscription) -> None:
    await ails(storage, TRENDPAGE, Health.DOWN, Cause.REFUSED)
    await storage.subscriptions.pause(here.id, PauseReason.BY_USER, later(minutes=80))

    assert (await period(storage)).troubles == ()


# -- what only a channel knows -----------------------------------------------------------------------------


async def of_channel(storage: Storage, *numbers: int, guild: GuildId = GUILD) -> ChannelPeriod:
    return await storage.periods.channel_period(guild, CHANNEL, PERIOD, [key(number) for number in numbers])


async def test_posts_a_channel_was_alerted_of_are_known(
    storage: Storage, world: World, here: Subscription
) -> None:
    elsewhere = await storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)
    entries = await world.told(here, 1, 2)
    await storage.entries.seal(message_id(1), entries[:1], NOW, lease_s=LEASE_S)
    await storage.messages.confirm(message_id(1), 1, NOW)
    await world.told(elsewhere, 3, at=later(minutes=6))
    await world.polled(
        at=later(minutes=12), changes=[change(post(4))], holds=[held(here, post(4), HoldReason.HOURLY_LIMIT)]
    )

    found = await of_channel(storage, 1, 2, 3, 4, 5)

    assert found.alerted == {key(1), key(2)}
    assert (await of_channel(storage, 1)).alerted == {key(1)}


@pytest.mark.invariant(1)
async def test_an_alert_that_never_came_is_not_taken_for_sent(
    storage: Storage, world: World, here: Subscription
) -> None:
    entries = await world.told(here, 1, 2)
    await storage.entries.seal(message_id(1), entries[:1], NOW, lease_s=LEASE_S)
    await storage.messages.give_up(message_id(1), failed("403"), NOW)
    await storage.subscriptions.pause(here.id, PauseReason.BY_USER, NOW)

    assert (await of_channel(storage, 1, 2)).alerted == frozenset()


async def test_an_alerted_post_stays_alerted_when_its_entry_is_pruned(
    storage: Storage, world: World, here: Subscription
) -> None:
    entries = await world.told(here, 1)
    await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
    await storage.messages.confirm(message_id(1), 1, NOW)

    await storage.maintenance.prune(later(days=91), keep_posts=timedelta(days=365))

    assert (await of_channel(storage, 1)).alerted == {key(1)}


async def test_alerts_counted_in_a_summary_are_counted_by_topic(
    storage: Storage, world: World, here: Subscription
) -> None:
    other = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    elsewhere = await storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)
    held_back = [(50, here, 1), (60, here, 2), (60, here, 3), (70, other, 4), (70, elsewhere, 5)]
    for minutes, subscription, number in [*held_back, (119, here, 6), (120, here, 7)]:
        seen, at = post(number), later(minutes=minutes)
        holds = [held(subscription, seen)]
        await polled(storage, TRENDPAGE, [change(seen)], at, topic=subscription.topic, holds=holds)
    told = [alert(here, post(8))]
    await polled(storage, TRENDPAGE, [change(post(8))], later(minutes=121), alerts=told)

    assert (await of_channel(storage)).held == {TOPIC.key: 3, OTHER_TOPIC.key: 1}
    await storage.moderation.hide(GUILD, key(2), actor=OPERATOR, why=None, now=later(hours=2))
    assert (await of_channel(storage)).held == {TOPIC.key: 2, OTHER_TOPIC.key: 1}


@pytest.mark.invariant(8)
async def test_posts_hidden_in_the_server_or_everywhere_are_known(storage: Storage) -> None:
    await storage.moderation.hide(GUILD, key(1), actor=OPERATOR, why=None, now=NOW)
    await storage.moderation.hide(EVERYWHERE, key(2), actor=OPERATOR, why=None, now=NOW)

    assert (await of_channel(storage, 1, 2, 3)).hidden == {key(1), key(2)}
    assert (await of_channel(storage, 1, 2, 3, guild=GuildId(5))).hidden == {key(2)}


async def test_rules_and_sources_of_what_a_channel_follows_are_known(storage: Storage) -> None:
    strict = Rules(exclude=("広告",), allow_sensitive=False)
    asked = wanted(min_rp={TRENDPAGE: 100, MASTODON: 5})
    await storage.subscriptions.subscribe(
        replace(asked, settings=replace(asked.settings, rules=strict)), SINCE, NOW
    )
    paused = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    await storage.subscriptions.pause(paused.id, PauseReason.BY_USER, NOW)
    await storage.subscriptions.subscribe(wanted(make_topic("桜"), channel=OTHER_CHANNEL), SINCE, NOW)

    found = await of_channel(storage)

    assert found.followed == {TOPIC.key: FollowedTopic(strict, frozenset({TRENDPAGE, MASTODON}))}
