"""Hiding of posts: mark, audit, wipe, drop waiting entries, request edits of sent messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.errors import StalePlan
from bot.core.identity.marks import address_mark, post_mark
from bot.core.models import (
    EVERYWHERE,
    Actor,
    AuditAction,
    AuditLine,
    Failure,
    FailureCode,
    FiledHidden,
    GuildId,
    HiddenPost,
    HoldReason,
    LaterTakeDowns,
    MessageId,
    Post,
    PostHash,
    PostKey,
    SourceName,
    SummaryContent,
    TakenDown,
    Watch,
)
from bot.core.redaction import is_hidden, is_hidden_from_all, post_hash
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import (
    STORED_POST_COLUMNS,
    body_json,
    from_us,
    json_list,
    stored_post_from,
    to_us,
)
from bot.storage.sql.mapping.outbox import ENTRY, content_json, entry_from, must_read_message
from bot.storage.sql.outbox.adoption import remove_found_with
from bot.storage.sql.outbox.edits import request_edit
from bot.storage.sql.outbox.endings import give_up_untried
from bot.storage.sql.outbox.history_gate import note_unfinished
from bot.storage.sql.outbox.sentences import forget_sentence
from bot.storage.sql.outbox.story_counts import forget_text, take_out
from bot.storage.sql.watching.entry_memos import forget_memo

TAKEN_DOWN: Final = FailureCode.HIDDEN
GONE: Final = "gone"
"""The reason on record when the source itself no longer has a post."""
BACK: Final = "back"
"""The reason on record when a post that was gone is there again."""

_HIDE = """
INSERT INTO hidden (guild_id, post_hash, hidden_at, actor, why) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_RECORD = "INSERT INTO audit (at, guild_id, action, actor, post_hash, why) VALUES (?, ?, ?, ?, ?, ?)"

_ENTRIES_OF_POST = f"""{ENTRY}
WHERE e.id IN (SELECT a.entry_id FROM alerts a WHERE a.post_key = ?1
               UNION SELECT p.entry_id FROM digest_posts p WHERE p.post_key = ?1
               UNION SELECT p.entry_id FROM surge_posts p WHERE p.post_key = ?1)
  AND (CAST(?2 AS BIGINT) = 0 OR e.guild_id = ?2)
"""  # noqa: S608 - constants only
_FORGET_ADDRESS = "UPDATE digest_posts SET url = NULL WHERE post_key = ? AND entry_id = ?"
_DROP_ENTRY = """
UPDATE entries SET state = 'dropped', reason = ?1, reason_code = ?1, ended_at = ?2
WHERE id = ?3 AND state = 'waiting'
"""
_UNCOUNT = "UPDATE alerts SET entry_id = NULL WHERE entry_id = ? AND post_key = ?"
_ANSWERS_WITH_POST = """
SELECT m.id FROM answer_posts p CROSS JOIN messages m ON m.id = p.message_id
WHERE p.post_key = ?1 AND (CAST(?2 AS BIGINT) = 0 OR m.guild_id = ?2) AND m.removed_at IS NULL
"""

