"""Every back end: messages are drawn again for their counts, merged, and seldom."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core.models import OPERATOR, AlertContent, LiveCount, Redraw, Subscription
from bot.storage.stores import Storage
from tests.failures import failed
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    SINCE,
    TOPIC,
    World,
    key,
    later,
    message_id,
    plan,
    wanted,
)

HOUR = timedelta(hours=1)
AT = later(minutes=10)


@pytest.fixture
async def here(storage: Storage) -> Subscription:
    return await storage.subscriptions.subscribe(wanted(), SINCE, NOW)


async def sent(storage: Storage, world: World, subscription: Subscription, *numbers: int) -> None:
    entries = await world.told(subscription, *numbers)
    await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
    await storage.messages.confirm(message_id(1), 555, NOW)


async def grown(storage: Storage, world: World, at: datetime, **rp: int) -> None:
    """A poll that found these posts (``p1=300``) grown."""
    count_updates = [(CHANNEL, key(int(name[1:])), count) for name, count in rp.items()]
    await storage.polls.commit(plan(await world.poll(at), at=at, next_poll_at=at, count_updates=count_updates))


async def due(storage: Storage, at: datetime, *, urgent: bool = False) -> list[Redraw]:
    return await storage.edits.claim(at, urgent=urgent, limit=10, lease_s=LEASE_S)


async def test_grown_posts_of_one_message_are_one_edit(storage: Storage, world: World, here: Subscription) -> None:
    await sent(storage, world, here, 1, 2, 3)
    at = later(minutes=10)

    await grown(storage, world, at, p1=300, p2=500)

    [redraw] = await due(storage, at)
    assert [entry.live for entry in redraw.message.entries] == [LiveCount(300, at), LiveCount(500, at), None]
    assert not redraw.urgent


async def test_the_next_poll_compares_with_what_the_message_shows(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    assert (await world.state_of(TOPIC, 1)).shown[CHANNEL, key(1)].rp == 150

    await grown(storage, world, later(minutes=10), p1=300)

    shown = (await world.state_of(TOPIC, 1)).shown[CHANNEL, key(1)]
    assert (shown.rp, shown.alerted_at) == (300, NOW)


async def test_a_smaller_count_of_another_source_changes_nothing(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    await grown(storage, world, later(minutes=10), p1=300)
    await grown(storage, world, later(minutes=20), p1=200)

    [redraw] = await due(storage, later(minutes=20))
    assert redraw.message.entries[0].live == LiveCount(300, later(minutes=10))


async def test_an_edited_message_is_left_alone_for_an_hour(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    first = later(minutes=10)
    await grown(storage, world, first, p1=300)
    [redraw] = await due(storage, first)
    await storage.edits.finish(redraw, first)

    await grown(storage, world, later(minutes=20), p1=600)
    await grown(storage, world, later(minutes=30), p1=1200)

    assert await due(storage, first + HOUR - timedelta(seconds=1)) == []
    [redraw] = await due(storage, first + HOUR)
    assert redraw.message.entries[0].live == LiveCount(1200, later(minutes=30))


async def test_what_grew_while_it_was_drawn_is_drawn_again(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    at = later(minutes=10)
    await grown(storage, world, at, p1=300)
    [redraw] = await due(storage, at)
    await grown(storage, world, later(minutes=15), p1=600)

    await storage.edits.finish(redraw, later(minutes=15))

    assert len(await due(storage, later(minutes=15))) == 1


async def test_a_take_down_does_not_wait_for_the_hour(storage: Storage, world: World, here: Subscription) -> None:
    await sent(storage, world, here, 1, 2)
    at = later(minutes=10)
    await grown(storage, world, at, p1=300)
    [redraw] = await due(storage, at)
    await storage.edits.finish(redraw, at)
    await grown(storage, world, later(minutes=20), p1=600)

    await storage.moderation.hide(GUILD, key(2), actor=OPERATOR, why=None, now=later(minutes=21))

    assert await due(storage, later(minutes=21)) == []
    assert len(await due(storage, later(minutes=21), urgent=True)) == 1


async def test_what_waits_is_sent_with_its_newest_count(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.told(here, 1)
    at = later(minutes=10)

    await grown(storage, world, at, p1=300)

    [entry] = (await storage.entries.waiting(at))[CHANNEL]
    assert isinstance(entry.content, AlertContent)
    assert (entry.content.post.rp, entry.content.observed_at, entry.live) == (300, at, None)
    assert await due(storage, at) == []


async def test_what_is_sealed_is_sent_as_it_is_and_edited_then(
    storage: Storage, world: World, here: Subscription
) -> None:
    entries = await world.told(here, 1)
    await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
    at = AT

    await grown(storage, world, at, p1=300)

    tried = await storage.messages.begin_try(message_id(1), NOW)
    content = tried.entries[0].content
    assert isinstance(content, AlertContent)
    assert content.post.rp == 150
    assert await due(storage, at) == []
    await storage.messages.confirm(message_id(1), 555, at)
    assert len(await due(storage, at)) == 1


async def test_a_redraw_is_claimed_once_and_taken_up_when_its_holder_died(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    await grown(storage, world, AT, p1=300)
    assert len(await due(storage, AT)) == 1
    assert await due(storage, AT) == []
    assert len(await due(storage, AT + timedelta(seconds=LEASE_S))) == 1


async def test_a_living_holder_keeps_its_redraws_and_messages(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    await grown(storage, world, AT, p1=300)
    [redraw] = await due(storage, AT)

    await storage.messages.renew([redraw.message.id], AT + timedelta(seconds=LEASE_S / 2), lease_s=LEASE_S)

    assert await due(storage, AT + timedelta(seconds=LEASE_S)) == []


async def test_put_off_it_comes_back_and_knows_how_often_it_was_tried(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    await grown(storage, world, AT, p1=300)
    [redraw] = await due(storage, AT)

    await storage.edits.put_off(redraw, AT + HOUR, failed("429"))

    assert await due(storage, AT + HOUR - timedelta(seconds=1)) == []
    [again] = await due(storage, AT + HOUR)
    assert (again.attempts, again.asked_at) == (1, AT)


async def test_fresher_counts_do_not_hurry_what_discord_put_off(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    await grown(storage, world, AT, p1=300)
    [redraw] = await due(storage, AT)
    await storage.edits.put_off(redraw, AT + HOUR, failed("30046"))

    await grown(storage, world, later(minutes=20), p1=600)
    await grown(storage, world, later(minutes=21), p1=900)

    assert await due(storage, later(minutes=22)) == []


async def test_given_up_it_is_paused_until_there_is_a_new_reason(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1, 2)
    await storage.moderation.hide(GUILD, key(1), actor=OPERATOR, why=None, now=AT)
    [redraw] = await due(storage, AT, urgent=True)
    await storage.edits.give_up(redraw, failed("403"), AT)
    assert await due(storage, AT + HOUR, urgent=True) == []

    await storage.moderation.hide(GUILD, key(2), actor=OPERATOR, why=None, now=AT + HOUR)

    [again] = await due(storage, AT + HOUR, urgent=True)
    assert (again.asked_at, again.attempts) == (AT + HOUR, 0)


async def test_a_message_that_is_not_there_any_more_is_never_drawn_again(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    await grown(storage, world, AT, p1=300)
    [redraw] = await due(storage, AT)

    await storage.edits.finish(redraw, AT, removed=True)
    await grown(storage, world, later(minutes=20), p1=900)

    assert await due(storage, AT + 5 * HOUR) == []


@pytest.mark.parametrize("grown_before", [False, True])
async def test_counts_of_a_message_that_was_given_up_are_no_edit(
    storage: Storage, world: World, here: Subscription, grown_before: bool
) -> None:
    entries = await world.told(here, 1)
    await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(1), NOW)
    if grown_before:
        await grown(storage, world, AT, p1=300)

    await storage.messages.give_up(message_id(1), failed("400"), AT)
    if not grown_before:
        await grown(storage, world, AT, p1=300)

    assert (await storage.monitoring.backlog(AT + HOUR)).edits == 0
