"""Every back end: what is taken down is gone everywhere at once, and stays gone (invariant 8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import StalePlan
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    Actor,
    AlertContent,
    AuditAction,
    ChannelId,
    GuildId,
    HiddenPost,
    HoldReason,
    LaterTakeDowns,
    Message,
    MessageState,
    PostKey,
    SourceName,
    Subscription,
    Viewer,
)
from bot.core.redaction import post_hash
from bot.storage.stores import Storage
from tests.failures import failed

from .world import (
    CHANNEL,
    GUILD,
    HERE,
    LEASE_S,
    NOW,
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

pytestmark = pytest.mark.invariant(8)

ALICE = Actor("user:3")
OTHER_GUILD = GuildId(2 << 60)
ELSEWHERE = ChannelId((2 << 60) + 1)
THERE = Viewer(OTHER_GUILD, frozenset({ELSEWHERE}))


@pytest.fixture
async def here(storage: Storage) -> Subscription:
    return await storage.subscriptions.subscribe(wanted(), SINCE, NOW)


@pytest.fixture
async def elsewhere(storage: Storage) -> Subscription:
    """The same topic in another server."""
    return await storage.subscriptions.subscribe(
        replace(wanted(), guild_id=OTHER_GUILD, channel_id=ELSEWHERE), SINCE, NOW
    )


async def hide(storage: Storage, number: int = 1, *, guild: GuildId = GUILD) -> tuple[int, int, bool]:
    done = await storage.moderation.hide(guild, key(number), actor=ALICE, why="spam", now=later(minutes=5))
    return done.messages, done.waiting, done.already


async def sealed(storage: Storage, world: World, subscription: Subscription, *numbers: int) -> Message:
    entries = await world.told(subscription, *numbers)
    message = await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
    assert message is not None
    return message


async def sent(storage: Storage, world: World, subscription: Subscription, *numbers: int) -> Message:
    message = await sealed(storage, world, subscription, *numbers)
    await storage.messages.begin_try(message.id, NOW)
    await storage.messages.confirm(message.id, 555, NOW)
    found = await storage.messages.get(message.id)
    assert found is not None
    return found


async def texts(storage: Storage, number: int = 1) -> list[str]:
    """What is left of a message's posts."""
    message = await storage.messages.get(message_id(number))
    assert message is not None
    return [entry.content.post.text for entry in message.entries if isinstance(entry.content, AlertContent)]


# -- what was sent ----------------------------------------------------------------------------------------


async def test_what_was_sent_is_wiped_and_asked_to_be_drawn_again_before_anything_else(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1, 2)

    assert await hide(storage) == (1, 0, False)

    assert await texts(storage) == ["", "本文"]
    [redraw] = await storage.edits.claim(later(minutes=5), urgent=True, limit=10, lease_s=LEASE_S)
    assert redraw.message.id == message_id(1)
    assert [entry.hidden for entry in redraw.message.entries] == [True, False]
    assert not redraw.message.is_empty
    assert await storage.edits.claim(later(minutes=5), urgent=False, limit=10, lease_s=LEASE_S) == []


async def test_a_post_hidden_twice_is_hidden_once(storage: Storage, world: World, here: Subscription) -> None:
    await sent(storage, world, here, 1)

    assert await hide(storage) == (1, 0, False)
    assert await hide(storage) == (0, 0, True)
    assert len(await storage.moderation.audit(GUILD)) == 1


async def test_another_server_keeps_its_message(
    storage: Storage, world: World, here: Subscription, elsewhere: Subscription
) -> None:
    await world.polled(changes=[change(post(1))], alerts=[alert(here, post(1)), alert(elsewhere, post(1))])
    waiting = await storage.entries.waiting(NOW)
    for number, channel in enumerate((CHANNEL, ELSEWHERE), start=1):
        await storage.entries.seal(message_id(number), waiting[channel], NOW, lease_s=LEASE_S)
        await storage.messages.confirm(message_id(number), number, NOW)

    await hide(storage)

    assert (await texts(storage, 1), await texts(storage, 2)) == ([""], ["本文"])
    assert [stored.post.text for stored in await storage.trends.recent_posts(TOPIC.key, SINCE, THERE)] == ["本文"]
    assert await storage.trends.recent_posts(TOPIC.key, SINCE, HERE) == []


