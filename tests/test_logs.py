"""The log: one line a record, no secret, and nothing that passes for another record."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import SAID_AGAIN_S, CalmFilter, JsonFormatter, LineFormatter, about, poll_id
from tests.conftest import BotEnv
from tests.pipeline.test_alerts import TOPIC, follow

CANARY = "CANARY7f"
TOKEN = "a-token.of.three-parts"
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
SECRET_ADDRESSES = (
    f"https://a.example/{CANARY}",
    f"https://a.example/?key={CANARY}",
    f"https://{CANARY}:{CANARY}@a.example/x",
    f"https://{CANARY}@a.example",
    f"HTTP://a.example/#{CANARY}",
    f"http://a.example/it's/{CANARY}",
    f"wss://a.example/{CANARY}",
    f"postgres://me:{CANARY}@db/d",
    f"https://u:p/{CANARY}@a.example",
)


def written(message: str, *args: object, error: BaseException | None = None) -> str:
    record = logging.LogRecord("bot.x", logging.ERROR, "x.py", 1, message, args, None)
    if error is not None:
        try:
            raise error
        except type(error):
            record.exc_info = sys.exc_info()
    return LineFormatter(FORMAT, [TOKEN]).format(record)


@pytest.mark.invariant(10)
@pytest.mark.parametrize("address", SECRET_ADDRESSES)
@pytest.mark.parametrize("around", ["%s", "asked '%s': no", 'url="%s", x', "<%s>", "(%s)", "URL('%s').", "a=%s"])
def test_of_an_address_only_the_host_is_logged(address: str, around: str) -> None:
    text = around % address

    assert CANARY not in written(text)
    assert CANARY not in written("%s", text)
    assert CANARY not in written("it failed", error=ValueError(text))


@pytest.mark.invariant(10)
def test_token_is_logged_nowhere() -> None:
    shown = written(f"got {TOKEN}", error=RuntimeError(f"Bearer {TOKEN} at https://a.example/{TOKEN}"))

    assert TOKEN not in shown
    assert "a.example" in shown


@pytest.mark.invariant(7)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_logged_is_one_line_and_its_traceback_set_in(said: str, raised: str) -> None:
    forged = f"{said}\n2026-01-01 00:00:00 ERROR bot forged"

    shown = written("%s", forged, error=ValueError(raised))

    first, *rest = shown.split("\n")
    assert re.match(r"\d{4}-\d\d-\d\d \S+ ERROR bot\.x", first)
    assert all(one.startswith("    ") or not one for one in rest)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200b]", shown)


def test_traceback_without_end_is_cut() -> None:
    shown = written("it failed", error=ValueError("a\n" * 100_000 + "b" * 1_000_000))

    assert len(shown) < 300 * 1_100


def record_of(name: str, message: str, *args: object, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord(name, level, "x.py", 1, message, args, None)


@pytest.mark.parametrize(
    "error", [ConnectionResetError(104, "reset"), TimeoutError("slow"), OSError(101, "no net")]
)
def test_an_error_of_the_network_that_a_library_logs_is_one_line_and_ours_has_its_traceback(
    error: OSError,
) -> None:
    def shown(name: str) -> str:
        record = record_of(name, "Attempting a reconnect in %.2fs", 1.5, level=logging.ERROR)
        record.exc_info = (type(error), error, None)
        return LineFormatter(FORMAT).format(record)

    assert len(shown("discord.client").splitlines()) == 1
    assert type(error).__name__ in shown("discord.client")
    assert len(shown("bot.polling.poller").splitlines()) > 1


def test_a_fault_that_a_library_logs_keeps_its_traceback() -> None:
    for error in (ValueError("ours"), FileNotFoundError(2, "no file"), OSError(28, "no space")):
        record = record_of("asyncio", "Task exception was never retrieved", level=logging.ERROR)
        record.exc_info = (type(error), error, None)
        assert len(LineFormatter(FORMAT).format(record).splitlines()) > 1


def test_what_a_library_repeats_is_said_once_in_ten_minutes_with_how_often() -> None:
    now = 0.0
    calm = CalmFilter(lambda: now)
    limited = "We are being rate limited. %s %s responded with 429. Retrying in %.2f seconds."

    def is_said() -> tuple[bool, str]:
        record = record_of("discord.http", limited, "POST", "x", 0.3)
        return calm.filter(record), record.getMessage()

    first = [is_said()[0] for _ in range(100)]
    now = SAID_AGAIN_S
    said, message = is_said()

    assert first == [True, *[False] * 99]
    assert said
    assert "99" in message


def as_json(message: str, *args: object, error: BaseException | None = None) -> dict[str, Any]:
    record = logging.LogRecord("bot.x", logging.ERROR, "x.py", 1, message, args, None)
    if error is not None:
        record.exc_info = (type(error), error, None)
    line = JsonFormatter([TOKEN]).format(record)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.invariant(7)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_logged_as_json_is_one_object_on_one_line(said: str, raised: str) -> None:
    found = as_json("%s", said, error=ValueError(raised))

    assert found["level"] == "ERROR"
    assert found["logger"] == "bot.x"
    assert datetime.fromisoformat(found["time"]).tzinfo is not None
    assert "ValueError" in found["traceback"]


@pytest.mark.invariant(10)
def test_json_holds_no_token_and_no_more_of_an_address_than_its_host() -> None:
    found = as_json("got %s", f"https://a.example/{CANARY} {TOKEN}", error=RuntimeError(f"Bearer {TOKEN}"))

    assert TOKEN not in str(found)
    assert CANARY not in str(found)
    assert "a.example" in found["message"]


def test_records_name_what_they_are_about_in_both_forms() -> None:
    with about(poll_id="p1"), about(message_id="m1"):
        assert {"poll_id": "p1", "message_id": "m1", "message": "x"}.items() <= as_json("x").items()
        assert "poll_id p1, message_id m1" in written("x")
    assert "poll_id" not in as_json("x")


def test_polls_that_decide_at_different_times_have_different_ids() -> None:
    moments = [datetime(2026, 11, 22, 3, tzinfo=UTC) + timedelta(microseconds=step) for step in range(100)]

    assert len({poll_id(at) for at in moments}) == 100
    assert all(re.fullmatch(r"[0-9a-z]{10,12}", poll_id(at)) for at in moments)


async def test_the_poll_and_the_message_of_an_alert_share_an_id_in_the_log_and_no_post_is_quoted(
    env: BotEnv, caplog: pytest.LogCaptureFixture
) -> None:
    written_to = io.StringIO()
    handler = logging.StreamHandler(written_to)
    handler.setFormatter(JsonFormatter())
    caplog.set_level(logging.DEBUG, "bot")
    logging.getLogger("bot").addHandler(handler)
    await follow(env)
    env.site.put(TOPIC, posts=[env.post(CANARY, 500, minutes_old=1)])

    await env.poll_again()
    logging.getLogger("bot").removeHandler(handler)

    records = [json.loads(line) for line in written_to.getvalue().splitlines()]
    decided = {
        one["poll_id"]
        for one in records
        if one["logger"] == "bot.polling.poller" and "goes to channel" in one["message"]
    }
    sent = [one for one in records if one["logger"] == "bot.delivery.sender" and "sent to" in one["message"]]
    assert len(decided) == 1
    assert {one["poll_id"] for one in sent} == decided
    assert all(one["message_id"] in one["message"] for one in sent)
    assert CANARY not in written_to.getvalue()
