"""Maps rows of entries and messages to models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from bot.core.models import (
    CONTENTS,
    CardSentence,
    Content,
    DigestContent,
    Failure,
    FailureCode,
    ForumPlan,
    FoundAt,
    LiveCount,
    Message,
    MessageId,
    MessageState,
    MorePosts,
    OutboxEntry,
    PostsBy,
    RoleId,
    SentFile,
    SummaryContent,
    SurgeFigures,
)
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import from_us, from_us_or_none
from bot.storage.sql.mapping.json_forms import JsonForm, form_of

_RP_MAX: Final = 10**12
"""RP of a post that is summed up at most: sources may invent far more, and a sum beyond 63 bits is an error."""

# A summary's count is the number of its alerts until it is sealed, then the count in its content.
ENTRY = f"""
SELECT e.id, e.kind, e.guild_id, e.channel_id, e.subscription_id, e.content, e.created_at, e.not_before,
       CASE WHEN e.kind = 'summary' AND e.state = 'waiting'
            THEN (SELECT count(*) FROM alerts a WHERE a.entry_id = e.id) END AS counted,
       live.live_rp, live.live_rp_at,
       CASE WHEN e.kind = 'alert' THEN
         (SELECT json_group_array(json(found_at)) FROM (
            SELECT x.found_at FROM alerts a
            JOIN echoes x ON x.channel_id = a.channel_id AND x.told_key = a.post_key
            WHERE a.entry_id = e.id AND x.found_at <> coalesce(a.found_at, '') ORDER BY x.at) places) END AS also,
       CASE WHEN e.kind = 'alert' THEN
         (SELECT count(*) || ' ' || count(DISTINCT w.source) || ' ' ||
            coalesce(CAST(sum(CASE WHEN f.live_rp > {_RP_MAX} THEN {_RP_MAX} ELSE f.live_rp END) AS TEXT), '')
          FROM alerts a JOIN alerts f ON f.channel_id = a.channel_id AND f.lead_key = a.post_key
          LEFT JOIN watches w ON w.id = f.watch_id WHERE a.entry_id = e.id AND a.held IS NULL) END AS more,
       e.alone, forums.posts_by,
       CASE WHEN e.kind IN ('alert', 'surge') THEN
         (SELECT n.role_id FROM notify_roles n
          WHERE n.guild_id = e.guild_id AND n.subscription_id IN (e.subscription_id, 0)
          ORDER BY n.subscription_id DESC LIMIT 1) END AS notify_role,
       CASE WHEN e.kind = 'surge'
            THEN (SELECT f.figures FROM surge_figures f WHERE f.entry_id = e.id) END AS figures,
       CASE WHEN e.kind IN ('surge', 'digest')
            THEN (SELECT s.sentence FROM entry_sentences s WHERE s.entry_id = e.id) END AS sentence
FROM entries e LEFT JOIN alerts live ON e.kind = 'alert' AND live.entry_id = e.id AND live.live_rp_at IS NOT NULL
LEFT JOIN forums ON forums.channel_id = e.channel_id
"""  # noqa: S608 - constants only

_MESSAGE = """
SELECT id, guild_id, channel_id, sealed_at, state, attempts, first_try_at, next_try_at,
       discord_message_id, sent_at, error, mentions, aside_at IS NOT NULL AS is_aside, posts_by, thread_id,
       error_code, files, shown