_WATCHES_OF_POST = "SELECT watch_id FROM posts WHERE post_key = ? ORDER BY watch_id DESC"
_STORED = f"""
SELECT {STORED_POST_COLUMNS} FROM watches w
CROSS JOIN posts p ON p.watch_id = w.id
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
"""  # noqa: S608 - constants only
_GUILDS_OF_WATCH = """
SELECT DISTINCT s.guild_id FROM subscription_watches sw JOIN subscriptions s ON s.id = sw.subscription_id
WHERE sw.watch_id = ?1 AND s.removed_at IS NULL
UNION SELECT d.guild_id FROM digest_watches dw JOIN digests d ON d.id = dw.digest_id
WHERE dw.watch_id = ?1 AND d.removed_at IS NULL
"""
_ACTIVE_GUILDS = """
SELECT s.guild_id FROM subscription_watches sw JOIN subscriptions s ON s.id = sw.subscription_id
WHERE sw.watch_id = ?1 AND s.removed_at IS NULL AND s.paused IS NULL
UNION SELECT d.guild_id FROM digest_watches dw JOIN digests d ON d.id = dw.digest_id
WHERE dw.watch_id = ?1 AND d.removed_at IS NULL AND d.paused IS NULL
"""
_AUDIT = "SELECT at, guild_id, action, actor, post_hash, why FROM audit"
# Inactive watches do not count: they are not polled, so whether they still show the post is unknown.
_STILL_SHOWN = """
SELECT 1 FROM posts p CROSS JOIN watches w ON w.id = p.watch_id
WHERE p.post_key = ? AND p.gone_at IS NULL AND w.enabled = 1 AND w.next_poll_at IS NOT NULL
  AND (w.source, w.target) <> (?, ?) LIMIT 1
"""
_SAID_GONE = """
SELECT h.post_hash FROM json_each(?) k CROSS JOIN hidden h ON h.guild_id = 0 AND h.post_hash = k.value
WHERE substr(h.actor, 1, 7) = 'source:'
"""
# An alert that was dropped before the channel saw it may be sent again.
_DELETE_UNSENT_ALERT = """
DELETE FROM alerts WHERE post_key = ?1 AND entry_id IN (
  SELECT a.entry_id FROM alerts a JOIN entries e ON e.id = a.entry_id
  WHERE a.post_key = ?1 AND e.state = 'dropped' AND e.reason_code = ?2)
"""
# A post that was counted in another alert, and was taken out of it, may be counted again.
_COUNT_AFTER_ALL = "DELETE FROM alerts WHERE post_key = ? AND held = ? AND lead_key IS NULL AND entry_id IS NULL"
_SENT_IN = """
SELECT DISTINCT a.post_key FROM alerts a JOIN entries e ON e.id = a.entry_id
WHERE e.guild_id = ? ORDER BY a.post_key
"""
_KNOWN = """
SELECT post_key FROM posts UNION SELECT post_key FROM alerts UNION SELECT post_key FROM digest_posts
UNION SELECT post_key FROM surge_posts UNION SELECT post_key FROM answer_posts
"""
_ALL_HIDDEN = "SELECT guild_id, post_hash, hidden_at, actor, why FROM hidden ORDER BY hidden_at, post_hash"
_TO_BE_EDITED = "SELECT message_id FROM redraws WHERE urgent = 1 ORDER BY message_id"
_HIDDEN_IN = "SELECT guild_id FROM hidden WHERE post_hash = ?"
_HIDDEN_AFTER = "SELECT id, post_hash FROM audit WHERE id > ? AND action = ? ORDER BY id DESC LIMIT ?"


class ModerationStore(Store):
    """Hidden posts. Hiding is one transaction: mark, audit, wipe, drop waiting entries, request edits."""

    async def hide(
        self, guild_id: GuildId, key: PostKey, *, actor: Actor, why: str | None, now: datetime
    ) -> TakenDown:
        """Hide a post in a server (``EVERYWHERE``: in all) until it is unhidden.

        Waiting alerts of it are dropped, and digests are sent without it. Its text is wiped from entries, and
        from the stored posts where no listener may see it. Messages that show it get an urgent edit; a message
        that holds nothing else and was never tried is given up.
        """
        return await self._database.write(lambda tx: hide_post(tx, guild_id, key, actor, why, now))

    async def unhide(
        self, guild_id: GuildId, post_hash: PostHash, *, actor: Actor, why: str | None, now: datetime
    ) -> bool:
        """Unhide a post from now on; wiped texts stay wiped. False: it was not hidden there."""
        return await self._database.write(partial(_unhide, guild_id, post_hash, actor, why, now))

    async def take_downs(self) -> LaterTakeDowns:
        """All take-downs, for a copy that is put in the place of this database."""

        def work(tx: Tx) -> LaterTakeDowns:
            hidden = tuple(_hidden_post(row) for row in tx.execute(_ALL_HIDDEN))
            unfinished = tuple(MessageId(row["message_id"]) for row in tx.execute(_TO_BE_EDITED))
            return LaterTakeDowns(hidden, unfinished)

        return await self._database.read(work)

    async def hide_again(self, later: LaterTakeDowns, now: datetime) -> int:
        """Take over take-downs from a later state of this database; what is hidden here stays hidden.

        A message that a take-down had still to be edited out of is edited, or deleted, once it is found in the
        history of its channel. Returns how many were not hidden here.
        """
        return await self._database.write(partial(_hide_again, later, now))

    async def hidden_among(self, guild_id: GuildId, keys: Collection[PostKey]) -> frozenset[PostKey]:
        """Posts among ``keys`` that are hidden from the server."""

        def work(tx: Tx) -> frozenset[PostKey]:
            return frozenset(key for _, key in hidden_among(tx, [guild_id], keys))

        return await self._database.ask(work)

    async def hidden_posts(self, guild_id: GuildId, *, limit: int = 25) -> list[HiddenPost]:
        """Posts hidden in a server itself, newest first (``EVERYWHERE``: by the operator or their source)."""
        return await self._database.ask(partial(_hidden_posts, guild_id, limit))

    async def hidden_after(self, record: int, *, limit: int) -> list[tuple[int, PostHash]]:
        """Posts hidden in any server by audit lines after ``record``, newest first, with the lines' numbers."""

        def work(tx: Tx) -> list[tuple[int, PostHash]]:
            rows = tx.execute(_HIDDEN_AFTER, (record, AuditAction.HIDE, limit))
            return [(number, PostHash(hashed)) for number, hashed in rows]

        return await self._database.read(work)

    async def audit(self, guild_id: GuildId | None, *, limit: int = 100) -> list[AuditLine]:
        """Audit lines of a server, newest first; None: of all servers."""
        return await self._database.ask(partial(_audit, guild_id, limit))


