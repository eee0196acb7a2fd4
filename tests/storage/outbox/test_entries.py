"""The contract of the outbox: sealed once, in order a channel, confirmed or given up with a reason."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import StalePlan
from bot.core.models import (
    ChannelId,
    EntryKind,
    Failure,
    FailureCode,
    HoldReason,
    MessageId,
    MessageState,
    OutboxEntry,
    Subscription,
    SummaryContent,
)
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
    World,
    alert,
    change,
    held,
    later,
    message_id,
    post,
    wanted,
)

ONE = message_id(1)


async def subscribed(world: World, channel: ChannelId = CHANNEL) -> Subscription:
    return await world.storage.subscriptions.subscribe(wanted(channel=channel), SINCE, NOW)


async def sealed(world: World, *numbers: int) -> list[OutboxEntry]:
    """Alerts for these posts, sealed into message ONE."""
    entries = await world.told(await subscribed(world), *numbers)
    assert await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)
    return entries


async def states(storage: Storage) -> MessageState | None:
    message = await storage.messages.get(ONE)
    return None if message is None else message.state


async def test_entries_wait_by_channel_longest_wait_first(world: World) -> None:
    late, early = await subscribed(world), await subscribed(world, OTHER_CHANNEL)
    await world.polled(alerts=[alert(early, post(1))])
    await world.polled(at=later(minutes=5), alerts=[alert(late, post(2)), alert(early, post(3))])

    waiting = await world.storage.entries.waiting(later(minutes=5))
    only_one = await world.storage.entries.waiting(later(minutes=5), channels=1)
    skipped = await world.storage.entries.waiting(later(minutes=5), skip=[OTHER_CHANNEL])

    assert list(waiting) == [OTHER_CHANNEL, CHANNEL]
    assert [entry.created_at for entry in waiting[OTHER_CHANNEL]] == [NOW, later(minutes=5)]
    assert (list(only_one), list(skipped)) == ([OTHER_CHANNEL], [CHANNEL])


async def test_sealed_message_holds_its_entries_in_the_order_given(world: World) -> None:
    entries = await world.told(await subscribed(world), 1, 2, 3)

    message = await world.storage.entries.seal(ONE, entries[::-1], NOW, lease_s=LEASE_S)

    assert message is not None
    assert message.entries == tuple(entries[::-1])
    assert (message.state, message.attempts, message.sealed_at) == (MessageState.SEALED, 0, NOW)
    assert (message.channel_id, message.guild_id) == (CHANNEL, entries[0].guild_id)
    assert await world.storage.messages.get(ONE) == message


async def test_entry_is_sealed_into_one_message_only(world: World) -> None:
    entries = await world.told(await subscribed(world), 1, 2)

    results = await asyncio.gather(
        *(world.storage.entries.seal(message_id(number), entries, NOW, lease_s=LEASE_S) for number in range(5))
    )

    assert sum(result is not None for result in results) == 1


async def test_seal_takes_all_or_nothing(world: World) -> None:
    subscription = await subscribed(world)
    entries = await world.told(subscription, 1, 2)
    await world.storage.entries.seal(ONE, entries[:1], NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(ONE, 1, NOW)

    assert await world.storage.entries.seal(message_id(2), entries, NOW, lease_s=LEASE_S) is None

    assert (await world.storage.entries.waiting(NOW))[CHANNEL] == entries[1:]


async def test_dropped_entry_cannot_be_sealed(world: World) -> None:
    subscription = await subscribed(world)
    entries = await world.told(subscription, 1)
    await world.storage.subscriptions.unsubscribe(subscription.id, NOW)

    assert await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S) is None


async def test_message_of_two_channels_or_of_nothing_is_a_mistake(world: World) -> None:
    here = await world.told(await subscribed(world), 1)
    await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC, channel=OTHER_CHANNEL), SINCE, NOW)
    there = await world.storage.subscriptions.listed(here[0].guild_id, OTHER_CHANNEL)
    other = await world.told(there[0], 2)

    for entries in ([], [*here, *other]):
        with pytest.raises(ValueError, match="one channel"):
            await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)


async def test_messages_of_a_channel_go_in_order(world: World) -> None:
    subscription = await subscribed(world)
    entries = await world.told(subscription, 1, 2)
    await world.storage.entries.seal(ONE, entries[:1], NOW, lease_s=LEASE_S)

    blocked = await world.storage.entries.waiting(NOW)
    refused = await world.storage.entries.seal(message_id(2), entries[1:], NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(ONE, 1, NOW)

    assert (blocked, refused) == ({}, None)
    assert await world.storage.entries.seal(message_id(2), entries[1:], NOW, lease_s=LEASE_S)


async def test_uncertain_message_holds_up_nothing(world: World) -> None:
    entries = await world.told(await subscribed(world), 1, 2)
    await world.storage.entries.seal(ONE, entries[:1], NOW, lease_s=LEASE_S)

    await world.storage.messages.mark_uncertain(ONE, failed("no history"), NOW)

    assert (await world.storage.entries.waiting(NOW))[CHANNEL] == entries[1:]
    assert await world.storage.messages.claim(later(hours=9), limit=9, lease_s=LEASE_S) == []


async def test_summary_count_is_fixed_by_the_seal(world: World) -> None:
    subscription = await subscribed(world)
    await world.polled(holds=[held(subscription, post(1)), held(subscription, post(2))])
    [summary] = (await world.storage.entries.waiting(NOW))[CHANNEL]

    await world.storage.entries.seal(ONE, [summary], NOW, lease_s=LEASE_S)
    await world.polled(at=later(minutes=5), holds=[held(subscription, post(3))])

    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert summary.kind is EntryKind.SUMMARY
    assert message.entries == (summary,)
    assert isinstance(summary.content, SummaryContent)
    assert summary.content.count == 2


async def test_invariant_3_alerts_held_back_are_counted_in_one_summary(world: World) -> None:
    subscription = await subscribed(world)
    posts = [post(number, 100 + number) for number in range(5)]
    await world.polled(
        changes=[change(seen) for seen in posts], alerts=[alert(subscription, seen) for seen in posts]
    )
    entries = (await world.storage.entries.waiting(NOW))[CHANNEL]

    await world.storage.entries.move_to_summary(entries[1:3], NOW)
    await world.storage.entries.move_to_summary(entries[3:], NOW)
    await world.storage.entries.move_to_summary(entries[1:], NOW)

    told, summary = (await world.storage.entries.waiting(NOW))[CHANNEL]
    assert told == entries[0]
    assert isinstance(summary.content, SummaryContent)
    assert (summary.content.why, summary.content.count) == (HoldReason.CATCH_UP, 4)
    held_posts = await world.storage.trends.held_posts(summary.id)
    assert [stored.post for stored in held_posts] == posts[:0:-1]


async def test_alerts_held_back_join_a_summary_that_may_then_go_at_once(world: World) -> None:
    subscription = await subscribed(world)
    await world.polled(holds=[held(subscription, post(1), HoldReason.CATCH_UP, later(hours=5))])
    entries = await world.told(subscription, 2, at=later(minutes=5))

    await world.storage.entries.move_to_summary(entries, later(minutes=5))

    [summary] = (await world.storage.entries.waiting(later(minutes=5)))[CHANNEL]
    assert isinstance(summary.content, SummaryContent)
    assert summary.content.count == 2


async def test_sealed_entries_cannot_be_held_back(world: World) -> None:
    entries = await sealed(world, 1)

    await world.storage.entries.move_to_summary(entries, NOW)
    await world.storage.messages.confirm(ONE, 1, NOW)

    assert await world.storage.entries.waiting(NOW) == {}


async def test_who_seals_holds_the_message_until_the_lease_ends(world: World) -> None:
    await sealed(world, 1)

    within = await world.storage.messages.claim(later(seconds=59), limit=9, lease_s=LEASE_S)
    after = await world.storage.messages.claim(later(seconds=60), limit=9, lease_s=LEASE_S)
    again = await world.storage.messages.claim(later(seconds=61), limit=9, lease_s=LEASE_S)

    assert (within, [message.id for message in after], again) == ([], [ONE], [])


async def test_skipped_channels_messages_are_not_claimed(world: World) -> None:
    await sealed(world, 1)

    skipped = await world.storage.messages.claim(later(hours=1), limit=9, lease_s=LEASE_S, skip=[CHANNEL])

    assert skipped == []


async def test_oldest_messages_are_claimed_first(world: World) -> None:
    here, there = await subscribed(world), await subscribed(world, OTHER_CHANNEL)
    await world.polled(alerts=[alert(here, post(1)), alert(there, post(1))])
    waiting = await world.storage.entries.waiting(NOW)
    await world.storage.entries.seal(message_id(2), waiting[OTHER_CHANNEL], NOW, lease_s=1)
    await world.storage.entries.seal(message_id(1), waiting[CHANNEL], later(seconds=1), lease_s=1)

    claimed = await world.storage.messages.claim(later(hours=1), limit=9, lease_s=LEASE_S)

    assert [message.id for message in claimed] == [message_id(2), message_id(1)]


async def test_each_try_is_counted_before_it_begins(world: World) -> None:
    await sealed(world, 1)

    first = await world.storage.messages.begin_try(ONE, later(seconds=1))
    await world.storage.messages.retry_later(ONE, later(seconds=5), failed("503"))
    await world.storage.messages.claim(later(seconds=5), limit=1, lease_s=LEASE_S)
    second = await world.storage.messages.begin_try(ONE, later(seconds=6))

    assert (first.attempts, second.attempts) == (1, 2)
    assert first.first_try_at == second.first_try_at == later(seconds=1)
    assert second.failure == failed("503")


async def test_message_put_off_is_claimed_when_its_time_has_come(world: World) -> None:
    await sealed(world, 1)

    await world.storage.messages.retry_later(ONE, later(seconds=5), failed("503"))

    assert await world.storage.messages.claim(later(seconds=4), limit=1, lease_s=LEASE_S) == []
    [message] = await world.storage.messages.claim(later(seconds=5), limit=1, lease_s=LEASE_S)
    assert message.failure == failed("503")


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.GIVEN_UP, MessageState.UNCERTAIN])
async def test_invariant_2_finished_message_is_not_tried_again(world: World, state: MessageState) -> None:
    await sealed(world, 1)
    match state:
        case MessageState.SENT:
            await world.storage.messages.confirm(ONE, 1, NOW)
        case MessageState.GIVEN_UP:
            await world.storage.messages.give_up(ONE, failed("refused"), NOW)
        case _:
            await world.storage.messages.mark_uncertain(ONE, failed("no history"), NOW)

    await world.storage.messages.retry_later(ONE, NOW, failed("late answer"))

    with pytest.raises(StalePlan):
        await world.storage.messages.begin_try(ONE, NOW)
    assert await states(world.storage) is state
    assert await world.storage.messages.claim(later(days=1), limit=9, lease_s=LEASE_S) == []


async def test_message_put_off_or_unknown_is_not_tried(world: World) -> None:
    await sealed(world, 1)
    await world.storage.messages.retry_later(ONE, later(seconds=5), failed("503"))

    for unfit in (ONE, MessageId("unknown")):
        with pytest.raises(StalePlan):
            await world.storage.messages.begin_try(unfit, later(seconds=4))


async def test_confirmed_message_leaves_the_outbox(world: World) -> None:
    await sealed(world, 1)

    await world.storage.messages.confirm(ONE, 77, later(seconds=2))
    await world.storage.messages.confirm(ONE, 78, later(seconds=3))

    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert (message.state, message.discord_message_id, message.sent_at) == (
        MessageState.SENT,
        77,
        later(seconds=2),
    )
    assert await world.storage.entries.next_send_at() is None
    assert (await world.storage.trends.totals()).waiting == 0


@pytest.mark.parametrize("code", FailureCode)
async def test_every_failure_comes_back_with_its_code_and_its_detail(world: World, code: FailureCode) -> None:
    await sealed(world, 1)
    failure = Failure(code, "what was answered")

    await world.storage.messages.retry_later(ONE, later(seconds=5), failure)
    put_off = await world.storage.messages.get(ONE)
    await world.storage.messages.give_up(ONE, failure, NOW)
    [given_up] = (await world.storage.deliveries.of_guild(GUILD)).given_up

    assert put_off is not None
    assert (put_off.failure, given_up.failure) == (failure, failure)


async def test_invariant_1_given_up_message_keeps_its_reason_and_entries(world: World) -> None:
    entries = await sealed(world, 1)

    await world.storage.messages.give_up(ONE, failed("400: too long"), NOW)

    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert (message.state, message.failure) == (MessageState.GIVEN_UP, failed("400: too long"))
    assert message.entries == tuple(entries)


async def test_uncertain_message_can_be_confirmed(world: World) -> None:
    await sealed(world, 1)
    await world.storage.messages.mark_uncertain(ONE, failed("no history"), NOW)

    await world.storage.messages.confirm(ONE, 77, NOW)

    assert await states(world.storage) is MessageState.SENT


async def test_next_send_is_when_the_first_thing_may_go(world: World) -> None:
    subscription = await subscribed(world)
    nothing = await world.storage.entries.next_send_at()
    await world.polled(holds=[held(subscription, post(1), summary_at=later(hours=1))])
    summary = await world.storage.entries.next_send_at()
    entries = await world.told(subscription, 2, at=later(minutes=5))
    at_once = await world.storage.entries.next_send_at()
    await world.storage.entries.seal(ONE, entries, later(minutes=5), lease_s=LEASE_S)
    await world.storage.messages.retry_later(ONE, later(minutes=9), failed("503"))

    assert (nothing, summary, at_once) == (None, later(hours=1), later(minutes=5))
    assert await world.storage.entries.next_send_at() == later(minutes=9)


async def test_unknown_message_is_none(storage: Storage) -> None:
    assert await storage.messages.get(ONE) is None
