"""Delivery against a Discord that fails in every way: real database, real client, real sockets, its own time."""

from __future__ import annotations

import asyncio
import gc
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

from .conftest import DeliveryRig, nothing, until

SEND = "POST /channels/"
AFTER_THE_NONCE = NONCE_WINDOW.total_seconds() + 600  # Discord, too, has forgotten it by then


# -- an answer that never came -----------------------------------------------------------------------------


@pytest.mark.invariant(2)
async def test_a_dropped_answer_is_asked_for_again_under_the_same_nonce(rig: DeliveryRig) -> None:
    """Invariant 2: within minutes Discord answers a repeated nonce with the first message."""
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await rig.deliver()
    [message] = rig.server.messages(rig.place.news)
    assert message.repeats == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(2)
async def test_an_answer_that_never_comes_is_not_waited_for_for_ever(
    rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 2: what we stopped waiting for counts as unknown, not as failed."""
    monkeypatch.setattr("bot.delivery.discord.destinations.ANSWER_TIMEOUT_S", 0.05)
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.accept_and_hang())
    await rig.deliver()
    [message] = rig.server.messages(rig.place.news)
    assert message.repeats >= 1  # a busy machine may need one more


@pytest.mark.invariant(1)
@pytest.mark.parametrize("fault", [Fault.status(503), Fault.reset(), Fault.hang()], ids=lambda fault: fault.kind)
async def test_a_failing_discord_is_tried_again_more_and_more_seldom_until_it_takes_the_message(
    rig: DeliveryRig, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1: a try that fails loses nothing."""
    if fault.kind == "hang":
        monkeypatch.setattr("bot.delivery.discord.destinations.ANSWER_TIMEOUT_S", 0.05)
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, fault, times=5)
    await rig.deliver()
    assert len(rig.told()) == 1
    sent_at = [request.at for request in rig.server.record.matching(SEND)]
    waits = [after - before for before, after in itertools.pairwise(sent_at)]
    if fault.kind != "hang":  # the server writes hanging requests down when they end
        assert all(1.4 * 2**n > wait >= 0.7 * 2**n for n, wait in list(enumerate(waits))[1:])
    assert [state for state, _ in rig.messages()] == ["sent"]


async def test_a_global_limit_holds_every_channel_back(rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``Via`` discord.py raises at once instead of waiting, so the wait is ours."""
    monkeypatch.setattr(limits, "VIA", {})
    other = rig.server.add_channel(rig.place.guild, "other")
    here, there = await rig.follow(), await rig.follow(other)
    delivery = rig.delivery()
    rig.server.faults.next(SEND, Fault.global_429(30))
    await rig.decide(here, numbers=[1])
    await delivery.drain(rig.transport)
    await rig.decide(there, numbers=[2])
    await rig.deliver(delivery)
    refused, *later = rig.server.record.matching(SEND)
    assert refused.status == 429
    assert len(later) == 2
    assert all(request.at >= refused.at + 30 for request in later)
    assert len(rig.told()) == len(rig.told(other)) == 1


# -- after the nonce is forgotten ----------------------------------------------------------------------------


@pytest.mark.invariant(2)
async def test_what_history_holds_is_confirmed_without_a_second_send(rig: DeliveryRig) -> None:
    """Invariant 2: after a longer outage the channel's history tells whether it arrived."""
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(AFTER_THE_NONCE)
    await rig.deliver()
    assert rig.posts_sent() == 1
    assert len(rig.told()) == 1
    [(discord_id,)] = rig.rows("SELECT discord_message_id FROM messages WHERE state = 'sent'")
    assert discord_id == rig.server.messages(rig.place.news)[0].id


@pytest.mark.invariant(2)
@pytest.mark.parametrize("status", [408, 429, 500, 502])
async def test_message_for_which_a_proxy_answers_after_discord_took_it_is_sent_once(
    rig: DeliveryRig, status: int
) -> None:
    """Invariant 2: history is read before a second try, however the first was answered."""
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.proxy_answer(status), times=5)
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(AFTER_THE_NONCE)

    await rig.deliver()

    assert len(rig.told()) == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(1)
async def test_what_history_does_not_hold_is_sent_again(rig: DeliveryRig) -> None:
    """Invariant 1: a history that was read and is without the message proves that it never arrived."""
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.reset())
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(AFTER_THE_NONCE)
    await rig.deliver()
    assert rig.posts_sent() == 2
    assert len(rig.told()) == 1


