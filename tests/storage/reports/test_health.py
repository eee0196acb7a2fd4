"""The contract of sources that are unwell: who is concerned, what is told, and that it is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.causes import Cause
from bot.core.health.incidents import OPERATOR_CHANNEL, in_status_channels, plan_notices, without_topics
from bot.core.models import (
    AnswerTrait,
    ArrivalStats,
    ChannelId,
    DependentWatch,
    EntryKind,
    GuildId,
    GuildSettings,
    Health,
    NoticeContent,
    NoticePlan,
    OutageScope,
    OutboxEntry,
    PauseReason,
    PollState,
    QuietHours,
    SourceName,
    SubscriptionId,
    Topic,
    TraitStats,
    WatchHealth,
)
from bot.core.text import make_topic
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    World,
    later,
    message_id,
    wanted,
)
from tests.storage.world import plan as a_plan

BUSY = Cause.BUSY
SILENT = Cause.SILENT
OPERATORS = ChannelId(77)


async def subscribed(world: World, topic: Topic = TOPIC, channel: ChannelId = CHANNEL) -> SubscriptionId:
    return (await world.storage.subscriptions.subscribe(wanted(topic, channel=channel), SINCE, NOW)).id


async def claimed(world: World, at: datetime, topic: Topic) -> PollState:
    """The state of the topic's watch; what else is due stays free."""
    due = {
        one.watch.topic.key: one.watch
        for one in await world.storage.watches.claim_due(at, limit=9, lease_s=LEASE_S)
    }
    wanted_one = due.pop(topic.key)
    for other in due.values():
        await world.storage.watches.release(other)
    return await world.storage.polls.state(wanted_one, [], at)


async def polled(
    world: World,
    health: Health = Health.DOWN,
    *,
    at: datetime = NOW,
    topic: Topic = TOPIC,
    since: datetime | None = None,
    why: Cause = BUSY,
    failures: int = 5,
) -> None:
    """A look that leaves the topic's watch so."""
    state = await claimed(world, at, topic)
    is_well = health is Health.OK
    health_record = WatchHealth(since=since or at, cause=None if is_well else why)
    made = a_plan(state, at=at, next_poll_at=at + timedelta(minutes=5))
    update = replace(
        made.update,
        health=health,
        health_record=health_record,
        failures=0 if is_well else failures,
        last_ok_at=at if is_well or failures == 0 else state.watch.last_ok_at,
    )
    await world.storage.polls.commit(replace(made, update=update))


async def tell(world: World, at: datetime, operator_channel: ChannelId | None = None) -> list[NoticePlan]:
    """A round: everything that is to be told by now."""
    dependents, incidents = await world.storage.health.dependent_watches(at)
    planned = plan_notices(dependents, incidents, at)
    return await world.storage.health.commit_notices(planned, at, operator_channel=operator_channel)


async def waiting(world: World, at: datetime, channel: ChannelId = CHANNEL) -> list[OutboxEntry]:
    return (await world.storage.entries.waiting(at)).get(channel, [])


def news(entries: list[OutboxEntry]) -> list[tuple[OutageScope, bool]]:
    contents = [entry.content for entry in entries]
    return [(one.scope, one.better) for one in contents if isinstance(one, NoticeContent)]


async def concerned(world: World, at: datetime = NOW) -> set[int]:
    """The channels that are concerned."""
    dependents, _ = await world.storage.health.dependent_watches(at)
    return {one.channel_id for one in dependents}


async def broken(world: World, at: datetime = NOW) -> datetime:
    """Every watch of the trend page is down for half an hour; returns the time of the round."""
    for topic in (TOPIC, OTHER_TOPIC):
        if await world.storage.trends.topic_watches(topic.key):
            await polled(world, at=at, topic=topic, since=at - timedelta(minutes=30))
    return at + timedelta(minutes=1)


# -- what a watch remembers ----------------------------------------------------------------------------


