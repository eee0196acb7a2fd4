"""Every kind of channel, quiet hours and mentions, on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.models import ChannelId, GuildId, PauseReason, QuietHours, Subscription
from bot.delivery.pause_notices import AGAIN_AFTER, LATEST
from bot.delivery.sender import NONCE_WINDOW
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    STAGE,
    TEXT,
    VOICE,
    Channel,
    Message,
)
from tests.storage.world import TOPIC, alert, change, plan, post

from .conftest import DeliveryRig, until

SEND = "POST /channels/"


async def quiet_for(rig: DeliveryRig, hours: int, *, begins_in: int = 0) -> None:
    """The news channel is quiet, from so many whole hours from now on."""
    now = rig.clock.now()
    begin = (now.hour + begins_in) % 24 * 60 + now.minute
    quiet = QuietHours("UTC", begin, (begin + hours * 60) % 1440)
    channel, guild = ChannelId(rig.place.news.id), GuildId(rig.place.guild.id)
    await rig.storage.guilds.set_quiet_hours(guild, channel, quiet, now)


# -- kinds of channels ---------------------------------------------------------------------------------------


def a_place(rig: DeliveryRig, kind: int, **fields: Any) -> Channel:
    if kind in {TEXT, ANNOUNCEMENT, VOICE, STAGE}:
        return rig.server.add_channel(rig.place.guild, "place", type=kind, **fields)
    return rig.server.add_thread(rig.place.news, "place", type=kind, **fields)


@pytest.mark.parametrize("kind", [TEXT, ANNOUNCEMENT, VOICE, STAGE, PUBLIC_THREAD, PRIVATE_THREAD])
async def test_every_kind_of_channel_hears(rig: DeliveryRig, kind: int) -> None:
    channel = a_place(rig, kind)

    await rig.decide(await rig.follow(channel), numbers=[1])
    await rig.deliver()

    assert len(rig.told(channel)) == 1


@pytest.mark.invariant(2)
@pytest.mark.parametrize("may_connect", [True, False])
async def test_the_chat_of_a_voice_channel_tells_what_arrived_to_those_who_may_connect(
    rig: DeliveryRig, *, may_connect: bool
) -> None:
    channel = a_place(rig, VOICE)
    await rig.decide(await rig.follow(channel), numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    if not may_connect:
        rig.server.set_permissions(channel, deny=["connect"])
        await rig.until_bot_knows(channel, "connect", allowed=False)

    rig.clock.advance(NONCE_WINDOW.total_seconds() + 600)
    await rig.deliver()

    assert len(rig.told(channel)) == 1
    assert [state for state, _ in rig.messages()] == ["sent" if may_connect else "uncertain"]


async def test_an_announcement_is_not_published_by_itself(rig: DeliveryRig) -> None:
    """Crossposts of component messages were reported to arrive empty (docs/discord-facts.md)."""
    channel = a_place(rig, ANNOUNCEMENT)

    await rig.decide(await rig.follow(channel), numbers=[1])
    await rig.deliver()

    assert rig.server.record.matching(f"POST /channels/{channel.id}/messages/") == []


async def test_an_archived_thread_wakes(rig: DeliveryRig) -> None:
    thread = a_place(rig, PUBLIC_THREAD, is_archived=True)

    await rig.decide(await rig.follow(thread), numbers=[1])
    await rig.deliver()

    assert len(rig.told(thread)) == 1
    assert not thread.is_archived


async def test_a_thread_needs_its_own_permission(rig: DeliveryRig) -> None:
    thread = a_place(rig, PUBLIC_THREAD)
    subscription = await rig.follow(thread)
    rig.server.set_permissions(rig.place.news, deny=["send_messages_in_threads"])

    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    stored = await rig.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is PauseReason.FORBIDDEN


@pytest.mark.parametrize("is_thread", [False, True])
@pytest.mark.parametrize("is_nsfw", [False, True])
async def test_sensitive_pictures_are_for_age_restricted_channels_and_their_threads(
    rig: DeliveryRig, is_nsfw: bool, is_thread: bool
) -> None:
    channel = a_place(rig, TEXT, is_nsfw=is_nsfw)
    place = rig.server.add_thread(channel, "place") if is_thread else channel
    await until(lambda: rig.bot.get_channel(place.id) is not None)
    subscription = await rig.follow(place)

    await decide_sensitive(rig, subscription)
    await rig.deliver()

    assert ("きわどい話" in rig.told(place)[0]) is is_nsfw


async def decide_sensitive(rig: DeliveryRig, subscription: Subscription) -> None:
    rig.clock.advance(1)
    now = rig.clock.now()
    seen = replace(post(1, text="きわどい話", published_at=now), sensitive=True, has_media=True)
    state = await rig.world.poll(now)
    await rig.storage.polls.commit(
        plan(state, at=now, next_poll_at=now, changes=[change(seen)], alerts=[alert(subscription, seen)])
    )


# -- quiet hours ---------------------------------------------------------------------------------------------


@pytest.mark.invariant(1)
@pytest.mark.invariant(3)
async def test_nothing_is_sent_in_quiet_hours_and_all_of_it_after(rig: DeliveryRig) -> None:
    """Invariant 1: held, not lost; invariant 3: a bounded burst and one line."""
    subscription = await rig.follow()
    await quiet_for(rig, 2)
    for first in (0, 100, 200):
        await rig.decide(subscription, numbers=range(first, first + 20))
    await rig.delivery().drain(rig.transport)
    assert rig.posts_sent() == 0

    rig.clock.advance(2 * 3600)
    await rig.deliver(rig.delivery(catch_up_messages=2))

    assert 2 <= rig.posts_sent() <= 3
    assert not {"waiting", "sealed"} & set(rig.entries())


async def test_what_waited_for_its_turn_when_quiet_began_waits_until_it_ends(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    await quiet_for(rig, 2, begins_in=1)
    await rig.decide(subscription, numbers=[1])  # Discord is away for an hour
    rig.clock.advance(3700)

    await rig.delivery().drain(rig.transport)
    before = rig.posts_sent()
    rig.clock.advance(2 * 3600)
    await rig.deliver()

    assert before == 0
    assert len(rig.told()) == 1


async def test_a_message_that_is_on_its_way_when_quiet_begins_arrives(rig: DeliveryRig) -> None:
    """What was tried may be there already: to put it off would be to forget it."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.status(503))
    await rig.delivery().drain(rig.transport)
    await quiet_for(rig, 2)

    await rig.deliver()

    assert len(rig.told()) == 1


