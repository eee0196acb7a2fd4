"""Every kind of channel, quiet hours and mentions, on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.models import ChannelId, GuildId, PauseReason, QuietHours, Subscription
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

from .conftest import Desk, until

SEND = "POST /channels/"


async def quiet_for(desk: Desk, hours: int, *, begins_in: int = 0) -> None:
    """The news channel is quiet, from so many whole hours from now on."""
    now = desk.clock.now()
    begin = (now.hour + begins_in) % 24 * 60 + now.minute
    quiet = QuietHours("UTC", begin, (begin + hours * 60) % 1440)
    channel, guild = ChannelId(desk.place.news.id), GuildId(desk.place.guild.id)
    await desk.storage.guilds.set_quiet_hours(guild, channel, quiet, now)


# -- kinds of channels ---------------------------------------------------------------------------------------


def a_place(desk: Desk, kind: int, **fields: Any) -> Channel:
    if kind in {TEXT, ANNOUNCEMENT, VOICE, STAGE}:
        return desk.server.add_channel(desk.place.guild, "place", type=kind, **fields)
    return desk.server.add_thread(desk.place.news, "place", type=kind, **fields)


@pytest.mark.parametrize("kind", [TEXT, ANNOUNCEMENT, VOICE, STAGE, PUBLIC_THREAD, PRIVATE_THREAD])
async def test_every_kind_of_channel_hears(desk: Desk, kind: int) -> None:
    channel = a_place(desk, kind)

    await desk.decide(await desk.follow(channel), numbers=[1])
    await desk.deliver()

    assert len(desk.told(channel)) == 1


@pytest.mark.invariant(2)
@pytest.mark.parametrize("may_connect", [True, False])
async def test_the_chat_of_a_voice_channel_tells_what_arrived_to_those_who_may_connect(
    desk: Desk, *, may_connect: bool
) -> None:
    channel = a_place(desk, VOICE)
    await desk.decide(await desk.follow(channel), numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    if not may_connect:
        desk.server.set_permissions(channel, deny=["connect"])
        await desk.until_bot_knows(channel, "connect", allowed=False)

    desk.clock.advance(NONCE_WINDOW.total_seconds() + 600)
    await desk.deliver()

    assert len(desk.told(channel)) == 1
    assert [state for state, _ in desk.messages()] == ["sent" if may_connect else "uncertain"]


async def test_an_announcement_is_not_published_by_itself(desk: Desk) -> None:
    """Crossposts of component messages were reported to arrive empty (docs/discord-facts.md)."""
    channel = a_place(desk, ANNOUNCEMENT)

    await desk.decide(await desk.follow(channel), numbers=[1])
    await desk.deliver()

    assert desk.server.record.matching(f"POST /channels/{channel.id}/messages/") == []


async def test_an_archived_thread_wakes(desk: Desk) -> None:
    thread = a_place(desk, PUBLIC_THREAD, is_archived=True)

    await desk.decide(await desk.follow(thread), numbers=[1])
    await desk.deliver()

    assert len(desk.told(thread)) == 1
    assert not thread.is_archived


async def test_a_thread_needs_its_own_permission(desk: Desk) -> None:
    thread = a_place(desk, PUBLIC_THREAD)
    subscription = await desk.follow(thread)
    desk.server.set_permissions(desk.place.news, deny=["send_messages_in_threads"])

    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    stored = await desk.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is PauseReason.FORBIDDEN


@pytest.mark.parametrize("is_thread", [False, True])
@pytest.mark.parametrize("is_nsfw", [False, True])
async def test_sensitive_pictures_are_for_age_restricted_channels_and_their_threads(
    desk: Desk, is_nsfw: bool, is_thread: bool
) -> None:
    channel = a_place(desk, TEXT, is_nsfw=is_nsfw)
    place = desk.server.add_thread(channel, "place") if is_thread else channel
    await until(lambda: desk.bot.get_channel(place.id) is not None)
    subscription = await desk.follow(place)

    await decide_sensitive(desk, subscription)
    await desk.deliver()

    assert ("きわどい話" in desk.told(place)[0]) is is_nsfw


async def decide_sensitive(desk: Desk, subscription: Subscription) -> None:
    desk.clock.advance(1)
    now = desk.clock.now()
    seen = replace(post(1, text="きわどい話", born=now), sensitive=True, has_media=True)
    state = await desk.world.look(now)
    await desk.storage.polls.commit(
        plan(state, at=now, next_poll_at=now, changes=[change(seen)], alerts=[alert(subscription, seen)])
    )


# -- quiet hours ---------------------------------------------------------------------------------------------


@pytest.mark.invariant(1)
@pytest.mark.invariant(3)
async def test_nothing_is_sent_in_quiet_hours_and_all_of_it_after(desk: Desk) -> None:
    """Invariant 1: held, not lost; invariant 3: a bounded burst and one line."""
    subscription = await desk.follow()
    await quiet_for(desk, 2)
    for first in (0, 100, 200):
        await desk.decide(subscription, numbers=range(first, first + 20))
    await desk.delivery().drain(desk.transport)
    assert desk.posts_sent() == 0

    desk.clock.advance(2 * 3600)
    await desk.deliver(desk.delivery(catch_up_messages=2))

    assert 2 <= desk.posts_sent() <= 3
    assert not {"waiting", "sealed"} & set(desk.entries())


async def test_what_waited_for_its_turn_when_quiet_began_waits_until_it_ends(desk: Desk) -> None:
    subscription = await desk.follow()
    await quiet_for(desk, 2, begins_in=1)
    await desk.decide(subscription, numbers=[1])  # Discord is away for an hour
    desk.clock.advance(3700)

    await desk.delivery().drain(desk.transport)
    before = desk.posts_sent()
    desk.clock.advance(2 * 3600)
    await desk.deliver()

    assert before == 0
    assert len(desk.told()) == 1


async def test_a_message_that_is_on_its_way_when_quiet_begins_arrives(desk: Desk) -> None:
    """What was tried may be there already: to put it off would be to forget it."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.status(503))
    await desk.delivery().drain(desk.transport)
    await quiet_for(desk, 2)

    await desk.deliver()

    assert len(desk.told()) == 1


