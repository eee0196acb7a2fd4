"""Histories of channels that were read after a restore, and the messages found in them.

    restore ─▶ note ─▶ each channel: pages of its history ─▶ messages, places ─▶ read ─▶ its entries go out

Until a channel's history was read, nothing of it is sealed or sent, and none of its digests is made
(``HISTORY_KNOWN``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from bot.core.identity.marks import is_post_mark, read_digest_mark
from bot.core.models import ChannelId, Failure, FoundMessage, RestoreNote, UnreadHistory
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import from_us_or_none, json_list, to_us, to_us_or_none
from bot.storage.sql.outbox.adoption import adopt, remove_hidden
from bot.storage.sql.outbox.edits import request_edit
from bot.storage.sql.outbox.endings import end_entries
from bot.storage.sql.outbox.forums import stands_in
from bot.storage.sql.outbox.history_gate import (
    NOTE,
    READ,
    READ_NOTE,
    READING,
    UNFINISHED,
    UNREADABLE,
    note_from,
    read_note,
    unfinished,
)

REMEMBERED: Final = timedelta(days=90)
"""Time for which a restore is remembered: as long as finished messages are."""
KNOWN_AT: Final = """
SELECT max(at) FROM (
  SELECT max(sealed_at) AS at FROM messages UNION ALL SELECT max(sent_at) FROM messages
  UNION ALL SELECT max(created_at) FROM entries UNION ALL SELECT max(last_ok_at) FROM watches
  UNION ALL SELECT max(created_at) FROM subscriptions) times
