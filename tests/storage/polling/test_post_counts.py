"""Counts of posts: added up by span, thinned as they age, written with the poll that made them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import StalePlan
from bot.core.models import (
    Counted,
    CountState,
    HourCount,
    PollState,
    PostCount,
    RecentAuthor,
    SourceName,
    TotalJump,
    WatchId,
)
from bot.core.models.counts import BIN, DAY, HOUR
from bot.core.surge.observation import CountObservation
from bot.core.surge.totals import RollingTotal, TotalPart
from bot.storage.stores import Storage
from tests.storage.world import NOW, TOPIC, World, later, plan, wanted

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ALWAYS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(name="watch_id")
async def follow(storage: Storage) -> WatchId:
    await storage.subscriptions.subscribe(wanted(), NOW, NOW)
    return (await storage.trends.topic_watches(TOPIC.key))[0].id


def a_bin(start: datetime, posts: int = 4, **more: object) -> PostCount:
    count = PostCount(start, BIN, BIN, posts, people=posts - 1, bots=1)
    return replace(count, **more)  # type: ignore[arg-type]


async def test_parts_of_a_span_add_up(storage: Storage, watch_id: WatchId) -> None:
    part = timedelta(minutes=5)

    await storage.post_counts.add(watch_id, [a_bin(START, seen=part)])
    await storage.post_counts.add(watch_id, [a_bin(START, 6, seen=part, complete=False)])

    assert await storage.post_counts.of_watch(watch_id, *ALWAYS) == (
        PostCount(START, BIN, 2 * part, 10, people=8, bots=2, complete=False),
    )


async def test_span_in_which_nobody_polled_is_unknown(storage: Storage, watch_id: WatchId) -> None:
    await storage.post_counts.add(watch_id, [a_bin(START), a_bin(START + 3 * BIN)])

    counts = await storage.post_counts.of_watch(watch_id, *ALWAYS)

    assert [one.start for one in counts] == [START, START + 3 * BIN]


async def test_span_is_read_by_its_begin(storage: Storage, watch_id: WatchId) -> None:
    await storage.post_counts.add(watch_id, [a_bin(START), a_bin(START + BIN), a_bin(START + 2 * BIN)])
    minute = timedelta(minutes=1)

    counts = await storage.post_counts.of_watch(watch_id, START + minute, START + 2 * BIN + minute)

    assert [one.start for one in counts] == [START + BIN, START + 2 * BIN]


async def test_counts_are_thinned_to_hours_then_to_days_and_then_forgotten(
    storage: Storage, watch_id: WatchId
) -> None:
    bins = [a_bin(START + number * BIN) for number in range(4 * 24 * 3)]
    await storage.post_counts.add(watch_id, [one for one in bins if one.start != START + BIN])

    await storage.maintenance.prune(START + 3 * DAY, keep_posts=timedelta(days=30))
    by_hour = await storage.post_counts.of_watch(watch_id, *ALWAYS)
    await storage.maintenance.prune(START + timedelta(days=34), keep_posts=timedelta(days=30))
    by_day = await storage.post_counts.of_watch(watch_id, *ALWAYS)
    await storage.maintenance.prune(START + timedelta(days=500), keep_posts=timedelta(days=30))

    assert [one.span for one in by_hour] == [HOUR] * 24 + [BIN] * 192
    assert by_hour[0] == PostCount(START, HOUR, 3 * BIN, 12, people=9, bots=3)
    assert {one.span for one in by_day} == {DAY}
    assert sum(one.posts for one in by_day) == sum(one.posts for one in by_hour)
    assert sum((one.seen for one in by_day), timedelta()) == 3 * DAY - BIN
    assert await storage.post_counts.of_watch(watch_id, *ALWAYS) == ()


async def test_thinning_twice_changes_nothing(storage: Storage, watch_id: WatchId) -> None:
    await storage.post_counts.add(watch_id, [a_bin(START + number * BIN, people=None) for number in range(9)])
    for _ in range(2):
        await storage.maintenance.prune(START + 3 * DAY, keep_posts=timedelta(days=30))

    counts = await storage.post_counts.of_watch(watch_id, *ALWAYS)

    assert [(one.posts, one.people, one.seen) for one in counts] == [
        (16, None, HOUR),
        (16, None, HOUR),
        (4, None, BIN),
    ]


async def test_counts_of_a_topic_come_by_watch(storage: Storage, watch_id: WatchId) -> None:
    await storage.post_counts.add(watch_id, [a_bin(START), a_bin(START + BIN)])

    [found] = await storage.post_counts.of_topic(TOPIC.key, *ALWAYS)

    assert (found.watch_id, found.source) == (watch_id, SourceName.TRENDPAGE)
    assert [one.start for one in found.counts] == [START, START + BIN]


async def test_state_of_counting_survives(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), NOW, NOW)
    watch = await world.claim()
    seen = CountObservation(START, 7.0, BIN)
    total = RollingTotal(START.timestamp(), 900.0, (TotalPart(START.timestamp(), 900.0, 7.5),))
    state = CountState(
        START, HourCount(START, 9), total, TotalJump(total, seen), (RecentAuthor(START.timestamp(), 1, None),)
    )

    await storage.polls.commit(replace(plan(PollState(watch, {})), counted=Counted(state, (a_bin(START),))))

    read = await storage.polls.state(watch, [], NOW)
    assert read.counting == state
    assert len(await storage.post_counts.of_watch(watch.id, *ALWAYS)) == 1


async def test_counts_of_a_plan_that_is_stale_are_not_written(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), NOW, NOW)
    watch = await world.claim()
    counted = Counted(CountState(START), (a_bin(START),))
    stolen = PollState(replace(watch, claim="somebody else"), {})

    with pytest.raises(StalePlan):
        await storage.polls.commit(replace(plan(stolen), counted=counted))

    assert await storage.post_counts.of_watch(watch.id, *ALWAYS) == ()
    assert (await storage.polls.state(watch, [], later(minutes=1))).counting == CountState()
