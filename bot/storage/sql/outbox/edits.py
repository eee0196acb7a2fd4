"""Edits of sent messages: for newer counts, or because a post in them was hidden."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.core.leases import CLOCK_STEP, LONGEST_LEASE
from bot.core.models import ChannelId, Failure, FailureCode, GuildId, MessageId, PostKey, Redraw, SentFile
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import from_us, from_us_or_none, json_list, to_us
from bot.storage.sql.mapping.outbox import ENTRY, content_json, entry_from, files_json, must_read_message

COUNTS_EVERY = timedelta(hours=1)
"""Least interval between two edits of a message's counts (Discord limits edits of old messages)."""
STORY_EVERY = timedelta(minutes=2)
YOUNG_FOR = timedelta(minutes=50)
"""A message this young is edited that often for further posts of its story; Discord's limit begins at an hour."""

# A take-down makes a waiting edit of counts due at once; newer counts make none later, further posts of a story
# one sooner, unless Discord put it off.
_ASK = """
INSERT INTO redraws (message_id, urgent, due_at, asked_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (message_id) DO UPDATE SET
  due_at = CASE WHEN ?2 = 1 OR redraws.ended_at IS NOT NULL OR (redraws.error_code IS NULL AND redraws.due_at > ?3)
    THEN ?3 ELSE redraws.due_at END,
  asked_at = CASE WHEN ?2 > redraws.urgent OR redraws.ended_at IS NOT NULL THEN ?4 ELSE redraws.asked_at END,
  urgent = CASE WHEN ?2 > redraws.urgent THEN ?2 ELSE redraws.urgent END, version = redraws.version + 1,
  attempts = 0, ended_at = NULL,
  error = CASE WHEN ?2 = 1 OR redraws.ended_at IS NOT NULL THEN NULL ELSE redraws.error END,
  error_code = CASE WHEN ?2 = 1 OR redraws.ended_at IS NOT NULL THEN NULL ELSE redraws.error_code END
WHERE ?2 = 1 OR redraws.ended_at IS NULL
"""
_RECOUNT = """
UPDATE alerts SET live_rp = ?1, live_rp_at = ?2
WHERE channel_id = ?3 AND post_key = ?4 AND (held IS NULL OR lead_key IS NOT NULL) AND coalesce(live_rp, -1) < ?1
RETURNING entry_id, lead_key
"""
_ENTRY_OF = """
SELECT a.entry_id, e.state, e.message_id FROM alerts a JOIN entries e ON e.id = a.entry_id
WHERE a.channel_id = ? AND a.post_key = ? AND a.held IS NULL
"""
_DROP_EMPTY = "UPDATE entries SET state = 'dropped', reason = ?1, reason_code = ?1, ended_at = ?2 WHERE id = ?3"
_MESSAGE = "SELECT state, attempts, edited_at, removed_at, sealed_at FROM messages WHERE id = ?"
_WAITING_ENTRY = f"{ENTRY} WHERE e.id = ? AND e.state = 'waiting'"

_HURRY = """
UPDATE redraws SET due_at = ?1, put_off_at = NULL, ended_at = NULL
WHERE urgent = 1 AND error IS NOT NULL
  AND (SELECT m.guild_id FROM messages m WHERE m.id = redraws.message_id) = ?2
"""

# A take-down also applies to messages that may have arrived without an answer, in any state.
_CLAIMABLE = """
SELECT r.message_id, m.channel_id, r.version, r.asked_at, r.attempts FROM redraws r
JOIN messages m ON m.id = r.message_id
WHERE r.urgent = ?1 AND r.ended_at IS NULL AND (r.due_at <= ?2 OR coalesce(r.put_off_at, r.asked_at) > ?5)
  AND (r.claimed_until IS NULL OR r.claimed_until <= ?2 OR r.claimed_until > ?6)
  AND (m.state = 'sent' OR (?1 = 1 AND m.state <> 'sealed' AND m.attempts > 0))
  AND m.channel_id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(?3))
ORDER BY r.due_at, r.message_id LIMIT ?4
"""


