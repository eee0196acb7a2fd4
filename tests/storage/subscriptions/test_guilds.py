"""The contract of servers and channels: quiet hours, mentions now and then, and servers that are forgotten."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    AlertContent,
    ChannelId,
    EntryKind,
    Failure,
    GuildId,
    HoldReason,
    Message,
    MessageState,
    OutboxEntry,
    PauseReason,
    QuietHours,
    RoleId,
    Subscription,
)
from bot.core.text import make_topic
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    USER,
    World,
    alert,
    change,
    held,
    later,
    message_id,
    plan,
    post,
    wanted,
)

OTHER_GUILD = GuildId(GUILD + 9)
ROLE, OTHER_ROLE = RoleId(71), RoleId(72)
MONTH = timedelta(days=30)
ENDS = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(hours=4)
"""NOW is 12:00 in Tokyo, a Sunday."""
LUNCH = QuietHours("Asia/Tokyo", 11 * 60, 16 * 60)
NIGHT = QuietHours("Asia/Tokyo", 22 * 60, 7 * 60)
NIGHT_BEGINS = NOW.replace(hour=13, minute=0, second=0, microsecond=0)
NIGHT_ENDS = NIGHT_BEGINS + timedelta(hours=9)


async def subscribed(
    world: World, channel: ChannelId = CHANNEL, guild: GuildId = GUILD, role: RoleId | None = None
) -> Subscription:
    asked = wanted(channel=channel, guild=guild)
    asked = replace(asked, settings=replace(asked.settings, role_id=role))
    return await world.storage.subscriptions.subscribe(asked, SINCE, NOW)


async def quiet(world: World, hours: QuietHours | None, now: datetime = NOW) -> int:
    return await world.storage.guilds.set_quiet_hours(GUILD, CHANNEL, hours, now)


async def waiting(world: World, now: datetime = NOW) -> list[OutboxEntry]:
    return (await world.storage.entries.waiting(now)).get(CHANNEL, [])


async def decided(world: World, subscription: Subscription, *numbers: int, at: datetime = NOW) -> None:
    await world.told(subscription, *numbers, at=at)


async def summary(
    world: World, subscription: Subscription, number: int, summary_at: datetime, at: datetime
) -> None:
    seen = post(number)
    await world.polled(at=at, changes=[change(seen)], holds=[held(subscription, seen, summary_at=summary_at)])


# -- quiet hours -----------------------------------------------------------------------------------------


async def test_quiet_hours_are_kept_changed_and_ended(storage: Storage) -> None:
    assert await storage.guilds.quiet_hours(CHANNEL) is None

    await storage.guilds.set_quiet_hours(GUILD, CHANNEL, LUNCH, NOW)
    await storage.guilds.set_quiet_hours(GUILD, OTHER_CHANNEL, LUNCH, NOW)
    await storage.guilds.set_quiet_hours(GUILD, CHANNEL, NIGHT, NOW)

    assert await storage.guilds.quiet_hours(CHANNEL) == NIGHT
    assert await storage.guilds.channels_with_quiet_hours(GUILD) == {CHANNEL: NIGHT, OTHER_CHANNEL: LUNCH}
    assert await storage.guilds.channels_with_quiet_hours(OTHER_GUILD) == {}

    await storage.guilds.set_quiet_hours(GUILD, CHANNEL, None, NOW)
    assert await storage.guilds.quiet_hours(CHANNEL) is None
    assert await storage.guilds.channels_with_quiet_hours(GUILD) == {OTHER_CHANNEL: LUNCH}


async def test_hours_that_never_end_are_a_mistake(storage: Storage) -> None:
    with pytest.raises(ValueError, match="must end"):
        await storage.guilds.set_quiet_hours(GUILD, CHANNEL, QuietHours("UTC", 0, 0), NOW)

    assert await storage.guilds.quiet_hours(CHANNEL) is None


@pytest.mark.invariant(1)
async def test_what_is_decided_in_quiet_hours_waits_for_their_end(world: World) -> None:
    """Invariant 1: decided as always, told later."""
    subscription = await subscribed(world)
    await quiet(world, LUNCH)
    await decided(world, subscription, 1, 2)
    await summary(world, subscription, 3, summary_at=NOW, at=later(minutes=6))

    assert await waiting(world, ENDS - timedelta(microseconds=1)) == []
    assert await world.storage.entries.next_send_at() == ENDS
    entries = await waiting(world, ENDS)
    assert [entry.kind for entry in entries] == [EntryKind.ALERT, EntryKind.ALERT, EntryKind.SUMMARY]
    assert {entry.not_before for entry in entries} == {ENDS}


async def test_other_channels_hear_at_once(world: World) -> None:
    await quiet(world, LUNCH)
    await decided(world, await subscribed(world, OTHER_CHANNEL), 1)

    assert list(await world.storage.entries.waiting(NOW)) == [OTHER_CHANNEL]


async def test_setting_quiet_hours_holds_what_waits_and_ending_them_lets_it_go(world: World) -> None:
    await decided(world, await subscribed(world), 1, 2)

    assert await quiet(world, LUNCH) == 2
    assert await waiting(world) == []
    assert await quiet(world, NIGHT) == 0
    assert len(await waiting(world)) == 2
    assert await quiet(world, LUNCH) == 2
    assert await quiet(world, None) == 2
    assert [entry.not_before for entry in await waiting(world)] == [NOW, NOW]
    assert await quiet(world, None) == 0


@pytest.mark.invariant(3)
async def test_a_summary_keeps_its_own_later_time(world: World) -> None:
    """Invariant 3: a ceiling's summaries stay an hour apart, whatever became of the quiet hours."""
    subscription = await subscribed(world)
    await summary(world, subscription, 1, summary_at=NOW, at=NOW)
    [first] = await waiting(world)
    await world.storage.entries.seal(message_id(1), [first], NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(1), 1, NOW)
    await summary(world, subscription, 2, summary_at=later(hours=1), at=later(minutes=6))

    assert await quiet(world, LUNCH, later(minutes=7)) == 1
    assert await world.storage.entries.next_send_at() == ENDS
    assert await quiet(world, None, later(minutes=8)) == 0
    assert await world.storage.entries.next_send_at() == later(hours=1)
    assert await quiet(world, None, later(hours=2)) == 0


