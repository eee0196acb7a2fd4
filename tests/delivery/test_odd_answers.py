"""Answers that discord.py does not expect: limits without a time or with a long one, pages of somebody else."""

from __future__ import annotations

import json
from typing import Final

import pytest

from tests.fakes.discord.faults import Fault

from .conftest import DeliveryRig
from .test_editor import EDIT, REMOVE, SEND, drawn, hide, told
from .test_forums import OPEN, a_forum
from .test_forums import told as posts_told

DISCORD: Final = {"Via": "1.1 google", "Content-Type": "application/json"}
CLOUDFLARE: Final = {"Content-Type": "application/json"}
PAGE: Final = {"Content-Type": "text/html"}
BLOCK: Final = json.dumps({"code": 0, "message": "Blocked for a while: too many requests."})
"""The shape of discord-api-docs#5810: no time to wait."""


def block(headers: dict[str, str] = DISCORD) -> Fault:
    return Fault.verbatim(429, BLOCK, headers)


@pytest.mark.invariant(1)
@pytest.mark.parametrize("headers", [DISCORD, CLOUDFLARE], ids=["of Discord", "of Cloudflare"])
async def test_block_without_a_time_holds_all_and_loses_nothing(
    rig: DeliveryRig, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    channels = [rig.server.add_channel(rig.place.guild, f"c{n}") for n in range(12)]
    await rig.decide(*[await rig.follow(channel) for channel in channels], numbers=[1])

    with rig.server.faults.during(SEND, fault=block(headers)):
        await rig.delivery().drain(rig.transport)
    asked = rig.posts_sent_anywhere()
    await rig.deliver()

    assert asked <= 4
    assert [len(rig.told(channel)) for channel in channels] == [1] * 12
    assert not any(record.exc_info for record in caplog.records)


async def test_history_that_a_block_hides_is_read_later(rig: DeliveryRig) -> None:
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.drop_answer())
    await rig.delivery().drain(rig.transport)
    rig.clock.advance(200)
    rig.server.faults.next("GET /channels/", block())

    await rig.deliver()

    assert len(rig.told()) == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(8)
@pytest.mark.parametrize(
    "blocked", [[EDIT], [EDIT, REMOVE], ["GET /channels/"]], ids=["edit", "edit and deletion", "waking the thread"]
)
async def test_take_down_that_a_block_hides_is_done_later(rig: DeliveryRig, blocked: list[str]) -> None:
    await told(rig, 1, 2)
    if EDIT not in blocked:
        rig.server.faults.next(EDIT, Fault.status(400, 50083))
    for place in blocked:
        rig.server.faults.next(place, block())
    await hide(rig, 1)

    await drawn(rig)
    rig.clock.advance(4000)
    await drawn(rig)

    assert "話その001" not in "\n".join(rig.told())


@pytest.mark.invariant(1)
@pytest.mark.parametrize("code", [0, 20016, 20028])
async def test_long_limit_of_a_channel_leaves_no_doubt_that_nothing_was_taken(
    rig: DeliveryRig, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Without Read Message History a doubt would end the message."""
    monkeypatch.setattr("bot.delivery.discord.destinations.ANSWER_TIMEOUT_S", 5.0)
    rig.server.set_permissions(rig.place.news, deny=["read_message_history"])
    await rig.until_bot_knows(rig.place.news, "read_message_history", allowed=False)
    await rig.decide(await rig.follow(), numbers=[1])
    limit = json.dumps({"message": "limited", "code": code, "retry_after": 1800.5, "global": False})
    headers = {**DISCORD, "Retry-After": "1801", "X-RateLimit-Scope": "user"}
    rig.server.faults.next(SEND, Fault.verbatim(429, limit, headers))
    began = rig.clock.monotonic()

    await rig.deliver()

    assert [state for state, _ in rig.messages()] == ["sent"]
    assert rig.clock.monotonic() - began == pytest.approx(1801.5, abs=2)


@pytest.mark.invariant(2)
@pytest.mark.parametrize("is_taken", [False, True], ids=["nothing taken", "taken"])
@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, "<html>Log in to the Wi-Fi</html>", PAGE),
        (200, "", DISCORD),
        (200, '{"id": "1', DISCORD),
        (200, "null", DISCORD),
        (204, "", {}),
        (403, "<html>", DISCORD),
        (503, "", DISCORD),
    ],
    ids=str,
)
async def test_answer_that_is_not_of_discord_leaves_the_message_to_be_sent_once(
    rig: DeliveryRig, status: int, body: str, headers: dict[str, str], *, is_taken: bool
) -> None:
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.verbatim(status, body, headers, is_taken=is_taken))

    await rig.deliver()

    assert len(rig.told()) == 1
    assert [state for state, _ in rig.messages()] == ["sent"]


@pytest.mark.invariant(1)
@pytest.mark.parametrize("wait", ["inf", "nan", "-5", "0", "1e300", "86400000", "Mon, 30 Nov 2026 06:00:00 GMT"])
async def test_ban_whose_time_makes_no_sense_ends_within_a_day(rig: DeliveryRig, wait: str) -> None:
    await rig.decide(await rig.follow(), numbers=[1])
    rig.server.faults.next(SEND, Fault.verbatim(429, "error code: 1015", {"Retry-After": wait}))
    began = rig.clock.monotonic()

    await rig.deliver()

    assert len(rig.told()) == 1
    assert 1 <= rig.clock.monotonic() - began <= 86_500


@pytest.mark.invariant(1)
@pytest.mark.parametrize(("status", "code"), [(401, 40001), (401, 50014), (403, 20026), (403, 40002)])
async def test_refusal_of_the_whole_bot_loses_nothing_and_pauses_no_channel(
    rig: DeliveryRig, status: int, code: int
) -> None:
    subscription = await rig.follow()
    with rig.server.faults.during(SEND, fault=Fault.status(status, code)):
        for number in range(1, 7):
            await rig.decide(subscription, numbers=[number])
            await rig.delivery().drain(rig.transport)
            rig.clock.advance(120)

    await rig.deliver()

    after = await rig.storage.subscriptions.get(subscription.id)
    assert after is not None
    assert after.paused is None
    said = "\n".join(rig.told())
    assert [number for number in range(1, 7) if f"話その{number:03}" not in said] == []


@pytest.mark.invariant(2)
@pytest.mark.parametrize(
    "fault",
    [
        block(),
        block(CLOUDFLARE),
        Fault.verbatim(200, "<html>Log in to the Wi-Fi</html>", PAGE),
        Fault.verbatim(200, "<html>Log in to the Wi-Fi</html>", PAGE, is_taken=True),
        Fault.verbatim(200, "{", DISCORD, is_taken=True),
        Fault.verbatim(204, "", {}, is_taken=True),
    ],
    ids=str,
)
async def test_post_of_a_forum_is_opened_once_whatever_answers(rig: DeliveryRig, fault: Fault) -> None:
    forum, subscription = await a_forum(rig)
    await rig.decide(subscription, numbers=[1])
    rig.server.faults.next(OPEN, fault)

    await rig.deliver()

    assert [len(texts) for texts in posts_told(rig, forum)] == [1]
    assert [state for state, _ in rig.messages()] == ["sent"]
