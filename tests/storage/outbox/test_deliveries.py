"""The contract of what people see of deliveries, and of what they decide."""

from __future__ import annotations

import pytest

from bot.core.models import (
    Actor,
    ChannelId,
    ChannelQueue,
    Deliveries,
    GuildId,
    MessageId,
    MessageState,
    OutboxEntry,
    QuietHours,
    Subscription,
)
from bot.storage.sql.outbox import deliveries
from bot.storage.stores import Storage
from tests.failures import failed
from tests.inspection import Inspect
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    USER,
    World,
    alert,
    change,
    key,
    later,
    message_id,
    post,
    wanted,
)

ONE, TWO = message_id(1), message_id(2)
OTHER_GUILD = GuildId(9)
MODERATOR = Actor(f"user:{USER}")


async def subscribed(world: World, channel: ChannelId = CHANNEL, guild: GuildId = GUILD) -> Subscription:
    return await world.storage.subscriptions.subscribe(wanted(channel=channel, guild=guild), SINCE, NOW)


async def sealed(world: World, *numbers: int, as_message: MessageId = ONE) -> list[OutboxEntry]:
    """Alerts for these posts, sealed into a message."""
    entries = await world.told(await subscribed(world), *numbers)
    assert await world.storage.entries.seal(as_message, entries, NOW, lease_s=LEASE_S)
    return entries


async def tried(world: World, *numbers: int) -> None:
    """A message of which one try was made."""
    await sealed(world, *numbers)
    await world.storage.messages.begin_try(ONE, later(seconds=1))


async def state(world: World, which: MessageId = ONE) -> MessageState:
    message = await world.storage.messages.get(which)
    assert message is not None
    return message.state


async def claimed(world: World, at_seconds: float) -> list[MessageId]:
    found = await world.storage.messages.claim(later(seconds=at_seconds), limit=9, lease_s=LEASE_S)
    return [message.id for message in found]


async def test_a_server_without_deliveries_has_none(world: World) -> None:
    assert await world.storage.deliveries.of_guild(GUILD) == Deliveries()


async def test_what_waits_is_counted_by_channel_since_the_oldest(world: World) -> None:
    here, there = await subscribed(world), await subscribed(world, OTHER_CHANNEL)
    await world.polled(alerts=[alert(here, post(1)), alert(there, post(1))])
    await world.polled(at=later(minutes=6), alerts=[alert(here, post(2))])

    found = await world.storage.deliveries.of_guild(GUILD)

    assert found.waiting == (
        ChannelQueue(CHANNEL, 2, oldest_at=NOW, until=NOW),
        ChannelQueue(OTHER_CHANNEL, 1, oldest_at=NOW, until=NOW),
    )


async def test_what_is_held_by_quiet_hours_says_until_when(world: World) -> None:
    await world.told(await subscribed(world), 1)
    quiet = QuietHours(zone="UTC", start=0, end=7 * 60)

    await world.storage.guilds.set_quiet_hours(GUILD, CHANNEL, quiet, NOW)

    [queue] = (await world.storage.deliveries.of_guild(GUILD)).waiting
    assert queue.until == NOW.replace(hour=7, minute=0, second=0, microsecond=0)


async def test_each_message_is_where_it_stands(world: World) -> None:
    subscription = await subscribed(world)
    for number, settle in enumerate(("uncertain", "given_up", "sent", "sealed"), start=1):
        at = later(minutes=6 * number)
        entries = await world.told(subscription, number, at=at)
        await world.storage.entries.seal(message_id(number), entries, at, lease_s=LEASE_S)
        match settle:
            case "uncertain":
                await world.storage.messages.mark_uncertain(message_id(number), failed("no history"), at)
            case "given_up":
                await world.storage.messages.give_up(message_id(number), failed("400"), at)
            case "sent":
                await world.storage.messages.confirm(message_id(number), 7, at)

    found = await world.storage.deliveries.of_guild(GUILD)

    assert [message.id for message in found.uncertain] == [message_id(1)]
    assert [(message.id, message.failure) for message in found.given_up] == [(message_id(2), failed("400"))]
    assert [message.id for message in found.on_the_way] == [message_id(4)]
    assert (found.waiting, found.take_downs) == ((), ())
    assert len(found.uncertain[0].entries) == 1


async def test_what_went_wrong_last_comes_first_and_only_so_many(world: World) -> None:
    subscription = await subscribed(world)
    for number in range(1, 5):
        at = later(minutes=6 * number)
        entries = await world.told(subscription, number, at=at)
        await world.storage.entries.seal(message_id(number), entries, at, lease_s=LEASE_S)
        await world.storage.messages.give_up(message_id(number), failed("400"), at)

    found = await world.storage.deliveries.of_guild(GUILD, limit=3)

    assert [message.id for message in found.given_up] == [message_id(4), message_id(3), message_id(2)]