"""
"""The last moment that a database of any version knows of: no later than the copy was made."""

_WRITE_NOTE: Final = """
INSERT INTO notes (key, value) VALUES ('restored', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
# Whoever waits for it first.
_UNREAD: Final = """
SELECT w.channel_id, max(w.guild_id) AS guild_id, max(h.after_id) AS after_id, max(h.pages) AS pages,
  max(h.failed_at) AS failed_at
FROM (
  SELECT channel_id, guild_id, 0 AS place FROM entries WHERE state = 'waiting'
  UNION ALL SELECT channel_id, guild_id, 0 FROM messages WHERE state = 'sealed'
  UNION ALL SELECT channel_id, guild_id, 1 FROM digests WHERE removed_at IS NULL
  UNION ALL SELECT channel_id, guild_id, 1 FROM subscriptions WHERE removed_at IS NULL) w
LEFT JOIN read_histories h ON h.channel_id = w.channel_id
WHERE (h.state IS NULL OR (h.state = 'reading' AND coalesce(h.next_at, 0) <= ?1))
  AND w.channel_id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(?2))
GROUP BY w.channel_id ORDER BY min(w.place), w.channel_id LIMIT ?3
"""
_PROGRESS: Final = """
INSERT INTO read_histories (channel_id, guild_id, state, after_id, pages, next_at, failed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (channel_id) DO UPDATE SET state = excluded.state, after_id = excluded.after_id,
  pages = excluded.pages, next_at = excluded.next_at, failed_at = excluded.failed_at
"""
_KNOWN_MESSAGE: Final = "SELECT state FROM messages WHERE id = ?"
_CONFIRM: Final = """
UPDATE messages SET state = 'sent', discord_message_id = ?1, sent_at = ?2, ended_at = ?2, next_try_at = NULL,
  claim = NULL, claimed_until = NULL
WHERE id = ?3
"""
_FOUND: Final = """
INSERT INTO messages (id, guild_id, channel_id, sealed_at, state, attempts, first_try_at, discord_message_id,
  sent_at, ended_at, mentions, posts_by, thread_id, shown)
VALUES (?1, ?2, ?3, ?4, 'sent', 1, ?4, ?5, ?4, ?4, '[]',
  (SELECT posts_by FROM forums WHERE channel_id = ?3), ?6, ?7)
"""
_PLACE: Final = """
INSERT INTO found_entries (message_id, position, mark, channel_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_DIGEST_SENT: Final = """
UPDATE digests SET
  told_at = CASE WHEN coalesce(told_at, 0) < ?1 THEN ?1 ELSE told_at END,
  anchor = CASE WHEN anchor < ?1 THEN ?1 ELSE anchor END
WHERE id = ?2 AND channel_id = ?3 AND created_at < ?1
"""
_DIGEST_EDITION: Final = """
INSERT INTO digest_issues (digest_id, due_at)
SELECT d.id, CAST(?1 AS BIGINT) FROM digests d WHERE d.id = ?2 AND d.channel_id = ?3 AND d.created_at < ?1
ON CONFLICT DO NOTHING
"""
_UNCERTAIN: Final = """
UPDATE messages SET state = 'uncertain', error = ?1, error_code = ?2, ended_at = ?3, next_try_at = NULL,
  claim = NULL, claimed_until = NULL
WHERE channel_id = ?4 AND state = 'sealed' AND sealed_at <= ?5
"""


_LEFT_UNREAD: Final = f"SELECT 1 FROM read_histories WHERE state <> '{READ}' LIMIT 1"  # noqa: S608 - a constant


class RestoreStore(Store):
    """The restore of a database, the histories that are read after it, and the messages found in them."""

    async def note(self) -> RestoreNote | None:
        """The last restore, as long as it is remembered."""
        return await self._database.read(read_note)

    async def record(self, now: datetime) -> RestoreNote:
        """Record that this database was put back just now: its channels' histories are read before it sends.

        For a database that was restored by other means than ``kawaraban restore``.
        """
        return await self._database.write(lambda tx: record_restore(tx, now))

    async def unread(self, now: datetime, *, limit: int, skip: Collection[ChannelId] = ()) -> list[UnreadHistory]:
        """Channels whose history is to be read, first those for which something waits; none without a restore."""
        return await self._database.read(partial(_unread, now, limit, json_list(skip)))

    async def keep_page(
        self,
        history: UnreadHistory,
        found: Sequence[FoundMessage],
        now: datetime,
        *,
        after: int | None,
        is_last: bool,
    ) -> int:
        """Record what a page of a history showed; with the last page the channel's entries go out from now on.

        ``after``: id of the page's last message. A message that is known here is confirmed. What is decided
        already of the others is recorded as sent; returns how many entries that are.
        """
        return await self._database.write(partial(_keep_page, history, found, now, after, is_last))

    async def put_off(self, history: UnreadHistory, until: datetime, *, failed_at: datetime | None = None) -> None:
        """Read a history on at ``until``. ``failed_at``: since when it cannot be read."""
        values = _progress(history, READING, history.after, until, failed_at or history.failed_at)

        def work(tx: Tx) -> None:
            tx.execute(_PROGRESS, values)

        await self._database.write(work, durable=False)

    async def mark_unreadable(self, history: UnreadHistory, failure: Failure, now: datetime) -> None:
        """Set a history to unreadable: its messages of before the restore become UNCERTAIN.

        So does later what may have been sent before, instead of being sealed.
        """
        await self._database.write(partial(_mark_unreadable, history, failure, now))


def note_value(known_at: int | None, before: str | None, now: datetime) -> str:
    """The note of a restore.

    ``known_at``: of ``KNOWN_AT``. ``before``: the note that the copy itself has, of an earlier restore, whose
    histories may not have been read to their end.
    """
    copied_at = min(to_us(now) if known_at is None else known_at, to_us(now))
    if before is not None:
        earlier = note_from(before)
        if now - earlier.restored_at < REMEMBERED:
            copied_at = min(copied_at, to_us(earlier.copied_at))
    return json.dumps({"copied_at": copied_at, "restored_at": to_us(now)})


def forget_restore(tx: Tx, now: datetime) -> None:
    """Forget a restore that is long over."""
    note = read_note(tx)
    if note is not None and now - note.restored_at > REMEMBERED:
        for table in ("found_entries", "read_histories"):
            tx.execute(f"DELETE FROM {table}")  # noqa: S608 - names of tables
        tx.executemany("DELETE FROM notes WHERE key = ?", [(NOTE,), (UNFINISHED,)])


def record_restore(tx: Tx, now: datetime) -> RestoreNote:
    """See ``RestoreStore.record``."""
    (known_at,) = tx.execute(KNOWN_AT).fetchone()
    row = tx.execute(READ_NOTE).fetchone()
    before = None if row is None or _is_read_to_the_end(tx) else row["value"]
    value = note_value(known_at, before, now)
    tx.execute(_WRITE_NOTE, (value,))
    tx.execute("DELETE FROM read_histories")
    return note_from(value)


def _is_read_to_the_end(tx: Tx) -> bool:
    """Whether every channel was read after the last restore: then the next one needs only what came since."""
    left = _unread(datetime.max.replace(tzinfo=UTC), 1, json_list([]), tx)
    return not left and tx.execute(_LEFT_UNREAD).fetchone() is None


def _unread(now: datetime, limit: int, skip: str, tx: Tx) -> list[UnreadHistory]:
    if limit <= 0 or tx.execute(READ_NOTE).fetchone() is None:
        return []
    return [
        UnreadHistory(
            guild_id=row["guild_id"],
            channel_id=row["channel_id"],
            after=row["after_id"],
            pages=row["pages"] or 0,
            failed_at=from_us_or_none(row["failed_at"]),
        )
        for row in tx.execute(_UNREAD, (to_us(now), skip, limit))
    ]


def _progress(
    history: UnreadHistory, state: str, after: int | None, next_at: datetime | None, failed_at: datetime | None
) -> tuple[object, ...]:
    return (
        *(history.channel_id, history.guild_id, state, after, history.pages),
        *(to_us_or_none(next_at), to_us_or_none(failed_at)),
    )


def _keep_page(
    history: UnreadHistory,
    found: Sequence[FoundMessage],
    now: datetime,
    after: int | None,
    is_last: bool,
    tx: Tx,
) -> int:
    for message in found:
        _keep_message(tx, history, message)
    marks = {mark for message in found for entry in message.entries for mark in entry.marks}
    state, pages = READ if is_last else READING, history.pages + 1
    read_to = history.after if after is None else after
    tx.execute(_PROGRESS, _progress(replace(history, pages=pages), state, read_to, None, None))
    known = adopt(tx, history.channel_id, now)
    remove_hidden(tx, history.guild_id, marks, now)
    for message_id in unfinished(tx).intersection(one.id for one in found if not _says_what_it_shows(one)):
        request_edit(tx, message_id, now, urgent=True)
    return known


def _says_what_it_shows(message: FoundMessage) -> bool:
    """Whether each place carries the mark of its post.

    Then ``remove_hidden`` knows whether one of them is hidden. A take-down out of such a message was requested
    before it was sent, and the message went out without the post.
    """
    return bool(message.entries) and all(any(map(is_post_mark, entry.marks)) for entry in message.entries)


def _keep_message(tx: Tx, history: UnreadHistory, message: FoundMessage) -> None:
    """Confirm a message that is known here, and record any other as sent."""
    row = tx.execute(_KNOWN_MESSAGE, (message.id,)).fetchone()
    at = to_us(message.sent_at)
    if row is not None:
        if row["state"] != "sent":
            tx.execute(_CONFIRM, (message.discord_message_id, at, message.id))
            if message.thread_id is not None:
                stands_in(tx, message.id, message.thread_id)
            end_entries(tx, message.id, "sent", None, message.sent_at)
        return
    shown = 1 + max((entry.position for entry in message.entries), default=0)
    values = (message.id, history.guild_id, history.channel_id, at, message.discord_message_id)
    tx.execute(_FOUND, (*values, message.thread_id, shown))
    for entry in message.entries:
        for mark in entry.marks:
            _keep_place(tx, history.channel_id, message, entry.position, mark)


def _keep_place(tx: Tx, channel_id: ChannelId, message: FoundMessage, position: int, mark: str) -> None:
    tx.execute(_PLACE, (message.id, position, mark, channel_id))
    digest = read_digest_mark(mark)
    if digest is not None:
        due_at = digest.due_s * 1_000_000
        tx.execute(_DIGEST_SENT, (due_at, digest.digest_id, channel_id))
        tx.execute(_DIGEST_EDITION, (due_at, digest.digest_id, channel_id))


def _mark_unreadable(history: UnreadHistory, failure: Failure, now: datetime, tx: Tx) -> None:
    note = read_note(tx)
    if note is None:
        return
    tx.execute(_PROGRESS, _progress(history, UNREADABLE, history.after, None, history.failed_at))
    values = (failure.detail, failure.code, to_us(now), history.channel_id, to_us(note.restored_at))
    tx.execute(_UNCERTAIN, values)