# -- mentions ------------------------------------------------------------------------------------------------


@pytest.mark.invariant(7)
async def test_a_role_is_pinged_once_in_a_while_and_a_retry_pings_the_same(rig: DeliveryRig) -> None:
    """Invariant 7: the bot does not shout."""
    readers = rig.server.add_role(rig.place.guild, "読者", is_mentionable=True)
    subscription = await rig.follow(role_id=readers.id)
    delivery = rig.delivery(mention_interval=timedelta(minutes=15))
    rig.server.faults.next(SEND, Fault.status(503), times=2)

    for number in (1, 2, 3):
        await rig.decide(subscription, numbers=[number])
        await rig.deliver(delivery)
        rig.clock.advance(8 * 60)

    pings = [message.pings for message in rig.server.messages(rig.place.news)]
    assert pings == [(f"<@&{readers.id}>",), (), (f"<@&{readers.id}>",)]
    assert all(f"<@&{readers.id}>" in text for text in (rig.told()[0], rig.told()[2]))
    assert "<@&" not in rig.told()[1]


# -- the notice ----------------------------------------------------------------------------------------------


async def a_lobby(rig: DeliveryRig) -> Channel:
    """The server's system channel, which everybody reads."""
    lobby = rig.server.add_channel(rig.place.guild, "lobby")
    rig.place.guild.system_channel = lobby
    known = rig.bot.get_guild(rig.place.guild.id)
    assert known is not None
    known._system_channel_id = lobby.id
    await until(lambda: rig.bot.get_channel(lobby.id) is not None)
    return lobby


def direct_messages(rig: DeliveryRig) -> list[Message]:
    return [message for message in rig.server.messages() if message.channel.guild is None]


async def test_the_notice_of_a_lost_channel_is_a_direct_message_with_a_button_to_resume(rig: DeliveryRig) -> None:
    lobby = await a_lobby(rig)
    subscription = await rig.follow()
    rig.server.set_permissions(rig.place.news, deny=["send_messages"])

    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    [notice] = direct_messages(rig)
    assert f"kw:resume:{rig.place.news.id}" in str(notice.body)
    assert rig.server.messages(lobby) == []


