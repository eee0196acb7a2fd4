"""Entries that were sent before a restore: recognised in messages found in their channel, recorded as sent.

The decision of an entry is the database's again; its message has stood in Discord since before. An alert that is
counted in a summary or another alert now, and was sent on its own then, becomes one of its own again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.core.identity.marks import hash_mark, is_surge_mark, marks_of, post_mark
from bot.core.lazy_dataclass import dataclass
from bot.core.models import ChannelId, FailureCode, GuildId, HoldReason, MessageId, PostHash, PostKey
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.mapping.outbox import ENTRY, entry_from
from bot.storage.sql.outbox.edits import recount_story, request_edit
from bot.storage.sql.outbox.forums import stands_in
from bot.storage.sql.outbox.story_alerts import send_counted

_SAME_SURGE_US: Final = timedelta(hours=24) // timedelta(microseconds=1)
"""A surge of a topic that was decided within so long of the message is the one that the message shows."""
_FOUND: Final = """
SELECT f.mark, f.message_id, f.position, m.sent_at, m.thread_id FROM found_entries f
JOIN messages m ON m.id = f.message_id WHERE f.channel_id = ? ORDER BY m.sent_at, f.message_id, f.position
"""
_UNSENT: Final = f"""{ENTRY}
WHERE e.channel_id = ?1 AND e.kind IN ('alert', 'digest', 'surge') AND e.state IN ('waiting', 'sealed')
ORDER BY e.id
"""
_COUNTED: Final = """
SELECT a.channel_id, a.post_key, a.entry_id, a.subscription_id, a.watch_id, a.reason, a.lead_key
FROM alerts a LEFT JOIN entries e ON e.id = a.entry_id
WHERE a.channel_id = ?1 AND (a.held IS NOT NULL OR a.entry_id IS NULL) AND (e.state IS NULL OR e.state = 'waiting')
ORDER BY a.post_key
"""
_BIND: Final = """
UPDATE entries SET state = 'sent', message_id = ?1, position = ?2, ended_at = ?3, reason = NULL, reason_code = NULL
WHERE id = ?4
"""
_MESSAGE_OF: Final = "SELECT message_id FROM entries WHERE id = ?"
_EMPTY: Final = """
DELETE FROM messages WHERE id = ?1 AND state <> 'sent'
  AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.message_id = ?1)
"""
_DROP_SUMMARY: Final = """
UPDATE entries SET state = 'dropped', reason = ?1, reason_code = ?2, ended_at = ?3
WHERE id = ?4 AND kind = 'summary' AND state = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.entry_id = ?4)
"""
_HIDDEN_POSTS: Final = """
SELECT post_hash FROM hidden WHERE guild_id = 0 OR guild_id = ?
"""
_WITH_MARK: Final = """
SELECT DISTINCT f.message_id FROM found_entries f JOIN messages m ON m.id = f.message_id
WHERE f.mark IN (SELECT value FROM json_each(?1)) AND (CAST(?2 AS BIGINT) = 0 OR m.guild_id = ?2)
  AND m.removed_at IS NULL ORDER BY f.message_id
"""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of a found message."""

    message_id: MessageId
    position: int
    sent_at: int
    thread_id: int | None


class _Places:
    """The places of a channel's found messages, by mark; each is taken once."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_mark: defaultdict[str, list[_Place]] = defaultdict(list)
        for row in rows:
            place = _Place(MessageId(row["message_id"]), row["position"], row["sent_at"], row["thread_id"])
            self._by_mark[row["mark"]].append(place)
        self._taken: set[tuple[MessageId, int]] = set()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._by_mark)

    def take(self, marks: Iterable[str], decided_at: int = 0) -> _Place | None:
        """The first place with one of the marks."""
        for mark in marks:
            for place in self._by_mark.get(mark, ()):
                is_same = not is_surge_mark(mark) or abs(place.sent_at - decided_at) < _SAME_SURGE_US
                if is_same and (place.message_id, place.position) not in self._taken:
                    self._taken.add((place.message_id, place.position))
                    return place
        return None


def adopt(tx: Tx, channel_id: ChannelId, now: datetime) -> int:
    """Record as sent what a channel's found messages show of its entries; returns how many."""
    places = _Places(tx.execute(_FOUND, (channel_id,)).fetchall())
    if not places:
        return 0
    return sum(_adopt_unsent(tx, places, channel_id)) + sum(_adopt_counted(tx, places, channel_id, now))


