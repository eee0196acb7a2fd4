"""Digests as people change them. Each change bumps ``rules_version`` of the watches it touches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.core.errors import RefusedRequest
from bot.core.models import (
    ChannelId,
    Digest,
    DigestId,
    DigestSettings,
    Failure,
    FailureCode,
    GuildId,
    PauseReason,
    Topic,
    UserId,
)
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.mapping.digests import DIGEST, digest_from, must_read_digest, read_digest
from bot.storage.sql.quiet_hours import next_allowed_at
from bot.storage.sql.watching.digest_watches import (
    bind_digest_watches,
    bump_replaced_alerts,
    drop_waiting_digest,
    pause_digest,
)
from bot.storage.sql.watching.subscription_watches import DISCORD_PAUSES, RESTORABLE
from bot.storage.sql.watching.watches import know_topics

_COLUMNS = (
    "channel_id, name, recurrence, cron, zone, language, top, min_rp, role_id, replaces_alerts, sources, next_at, "
    "also_rising"
)
_INSERT = f"""
INSERT INTO digests ({_COLUMNS}, guild_id, created_by, created_at, anchor)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""  # noqa: S608 - constants only
# A new schedule is due from now on. The next period begins where the last edition ended (``covered_until``).
_CHANGE = """
UPDATE digests SET
  anchor = CASE WHEN (recurrence, cron, zone) = (?3, ?4, ?5) THEN anchor ELSE ?15 END,
  channel_id = ?1, name = ?2, recurrence = ?3, cron = ?4, zone = ?5, language = ?6, top = ?7, min_rp = ?8,
  role_id = ?9, replaces_alerts = ?10, sources = ?11, also_rising = ?13,
  next_at = CASE WHEN paused IS NULL THEN CAST(?12 AS BIGINT) END,
  claim = NULL, claimed_until = NULL, version = version + 1
WHERE id = ?14 AND removed_at IS NULL
"""
# Waiting entries move to the digest's new channel.
_ELSEWHERE = """
UPDATE entries SET channel_id = ?1, not_before = ?2
WHERE id IN (SELECT entry_id FROM digest_issues WHERE digest_id = ?3) AND state = 'waiting' AND channel_id <> ?1
"""
_RESUME = """
UPDATE digests SET paused = NULL, next_at = ?1, anchor = ?2, told_at = NULL, version = version + 1
WHERE id = ?3 AND paused IS NOT NULL AND removed_at IS NULL
"""
_REMOVE = """
UPDATE digests SET removed_at = ?, claim = NULL, claimed_until = NULL, version = version + 1 WHERE id = ?
"""
_RESTORE = """
UPDATE digests SET removed_at = NULL, next_at = CASE WHEN paused IS NULL THEN CAST(?1 AS BIGINT) END, anchor = ?2,
  told_at = NULL, version = version + 1
WHERE id = ?3 AND removed_at >= ?4 AND guild_id = coalesce(?5, guild_id)
"""
_LISTED = f"""{DIGEST}
WHERE d.removed_at IS NULL AND d.guild_id = coalesce(?1, d.guild_id) AND d.channel_id = coalesce(?2, d.channel_id)
ORDER BY d.channel_id, d.name, d.id
"""
_RESUMABLE = f"""{DIGEST}
WHERE d.channel_id = ? AND d.removed_at IS NULL AND d.paused IN (SELECT value FROM json_each(?)) ORDER BY d.id
"""  # noqa: S608 - constants only
_RISING_LANGUAGES = """
SELECT DISTINCT language FROM digests
WHERE also_rising = 1 AND removed_at IS NULL AND paused IS NULL AND next_at <= ? ORDER BY language
"""
_SUBSCRIBED = """
SELECT s.topic_key, s.name FROM subscriptions s
WHERE s.channel_id = ? AND s.removed_at IS NULL AND s.paused IS NULL ORDER BY s.name, s.topic_key
"""


