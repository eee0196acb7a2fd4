"""Writes that run beside each other on PostgreSQL (``alone=False``), each with the race that its guard decides."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from bot.core.errors import StalePlan
from bot.core.models import (
    Actor,
    Baseline,
    BaselineReason,
    DueWatch,
    Message,
    OutboxEntry,
    PollPlan,
    PollState,
)
from bot.core.text import make_topic
from bot.storage.postgres.connection import PostgresDatabase
from bot.storage.postgres.session import Session
from bot.storage.sql.mapping.common import to_us
from bot.storage.stores import Storage

from .races import MASTODON, WAITING, Race
from .world import (
    CHANNEL,
    GUILD,
    NOW,
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

pytestmark = [pytest.mark.invariant(2), pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]

BEFORE_CLAIM = "UPDATE watches SET claim"
BEFORE_LEASES = "INSERT INTO leases"
BEFORE_BODIES = "INSERT INTO post_bodies"
BASELINE = "INSERT INTO baselines (subscription_id, post_key, why, at) VALUES (?, ?, 'start', 0)"


async def claim(storage: Storage, *, limit: int = 1, minutes: int = 0) -> list[DueWatch]:
    return await storage.watches.claim_due(later(minutes=minutes), limit=limit, lease_s=60, lease_hosts=True)


def of_watch(state: PollState, *numbers: int) -> PollPlan:
    """What most polls write: posts of their watch."""
    return plan(state, changes=[change(post(number)) for number in numbers])


def ids(claimed: object) -> list[int]:
    assert isinstance(claimed, list)
    return [due.watch.id for due in claimed]


async def watch_at(race: Race, *hosts: str) -> None:
    """Watches that are due at these hosts. Each process has claimed before: a first claim looks at all."""
    for storage in (race.a, race.b):
        await claim(storage, minutes=-60)
    watches = [(MASTODON, make_topic(f"topic {each}"), f"https://{host}") for each, host in enumerate(hosts)]
    await race.a.watches.add(watches, NOW)


async def entry_to_send(race: Race) -> list[OutboxEntry]:
    subscription = await race.a.subscriptions.subscribe(wanted(), SINCE, NOW)
    return await World(race.a).told(subscription, 1)


@pytest.mark.parametrize("before", [BEFORE_LEASES, BEFORE_CLAIM])
async def test_claims_beside_each_other_take_different_watches(race: Race, before: str) -> None:
    await watch_at(race, "a.example", "b.example", "c.example", "d.example")

    first, second = await race.run(claim(race.a, limit=2), claim(race.b, limit=2), before)

    assert race.ran_beside
    assert len(ids(first)) == len(ids(second)) == 2
    assert not set(ids(first)) & set(ids(second))


@pytest.mark.parametrize("before", [BEFORE_LEASES, BEFORE_CLAIM])
async def test_host_is_polled_by_one_of_two_processes_that_claim_at_once(race: Race, before: str) -> None:
    await watch_at(race, "a.example", "a.example")

    first, second = await race.run(claim(race.a), claim(race.b), before)

    assert sorted([len(ids(first)), len(ids(second))]) == [0, 1]


async def test_polls_of_two_watches_are_committed_beside_each_other(race: Race) -> None:
    _, at_mastodon, at_page = await race.on_two_sources()

    results = await race.run(
        race.a.polls.commit(of_watch(at_mastodon, 1)), race.b.polls.commit(of_watch(at_page, 2)), BEFORE_BODIES
    )

    assert race.ran_beside
    assert not any(isinstance(result, BaseException) for result in results)
    assert race.number("SELECT count(*) FROM post_bodies") == 2


async def test_poll_with_an_alert_waits_for_the_polls_beside_it(race: Race) -> None:
    subscription, at_mastodon, at_page = await race.on_two_sources()

    await race.run(
        race.a.polls.commit(of_watch(at_mastodon, 1)),
        race.b.polls.commit(plan(at_page, alerts=[alert(subscription, post(2))], changes=[change(post(2))])),
        BEFORE_BODIES,
    )

    assert not race.ran_beside
    assert race.number("SELECT count(*) FROM entries WHERE state = 'waiting'") == 1


async def test_watch_whose_poll_is_being_committed_is_not_claimed(race: Race) -> None:
    await watch_at(race, "a.example")
    [due] = await claim(race.a)
    state = await race.a.polls.state(due.watch, [], NOW)

    committed, claimed = await race.run(
        race.a.polls.commit(of_watch(state, 1)), claim(race.b, minutes=2), BEFORE_BODIES
    )

    assert not isinstance(committed, BaseException)
    assert ids(claimed) == []
    assert race.number("SELECT count(*) FROM watches WHERE claim IS NOT NULL") == 0


async def test_poll_is_not_committed_whose_watch_is_being_claimed(race: Race) -> None:
    await watch_at(race, "a.example")
    [due] = await claim(race.b)
    state = await race.b.polls.state(due.watch, [], NOW)

    claimed, committed = await race.run(
        claim(race.a, minutes=2), race.b.polls.commit(of_watch(state, 1)), BEFORE_CLAIM
    )

    assert len(ids(claimed)) == 1
    assert isinstance(committed, StalePlan)
    assert race.number("SELECT count(*) FROM posts") == 0


async def test_renewal_does_not_take_a_watch_back_that_is_being_claimed(race: Race) -> None:
    await watch_at(race, "a.example")
    [due] = await claim(race.b)

    claimed, _ = await race.run(
        claim(race.a, minutes=31), race.b.watches.renew([due.watch], later(minutes=31), lease_s=600), BEFORE_CLAIM
    )

    assert len(ids(claimed)) == 1
    until = to_us(later(minutes=32))
    assert race.number("SELECT claimed_until FROM watches") == until


async def test_baselines_are_written_in_one_order_so_that_no_two_commits_wait_for_each_other(
    race: Race, database_url: str
) -> None:
    subscription, at_mastodon, _ = await race.on_two_sources()
    first, second = sorted([key(1), key(2)])
    baselines = [Baseline(subscription.id, each, BaselineReason.FIRST_POLL) for each in (second, first)]

    with closing(Session(database_url)) as other:
        other.connect()
        other.command("BEGIN")
        other.execute(BASELINE, (subscription.id, first))
        committing = asyncio.ensure_future(race.b.polls.commit(plan(at_mastodon, baselines=baselines)))
        async with asyncio.timeout(20):
            while not await asyncio.to_thread(race.number, WAITING):
                pass
        other.execute(BASELINE, (subscription.id, second))
        other.commit()
    await committing

    assert isinstance(race.b.database, PostgresDatabase)
    assert race.b.database.counts.conflicts == 0
    assert race.number("SELECT count(*) FROM baselines") == 2


@pytest.mark.invariant(8)
async def test_post_hidden_while_its_poll_is_committed_is_not_readable(race: Race) -> None:
    _, at_mastodon, _ = await race.on_two_sources()

    await race.run(
        race.a.polls.commit(of_watch(at_mastodon, 1)),
        race.b.moderation.hide(GUILD, key(1), actor=Actor("user:3"), why=None, now=NOW),
        BEFORE_BODIES,
    )

    assert not race.ran_beside
    assert race.number("SELECT count(*) FROM post_bodies WHERE body LIKE '%本文%'") == 0


async def test_try_begins_beside_a_commit(race: Race) -> None:
    entries = await entry_to_send(race)
    await race.b.entries.seal(message_id(1), entries, NOW, lease_s=60)
    await race.a.watches.add([(MASTODON, TOPIC, "https://a.example")], NOW)
    [due] = await claim(race.a)
    state = await race.a.polls.state(due.watch, [], NOW)

    _, message = await race.run(
        race.a.polls.commit(of_watch(state, 2)), race.b.messages.begin_try(message_id(1), NOW), BEFORE_BODIES
    )

    assert race.ran_beside
    assert isinstance(message, Message)


async def test_message_is_tried_by_the_process_that_sealed_it(race: Race) -> None:
    entries = await entry_to_send(race)
    await race.a.entries.seal(message_id(1), entries, NOW, lease_s=60)

    mine, others = await race.run(
        race.a.messages.begin_try(message_id(1), NOW),
        race.b.messages.begin_try(message_id(1), NOW),
        "SELECT id, guild_id, channel_id, sealed_at",
    )

    assert isinstance(mine, Message)
    assert isinstance(others, StalePlan)
    assert mine.entries[0].channel_id == CHANNEL