class EditStore(Store):
    """Edits of sent messages: newer counts, and take-downs."""

    async def claim(
        self, now: datetime, *, urgent: bool, limit: int, lease_s: float, skip: Collection[ChannelId] = ()
    ) -> list[Redraw]:
        """Claim sent messages with a due edit (``urgent``: take-downs, else counts), one for each channel."""
        # Usually no edit is due. A read finds that out without waiting for the writer.
        found = partial(_claimable, now, urgent, limit, json_list(skip))
        if not await self._database.read(found):
            return []
        lease_ends = now + timedelta(seconds=lease_s)
        work = partial(_claim, self._database.holder, now, urgent, limit, json_list(skip), lease_ends)
        return await self._database.write(work, durable=False)

    async def request_files(self, message_id: MessageId, now: datetime) -> None:
        """Request an edit, now, that adds files which a sent message lacks."""
        # Durable: were it lost with the record of the edit, a message would have files that nobody knows of.
        await self._database.write(partial(_request_files, message_id, now))

    async def finish(
        self, redraw: Redraw, now: datetime, *, removed: bool = False, files: Sequence[SentFile] = ()
    ) -> None:
        """Record that Discord shows the edit ``redraw`` (``removed``: the message no longer exists).

        ``files``: those that the message has now. Edits requested since ``redraw`` was read stay due.
        """
        await self._database.write(partial(_finish, redraw, now, removed=removed, files=files), durable=False)

    async def put_off(self, redraw: Redraw, at: datetime, failure: Failure, now: datetime | None = None) -> None:
        """Retry an edit at ``at`` and give the claim back. ``now``: as in ``MessageStore.retry_later``."""
        put_off_at = None if now is None else to_us(now)

        def work(tx: Tx) -> None:
            tx.execute(
                "UPDATE redraws SET due_at = ?, error = ?, error_code = ?, put_off_at = ?, "
                "attempts = attempts + 1, claim = NULL, claimed_until = NULL WHERE message_id = ?",
                (to_us(at), failure.detail, failure.code, put_off_at, redraw.message.id),
            )

        await self._database.write(work, durable=False)

    async def hurry_take_downs(self, guild_id: GuildId, now: datetime) -> int:
        """Make the refused take-down edits of a server due now, given up ones too; returns how many."""

        def work(tx: Tx) -> int:
            return tx.execute(_HURRY, (to_us(now), guild_id)).rowcount

        return await self._database.write(work, durable=False)

    async def give_up(self, redraw: Redraw, failure: Failure, now: datetime) -> None:
        """Give an edit up; its failure stays stored. A new request starts it again."""

        def work(tx: Tx) -> None:
            tx.execute(
                "UPDATE redraws SET ended_at = CASE WHEN version = ? THEN CAST(? AS BIGINT) END, error = ?, "
                "error_code = ?, claim = NULL, claimed_until = NULL WHERE message_id = ?",
                (redraw.version, to_us(now), failure.detail, failure.code, redraw.message.id),
            )

        await self._database.write(work)


def request_edit(tx: Tx, message_id: MessageId, now: datetime, *, urgent: bool, story: bool = False) -> None:
    """Request an edit of a message, due once the message is sent; for counts at most once an hour.

    Of a message that was given up only a take-down is, unless no try of it may have arrived (see ``endings``).
    ``story``: for further posts of its story, of which a young message tells sooner.
    """
    message = tx.execute(_MESSAGE, (message_id,)).fetchone()
    given_up = message["state"] == "given_up" and not (urgent and message["attempts"])
    if given_up or message["removed_at"] is not None:
        return
    edited, sealed_at = from_us_or_none(message["edited_at"]), message["sealed_at"]
    # An edit time in the future was written while the clock was ahead.
    every = STORY_EVERY if story and now - from_us(sealed_at) < YOUNG_FOR else COUNTS_EVERY
    due = now if urgent or edited is None else max(now, min(edited, now) + every)
    tx.execute(_ASK, (message_id, urgent, to_us(due), to_us(now)))


def update_count(tx: Tx, channel_id: ChannelId, key: PostKey, rp: int, at: datetime) -> None:
    """Store a higher count of an alerted post: a waiting entry gets it, a sent message is edited."""
    row = tx.execute(_RECOUNT, (rp, to_us(at), channel_id, key)).fetchone()
    if row is not None and row["lead_key"] is not None:
        recount_story(tx, channel_id, row["lead_key"], at, urgent=False)
        return
    if row is None or row["entry_id"] is None:
        return
    entry_id: int = row["entry_id"]
    if update_waiting_entry(tx, entry_id, rp, at):
        return
    (message_id,) = tx.execute("SELECT message_id FROM entries WHERE id = ?", (entry_id,)).fetchone()
    if message_id is not None:
        request_edit(tx, message_id, at, urgent=False)


