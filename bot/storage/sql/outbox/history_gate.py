"""The gate of the outbox after a restore: what goes out only once a channel's history since the copy was read."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Final

from bot.core.models import ChannelId, Failure, FailureCode, MessageId, RestoreNote
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import from_us

NOTE: Final = "restored"
"""Key of the note of the last restore. A copy of an older version has no other table for it."""
UNFINISHED: Final = "unfinished_take_downs"
"""Key of the note of messages out of which a hidden post was not edited when the database was put back."""
READ, UNREADABLE, READING = "read", "unreadable", "reading"
_WRITE: Final = """
INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
READ_NOTE: Final = "SELECT value FROM notes WHERE key = 'restored'"
UNREAD_FAILURE: Final = Failure(
    FailureCode.HISTORY, "the database was restored, and the history since the copy cannot be read"
)
"""The failure of what may have been sent before a restore."""


def history_known(channel: str) -> str:
    """The condition that a channel needs no reading of its history, or was read. ``channel``: a column's name."""
    no_restore = f"NOT EXISTS (SELECT 1 FROM notes r WHERE r.key = '{NOTE}')"  # noqa: S608 - a constant
    was_read = f"h.channel_id = {channel} AND h.state <> '{READING}'"
    return f"({no_restore} OR EXISTS (SELECT 1 FROM read_histories h WHERE {was_read}))"  # noqa: S608 - see above


def read_note(tx: Tx) -> RestoreNote | None:
    """The last restore."""
    row = tx.execute(READ_NOTE).fetchone()
    return None if row is None else note_from(row["value"])


def note_from(stored: str) -> RestoreNote:
    """A restore from its note."""
    times = json.loads(stored)
    return RestoreNote(from_us(times["copied_at"]), from_us(times["restored_at"]))


def note_unfinished(tx: Tx, messages: Collection[MessageId]) -> None:
    """Remember messages out of which a hidden post is to be edited once they are found."""
    if messages:
        values = (UNFINISHED, json.dumps(sorted({*messages, *unfinished(tx)})))
        tx.execute(_WRITE, values)


def unfinished(tx: Tx) -> frozenset[MessageId]:
    """Messages out of which a hidden post is to be edited once they are found."""
    row = tx.execute("SELECT value FROM notes WHERE key = ?", (UNFINISHED,)).fetchone()
    return frozenset() if row is None else frozenset(map(MessageId, json.loads(row["value"])))


def is_unreadable(tx: Tx, channel_id: ChannelId) -> datetime | None:
    """The time of the restore, where the channel's history since the copy cannot be read."""
    row = tx.execute("SELECT state FROM read_histories WHERE channel_id = ?", (channel_id,)).fetchone()
    note = None if row is None or row["state"] != UNREADABLE else read_note(tx)
    return None if note is None else note.restored_at
