"""Discord as it really fails: which error it is decides, and what is not known now is no fact.

Each case is a public report: Cloudflare in front of Discord answers for it, servers become unavailable, threads
are archived after an hour, one message is too heavy.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import discord
import pytest

from bot.core.models import FailureCode, Message, MessageId, OutgoingFile, PauseReason, Subscription
from bot.delivery.outage import FIRST, Window
from bot.delivery.sender import REFUSALS, SECOND_CHECK_AFTER
from bot.delivery.transport import Later, SendOutcome
from tests.failures import failed
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.payloads import channel_payload
from tests.fakes.discord.world import PUBLIC_THREAD, Channel

from .conftest import DeliveryRig, until
from .test_editor import EDIT, REMOVE, drawn, hide, redraws, told
from .test_sender import AFTER_THE_NONCE, SEND

OF_THE_NETWORK = [Fault.status(403, 40333), Fault.status(403), Fault.status(404), Fault.status(401)]


async def paused(rig: DeliveryRig, subscription: Subscription) -> PauseReason | None:
    stored = await rig.storage.subscriptions.get(subscription.id)
    assert stored is not None
    return stored.paused


def ban(rig: DeliveryRig, seconds: float) -> None:
    """Cloudflare bans our address: 429 with ``error code: 1015`` and none of Discord's headers."""
    rig.server._door._limiter._banned_until = rig.clock.monotonic() + seconds


async def asleep(rig: DeliveryRig) -> Channel:
    """A thread that its hour of silence archived: the client no longer has it in its cache."""
    thread = rig.server.add_thread(rig.place.news, "t", type=PUBLIC_THREAD)
    await until(lambda: rig.bot.get_channel(thread.id) is not None)
    await archive(rig, thread)
    return thread


async def archive(rig: DeliveryRig, thread: Channel) -> None:
    thread.is_archived = True
    rig.server.gateway.dispatch("THREAD_UPDATE", channel_payload(thread))
    await until(lambda: rig.bot.get_channel(thread.id) is None)


# -- which error it is ---------------------------------------------------------------------------------------


@pytest.mark.invariant(1)
@pytest.mark.parametrize("fault", OF_THE_NETWORK, ids=lambda fault: f"{fault.http_status}-{fault.code}")
async def test_an_answer_that_names_no_channel_pauses_nobody_and_all_goes_on(
    rig: DeliveryRig, fault: Fault
) -> None:
    channels = [rig.place.news, *(rig.server.add_channel(rig.place.guild, f"c{n}") for n in range(5))]
    subscriptions = [await rig.follow(channel) for channel in channels]
    rig.server.faults.sometimes(SEND, fault, 1.0)
    delivery = rig.delivery()
    await rig.decide(*subscriptions, numbers=[1])
    for _ in range(10):  # ten minutes
        await delivery.drain(rig.transport)
        rig.clock.advance(60)
    rig.server.faults.clear()

    await rig.deliver(delivery)

    assert [await paused(rig, one) for one in subscriptions] == [None] * len(subscriptions)
    assert [len(rig.told(channel)) for channel in channels] == [1] * len(channels)


@pytest.mark.invariant(1)
async def test_a_ban_of_the_address_holds_everything_and_ends_in_order(rig: DeliveryRig) -> None:
    channels = [rig.server.add_channel(rig.place.guild, f"c{n}") for n in range(20)]
    subscriptions = [await rig.follow(channel) for channel in channels]
    delivery = rig.delivery()
    ban(rig, 3600)
    await rig.decide(*subscriptions, numbers=[1])
    await delivery.drain(rig.transport)
    tried = rig.posts_sent_anywhere()
    await rig.decide(*subscriptions, numbers=[2])

    await rig.deliver(delivery)

    assert tried <= 3
    for channel in channels:
        assert "話その001" in rig.told(channel)[0]
        assert "話その002" in "\n".join(rig.told(channel))
    assert {state for state, _ in rig.messages()} == {"sent"}