@pytest.mark.invariant(2)
async def test_a_history_that_fails_is_read_again_before_anything_is_sent(rig: DeliveryRig) -> None:
    """Invariant 2: no answer is no proof."""
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(AFTER_THE_NONCE)
    rig.server.faults.next("GET /channels/", Fault.status(503), times=3)
    await rig.deliver()
    assert rig.posts_sent() == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(2)
async def test_a_message_is_found_among_what_people_wrote_since(rig: DeliveryRig) -> None:
    """Invariant 2: a talkative channel hides nothing."""
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    for number in range(60):
        rig.server.say(rig.place.news, rig.place.alice, f"before {number}")
    await rig.delivery().drain(rig.transport)
    for number in range(60):
        rig.server.say(rig.place.news, rig.place.alice, f"after {number}")
    rig.clock.advance(AFTER_THE_NONCE)
    await rig.deliver()
    assert rig.posts_sent() == 1


@pytest.mark.invariant(2)
async def test_a_history_too_long_to_read_proves_nothing(
    rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 2: what was not read to the end cannot prove absence."""
    monkeypatch.setattr("bot.delivery.discord.channel_histories.SEARCHED_MAX", 50)
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.reset())
    await rig.delivery().drain(rig.transport)
    for number in range(60):
        rig.server.say(rig.place.news, rig.place.alice, f"after {number}")
    rig.clock.advance(AFTER_THE_NONCE)
    await rig.deliver()
    assert [state for state, _ in rig.messages()] == ["uncertain"]
    assert rig.posts_sent() == 1


@pytest.mark.parametrize("turns", range(3))
async def test_delivery_stops_also_when_it_was_woken_just_now(rig: DeliveryRig, turns: int) -> None:
    """A cancellation that comes together with the wake-up must not be lost."""
    delivery = rig.delivery()
    await delivery.start(rig.transport)
    delivery.wake()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await delivery.stop()


async def test_delivery_stops_before_a_message_took_its_first_step(rig: DeliveryRig) -> None:
    """A task that is cancelled there leaves no coroutine unawaited, and the message goes out at the next start."""
    await rig.decide(await rig.follow(), numbers=[1])
    delivery = rig.delivery()
    await delivery.start(rig.transport)
    async with asyncio.timeout(30):
        while not any(task.get_name().startswith("deliver ") for task in asyncio.all_tasks()):  # noqa: ASYNC110 - each turn counts
            await asyncio.sleep(0)
        await delivery.stop()
    gc.collect()
    assert rig.posts_sent() == 0

    await rig.deliver()

    assert rig.posts_sent() == 1


@pytest.mark.invariant(2)
async def test_without_read_message_history_it_is_left_uncertain_and_the_channel_goes_on(rig: DeliveryRig) -> None:
    """Invariant 2: Discord answers an empty list then, and absence proves nothing."""
    subscription = await rig.follow()
    rig.server.set_permissions(rig.place.news, deny=["read_message_history"])
    await rig.until_bot_knows(rig.place.news, "read_message_history", allowed=False)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(AFTER_THE_NONCE)
    await rig.decide(subscription, numbers=[2])
    await rig.deliver()
    (state, reason), (other, _) = rig.messages()
    assert (state, other) == ("uncertain", "sent")
    assert reason is not None
    assert "history" in reason
    assert ["話その001" in text for text in rig.told()] == [True, False]
    assert rig.posts_sent() == 2


# -- what will never arrive ----------------------------------------------------------------------------------


async def delete_channel(rig: DeliveryRig) -> None:
    rig.server.delete_channel(rig.place.news)


async def deny_view(rig: DeliveryRig) -> None:
    rig.server.set_permissions(rig.place.news, deny=["view_channel"])


async def deny_send(rig: DeliveryRig) -> None:
    rig.server.set_permissions(rig.place.news, deny=["send_messages"])


async def remove_bot(rig: DeliveryRig) -> None:
    rig.server.remove_bot(rig.place.guild)


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
async def test_a_lost_channel_is_given_up_with_its_reason_and_paused(
    rig: DeliveryRig, lose: Callable[[DeliveryRig], Awaitable[None]], code: str, why: PauseReason
) -> None:
    """Invariant 1: given up with a reason someone can read."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=range(12))  # two messages: the second is never sealed
    await lose(rig)
    await rig.deliver()
    [(state, reason)] = rig.messages()
    assert state == "given_up"
    assert reason is not None
    assert reason.startswith(code)
    stored = await rig.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is why
    assert not {"waiting", "sealed"} & set(rig.entries())
    assert rig.rows("SELECT count(*) FROM entries WHERE reason IS NULL") == [(0,)]


@pytest.mark.invariant(1)
async def test_what_discord_refuses_is_given_up_with_its_reason_and_the_channel_goes_on(rig: DeliveryRig) -> None:
    """Invariant 1: one message Discord does not like stops no other."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.status(400, 50035))
    await rig.deliver()
    await rig.decide(subscription, numbers=[2])
    await rig.deliver()
    (state, reason), (other, _) = rig.messages()
    assert (state, other) == ("given_up", "sent")
    assert reason is not None
    assert reason.startswith("400 50035")
    assert rig.posts_sent() == 2
    stored = await rig.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is None


@pytest.mark.invariant(1)
async def test_a_day_of_failures_ends_with_the_last_reason(rig: DeliveryRig) -> None:
    """Invariant 1: not before the horizon, and not without a reason."""
    assert timedelta(hours=24) == GIVE_UP_AFTER
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.reset())
    rig.server.faults.next(SEND, Fault.status(503), times=2)
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(GIVE_UP_AFTER.total_seconds() - 60)
    await rig.delivery().drain(rig.transport)
    assert [state for state, _ in rig.messages()] == ["sealed"]
    rig.clock.advance(3600)
    await rig.delivery().drain(rig.transport)
    [(state, reason)] = rig.messages()
    assert state == "given_up"
    assert reason is not None
    assert reason.startswith("503")
    assert rig.entries() == {"given_up": 1}


# -- order, and nobody in the way ------------------------------------------------------------------------------


async def test_a_channel_hears_in_the_order_it_was_sealed(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    delivery = rig.delivery()
    rig.server.faults.next(SEND, Fault.status(503), times=3)
    for number in (1, 2, 3):
        await rig.decide(subscription, numbers=[number])
        await delivery.drain(rig.transport)  # 2 and 3 are bigger and wait behind 1 all the same
    await rig.deliver(delivery)
    assert "話その001" in rig.told()[0]
    sealed = rig.rows("SELECT discord_message_id FROM messages ORDER BY sealed_at, id")
    assert sealed == sorted(sealed)
    assert sum(f"話その00{n}" in text for n in (1, 2, 3) for text in rig.told()) == 3


async def test_messages_of_one_channel_keep_their_distance(rig: DeliveryRig) -> None:
    await rig.decide(await rig.follow(), numbers=range(15))
    await rig.deliver()
    sent_at = [request.at for request in rig.server.record.matching(SEND)]
    assert len(sent_at) == 3
    assert all(after - before >= 1.099 for before, after in itertools.pairwise(sent_at))


@pytest.mark.invariant(1)
async def test_a_channel_whose_send_hangs_holds_up_no_other(rig: DeliveryRig) -> None:
    """Invariant 1: and stopping in the middle loses nothing: the next process asks under the same nonce."""
    others = [rig.server.add_channel(rig.place.guild, f"other-{n}") for n in range(5)]
    stuck, *free = [await rig.follow(channel) for channel in (rig.place.news, *others)]
    rig.server.faults.next(f"POST /channels/{rig.place.news.id}/", Fault.accept_and_hang())
    delivery = rig.delivery()
    await delivery.start(rig.transport)
    await rig.decide(stuck, *free, numbers=[1])
    delivery.wake()
    await until(lambda: rig.entries() == {"sent": 5, "sealed": 1} and len(rig.told()) == 1)
    await delivery.stop()
    rig.clock.advance(181)  # the lease of the stopped process; Discord still knows the nonce
    await rig.deliver()
    assert [len(rig.told(channel)) for channel in (rig.place.news, *others)] == [1] * 6
    assert rig.entries() == {"sent": 6}


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_a_delivery_killed_after_discord_took_it_tells_once(rig: DeliveryRig) -> None:
    """Invariants 1 and 2: the next process takes the message up where it was."""
    await rig.decide(await rig.follow(), numbers=[1])

    async def die() -> None:
        raise asyncio.CancelledError

    rig.transport.after_send = die
    await rig.delivery().drain(rig.transport)
    assert [state for state, _ in rig.messages()] == ["sealed"]
    rig.transport.after_send = nothing
    await rig.deliver()
    assert len(rig.told()) == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


# -- not too much, not too loud --------------------------------------------------------------------------------


@pytest.mark.invariant(3)
@pytest.mark.parametrize("faults", [[], [Fault.drop_answer(), Fault.status(503), Fault.reset()]])
async def test_a_burst_is_bounded_and_each_post_is_alerted_or_counted_once(
    rig: DeliveryRig, faults: list[Fault]
) -> None:
    """Invariant 3: what is due after a long silence comes in few messages, the rest in one line."""
    await rig.decide(await rig.follow(), numbers=range(20))
    for fault in faults:
        rig.server.faults.next(SEND, fault)
    await rig.deliver(rig.delivery(catch_up_messages=1))
    everything = "\n".join(rig.told())
    told = {n for n in range(20) if everything.count(f"話その{n:03}") == 1}
    [(entry, count)] = rig.rows("SELECT entry_id, count(*) FROM alerts WHERE held IS NOT NULL GROUP BY 1")
    held = await rig.storage.trends.held_posts(EntryId(entry))
    assert told | {int(stored.post.canonical_id) for stored in held} == set(range(20))
    assert len(told) + count == len(told) + len(held) == 20
    assert told == set(range(20 - len(told), 20))  # the biggest are told
    assert f"{count}" in rig.told()[-1]
    assert len(rig.told()) <= 2


@pytest.mark.invariant(7)
async def test_only_the_role_of_the_subscription_is_mentioned(rig: DeliveryRig) -> None:
    """Invariant 7: whatever a post says."""
    readers = rig.server.add_role(rig.place.guild, "読者", is_mentionable=True)
    others = rig.server.add_role(rig.place.guild, "ほか", is_mentionable=True)
    quiet = rig.server.add_channel(rig.place.guild, "quiet")
    shout = f"@everyone @here <@&{others.id}> <@&{readers.id}> <@{rig.place.alice.id}> "
    subscriptions = [await rig.follow(role_id=readers.id), await rig.follow(quiet)]
    await rig.decide(*subscriptions, numbers=[1, 2], text=shout)
    await rig.deliver()
    [loud] = rig.server.messages(rig.place.news)
    [still] = rig.server.messages(quiet)
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

    def __init__(self, rig: DeliveryRig) -> None:
        self._desk = rig

    async def begin(self) -> None:
        await self._set("ON")

    async def end(self) -> None:
        await self._set("OFF")

    async def _set(self, value: str) -> None:
        await sqlite_of(self._desk.storage)._writer.run(lambda file: file.execute(f"PRAGMA query_only = {value}"))


class Locked:
    """Another program writes and does not end."""

    def __init__(self, rig: DeliveryRig) -> None:
        self._other = sqlite3.connect(rig.path, isolation_level=None)

    async def begin(self) -> None:
        self._other.execute("BEGIN IMMEDIATE")

    async def end(self) -> None:
        if self._other.in_transaction:
            self._other.execute("ROLLBACK")
        self._other.close()


@pytest.mark.invariant(2)
@pytest.mark.parametrize("kind", [ReadOnly, Locked])
async def test_an_answer_is_kept_until_the_database_can_write_again(
    rig: DeliveryRig, kind: type[ReadOnly | Locked]
) -> None:
    """Invariant 2: to forget what Discord answered would tell it twice."""
    trouble, sleeps = kind(rig), 0
    await rig.decide(await rig.follow(), numbers=[1])

    async def recover_after_a_while() -> None:
        nonlocal sleeps
        sleeps += 1
        if sleeps == 4:
            await trouble.end()

    async def trouble_begins() -> None:
        rig.on_sleep = recover_after_a_while
        await trouble.begin()

    rig.transport.after_send = trouble_begins
    await rig.delivery().drain(rig.transport)
    assert sleeps == 4
    assert rig.posts_sent() == len(rig.told()) == 1
    assert rig.entries() == {"sent": 1}


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_a_full_database_loses_nothing_and_tells_once_when_there_is_room_again(
    rig: DeliveryRig, caplog: pytest.LogCaptureFixture
) -> None:
    """Invariants 1 and 2."""
    await rig.decide(await rig.follow(), numbers=range(12))
    writer, sleeps = sqlite_of(rig.storage)._writer, 0
    await writer.run(fill_up)

    async def room_after_a_while() -> None:
        nonlocal sleeps
        sleeps += 1
        if sleeps == 10:
            await writer.run(lambda file: file.execute("PRAGMA max_page_count = 100000").fetchall())

    rig.on_sleep = room_after_a_while
    await rig.deliver()
    assert "database or disk is full" in caplog.text
    everything = "\n".join(rig.told())
    assert [everything.count(f"話その{n:03}") for n in range(12)] == [1] * 12
    assert rig.entries() == {"sent": 12}


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