async def test_other_servers_see_nothing_of_it(world: World) -> None:
    await sealed(world, 1)
    await world.storage.messages.give_up(ONE, failed("400"), NOW)
    await subscribed(world, OTHER_CHANNEL, OTHER_GUILD)

    assert await world.storage.deliveries.of_guild(OTHER_GUILD) == Deliveries()


async def test_take_downs_that_were_given_up_are_listed_with_their_reason(world: World) -> None:
    await sealed(world, 1, 2)
    await world.storage.messages.confirm(ONE, 77, NOW)
    await world.storage.moderation.hide(GUILD, key(1), actor=MODERATOR, why=None, now=later(minutes=1))
    [redraw] = await world.storage.edits.claim(later(minutes=1), urgent=True, limit=9, lease_s=LEASE_S)
    before = await world.storage.deliveries.of_guild(GUILD)

    await world.storage.edits.give_up(redraw, failed("403 50013: Missing Permissions"), later(minutes=2))

    [message] = (await world.storage.deliveries.of_guild(GUILD)).take_downs
    assert before.take_downs == ()
    assert (message.id, message.state, message.failure) == (
        ONE,
        MessageState.SENT,
        failed("403 50013: Missing Permissions"),
    )


async def test_a_person_can_say_that_an_uncertain_message_arrived(world: World) -> None:
    await tried(world, 1)
    await world.storage.messages.mark_uncertain(ONE, failed("no history"), later(minutes=5))

    done = await world.storage.deliveries.mark_delivered(ONE, later(hours=1))

    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert done
    assert (message.state, message.discord_message_id) == (MessageState.SENT, None)
    assert message.sent_at == later(seconds=1), "it arrived with a try, not when somebody said so"
    assert await world.storage.deliveries.of_guild(GUILD) == Deliveries()
    assert (await world.storage.trends.totals()).waiting == 0


@pytest.mark.parametrize("settle", ["sealed", "sent", "given_up", "unknown"])
async def test_only_of_an_uncertain_message_it_can_be_said_that_it_arrived(world: World, settle: str) -> None:
    await sealed(world, 1)
    if settle == "sent":
        await world.storage.messages.confirm(ONE, 77, NOW)
    elif settle == "given_up":
        await world.storage.messages.give_up(ONE, failed("400"), NOW)
    before = await world.storage.messages.get(ONE)

    assert not await world.storage.deliveries.mark_delivered(ONE if settle != "unknown" else TWO, later(hours=1))

    assert await world.storage.messages.get(ONE) == before


@pytest.mark.parametrize("settle", ["uncertain", "given_up"])
async def test_send_again_seals_anew_without_memory_of_its_tries(world: World, settle: str) -> None:
    entries = await sealed(world, 1, 2)
    await world.storage.messages.begin_try(ONE, later(seconds=1))
    if settle == "uncertain":
        await world.storage.messages.mark_uncertain(ONE, failed("no history"), later(minutes=5))
    else:
        await world.storage.messages.give_up(ONE, failed("503"), later(minutes=5))

    assert await world.storage.deliveries.requeue(ONE, later(days=3))

    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert (message.state, message.attempts, message.first_try_at, message.failure) == (
        MessageState.SEALED,
        0,
        None,
        None,
    )
    assert message.sealed_at == message.next_try_at == later(days=3), "delivery's horizon begins anew"
    assert message.entries == tuple(entries)
    assert await world.storage.entries.next_send_at() == later(days=3)


async def test_what_is_sent_again_is_claimed_tried_and_confirmed_as_ever(world: World) -> None:
    await tried(world, 1)
    await world.storage.messages.give_up(ONE, failed("503"), later(minutes=5))
    await world.storage.deliveries.requeue(ONE, later(hours=1))

    assert await claimed(world, 3600) == [ONE]
    begun = await world.storage.messages.begin_try(ONE, later(hours=1))
    await world.storage.messages.confirm(ONE, 77, later(hours=1))

    assert (begun.attempts, begun.first_try_at) == (1, later(hours=1))
    assert await world.storage.deliveries.of_guild(GUILD) == Deliveries()
    assert await state(world) is MessageState.SENT


@pytest.mark.parametrize("settle", ["sealed", "sent", "unknown"])
async def test_what_is_on_its_way_or_arrived_is_not_sent_again(world: World, settle: str) -> None:
    await sealed(world, 1)
    if settle == "sent":
        await world.storage.messages.confirm(ONE, 77, NOW)
    before = await world.storage.messages.get(ONE)

    assert not await world.storage.deliveries.requeue(ONE if settle != "unknown" else TWO, later(hours=1))

    assert await world.storage.messages.get(ONE) == before


async def test_sent_again_twice_at_once_is_sent_once(world: World) -> None:
    await sealed(world, 1)
    await world.storage.messages.give_up(ONE, failed("400"), NOW)

    done = [
        await world.storage.deliveries.requeue(ONE, NOW),
        await world.storage.deliveries.requeue(ONE, NOW),
    ]

    assert done == [True, False]
    assert await claimed(world, 1) == [ONE]


