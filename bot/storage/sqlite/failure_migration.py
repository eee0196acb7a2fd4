"""The migration ``failure_codes``: stored log lines of delivery get the failure code that is shown to people.

The patterns are those by which earlier versions read their own log lines; a line that matches none becomes
``other``.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Final

_CODES: Final = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"arrived and was deleted", "deleted"),
        (r"(hidden|everything in it was taken down)$", "hidden"),
        (r"paused: ", "paused"),
        (r"unsubscribed$", "unsubscribed"),
        (r"digest deleted$", "digest_deleted"),
        (r"told with the next one$", "sent_with_next"),
        (r"overtaken$", "overtaken"),
        (r"catch_up$", "summarised"),
        (r"the message cannot be found", "not_found"),
        (r"history cannot be read", "history"),
        (r"too (much was written|many posts were archived)", "crowded"),
        (r"the first message of a post", "headless"),
        (r"the channel is no forum", "no_forum"),
        (r"401 ", "login"),
        (r"403 500(01|13)\b|\d{3} (50083|160005)\b", "forbidden"),
        (r"404 10003\b", "channel_gone"),
        (r"40[34] ", "discord"),
        (r"429 ", "busy"),
        (r"5\d\d ", "discord"),
        (r"4\d\d ", "refused"),
        (r"Discord failed at each try", "stuck"),
        (r"all messages wait", "held_back"),
        (r"the server is not known", "server_away"),
        (r"not connected|\w*(?:Error|Exception|Disconnected|Timeout)\b", "unreachable"),
    )
)
"""Code for each pattern at the beginning of a line; the first match wins."""

_FILL: Final = (
    "UPDATE entries SET reason_code = failure_code(reason) WHERE reason IS NOT NULL",
    "UPDATE messages SET error_code = failure_code(error) WHERE error IS NOT NULL",
    "UPDATE redraws SET error_code = failure_code(error) WHERE error IS NOT NULL",
)


def store_failure_codes(connection: sqlite3.Connection) -> None:
    """Fill the new columns, in the migration's transaction."""
    connection.create_function("failure_code", 1, code_of, deterministic=True)
    for statement in _FILL:
        connection.execute(statement)
    connection.create_function("failure_code", 1, None)


def code_of(written: str) -> str:
    """Failure code of a log line of an earlier version."""
    return next((code for pattern, code in _CODES if pattern.match(written)), "other")
