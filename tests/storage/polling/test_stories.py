"""Every database: posts counted in the alert of another, their sums, splits and take-downs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alerting.folding import FOLD_FOR
from bot.core.errors import StalePlan
from bot.core.models import (
    EVERYWHERE,
    Actor,
    AlertContent,
    AlertReason,
    ChannelId,
    Fold,
    Gathered,
    GuildId,
    MorePosts,
    OutboxEntry,
    Post,
    PostKey,
    Subscription,
    UserId,
)
from bot.core.redaction import post_hash
from bot.sources.parsing.sanitize import COUNT_MAX
from bot.storage.sql.polling.polls import CommitResult
from bot.storage.stores import Storage
from tests.failures import failed
from tests.inspection import Inspect
from tests.recording import RecordingDatabase
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    OTHER_TOPIC,
    SINCE,
    World,
    alert,
    change,
    later,
    message_id,
    plan,
    post,
    wanted,
)
from tests.storage.world import key as key_of

AT = later(minutes=10)
MODERATOR = Actor("user:7")


@pytest.fixture
async def here(storage: Storage) -> Subscription:
    return await storage.subscriptions.subscribe(wanted(), SINCE, NOW)


async def folded(
    world: World,
    here: Subscription,
    *posts: Post,
    lead: int = 1,
    minutes: float = 10,
    until: int | None = None,
    reason: AlertReason = AlertReason.NEW,
) -> CommitResult:
    """A poll that decides that these posts are counted in the alert of another."""
    at = later(minutes=minutes)
    state = await world.poll(at)
    folds = tuple(Fold(alert(here, one, reason=reason), key_of(lead)) for one in posts)
    decided = plan(state, at=at, next_poll_at=at, changes=[change(one) for one in posts])
    return await world.storage.polls.commit(replace(decided, folds=folds, compared_until=until))


async def sent(world: World, entries: Sequence[OutboxEntry], number: int = 1) -> None:
    await world.storage.entries.seal(message_id(number), list(entries), NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(number), 555, NOW)


async def redrawn(storage: Storage, *, urgent: bool = False, minutes: float = 20) -> list[MorePosts | None]:
    """Further posts as the entries of messages say that are to be drawn again."""
    redraws = await storage.edits.claim(later(minutes=minutes), urgent=urgent, limit=10, lease_s=LEASE_S)
    return [entry.more for redraw in redraws for entry in redraw.message.entries]


def rows(inspect: Inspect) -> dict[str, tuple[str | None, str | None]]:
    found = inspect("SELECT post_key, held, lead_key FROM alerts")
    return {key: (held, lead) for key, held, lead in found}


async def test_counted_post_has_no_entry_and_the_sent_message_is_drawn_with_the_sum(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(world, await world.told(here, 1))

    result = await folded(world, here, post(2, 300), post(3, 40))

    assert (result.folded, result.alerts) == (2, 0)
    assert (await storage.entries.waiting(AT)).get(CHANNEL, []) == []
    assert await redrawn(storage) == [MorePosts(2, 1, 340)]
    [entry] = (await storage.messages.get(message_id(1))).entries  # type: ignore[union-attr]
    assert [one.post.key for one in await storage.stories.counted_posts(entry.id)] == [key_of(2), key_of(3)]


async def test_waiting_alert_says_it_when_it_is_sent(storage: Storage, world: World, here: Subscription) -> None:
    await world.told(here, 1)

    await folded(world, here, post(2, None))

    [entry] = (await storage.entries.waiting(AT))[CHANNEL]
    assert isinstance(entry.content, AlertContent)
    assert entry.content.more == MorePosts(1, 1)
    assert await redrawn(storage) == []


@pytest.mark.invariant(1)
async def test_post_whose_alert_has_ended_is_sent_itself(
    storage: Storage, world: World, here: Subscription, inspect: Inspect
) -> None:
    await world.told(here, 1)
    await storage.moderation.hide(GUILD, key_of(1), actor=MODERATOR, why=None, now=AT)

    result = await folded(world, here, post(2), minutes=20)
    again = await folded(world, here, post(3), lead=9, minutes=30)

    assert (result.folded, again.folded) == (1, 1)
    assert rows(inspect)[key_of(2)] == rows(inspect)[key_of(3)] == (None, None)
    assert len((await storage.entries.waiting(later(minutes=40)))[CHANNEL]) == 2


@pytest.mark.invariant(1)
async def test_alert_of_three_days_ago_takes_no_post(world: World, here: Subscription, inspect: Inspect) -> None:
    await sent(world, await world.told(here, 1))

    await folded(world, here, post(2), minutes=FOLD_FOR / timedelta(minutes=1))

    assert rows(inspect)[key_of(2)] == (None, None)


@pytest.mark.invariant(2)
async def test_counted_post_is_never_sent_as_well(
    storage: Storage, world: World, here: Subscription, inspect: Inspect
) -> None:
    await sent(world, await world.told(here, 1))
    await folded(world, here, post(2))

    assert (await folded(world, here, post(2), minutes=20)).folded == 0
    assert await world.told(here, 2, at=later(minutes=30)) == []
    assert rows(inspect)[key_of(2)] == ("story", key_of(1))


@pytest.mark.invariant(2)
async def test_plan_that_does_not_know_the_channels_newest_post_is_refused(
    storage: Storage, world: World, here: Subscription
) -> None:
    await sent(world, await world.told(here, 1))
    until = await storage.stories.last()
    await world.told(here, 2, at=later(minutes=5))

    with pytest.raises(StalePlan):
        await folded(world, here, post(3), until=until)

    await folded(world, here, post(3), minutes=20, until=await storage.stories.last())


@pytest.mark.invariant(8)
@pytest.mark.parametrize("guild", [GUILD, EVERYWHERE])
async def test_hidden_post_is_counted_and_listed_no_more(
    storage: Storage, world: World, here: Subscription, guild: int
) -> None:
    entries = await world.told(here, 1)
    await sent(world, entries)
    await folded(world, here, post(2, 300), post(3, 40))

    await storage.moderation.hide(guild, key_of(2), actor=MODERATOR, why=None, now=AT)  # type: ignore[arg-type]

    assert await redrawn(storage, urgent=True) == [MorePosts(1, 1, 40)]
    assert [one.post.key for one in await storage.stories.counted_posts(entries[0].id)] == [key_of(3)]
    compared = {one.key for one in await storage.stories.alerted([CHANNEL], [key_of(2), key_of(3)], AT)}
    assert compared == {key_of(3)}


@pytest.mark.invariant(8)
@pytest.mark.parametrize("hidden_after", [False, True])
async def test_take_down_of_a_counted_post_waits_for_no_message_that_was_never_tried(
    storage: Storage, world: World, here: Subscription, inspect: Inspect, hidden_after: bool
) -> None:
    async def hide(*numbers: int) -> None:
        for number in numbers:
            await storage.moderation.hide(GUILD, key_of(number), actor=MODERATOR, why=None, now=AT)

    [lead] = await world.told(here, 1)
    await storage.entries.seal(message_id(1), [lead], NOW, lease_s=LEASE_S)
    await folded(world, here, post(2, 300))
    if not hidden_after:
        await hide(2, 1)

    await storage.messages.give_up(message_id(1), failed("nothing is left of it"), AT)
    if hidden_after:
        await hide(2)

    assert inspect("SELECT message_id FROM redraws WHERE ended_at IS NULL") == []


async def test_split_post_is_sent_and_undone_while_it_waits(
    storage: Storage, world: World, here: Subscription, inspect: Inspect
) -> None:
    [lead] = await world.told(here, 1)
    await sent(world, [lead])
    await folded(world, here, post(2, 300), post(3, 40))
    digits = post_hash(key_of(2))[:16]

    made = await storage.stories.split(lead.id, digits, UserId(7), AT)

    assert made is not None
    assert await redrawn(storage, urgent=True) == [MorePosts(1, 1, 40)]
    assert await storage.stories.splits([CHANNEL]) == {(CHANNEL, key_of(2), key_of(1))}
    assert [entry.id for entry in (await storage.entries.waiting(AT))[CHANNEL]] == [made]
    assert await storage.stories.split(lead.id, digits, UserId(7), AT) is None
    assert await storage.stories.channel_of_split(made, GUILD) == CHANNEL

    assert await storage.stories.undo_split(made, GUILD, AT) is True

    assert rows(inspect)[key_of(2)] == ("story", key_of(1))
    assert await storage.stories.splits([CHANNEL]) == frozenset()
    assert (await storage.entries.waiting(AT)).get(CHANNEL, []) == []


@pytest.mark.parametrize(
    ("pace", "rp", "told"),
    [
        (None, 300, (AlertReason.ROSE, 100)),
        (None, 40, (AlertReason.NEW, 0)),  # counted with others, which it stands apart from now
        (5, 300, (AlertReason.NEW, 0)),
    ],
)
async def test_split_post_names_no_minimum_that_it_did_not_pass(
    storage: Storage, world: World, pace: int | None, rp: int, told: tuple[AlertReason, int]
) -> None:
    wish = wanted()
    here = await storage.subscriptions.subscribe(
        replace(wish, settings=replace(wish.settings, pace=pace)), SINCE, NOW
    )
    [lead] = await world.told(here, 1)
    await sent(world, [lead])
    await folded(world, here, post(2, rp), reason=AlertReason.ROSE)

    made = await storage.stories.split(lead.id, post_hash(key_of(2))[:16], UserId(7), AT)

    [entry] = (await storage.entries.waiting(AT))[CHANNEL]
    assert entry.id == made
    assert isinstance(entry.content, AlertContent)
    assert (entry.content.reason, entry.content.min_rp) == told


async def test_split_post_never_folds_into_that_alert_again(
    storage: Storage, world: World, here: Subscription, inspect: Inspect
) -> None:
    [lead] = await world.told(here, 1)
    await sent(world, [lead])
    await folded(world, here, post(2))
    await storage.stories.split(lead.id, post_hash(key_of(2))[:16], UserId(7), AT)
    inspect("DELETE FROM alerts WHERE post_key = 'x:2'")

    await folded(world, here, post(2), minutes=30)

    assert rows(inspect)[key_of(2)] == (None, None)


async def test_story_goes_into_the_summary_with_its_alert(
    storage: Storage, world: World, here: Subscription, inspect: Inspect
) -> None:
    entries = await world.told(here, 1)
    await folded(world, here, post(2))

    await storage.entries.move_to_summary(entries, AT)

    assert {held for held, _ in rows(inspect).values()} == {"catch_up"}
    [summary] = (await storage.entries.waiting(AT))[CHANNEL]
    assert {one.post.key for one in await storage.trends.held_posts(summary.id)} == {key_of(1), key_of(2)}


async def test_posts_that_reached_the_minimum_together_are_counted_in_one_transaction(
    storage: Storage, world: World, here: Subscription, inspect: Inspect
) -> None:
    await world.polled(changes=[change(post(2, 60))])
    further = await storage.stories.further([CHANNEL], {key_of(1): [key_of(2)]}, AT)
    [found] = further[CHANNEL, key_of(1)]
    assert (found.post.key, found.post.rp) == (key_of(2), 60)
    state = await world.poll(AT)
    raised = alert(here, post(1, 70))

    decided = plan(state, at=AT, changes=[change(post(1, 70))], alerts=[raised])
    await storage.polls.commit(replace(decided, gathered=(Gathered(raised, (found,)),)))

    [entry] = (await storage.entries.waiting(AT))[CHANNEL]
    assert isinstance(entry.content, AlertContent)
    assert entry.content.more == MorePosts(1, 1, 60)
    assert rows(inspect)[key_of(2)] == ("story", key_of(1))


async def test_what_another_server_listens_to_counts_nowhere_else(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(changes=[change(post(2, 60))])
    stranger = CHANNEL + 50

    assert await storage.stories.further([stranger], {key_of(1): [key_of(2)]}, AT) == {}  # type: ignore[list-item]


async def test_posts_are_compared_for_three_days(storage: Storage, world: World, here: Subscription) -> None:
    await world.told(here, 1)

    assert [one.post.key for one in await storage.stories.since(0, AT)] == [PostKey("x:1")]
    assert await storage.stories.since(0, NOW + FOLD_FOR) == []
    await storage.maintenance.prune(NOW + FOLD_FOR, keep_posts=timedelta(days=30))
    assert await storage.stories.since(0, AT) == []


@pytest.mark.invariant(8)
async def test_post_that_one_server_hides_is_still_compared_with_where_another_listens(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.told(here, 1)
    elsewhere = wanted(OTHER_TOPIC, guild=GuildId(GUILD + 9), channel=ChannelId(CHANNEL + 9))
    there = await storage.subscriptions.subscribe(elsewhere, SINCE, NOW)
    await world.told(there, 1, at=later(minutes=5))

    await storage.moderation.hide(GUILD, key_of(1), actor=MODERATOR, why=None, now=AT)

    [compared] = await storage.stories.since(0, AT)
    assert (compared.post.key, compared.post.text) == (key_of(1), post(1).text)

    await storage.moderation.hide(EVERYWHERE, key_of(1), actor=MODERATOR, why=None, now=AT)

    assert await storage.stories.since(0, AT) == []


@pytest.mark.invariant(2)
async def test_post_that_another_channel_was_sent_before_is_compared_with_for_three_days_more(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.told(here, 1)
    elsewhere = wanted(OTHER_TOPIC, guild=GuildId(GUILD + 9), channel=ChannelId(CHANNEL + 9))
    there = await storage.subscriptions.subscribe(elsewhere, SINCE, NOW)
    before = await storage.stories.last()
    at = NOW + FOLD_FOR - timedelta(hours=1)

    await world.told(there, 1, at=at)

    assert [one.at for one in await storage.stories.since(before, at + timedelta(hours=2))] == [at]


@pytest.mark.invariant(1)
async def test_invented_reposts_of_a_storys_posts_stop_no_delivery(
    storage: Storage, world: World, here: Subscription
) -> None:
    await world.told(here, 1)
    invented = [post(100 + number, COUNT_MAX) for number in range((1 << 63) // COUNT_MAX + 2)]

    await folded(world, here, *invented)

    [entry] = (await storage.entries.waiting(AT))[CHANNEL]
    assert entry.more is not None
    assert entry.more.posts == len(invented)


@pytest.mark.invariant(11)
async def test_posts_of_one_poll_that_one_alert_counts_have_it_counted_anew_once(
    storage: Storage, here: Subscription
) -> None:
    recording = RecordingDatabase(storage.database)
    world = World(Storage.over(recording))
    await sent(world, await world.told(here, 1))
    counted = []
    for at, numbers in ((10, range(2, 4)), (20, range(10, 40))):
        recording.ran.clear()
        await folded(world, here, *(post(number) for number in numbers), minutes=at)
        counted.append(sum(" AS more" in str(ran) for ran in recording.ran))

    assert counted[0] == counted[1] > 0


async def test_posts_that_new_ones_are_compared_with_are_named_among_others(
    world: World, here: Subscription
) -> None:
    stories = world.storage.stories
    await world.told(here, 1)

    assert await stories.among([key_of(1), key_of(2)]) == {key_of(1)}

    await world.storage.moderation.hide(EVERYWHERE, key_of(1), actor=MODERATOR, why=None, now=AT)
    assert await stories.among([key_of(1), key_of(2)]) == frozenset()