FROM messages
"""

_PLACES = "SELECT position FROM entries WHERE message_id = ? ORDER BY position"
_CONTENT: dict[str, JsonForm[Content]] = {one.kind: form_of(one) for one in CONTENTS}
_FIGURES = form_of(SurgeFigures)
_SENTENCE = form_of(CardSentence)
_DIGEST = form_of(DigestContent)
_ALSO = msgspec.json.Decoder(tuple[FoundAt, ...])
_MENTIONS = msgspec.json.Decoder(tuple[RoleId, ...])
_FILES = msgspec.json.Decoder(tuple[tuple[str, int], ...])


def read_message(message_id: MessageId, tx: Tx) -> Message | None:
    """One message with its entries, None when unknown."""
    row = tx.execute(f"{_MESSAGE} WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else _message_from(row, tx)


def must_read_message(message_id: MessageId, tx: Tx) -> Message:
    """One message that is known to exist."""
    return _message_from(tx.execute(f"{_MESSAGE} WHERE id = ?", (message_id,)).fetchone(), tx)


def _message_from(row: Row, tx: Tx) -> Message:
    entries = tx.execute(f"{ENTRY} WHERE e.message_id = ? ORDER BY e.position", (row["id"],))
    places = None if row["shown"] is None else tx.execute(_PLACES, (row["id"],))
    return Message(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        entries=tuple(entry_from(entry) for entry in entries),
        sealed_at=from_us(row["sealed_at"]),
        state=MessageState(row["state"]),
        attempts=row["attempts"],
        first_try_at=from_us_or_none(row["first_try_at"]),
        next_try_at=from_us_or_none(row["next_try_at"]),
        discord_message_id=row["discord_message_id"],
        sent_at=from_us_or_none(row["sent_at"]),
        failure=failure_from(row["error"], row["error_code"]),
        mentions=_MENTIONS.decode(row["mentions"]),
        is_set_aside=bool(row["is_aside"]),
        forum=None if row["posts_by"] is None else ForumPlan(PostsBy(row["posts_by"]), row["thread_id"]),
        files=_files_from(row["files"]),
        positions=None if places is None else tuple(place for (place,) in places),
        shown=row["shown"],
    )


def _files_from(stored: str | None) -> tuple[SentFile, ...]:
    return () if stored is None else tuple(SentFile(name, file_id) for name, file_id in _FILES.decode(stored))


def files_json(files: Sequence[SentFile]) -> str | None:
    """The files of a message as stored: name and Discord's id of each."""
    return msgspec.json.encode([(file.name, file.id) for file in files]).decode() if files else None


def failure_from(detail: str | None, code: str | None) -> Failure | None:
    """A failure from the two columns it is stored in."""
    return None if code is None else Failure(FailureCode(code), detail or "")


def entry_from(row: Row) -> OutboxEntry:
    """An entry from ``ENTRY``."""
    content = _CONTENT[row["kind"]].decode(row["content"])
    if row["counted"] is not None and isinstance(content, SummaryContent):
        content = replace(content, count=row["counted"])
    return OutboxEntry(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        subscription_id=row["subscription_id"],
        content=content,
        created_at=from_us(row["created_at"]),
        not_before=from_us(row["not_before"]),
        live=None if row["live_rp_at"] is None else LiveCount(rp=row["live_rp"], at=from_us(row["live_rp_at"])),
        also=() if row["also"] is None else tuple(dict.fromkeys(_ALSO.decode(row["also"]))),
        more=_more_from(row["more"]),
        alone=bool(row["alone"]),
        notify_role=None if row["notify_role"] is None else RoleId(row["notify_role"]),
        posts_by=None if row["posts_by"] is None else PostsBy(row["posts_by"]),
        figures=None if row["figures"] is None else _FIGURES.decode(row["figures"]),
        sentence=None if row["sentence"] is None else _SENTENCE.decode(row["sentence"]),
    )


def _more_from(counted: str | None) -> MorePosts | None:
    """Further posts of a story from ``ENTRY``: their number, that of their sources, the sum of their RP."""
    if counted is None or counted.startswith("0 "):
        return None
    posts, networks, rp = counted.split(" ")
    return MorePosts(int(posts), int(networks), int(rp) if rp else None)


def digest_content(stored: str) -> DigestContent:
    """Content of a digest's entry."""
    return _DIGEST.decode(stored)


def content_json(content: Content) -> str:
    """The content of an entry as stored."""
    return _CONTENT[content.kind].encode(content)
