"""The contract of watches: what is due, who holds it, what an operator asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.models import Recheck, SourceName, Validators
from bot.core.text import make_topic
from bot.sources.x.api import BATCH
from bot.storage.stores import Storage
from tests.storage.world import (
    LEASE_S,
    NOW,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    World,
    change,
    key,
    later,
    plan,
    post,
    wanted,
)

TRENDPAGE, MASTODON, FEED = SourceName.TRENDPAGE, SourceName.MASTODON, SourceName.FEED


async def test_watches_are_added_once(storage: Storage) -> None:
    first = await storage.watches.add([(TRENDPAGE, TOPIC, None), (MASTODON, TOPIC, None)], NOW)
    again = await storage.watches.add([(TRENDPAGE, TOPIC, None), (TRENDPAGE, OTHER_TOPIC, None)], NOW)

    assert (first, again) == (2, 1)
    assert len(await storage.watches.listed()) == 3


async def test_watches_come_by_topic_name_and_source(storage: Storage) -> None:
    await storage.watches.add(
        [
            (TRENDPAGE, make_topic("b"), None),
            (MASTODON, make_topic("b"), None),
            (TRENDPAGE, make_topic("a"), None),
        ],
        NOW,
    )

    found = [(watch.topic.name, watch.source) for watch in await storage.watches.listed()]

    assert found == [("a", TRENDPAGE), ("b", MASTODON), ("b", TRENDPAGE)]


async def test_watches_of_one_topic_may_differ_by_target(storage: Storage) -> None:
    urls = ["https://a.example/feed", "https://b.example/feed"]

    added = await storage.watches.add([(FEED, TOPIC, url) for url in urls], NOW)

    assert added == 2
    assert [watch.target for watch in await storage.trends.topic_watches(TOPIC.key)] == urls


async def test_topic_keeps_the_name_first_typed(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, make_topic("AI"), None)], NOW)
    await storage.watches.add([(MASTODON, make_topic("ＡＩ"), None)], NOW)

    assert {watch.topic.name for watch in await storage.watches.listed()} == {"AI"}


async def test_due_watches_are_claimed_longest_overdue_first(storage: Storage) -> None:
    topics = [make_topic(name) for name in ("first", "second", "third")]
    for minutes, topic in enumerate(topics):
        await storage.watches.add([(TRENDPAGE, topic, None)], later(minutes=minutes))

    due = await storage.watches.claim_due(later(minutes=1), limit=10, lease_s=LEASE_S)
    one = await storage.watches.claim_due(later(seconds=61 + LEASE_S), limit=1, lease_s=LEASE_S)

    assert [claimed.watch.topic.name for claimed in due] == ["first", "second"]
    assert [claimed.watch.topic.name for claimed in one] == ["first"]


async def test_claimed_watch_is_not_claimed_again_until_its_lease_ends(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)

    first = await storage.watches.claim_due(NOW, limit=10, lease_s=60)
    within = await storage.watches.claim_due(later(seconds=59), limit=10, lease_s=60)
    after = await storage.watches.claim_due(later(seconds=60), limit=10, lease_s=60)

    assert within == []
    assert first[0].watch.claim
    assert after[0].watch.claim not in {None, first[0].watch.claim}


async def test_many_pollers_claim_each_watch_once(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, make_topic(f"topic {i}"), None) for i in range(30)], NOW)

    claims = await asyncio.gather(*(storage.watches.claim_due(NOW, limit=5, lease_s=LEASE_S) for _ in range(10)))

    ids = [claimed.watch.id for due in claims for claimed in due]
    assert len(ids) == len(set(ids)) == 30


async def test_released_watch_is_due_as_before(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    claimed = (await storage.watches.claim_due(NOW, limit=1, lease_s=LEASE_S))[0]

    await storage.watches.release(claimed.watch)

    assert await storage.watches.next_due_at() == NOW
    assert len(await storage.watches.claim_due(NOW, limit=1, lease_s=LEASE_S)) == 1


async def test_release_with_a_lost_claim_takes_nothing_away_from_the_new_holder(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    lost = (await storage.watches.claim_due(NOW, limit=1, lease_s=60))[0]
    await storage.watches.claim_due(later(seconds=61), limit=1, lease_s=60)

    await storage.watches.release(lost.watch)

    assert await storage.watches.claim_due(later(seconds=62), limit=1, lease_s=60) == []


async def test_watch_that_is_put_off_is_due_at_its_time_and_no_sooner(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    claimed = (await storage.watches.claim_due(NOW, limit=1, lease_s=LEASE_S))[0]

    await storage.watches.put_off([(claimed.watch, later(seconds=30))])

    assert await storage.watches.next_due_at() == later(seconds=30)
    assert await storage.watches.claim_due(later(seconds=29), limit=1, lease_s=LEASE_S) == []
    assert len(await storage.watches.claim_due(later(seconds=30), limit=1, lease_s=LEASE_S)) == 1


async def test_putting_off_with_a_lost_claim_changes_nothing(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    lost = (await storage.watches.claim_due(NOW, limit=1, lease_s=60))[0]
    await storage.watches.claim_due(later(seconds=61), limit=1, lease_s=60)

    await storage.watches.put_off([(lost.watch, later(hours=9))])

    assert await storage.watches.next_due_at() == later(seconds=121)


async def test_committed_poll_frees_the_watch_and_leaves_its_results(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)

    await world.polled()

    watch = (await world.storage.watches.listed())[0]
    assert (watch.claim, watch.cursor, watch.validators) == (None, "cursor", Validators(etag='"1"'))
    assert (watch.last_ok_at, watch.next_poll_at) == (NOW, later(minutes=5))


async def test_next_due_is_the_earliest_watch_that_can_be_claimed(storage: Storage) -> None:
    nothing = await storage.watches.next_due_at()
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await storage.watches.claim_due(NOW, limit=1, lease_s=60)
    only_claimed = await storage.watches.next_due_at()
    await storage.watches.add([(TRENDPAGE, OTHER_TOPIC, None)], later(seconds=30))

    assert nothing is None
    assert only_claimed == later(seconds=60)
    assert await storage.watches.next_due_at() == later(seconds=30)


async def test_due_watch_brings_the_posts_to_be_read_again_earliest_first(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    recheck_times = {
        1: later(minutes=3),
        2: later(minutes=1),
        3: later(minutes=5, seconds=30),
        4: later(hours=1),
        5: None,
    }
    await world.polled(changes=[change(post(number, 1), recheck_at=at) for number, at in recheck_times.items()])

    due = await world.storage.watches.claim_due(later(minutes=5), limit=1, lease_s=LEASE_S)
    await world.storage.watches.release(due[0].watch)
    short = await world.storage.watches.claim_due(later(minutes=5), limit=1, lease_s=LEASE_S, recheck_limit=1)

    assert due[0].rechecks == tuple(Recheck(key(number), str(number), NOW) for number in (2, 1, 3))
    assert [rechecks.post_key for rechecks in short[0].rechecks] == [key(2)]


async def test_as_many_posts_are_due_at_once_as_x_reads_at_once(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(number, 1), recheck_at=NOW) for number in range(120)])

    [due] = await world.storage.watches.claim_due(later(minutes=5), limit=1, lease_s=LEASE_S)

    assert len(due.rechecks) == BATCH


async def test_relooks_of_unchanged_posts_move(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1, 1), recheck_at=NOW), change(post(2, 1), recheck_at=NOW)])
    state = await world.poll(later(minutes=5))

    await world.storage.polls.commit(
        plan(state, at=later(minutes=5), recheck_times=[(key(1), None), (key(2), later(hours=2))])
    )

    known = (await world.state_of(TOPIC, 1, 2)).known
    assert (known[key(1)].recheck_at, known[key(2)].recheck_at) == (None, later(hours=2))


async def test_watches_of_a_disabled_source_are_not_due(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None), (MASTODON, TOPIC, None)], NOW)
    await storage.source_targets.set_sources({TRENDPAGE: [""]}, NOW)
    await storage.watches.add([(MASTODON, OTHER_TOPIC, None)], NOW)

    enabled = await storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)
    await storage.source_targets.set_sources({TRENDPAGE: [""], MASTODON: [""]}, NOW)
    again = await storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)

    assert [claimed.watch.source for claimed in enabled] == [TRENDPAGE]
    assert [claimed.watch.source for claimed in again] == [MASTODON, MASTODON]


async def test_operators_watch_stays_when_its_last_subscription_goes(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    await world.storage.subscriptions.unsubscribe(subscription.id, NOW)

    assert await world.storage.watches.next_due_at() == NOW


async def test_removed_watch_is_gone_with_its_topic(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1))])

    removed = await world.storage.watches.remove(TRENDPAGE, TOPIC.key)
    again = await world.storage.watches.remove(TRENDPAGE, TOPIC.key)

    assert (removed, again) == (True, False)
    assert await world.storage.watches.listed() == []
    assert await world.storage.trends.topic(TOPIC.key) is None
    assert (await world.storage.trends.totals()).posts == 0


async def test_removed_watch_is_kept_while_a_subscription_listens(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    assert await storage.watches.remove(TRENDPAGE, TOPIC.key)

    assert len(await storage.watches.listed()) == 1
    assert await storage.watches.next_due_at() == NOW


async def test_operator_activates_an_inactive_watch(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled()
    await world.storage.subscriptions.unsubscribe(subscription.id, NOW)

    added = await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], later(hours=1))

    watch = (await world.storage.watches.listed())[0]
    assert (added, watch.next_poll_at, watch.last_ok_at) == (0, later(hours=1), None)


async def test_times_come_back_as_they_were(world: World) -> None:
    moment = NOW + timedelta(microseconds=1)

    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], moment)

    due = await world.storage.watches.next_due_at()
    assert due == moment
    assert due.utcoffset() == timedelta(0)


async def test_a_round_ends_although_the_first_are_due_again(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], later(seconds=1))

    early = await storage.watches.claim_due(later(seconds=5), limit=10, lease_s=LEASE_S, due_by=NOW)
    due = await storage.watches.claim_due(later(seconds=5), limit=10, lease_s=LEASE_S, due_by=later(seconds=1))

    assert (early, [claimed.watch.topic for claimed in due]) == ([], [TOPIC])


# -- a clock that steps back ---------------------------------------------------------------------------------


async def test_watch_that_was_polled_in_a_future_that_did_not_come_is_due(world: World) -> None:
    """Until then nobody would look at it; one that is there since is as due as ever."""
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(at=later(hours=9))

    back = await world.storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)
    await world.storage.polls.commit(plan(await world.storage.polls.state(back[0].watch, [], NOW)))
    again = await world.storage.watches.claim_due(later(minutes=1), limit=10, lease_s=LEASE_S)
    in_time = await world.storage.watches.claim_due(later(minutes=5), limit=10, lease_s=LEASE_S)

    assert [len(claimed) for claimed in (back, again, in_time)] == [1, 0, 1]


async def test_watch_that_is_new_in_a_future_that_did_not_come_is_due(storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], later(hours=9))

    assert len(await storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)) == 1


async def test_clock_that_is_steered_back_makes_nothing_due(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(at=later(seconds=50))

    assert await world.storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S) == []


@pytest.mark.parametrize("last_ok_at", [None, later(hours=8)], ids=["never well", "well before"])
async def test_watch_that_fails_waits_as_long_as_before_the_clock_stepped_back(
    world: World, last_ok_at: datetime | None
) -> None:
    """What its source asked for is kept, counted from the new time."""
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    state = await world.poll(later(hours=9))
    failed = plan(state, at=later(hours=9), next_poll_at=later(hours=11))
    update = replace(failed.update, last_ok_at=last_ok_at, failures=5)
    await world.storage.polls.commit(replace(failed, update=update))

    early = await world.storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)
    still = await world.storage.watches.claim_due(later(minutes=119), limit=10, lease_s=LEASE_S)
    in_time = await world.storage.watches.claim_due(later(hours=2), limit=10, lease_s=LEASE_S)

    assert [len(claimed) for claimed in (early, still, in_time)] == [0, 0, 1]


async def test_claim_from_the_future_ends_as_soon_as_any_other(world: World) -> None:
    """Its holder may be dead."""
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.claim(later(hours=9))

    held = await world.storage.watches.claim_due(NOW, limit=10, lease_s=LEASE_S)
    free = await world.storage.watches.claim_due(later(seconds=LEASE_S), limit=10, lease_s=LEASE_S)

    assert (held, len(free)) == ([], 1)
