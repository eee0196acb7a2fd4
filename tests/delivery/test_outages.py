"""Discord as it really fails: which error it is decides, and what is not known now is no fact.

Each case is a public report: Cloudflare in front of Discord answers for it, servers become unavailable, threads
are archived after an hour, one message is too heavy.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.core.models import Message, MessageId, PauseReason, Subscription
from bot.delivery.sender import REFUSALS, SECOND_LOOK
from bot.delivery.transport import Later, SendOutcome
from tests.failures import failed
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.payloads import channel_payload
from tests.fakes.discord.world import PUBLIC_THREAD, Channel

from .conftest import Desk, until
from .test_editor import EDIT, REMOVE, drawn, hide, redraws, told
from .test_sender import AFTER_THE_NONCE, SEND

OF_THE_NETWORK = [Fault.status(403, 40333), Fault.status(403), Fault.status(404), Fault.status(401)]


async def paused(desk: Desk, subscription: Subscription) -> PauseReason | None:
    stored = await desk.storage.subscriptions.get(subscription.id)
    assert stored is not None
    return stored.paused


def ban(desk: Desk, seconds: float) -> None:
    """Cloudflare bans our address: 429 with ``error code: 1015`` and none of Discord's headers."""
    desk.server._door._limiter._banned_until = desk.clock.monotonic() + seconds


async def asleep(desk: Desk) -> Channel:
    """A thread that its hour of silence archived: the client no longer has it in its cache."""
    thread = desk.server.add_thread(desk.place.news, "t", type=PUBLIC_THREAD)
    await until(lambda: desk.bot.get_channel(thread.id) is not None)
    await archive(desk, thread)
    return thread


async def archive(desk: Desk, thread: Channel) -> None:
    thread.is_archived = True
    desk.server.gateway.dispatch("THREAD_UPDATE", channel_payload(thread))
    await until(lambda: desk.bot.get_channel(thread.id) is None)


# -- which error it is ---------------------------------------------------------------------------------------


@pytest.mark.invariant(1)
@pytest.mark.parametrize("fault", OF_THE_NETWORK, ids=lambda fault: f"{fault.http_status}-{fault.code}")
async def test_an_answer_that_names_no_channel_pauses_nobody_and_all_goes_on(desk: Desk, fault: Fault) -> None:
    channels = [desk.place.news, *(desk.server.add_channel(desk.place.guild, f"c{n}") for n in range(5))]
    subscriptions = [await desk.follow(channel) for channel in channels]
    desk.server.faults.sometimes(SEND, fault, 1.0)
    delivery = desk.delivery()
    await desk.decide(*subscriptions, numbers=[1])
    for _ in range(10):  # ten minutes
        await delivery.drain(desk.transport)
        desk.clock.advance(60)
    desk.server.faults.clear()

    await desk.deliver(delivery)

    assert [await paused(desk, one) for one in subscriptions] == [None] * len(subscriptions)
    assert [len(desk.told(channel)) for channel in channels] == [1] * len(channels)


@pytest.mark.invariant(1)
async def test_a_ban_of_the_address_holds_everything_and_ends_in_order(desk: Desk) -> None:
    channels = [desk.server.add_channel(desk.place.guild, f"c{n}") for n in range(20)]
    subscriptions = [await desk.follow(channel) for channel in channels]
    delivery = desk.delivery()
    ban(desk, 3600)
    await desk.decide(*subscriptions, numbers=[1])
    await delivery.drain(desk.transport)
    tried = desk.posts_sent_anywhere()
    await desk.decide(*subscriptions, numbers=[2])

    await desk.deliver(delivery)

    assert tried <= 3
    for channel in channels:
        assert "話その001" in desk.told(channel)[0]
        assert "話その002" in "\n".join(desk.told(channel))
    assert {state for state, _ in desk.messages()} == {"sent"}


