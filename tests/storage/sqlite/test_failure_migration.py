"""The step ``failure_codes``: what earlier versions wrote for the log is explained by its code from now on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.models import FailureCode, GuildId, MessageId
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.failure_migration import code_of
from bot.storage.sqlite.migrate import load_steps

STEPS = load_steps()
BEFORE = next(number for number, step in enumerate(STEPS) if step.name.endswith("_failure_codes"))
ONE, TWO = MessageId("1" * 24), MessageId("2" * 24)
MESSAGE = """
INSERT INTO messages (id, guild_id, channel_id, sealed_at, state, error, discord_message_id, mentions, ended_at)
VALUES (?, 1, 2, 1, ?, ?, 9, '[]', 1)
"""
REDRAW = "INSERT INTO redraws (message_id, urgent, due_at, asked_at, error) VALUES (?, 1, 1, 1, ?)"
ENTRY = """
INSERT INTO entries (id, kind, guild_id, channel_id, content, created_at, not_before, state, reason)
VALUES (?, 'alert', 1, 2, '{}', 1, 1, 'dropped', ?)
"""


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("arrived and was deleted (404 10008: Unknown Message)", FailureCode.DELETED),
        ("hidden", FailureCode.HIDDEN),
        ("everything in it was taken down", FailureCode.HIDDEN),
        ("paused: by_user", FailureCode.PAUSED),
        ("unsubscribed", FailureCode.UNSUBSCRIBED),
        ("digest deleted", FailureCode.DIGEST_DELETED),
        ("told with the next one", FailureCode.SENT_WITH_NEXT),
        ("overtaken", FailureCode.OVERTAKEN),
        ("catch_up", FailureCode.SUMMARISED),
        ("the message cannot be found in its channel", FailureCode.NOT_FOUND),
        ("history cannot be read, so nobody can tell whether it arrived", FailureCode.HISTORY),
        ("too much was written in the channel since to tell whether it arrived", FailureCode.CROWDED),
        ("too many posts were archived in the forum since to tell whether it arrived", FailureCode.CROWDED),
        ("the first message of a post that was opened since is deleted", FailureCode.STARTER_DELETED),
        ("the channel is no forum any more", FailureCode.NO_FORUM),
        ("401 0: 401: Unauthorized", FailureCode.LOGIN),
        ("403 50001: Missing Access", FailureCode.FORBIDDEN),
        ("400 50083: Thread is archived", FailureCode.FORBIDDEN),
        ("404 10003: Unknown Channel", FailureCode.CHANNEL_GONE),
        ("403 40333: internal network error", FailureCode.DISCORD),
        ("429 0: You are being rate limited.", FailureCode.BUSY),
        ("503 0: Service Unavailable", FailureCode.DISCORD),
        ("400 50035: Invalid Form Body", FailureCode.REFUSED),
        ("Discord failed at each try of this message, while others arrived (500 0: )", FailureCode.STUCK),
        ("all messages wait", FailureCode.HELD_BACK),
        ("the server is not known or not available now", FailureCode.GUILD_UNAVAILABLE),
        ("TimeoutError: ", FailureCode.UNREACHABLE),
        ("ClientConnectorError: Cannot connect to host", FailureCode.UNREACHABLE),
        ("not connected to Discord yet", FailureCode.UNREACHABLE),
        ("something else", FailureCode.OTHER),
        ("", FailureCode.OTHER),
    ],
)
def test_a_line_that_was_written_for_the_log_has_its_code(written: str, code: FailureCode) -> None:
    assert code_of(written) == code


async def test_what_was_stored_before_is_explained_by_its_code(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    await (await open_sqlite(f"sqlite:///{path}", steps=STEPS[:BEFORE])).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(MESSAGE, (ONE, "given_up", "403 50013: Missing Permissions"))
        database.execute(MESSAGE, (TWO, "sent", None))
        database.execute(REDRAW, (TWO, "404 10003: Unknown Channel"))
        database.executemany(ENTRY, [(1, "paused: forbidden"), (2, None)])

    storage = await open_sqlite(f"sqlite:///{path}")

    stand = await storage.deliveries.of_guild(GuildId(1))
    [given_up], [take_down] = stand.given_up, stand.take_downs
    assert given_up.failure is not None
    assert (given_up.failure.code, given_up.failure.detail[:3]) == (FailureCode.FORBIDDEN, "403")
    assert take_down.failure is not None
    assert take_down.failure.code is FailureCode.CHANNEL_GONE
    sent = await storage.messages.get(TWO)
    assert sent is not None
    assert sent.failure is None
    await storage.close()
    with closing(sqlite3.connect(path)) as database:
        codes = database.execute("SELECT reason_code FROM entries ORDER BY id").fetchall()
    assert codes == [(FailureCode.PAUSED,), (None,)]