async def test_a_channel_is_lost_when_discord_says_so_twice(rig: DeliveryRig) -> None:
    """After an outage Discord says "Missing Access" at random (discord-api-docs#7275)."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.status(403, 50001))

    await rig.deliver()

    assert await paused(rig, subscription) is None
    assert len(rig.told()) == 1


async def test_what_a_channel_was_doubted_for_ends_with_the_next_message_it_takes(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    for number in (1, 2, 3):
        await rig.decide(subscription, numbers=[number])
        rig.server.faults.next(SEND, Fault.status(403, 50001))
        await rig.deliver()
        rig.clock.advance(SECOND_CHECK_AFTER.total_seconds())

    assert await paused(rig, subscription) is None
    assert len(rig.told()) == 3


@pytest.mark.parametrize("end", ["taken_down", "refused", "uncertain"])
async def test_a_doubt_ends_with_the_message_that_raised_it(rig: DeliveryRig, end: str) -> None:
    """Months later one passing refusal is the first one again."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    if end == "uncertain":
        rig.server.faults.next(SEND, Fault.drop_answer())
        rig.server.set_permissions(rig.place.news, deny=["read_message_history"])
        await rig.until_bot_knows(rig.place.news, "read_message_history", allowed=False)
    else:
        rig.server.faults.next(SEND, Fault.status(403, 50001))
        rig.server.faults.next(SEND, Fault.status(400, 50035))
    await rig.delivery().drain(rig.transport)
    if end == "taken_down":
        await hide(rig, 1)
    rig.clock.advance(AFTER_THE_NONCE)
    await rig.deliver()
    rig.server.faults.clear()
    before = [state for state, _ in rig.messages()]

    rig.clock.advance(86_400)
    await rig.decide(subscription, numbers=[2])
    rig.server.faults.next(SEND, Fault.status(403, 50001))
    await rig.deliver()

    assert before == ["uncertain" if end == "uncertain" else "given_up"]
    assert await paused(rig, subscription) is None
    assert "話その002" in rig.told()[-1]