async def test_a_channel_is_lost_when_discord_says_so_twice(desk: Desk) -> None:
    """After an outage Discord says "Missing Access" at random (discord-api-docs#7275)."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.status(403, 50001))

    await desk.deliver()

    assert await paused(desk, subscription) is None
    assert len(desk.told()) == 1


async def test_what_a_channel_was_doubted_for_ends_with_the_next_message_it_takes(desk: Desk) -> None:
    subscription = await desk.follow()
    for number in (1, 2, 3):
        await desk.decide(subscription, numbers=[number])
        desk.server.faults.next(SEND, Fault.status(403, 50001))
        await desk.deliver()
        desk.clock.advance(SECOND_LOOK.total_seconds())

    assert await paused(desk, subscription) is None
    assert len(desk.told()) == 3


@pytest.mark.parametrize("end", ["taken_down", "refused", "uncertain"])
async def test_a_doubt_ends_with_the_message_that_raised_it(desk: Desk, end: str) -> None:
    """Months later one passing refusal is the first one again."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])
    if end == "uncertain":
        desk.server.faults.next(SEND, Fault.drop_answer())
        desk.server.set_permissions(desk.place.news, deny=["read_message_history"])
        await desk.until_bot_knows(desk.place.news, "read_message_history", allowed=False)
    else:
        desk.server.faults.next(SEND, Fault.status(403, 50001))
        desk.server.faults.next(SEND, Fault.status(400, 50035))
    await desk.delivery().drain(desk.transport)
    if end == "taken_down":
        await hide(desk, 1)
    desk.clock.advance(AFTER_THE_NONCE)
    await desk.deliver()
    desk.server.faults.clear()
    before = [state for state, _ in desk.messages()]

    desk.clock.advance(86_400)
    await desk.decide(subscription, numbers=[2])
    desk.server.faults.next(SEND, Fault.status(403, 50001))
    await desk.deliver()

    assert before == ["uncertain" if end == "uncertain" else "given_up"]
    assert await paused(desk, subscription) is None
    assert "話その002" in desk.told()[-1]


async def test_a_restart_between_the_two_looks_forgets_nothing(desk: Desk) -> None:
    subscription = await desk.follow()
    desk.server.set_permissions(desk.place.news, deny=["send_messages"])
    await desk.decide(subscription, numbers=[1])
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(SECOND_LOOK.total_seconds() + 1)

    await desk.delivery().drain(desk.transport)

    assert await paused(desk, subscription) is PauseReason.FORBIDDEN


async def test_unknown_channel_counts_only_while_its_server_is_available(desk: Desk) -> None:
    subscription = await desk.follow()
    desk.server.gateway.dispatch("GUILD_DELETE", {"id": str(desk.place.guild.id), "unavailable": True})
    known = desk.bot.get_guild(desk.place.guild.id)
    assert known is not None
    await until(lambda: known.unavailable)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.status(404, 10003), times=2)

    await desk.deliver()

    assert await paused(desk, subscription) is None
    assert len(desk.told()) == 1


async def test_a_channel_that_refuses_one_message_after_the_other_rests_and_somebody_is_told(desk: Desk) -> None:
    """A channel that changed its kind answers 50024 to everything."""
    subscription = await desk.follow()
    desk.server.faults.next(f"{SEND}{desk.place.news.id}", Fault.status(400, 50024), times=REFUSALS)
    for number in range(REFUSALS):
        await desk.decide(subscription, numbers=[number])
        await desk.deliver()

    assert await paused(desk, subscription) is PauseReason.REFUSED
    [notice] = [message for message in desk.server.messages() if message.channel.guild is None]
    assert f"kw:resume:{desk.place.news.id}" in str(notice.body)


async def test_single_refusals_between_others_rest_nothing(desk: Desk) -> None:
    subscription = await desk.follow()
    for number in range(2 * REFUSALS):
        if number % 2:
            desk.server.faults.next(SEND, Fault.status(400, 50035))
        await desk.decide(subscription, numbers=[number])
        await desk.deliver()

    assert await paused(desk, subscription) is None
    assert len(desk.told()) == REFUSALS


# -- a cache miss is no fact -----------------------------------------------------------------------------------


@pytest.mark.invariant(2)
@pytest.mark.parametrize("fault", [Fault.drop_answer(), Fault.reset()], ids=["arrived", "lost"])
async def test_the_history_of_an_archived_thread_is_read(desk: Desk, fault: Fault) -> None:
    """discord.py forgets archived threads (discord.py#7541)."""
    thread = desk.server.add_thread(desk.place.news, "t", type=PUBLIC_THREAD)
    await until(lambda: desk.bot.get_channel(thread.id) is not None)
    await desk.decide(await desk.follow(thread), numbers=[1])
    desk.server.faults.next(SEND, fault)
    await desk.delivery().drain(desk.transport)
    await archive(desk, thread)
    desk.clock.advance(AFTER_THE_NONCE)

    await desk.deliver()

    assert len(desk.told(thread)) == 1
    assert [state for state, _ in desk.messages()] == ["sent"]