async def test_a_summary_whose_own_time_lies_in_quiet_hours_waits_for_their_end(world: World) -> None:
    subscription = await subscribed(world)
    await quiet(world, NIGHT)
    await summary(world, subscription, 1, summary_at=NIGHT_BEGINS + timedelta(minutes=1), at=NOW)

    assert await world.storage.entries.next_send_at() == NIGHT_ENDS


async def test_quiet_hours_set_later_hold_a_summary_whose_own_time_lies_in_them(world: World) -> None:
    subscription = await subscribed(world)
    await summary(world, subscription, 1, summary_at=NOW, at=NOW)
    await world.storage.entries.seal(message_id(1), await waiting(world), NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(1), 1, NOW)
    await summary(world, subscription, 2, summary_at=later(hours=1), at=later(minutes=6))
    one_o_clock = QuietHours("Asia/Tokyo", 13 * 60, 14 * 60)

    assert await quiet(world, one_o_clock, later(minutes=7)) == 1
    assert await world.storage.entries.next_send_at() == NIGHT_BEGINS - timedelta(hours=8)


async def test_what_would_wait_longer_anyway_is_not_hurried_by_quiet(world: World) -> None:
    subscription = await subscribed(world)
    after_noon = QuietHours("Asia/Tokyo", 12 * 60 + 10, 12 * 60 + 20)
    await quiet(world, after_noon)
    await decided(world, subscription, 1)
    await summary(world, subscription, 2, summary_at=later(hours=2), at=later(minutes=6))

    entries = await waiting(world, later(minutes=12))
    assert await world.storage.entries.seal(message_id(1), entries, later(minutes=12), lease_s=LEASE_S) is None

    assert [entry.kind for entry in await waiting(world, later(minutes=21))] == [EntryKind.ALERT]