async def test_a_restart_between_the_two_polls_forgets_nothing(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    rig.server.set_permissions(rig.place.news, deny=["send_messages"])
    await rig.decide(subscription, numbers=[1])
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(SECOND_CHECK_AFTER.total_seconds() + 1)

    await rig.delivery().drain(rig.transport)

    assert await paused(rig, subscription) is PauseReason.FORBIDDEN


async def test_unknown_channel_counts_only_while_its_server_is_available(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    rig.server.gateway.dispatch("GUILD_DELETE", {"id": str(rig.place.guild.id), "unavailable": True})
    known = rig.bot.get_guild(rig.place.guild.id)
    assert known is not None
    await until(lambda: known.unavailable)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.status(404, 10003), times=2)

    await rig.deliver()

    assert await paused(rig, subscription) is None
    assert len(rig.told()) == 1


async def test_a_channel_that_refuses_one_message_after_the_other_is_paused_and_somebody_is_notified(
    rig: DeliveryRig,
) -> None:
    """A channel that changed its kind answers 50024 to everything."""
    subscription = await rig.follow()
    rig.server.faults.next(f"{SEND}{rig.place.news.id}", Fault.status(400, 50024), times=REFUSALS)
    for number in range(REFUSALS):
        await rig.decide(subscription, numbers=[number])
        await rig.deliver()

    assert await paused(rig, subscription) is PauseReason.REFUSED
    [notice] = [message for message in rig.server.messages() if message.channel.guild is None]
    assert f"kw:resume:{rig.place.news.id}" in str(notice.body)


async def test_single_refusals_between_others_pause_nothing(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    for number in range(2 * REFUSALS):
        if number % 2:
            rig.server.faults.next(SEND, Fault.status(400, 50035))
        await rig.decide(subscription, numbers=[number])
        await rig.deliver()

    assert await paused(rig, subscription) is None
    assert len(rig.told()) == REFUSALS


# -- a cache miss is no fact -----------------------------------------------------------------------------------


@pytest.mark.invariant(2)
@pytest.mark.parametrize("fault", [Fault.drop_answer(), Fault.reset()], ids=["arrived", "lost"])
async def test_the_history_of_an_archived_thread_is_read(rig: DeliveryRig, fault: Fault) -> None:
    """discord.py forgets archived threads (discord.py#7541)."""
    thread = rig.server.add_thread(rig.place.news, "t", type=PUBLIC_THREAD)
    await until(lambda: rig.bot.get_channel(thread.id) is not None)
    await rig.decide(await rig.follow(thread), numbers=[1])
    rig.server.faults.next(SEND, fault)
    await rig.delivery().drain(rig.transport)
    await archive(rig, thread)
    rig.clock.advance(AFTER_THE_NONCE)

    await rig.deliver()

    assert len(rig.told(thread)) == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


async def test_an_archived_thread_is_as_age_restricted_as_its_parent(rig: DeliveryRig) -> None:
    from .test_channels import decide_sensitive  # noqa: PLC0415 - a helper of another file

    parent = rig.server.add_channel(rig.place.guild, "grown-ups", is_nsfw=True)
    thread = rig.server.add_thread(parent, "t", type=PUBLIC_THREAD)
    await until(lambda: rig.bot.get_channel(thread.id) is not None)
    subscription = await rig.follow(thread)
    await archive(rig, thread)

    await decide_sensitive(rig, subscription)
    await rig.deliver()

    assert "きわどい話" in rig.told(thread)[0]


@pytest.mark.invariant(2)
async def test_a_renewed_session_makes_no_message_uncertain(rig: DeliveryRig) -> None:
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    rig.server.gateway.unavailable.add(rig.place.guild.id)
    before = rig.server.gateway.identifies
    await rig.server.gateway.disconnect(resumable=False)
    await until(lambda: rig.server.gateway.identifies > before)
    await until(lambda: rig.bot.get_channel(rig.place.news.id) is None)
    rig.clock.advance(AFTER_THE_NONCE)
    await rig.delivery().drain(rig.transport)
    during = [state for state, _ in rig.messages()]

    rig.server.make_available(rig.place.guild)
    await until(lambda: rig.bot.get_channel(rig.place.news.id) is not None)
    await rig.deliver()

    assert during == ["sealed"]
    assert [state for state, _ in rig.messages()] == ["sent"]
    assert rig.posts_sent() == 1


@pytest.mark.invariant(2)
@pytest.mark.parametrize("denied", ["view_channel", "read_message_history"])
@pytest.mark.parametrize("fault", [Fault.drop_answer(), Fault.reset()], ids=["arrived", "lost"])
async def test_a_right_to_read_that_comes_back_makes_no_message_uncertain(
    rig: DeliveryRig, denied: str, fault: Fault
) -> None:
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, fault)
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(AFTER_THE_NONCE)
    rig.server.set_permissions(rig.place.news, deny=[denied])
    await rig.until_bot_knows(rig.place.news, denied, allowed=False)
    await rig.delivery().drain(rig.transport)
    rig.server.set_permissions(rig.place.news)
    await rig.until_bot_knows(rig.place.news, denied, allowed=True)

    await rig.deliver()

    assert [state for state, _ in rig.messages()] == ["sent"]
    assert len(rig.told()) == 1


# -- a take-down is done when it is done -----------------------------------------------------------------------


@pytest.mark.invariant(8)
async def test_a_take_down_wakes_an_archived_thread(rig: DeliveryRig) -> None:
    thread = rig.server.add_thread(rig.place.news, "t", type=PUBLIC_THREAD)
    await until(lambda: rig.bot.get_channel(thread.id) is not None)
    await rig.decide(await rig.follow(thread), numbers=[1, 2])
    await rig.deliver()
    await archive(rig, thread)

    await hide(rig, 1)
    await drawn(rig)

    assert "話その001" not in "\n".join(rig.told(thread))
    assert "話その002" in "\n".join(rig.told(thread))
    assert redraws(rig) == []


REFUSED_ONCE = [
    Fault.status(400, 50083),
    Fault.status(400, 50035),
    Fault.status(403, 50001),
    Fault.status(403, 40333),
    Fault.status(404),
    Fault.status(503),
]


@pytest.mark.invariant(8)
@pytest.mark.parametrize("fault", REFUSED_ONCE, ids=lambda fault: f"{fault.http_status}-{fault.code}")
async def test_a_take_down_that_was_refused_is_done_in_the_end(rig: DeliveryRig, fault: Fault) -> None:
    await told(rig, 1, 2)
    rig.server.faults.next(EDIT, fault, times=2)
    rig.server.faults.next(REMOVE, fault, times=2)
    await hide(rig, 1)

    for _ in range(10):
        await drawn(rig)
        rig.clock.advance(600)

    assert "話その001" not in "\n".join(rig.told())
    assert redraws(rig) == []


@pytest.mark.invariant(8)
async def test_a_take_down_waits_for_a_right_that_comes_back(rig: DeliveryRig) -> None:
    await told(rig, 1, 2)
    rig.server.set_permissions(rig.place.news, deny=["view_channel"])
    await hide(rig, 1)
    for _ in range(6):
        await drawn(rig)
        rig.clock.advance(3600)
    [(error, ended)] = redraws(rig)
    rig.server.set_permissions(rig.place.news, allow=["view_channel"])

    rig.clock.advance(timedelta(hours=7).total_seconds())
    await drawn(rig)

    assert error is not None
    assert not ended
    assert "話その001" not in "\n".join(rig.told())
    assert redraws(rig) == []


async def arrived_without_an_answer(rig: DeliveryRig) -> MessageId:
    await rig.decide(await rig.follow(), numbers=[1, 2])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await drawn(rig)
    [(message_id,)] = rig.rows("SELECT id FROM messages")
    return MessageId(message_id)


@pytest.mark.invariant(8)
@pytest.mark.parametrize("end", ["uncertain", "given_up"])
async def test_a_take_down_reaches_what_arrived_without_an_answer(rig: DeliveryRig, end: str) -> None:
    message_id = await arrived_without_an_answer(rig)
    if end == "uncertain":
        await rig.storage.messages.mark_uncertain(message_id, failed("?"), rig.clock.now())
    else:
        await rig.storage.messages.give_up(message_id, failed("403 50001: Missing Access"), rig.clock.now())

    await hide(rig, 1)
    await drawn(rig)

    assert "話その001" not in "\n".join(rig.told())
    assert "話その002" in "\n".join(rig.told())
    assert redraws(rig) == []
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(8)
async def test_a_take_down_of_what_never_arrived_is_done(rig: DeliveryRig) -> None:
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.reset())
    await drawn(rig)
    [(message_id,)] = rig.rows("SELECT id FROM messages")
    await rig.storage.messages.mark_uncertain(message_id, failed("?"), rig.clock.now())

    await hide(rig, 1)
    await drawn(rig)

    assert redraws(rig) == []
    assert [state for state, _ in rig.messages()] == ["uncertain"]