def recount_story(tx: Tx, channel: ChannelId, lead: PostKey, at: datetime, *, urgent: bool) -> None:
    """Have an alert say how many posts are counted in it by now: in its entry, or by an edit of its message."""
    row = tx.execute(_ENTRY_OF, (channel, lead)).fetchone()
    if row is None:
        return
    entry = entry_from(tx.execute(f"{ENTRY} WHERE e.id = ?", (row["entry_id"],)).fetchone())
    if row["state"] == "waiting" or entry.more is None:
        content = entry.content.with_more(entry.more)
        tx.execute("UPDATE entries SET content = ? WHERE id = ?", (content_json(content), entry.id))
    if row["state"] == "waiting" and entry.content.with_more(entry.more).is_empty:
        tx.execute(_DROP_EMPTY, (FailureCode.HIDDEN, to_us(at), entry.id))
    if row["message_id"] is not None:
        request_edit(tx, MessageId(row["message_id"]), at, urgent=urgent, story=True)


def update_waiting_entry(tx: Tx, entry_id: int, rp: int, at: datetime) -> bool:
    """Write the newest count into an entry that is not sealed yet; False when it is sealed."""
    row = tx.execute(_WAITING_ENTRY, (entry_id,)).fetchone()
    if row is None:
        return False
    content = entry_from(row).content
    fresh = content.with_count(rp, at)
    if fresh is not content:
        tx.execute("UPDATE entries SET content = ? WHERE id = ?", (content_json(fresh), entry_id))
        tx.execute("UPDATE alerts SET live_rp_at = NULL WHERE entry_id = ?", (entry_id,))
    return True


def _claimable(now: datetime, urgent: bool, limit: int, skip: str, tx: Tx) -> list[Row]:
    """Rows of ``_CLAIMABLE``: one for each channel, the first requested."""
    found: dict[ChannelId, Row] = {}
    at, ahead, longest = to_us(now), to_us(now + CLOCK_STEP), to_us(now + LONGEST_LEASE)
    for row in tx.execute(_CLAIMABLE, (urgent, at, skip, limit, ahead, longest)):
        found.setdefault(row["channel_id"], row)
    return list(found.values())


def _claim(
    holder: str,
    now: datetime,
    urgent: bool,
    limit: int,
    skip: str,
    lease_ends: datetime,
    tx: Tx,
) -> list[Redraw]:
    rows = _claimable(now, urgent, limit, skip, tx)
    tx.executemany(
        "UPDATE redraws SET claim = ?, claimed_until = ? WHERE message_id = ?",
        [(holder, to_us(lease_ends), row["message_id"]) for row in rows],
    )
    return [
        Redraw(
            message=must_read_message(row["message_id"], tx),
            urgent=urgent,
            version=row["version"],
            asked_at=from_us(row["asked_at"]),
            attempts=row["attempts"],
        )
        for row in rows
    ]


def _request_files(message_id: MessageId, now: datetime, tx: Tx) -> None:
    row = tx.execute("SELECT removed_at FROM messages WHERE id = ? AND state = 'sent'", (message_id,)).fetchone()
    if row is not None and row["removed_at"] is None:
        tx.execute(_ASK, (message_id, False, to_us(now), to_us(now)))


def _finish(redraw: Redraw, now: datetime, tx: Tx, *, removed: bool, files: Sequence[SentFile]) -> None:
    """Finish an edit. Edits requested since its message was read stay due, those for counts not at once."""
    message_id = redraw.message.id
    if removed:
        tx.execute("DELETE FROM redraws WHERE message_id = ?", (message_id,))
        tx.execute("UPDATE messages SET removed_at = ?, files = NULL WHERE id = ?", (to_us(now), message_id))
        return
    tx.execute(
        "UPDATE messages SET edited_at = ?, files = ? WHERE id = ?", (to_us(now), files_json(files), message_id)
    )
    done = tx.execute(
        "DELETE FROM redraws WHERE message_id = ? AND version = ?", (message_id, redraw.version)
    ).rowcount
    if not done:
        tx.execute("UPDATE redraws SET claim = NULL, claimed_until = NULL WHERE message_id = ?", (message_id,))