async def test_vitals_come_back_as_they_were(world: World) -> None:
    await subscribed(world)
    rhythm = ArrivalStats(since=SINCE, last_new_at=NOW, usual_gap=timedelta(hours=1, microseconds=1), gaps=3)
    health_record = WatchHealth(
        since=NOW,
        cause=SILENT,
        hours=30,
        usual_hours=2,
        shown=frozenset({AnswerTrait.RP, AnswerTrait.POSTS}),
        arrivals=rhythm,
        wait_until=later(hours=1),
        trait_stats={AnswerTrait.RP: TraitStats(3, NOW), AnswerTrait.POSTS: TraitStats(1, SINCE)},
    )
    made = a_plan(await world.poll())

    await world.storage.polls.commit(replace(made, update=replace(made.update, health_record=health_record)))

    (watch,) = await world.storage.watches.listed()
    assert watch.health_record == health_record


async def test_watch_that_was_inactive_is_activated_without_its_old_problems(world: World) -> None:
    number = await subscribed(world)
    await polled(world, since=SINCE)
    await world.storage.subscriptions.pause(number, PauseReason.BY_USER, NOW)

    await world.storage.subscriptions.resume(number, SINCE, later(days=9))

    (watch,) = await world.storage.watches.listed()
    assert (watch.health, watch.health_note, watch.health_record, watch.failures) == (
        Health.OK,
        None,
        WatchHealth(),
        0,
    )


# -- who is concerned ----------------------------------------------------------------------------------


@pytest.mark.invariant(10)
async def test_channel_depends_on_a_watch_since_it_listens(world: World) -> None:
    await subscribed(world)
    at = await broken(world)

    dependents, _ = await world.storage.health.dependent_watches(at)

    assert {one.listened_since for one in dependents if one.channel_id == CHANNEL} == {NOW}


async def test_where_all_is_well_nobody_is_concerned(world: World) -> None:
    await subscribed(world)
    await polled(world, Health.OK)

    assert await world.storage.health.dependent_watches(NOW) == ([], [])


async def test_channels_that_listen_there_and_the_operator_are_concerned(world: World) -> None:
    await subscribed(world)
    await subscribed(world, OTHER_TOPIC)
    await subscribed(world, OTHER_TOPIC, OTHER_CHANNEL)
    await polled(world)
    await polled(world, Health.OK, topic=OTHER_TOPIC)

    dependents, _ = await world.storage.health.dependent_watches(NOW)

    heard = [(one.channel_id, one.topic_name, one.health) for one in dependents]
    assert heard == [
        (CHANNEL, "データセンター", Health.DOWN),
        (CHANNEL, "生成AI", Health.OK),
        (OPERATOR_CHANNEL, "データセンター", Health.DOWN),
        (OPERATOR_CHANNEL, "", Health.OK),
    ]
    assert dependents[0].health_record.cause == BUSY
    assert (dependents[0].guild_id, dependents[0].language, dependents[0].failures) == (GUILD, "ja", 5)
    assert dependents[-1].last_ok_at == NOW


async def test_silent_disabled_and_inactive_watches_concern_nobody(world: World) -> None:
    number = await subscribed(world)
    await polled(world, Health.DEGRADED, why=SILENT, failures=0)
    silent = await concerned(world)
    await polled(world, at=later(minutes=5))
    sick = await concerned(world)
    await world.storage.source_targets.set_sources({SourceName.MASTODON: [""]}, NOW)
    disabled = await concerned(world)
    await world.storage.source_targets.set_sources({SourceName.TRENDPAGE: [""]}, NOW)
    await world.storage.subscriptions.pause(number, PauseReason.BY_USER, NOW)

    assert (silent, sick, disabled) == (set(), {CHANNEL, OPERATOR_CHANNEL}, set())
    assert await concerned(world) == set()


async def test_muted_subscription_says_so_until_it_listens_again(world: World) -> None:
    number = await subscribed(world)
    await world.storage.subscriptions.mute(number, later(hours=1), NOW)
    await polled(world)

    async def muted(at: datetime) -> list[bool]:
        dependents: list[DependentWatch] = (await world.storage.health.dependent_watches(at))[0]
        return [one.muted for one in dependents if one.channel_id == CHANNEL]

    assert (await muted(NOW), await muted(later(hours=2))) == ([True], [False])


# -- told once -----------------------------------------------------------------------------------------