def source_actor(source: SourceName) -> Actor:
    """Actor that stands for a source."""
    return Actor(f"source:{source}")


def hidden_among(
    tx: Tx, guilds: Iterable[GuildId], keys: Collection[PostKey]
) -> frozenset[tuple[GuildId, PostKey]]:
    """Pairs of server and post that are hidden, in the server or everywhere."""
    if tx.execute("SELECT 1 FROM hidden LIMIT 1").fetchone() is None:
        return frozenset()
    of_hash = {post_hash(key): key for key in keys}
    rows = tx.execute(
        "SELECT h.guild_id, h.post_hash FROM json_each(?) k CROSS JOIN json_each(?) g "
        "CROSS JOIN hidden h ON h.guild_id = CAST(g.value AS BIGINT) AND h.post_hash = k.value",
        (json_list(of_hash), json_list({EVERYWHERE, *guilds})),
    )
    return frozenset((guild, of_hash[found]) for guild, found in rows)


def refuse_hidden(
    tx: Tx,
    watch: Watch,
    alerted: Iterable[tuple[GuildId, PostKey]],
    stored: Mapping[PostKey, Post],
) -> None:
    """Raise ``StalePlan`` where a post that the plan sends or stores was hidden after the plan was made."""
    alerted = set(alerted)
    keys = {key for _, key in alerted} | stored.keys()
    if not keys or tx.execute("SELECT 1 FROM hidden LIMIT 1").fetchone() is None:
        return
    active = frozenset(GuildId(guild) for (guild,) in tx.execute(_ACTIVE_GUILDS, (watch.id,)))
    hidden = hidden_among(tx, active | {guild for guild, _ in alerted}, keys)
    if any(is_hidden(hidden, guild, key) for guild, key in alerted) or any(
        is_hidden_from_all(hidden, active, key) and post != post.redacted() for key, post in stored.items()
    ):
        msg = f"watch {watch.id}: a post was taken down since its state was read"
        raise StalePlan(msg)


def said_gone_among(tx: Tx, keys: Collection[PostKey]) -> frozenset[PostKey]:
    """Posts that are hidden everywhere because a source reported them gone."""
    if tx.execute("SELECT 1 FROM hidden WHERE guild_id = 0 LIMIT 1").fetchone() is None:
        return frozenset()
    of_hash = {post_hash(key): key for key in keys}
    return frozenset(of_hash[found] for (found,) in tx.execute(_SAID_GONE, (json_list(of_hash),)))


def is_lost_everywhere(tx: Tx, key: PostKey, watch: Watch) -> bool:
    """Whether no other active endpoint still shows a post that this watch's endpoint lost."""
    return tx.execute(_STILL_SHOWN, (key, watch.source, watch.target or "")).fetchone() is None


def put_back(tx: Tx, key: PostKey, actor: Actor, now: datetime) -> None:
    """Undo a source's take-down of a post that exists again. A post hidden by a person stays hidden."""
    _unhide(EVERYWHERE, post_hash(key), actor, BACK, now, tx)
    tx.execute(_DELETE_UNSENT_ALERT, (key, TAKEN_DOWN))
    tx.execute(_COUNT_AFTER_ALL, (key, HoldReason.SAME_STORY))


