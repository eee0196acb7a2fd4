"""Entries and messages as they come out of their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from bot.core.models import (
    AlertContent,
    Content,
    DigestContent,
    EntryKind,
    ForumPlan,
    FoundAt,
    LiveCount,
    Message,
    MessageId,
    MessageState,
    NoticeContent,
    OutboxEntry,
    PostsBy,
    RoleId,
    SummaryContent,
)
from bot.storage.sql.database import Tx

from .common import Row, from_us, from_us_or_none

# A summary counts what it holds until it is sealed; then the count in its content stands.
ENTRY = """
SELECT e.id, e.kind, e.guild_id, e.channel_id, e.subscription_id, e.content, e.created_at, e.not_before,
       CASE WHEN e.kind = 'summary' AND e.state = 'waiting'
            THEN (SELECT count(*) FROM alerts a WHERE a.entry_id = e.id) END,
       live.live_rp, live.live_rp_at,
       CASE WHEN e.kind = 'alert' THEN
         (SELECT json_group_array(json(found_at)) FROM (
            SELECT x.found_at FROM alerts a
            JOIN echoes x ON x.channel_id = a.channel_id AND x.told_key = a.post_key
            WHERE a.entry_id = e.id AND x.found_at <> coalesce(a.found_at, '') ORDER BY x.at) places) END,
       e.alone, forums.posts_by
FROM entries e LEFT JOIN alerts live ON e.kind = 'alert' AND live.entry_id = e.id AND live.live_rp_at IS NOT NULL
LEFT JOIN forums ON forums.channel_id = e.channel_id
"""

_MESSAGE = """
SELECT id, guild_id, channel_id, sealed_at, state, attempts, first_try_at, next_try_at,
       discord_message_id, sent_at, error, mentions, aside_at IS NOT NULL, posts_by, thread_id
FROM messages
"""

_ALERT = msgspec.json.Decoder(AlertContent)
_SUMMARY = msgspec.json.Decoder(SummaryContent)
_NOTICE = msgspec.json.Decoder(NoticeContent)
_DIGEST = msgspec.json.Decoder(DigestContent)
_ALSO = msgspec.json.Decoder(tuple[FoundAt, ...])
_MENTIONS = msgspec.json.Decoder(tuple[RoleId, ...])


def read_message(message_id: MessageId, tx: Tx) -> Message | None:
    """One message with its entries, None when unknown."""
    row = tx.execute(f"{_MESSAGE} WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else _message_from(row, tx)


def must_read_message(message_id: MessageId, tx: Tx) -> Message:
    """One message that is known to be there."""
    return _message_from(tx.execute(f"{_MESSAGE} WHERE id = ?", (message_id,)).fetchone(), tx)


def _message_from(row: Row, tx: Tx) -> Message:
    entries = tx.execute(f"{ENTRY} WHERE e.message_id = ? ORDER BY e.position", (row[0],))
    return Message(
        id=row[0],
        guild_id=row[1],
        channel_id=row[2],
        entries=tuple(entry_from(entry) for entry in entries),
        sealed_at=from_us(row[3]),
        state=MessageState(row[4]),
        attempts=row[5],
        first_try_at=from_us_or_none(row[6]),
        next_try_at=from_us_or_none(row[7]),
        discord_message_id=row[8],
        sent_at=from_us_or_none(row[9]),
        error=row[10],
        mentions=_MENTIONS.decode(row[11]),
        is_aside=bool(row[12]),
        forum=None if row[13] is None else ForumPlan(PostsBy(row[13]), row[14]),
    )


def entry_from(row: Row) -> OutboxEntry:
    """An entry from ``ENTRY``."""
    kind = EntryKind(row[1])
    return OutboxEntry(
        id=row[0],
        kind=kind,
        guild_id=row[2],
        channel_id=row[3],
        subscription_id=row[4],
        content=_CONTENT[kind](row[5], row[8]),
        created_at=from_us(row[6]),
        not_before=from_us(row[7]),
        live=None if row[10] is None else LiveCount(rp=row[9], at=from_us(row[10])),
        also=() if row[11] is None else tuple(dict.fromkeys(_ALSO.decode(row[11]))),
        alone=bool(row[12]),
        posts_by=None if row[13] is None else PostsBy(row[13]),
    )


def _alert_content(stored: str, _: int | None) -> AlertContent:
    return _ALERT.decode(stored)


def _summary_content(stored: str, counted: int | None) -> SummaryContent:
    content = _SUMMARY.decode(stored)
    return content if counted is None else replace(content, count=counted)


def _notice_content(stored: str, _: int | None) -> NoticeContent:
    return _NOTICE.decode(stored)


def digest_content(stored: str, _: int | None = None) -> DigestContent:
    """What an entry of a digest tells."""
    return _DIGEST.decode(stored)


_CONTENT: dict[EntryKind, Callable[[str, int | None], Content]] = {
    EntryKind.ALERT: _alert_content,
    EntryKind.SUMMARY: _summary_content,
    EntryKind.NOTICE: _notice_content,
    EntryKind.DIGEST: digest_content,
}
