"""Delivery against a Discord that fails in every way: real database, real client, real sockets, its own time."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.core.models import EntryId, PauseReason
from bot.delivery.retry import GIVE_UP_AFTER
from bot.delivery.sender import NONCE_WINDOW
from tests.fakes.discord import limits
from tests.fakes.discord.faults import Fault
from tests.sqlite_file import sqlite_of

from .conftest import Desk, nothing, until

SEND = "POST /channels/"
AFTER_THE_NONCE = NONCE_WINDOW.total_seconds() + 600  # Discord, too, has forgotten it by then


# -- an answer that never came -----------------------------------------------------------------------------


@pytest.mark.invariant(2)
async def test_a_dropped_answer_is_asked_for_again_under_the_same_nonce(desk: Desk) -> None:
    """Invariant 2: within minutes Discord answers a repeated nonce with the first message."""
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await desk.deliver()
    [message] = desk.server.messages(desk.place.news)
    assert message.repeats == 1
    assert [state for state, _ in desk.messages()] == ["sent"]


@pytest.mark.invariant(2)
async def test_an_answer_that_never_comes_is_not_waited_for_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 2: what we stopped waiting for counts as unknown, not as failed."""
    monkeypatch.setattr("bot.delivery.discord_transport.SEND_TIMEOUT_S", 0.05)
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.accept_and_hang())
    await desk.deliver()
    [message] = desk.server.messages(desk.place.news)
    assert message.repeats >= 1  # a busy machine may need one more


@pytest.mark.invariant(1)
@pytest.mark.parametrize("fault", [Fault.status(503), Fault.reset(), Fault.hang()], ids=lambda fault: fault.kind)
async def test_a_failing_discord_is_tried_again_more_and_more_seldom_until_it_takes_the_message(
    desk: Desk, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1: a try that fails loses nothing."""
    if fault.kind == "hang":
        monkeypatch.setattr("bot.delivery.discord_transport.SEND_TIMEOUT_S", 0.05)
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, fault, times=5)
    await desk.deliver()
    assert len(desk.told()) == 1
    sent_at = [request.at for request in desk.server.record.matching(SEND)]
    waits = [after - before for before, after in itertools.pairwise(sent_at)]
    if fault.kind != "hang":  # the server writes hanging requests down when they end
        assert all(1.4 * 2**n > wait >= 0.7 * 2**n for n, wait in list(enumerate(waits))[1:])
    assert [state for state, _ in desk.messages()] == ["sent"]


async def test_a_global_limit_holds_every_channel_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``Via`` discord.py raises at once instead of waiting, so the wait is ours."""
    monkeypatch.setattr(limits, "VIA", {})
    other = desk.server.add_channel(desk.place.guild, "other")
    here, there = await desk.follow(), await desk.follow(other)
    delivery = desk.delivery()
    desk.server.faults.next(SEND, Fault.global_429(30))
    await desk.decide(here, numbers=[1])
    await delivery.drain(desk.transport)
    await desk.decide(there, numbers=[2])
    await desk.deliver(delivery)
    refused, *later = desk.server.record.matching(SEND)
    assert refused.status == 429
    assert len(later) == 2
    assert all(request.at >= refused.at + 30 for request in later)
    assert len(desk.told()) == len(desk.told(other)) == 1


# -- after the nonce is forgotten ----------------------------------------------------------------------------


@pytest.mark.invariant(2)
async def test_what_history_holds_is_confirmed_without_a_second_send(desk: Desk) -> None:
    """Invariant 2: after a longer outage the channel's history tells whether it arrived."""
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(AFTER_THE_NONCE)
    await desk.deliver()
    assert desk.posts_sent() == 1
    assert len(desk.told()) == 1
    [(discord_id,)] = desk.rows("SELECT discord_message_id FROM messages WHERE state = 'sent'")
    assert discord_id == desk.server.messages(desk.place.news)[0].id


@pytest.mark.invariant(1)
async def test_what_history_does_not_hold_is_sent_again(desk: Desk) -> None:
    """Invariant 1: a history that was read and is without the message proves that it never arrived."""
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.reset())
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(AFTER_THE_NONCE)
    await desk.deliver()
    assert desk.posts_sent() == 2
    assert len(desk.told()) == 1


@pytest.mark.invariant(2)
async def test_a_history_that_fails_is_read_again_before_anything_is_sent(desk: Desk) -> None:
    """Invariant 2: no answer is no proof."""
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(AFTER_THE_NONCE)
    desk.server.faults.next("GET /channels/", Fault.status(503), times=3)
    await desk.deliver()
    assert desk.posts_sent() == 1
    assert [state for state, _ in desk.messages()] == ["sent"]