def hide_post(tx: Tx, guild_id: GuildId, key: PostKey, actor: Actor, why: str | None, now: datetime) -> TakenDown:
    """Hide a post, in the caller's transaction."""
    hidden = (guild_id, post_hash(key), to_us(now), actor, why)
    is_new = tx.execute(_HIDE, hidden).rowcount == 1
    if is_new:
        _record(tx, AuditAction.HIDE, guild_id, post_hash(key), actor, why, now)
    messages, waiting = _wipe_entries(tx, guild_id, key, now)
    for message_id in messages:
        _take_out_of(tx, message_id, now)
    answers = [MessageId(row["id"]) for row in tx.execute(_ANSWERS_WITH_POST, (key, guild_id)).fetchall()]
    for message_id in answers:
        request_edit(tx, message_id, now, urgent=True)
    take_out(tx, guild_id, key, now)
    found = remove_found_with(tx, guild_id, _marks(tx, key), now)
    _wipe_stored(tx, key)
    return TakenDown(messages=len(messages) + len(answers) + found, waiting=waiting, already=not is_new)


def _marks(tx: Tx, key: PostKey) -> list[str]:
    """Marks of a post in messages whose entries are not known: those found after a restore."""
    if tx.execute("SELECT 1 FROM found_entries LIMIT 1").fetchone() is None:
        return []
    stored = tx.execute(f"{_STORED} WHERE p.post_key = ? ORDER BY w.id LIMIT 1", (key,)).fetchone()
    url = None if stored is None else stored_post_from(stored).post.url
    return [post_mark(key), address_mark(url)]


def hide_by_hash(tx: Tx, guild_id: GuildId, filed: Collection[FiledHidden], now: datetime) -> None:
    """Hide posts of which only the hashes are known, also in what the server was sent."""
    if not filed:
        return
    sent = (PostKey(row["post_key"]) for row in tx.execute(_SENT_IN, (guild_id,)).fetchall())
    keys = {post_hash(key): key for key in sent}
    for one in filed:
        if tx.execute(_HIDE, (guild_id, one.post, to_us(one.hidden_at), one.actor, one.why)).rowcount == 1:
            _record(tx, AuditAction.HIDE, guild_id, one.post, one.actor, one.why, now)
        if one.post in keys:
            hide_post(tx, guild_id, keys[one.post], one.actor, one.why, now)


def _hide_again(later: LaterTakeDowns, now: datetime, tx: Tx) -> int:
    note_unfinished(tx, later.unfinished)
    keys = {post_hash(PostKey(row["post_key"])): PostKey(row["post_key"]) for row in tx.execute(_KNOWN).fetchall()}
    taken_over = 0
    for one in later.hidden:
        hidden = (one.guild_id, one.post_hash, to_us(one.hidden_at), one.actor, one.why)
        if tx.execute(_HIDE, hidden).rowcount != 1:
            continue
        taken_over += 1
        _record(tx, AuditAction.HIDE, one.guild_id, one.post_hash, one.actor, one.why, one.hidden_at)
        if one.post_hash in keys:
            hide_post(tx, one.guild_id, keys[one.post_hash], one.actor, one.why, now)
    return taken_over


def unhide_by_hash(tx: Tx, guild_id: GuildId, filed: FiledHidden, now: datetime) -> None:
    """Unhide a post from now on."""
    _unhide(guild_id, filed.post, filed.actor, filed.why, now, tx)


def _record(
    tx: Tx,
    action: AuditAction,
    guild_id: GuildId,
    hashed: PostHash,
    actor: Actor,
    why: str | None,
    now: datetime,
) -> None:
    tx.execute(_RECORD, (to_us(now), guild_id, action, actor, hashed, why))


# -- from the outbox ------------------------------------------------------------------------------------


def _wipe_entries(tx: Tx, guild_id: GuildId, key: PostKey, now: datetime) -> tuple[list[MessageId], int]:
    """Take the post out of its entries; returns their messages and how many entries were still waiting."""
    messages: list[MessageId] = []
    waiting = 0
    for row in tx.execute(_ENTRIES_OF_POST, (key, guild_id)).fetchall():
        entry = entry_from(row)
        state, message_id = tx.execute(
            "SELECT state, message_id FROM entries WHERE id = ?", (entry.id,)
        ).fetchone()
        if isinstance(entry.content, SummaryContent):
            waiting += state == "waiting" and _uncount(tx, entry.id, key, now)
            continue
        left = entry.content.without(key)
        if left != entry.content:
            tx.execute("UPDATE entries SET content = ? WHERE id = ?", (content_json(left), entry.id))
            forget_sentence(tx, entry.id)
            waiting += state == "waiting"
            messages += [message_id] if message_id is not None else []
        tx.execute(_FORGET_ADDRESS, (key, entry.id))
        if left.is_empty:
            tx.execute(_DROP_ENTRY, (TAKEN_DOWN, to_us(now), entry.id))
    return messages, waiting


