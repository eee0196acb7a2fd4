"""Messages drawn again, on the wire: fresher counts, take-downs, and a Discord that refuses edits."""

from __future__ import annotations

import itertools

import pytest

from bot.core.models import OPERATOR, FailureCode, GuildId, MessageState, Subscription
from bot.delivery.editor import COUNT_EDIT_RETRY
from bot.delivery.rate_limiter import Priority, RateLimiter
from bot.delivery.retry import GIVE_UP_AFTER
from bot.views.kit.text import Texts
from config import LOCALES
from tests.failures import failed
from tests.fakes.discord import limits
from tests.fakes.discord.faults import Fault
from tests.storage.world import key, plan

from .conftest import DeliveryRig, nothing, until

JA = Texts(LOCALES).speaker("ja")
EDIT = "PATCH /channels/"
SEND = "POST /channels/"
REMOVE = "DELETE /channels/"


async def told(rig: DeliveryRig, *numbers: int) -> Subscription:
    """A channel that was told these posts in one message."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=numbers)
    await rig.deliver()
    return subscription


async def grown(rig: DeliveryRig, subscription: Subscription, number: int, rp: int) -> None:
    """A poll finds that a post has grown."""
    rig.clock.advance(1)
    now = rig.clock.now()
    count_updates = [(subscription.channel_id, key(number), rp)]
    state = await rig.world.poll(now)
    await rig.storage.polls.commit(plan(state, at=now, next_poll_at=now, count_updates=count_updates))


async def hide(rig: DeliveryRig, *numbers: int) -> None:
    for number in numbers:
        await rig.storage.moderation.hide(
            GuildId(rig.place.guild.id), key(number), actor=OPERATOR, why=None, now=rig.clock.now()
        )


async def drawn(rig: DeliveryRig) -> None:
    """All redraws that may go now."""
    await rig.delivery().drain(rig.transport)


def redraws(rig: DeliveryRig) -> list[tuple[str | None, bool]]:
    """Error and whether it was given up, of every redraw that is not done."""
    return [(error, bool(ended)) for error, ended in rig.rows("SELECT error, ended_at FROM redraws")]


# -- live counts ------------------------------------------------------------------------------------------


@pytest.mark.invariant(9)
async def test_a_message_shows_what_its_post_has_by_now_when_and_how_much_came_since(rig: DeliveryRig) -> None:
    """Invariant 9: the time of a count is shown with it."""
    subscription = await told(rig, 1, 2)
    [before] = rig.told()
    assert "201" in before

    await grown(rig, subscription, 1, 400)
    at = int(rig.clock.now().timestamp())
    await drawn(rig)

    [after] = rig.told()
    assert JA.say("alert-reposts-grown", sent="201", now="400") in after
    assert f"<t:{at}:" in after.split("現在400")[1]
    assert JA.say("alert-reposts", rp="202", count=202) in after
    assert redraws(rig) == []


@pytest.mark.invariant(7)
async def test_an_edit_mentions_nobody(rig: DeliveryRig) -> None:
    """Invariant 7."""
    role = rig.server.add_role(rig.place.guild, "readers", is_mentionable=True)
    subscription = await rig.follow(role_id=role.id)
    await rig.decide(subscription, numbers=[1])
    await rig.deliver()

    await grown(rig, subscription, 1, 900)
    await drawn(rig)

    [message] = rig.server.visible(rig.place.news)
    [edit] = message.edits
    assert len(message.pings) == 1
    assert edit.body.allowed_mentions in ({"parse": []}, {"parse": [], "replied_user": False})


async def test_too_many_edits_put_counts_off_and_hold_up_no_alert(
    rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """30046, a 429 that knows no time: nothing else waits for it."""
    monkeypatch.setattr(limits, "VIA", {})
    subscription = await told(rig, 1)
    rig.server.faults.next(EDIT, Fault.status(429, 30046))
    await grown(rig, subscription, 1, 500)
    await rig.decide(subscription, numbers=[2])

    await drawn(rig)

    assert len(rig.told()) == 2
    assert [given_up for _, given_up in redraws(rig)] == [False]
    rig.clock.advance(COUNT_EDIT_RETRY.total_seconds())
    await drawn(rig)
    assert JA.say("alert-reposts-grown", sent="201", now="500") in rig.told()[0]


async def test_discords_slow_edits_hold_up_neither_alerts_nor_another_channel(rig: DeliveryRig) -> None:
    """While an edit hangs, the same channel hears its next alert."""
    subscription = await told(rig, 1)
    rig.server.faults.next(EDIT, Fault.hang())
    await grown(rig, subscription, 1, 500)
    await rig.decide(subscription, numbers=[2])
    delivery = rig.delivery()
    await delivery.start(rig.transport)
    try:
        await until(lambda: len(rig.told()) == 2)
    finally:
        await delivery.stop()


async def test_take_downs_ask_for_the_first_place_and_counts_for_the_last(
    rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pacer gives places away in that order (tests/delivery/test_rate_limiter.py)."""
    first, last = (rig.server.add_channel(rig.place.guild, name) for name in ("first", "last"))
    hiding, counting = await rig.follow(first), await rig.follow(last)
    await rig.decide(hiding, numbers=[1, 2])
    await rig.decide(counting, numbers=[3])
    await rig.deliver()
    asked: list[Priority] = []
    place = RateLimiter.acquire

    async def noted(rate_limiter: RateLimiter, priority: Priority = Priority.MESSAGE) -> None:
        asked.append(priority)
        await place(rate_limiter, priority)

    monkeypatch.setattr(RateLimiter, "acquire", noted)
    await grown(rig, counting, 3, 900)
    await rig.decide(await rig.follow(), numbers=[4])
    await hide(rig, 1)
    await drawn(rig)

    assert sorted(asked) == [Priority.TAKE_DOWN, Priority.MESSAGE, Priority.COUNT]