@pytest.mark.invariant(8)
async def test_a_take_down_waits_for_the_right_to_read_what_arrived_without_an_answer(rig: DeliveryRig) -> None:
    message_id = await arrived_without_an_answer(rig)
    await rig.storage.messages.mark_uncertain(message_id, failed("?"), rig.clock.now())
    rig.server.set_permissions(rig.place.news, deny=["read_message_history"])
    await rig.until_bot_knows(rig.place.news, "read_message_history", allowed=False)
    await hide(rig, 1)
    await drawn(rig)
    [(_, ended)] = redraws(rig)
    rig.server.set_permissions(rig.place.news)
    await rig.until_bot_knows(rig.place.news, "read_message_history", allowed=True)

    rig.clock.advance(3600)
    await drawn(rig)

    assert not ended
    assert "話その001" not in "\n".join(rig.told())
    assert redraws(rig) == []


# -- one message cannot silence its channel --------------------------------------------------------------------


def fails_for_ever(rig: DeliveryRig, is_it: Callable[[Message], bool]) -> None:
    """Discord answers 500 to some messages, whenever they come (discord-api-docs#6965)."""
    send: Callable[[Message, Sequence[OutgoingFile]], Awaitable[SendOutcome]] = rig.transport.send

    async def sent(message: Message, files: Sequence[OutgoingFile] = ()) -> SendOutcome:
        return Later(failed("500 0: Internal Server Error")) if is_it(message) else await send(message, files)

    rig.transport.send = sent  # type: ignore[method-assign]