class DigestStore(Store):
    """Digests of channels, with the topics and watches that they name.

    A digest that names topics is a listener of their watches: they are made, activated and kept active as for a
    subscription, and deactivated when no listener is left. Each change bumps ``rules_version`` of the watches it
    touches.
    """

    async def create(
        self, guild_id: GuildId, created_by: UserId, wanted: DigestSettings, next_at: datetime, now: datetime
    ) -> Digest:
        """Store a digest with its topics and watches; ``now`` becomes its anchor."""
        return await self._database.write(partial(create_digest, guild_id, created_by, wanted, next_at, now))

    async def change(
        self, digest_id: DigestId, wanted: DigestSettings, next_at: datetime, now: datetime
    ) -> Digest:
        """Replace a digest's settings.

        A new schedule is due from ``now`` on, and its first period begins where the last edition ended. Waiting
        entries move to the digest's new channel. ``next_at`` is ignored while the digest is paused. Raises
        ``RefusedRequest("digest-gone")``.
        """
        return await self._database.write(partial(change_digest, digest_id, wanted, next_at, now))

    async def pause(self, digest_id: DigestId, why: PauseReason, now: datetime) -> bool:
        """Pause a digest; its waiting entries are dropped with a reason. False: it was paused or removed."""
        return await self._database.write(lambda tx: pause_digest(tx, digest_id, why, now))

    async def resume(self, digest_id: DigestId, next_at: datetime, now: datetime) -> bool:
        """Resume a digest.

        ``now`` becomes its anchor, and no edition counts as sent before. False: it was not paused, or is removed.
        """
        return await self._database.write(partial(resume_digest, digest_id, next_at, now))

    async def delete(self, digest_id: DigestId, now: datetime) -> Digest | None:
        """Remove a digest (``restore`` undoes it for 30 days); its waiting entries are dropped. None: was gone."""
        return await self._database.write(partial(delete_digest, digest_id, now))

    async def restore(
        self, digest_id: DigestId, next_at: datetime, now: datetime, guild_id: GuildId | None = None
    ) -> Digest | None:
        """Undo ``delete``, from ``now`` as its anchor.

        None when it is too late, was not removed, or is not ``guild_id``'s (None: any server's).
        """
        return await self._database.write(partial(_restore, digest_id, next_at, now, guild_id))

    async def channel_of(self, digest_id: DigestId, guild_id: GuildId) -> ChannelId | None:
        """The channel of a server's own digest, removed or not."""

        def work(tx: Tx) -> ChannelId | None:
            row = tx.execute(
                "SELECT channel_id FROM digests WHERE id = ? AND guild_id = ?", (digest_id, guild_id)
            ).fetchone()
            return None if row is None else ChannelId(row["channel_id"])

        return await self._database.read(work)

    async def get(self, digest_id: DigestId) -> Digest | None:
        """One digest, None when removed."""
        return await self._database.read(partial(read_digest, digest_id=digest_id))

    async def listed(self, guild_id: GuildId | None, channel_id: ChannelId | None = None) -> list[Digest]:
        """A server's (or channel's) digests by channel and name (None: of all servers), without removed ones."""

        def work(tx: Tx) -> list[Digest]:
            return [digest_from(row) for row in tx.execute(_LISTED, (guild_id, channel_id))]

        return await (self._database.read(work) if guild_id is None else self._database.ask(work))

    async def rising_languages(self, due_by: datetime) -> list[str]:
        """The languages of digests that name what rises elsewhere and are due by a time."""

        def work(tx: Tx) -> list[str]:
            return [row["language"] for row in tx.execute(_RISING_LANGUAGES, (to_us(due_by),))]

        return await self._database.read(work)

    async def resumable(self, channel_id: ChannelId) -> list[Digest]:
        """Digests of a channel that are paused because Discord refused it (FORBIDDEN, NOT_FOUND, REMOVED)."""

        def work(tx: Tx) -> list[Digest]:
            rows = tx.execute(_RESUMABLE, (channel_id, json_list(DISCORD_PAUSES)))
            return [digest_from(row) for row in rows]

        return await self._database.read(work)

    async def topics_of(self, digest: Digest) -> list[Topic]:
        """Topics of the digest's next edition: its own, else all active subscriptions of its channel, by name."""
        if digest.settings.topics:
            return list(digest.settings.topics)

        def work(tx: Tx) -> list[Topic]:
            return [Topic(key, name) for key, name in tx.execute(_SUBSCRIBED, (digest.channel_id,))]

        return await self._database.read(work)