async def test_a_message_of_which_everything_was_taken_down_cannot_be_sent_again(world: World) -> None:
    await sealed(world, 1, 2)
    await world.storage.messages.give_up(ONE, failed("400"), NOW)
    await world.storage.moderation.hide(GUILD, key(1), actor=MODERATOR, why=None, now=later(minutes=1))

    some = await world.storage.deliveries.requeue(ONE, later(minutes=2))
    await world.storage.messages.give_up(ONE, failed("400"), later(minutes=3))
    await world.storage.moderation.hide(GUILD, key(2), actor=MODERATOR, why=None, now=later(minutes=4))

    assert some
    assert not await world.storage.deliveries.requeue(ONE, later(minutes=5))
    assert await state(world) is MessageState.GIVEN_UP


async def test_what_is_sent_again_goes_behind_what_the_channel_has_on_its_way(world: World) -> None:
    subscription = await given_up_and_another(world)

    await world.storage.deliveries.requeue(ONE, later(minutes=9))
    first = await claimed(world, 3600)
    within_the_lease = await claimed(world, 3601)
    await world.storage.messages.confirm(TWO, 78, later(hours=1))
    then = await claimed(world, 3602)
    await world.storage.messages.confirm(ONE, 77, later(hours=1))

    assert (first, within_the_lease, then) == ([TWO], [], [ONE])
    entries = await world.told(subscription, 3, at=later(hours=2))
    assert await world.storage.entries.seal(message_id(3), entries, later(hours=2), lease_s=LEASE_S)


async def test_a_message_put_off_before_it_holds_up_what_is_sent_again_no_longer_than_itself(world: World) -> None:
    await given_up_and_another(world)
    await world.storage.deliveries.requeue(ONE, later(minutes=9))

    await world.storage.messages.retry_later(TWO, later(minutes=30), failed("503"))

    assert await claimed(world, 29 * 60) == []
    assert await claimed(world, 30 * 60) == [TWO]
    await world.storage.messages.give_up(TWO, failed("400"), later(minutes=31))
    assert await claimed(world, 31 * 60) == [ONE]


async def test_two_old_messages_sent_again_go_one_after_the_other(world: World) -> None:
    await given_up_and_another(world)
    await world.storage.messages.give_up(TWO, failed("400"), later(minutes=8))
    await world.storage.deliveries.requeue(TWO, later(minutes=9))
    await world.storage.deliveries.requeue(ONE, later(minutes=9))

    first = await claimed(world, 3600)
    await world.storage.messages.confirm(first[0], 77, later(hours=1))
    second = await claimed(world, 3601)

    assert (first, second) == ([ONE], [TWO]), "of the same moment, in the order of their ids"


async def test_nothing_new_is_sealed_while_something_is_sent_again(world: World) -> None:
    await sealed(world, 1)
    await world.storage.messages.give_up(ONE, failed("400"), NOW)
    await world.storage.deliveries.requeue(ONE, later(minutes=1))
    subscription = (await world.storage.subscriptions.listed(GUILD))[0]

    await world.polled(at=later(minutes=6), changes=[change(post(2))], alerts=[alert(subscription, post(2))])
    blocked = await world.storage.entries.waiting(later(minutes=6))
    await world.storage.messages.confirm(ONE, 77, later(minutes=7))

    assert blocked == {}
    assert list(await world.storage.entries.waiting(later(minutes=7))) == [CHANNEL]


async def given_up_and_another(world: World) -> Subscription:
    """Message ONE was given up; TWO, decided later, is on its way in the same channel."""
    subscription = await subscribed(world)
    entries = await world.told(subscription, 1)
    await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)
    await world.storage.messages.give_up(ONE, failed("400"), NOW)
    entries = await world.told(subscription, 2, at=later(minutes=6))
    assert await world.storage.entries.seal(TWO, entries, later(minutes=6), lease_s=LEASE_S)
    return subscription


async def test_a_removed_subscriptions_message_can_still_be_sent_again(world: World) -> None:
    subscription = await subscribed(world)
    entries = await world.told(subscription, 1)
    await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)
    await world.storage.messages.give_up(ONE, failed("400"), NOW)
    await world.storage.subscriptions.unsubscribe(subscription.id, NOW)
    await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)

    assert await world.storage.deliveries.requeue(ONE, later(minutes=1))


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("_QUEUES", (GUILD,)),
        ("_IN_TROUBLE", (GUILD, "uncertain", 25)),
        ("_ON_THE_WAY", (GUILD, 25)),
        ("_TAKE_DOWNS", (GUILD, 25)),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's plan follows the tables' sizes
async def test_a_question_of_one_person_walks_through_no_finished_message(
    storage: Storage, inspect: Inspect, statement: str, values: tuple[str | int, ...]
) -> None:
    steps = inspect.plan(getattr(deliveries, statement), *values)

    # What is unfinished, and what is to be drawn again, is little; the rest is found by its keys.
    little = ("SCAN s", "SCAN r", "SCAN messages USING INDEX messages_unfinished")
    walks = [step for step in steps if step.startswith("SCAN") and step not in little]
    assert walks == []