async def test_an_archived_thread_is_as_age_restricted_as_its_parent(desk: Desk) -> None:
    from .test_channels import decide_sensitive  # noqa: PLC0415 - a helper of another file

    parent = desk.server.add_channel(desk.place.guild, "grown-ups", is_nsfw=True)
    thread = desk.server.add_thread(parent, "t", type=PUBLIC_THREAD)
    await until(lambda: desk.bot.get_channel(thread.id) is not None)
    subscription = await desk.follow(thread)
    await archive(desk, thread)

    await decide_sensitive(desk, subscription)
    await desk.deliver()

    assert "きわどい話" in desk.told(thread)[0]


@pytest.mark.invariant(2)
async def test_a_renewed_session_makes_no_message_uncertain(desk: Desk) -> None:
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    desk.server.gateway.unavailable.add(desk.place.guild.id)
    before = desk.server.gateway.identifies
    await desk.server.gateway.disconnect(resumable=False)
    await until(lambda: desk.server.gateway.identifies > before)
    await until(lambda: desk.bot.get_channel(desk.place.news.id) is None)
    desk.clock.advance(AFTER_THE_NONCE)
    await desk.delivery().drain(desk.transport)
    during = [state for state, _ in desk.messages()]

    desk.server.make_available(desk.place.guild)
    await until(lambda: desk.bot.get_channel(desk.place.news.id) is not None)
    await desk.deliver()

    assert during == ["sealed"]
    assert [state for state, _ in desk.messages()] == ["sent"]
    assert desk.posts_sent() == 1


@pytest.mark.invariant(2)
@pytest.mark.parametrize("denied", ["view_channel", "read_message_history"])
@pytest.mark.parametrize("fault", [Fault.drop_answer(), Fault.reset()], ids=["arrived", "lost"])
async def test_a_right_to_read_that_comes_back_makes_no_message_uncertain(
    desk: Desk, denied: str, fault: Fault
) -> None:
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, fault)
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(AFTER_THE_NONCE)
    desk.server.set_permissions(desk.place.news, deny=[denied])
    await desk.until_bot_knows(desk.place.news, denied, allowed=False)
    await desk.delivery().drain(desk.transport)
    desk.server.set_permissions(desk.place.news)
    await desk.until_bot_knows(desk.place.news, denied, allowed=True)

    await desk.deliver()

    assert [state for state, _ in desk.messages()] == ["sent"]
    assert len(desk.told()) == 1


# -- a take-down is done when it is done -----------------------------------------------------------------------


@pytest.mark.invariant(8)
async def test_a_take_down_wakes_an_archived_thread(desk: Desk) -> None:
    thread = desk.server.add_thread(desk.place.news, "t", type=PUBLIC_THREAD)
    await until(lambda: desk.bot.get_channel(thread.id) is not None)
    await desk.decide(await desk.follow(thread), numbers=[1, 2])
    await desk.deliver()
    await archive(desk, thread)

    await hide(desk, 1)
    await drawn(desk)

    assert "話その001" not in "\n".join(desk.told(thread))
    assert "話その002" in "\n".join(desk.told(thread))
    assert redraws(desk) == []


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
async def test_a_take_down_that_was_refused_is_done_in_the_end(desk: Desk, fault: Fault) -> None:
    await told(desk, 1, 2)
    desk.server.faults.next(EDIT, fault, times=2)
    desk.server.faults.next(REMOVE, fault, times=2)
    await hide(desk, 1)

    for _ in range(10):
        await drawn(desk)
        desk.clock.advance(600)

    assert "話その001" not in "\n".join(desk.told())
    assert redraws(desk) == []


@pytest.mark.invariant(8)
async def test_a_take_down_waits_for_a_right_that_comes_back(desk: Desk) -> None:
    await told(desk, 1, 2)
    desk.server.set_permissions(desk.place.news, deny=["view_channel"])
    await hide(desk, 1)
    for _ in range(6):
        await drawn(desk)
        desk.clock.advance(3600)
    [(error, ended)] = redraws(desk)
    desk.server.set_permissions(desk.place.news, allow=["view_channel"])

    desk.clock.advance(timedelta(hours=7).total_seconds())
    await drawn(desk)

    assert error is not None
    assert not ended
    assert "話その001" not in "\n".join(desk.told())
    assert redraws(desk) == []


async def arrived_without_an_answer(desk: Desk) -> MessageId:
    await desk.decide(await desk.follow(), numbers=[1, 2])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await drawn(desk)
    [(message_id,)] = desk.rows("SELECT id FROM messages")
    return MessageId(message_id)