@pytest.mark.invariant(10)
async def test_status_channel_is_notified_once_for_all_channels_and_names_no_topic(world: World) -> None:
    office = ChannelId(CHANNEL + 500)
    await subscribed(world)
    await subscribed(world, OTHER_TOPIC, OTHER_CHANNEL)
    settings = world.storage.guild_settings
    await settings.change(GUILD, lambda _: GuildSettings(status_channel=office), NOW)

    async def noted(at: datetime) -> None:
        channels = await settings.status_channels()
        dependents, incidents = await world.storage.health.dependent_watches(at)
        planned = plan_notices(in_status_channels(dependents, channels), incidents, at)
        await world.storage.health.commit_notices([without_topics(one, channels) for one in planned], at)

    await polled(world, topic=OTHER_TOPIC, at=NOW, since=NOW - timedelta(minutes=30))
    await polled(world, Health.OK, at=NOW)
    await noted(later(minutes=1))
    await noted(later(minutes=2))
    [bad] = await waiting(world, later(minutes=2), office)
    await world.storage.entries.seal(message_id(1), [bad], later(minutes=2), lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(1), 1, later(minutes=2))
    await polled(world, Health.OK, topic=OTHER_TOPIC, at=later(minutes=10))
    await noted(later(minutes=21))

    assert isinstance(bad.content, NoticeContent)
    assert (bad.content.scope, bad.content.topics, bad.content.count) == (OutageScope.SOME, (), 1)
    assert news(await waiting(world, later(minutes=21), office)) == [(OutageScope.NONE, True)]
    assert await waiting(world, later(minutes=21)) == await waiting(world, later(minutes=21), OTHER_CHANNEL) == []


@pytest.mark.invariant(5)
async def test_channel_is_notified_once_and_once_when_all_is_well(world: World) -> None:
    await subscribed(world)
    await subscribed(world, OTHER_TOPIC)
    first = await tell(world, await broken(world))
    again = await tell(world, later(minutes=2))
    [entry] = await waiting(world, later(minutes=2))
    await world.storage.entries.seal(message_id(1), [entry], later(minutes=2), lease_s=LEASE_S)
    await world.storage.messages.confirm(message_id(1), 1, later(minutes=2))
    for topic in (TOPIC, OTHER_TOPIC):
        await polled(world, Health.OK, at=later(minutes=10), topic=topic)
    too_soon = await tell(world, later(minutes=11))
    good = await tell(world, later(minutes=21))

    assert [telling.before.channel_id for telling in first] == [CHANNEL, OPERATOR_CHANNEL]
    assert (again, too_soon) == ([], [])
    assert entry.kind is EntryKind.NOTICE
    assert entry.subscription_id is None
    assert isinstance(entry.content, NoticeContent)
    assert (entry.content.count, entry.content.topics) == (2, ("データセンター", "生成AI"))
    assert len(good) == 2
    assert news(await waiting(world, later(minutes=21))) == [(OutageScope.NONE, True)]
    assert await tell(world, later(minutes=30)) == []


@pytest.mark.invariant(2)
async def test_two_processes_that_plan_the_same_tell_it_once(world: World) -> None:
    await subscribed(world)
    at = await broken(world)
    planned = plan_notices(*await world.storage.health.dependent_watches(at), at)

    first = await world.storage.health.commit_notices(planned, at)
    second = await world.storage.health.commit_notices(planned, at)

    assert (len(first), second) == (2, [])
    assert len(await waiting(world, at)) == 1


async def test_bad_news_that_nobody_heard_need_no_good_news(world: World) -> None:
    await subscribed(world)
    await world.storage.guilds.set_quiet_hours(GUILD, CHANNEL, QuietHours("UTC", 0, 12 * 60), NOW)
    await tell(world, await broken(world))
    held = await waiting(world, later(hours=10))
    await polled(world, Health.OK, at=later(hours=1))

    told = await tell(world, later(hours=1, minutes=11))

    assert len(held) == 1
    assert [telling.before.channel_id for telling in told] == [OPERATOR_CHANNEL]
    assert await waiting(world, later(hours=10)) == []