# -- mentions ------------------------------------------------------------------------------------------------


@pytest.mark.invariant(7)
async def test_a_role_is_pinged_once_in_a_while_and_a_retry_pings_the_same(desk: Desk) -> None:
    """Invariant 7: the bot does not shout."""
    readers = desk.server.add_role(desk.place.guild, "読者", is_mentionable=True)
    subscription = await desk.follow(role_id=readers.id)
    delivery = desk.delivery(mention_interval=timedelta(minutes=15))
    desk.server.faults.next(SEND, Fault.status(503), times=2)

    for number in (1, 2, 3):
        await desk.decide(subscription, numbers=[number])
        await desk.deliver(delivery)
        desk.clock.advance(8 * 60)

    pings = [message.pings for message in desk.server.messages(desk.place.news)]
    assert pings == [(f"<@&{readers.id}>",), (), (f"<@&{readers.id}>",)]
    assert all(f"<@&{readers.id}>" in text for text in (desk.told()[0], desk.told()[2]))
    assert "<@&" not in desk.told()[1]


# -- the notice ----------------------------------------------------------------------------------------------


async def a_lobby(desk: Desk) -> Channel:
    """The server's system channel, which everybody reads."""
    lobby = desk.server.add_channel(desk.place.guild, "lobby")
    desk.place.guild.system_channel = lobby
    known = desk.bot.get_guild(desk.place.guild.id)
    assert known is not None
    known._system_channel_id = lobby.id
    await until(lambda: desk.bot.get_channel(lobby.id) is not None)
    return lobby


def direct_messages(desk: Desk) -> list[Message]:
    return [message for message in desk.server.messages() if message.channel.guild is None]


async def test_the_notice_of_a_lost_channel_is_a_direct_message_with_a_button_to_resume(desk: Desk) -> None:
    lobby = await a_lobby(desk)
    subscription = await desk.follow()
    desk.server.set_permissions(desk.place.news, deny=["send_messages"])

    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    [notice] = direct_messages(desk)
    assert f"kw:resume:{desk.place.news.id}" in str(notice.body)
    assert desk.server.messages(lobby) == []


async def test_who_takes_no_direct_messages_is_told_in_the_system_channel(desk: Desk) -> None:
    lobby = await a_lobby(desk)
    desk.place.alice.has_closed_dms = True
    subscription = await desk.follow()
    desk.server.set_permissions(desk.place.news, deny=["send_messages"])

    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    [notice] = desk.server.messages(lobby)
    assert f"kw:resume:{desk.place.news.id}" in str(notice.body)
    assert TOPIC.name in notice.text


@pytest.mark.invariant(10)
async def test_topics_of_a_channel_that_not_everybody_sees_are_not_named_where_everybody_reads(desk: Desk) -> None:
    lobby = await a_lobby(desk)
    desk.place.alice.has_closed_dms = True
    board = desk.server.add_channel(desk.place.guild, "board")
    everyone = desk.place.guild.roles[desk.place.guild.id]
    desk.server.set_permissions(board, target=everyone, deny=["view_channel"])
    await until(lambda: desk.bot.get_channel(board.id) is not None)
    subscription = await desk.follow(board)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    [notice] = desk.server.messages(lobby)
    assert TOPIC.name not in notice.text
    assert str(desk.place.alice.id) in notice.text


async def test_many_channels_lost_together_are_one_notice_with_one_button(desk: Desk) -> None:
    """A role that loses Send Messages takes every channel at once."""
    channels = [desk.server.add_channel(desk.place.guild, f"c{n}") for n in range(12)]
    subscriptions = [await desk.follow(channel) for channel in channels]
    for channel in channels:
        desk.server.set_permissions(channel, deny=["send_messages"])

    await desk.decide(*subscriptions, numbers=[1])
    await desk.deliver()

    [notice] = direct_messages(desk)
    assert f"kw:resume-all:{desk.place.guild.id}" in str(notice.body)
    assert len(notice.text) <= 2000


async def test_a_notice_that_was_not_told_before_a_crash_is_told_after_it(desk: Desk) -> None:
    subscription = await desk.follow()
    await desk.storage.subscriptions.pause_channel(
        subscription.channel_id, PauseReason.FORBIDDEN, desk.clock.now()
    )

    await desk.delivery().drain(desk.transport)
    await desk.delivery().drain(desk.transport)

    assert len(direct_messages(desk)) == 1