@pytest.mark.invariant(8)
@pytest.mark.parametrize("end", ["uncertain", "given_up"])
async def test_a_take_down_reaches_what_arrived_without_an_answer(desk: Desk, end: str) -> None:
    message_id = await arrived_without_an_answer(desk)
    if end == "uncertain":
        await desk.storage.messages.mark_uncertain(message_id, failed("?"), desk.clock.now())
    else:
        await desk.storage.messages.give_up(message_id, failed("403 50001: Missing Access"), desk.clock.now())

    await hide(desk, 1)
    await drawn(desk)

    assert "話その001" not in "\n".join(desk.told())
    assert "話その002" in "\n".join(desk.told())
    assert redraws(desk) == []
    assert [state for state, _ in desk.messages()] == ["sent"]


@pytest.mark.invariant(8)
async def test_a_take_down_of_what_never_arrived_is_done(desk: Desk) -> None:
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.reset())
    await drawn(desk)
    [(message_id,)] = desk.rows("SELECT id FROM messages")
    await desk.storage.messages.mark_uncertain(message_id, failed("?"), desk.clock.now())

    await hide(desk, 1)
    await drawn(desk)

    assert redraws(desk) == []
    assert [state for state, _ in desk.messages()] == ["uncertain"]


@pytest.mark.invariant(8)
async def test_a_take_down_waits_for_the_right_to_read_what_arrived_without_an_answer(desk: Desk) -> None:
    message_id = await arrived_without_an_answer(desk)
    await desk.storage.messages.mark_uncertain(message_id, failed("?"), desk.clock.now())
    desk.server.set_permissions(desk.place.news, deny=["read_message_history"])
    await desk.until_bot_knows(desk.place.news, "read_message_history", allowed=False)
    await hide(desk, 1)
    await drawn(desk)
    [(_, ended)] = redraws(desk)
    desk.server.set_permissions(desk.place.news)
    await desk.until_bot_knows(desk.place.news, "read_message_history", allowed=True)

    desk.clock.advance(3600)
    await drawn(desk)

    assert not ended
    assert "話その001" not in "\n".join(desk.told())
    assert redraws(desk) == []


# -- one message cannot silence its channel --------------------------------------------------------------------


def fails_for_ever(desk: Desk, is_it: Callable[[Message], bool]) -> None:
    """Discord answers 500 to some messages, whenever they come (discord-api-docs#6965)."""
    send: Callable[[Message], Awaitable[SendOutcome]] = desk.transport.send

    async def sent(message: Message) -> SendOutcome:
        return Later(failed("500 0: Internal Server Error")) if is_it(message) else await send(message)

    desk.transport.send = sent  # type: ignore[method-assign]


def holds(text: str) -> Callable[[Message], bool]:
    return lambda message: any(text in str(entry.content) for entry in message.entries)


async def hours_until(desk: Desk, text: str, *, at_most: float = 30.0) -> float:
    delivery, hours = desk.delivery(), 0.0
    while hours < at_most and text not in "\n".join(desk.told()):
        await delivery.drain(desk.transport)
        desk.clock.advance(300)
        hours += 1 / 12
    return hours


@pytest.mark.invariant(1)
async def test_a_message_that_always_fails_is_set_aside_and_given_up_with_its_reason(desk: Desk) -> None:
    subscription = await desk.follow()
    fails_for_ever(desk, holds("話その001"))
    await desk.decide(subscription, numbers=[1])
    await desk.delivery().drain(desk.transport)
    await desk.decide(subscription, numbers=[2])

    assert await hours_until(desk, "話その002") <= 2
    delivery = desk.delivery()
    for number in range(20):
        await desk.decide(subscription, numbers=[100 + number])
        await delivery.drain(desk.transport)
        desk.clock.advance(1200)

    assert ("given_up", 1) in desk.rows("SELECT state, count(*) FROM messages GROUP BY 1")
    [(reason,)] = desk.rows("SELECT error FROM messages WHERE state = 'given_up'")
    assert "500" in reason


@pytest.mark.invariant(1)
async def test_a_message_that_always_fails_is_sent_in_parts_of_which_only_one_fails(desk: Desk) -> None:
    subscription = await desk.follow()
    fails_for_ever(desk, holds("話その002"))
    await desk.decide(subscription, numbers=[1, 2, 3])
    delivery = desk.delivery()
    for number in range(30):
        await desk.decide(subscription, numbers=[100 + number])
        await delivery.drain(desk.transport)
        desk.clock.advance(1200)

    said = "\n".join(desk.told())
    assert said.count("話その001") == said.count("話その003") == 1
    assert "話その002" not in said
    assert desk.entries()["given_up"] == 1