async def test_notice_waits_for_the_end_of_quiet_hours(world: World) -> None:
    await subscribed(world)
    await world.storage.guilds.set_quiet_hours(GUILD, CHANNEL, QuietHours("UTC", 0, 12 * 60), NOW)

    await tell(world, await broken(world))

    assert await waiting(world, later(hours=8)) == []
    assert news(await waiting(world, later(hours=9))) == [(OutageScope.ALL, False)]


async def test_what_gets_worse_while_it_waits_is_sent_as_it_is_by_then(world: World) -> None:
    await subscribed(world)
    await subscribed(world, OTHER_TOPIC)
    await world.storage.guilds.set_quiet_hours(GUILD, CHANNEL, QuietHours("UTC", 0, 12 * 60), NOW)
    await polled(world, since=later(minutes=-30))
    await polled(world, Health.OK, topic=OTHER_TOPIC)
    await tell(world, later(minutes=1))
    some = news(await waiting(world, later(hours=10)))
    await tell(world, await broken(world, later(hours=1)))

    assert some == [(OutageScope.SOME, False)]
    assert news(await waiting(world, later(hours=10))) == [(OutageScope.ALL, False)]


async def test_channel_that_unsubscribed_is_not_notified_any_more(world: World) -> None:
    number = await subscribed(world)
    await tell(world, await broken(world))
    await world.storage.subscriptions.unsubscribe(number, later(minutes=2))

    await tell(world, later(minutes=3))

    assert await waiting(world, later(minutes=3)) == []
    assert (await world.storage.health.dependent_watches(later(minutes=3)))[1] == []


async def test_operator_gets_a_notice_only_where_a_channel_is_named(world: World) -> None:
    await world.storage.watches.add([(SourceName.TRENDPAGE, make_topic("天気"), None)], NOW)
    state = await world.poll(topic=make_topic("天気"))
    made = a_plan(state, at=NOW, next_poll_at=later(minutes=5))
    health_record = WatchHealth(since=later(minutes=-30), cause=BUSY)
    await world.storage.polls.commit(
        replace(made, update=replace(made.update, health=Health.DOWN, failures=5, health_record=health_record))
    )

    await tell(world, later(minutes=1), OPERATORS)

    [entry] = await waiting(world, later(minutes=1), OPERATORS)
    assert news([entry]) == [(OutageScope.ALL, False)]


async def test_what_was_alerted_is_forgotten_with_the_server(world: World) -> None:
    await subscribed(world)
    await tell(world, await broken(world))
    await world.storage.guilds.guild_left(GUILD, later(minutes=5))

    await world.storage.guilds.forget_left_guilds(later(days=31))

    _, incidents = await world.storage.health.dependent_watches(later(days=31))
    assert [incident.channel_id for incident in incidents] == [OPERATOR_CHANNEL]


async def test_topic_that_cannot_be_asked_for_concerns_nobody(world: World) -> None:
    await subscribed(world)
    await polled(world, since=later(minutes=-30), why=Cause.TOPIC_UNSUPPORTED)

    assert await world.storage.health.dependent_watches(later(minutes=1)) == ([], [])


# -- what a server follows -----------------------------------------------------------------------------


async def test_followed_watches_name_the_channels_that_are_awake(world: World) -> None:
    await subscribed(world)
    await subscribed(world, channel=OTHER_CHANNEL)
    resting = await subscribed(world, OTHER_TOPIC)
    await world.storage.subscriptions.pause(resting, PauseReason.BY_USER, NOW)

    followed = await world.storage.health.followed_watches(GUILD)

    assert [(one.watch.topic, one.channels) for one in followed] == [(TOPIC, frozenset({CHANNEL, OTHER_CHANNEL}))]
    assert await world.storage.health.followed_watches(GuildId(1)) == []


@pytest.mark.invariant(10)
async def test_notice_names_a_topic_as_its_channel_spells_it(world: World) -> None:
    first, second = make_topic("ＡＩ"), make_topic("Ai")
    await subscribed(world, first)
    await subscribed(world, second, OTHER_CHANNEL)

    await polled(world, topic=first)
    dependents, _ = await world.storage.health.dependent_watches(NOW)

    names = {one.channel_id: one.topic_name for one in dependents if one.health is not Health.OK}
    assert names == {CHANNEL: "ＡＩ", OTHER_CHANNEL: "Ai", OPERATOR_CHANNEL: "ai"}