async def test_who_takes_no_direct_messages_is_notified_in_the_system_channel(rig: DeliveryRig) -> None:
    lobby = await a_lobby(rig)
    rig.place.alice.has_closed_dms = True
    subscription = await rig.follow()
    rig.server.set_permissions(rig.place.news, deny=["send_messages"])

    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    [notice] = rig.server.messages(lobby)
    assert f"kw:resume:{rig.place.news.id}" in str(notice.body)
    assert TOPIC.name in notice.text


@pytest.mark.invariant(10)
async def test_topics_of_a_channel_that_not_everybody_sees_are_not_named_where_everybody_reads(
    rig: DeliveryRig,
) -> None:
    lobby = await a_lobby(rig)
    rig.place.alice.has_closed_dms = True
    board = rig.server.add_channel(rig.place.guild, "board")
    everyone = rig.place.guild.roles[rig.place.guild.id]
    rig.server.set_permissions(board, target=everyone, deny=["view_channel"])
    await until(lambda: rig.bot.get_channel(board.id) is not None)
    subscription = await rig.follow(board)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    [notice] = rig.server.messages(lobby)
    assert TOPIC.name not in notice.text
    assert str(rig.place.alice.id) in notice.text


async def test_many_channels_lost_together_are_one_notice_with_one_button(rig: DeliveryRig) -> None:
    """A role that loses Send Messages takes every channel at once."""
    channels = [rig.server.add_channel(rig.place.guild, f"c{n}") for n in range(12)]
    subscriptions = [await rig.follow(channel) for channel in channels]
    for channel in channels:
        rig.server.set_permissions(channel, deny=["send_messages"])

    await rig.decide(*subscriptions, numbers=[1])
    await rig.deliver()

    [notice] = direct_messages(rig)
    assert f"kw:resume-all:{rig.place.guild.id}" in str(notice.body)
    assert len(notice.text) <= 2000


async def test_a_notice_that_was_not_sent_before_a_crash_is_sent_after_it(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    await rig.storage.subscriptions.pause_channel(subscription.channel_id, PauseReason.FORBIDDEN, rig.clock.now())

    await rig.delivery().drain(rig.transport)
    await rig.delivery().drain(rig.transport)

    assert len(direct_messages(rig)) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault.status(503), Fault.reset(), Fault.status(403, 40333), Fault.status(401)],
    ids=str,
)
async def test_a_notice_that_discord_did_not_take_in_an_outage_is_sent_after_it(
    rig: DeliveryRig, fault: Fault
) -> None:
    subscription = await rig.follow()
    await rig.storage.subscriptions.pause_channel(subscription.channel_id, PauseReason.FORBIDDEN, rig.clock.now())
    delivery = rig.delivery()
    with rig.server.faults.during("/users/", fault=fault):
        await delivery.drain(rig.transport)
    assert direct_messages(rig) == []

    rig.clock.advance(AGAIN_AFTER.total_seconds())
    await delivery.drain(rig.transport)

    assert len(direct_messages(rig)) == 1


@pytest.mark.parametrize("where", ["GET /users/", "POST /users/@me/channels"])
async def test_a_notice_without_an_answer_holds_up_no_alert(rig: DeliveryRig, where: str) -> None:
    other = rig.server.add_channel(rig.place.guild, "other")
    lost, fine = await rig.follow(), await rig.follow(other)
    await rig.storage.subscriptions.pause_channel(lost.channel_id, PauseReason.FORBIDDEN, rig.clock.now())
    rig.clock.advance(LATEST.total_seconds())
    rig.server.faults.next(where, Fault.hang())
    delivery = rig.delivery()
    await delivery.start(rig.transport)
    try:
        await until(rig.server._door.keeps_waiting.is_set)
        await rig.decide(fine, numbers=[1])
        delivery.wake()
        await until(lambda: len(rig.told(other)) == 1)
    finally:
        await delivery.stop()


async def test_who_cannot_be_written_to_is_notified_where_all_read_and_holds_up_no_other(rig: DeliveryRig) -> None:
    """A bot that is flagged may open no direct message (modmailbot#490)."""
    lobby = await a_lobby(rig)
    subscription = await rig.follow()
    await rig.storage.subscriptions.pause_channel(subscription.channel_id, PauseReason.FORBIDDEN, rig.clock.now())
    rig.server.faults.next("POST /users/@me/channels", Fault.status(403, 20026))

    await rig.delivery().drain(rig.transport)

    assert len(rig.server.messages(lobby)) == 1