async def test_an_outage_gives_up_no_message_however_often_it_fails(desk: Desk) -> None:
    channels = [desk.place.news, desk.server.add_channel(desk.place.guild, "other")]
    subscriptions = [await desk.follow(channel) for channel in channels]
    await desk.decide(*subscriptions, numbers=[1, 2])
    desk.server.faults.sometimes(SEND, Fault.status(503), 1.0)
    delivery = desk.delivery()
    for _ in range(60):
        await delivery.drain(desk.transport)
        desk.clock.advance(300)
    desk.server.faults.clear()

    await desk.deliver(delivery)

    assert {state for state, _ in desk.messages()} == {"sent"}


# -- a clock that was ahead --------------------------------------------------------------------------------------

A_DAY = 86_400


async def test_what_was_decided_by_a_clock_that_was_ahead_goes_when_it_is_right_again(desk: Desk) -> None:
    subscription = await desk.follow()
    desk.clock.advance(A_DAY)
    await desk.decide(subscription, numbers=[1])
    desk.clock.advance(60 - A_DAY)

    await desk.delivery().drain(desk.transport)

    assert len(desk.told()) == 1


async def test_a_message_put_off_by_a_clock_that_was_ahead_goes_when_it_is_right_again(desk: Desk) -> None:
    subscription = await desk.follow()
    desk.clock.advance(A_DAY)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.status(503))
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(60 - A_DAY)

    await desk.delivery().drain(desk.transport)

    assert len(desk.told()) == 1


async def test_a_take_down_put_off_by_a_clock_that_was_ahead_goes_when_it_is_right_again(desk: Desk) -> None:
    await told(desk, 1, 2)
    desk.clock.advance(A_DAY)
    desk.server.faults.next(EDIT, Fault.status(503))
    await hide(desk, 1)
    await drawn(desk)
    desk.clock.advance(60 - A_DAY)

    await drawn(desk)

    assert "話その001" not in desk.told()[0]


async def test_a_mention_by_a_clock_that_was_ahead_silences_no_role(desk: Desk) -> None:
    role = desk.server.add_role(desk.place.guild, "読者", is_mentionable=True)
    await until(lambda: desk.bot.get_guild(desk.place.guild.id).get_role(role.id) is not None)  # type: ignore[union-attr]
    subscription = await desk.follow(role_id=role.id)
    interval = timedelta(minutes=15)
    desk.clock.advance(A_DAY)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver(desk.delivery(mention_interval=interval))
    desk.clock.advance(3600 - A_DAY)

    await desk.decide(subscription, numbers=[2])
    await desk.delivery(mention_interval=interval).drain(desk.transport)

    assert all(f"<@&{role.id}>" in text for text in desk.told())
    assert len(desk.told()) == 2


# -- roles and the log -------------------------------------------------------------------------------------------


async def test_a_role_that_was_deleted_is_not_mentioned(desk: Desk) -> None:
    role = desk.server.add_role(desk.place.guild, "読者", is_mentionable=True)
    subscription = await desk.follow(role_id=role.id)
    guild = desk.bot.get_guild(desk.place.guild.id)
    assert guild is not None
    del desk.place.guild.roles[role.id]
    desk.server.gateway.dispatch(
        "GUILD_ROLE_DELETE", {"guild_id": str(desk.place.guild.id), "role_id": str(role.id)}
    )
    await until(lambda: guild.get_role(role.id) is None)

    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    assert f"<@&{role.id}>" not in desk.told()[0]


async def test_an_outage_is_two_lines_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.delivery")
    channels = [desk.server.add_channel(desk.place.guild, f"c{n}") for n in range(10)]
    subscriptions = [await desk.follow(channel) for channel in channels]
    delivery = desk.delivery()
    desk.server.faults.sometimes(SEND, Fault.status(403, 40333), 1.0)
    await desk.decide(*subscriptions, numbers=[1])
    for _ in range(10):
        await delivery.drain(desk.transport)
        desk.clock.advance(60)
    desk.server.faults.clear()
    await desk.deliver(delivery)

    said = [record for record in caplog.records if record.name.startswith("bot.delivery")]
    assert len([record for record in said if record.levelno >= logging.WARNING]) == 2
    assert len(said) <= 6