async def test_what_waits_when_quiet_begins_is_not_sealed(world: World) -> None:
    """An outage, or a busy channel, can keep an alert waiting into the night."""
    await quiet(world, NIGHT)
    await decided(world, await subscribed(world), 1, 2)
    entries = await waiting(world, NIGHT_BEGINS)

    sealed = await world.storage.entries.seal(message_id(1), entries[:1], NIGHT_BEGINS, lease_s=LEASE_S)

    assert sealed is None
    assert await waiting(world, NIGHT_BEGINS) == []
    assert len(await waiting(world, NIGHT_ENDS)) == 2
    assert await world.storage.entries.seal(message_id(1), entries, NIGHT_ENDS, lease_s=LEASE_S)


async def test_what_is_held_back_in_quiet_hours_is_not_sent_in_them(world: World) -> None:
    await decided(world, await subscribed(world), 1)
    entries = await waiting(world)
    await quiet(world, LUNCH)

    await world.storage.entries.move_to_summary(entries, NOW)

    assert await waiting(world) == []
    [told] = await waiting(world, ENDS)
    assert told.kind is EntryKind.SUMMARY


async def test_a_catch_up_summary_may_go_at_once_when_quiet_is_over(world: World) -> None:
    subscription = await subscribed(world)
    await quiet(world, LUNCH)
    await decided(world, subscription, 1, 2)
    first, second = await waiting(world, ENDS)

    await world.storage.entries.move_to_summary([second], ENDS)

    kept, told = await waiting(world, ENDS)
    assert kept == first
    assert (told.kind, told.not_before) == (EntryKind.SUMMARY, ENDS)


async def test_a_held_post_of_another_reason_is_rescheduled_to_when_it_was_decided(world: World) -> None:
    subscription = await subscribed(world)
    seen = post(1)
    await quiet(world, LUNCH)
    await world.polled(changes=[change(seen)], holds=[held(subscription, seen, HoldReason.CATCH_UP)])

    assert await quiet(world, None) == 1
    assert [entry.not_before for entry in await waiting(world)] == [NOW]


# -- mentions --------------------------------------------------------------------------------------------


async def sealed(
    world: World, number: int, *roles: RoleId | None, at: datetime = NOW, every: timedelta = timedelta(minutes=15)
) -> Message:
    """A message of one alert a role, sent."""
    [subscription] = await world.storage.subscriptions.listed(GUILD, CHANNEL) or [await subscribed(world)]
    seen = [post(number * 100 + place) for place in range(len(roles))]
    alerts = [alert(subscription, one) for one in seen]
    await world.polled(
        at=at,
        changes=[change(one) for one in seen],
        alerts=[
            replace(one, content=replace(one.content, role_id=role))
            for one, role in zip(alerts, roles, strict=True)
        ],
    )
    entries = await waiting(world, at)
    message = await world.storage.entries.seal(
        message_id(number), entries, at, lease_s=LEASE_S, mention_interval=every
    )
    assert message is not None
    await world.storage.messages.confirm(message.id, number, at)
    return message


async def test_a_message_mentions_each_role_of_its_alerts_once(world: World) -> None:
    message = await sealed(world, 1, ROLE, None, OTHER_ROLE, ROLE)

    assert message.mentions == (ROLE, OTHER_ROLE)
    assert await world.storage.messages.get(message.id) == replace(
        message, state=MessageState.SENT, discord_message_id=1, sent_at=NOW, next_try_at=None
    )


@pytest.mark.invariant(7)
async def test_a_role_is_mentioned_once_in_a_while(world: World) -> None:
    """Invariant 7: the bot does not shout."""
    mentions = [
        (await sealed(world, number, *roles, at=later(minutes=minutes))).mentions
        for number, (minutes, roles) in enumerate(
            [(0, [ROLE]), (6, [ROLE, OTHER_ROLE]), (14.9, [ROLE, OTHER_ROLE]), (21, [ROLE, OTHER_ROLE])]
        )
    ]

    assert mentions == [(ROLE,), (OTHER_ROLE,), (), (ROLE, OTHER_ROLE)]


async def test_without_an_interval_every_alert_mentions(world: World) -> None:
    none = timedelta(0)

    assert (await sealed(world, 1, ROLE, every=none)).mentions == (ROLE,)
    assert (await sealed(world, 2, ROLE, at=later(minutes=6), every=none)).mentions == (ROLE,)


