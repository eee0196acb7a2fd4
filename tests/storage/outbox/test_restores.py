"""The contract of a restore: nothing goes out before a history was read, what it shows is recorded as sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.identity.marks import address_mark, post_mark
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    ChannelId,
    Digest,
    DigestSettings,
    Failure,
    FailureCode,
    FoundEntry,
    FoundMessage,
    HiddenPost,
    LaterTakeDowns,
    MessageState,
    Recurrence,
    Schedule,
    SubscriptionId,
    UnreadHistory,
    UserId,
)
from bot.core.redaction import post_hash
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    OTHER_CHANNEL,
    SINCE,
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

ONE, TWO = message_id(1), message_id(2)
HISTORY = UnreadHistory(GUILD, CHANNEL)
UNREADABLE = Failure(FailureCode.HISTORY, "no right to read it")


async def restored(world: World, *numbers: int) -> SubscriptionId:
    """A database that was put back, in which alerts for these posts wait."""
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(subscription, *numbers)
    await world.storage.restores.record(NOW)
    return subscription.id


def found(*numbers: int, number: int = 1, thread_id: int | None = None) -> FoundMessage:
    """A message in the channel with the marks of these posts."""
    entries = tuple(FoundEntry(at, (post_mark(key(one)),)) for at, one in enumerate(numbers))
    return FoundMessage(message_id(number), 7000 + number, NOW, entries, thread_id)


async def kept(storage: Storage, *messages: FoundMessage) -> int:
    return await storage.restores.keep_page(HISTORY, messages, NOW, after=9, is_last=True)


@pytest.mark.invariant(2)
async def test_channel_gets_nothing_until_its_history_was_read(world: World) -> None:
    await restored(world, 1)
    assert await world.storage.entries.waiting(NOW) == {}
    assert await world.storage.restores.unread(NOW, limit=5) == [HISTORY]

    await world.storage.restores.keep_page(HISTORY, [], NOW, after=9, is_last=False)
    assert await world.storage.entries.waiting(NOW) == {}
    [reading] = await world.storage.restores.unread(NOW, limit=5)
    assert (reading.after, reading.pages) == (9, 1)

    await world.storage.restores.keep_page(reading, [], NOW, after=10, is_last=True)
    assert [*await world.storage.entries.waiting(NOW)] == [CHANNEL]
    assert await world.storage.restores.unread(NOW, limit=5) == []


async def test_history_that_is_put_off_is_read_later(world: World) -> None:
    await restored(world, 1)

    await world.storage.restores.put_off(HISTORY, later(minutes=5), failed_at=NOW)

    assert await world.storage.restores.unread(NOW, limit=5) == []
    assert await world.storage.restores.unread(later(minutes=5), limit=5) == [replace(HISTORY, failed_at=NOW)]


async def test_database_that_was_not_restored_has_no_history_to_read(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    assert await world.told(subscription, 1)
    assert await world.storage.restores.note() is None
    assert await world.storage.restores.unread(NOW, limit=5) == []


@pytest.mark.invariant(2)
async def test_entries_of_a_found_message_are_sent_in_their_places(world: World) -> None:
    await restored(world, 1, 2)

    assert await kept(world.storage, found(2, 1)) == 2

    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert (message.state, message.discord_message_id, message.is_incomplete) == (MessageState.SENT, 7001, False)
    shown = [entry.content.main_post for entry in message.entries]
    assert [one.key for one in shown if one is not None] == [key(2), key(1)]
    assert await world.storage.entries.waiting(NOW) == {}


@pytest.mark.invariant(2)
async def test_entry_that_is_decided_after_its_message_was_found_is_sent_at_once(world: World) -> None:
    await restored(world)
    await kept(world.storage, found(1, 2))
    [subscription] = await world.storage.subscriptions.listed(GUILD)

    waiting = await world.told(subscription, 2, at=later(hours=1))

    assert waiting == []
    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert (message.is_incomplete, message.entry_at(0)) == (True, None)
    entry = message.entry_at(1)
    assert entry is not None
    assert entry.content.main_post is not None
    assert entry.content.main_post.key == key(2)


@pytest.mark.invariant(2)
async def test_message_of_a_version_without_marks_is_known_by_its_links(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    seen = replace(post(1), url="https://example.org/1")
    await world.polled(changes=[change(seen)], alerts=[alert(subscription, seen)])
    await world.storage.restores.record(NOW)
    old = FoundMessage(ONE, 7001, NOW, (FoundEntry(0, (address_mark(seen.url),)),))

    assert await kept(world.storage, old) == 1


@pytest.mark.invariant(2)
async def test_sealed_message_is_confirmed_and_one_whose_entries_went_with_another_is_gone(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    entries = await world.told(subscription, 1)
    assert await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)
    await world.storage.restores.record(NOW)

    assert await kept(world.storage, found(1, number=2)) == 1

    assert await world.storage.messages.get(ONE) is None
    sent = await world.storage.messages.get(TWO)
    assert sent is not None
    assert (sent.state, len(sent.entries)) == (MessageState.SENT, 1)


@pytest.mark.invariant(2)
async def test_digest_goes_on_after_the_last_one_that_was_sent(world: World, inspect: Inspect) -> None:
    schedule = Schedule(Recurrence.HOURLY, "0 * * * *", "UTC")
    settings = DigestSettings(CHANNEL, "morning", schedule, "en")
    digest: Digest = await world.storage.digests.create(GUILD, UserId(1), settings, later(hours=1), SINCE)
    await world.storage.restores.record(later(hours=3))
    assert await world.storage.editions.claim(later(hours=3), limit=5, lease_s=LEASE_S) == []
    due = later(hours=2).replace(microsecond=0)
    mark = f"d{digest.id}-{int(due.timestamp())}"

    await kept(world.storage, FoundMessage(ONE, 7001, due, (FoundEntry(0, (mark,)),)))

    [claimed] = await world.storage.editions.claim(later(hours=3), limit=5, lease_s=LEASE_S)
    assert (claimed.anchor, claimed.covered_until) == (due, due)
    assert inspect("SELECT count(*) FROM digest_issues") == [(1,)]


@pytest.mark.invariant(2)
@pytest.mark.parametrize("read_before", [True, False])
async def test_second_restore_begins_at_its_own_copy_where_all_was_read_after_the_first(
    world: World, read_before: bool
) -> None:
    """A server whose place is taken once a month would have three months of histories read each time."""
    await restored(world, 1)
    first = await world.storage.restores.note()
    assert first is not None
    if read_before:
        await kept(world.storage)
    await world.told((await world.storage.subscriptions.listed(GUILD))[0], 2, at=later(hours=2))

    note = await world.storage.restores.record(later(hours=3))

    assert note.copied_at == (later(hours=2) if read_before else first.copied_at)


@pytest.mark.invariant(2)
async def test_where_history_cannot_be_read_what_may_have_been_sent_is_uncertain(world: World) -> None:
    """Posts of before the restore, but not those that came since."""
    await restored(world, 1)
    await world.storage.restores.mark_unreadable(HISTORY, UNREADABLE, NOW)
    [subscription] = await world.storage.subscriptions.listed(GUILD)
    now = later(hours=2)
    entries = (await world.storage.entries.waiting(now))[CHANNEL]

    assert await world.storage.entries.seal(ONE, entries, now, lease_s=LEASE_S) is None

    message = await world.storage.messages.get(ONE)
    assert message is not None
    assert message.state is MessageState.UNCERTAIN
    state = await world.poll(now)
    fresh = post(2, published_at=later(hours=1))
    wanted_plan = plan(state, at=now, changes=[change(fresh)], alerts=[alert(subscription, fresh)])
    await world.storage.polls.commit(wanted_plan)
    entries = (await world.storage.entries.waiting(now))[CHANNEL]
    assert await world.storage.entries.seal(TWO, entries, now, lease_s=LEASE_S)


async def test_restore_is_forgotten_when_its_messages_are(world: World, inspect: Inspect) -> None:
    await restored(world)
    await kept(world.storage, found(1))

    await world.storage.maintenance.prune(later(days=91), keep_posts=timedelta(days=30))

    assert await world.storage.restores.note() is None
    assert inspect("SELECT count(*) FROM read_histories") == [(0,)]
    assert inspect("SELECT count(*) FROM found_entries") == [(0,)]


@pytest.mark.invariant(8)
async def test_found_message_that_still_shows_a_hidden_post_is_removed(world: World, inspect: Inspect) -> None:
    """Its take-down was made after the copy, and the edit that was asked for was never done."""
    await restored(world, 1)
    later_ones = LaterTakeDowns((HiddenPost(EVERYWHERE, post_hash(key(2)), NOW, OPERATOR, "spam"),))
    await world.storage.moderation.hide_again(later_ones, NOW)

    await kept(world.storage, found(1, number=1), found(2, number=2))

    assert inspect("SELECT message_id, urgent FROM redraws") == [(TWO, 1)]


@pytest.mark.invariant(8)
@pytest.mark.parametrize(
    "entries",
    [
        (),
        (FoundEntry(0),),
        (FoundEntry(0, ("d7-1764500000",)),),
        (FoundEntry(0, ("sa0f3b9c21",)),),
        (FoundEntry(0, (address_mark("https://example.org/1"),)),),
        (FoundEntry(0, (post_mark(key(1)),)), FoundEntry(1, ("d7-1764500000",))),
    ],
    ids=["nothing", "no-mark", "digest", "surge", "old-version", "one-of-two"],
)
async def test_found_message_with_an_unfinished_take_down_is_edited_where_a_place_does_not_say_its_post(
    world: World, inspect: Inspect, entries: tuple[FoundEntry, ...]
) -> None:
    await restored(world, 1)
    await world.storage.moderation.hide_again(LaterTakeDowns(unfinished=(ONE, message_id(9))), NOW)

    await kept(world.storage, FoundMessage(ONE, 7001, NOW, entries), found(2, number=2))

    assert inspect("SELECT message_id, urgent FROM redraws") == [(ONE, 1)]


@pytest.mark.invariant(2)
async def test_found_message_that_went_out_without_the_hidden_post_stays(world: World, inspect: Inspect) -> None:
    """A take-down of post 2 was under way when post 1 was sent alone."""
    await restored(world, 1)
    hidden = HiddenPost(EVERYWHERE, post_hash(key(2)), NOW, OPERATOR, "spam")
    await world.storage.moderation.hide_again(LaterTakeDowns((hidden,), unfinished=(ONE,)), NOW)

    await kept(world.storage, found(1, number=1))

    assert inspect("SELECT message_id FROM redraws") == []


async def test_other_channels_marks_are_not_taken(world: World) -> None:
    """Invariant 10: a post in one channel says nothing of another."""
    await restored(world, 1)
    elsewhere = UnreadHistory(GUILD, ChannelId(OTHER_CHANNEL))

    adopted = await world.storage.restores.keep_page(elsewhere, [found(1)], NOW, after=9, is_last=True)

    assert adopted == 0


def test_marks_are_the_first_digits_of_the_hash_that_hides_a_post() -> None:
    assert post_hash(key(1)).startswith(post_mark(key(1)))