@pytest.mark.invariant(2)
async def test_a_message_is_found_among_what_people_wrote_since(desk: Desk) -> None:
    """Invariant 2: a talkative channel hides nothing."""
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    for number in range(60):
        desk.server.say(desk.place.news, desk.place.alice, f"before {number}")
    await desk.delivery().drain(desk.transport)
    for number in range(60):
        desk.server.say(desk.place.news, desk.place.alice, f"after {number}")
    desk.clock.advance(AFTER_THE_NONCE)
    await desk.deliver()
    assert desk.posts_sent() == 1


@pytest.mark.invariant(2)
async def test_a_history_too_long_to_read_proves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 2: what was not read to the end cannot prove absence."""
    monkeypatch.setattr("bot.delivery.discord_transport._HISTORY_LIMIT", 50)
    await desk.decide(await desk.follow(), numbers=[1])
    desk.server.faults.next(SEND, Fault.reset())
    await desk.delivery().drain(desk.transport)
    for number in range(60):
        desk.server.say(desk.place.news, desk.place.alice, f"after {number}")
    desk.clock.advance(AFTER_THE_NONCE)
    await desk.deliver()
    assert [state for state, _ in desk.messages()] == ["uncertain"]
    assert desk.posts_sent() == 1


@pytest.mark.parametrize("turns", range(3))
async def test_delivery_stops_also_when_it_was_woken_just_now(desk: Desk, turns: int) -> None:
    """A cancellation that comes together with the wake-up must not be lost."""
    delivery = desk.delivery()
    await delivery.start(desk.transport)
    delivery.wake()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await delivery.stop()


@pytest.mark.invariant(2)
async def test_without_read_message_history_it_is_left_uncertain_and_the_channel_goes_on(desk: Desk) -> None:
    """Invariant 2: Discord answers an empty list then, and absence proves nothing."""
    subscription = await desk.follow()
    desk.server.set_permissions(desk.place.news, deny=["read_message_history"])
    await desk.until_bot_knows(desk.place.news, "read_message_history", allowed=False)
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(AFTER_THE_NONCE)
    await desk.decide(subscription, numbers=[2])
    await desk.deliver()
    (state, reason), (other, _) = desk.messages()
    assert (state, other) == ("uncertain", "sent")
    assert reason is not None
    assert "history" in reason
    assert ["話その001" in text for text in desk.told()] == [True, False]
    assert desk.posts_sent() == 2


# -- what will never arrive ----------------------------------------------------------------------------------


async def delete_channel(desk: Desk) -> None:
    desk.server.delete_channel(desk.place.news)


async def deny_view(desk: Desk) -> None:
    desk.server.set_permissions(desk.place.news, deny=["view_channel"])


async def deny_send(desk: Desk) -> None:
    desk.server.set_permissions(desk.place.news, deny=["send_messages"])


async def remove_bot(desk: Desk) -> None:
    desk.server.remove_bot(desk.place.guild)


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("lose", "code", "why"),
    [
        (delete_channel, "404 10003", PauseReason.NOT_FOUND),
        (deny_view, "403 50001", PauseReason.FORBIDDEN),
        (deny_send, "403 50013", PauseReason.FORBIDDEN),
        (remove_bot, "403 50001", PauseReason.FORBIDDEN),
    ],
)
async def test_a_lost_channel_is_given_up_with_its_reason_and_rests(
    desk: Desk, lose: Callable[[Desk], Awaitable[None]], code: str, why: PauseReason
) -> None:
    """Invariant 1: given up with a reason someone can read."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=range(12))  # two messages: the second is never sealed
    await lose(desk)
    await desk.deliver()
    [(state, reason)] = desk.messages()
    assert state == "given_up"
    assert reason is not None
    assert reason.startswith(code)
    stored = await desk.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is why
    assert not {"waiting", "sealed"} & set(desk.entries())
    assert desk.rows("SELECT count(*) FROM entries WHERE reason IS NULL") == [(0,)]