async def test_a_summary_mentions_nobody(world: World) -> None:
    subscription = await subscribed(world, role=ROLE)
    seen = post(1)
    one = held(subscription, seen)
    one = replace(one, alert=replace(one.alert, content=replace(one.alert.content, role_id=ROLE)))
    await world.polled(changes=[change(seen)], holds=[one])

    message = await world.storage.entries.seal(message_id(1), await waiting(world), NOW, lease_s=LEASE_S)

    assert message is not None
    assert message.mentions == ()


async def test_what_is_not_sealed_mentions_nobody(world: World) -> None:
    await decided(world, await subscribed(world), 1)
    [entry] = await waiting(world)
    assert isinstance(entry.content, AlertContent)
    entry = replace(entry, content=replace(entry.content, role_id=ROLE))
    await quiet(world, LUNCH)
    assert await world.storage.entries.seal(message_id(9), [entry], NOW, lease_s=LEASE_S) is None
    await quiet(world, None)

    assert ROLE in (await sealed(world, 1, ROLE, at=later(minutes=6))).mentions


async def test_old_mentions_are_pruned(world: World, inspect: Inspect) -> None:
    await sealed(world, 1, ROLE)

    await world.storage.maintenance.prune(later(days=2), keep_posts=MONTH)

    assert inspect("SELECT * FROM mentions") == []


# -- coming and going --------------------------------------------------------------------------------------


async def test_leaving_a_server_pauses_and_drops_and_gives_up(world: World, inspect: Inspect) -> None:
    subscription, elsewhere = await subscribed(world), await subscribed(world, OTHER_CHANNEL, OTHER_GUILD)
    by_hand = await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    await world.storage.subscriptions.pause(by_hand.id, PauseReason.BY_USER, NOW)
    await decided(world, subscription, 1, 2)
    await world.polled(at=later(minutes=6), changes=[change(post(3))], alerts=[alert(elsewhere, post(3))])
    entries = await waiting(world)
    await world.storage.entries.seal(message_id(1), entries[:1], NOW, lease_s=LEASE_S)

    paused = await world.storage.guilds.guild_left(GUILD, NOW)
    again = await world.storage.guilds.guild_left(GUILD, later(days=1))

    assert [(one.id, one.paused) for one in paused] == [(subscription.id, PauseReason.REMOVED)]
    assert again == []
    kept = {one.id: one.paused for one in await world.storage.subscriptions.listed(GUILD)}
    assert kept == {subscription.id: PauseReason.REMOVED, by_hand.id: PauseReason.BY_USER}
    message = await world.storage.messages.get(message_id(1))
    assert message is not None
    assert (message.state, message.failure) == (MessageState.GIVEN_UP, Failure.of_pause(PauseReason.REMOVED))
    reasons = inspect("SELECT state, reason_code FROM entries WHERE state <> 'waiting' ORDER BY id")
    assert reasons == [("given_up", "paused"), ("dropped", "paused")]
    assert list(await world.storage.entries.waiting(later(days=1))) == [OTHER_CHANNEL]
    assert inspect("SELECT count(*) FROM left_guilds") == [(1,)]
    assert await world.storage.guilds.forget_left_guilds(later(hours=1)) == [GUILD]


@pytest.mark.invariant(2)
async def test_a_message_that_was_tried_waits_for_what_discord_says(world: World) -> None:
    """Invariant 2: it may have arrived."""
    await decided(world, await subscribed(world), 1)
    await world.storage.entries.seal(message_id(1), await waiting(world), NOW, lease_s=LEASE_S)
    await world.storage.messages.begin_try(message_id(1), NOW)

    await world.storage.guilds.guild_left(GUILD, NOW)

    message = await world.storage.messages.get(message_id(1))
    assert message is not None
    assert message.state is MessageState.SEALED