def holds(text: str) -> Callable[[Message], bool]:
    return lambda message: any(text in str(entry.content) for entry in message.entries)


async def hours_until(rig: DeliveryRig, text: str, *, at_most: float = 30.0) -> float:
    delivery, hours = rig.delivery(), 0.0
    while hours < at_most and text not in "\n".join(rig.told()):
        await delivery.drain(rig.transport)
        rig.clock.advance(300)
        hours += 1 / 12
    return hours


@pytest.mark.invariant(1)
async def test_a_message_that_always_fails_is_set_aside_and_given_up_with_its_reason(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    fails_for_ever(rig, holds("話その001"))
    await rig.decide(subscription, numbers=[1])
    await rig.delivery().drain(rig.transport)
    await rig.decide(subscription, numbers=[2])

    assert await hours_until(rig, "話その002") <= 2
    delivery = rig.delivery()
    for number in range(20):
        await rig.decide(subscription, numbers=[100 + number])
        await delivery.drain(rig.transport)
        rig.clock.advance(1200)

    assert ("given_up", 1) in rig.rows("SELECT state, count(*) FROM messages GROUP BY 1")
    [(reason,)] = rig.rows("SELECT error FROM messages WHERE state = 'given_up'")
    assert "500" in reason


@pytest.mark.invariant(1)
async def test_a_message_that_always_fails_is_sent_in_parts_of_which_only_one_fails(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    fails_for_ever(rig, holds("話その002"))
    await rig.decide(subscription, numbers=[1, 2, 3])
    delivery = rig.delivery()
    for number in range(30):
        await rig.decide(subscription, numbers=[100 + number])
        await delivery.drain(rig.transport)
        rig.clock.advance(1200)

    said = "\n".join(rig.told())
    assert said.count("話その001") == said.count("話その003") == 1
    assert "話その002" not in said
    assert rig.entries()["given_up"] == 1


async def test_an_outage_gives_up_no_message_however_often_it_fails(rig: DeliveryRig) -> None:
    channels = [rig.place.news, rig.server.add_channel(rig.place.guild, "other")]
    subscriptions = [await rig.follow(channel) for channel in channels]
    await rig.decide(*subscriptions, numbers=[1, 2])
    rig.server.faults.sometimes(SEND, Fault.status(503), 1.0)
    delivery = rig.delivery()
    for _ in range(60):
        await delivery.drain(rig.transport)
        rig.clock.advance(300)
    rig.server.faults.clear()

    await rig.deliver(delivery)

    assert {state for state, _ in rig.messages()} == {"sent"}


# -- a clock that was ahead --------------------------------------------------------------------------------------

A_DAY = 86_400


async def test_what_was_decided_by_a_clock_that_was_ahead_goes_when_it_is_right_again(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    rig.clock.advance(A_DAY)
    await rig.decide(subscription, numbers=[1])
    rig.clock.advance(60 - A_DAY)

    await rig.delivery().drain(rig.transport)

    assert len(rig.told()) == 1


async def test_a_message_put_off_by_a_clock_that_was_ahead_goes_when_it_is_right_again(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    rig.clock.advance(A_DAY)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.status(503))
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(60 - A_DAY)

    await rig.delivery().drain(rig.transport)

    assert len(rig.told()) == 1


async def test_a_take_down_put_off_by_a_clock_that_was_ahead_goes_when_it_is_right_again(rig: DeliveryRig) -> None:
    await told(rig, 1, 2)
    rig.clock.advance(A_DAY)
    rig.server.faults.next(EDIT, Fault.status(503))
    await hide(rig, 1)
    await drawn(rig)
    rig.clock.advance(60 - A_DAY)

    await drawn(rig)

    assert "話その001" not in rig.told()[0]


async def test_a_mention_by_a_clock_that_was_ahead_silences_no_role(rig: DeliveryRig) -> None:
    role = rig.server.add_role(rig.place.guild, "読者", is_mentionable=True)
    await until(lambda: rig.bot.get_guild(rig.place.guild.id).get_role(role.id) is not None)  # type: ignore[union-attr]
    subscription = await rig.follow(role_id=role.id)
    interval = timedelta(minutes=15)
    rig.clock.advance(A_DAY)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver(rig.delivery(mention_interval=interval))
    rig.clock.advance(3600 - A_DAY)

    await rig.decide(subscription, numbers=[2])
    await rig.delivery(mention_interval=interval).drain(rig.transport)

    assert all(f"<@&{role.id}>" in text for text in rig.told())
    assert len(rig.told()) == 2


# -- roles and the log -------------------------------------------------------------------------------------------


async def test_a_role_that_was_deleted_is_not_mentioned(rig: DeliveryRig) -> None:
    role = rig.server.add_role(rig.place.guild, "読者", is_mentionable=True)
    subscription = await rig.follow(role_id=role.id)
    guild = rig.bot.get_guild(rig.place.guild.id)
    assert guild is not None
    del rig.place.guild.roles[role.id]
    rig.server.gateway.dispatch(
        "GUILD_ROLE_DELETE", {"guild_id": str(rig.place.guild.id), "role_id": str(role.id)}
    )
    await until(lambda: guild.get_role(role.id) is None)

    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    assert f"<@&{role.id}>" not in rig.told()[0]


async def test_an_outage_is_two_lines_in_the_log(rig: DeliveryRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.delivery")
    channels = [rig.server.add_channel(rig.place.guild, f"c{n}") for n in range(10)]
    subscriptions = [await rig.follow(channel) for channel in channels]
    delivery = rig.delivery()
    rig.server.faults.sometimes(SEND, Fault.status(403, 40333), 1.0)
    await rig.decide(*subscriptions, numbers=[1])
    for _ in range(10):
        await delivery.drain(rig.transport)
        rig.clock.advance(60)
    rig.server.faults.clear()
    await rig.deliver(delivery)

    said = [record for record in caplog.records if record.name.startswith("bot.delivery")]
    assert len([record for record in said if record.levelno >= logging.WARNING]) == 2
    assert len(said) <= 6


# -- a moderator times the bot out ------------------------------------------------------------------------------


@pytest.mark.invariant(1)
async def test_bot_that_is_timed_out_pauses_nothing_and_goes_on_afterwards(rig: DeliveryRig) -> None:
    """Invariant 1: a time-out ends by itself, so it is waited for."""
    subscription = await rig.follow()
    guild = rig.bot.get_guild(rig.place.guild.id)
    assert guild is not None
    rig.server.time_out(rig.place.guild, discord.utils.utcnow() + timedelta(hours=2))
    await until(guild.me.is_timed_out)
    await rig.decide(subscription, numbers=[1])

    await rig.delivery().drain(rig.transport)
    rig.clock.advance(SECOND_CHECK_AFTER.total_seconds() + 1)
    await rig.delivery().drain(rig.transport)
    during = rig.rows("SELECT state, error_code FROM messages")
    rig.server.time_out(rig.place.guild, None)
    await until(lambda: not guild.me.is_timed_out())
    await rig.deliver()

    assert during == [("sealed", FailureCode.TIMED_OUT)]
    assert await paused(rig, subscription) is None
    assert len(rig.told()) == 1


# -- the window of requests --------------------------------------------------------------------------------


async def test_request_cancelled_as_it_is_let_in_leaves_its_room_to_the_next() -> None:
    window = Window()
    for _ in range(FIRST):
        await window.__aenter__()
    let_in = asyncio.ensure_future(window.__aenter__())
    await asyncio.sleep(0)

    await window.__aexit__()
    let_in.cancel()
    await asyncio.gather(let_in, return_exceptions=True)

    async with asyncio.timeout(30):
        await window.__aenter__()
