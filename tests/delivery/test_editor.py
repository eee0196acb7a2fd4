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

from .conftest import Desk, nothing, until

JA = Texts(LOCALES).speaker("ja")
EDIT = "PATCH /channels/"
SEND = "POST /channels/"
REMOVE = "DELETE /channels/"


async def told(desk: Desk, *numbers: int) -> Subscription:
    """A channel that was told these posts in one message."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=numbers)
    await desk.deliver()
    return subscription


async def grown(desk: Desk, subscription: Subscription, number: int, rp: int) -> None:
    """A poll finds that a post has grown."""
    desk.clock.advance(1)
    now = desk.clock.now()
    recounts = [(subscription.channel_id, key(number), rp)]
    state = await desk.world.look(now)
    await desk.storage.polls.commit(plan(state, at=now, next_poll_at=now, recounts=recounts))


async def hide(desk: Desk, *numbers: int) -> None:
    for number in numbers:
        await desk.storage.moderation.hide(
            GuildId(desk.place.guild.id), key(number), actor=OPERATOR, why=None, now=desk.clock.now()
        )


async def drawn(desk: Desk) -> None:
    """All redraws that may go now."""
    await desk.delivery().drain(desk.transport)


def redraws(desk: Desk) -> list[tuple[str | None, bool]]:
    """Error and whether it was given up, of every redraw that is not done."""
    return [(error, bool(ended)) for error, ended in desk.rows("SELECT error, ended_at FROM redraws")]


# -- live counts ------------------------------------------------------------------------------------------


@pytest.mark.invariant(9)
async def test_a_message_shows_what_its_post_has_by_now_when_and_how_much_came_since(desk: Desk) -> None:
    """Invariant 9: the time of a count is shown with it."""
    subscription = await told(desk, 1, 2)
    [before] = desk.told()
    assert "201" in before

    await grown(desk, subscription, 1, 400)
    at = int(desk.clock.now().timestamp())
    await drawn(desk)

    [after] = desk.told()
    assert JA.say("alert-reposts-grown", told="201", now="400") in after
    assert f"<t:{at}:" in after.split("現在400")[1]
    assert JA.say("alert-reposts", rp="202", count=202) in after
    assert redraws(desk) == []


@pytest.mark.invariant(7)
async def test_an_edit_mentions_nobody(desk: Desk) -> None:
    """Invariant 7."""
    role = desk.server.add_role(desk.place.guild, "readers", is_mentionable=True)
    subscription = await desk.follow(role_id=role.id)
    await desk.decide(subscription, numbers=[1])
    await desk.deliver()

    await grown(desk, subscription, 1, 900)
    await drawn(desk)

    [message] = desk.server.visible(desk.place.news)
    [edit] = message.edits
    assert len(message.pings) == 1
    assert edit.body.allowed_mentions in ({"parse": []}, {"parse": [], "replied_user": False})


async def test_too_many_edits_put_counts_off_and_hold_up_no_alert(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """30046, a 429 that knows no time: nothing else waits for it."""
    monkeypatch.setattr(limits, "VIA", {})
    subscription = await told(desk, 1)
    desk.server.faults.next(EDIT, Fault.status(429, 30046))
    await grown(desk, subscription, 1, 500)
    await desk.decide(subscription, numbers=[2])

    await drawn(desk)

    assert len(desk.told()) == 2
    assert [given_up for _, given_up in redraws(desk)] == [False]
    desk.clock.advance(COUNT_EDIT_RETRY.total_seconds())
    await drawn(desk)
    assert JA.say("alert-reposts-grown", told="201", now="500") in desk.told()[0]


async def test_discords_slow_edits_hold_up_neither_alerts_nor_another_channel(desk: Desk) -> None:
    """While an edit hangs, the same channel hears its next alert."""
    subscription = await told(desk, 1)
    desk.server.faults.next(EDIT, Fault.hang())
    await grown(desk, subscription, 1, 500)
    await desk.decide(subscription, numbers=[2])
    delivery = desk.delivery()
    await delivery.start(desk.transport)
    try:
        await until(lambda: len(desk.told()) == 2)
    finally:
        await delivery.stop()


async def test_take_downs_ask_for_the_first_place_and_counts_for_the_last(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pacer gives places away in that order (tests/delivery/test_rate_limiter.py)."""
    first, last = (desk.server.add_channel(desk.place.guild, name) for name in ("first", "last"))
    hiding, counting = await desk.follow(first), await desk.follow(last)
    await desk.decide(hiding, numbers=[1, 2])
    await desk.decide(counting, numbers=[3])
    await desk.deliver()
    asked: list[Priority] = []
    place = RateLimiter.acquire

    async def noted(pacer: RateLimiter, pace: Priority = Priority.MESSAGE) -> None:
        asked.append(pace)
        await place(pacer, pace)

    monkeypatch.setattr(RateLimiter, "acquire", noted)
    await grown(desk, counting, 3, 900)
    await desk.decide(await desk.follow(), numbers=[4])
    await hide(desk, 1)
    await drawn(desk)

    assert sorted(asked) == [Priority.TAKE_DOWN, Priority.MESSAGE, Priority.COUNT]


# -- take-downs -------------------------------------------------------------------------------------------


@pytest.mark.invariant(8)
async def test_a_hidden_post_vanishes_from_the_message_that_told_it(desk: Desk) -> None:
    """Invariant 8."""
    await told(desk, 1, 2)

    await hide(desk, 1)
    await drawn(desk)

    [text] = desk.told()
    assert "話その001" not in text
    assert "話その002" in text
    assert redraws(desk) == []