async def test_what_discord_refused_can_be_resumed_and_nothing_else(world: World) -> None:
    topics = [make_topic(f"トピック{number}") for number in range(5)]
    made = [await world.storage.subscriptions.subscribe(wanted(topic), SINCE, NOW) for topic in topics]
    reasons = [PauseReason.FORBIDDEN, PauseReason.NOT_FOUND, PauseReason.BY_USER]
    for one, why in zip(made, reasons, strict=False):
        await world.storage.subscriptions.pause(one.id, why, NOW)
    await world.storage.guilds.guild_left(GUILD, NOW)
    await world.storage.subscriptions.unsubscribe(made[4].id, NOW)
    await world.storage.guilds.guild_joined(GUILD, NOW)

    found = await world.storage.guilds.resumable(CHANNEL)

    assert [one.id for one in found] == [made[0].id, made[1].id, made[3].id]
    assert await world.storage.guilds.resumable(OTHER_CHANNEL) == []


async def test_known_servers_are_those_with_anything_stored_that_were_not_left(world: World) -> None:
    storage = world.storage
    assert await storage.guilds.known_guilds() == frozenset()
    await subscribed(world)
    await storage.guilds.set_quiet_hours(OTHER_GUILD, OTHER_CHANNEL, NIGHT, NOW)
    assert await storage.guilds.known_guilds() == {GUILD, OTHER_GUILD}

    await storage.guilds.guild_left(GUILD, NOW)
    assert await storage.guilds.known_guilds() == {OTHER_GUILD}
    await storage.guilds.guild_joined(GUILD, NOW)
    assert await storage.guilds.known_guilds() == {GUILD, OTHER_GUILD}


async def test_a_server_joined_again_is_not_forgotten(world: World) -> None:
    subscription = await subscribed(world)
    await world.storage.guilds.guild_left(GUILD, NOW)
    await world.storage.guilds.guild_joined(GUILD, later(days=29))

    assert await world.storage.guilds.forget_left_guilds(later(days=60)) == []
    found = await world.storage.subscriptions.get(subscription.id)
    assert found is not None
    assert found.paused is PauseReason.REMOVED


async def test_a_server_is_kept_until_its_days_are_over(world: World) -> None:
    subscription = await subscribed(world)
    await world.storage.guilds.guild_left(GUILD, NOW)

    assert await world.storage.guilds.forget_left_guilds(NOW) == []
    assert await world.storage.subscriptions.get(subscription.id) is not None


def told_of(inspect: Inspect, **ids: set[int | str]) -> dict[str, int]:
    """How many rows of which table name one of the ids in a column of that name."""
    asked = []
    for table, columns in inspect.columns().items():
        for column in ids.keys() & columns:
            among = ", ".join(repr(one) for one in sorted(ids[column], key=str))
            asked.append(f"SELECT '{table}' AS name, count(*) AS n FROM {table} WHERE {column} IN ({among})")  # noqa: S608
    found: Counter[str] = Counter()
    for table, count in inspect(" UNION ALL ".join(asked)):
        found[table] += count
    return dict(+found)


async def live_in(world: World, guild: GuildId, first: int) -> dict[str, set[int | str]]:
    """A server with something in every table; returns its ids."""
    storage = world.storage
    channel = ChannelId(guild + 1)
    here = await subscribed(world, channel, guild, ROLE)
    gone = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC, channel=channel, guild=guild), SINCE, NOW)
    await storage.subscriptions.unsubscribe(gone.id, NOW)
    seen = [post(first + number) for number in range(4)]
    alerts = [alert(here, one) for one in seen[:3]]
    alerts = [replace(one, content=replace(one.content, role_id=ROLE)) for one in alerts]
    state = await world.poll(NOW + timedelta(minutes=first))
    at = NOW + timedelta(minutes=first)
    await storage.polls.commit(
        plan(state, at=at, next_poll_at=at, changes=[change(one) for one in seen], alerts=alerts)
    )
    await storage.subscriptions.pause(here.id, PauseReason.BY_USER, at)
    await storage.subscriptions.resume(here.id, SINCE, at)  # a baseline
    return {"guild_id": {guild}, "channel_id": {channel}, "subscription_id": {here.id, gone.id}}


async def deliver_in(world: World, channel: ChannelId, number: int, at: datetime) -> None:
    entries = (await world.storage.entries.waiting(at))[channel]
    await world.storage.entries.seal(message_id(number), entries[:1], at, lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(number), number, at)