@pytest.mark.invariant(1)
async def test_what_discord_refuses_is_given_up_with_its_reason_and_the_channel_goes_on(desk: Desk) -> None:
    """Invariant 1: one message Discord does not like stops no other."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.status(400, 50035))
    await desk.deliver()
    await desk.decide(subscription, numbers=[2])
    await desk.deliver()
    (state, reason), (other, _) = desk.messages()
    assert (state, other) == ("given_up", "sent")
    assert reason is not None
    assert reason.startswith("400 50035")
    assert desk.posts_sent() == 2
    stored = await desk.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is None


@pytest.mark.invariant(1)
async def test_a_day_of_failures_ends_with_the_last_reason(desk: Desk) -> None:
    """Invariant 1: not before the horizon, and not without a reason."""
    assert timedelta(hours=24) == GIVE_UP_AFTER
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.reset())
    desk.server.faults.next(SEND, Fault.status(503), times=2)
    await desk.delivery().drain(desk.transport)
    desk.clock.advance(GIVE_UP_AFTER.total_seconds() - 60)
    await desk.delivery().drain(desk.transport)
    assert [state for state, _ in desk.messages()] == ["sealed"]
    desk.clock.advance(3600)
    await desk.delivery().drain(desk.transport)
    [(state, reason)] = desk.messages()
    assert state == "given_up"
    assert reason is not None
    assert reason.startswith("503")
    assert desk.entries() == {"given_up": 1}


# -- order, and nobody in the way ------------------------------------------------------------------------------


async def test_a_channel_hears_in_the_order_it_was_sealed(desk: Desk) -> None:
    subscription = await desk.follow()
    delivery = desk.delivery()
    desk.server.faults.next(SEND, Fault.status(503), times=3)
    for number in (1, 2, 3):
        await desk.decide(subscription, numbers=[number])
        await delivery.drain(desk.transport)  # 2 and 3 are bigger and wait behind 1 all the same
    await desk.deliver(delivery)
    assert "話その001" in desk.told()[0]
    sealed = desk.rows("SELECT discord_message_id FROM messages ORDER BY sealed_at, id")
    assert sealed == sorted(sealed)
    assert sum(f"話その00{n}" in text for n in (1, 2, 3) for text in desk.told()) == 3


async def test_messages_of_one_channel_keep_their_distance(desk: Desk) -> None:
    await desk.decide(await desk.follow(), numbers=range(15))
    await desk.deliver()
    sent_at = [request.at for request in desk.server.record.matching(SEND)]
    assert len(sent_at) == 3
    assert all(after - before >= 1.099 for before, after in itertools.pairwise(sent_at))


@pytest.mark.invariant(1)
async def test_a_channel_whose_send_hangs_holds_up_no_other(desk: Desk) -> None:
    """Invariant 1: and stopping in the middle loses nothing: the next process asks under the same nonce."""
    others = [desk.server.add_channel(desk.place.guild, f"other-{n}") for n in range(5)]
    stuck, *free = [await desk.follow(channel) for channel in (desk.place.news, *others)]
    desk.server.faults.next(f"POST /channels/{desk.place.news.id}/", Fault.accept_and_hang())
    delivery = desk.delivery()
    await delivery.start(desk.transport)
    await desk.decide(stuck, *free, numbers=[1])
    delivery.wake()
    await until(lambda: desk.entries() == {"sent": 5, "sealed": 1} and len(desk.told()) == 1)
    await delivery.stop()
    desk.clock.advance(181)  # the lease of the stopped process; Discord still knows the nonce
    await desk.deliver()
    assert [len(desk.told(channel)) for channel in (desk.place.news, *others)] == [1] * 6
    assert desk.entries() == {"sent": 6}


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_a_delivery_killed_after_discord_took_it_tells_once(desk: Desk) -> None:
    """Invariants 1 and 2: the next process takes the message up where it was."""
    await desk.decide(await desk.follow(), numbers=[1])

    async def die() -> None:
        raise asyncio.CancelledError

    desk.transport.after_send = die
    await desk.delivery().drain(desk.transport)
    assert [state for state, _ in desk.messages()] == ["sealed"]
    desk.transport.after_send = nothing
    await desk.deliver()
    assert len(desk.told()) == 1
    assert [state for state, _ in desk.messages()] == ["sent"]


# -- not too much, not too loud --------------------------------------------------------------------------------


@pytest.mark.invariant(3)
@pytest.mark.parametrize("faults", [[], [Fault.drop_answer(), Fault.status(503), Fault.reset()]])
async def test_a_burst_is_bounded_and_each_post_is_told_or_counted_once(desk: Desk, faults: list[Fault]) -> None:
    """Invariant 3: what is due after a long silence comes in few messages, the rest in one line."""
    await desk.decide(await desk.follow(), numbers=range(20))
    for fault in faults:
        desk.server.faults.next(SEND, fault)
    await desk.deliver(desk.delivery(catch_up_messages=1))
    everything = "\n".join(desk.told())
    told = {n for n in range(20) if everything.count(f"話その{n:03}") == 1}
    [(entry, count)] = desk.rows("SELECT entry_id, count(*) FROM alerts WHERE held IS NOT NULL GROUP BY 1")
    held = await desk.storage.trends.held_posts(EntryId(entry))
    assert told | {int(stored.post.canonical_id) for stored in held} == set(range(20))
    assert len(told) + count == len(told) + len(held) == 20
    assert told == set(range(20 - len(told), 20))  # the biggest are told
    assert f"{count}" in desk.told()[-1]
    assert len(desk.told()) <= 2


@pytest.mark.invariant(7)
async def test_only_the_role_of_the_subscription_is_mentioned(desk: Desk) -> None:
    """Invariant 7: whatever a post says."""
    readers = desk.server.add_role(desk.place.guild, "読者", is_mentionable=True)
    others = desk.server.add_role(desk.place.guild, "ほか", is_mentionable=True)
    quiet = desk.server.add_channel(desk.place.guild, "quiet")
    shout = f"@everyone @here <@&{others.id}> <@&{readers.id}> <@{desk.place.alice.id}> "
    subscriptions = [await desk.follow(role_id=readers.id), await desk.follow(quiet)]
    await desk.decide(*subscriptions, numbers=[1, 2], text=shout)
    await desk.deliver()
    [loud] = desk.server.messages(desk.place.news)
    [still] = desk.server.messages(quiet)
    assert loud.pings == (f"<@&{readers.id}>",)
    assert still.pings == ()
    # A post's text is escaped; were it not, Discord still would not notify anybody else.
    for message, roles in ((loud, [readers.id]), (still, [])):
        allowed = message.body.allowed_mentions
        assert allowed is not None
        assert not allowed.get("parse")
        assert not allowed.get("users")
        assert [int(role) for role in allowed.get("roles", [])] == roles


# -- a database that cannot write ------------------------------------------------------------------------------


class ReadOnly:
    """The file system went read-only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def begin(self) -> None:
        await self._set("ON")

    async def end(self) -> None:
        await self._set("OFF")

    async def _set(self, value: str) -> None:
        await sqlite_of(self._desk.storage)._writer.run(lambda file: file.execute(f"PRAGMA query_only = {value}"))