async def test_the_operator_hides_in_every_server(
    storage: Storage, world: World, here: Subscription, elsewhere: Subscription
) -> None:
    await world.polled(changes=[change(post(1))], alerts=[alert(here, post(1)), alert(elsewhere, post(1))])

    done = await storage.moderation.hide(EVERYWHERE, key(1), actor=OPERATOR, why=None, now=NOW)

    assert (done.messages, done.waiting) == (0, 2)
    assert await storage.entries.waiting(NOW) == {}
    assert (
        await storage.lookup.find_posts(key(1)) == []
        or (await storage.lookup.find_posts(key(1)))[0].post.text == ""
    )
    for viewer in (HERE, THERE):
        assert await storage.trends.recent_posts(TOPIC.key, SINCE, viewer) == []


# -- what was not sent yet --------------------------------------------------------------------------------


async def test_what_waits_is_dropped(storage: Storage, world: World, here: Subscription) -> None:
    await world.told(here, 1, 2)

    assert await hide(storage) == (0, 1, False)

    [left] = (await storage.entries.waiting(NOW))[CHANNEL]
    assert isinstance(left.content, AlertContent)
    assert left.content.post.key == key(2)


async def test_a_sealed_message_that_holds_nothing_else_is_never_sent(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sealed(storage, world, here, 1)

    await hide(storage)

    message = await storage.messages.get(message_id(1))
    assert message is not None
    assert (message.state, message.failure) == (MessageState.GIVEN_UP, failed("hidden"))
    assert await storage.messages.claim(later(hours=1), limit=10, lease_s=LEASE_S) == []


async def test_a_sealed_message_that_holds_more_is_sent_without_it(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sealed(storage, world, here, 1, 2)

    await hide(storage)

    message = await storage.messages.begin_try(message_id(1), later(minutes=5))
    assert [entry.hidden for entry in message.entries] == [True, False]


async def test_a_message_that_may_have_arrived_is_drawn_again_once_that_is_known(
    storage: Storage, world: World, here: Subscription
) -> None:
    """A try is on its way while somebody hides: the answer comes after."""
    await sealed(storage, world, here, 1)
    await storage.messages.begin_try(message_id(1), NOW)
    await hide(storage)
    at = later(minutes=6)
    assert await storage.edits.claim(at, urgent=True, limit=10, lease_s=LEASE_S) == []

    await storage.messages.confirm(message_id(1), 555, at)

    [redraw] = await storage.edits.claim(at, urgent=True, limit=10, lease_s=LEASE_S)
    assert redraw.message.is_empty


async def test_a_summary_no_longer_counts_it(storage: Storage, world: World, here: Subscription) -> None:
    holds = [held(here, post(number), HoldReason.HOURLY_LIMIT) for number in (1, 2)]
    await world.polled(changes=[change(post(1)), change(post(2))], holds=holds)

    assert await hide(storage) == (0, 1, False)

    [summary] = (await storage.entries.waiting(NOW))[CHANNEL]
    assert getattr(summary.content, "count", None) == 1
    assert [stored.post.key for stored in await storage.trends.held_posts(summary.id)] == [key(2)]


async def test_a_summary_that_counts_nothing_is_not_said(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.polled(changes=[change(post(1))], holds=[held(here, post(1))])

    await hide(storage)

    assert await storage.entries.waiting(NOW) == {}


async def test_a_summary_that_was_sent_shows_it_to_nobody(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.polled(
        changes=[change(post(1)), change(post(2))], holds=[held(here, post(1)), held(here, post(2))]
    )
    [summary] = (await storage.entries.waiting(NOW))[CHANNEL]
    await storage.entries.seal(message_id(1), [summary], NOW, lease_s=LEASE_S)
    await storage.messages.confirm(message_id(1), 555, NOW)

    await hide(storage)

    assert [stored.post.key for stored in await storage.trends.held_posts(summary.id)] == [key(2)]


# -- what is stored ---------------------------------------------------------------------------------------


async def test_the_text_is_wiped_where_nobody_else_may_see_it(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.polled(changes=[change(post(1))])

    await hide(storage)

    [left] = await storage.lookup.find_posts(key(1))
    assert (left.post.text, left.post.author_name, left.post.url) == ("", None, None)
    assert left.post.rp == 150


async def test_the_text_stays_while_another_server_follows_the_topic(
    storage: Storage, world: World, here: Subscription, elsewhere: Subscription
) -> None:
    await world.polled(changes=[change(post(1))])

    await hide(storage)
    assert [stored.post.text for stored in await storage.lookup.find_posts(key(1))] == ["本文"]

    await hide(storage, guild=OTHER_GUILD)
    assert [stored.post.text for stored in await storage.lookup.find_posts(key(1))] == [""]


async def test_the_next_poll_knows_that_it_is_hidden(storage: Storage, world: World, here: Subscription) -> None:
    await world.polled(changes=[change(post(1))])
    await hide(storage)

    state = await world.state_of(TOPIC, 1, 2)

    assert state.hidden == {(GUILD, key(1))}
    assert state.known[key(1)].content_hash == ""


async def test_a_take_down_of_a_poll_is_committed_with_it(
    storage: Storage, world: World, here: Subscription
) -> None:
    """The source said that it is gone."""
    await sent(storage, world, here, 1)
    at = later(minutes=30)

    await storage.polls.commit(plan(await world.poll(at), at=at, take_downs=[key(1)]))

    assert await storage.moderation.hidden_among(OTHER_GUILD, [key(1), key(2)]) == {key(1)}
    [line] = await storage.moderation.audit(None)
    assert (line.guild_id, line.actor, line.why) == (EVERYWHERE, f"source:{SourceName.TRENDPAGE}", "gone")
    assert len(await storage.edits.claim(at, urgent=True, limit=10, lease_s=LEASE_S)) == 1


async def test_a_missed_post_is_remembered_and_forgotten_when_it_is_back(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.polled(changes=[change(post(1))])
    at = later(minutes=10)
    await storage.polls.commit(plan(await world.poll(at), at=at, gone=[(key(1), at)]))
    assert (await world.state_of(TOPIC, 1)).known[key(1)].gone_at == at

    at = later(minutes=20)
    await storage.polls.commit(plan(await world.poll(at), at=at, gone=[(key(1), None)]))
    assert (await world.state_of(TOPIC, 1)).known[key(1)].gone_at is None


# -- what people ask --------------------------------------------------------------------------------------


async def test_who_did_what_and_why_is_on_record(storage: Storage, here: Subscription) -> None:
    await hide(storage)
    assert await storage.moderation.unhide(
        GUILD, post_hash(key(1)), actor=OPERATOR, why="a mistake", now=later(hours=1)
    )

    lines = await storage.moderation.audit(GUILD)

    assert [(line.action, line.actor, line.why) for line in lines] == [
        (AuditAction.UNHIDE, OPERATOR, "a mistake"),
        (AuditAction.HIDE, ALICE, "spam"),
    ]
    assert {line.post_hash for line in lines} == {post_hash(key(1))}
    assert await storage.moderation.audit(OTHER_GUILD) == []


async def test_what_is_hidden_is_listed_by_the_server_that_hid_it(storage: Storage, here: Subscription) -> None:
    await hide(storage)

    [hidden] = await storage.moderation.hidden_posts(GUILD)

    assert (hidden.post_hash, hidden.actor, hidden.why) == (post_hash(key(1)), ALICE, "spam")
    assert hidden.hidden_at == later(minutes=5)
    assert await storage.moderation.hidden_posts(OTHER_GUILD) == []


@pytest.mark.invariant(2)
async def test_unhidden_it_may_be_seen_and_is_not_alerted_twice(
    storage: Storage, world: World, here: Subscription
) -> None:
    """Invariant 2 outlives a take-down."""
    await sent(storage, world, here, 1)
    await hide(storage)
    assert await storage.moderation.unhide(GUILD, post_hash(key(1)), actor=ALICE, why=None, now=later(minutes=6))
    at = later(minutes=10)

    await storage.polls.commit(
        plan(await world.poll(at), at=at, changes=[change(post(1), new=False)], alerts=[alert(here, post(1))])
    )

    assert await storage.entries.waiting(at) == {}
    assert [stored.post.text for stored in await storage.trends.recent_posts(TOPIC.key, SINCE, HERE)] == ["本文"]
    assert not await storage.moderation.unhide(GUILD, post_hash(key(1)), actor=ALICE, why=None, now=at)


@pytest.mark.parametrize("needle", ["key", "id", "url"])
async def test_a_post_is_found_by_what_people_type(
    storage: Storage, world: World, here: Subscription, needle: str
) -> None:
    seen = replace(post(1), url="https://x.com/someone/status/1")
    await world.polled(changes=[change(seen)])
    typed = {"key": seen.key, "id": seen.canonical_id, "url": seen.url or ""}[needle]

    assert [found.post.key for found in await storage.lookup.find_posts(typed, GUILD)] == [seen.key]
    assert [found.post.key for found in await storage.lookup.find_posts(typed)] == [seen.key]
    assert await storage.lookup.find_posts(typed, OTHER_GUILD) == []
    assert await storage.lookup.find_posts(f"{typed}0", GUILD) == []


async def test_what_was_alerted_is_found_after_the_topic_was_left(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(storage, world, here, 1)
    await storage.subscriptions.unsubscribe(here.id, later(minutes=1))

    assert [found.post.key for found in await storage.lookup.find_posts(key(1), GUILD)] == [key(1)]


async def test_nothing_hidden_costs_no_look(storage: Storage) -> None:
    assert await storage.moderation.hidden_among(GUILD, [PostKey("x:1")]) == frozenset()


# -- while a poll is on its way ----------------------------------------------------------------------------


@pytest.mark.parametrize("guild", [GUILD, EVERYWHERE])
@pytest.mark.parametrize("is_held", [False, True])
async def test_a_plan_that_tells_what_was_taken_down_meanwhile_is_refused(
    storage: Storage, world: World, here: Subscription, guild: GuildId, is_held: bool
) -> None:
    state = await world.poll()
    alerts, holds = [alert(here, post(1, 200))], [held(here, post(1, 200))]
    await hide(storage, guild=guild)

    with pytest.raises(StalePlan):
        await storage.polls.commit(plan(state, alerts=() if is_held else alerts, holds=holds if is_held else ()))

    assert await storage.entries.waiting(later(hours=2)) == {}


async def test_a_plan_that_stores_the_text_of_what_was_taken_down_meanwhile_is_refused(
    storage: Storage, world: World, here: Subscription
) -> None:
    del here
    state = await world.poll()
    await hide(storage)

    with pytest.raises(StalePlan):
        await storage.polls.commit(plan(state, changes=[change(post(1, 200))]))

    await storage.polls.commit(plan(state, changes=[change(post(1, 200).redacted())]))


async def test_a_plan_is_committed_whatever_another_server_took_down(
    storage: Storage, world: World, here: Subscription, elsewhere: Subscription
) -> None:
    del elsewhere
    state = await world.poll()
    await hide(storage, guild=OTHER_GUILD)

    await storage.polls.commit(plan(state, changes=[change(post(1, 200))], alerts=[alert(here, post(1, 200))]))

    assert len((await storage.entries.waiting(NOW))[CHANNEL]) == 1


async def test_take_downs_of_a_later_state_are_taken_over(storage: Storage, world: World) -> None:
    """What waits goes, what comes is not sent, and the record says who hid it, when and why."""
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(subscription, 1, 2)
    unknown = HiddenPost(EVERYWHERE, post_hash(key(7)), later(minutes=1), OPERATOR)
    known = HiddenPost(GUILD, post_hash(key(1)), later(minutes=2), ALICE, "spam")

    counts = [
        await storage.moderation.hide_again(LaterTakeDowns((unknown, known)), later(minutes=9)) for _ in range(2)
    ]

    assert counts == [2, 0]
    assert (await storage.moderation.take_downs()).hidden == (unknown, known)

    [left] = (await storage.entries.waiting(later(minutes=9)))[CHANNEL]
    assert isinstance(left.content, AlertContent)
    assert left.content.post.key == key(2)
    assert await storage.moderation.hidden_among(GUILD, [key(1), key(2), key(7)]) == {key(1), key(7)}
    assert await storage.moderation.hidden_posts(GUILD) == [known]
    record = await storage.moderation.audit(None)
    assert [(line.at, line.actor, line.why) for line in record] == [
        (known.hidden_at, ALICE, "spam"),
        (unknown.hidden_at, OPERATOR, None),
    ]