async def test_forgetting_a_server_leaves_no_trace_of_it_in_any_table(world: World, inspect: Inspect) -> None:
    """The promise of the privacy note."""
    storage = world.storage
    kept = await live_in(world, OTHER_GUILD, 100)
    ids = await live_in(world, GUILD, 200)
    at = later(minutes=300)
    channel = ChannelId(GUILD + 1)
    await decided(world, (await storage.subscriptions.listed(GUILD))[0], 250, 251, 252, at=at)
    await deliver_in(world, channel, 1, at)
    await storage.guilds.set_quiet_hours(GUILD, channel, LUNCH, at)
    for guild in (GUILD, OTHER_GUILD, EVERYWHERE):
        inspect("INSERT INTO hidden VALUES (?, 'hash', 1, ?, NULL)", guild, OPERATOR)
        inspect(
            "INSERT INTO audit (at, guild_id, action, actor, post_hash) VALUES (1, ?, 'hide', ?, 'hash')",
            guild,
            f"user:{USER}",
        )
    inspect("INSERT INTO redraws (message_id, urgent, due_at, asked_at) VALUES (?, 1, 1, 1)", message_id(1))
    inspect("INSERT INTO mentions VALUES (?, ?, 1) ON CONFLICT DO NOTHING", channel, ROLE)
    # Decided long ago, for a subscription and in a channel of which nothing else is left.
    inspect(
        "INSERT INTO alerts (channel_id, post_key, subscription_id, watch_id, reason, decided_at) "
        "VALUES (77, 'x:77', 77, 1, 'new', 1)"
    )
    await storage.guilds.guild_left(GUILD, at)
    ids |= {"message_id": {message_id(1)}}
    before = told_of(inspect, **ids)
    others = told_of(inspect, **kept)

    assert await storage.guilds.forget_left_guilds(at + timedelta(seconds=1)) == [GUILD]

    every_table = {
        *("subscriptions", "subscription_watches", "baselines", "entries", "messages", "redraws", "alerts"),
        *("hidden", "audit", "channels", "mentions", "left_guilds", "told_addresses"),
    }
    assert before.keys() == every_table
    assert told_of(inspect, **ids) == {}
    assert await storage.messages.get(message_id(1)) is None
    assert told_of(inspect, **kept) == others
    assert told_of(inspect, channel_id={77}) == {}
    assert inspect("SELECT guild_id FROM hidden ORDER BY 1") == [(EVERYWHERE,), (OTHER_GUILD,)]
    assert GUILD not in await storage.guilds.known_guilds()
    assert inspect.broken_references() == []


async def test_a_watch_that_only_a_forgotten_server_listened_to_is_deactivated(world: World) -> None:
    """A person can have resumed in the very moment the bot was removed."""
    subscription = await subscribed(world)
    await world.storage.guilds.guild_left(GUILD, NOW)
    await world.storage.subscriptions.resume(subscription.id, SINCE, NOW)

    await world.storage.guilds.forget_left_guilds(later(days=30))

    assert [watch.next_poll_at for watch in await world.storage.watches.listed()] == [None]


async def test_what_only_a_forgotten_server_followed_is_pruned_and_what_others_follow_stays(world: World) -> None:
    storage = world.storage
    await subscribed(world, OTHER_CHANNEL, OTHER_GUILD)
    await subscribed(world)
    own = await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    await world.told(own, 1)
    await storage.guilds.guild_left(GUILD, NOW)
    assert [watch.next_poll_at is None for watch in await storage.trends.topic_watches(OTHER_TOPIC.key)] == [True]

    await storage.guilds.forget_left_guilds(later(days=30))
    await storage.maintenance.prune(later(days=31), keep_posts=MONTH)

    assert [watch.topic for watch in await storage.watches.listed()] == [TOPIC]
    assert await storage.trends.topic(OTHER_TOPIC.key) is None
    assert await storage.trends.recent_posts(OTHER_TOPIC.key, SINCE) == []
    assert await storage.trends.topic(TOPIC.key) is not None