def create_digest(
    guild_id: GuildId,
    created_by: UserId,
    wanted: DigestSettings,
    next_at: datetime,
    now: datetime,
    tx: Tx,
) -> Digest:
    """Store a digest, in the caller's transaction."""
    at = to_us(now)
    values = (*_values(wanted, next_at), guild_id, created_by, at, at)
    digest_id = DigestId(tx.execute(_INSERT, values).fetchone()["id"])
    _name_topics(tx, digest_id, wanted.topics)
    bind_digest_watches(tx, digest_id, now)
    bump_replaced_alerts(tx, digest_id)
    return must_read_digest(tx, digest_id)


def change_digest(digest_id: DigestId, wanted: DigestSettings, next_at: datetime, now: datetime, tx: Tx) -> Digest:
    """Replace a digest's settings, in the caller's transaction."""
    # Subscriptions whose alerts the old settings replaced.
    bump_replaced_alerts(tx, digest_id)
    values = (*_values(wanted, next_at), digest_id, to_us(now))
    if not tx.execute(_CHANGE, values).rowcount:
        raise RefusedRequest("digest-gone")
    may_go = next_allowed_at(tx, wanted.channel_id, now)
    tx.execute(_ELSEWHERE, (wanted.channel_id, to_us(may_go), digest_id))
    tx.execute("DELETE FROM digest_topics WHERE digest_id = ?", (digest_id,))
    _name_topics(tx, digest_id, wanted.topics)
    bind_digest_watches(tx, digest_id, now)
    bump_replaced_alerts(tx, digest_id)
    return must_read_digest(tx, digest_id)


def _values(wanted: DigestSettings, next_at: datetime) -> tuple[object, ...]:
    """Values for ``_COLUMNS``."""
    return (
        wanted.channel_id,
        wanted.name,
        wanted.schedule.recurrence,
        wanted.schedule.cron,
        wanted.schedule.zone,
        wanted.language,
        wanted.top,
        wanted.min_rp,
        wanted.role_id,
        wanted.replaces_alerts,
        json_list(wanted.sources),
        to_us(next_at),
        int(wanted.also_rising),
    )


def _name_topics(tx: Tx, digest_id: DigestId, topics: Sequence[Topic]) -> None:
    know_topics(tx, topics)
    tx.executemany(
        "INSERT INTO digest_topics (digest_id, topic_key, name, position) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        [(digest_id, topic.key, topic.name, position) for position, topic in enumerate(topics)],
    )


def resume_digest(digest_id: DigestId, next_at: datetime, now: datetime, tx: Tx) -> bool:
    """Resume a digest; False: it was not paused, or is removed."""
    resumed = tx.execute(_RESUME, (to_us(next_at), to_us(now), digest_id)).rowcount
    if resumed:
        _listen_again(tx, digest_id, now)
    return bool(resumed)


def delete_digest(digest_id: DigestId, now: datetime, tx: Tx) -> Digest | None:
    """Remove a digest; None: it was gone."""
    found = read_digest(tx, digest_id)
    if found is not None:
        tx.execute(_REMOVE, (to_us(now), digest_id))
        drop_waiting_digest(tx, digest_id, Failure(FailureCode.DIGEST_DELETED, "digest deleted"), now)
    return found


def _restore(
    digest_id: DigestId,
    next_at: datetime,
    now: datetime,
    guild_id: GuildId | None,
    tx: Tx,
) -> Digest | None:
    values = (to_us(next_at), to_us(now), digest_id, to_us(now - RESTORABLE), guild_id)
    if not tx.execute(_RESTORE, values).rowcount:
        return None
    _listen_again(tx, digest_id, now)
    return must_read_digest(tx, digest_id)


def _listen_again(tx: Tx, digest_id: DigestId, now: datetime) -> None:
    bind_digest_watches(tx, digest_id, now)
    bump_replaced_alerts(tx, digest_id)
