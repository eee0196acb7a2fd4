"""Error answers of Discord, and the reason that a person is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.core.models import FailureCode
from bot.delivery.discord.refusals import failure_of, meaning
from bot.delivery.transport import Later, Refused


def answered(status: int, code: int = 0, text: str = "") -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="", headers={})
    return discord.HTTPException(cast("Any", response), {"code": code, "message": text})


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (401, 0, FailureCode.LOGIN),
        (403, 50001, FailureCode.FORBIDDEN),
        (403, 50013, FailureCode.FORBIDDEN),
        (400, 50083, FailureCode.FORBIDDEN),
        (400, 160005, FailureCode.FORBIDDEN),
        (404, 10003, FailureCode.CHANNEL_GONE),
        (403, 40333, FailureCode.DISCORD),
        (404, 0, FailureCode.DISCORD),
        (429, 0, FailureCode.BUSY),
        (429, 30046, FailureCode.BUSY),
        (408, 0, FailureCode.DISCORD),
        (500, 0, FailureCode.DISCORD),
        (503, 0, FailureCode.DISCORD),
        (400, 50035, FailureCode.REFUSED),
        (400, 160006, FailureCode.REFUSED),
    ],
)
def test_the_reason_follows_from_status_and_code_whatever_the_text_says(
    status: int, code: int, failure: FailureCode
) -> None:
    for text in ("", "history cannot be read", "401 hidden"):
        found = failure_of(answered(status, code, text))
        assert found.code is failure
        assert found.detail == f"{status} {code}: {text}".strip()


def test_a_message_whose_nonce_is_known_and_which_is_gone_was_deleted() -> None:
    outcome = meaning(answered(404, 10008, "Unknown Message"), guild_is_there=True)

    assert not isinstance(outcome, Later)
    assert outcome.failure.code is FailureCode.DELETED
    assert "10008" in outcome.failure.detail


def test_a_channel_of_a_server_in_an_outage_is_not_said_to_be_gone() -> None:
    outcome = meaning(answered(404, 10003, "Unknown Channel"), guild_is_there=False)

    assert isinstance(outcome, Later)
    assert outcome.failure.code is FailureCode.GUILD_UNAVAILABLE


@pytest.mark.parametrize(("status", "code"), [(403, 0), (404, 0), (401, 0), (403, 40333)])
def test_refusal_that_is_not_of_discord_holds_all_channels_and_cannot_have_arrived(status: int, code: int) -> None:
    outcome = meaning(answered(status, code), guild_is_there=True)

    assert isinstance(outcome, Later)
    assert (outcome.everywhere, outcome.may_have_arrived) == (True, False)


def test_refusal_whose_code_is_of_no_channel_is_of_the_message() -> None:
    assert isinstance(meaning(answered(403, 160006 + 10**6), guild_is_there=True), Refused)
