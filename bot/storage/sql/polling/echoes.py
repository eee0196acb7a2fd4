"""Echoes: alerted posts found at other endpoints too, stored and named in the message of the alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from bot.core.models import ChannelId, Echo, EntryId, FoundAt, PostHash, PostKey
from bot.core.redaction import post_hash
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import json_list, to_json, to_us
from bot.storage.sql.mapping.outbox import ENTRY, content_json, entry_from
from bot.storage.sql.outbox.edits import request_edit

_NOTE = """
INSERT INTO echoes (channel_id, post_key, found_at, told_key, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
# A post that is counted in a summary has no message of its own that could name the echo.
_ENTRY_OF_ALERT = """
SELECT a.entry_id FROM alerts a
WHERE a.channel_id = ? AND a.post_key = ? AND a.held IS NULL AND coalesce(a.found_at, '') <> ?
"""
_ENTRY_STATE = "SELECT state, message_id FROM entries WHERE id = ?"
_ENTRY_BY_ID = f"{ENTRY} WHERE e.id = ?"
_ALERTED_AT = """
SELECT t.told_key FROM json_each(?) h
CROSS JOIN told_addresses t ON t.channel_id = ? AND t.address_hash = h.value WHERE t.told_key <> ? LIMIT 1
"""
_KEEP_ADDRESS = """
INSERT INTO told_addresses (channel_id, address_hash, told_key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
"""
_KEEP_LINK = """
INSERT INTO told_addresses (channel_id, address_hash, told_key)
SELECT a.channel_id, ?1, a.post_key FROM alerts a WHERE a.post_key = ?2
ON CONFLICT DO NOTHING
"""
# CROSS JOIN fixes the order: one key look-up for each listed post and channel.
_ECHOES = """
SELECT x.channel_id, x.post_key, x.found_at FROM json_each(?) k CROSS JOIN json_each(?) c
CROSS JOIN echoes x ON x.channel_id = CAST(c.value AS BIGINT) AND x.post_key = k.value
"""

_FOUND_AT = msgspec.json.Decoder(FoundAt)


def found_at_from(stored: str | None) -> FoundAt | None:
    """An endpoint (``FoundAt``) from JSON; None where it was not stored."""
    return None if stored is None else _FOUND_AT.decode(stored)


def read_echoes(tx: Tx, keys: str, channels: str) -> list[tuple[ChannelId, PostKey, FoundAt]]:
    """Echoes stored for the posts (JSON lists of keys and of channels): channel, post and endpoint."""
    rows = tx.execute(_ECHOES, (keys, channels))
    return [(channel, key, _FOUND_AT.decode(found_at)) for channel, key, found_at in rows]


def alerted_as(tx: Tx, channel_id: ChannelId, key: PostKey, addresses: Sequence[PostHash]) -> PostKey | None:
    """Alerted post that one of these addresses leads to, where it differs from ``key``; else None."""
    if not addresses:
        return None
    row = tx.execute(_ALERTED_AT, (json_list(addresses), channel_id, key)).fetchone()
    return None if row is None else row["told_key"]


def remember_urls(tx: Tx, channel_id: ChannelId, key: PostKey, addresses: Sequence[PostHash]) -> None:
    """Store addresses of an alerted post: from now on a link to any of them is a link to that post."""
    tx.executemany(_KEEP_ADDRESS, [(channel_id, address, key) for address in addresses])


def keep_links(tx: Tx, links: Mapping[PostKey, PostKey]) -> None:
    """Store links that lead to a known post, in each channel that has an alert for that post."""
    tx.executemany(_KEEP_LINK, [(post_hash(key), known) for key, known in links.items()])


def record_echo(tx: Tx, echo: Echo, alerted_key: PostKey, at: datetime) -> None:
    """Record that an alerted post was found elsewhere: a waiting entry names it, a sent message is edited."""
    found_at = to_json(echo.found_at)
    note = (echo.channel_id, echo.post_key, found_at, alerted_key, to_us(at))
    if tx.execute(_NOTE, note).rowcount == 0:
        return
    row = tx.execute(_ENTRY_OF_ALERT, (echo.channel_id, alerted_key, found_at)).fetchone()
    if row is not None and row["entry_id"] is not None:
        append_to_entry(tx, row["entry_id"], echo.found_at, at)


def append_to_entry(tx: Tx, entry_id: EntryId, found_at: FoundAt, at: datetime) -> None:
    """Add an endpoint to an entry's content, and request an edit of its message if it has one."""
    content = entry_from(tx.execute(_ENTRY_BY_ID, (entry_id,)).fetchone()).content
    more = content.found_also(found_at)
    if more is content:
        return
    state, message_id = tx.execute(_ENTRY_STATE, (entry_id,)).fetchone()
    if state == "waiting":
        tx.execute("UPDATE entries SET content = ? WHERE id = ?", (content_json(more), entry_id))
    elif message_id is not None:
        request_edit(tx, message_id, at, urgent=False)
