"""The contract of outlooks: kept in the watch, read with its claim, and what hosts were asked last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.models import Candidate, Endpoint, HostLoad, NextPoll, PauseReason, PollForecast, SourceName
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.storage.world import LEASE_S, NOW, SINCE, TOPIC, World, change, key, later, plan, post, wanted

TRENDPAGE, MASTODON = SourceName.TRENDPAGE, SourceName.MASTODON


def near(number: int, speed: float, *, source_id: str | None = "as read") -> Candidate:
    """40 below its bar when it was read."""
    return Candidate(key(number), 100, 60, speed, NOW, later(hours=-2), source_id)


OUTLOOK = PollForecast(0.1 + 0.2, 1 / 3, (near(1, 1 / 7), near(2, 40, source_id=None)), NOW)


async def poll(
    world: World,
    forecast: PollForecast,
    *,
    price: float = 0.25,
    minutes: float = 0,
    rechecks: tuple[int, ...] = (),
) -> None:
    """A poll that leaves this outlook, and these posts to be read again at once."""
    state = await world.poll(later(minutes=minutes))
    await world.storage.polls.commit(
        plan(
            state,
            at=later(minutes=minutes),
            changes=[change(post(number, 1), recheck_at=NOW) for number in rechecks],
            forecast=forecast,
            turn=NextPoll(timedelta(minutes=5), price),
        )
    )


async def test_outlook_comes_back_as_it_was(world: World) -> None:
    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await poll(world, OUTLOOK)

    [watch] = await world.storage.watches.listed()
    assert watch.forecast == OUTLOOK
    assert (await world.state_of()).watch.forecast == OUTLOOK


async def test_claim_comes_with_the_likely_candidates_before_what_the_schedule_says(world: World) -> None:
    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    far, likely, likelier = near(1, 1), near(2, 200, source_id="b"), near(3, 400, source_id="c")
    await poll(world, PollForecast(candidates=(far, likely, likelier)), rechecks=(2, 4, 5))

    [due] = await world.storage.watches.claim_due(later(minutes=10), limit=1, lease_s=LEASE_S)
    await world.storage.watches.release(due.watch)
    [short] = await world.storage.watches.claim_due(later(minutes=10), limit=1, lease_s=LEASE_S, recheck_limit=2)

    assert [each.post_key for each in due.rechecks] == [key(3), key(2), key(4), key(5)]
    assert [each.source_id for each in due.rechecks] == ["c", "b", "4", "5"]
    assert [each.post_key for each in short.rechecks] == [key(3), key(2)]


@pytest.mark.invariant(6)
async def test_one_odd_outlook_keeps_no_other_watch_from_being_claimed(world: World) -> None:
    """A clock that stepped back left speeds below nothing."""
    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await poll(world, PollForecast(hours=-60, candidates=(near(1, -4), near(2, 0), near(3, 200)), updated_at=NOW))
    await world.storage.watches.add([(TRENDPAGE, make_topic("b"), None)], later(minutes=5))

    due = await world.storage.watches.claim_due(later(minutes=10), limit=10, lease_s=LEASE_S)

    assert [[each.post_key for each in claimed.rechecks] for claimed in due] == [[key(3)], []]


async def test_watch_that_was_inactive_expects_nothing(world: World) -> None:
    made = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await poll(world, OUTLOOK)
    await world.storage.subscriptions.pause(made.id, PauseReason.BY_USER, NOW)
    await world.storage.subscriptions.resume(made.id, SINCE, later(hours=1))

    [watch] = await world.storage.watches.listed()
    assert watch.forecast == PollForecast()


async def test_changed_rule_leaves_the_outlook(world: World) -> None:
    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await poll(world, OUTLOOK)
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], later(minutes=1))

    [watch] = await world.storage.watches.listed()
    assert watch.forecast == OUTLOOK


async def test_host_loads_count_what_is_awake_and_tell_the_newest_price(world: World) -> None:
    storage = world.storage
    made = await storage.subscriptions.subscribe(wanted(make_topic("a")), SINCE, NOW)
    await storage.subscriptions.pause(made.id, PauseReason.BY_USER, NOW)
    other = make_topic("b")
    at_b = [(MASTODON, each, "https://b.example") for each in (other, make_topic("c"))]
    await storage.watches.add([(MASTODON, other, None), *at_b], NOW)
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    for minutes, price in ((0, 0.5), (6, 0.75)):
        await poll(world, OUTLOOK, price=price, minutes=minutes)

    assert set(await storage.watches.host_loads()) == {
        HostLoad(Endpoint(MASTODON), 1, None),
        HostLoad(Endpoint(MASTODON, "b.example"), 2, None),
        HostLoad(Endpoint(TRENDPAGE), 1, 0.75),
    }


async def test_poll_of_a_fixed_interval_leaves_no_threshold(storage: Storage) -> None:
    world = World(storage)
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled()

    assert await storage.watches.host_loads() == [HostLoad(Endpoint(TRENDPAGE), 1, None)]