def adopt_each(tx: Tx, channels: Iterable[ChannelId], now: datetime) -> None:
    """``adopt`` in channels in which something was decided just now."""
    if tx.execute("SELECT 1 FROM found_entries LIMIT 1").fetchone() is None:
        return
    for channel_id in sorted(set(channels)):
        adopt(tx, channel_id, now)


def remove_found_with(tx: Tx, guild_id: GuildId, marks: Iterable[str], now: datetime) -> int:
    """Have messages deleted that show a hidden post at a place whose entry is not known; returns how many."""
    wanted = json_list([mark for mark in marks if mark])
    rows = tx.execute(_WITH_MARK, (wanted, guild_id)).fetchall()
    for row in rows:
        request_edit(tx, MessageId(row["message_id"]), now, urgent=True)
    return len(rows)


def remove_hidden(tx: Tx, guild_id: GuildId, marks: Collection[str], now: datetime) -> None:
    """Have found messages of a server deleted that still show a post hidden there: its edit was never done."""
    if not marks or tx.execute("SELECT 1 FROM hidden LIMIT 1").fetchone() is None:
        return
    hidden = {hash_mark(PostHash(row["post_hash"])) for row in tx.execute(_HIDDEN_POSTS, (guild_id,)).fetchall()}
    if both := hidden.intersection(marks):
        remove_found_with(tx, guild_id, sorted(both), now)


def _adopt_unsent(tx: Tx, places: _Places, channel_id: ChannelId) -> Iterator[bool]:
    for row in tx.execute(_UNSENT, (channel_id,)).fetchall():
        entry = entry_from(row)
        place = places.take(marks_of(entry.content), to_us(entry.created_at))
        if place is not None:
            _bind(tx, entry.id, place)
            yield True


def _adopt_counted(tx: Tx, places: _Places, channel_id: ChannelId, now: datetime) -> Iterator[bool]:
    """Make alerts of posts that were sent on their own then, and are counted elsewhere now."""
    for row in tx.execute(_COUNTED, (channel_id,)).fetchall():
        place = places.take([post_mark(PostKey(row["post_key"]))])
        entry_id = None if place is None else send_counted(tx, row, now, with_role=False)
        if place is None or entry_id is None:
            continue
        _bind(tx, entry_id, place)
        if row["entry_id"] is not None:
            values = (HoldReason.CATCH_UP, FailureCode.SUMMARISED, to_us(now), row["entry_id"])
            tx.execute(_DROP_SUMMARY, values)
        if row["lead_key"] is not None:
            recount_story(tx, channel_id, PostKey(row["lead_key"]), now, urgent=False)
        yield True


def _bind(tx: Tx, entry_id: int, place: _Place) -> None:
    """Give an entry its place in a message that stands in Discord."""
    before = tx.execute(_MESSAGE_OF, (entry_id,)).fetchone()["message_id"]
    tx.execute(_BIND, (place.message_id, place.position, place.sent_at, entry_id))
    tx.execute(
        "DELETE FROM found_entries WHERE message_id = ? AND position = ?", (place.message_id, place.position)
    )
    if before is not None:
        tx.execute(_EMPTY, (before,))
    if place.thread_id is not None:
        stands_in(tx, place.message_id, place.thread_id)


__all__ = ["adopt", "adopt_each", "remove_found_with", "remove_hidden"]