# -- take-downs -------------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
async def test_a_hidden_post_vanishes_from_the_message_that_showed_it(rig: DeliveryRig) -> None:
    """Invariant 8."""
    await told(rig, 1, 2)

    await hide(rig, 1)
    await drawn(rig)

    [text] = rig.told()
    assert "話その001" not in text
    assert "話その002" in text
    assert redraws(rig) == []


@pytest.mark.invariant(8)
async def test_a_message_with_nothing_else_in_it_is_deleted(rig: DeliveryRig) -> None:
    """Invariant 8."""
    await told(rig, 1)

    await hide(rig, 1)
    await drawn(rig)

    assert rig.told() == []


@pytest.mark.invariant(8)
async def test_when_discord_refuses_the_edit_the_message_is_deleted(
    rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 8: better the whole message gone."""
    monkeypatch.setattr(limits, "VIA", {})
    await told(rig, 1, 2)
    rig.server.faults.next(EDIT, Fault.status(429, 30046))

    await hide(rig, 1)
    await drawn(rig)

    assert rig.told() == []
    assert redraws(rig) == []


async def test_a_message_somebody_else_deleted_is_done_with(rig: DeliveryRig) -> None:
    subscription = await told(rig, 1, 2)
    rig.server._messages.remove(rig.server.visible(rig.place.news)[0])

    await hide(rig, 1)
    await grown(rig, subscription, 2, 900)
    await drawn(rig)

    assert redraws(rig) == []
    assert rig.rows("SELECT removed_at IS NOT NULL FROM messages") == [(1,)]


@pytest.mark.invariant(1)
@pytest.mark.invariant(8)
@pytest.mark.parametrize("fault", [Fault.status(503), Fault.reset(), Fault.drop_answer()], ids=lambda f: f.kind)
async def test_a_take_down_is_repeated_until_discord_took_it(rig: DeliveryRig, fault: Fault) -> None:
    """Invariants 1 and 8."""
    await told(rig, 1, 2)
    rig.server.faults.next(EDIT, fault, times=3)

    await hide(rig, 1)
    for _ in range(8):
        await drawn(rig)
        rig.clock.advance(30)

    assert "話その001" not in rig.told()[0]
    assert redraws(rig) == []


@pytest.mark.invariant(1)
async def test_a_take_down_that_never_worked_stays_open_and_says_why(rig: DeliveryRig) -> None:
    """Invariant 1: a reason someone can read; it is tried until it worked."""
    await told(rig, 1, 2)
    rig.server.faults.sometimes(EDIT, Fault.status(503), 1.0)
    await hide(rig, 1)
    await drawn(rig)
    rig.clock.advance(GIVE_UP_AFTER.total_seconds() + 1)

    await drawn(rig)

    [(error, given_up)] = redraws(rig)
    assert not given_up
    assert "503" in (error or "")
    [message] = (await rig.storage.deliveries.of_guild(GuildId(rig.place.guild.id))).take_downs
    assert message.failure is not None
    assert (message.failure.code, message.failure.detail[:3]) == (FailureCode.DISCORD, "503")


@pytest.mark.invariant(8)
async def test_a_take_down_in_a_channel_that_was_deleted_is_done(rig: DeliveryRig) -> None:
    """Nobody reads it any more; not so while Discord may say so of an outage."""
    await told(rig, 1, 2)
    rig.server.delete_channel(rig.place.news)
    await until(lambda: rig.bot.get_channel(rig.place.news.id) is None)
    await hide(rig, 1)

    for _ in range(5):
        await drawn(rig)
        rig.clock.advance(900)
    assert [given_up for _, given_up in redraws(rig)] == [False]
    for _ in range(5):
        rig.clock.advance(4_000)
        await drawn(rig)

    assert redraws(rig) == []


@pytest.mark.invariant(8)
async def test_a_post_hidden_while_its_message_is_on_the_way_vanishes_after_it(rig: DeliveryRig) -> None:
    """Invariant 8, at the worst moment: Discord has the message, and we do not know it yet."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])

    async def hide_it() -> None:
        rig.transport.after_send = nothing
        await hide(rig, 1)

    rig.transport.after_send = hide_it
    await rig.deliver()
    await drawn(rig)

    assert rig.told() == []
    assert len(rig.server.messages(rig.place.news)) == 1


@pytest.mark.invariant(2)
@pytest.mark.invariant(8)
async def test_a_message_hidden_after_a_try_without_an_answer_is_found_and_deleted(rig: DeliveryRig) -> None:
    """Invariants 2 and 8: nobody knows whether it arrived, so its channel is asked."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await drawn(rig)
    assert len(rig.told()) == 1

    await hide(rig, 1)
    rig.clock.advance(5)
    await rig.deliver()
    await drawn(rig)

    assert rig.told() == []
    assert rig.posts_sent() == 1


async def test_a_message_hidden_after_a_try_that_failed_is_never_sent(rig: DeliveryRig) -> None:
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(SEND, Fault.reset())
    await drawn(rig)

    await hide(rig, 1)
    rig.clock.advance(5)
    await rig.deliver()

    assert rig.server.messages(rig.place.news) == []
    [(state, reason)] = rig.messages()
    assert state == MessageState.GIVEN_UP
    assert reason == "everything in it was taken down"


async def test_a_message_that_a_person_said_arrived_is_found_for_its_take_down(rig: DeliveryRig) -> None:
    """Its id in Discord was never known."""
    subscription = await rig.follow()
    await rig.decide(subscription, numbers=[1, 2])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await drawn(rig)
    [(message_id,)] = rig.rows("SELECT id FROM messages")
    await rig.storage.messages.mark_uncertain(message_id, failed("?"), rig.clock.now())
    assert await rig.storage.deliveries.mark_delivered(message_id, rig.clock.now())

    await hide(rig, 1)
    await drawn(rig)

    assert "話その001" not in rig.told()[0]


async def test_hundreds_of_messages_of_a_channel_keep_their_distance(rig: DeliveryRig) -> None:
    """A take-down in many messages does not empty the bucket of edits."""
    subscription = await rig.follow()
    for number in range(1, 6):
        await rig.decide(subscription, numbers=[number, 10 + number])
        await rig.deliver()

    await hide(rig, *range(1, 6))
    await drawn(rig)

    at = [request.at for request in rig.server.record.matching(EDIT)]
    assert len(at) == 5
    assert all(after - before > 1.0 for before, after in itertools.pairwise(at))