class Locked:
    """Another program writes and does not end."""

    def __init__(self, desk: Desk) -> None:
        self._other = sqlite3.connect(desk.path, isolation_level=None)

    async def begin(self) -> None:
        self._other.execute("BEGIN IMMEDIATE")

    async def end(self) -> None:
        if self._other.in_transaction:
            self._other.execute("ROLLBACK")
        self._other.close()


@pytest.mark.invariant(2)
@pytest.mark.parametrize("kind", [ReadOnly, Locked])
async def test_an_answer_is_kept_until_the_database_can_write_again(
    desk: Desk, kind: type[ReadOnly | Locked]
) -> None:
    """Invariant 2: to forget what Discord answered would tell it twice."""
    trouble, sleeps = kind(desk), 0
    await desk.decide(await desk.follow(), numbers=[1])

    async def recover_after_a_while() -> None:
        nonlocal sleeps
        sleeps += 1
        if sleeps == 4:
            await trouble.end()

    async def trouble_begins() -> None:
        desk.on_sleep = recover_after_a_while
        await trouble.begin()

    desk.transport.after_send = trouble_begins
    await desk.delivery().drain(desk.transport)
    assert sleeps == 4
    assert desk.posts_sent() == len(desk.told()) == 1
    assert desk.entries() == {"sent": 1}


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_a_full_database_loses_nothing_and_tells_once_when_there_is_room_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Invariants 1 and 2."""
    await desk.decide(await desk.follow(), numbers=range(12))
    writer, sleeps = sqlite_of(desk.storage)._writer, 0
    await writer.run(fill_up)

    async def room_after_a_while() -> None:
        nonlocal sleeps
        sleeps += 1
        if sleeps == 10:
            await writer.run(lambda file: file.execute("PRAGMA max_page_count = 100000").fetchall())

    desk.on_sleep = room_after_a_while
    await desk.deliver()
    assert "database or disk is full" in caplog.text
    everything = "\n".join(desk.told())
    assert [everything.count(f"話その{n:03}") for n in range(12)] == [1] * 12
    assert desk.entries() == {"sent": 12}


def fill_up(file: sqlite3.Connection) -> None:
    """Leave no room for another message."""
    [(pages,)] = file.execute("PRAGMA page_count").fetchall()
    file.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    insert = "INSERT INTO messages (id, guild_id, channel_id, sealed_at, state) VALUES (?, 1, 1, 0, 'sent')"
    for number in range(10_000):
        try:
            file.execute(insert, (f"{number:024x}",))
        except sqlite3.OperationalError:
            return
    raise AssertionError("there is always more room")
