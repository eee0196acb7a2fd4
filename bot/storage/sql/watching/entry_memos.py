"""Memos of the entries of a page: one row for each watch, replaced when the page changed."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.core.models import EntryMemo, PostKey, RecalledEntries, WatchId
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import POST_COLUMNS, from_us, json_list, post_from, to_us

_READ: Final = "SELECT full_at, context, entries FROM entry_memos WHERE watch_id = ?"
_KEEP: Final = """
INSERT INTO entry_memos (watch_id, full_at, context, entries) VALUES (?, ?, ?, ?)
ON CONFLICT (watch_id) DO UPDATE SET full_at = excluded.full_at, context = excluded.context,
  entries = excluded.entries
"""
_FORGET: Final = "DELETE FROM entry_memos WHERE watch_id = ?"
# CROSS JOIN fixes the order: one key look-up for each listed post.
_POSTS: Final = f"""
SELECT {POST_COLUMNS} FROM json_each(?) k CROSS JOIN posts p ON p.watch_id = ? AND p.post_key = k.value
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
"""  # noqa: S608 - constants only

_ENTRIES: Final = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...])
_ENCODER: Final = msgspec.msgpack.Encoder()


def read_memo(watch_id: WatchId, tx: Tx) -> RecalledEntries | None:
    """Memo of the watch with its stored posts; None where there is none, or it cannot be decoded."""
    row = tx.execute(_READ, (watch_id,)).fetchone()
    if row is None:
        return None
    full_at, context, stored = row
    try:
        entries = tuple((PostKey(key), record) for key, record in _ENTRIES.decode(stored))
    except msgspec.DecodeError:
        return None
    rows = tx.execute(_POSTS, (json_list(dict.fromkeys(key for key, _ in entries)), watch_id))
    posts = {PostKey(row["post_key"]): post_from(row) for row in rows}
    return RecalledEntries(EntryMemo(from_us(full_at), context, entries), posts)


def keep_memo(tx: Tx, watch_id: WatchId, memo: EntryMemo) -> None:
    """Replace the watch's memo."""
    tx.execute(_KEEP, (watch_id, to_us(memo.full_at), memo.context, _ENCODER.encode(memo.entries)))


def forget_memo(tx: Tx, watch_id: int) -> None:
    """Drop the watch's memo: its page is parsed in full at the next poll."""
    tx.execute(_FORGET, (watch_id,))