@pytest.mark.invariant(8)
async def test_a_message_with_nothing_else_in_it_is_deleted(desk: Desk) -> None:
    """Invariant 8."""
    await told(desk, 1)

    await hide(desk, 1)
    await drawn(desk)

    assert desk.told() == []


@pytest.mark.invariant(8)
async def test_when_discord_refuses_the_edit_the_message_is_deleted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 8: better the whole message gone."""
    monkeypatch.setattr(limits, "VIA", {})
    await told(desk, 1, 2)
    desk.server.faults.next(EDIT, Fault.status(429, 30046))

    await hide(desk, 1)
    await drawn(desk)

    assert desk.told() == []
    assert redraws(desk) == []


async def test_a_message_somebody_else_deleted_is_done_with(desk: Desk) -> None:
    subscription = await told(desk, 1, 2)
    desk.server._messages.remove(desk.server.visible(desk.place.news)[0])

    await hide(desk, 1)
    await grown(desk, subscription, 2, 900)
    await drawn(desk)

    assert redraws(desk) == []
    assert desk.rows("SELECT removed_at IS NOT NULL FROM messages") == [(1,)]


@pytest.mark.invariant(1)
@pytest.mark.invariant(8)
@pytest.mark.parametrize("fault", [Fault.status(503), Fault.reset(), Fault.drop_answer()], ids=lambda f: f.kind)
async def test_a_take_down_is_repeated_until_discord_took_it(desk: Desk, fault: Fault) -> None:
    """Invariants 1 and 8."""
    await told(desk, 1, 2)
    desk.server.faults.next(EDIT, fault, times=3)

    await hide(desk, 1)
    for _ in range(8):
        await drawn(desk)
        desk.clock.advance(30)

    assert "話その001" not in desk.told()[0]
    assert redraws(desk) == []


@pytest.mark.invariant(1)
async def test_a_take_down_that_never_worked_stays_open_and_says_why(desk: Desk) -> None:
    """Invariant 1: a reason someone can read; it is tried until it worked."""
    await told(desk, 1, 2)
    desk.server.faults.sometimes(EDIT, Fault.status(503), 1.0)
    await hide(desk, 1)
    await drawn(desk)
    desk.clock.advance(GIVE_UP_AFTER.total_seconds() + 1)

    await drawn(desk)

    [(error, given_up)] = redraws(desk)
    assert not given_up
    assert "503" in (error or "")
    [message] = (await desk.storage.deliveries.of_guild(GuildId(desk.place.guild.id))).take_downs
    assert message.failure is not None
    assert (message.failure.code, message.failure.detail[:3]) == (FailureCode.DISCORD, "503")


@pytest.mark.invariant(8)
async def test_a_post_hidden_while_its_message_is_on_the_way_vanishes_after_it(desk: Desk) -> None:
    """Invariant 8, at the worst moment: Discord has the message, and we do not know it yet."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])

    async def hide_it() -> None:
        desk.transport.after_send = nothing
        await hide(desk, 1)

    desk.transport.after_send = hide_it
    await desk.deliver()
    await drawn(desk)

    assert desk.told() == []
    assert len(desk.server.messages(desk.place.news)) == 1


@pytest.mark.invariant(2)
@pytest.mark.invariant(8)
async def test_a_message_hidden_after_a_try_without_an_answer_is_found_and_deleted(desk: Desk) -> None:
    """Invariants 2 and 8: nobody knows whether it arrived, so its channel is asked."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await drawn(desk)
    assert len(desk.told()) == 1

    await hide(desk, 1)
    desk.clock.advance(5)
    await desk.deliver()
    await drawn(desk)

    assert desk.told() == []
    assert desk.posts_sent() == 1


async def test_a_message_hidden_after_a_try_that_failed_is_never_sent(desk: Desk) -> None:
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1])
    desk.server.faults.next(SEND, Fault.reset())
    await drawn(desk)

    await hide(desk, 1)
    desk.clock.advance(5)
    await desk.deliver()

    assert desk.server.messages(desk.place.news) == []
    [(state, reason)] = desk.messages()
    assert state == MessageState.GIVEN_UP
    assert reason == "everything in it was taken down"


async def test_a_message_that_a_person_said_arrived_is_found_for_its_take_down(desk: Desk) -> None:
    """Its id in Discord was never known."""
    subscription = await desk.follow()
    await desk.decide(subscription, numbers=[1, 2])
    desk.server.faults.next(SEND, Fault.drop_answer())
    await drawn(desk)
    [(message_id,)] = desk.rows("SELECT id FROM messages")
    await desk.storage.messages.mark_uncertain(message_id, failed("?"), desk.clock.now())
    assert await desk.storage.deliveries.arrived(message_id, desk.clock.now())

    await hide(desk, 1)
    await drawn(desk)

    assert "話その001" not in desk.told()[0]


async def test_hundreds_of_messages_of_a_channel_keep_their_distance(desk: Desk) -> None:
    """A take-down in many messages does not empty the bucket of edits."""
    subscription = await desk.follow()
    for number in range(1, 6):
        await desk.decide(subscription, numbers=[number, 10 + number])
        await desk.deliver()

    await hide(desk, *range(1, 6))
    await drawn(desk)

    at = [request.at for request in desk.server.record.matching(EDIT)]
    assert len(at) == 5
    assert all(after - before > 1.0 for before, after in itertools.pairwise(at))