def _uncount(tx: Tx, entry_id: int, key: PostKey, now: datetime) -> bool:
    """Remove the post from a waiting summary; a summary that counts nothing any more is dropped."""
    tx.execute(_UNCOUNT, (entry_id, key))
    if tx.execute("SELECT 1 FROM alerts WHERE entry_id = ?", (entry_id,)).fetchone() is None:
        tx.execute(_DROP_ENTRY, (TAKEN_DOWN, to_us(now), entry_id))
    return True


def _take_out_of(tx: Tx, message_id: MessageId, now: datetime) -> None:
    """Give up a message that holds nothing else and was never tried; request an urgent edit of any other."""
    message = must_read_message(message_id, tx)
    if message.is_empty and give_up_untried(tx, message_id, Failure(TAKEN_DOWN, TAKEN_DOWN), now):
        return
    request_edit(tx, message_id, now, urgent=True)


# -- from the stored posts ------------------------------------------------------------------------------


def _wipe_stored(tx: Tx, key: PostKey) -> None:
    """Wipe the text in watches none of whose listeners may see it."""
    hidden = {(guild, key) for (guild,) in tx.execute(_HIDDEN_IN, (post_hash(key),))}
    wiped: list[int] = []
    kept: int | None = None
    for (watch_id,) in tx.execute(_WATCHES_OF_POST, (key,)).fetchall():
        guilds = [GuildId(guild) for (guild,) in tx.execute(_GUILDS_OF_WATCH, (watch_id,))]
        if is_hidden_from_all(hidden, guilds, key):
            wiped.append(watch_id)
        else:
            kept = watch_id
    for watch_id in wiped:
        forget_text(tx, key, watch_id, kept)
        _wipe_body(tx, watch_id, key)


def _wipe_body(tx: Tx, watch_id: int, key: PostKey) -> None:
    row = tx.execute(f"{_STORED} WHERE w.id = ? AND p.post_key = ?", (watch_id, key)).fetchone()
    if row is None:
        return
    tx.execute(
        "UPDATE post_bodies SET body = ? WHERE watch_id = ? AND post_key = ?",
        (body_json(stored_post_from(row).post.redacted()), watch_id, key),
    )
    # The empty digest makes the next poll write a post that was unhidden again.
    tx.execute(
        "UPDATE posts SET source_id = NULL, relook_at = NULL, digest = '' WHERE watch_id = ? AND post_key = ?",
        (watch_id, key),
    )
    forget_memo(tx, watch_id)


# -- requests of people ----------------------------------------------------------------------------------------


def _unhide(
    guild_id: GuildId,
    hashed: PostHash,
    actor: Actor,
    why: str | None,
    now: datetime,
    tx: Tx,
) -> bool:
    dropped = tx.execute("DELETE FROM hidden WHERE guild_id = ? AND post_hash = ?", (guild_id, hashed))
    if dropped.rowcount != 1:
        return False
    _record(tx, AuditAction.UNHIDE, guild_id, hashed, actor, why, now)
    return True


def _hidden_posts(guild_id: GuildId, limit: int, tx: Tx) -> list[HiddenPost]:
    rows = tx.execute(
        "SELECT guild_id, post_hash, hidden_at, actor, why FROM hidden WHERE guild_id = ? "
        "ORDER BY hidden_at DESC, post_hash LIMIT ?",
        (guild_id, limit),
    )
    return [_hidden_post(row) for row in rows]


def _hidden_post(row: Row) -> HiddenPost:
    guild_id, hashed, hidden_at, actor, why = row
    return HiddenPost(guild_id, hashed, from_us(hidden_at), actor, why)


def _audit(guild_id: GuildId | None, limit: int, tx: Tx) -> list[AuditLine]:
    if guild_id is None:
        rows = tx.execute(f"{_AUDIT} ORDER BY id DESC LIMIT ?", (limit,))
    else:
        rows = tx.execute(f"{_AUDIT} WHERE guild_id = ? ORDER BY at DESC, id DESC LIMIT ?", (guild_id, limit))
    return [
        AuditLine(from_us(at), guild, AuditAction(action), actor, hashed, why)
        for at, guild, action, actor, hashed, why in rows
    ]
