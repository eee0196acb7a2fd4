"""Delivery by a client without a gateway: the same promises, from what Discord answers to requests."""

from __future__ import annotations

import pytest

from bot.core.models import ChannelId, GuildId, PauseReason, PostsBy
from bot.delivery.sender import NONCE_WINDOW
from bot.gateway.rest_guilds import KEPT_S
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import FORUM

from .conftest import DeliveryRig

SEND = "POST /channels/"
GUILD = "GET /guilds/"
AFTER_THE_NONCE = NONCE_WINDOW.total_seconds() + 600


@pytest.mark.invariant(1)
async def test_what_is_decided_is_sent_and_no_gateway_is_opened(rest_rig: DeliveryRig) -> None:
    await rest_rig.decide(await rest_rig.follow(), numbers=[1])

    await rest_rig.deliver()

    assert len(rest_rig.told()) == 1
    assert rest_rig.server.gateway.identifies == 0


async def test_a_server_is_asked_for_once_in_a_while_and_not_for_each_message(rest_rig: DeliveryRig) -> None:
    subscription = await rest_rig.follow()
    await rest_rig.decide(subscription, numbers=[1])
    await rest_rig.deliver()
    first = len(rest_rig.server.record.matching(GUILD))

    await rest_rig.decide(subscription, numbers=[2])
    await rest_rig.deliver()
    second = len(rest_rig.server.record.matching(GUILD))
    rest_rig.clock.advance(KEPT_S + 1)
    await rest_rig.decide(subscription, numbers=[3])
    await rest_rig.deliver()

    assert (first, second, len(rest_rig.server.record.matching(GUILD))) == (3, 3, 6)


async def test_a_role_is_mentioned_while_it_exists(rest_rig: DeliveryRig) -> None:
    role = rest_rig.server.add_role(rest_rig.place.guild, "readers", is_mentionable=True)
    gone = rest_rig.server.add_role(rest_rig.place.guild, "gone", is_mentionable=True)
    other = rest_rig.server.add_channel(rest_rig.place.guild, "other")
    del rest_rig.place.guild.roles[gone.id]

    await rest_rig.decide(
        await rest_rig.follow(role_id=role.id), await rest_rig.follow(other, role_id=gone.id), numbers=[1]
    )
    await rest_rig.deliver()

    assert [message.pings for message in rest_rig.server.visible(rest_rig.place.news)] == [(f"<@&{role.id}>",)]
    assert "@&" not in rest_rig.told(other)[0]


async def test_a_forum_gets_its_post(rest_rig: DeliveryRig) -> None:
    forum = rest_rig.server.add_channel(rest_rig.place.guild, "forum", type=FORUM)
    guild_id, channel_id = GuildId(rest_rig.place.guild.id), ChannelId(forum.id)
    await rest_rig.storage.forums.know_forum(guild_id, channel_id, PostsBy.TOPIC)
    await rest_rig.decide(await rest_rig.follow(forum), numbers=[1])

    await rest_rig.deliver()

    assert [state for state, _ in rest_rig.messages()] == ["sent"]


@pytest.mark.invariant(1)
async def test_a_forum_gets_its_post_when_its_server_comes_back_between_two_requests(
    rest_rig: DeliveryRig,
) -> None:
    forum = rest_rig.server.add_channel(rest_rig.place.guild, "forum", type=FORUM)
    guild_id, channel_id = GuildId(rest_rig.place.guild.id), ChannelId(forum.id)
    await rest_rig.storage.forums.know_forum(guild_id, channel_id, PostsBy.TOPIC)
    await rest_rig.decide(await rest_rig.follow(forum), numbers=[1])
    rest_rig.place.guild.is_down = True
    await rest_rig.transport._destinations.load(guild_id)  # as a message to another channel does
    rest_rig.place.guild.is_down = False

    await rest_rig.delivery().drain(rest_rig.transport)

    assert [state for state, _ in rest_rig.messages()] == ["sent"]


@pytest.mark.invariant(1)
async def test_a_server_that_cannot_be_asked_for_keeps_its_messages_waiting(rest_rig: DeliveryRig) -> None:
    await rest_rig.decide(await rest_rig.follow(), numbers=[1])
    rest_rig.server.faults.next(GUILD, Fault.status(503), times=3)

    await rest_rig.deliver()

    assert len(rest_rig.told()) == 1
    assert rest_rig.posts_sent() == 1


@pytest.mark.invariant(1)
async def test_a_server_in_an_outage_loses_no_channel(rest_rig: DeliveryRig) -> None:
    await rest_rig.decide(await rest_rig.follow(), numbers=[1])
    rest_rig.place.guild.is_down = True
    for _ in range(6):
        await rest_rig.delivery().drain(rest_rig.transport)
        rest_rig.clock.advance(400)
    rest_rig.place.guild.is_down = False

    await rest_rig.deliver()

    assert len(rest_rig.told()) == 1
    assert rest_rig.rows("SELECT paused FROM subscriptions") == [(None,)]


async def test_a_channel_whose_permission_was_taken_is_paused(rest_rig: DeliveryRig) -> None:
    subscription = await rest_rig.follow()
    await rest_rig.decide(subscription, numbers=[1])
    await rest_rig.deliver()
    rest_rig.server.set_permissions(rest_rig.place.news, deny=["view_channel"])

    await rest_rig.decide(subscription, numbers=[2])
    await rest_rig.deliver()

    assert rest_rig.rows("SELECT paused FROM subscriptions") == [(PauseReason.FORBIDDEN.value,)]


@pytest.mark.invariant(2)
async def test_what_history_holds_is_confirmed_without_a_second_send(rest_rig: DeliveryRig) -> None:
    await rest_rig.decide(await rest_rig.follow(), numbers=[1])
    rest_rig.server.faults.next(SEND, Fault.drop_answer())
    await rest_rig.delivery().drain(rest_rig.transport)
    rest_rig.clock.advance(AFTER_THE_NONCE)

    await rest_rig.deliver()

    assert rest_rig.posts_sent() == 1
    assert [state for state, _ in rest_rig.messages()] == ["sent"]


@pytest.mark.invariant(2)
async def test_a_permission_to_read_history_that_was_taken_a_moment_ago_proves_no_absence(
    rest_rig: DeliveryRig,
) -> None:
    """Discord answers an empty history then: what is cached of the server must not be believed."""
    subscription = await rest_rig.follow()
    await rest_rig.decide(subscription, numbers=[1])
    rest_rig.server.faults.next(SEND, Fault.drop_answer())
    await rest_rig.delivery().drain(rest_rig.transport)
    rest_rig.clock.advance(AFTER_THE_NONCE)
    await rest_rig.transport._destinations.load(subscription.guild_id)  # as a message to another channel does
    rest_rig.server.set_permissions(rest_rig.place.news, deny=["read_message_history"])

    await rest_rig.deliver()

    assert rest_rig.posts_sent() == 1
    assert [state for state, _ in rest_rig.messages()] == ["uncertain"]
