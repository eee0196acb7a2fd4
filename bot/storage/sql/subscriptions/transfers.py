"""A server's settings as a whole: read at one instant, changed in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    BaselineReason,
    ChannelId,
    DigestId,
    FiledBlockedTopic,
    FiledDigest,
    FiledForum,
    FiledHidden,
    FiledHours,
    FiledNotifyRole,
    FiledSubscription,
    GuildFile,
    GuildId,
    GuildSettings,
    NewSubscription,
    PauseReason,
    PostsBy,
    SubscriptionId,
)
from bot.core.transfers import Filed
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.digests.digests import change_digest, create_digest, delete_digest, resume_digest
from bot.storage.sql.mapping.common import SUBSCRIPTION, from_us, subscription_from, to_us
from bot.storage.sql.mapping.digests import DIGEST, digest_from
from bot.storage.sql.moderation.blocked_topics import block_topic, unblock_topic
from bot.storage.sql.moderation.moderation import hide_by_hash, unhide_by_hash
from bot.storage.sql.outbox.forums import record_forum
from bot.storage.sql.quiet_hours import quiet_from, write_quiet
from bot.storage.sql.subscriptions.guild_settings import read_settings, write_settings
from bot.storage.sql.subscriptions.notify_roles import (
    WHOLE_SERVER,
    choose_notify_role,
    end_notify_role,
    notify_roles_of,
)
from bot.storage.sql.subscriptions.subscriptions import (
    mute,
    pause,
    replace_settings,
    resume,
    subscribe,
    unsubscribe,
)
from bot.storage.sql.watching.baseline import record_baseline
from bot.storage.sql.watching.digest_watches import pause_digest
from bot.storage.sql.watching.subscription_watches import bind_watches

_GUILDS: Final = """
SELECT guild_id FROM (
  SELECT guild_id FROM subscriptions WHERE removed_at IS NULL
  UNION SELECT guild_id FROM digests WHERE removed_at IS NULL
  UNION SELECT guild_id FROM channels UNION SELECT guild_id FROM guild_settings
  UNION SELECT guild_id FROM notify_roles UNION SELECT guild_id FROM blocked_topics
  UNION SELECT guild_id FROM forums
  UNION SELECT guild_id FROM hidden WHERE guild_id <> 0) known
ORDER BY guild_id
"""
_SUBSCRIPTIONS: Final = f"""{SUBSCRIPTION}
WHERE s.guild_id = ? AND s.removed_at IS NULL ORDER BY s.channel_id, s.name, s.id
"""
_ADDRESSES: Final = "SELECT id, target FROM subscriptions WHERE guild_id = ? AND target IS NOT NULL"
_DIGESTS: Final = f"{DIGEST} WHERE d.guild_id = ? AND d.removed_at IS NULL ORDER BY d.channel_id, d.name, d.id"
_HOURS: Final = (
    "SELECT channel_id, quiet FROM channels WHERE guild_id = ? AND quiet IS NOT NULL ORDER BY channel_id"
)
_HIDDEN: Final = """
SELECT post_hash, hidden_at, actor, why FROM hidden WHERE guild_id = ? ORDER BY hidden_at, post_hash
"""
_FORUMS: Final = "SELECT channel_id, posts_by FROM forums WHERE guild_id = ? ORDER BY channel_id"
_BLOCKED: Final = "SELECT name, at FROM blocked_topics WHERE guild_id = ? ORDER BY at DESC, topic"
_SUBSCRIPTION_ID: Final = """
SELECT id FROM subscriptions WHERE guild_id = ? AND channel_id = ? AND topic_key = ? AND removed_at IS NULL
"""
_DIGEST_ID: Final = """
SELECT id FROM digests WHERE guild_id = ? AND channel_id = ? AND name = ? AND removed_at IS NULL
ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class ImportTimes:
    """Times of an import: now, since when posts are baseline, and when each digest is due next."""

    now: datetime
    baseline_since: datetime
    next_at: Mapping[tuple[ChannelId, str], datetime]


class TransferStore(Store):
    """Settings of servers as a whole."""

    async def guilds(self) -> list[GuildId]:
        """All servers in which people chose something."""

        def work(tx: Tx) -> list[GuildId]:
            return [GuildId(row["guild_id"]) for row in tx.execute(_GUILDS)]

        return await self._database.read(work)

    async def of_guild(self, guild_id: GuildId) -> GuildFile:
        """Everything that people chose in a server."""
        return await self._database.read(partial(_read, guild_id))

    async def apply(
        self,
        guild_id: GuildId,
        upserts: Sequence[Filed],
        removals: Sequence[Filed],
        times: ImportTimes,
        *,
        check: Callable[[GuildFile], None] = lambda _: None,
    ) -> None:
        """Add, change and remove things of a server, in one transaction. A thing that is as wanted stays.

        ``check``: asked about the server as it is by then; nothing is changed where it raises.
        """
        await self._database.write(partial(_apply, guild_id, upserts, removals, times, check))


def _read(guild_id: GuildId, tx: Tx) -> GuildFile:
    addresses = {row["id"]: row["target"] for row in tx.execute(_ADDRESSES, (guild_id,))}
    subscriptions = [subscription_from(row) for row in tx.execute(_SUBSCRIPTIONS, (guild_id,)).fetchall()]
    digests = [digest_from(row) for row in tx.execute(_DIGESTS, (guild_id,)).fetchall()]
    hours = [(row["channel_id"], quiet_from(row["quiet"])) for row in tx.execute(_HOURS, (guild_id,))]
    notify_roles = notify_roles_of(tx, guild_id)
    return GuildFile(
        guild=guild_id,
        settings=read_settings(guild_id, tx),
        notify_role=notify_roles.get(WHOLE_SERVER),
        subscriptions=tuple(
            FiledSubscription(
                channel=one.channel_id,
                topic=one.topic,
                settings=one.settings,
                address=addresses.get(one.id),
                created_by=one.created_by,
                paused=one.paused,
                muted_until=one.muted_until,
                notify_role=notify_roles.get(one.id),
            )
            for one in subscriptions
        ),
        digests=tuple(FiledDigest(one.settings, one.created_by, one.paused) for one in digests),
        quiet_hours=tuple(FiledHours(channel, quiet) for channel, quiet in hours if quiet is not None),
        forums=tuple(
            FiledForum(row["channel_id"], PostsBy(row["posts_by"])) for row in tx.execute(_FORUMS, (guild_id,))
        ),
        blocked_topics=tuple(
            FiledBlockedTopic(row["name"], from_us(row["at"])) for row in tx.execute(_BLOCKED, (guild_id,))
        ),
        hidden=tuple(
            FiledHidden(row["post_hash"], from_us(row["hidden_at"]), row["actor"], row["why"])
            for row in tx.execute(_HIDDEN, (guild_id,))
        ),
    )


def _apply(
    guild_id: GuildId,
    upserts: Sequence[Filed],
    removals: Sequence[Filed],
    times: ImportTimes,
    check: Callable[[GuildFile], None],
    tx: Tx,
) -> None:
    check(_read(guild_id, tx))
    for one in removals:
        _remove(tx, guild_id, one, times.now)
    for one in upserts:
        _put(tx, guild_id, one, times)
    hide_by_hash(tx, guild_id, [one for one in upserts if isinstance(one, FiledHidden)], times.now)


def _put(tx: Tx, guild_id: GuildId, one: Filed, times: ImportTimes) -> None:
    match one:
        case FiledSubscription():
            _put_subscription(tx, guild_id, one, times)
        case FiledDigest():
            _put_digest(tx, guild_id, one, times)
        case FiledHours():
            write_quiet(tx, guild_id, one.channel, one.hours, times.now)
        case FiledForum():
            record_forum(tx, guild_id, one.channel, one.posts_by)
        case FiledBlockedTopic():
            block_topic(guild_id, one.name, one.blocked_at or times.now, tx)
        case FiledNotifyRole():
            choose_notify_role(tx, guild_id, None, one.role_id, one.chosen_by, times.now)
        case GuildSettings():
            write_settings(tx, guild_id, one)


def _remove(tx: Tx, guild_id: GuildId, one: Filed, now: datetime) -> None:
    """Remove a thing of a server. A channel stays a forum."""
    match one:
        case FiledSubscription():
            subscription = _subscription_id(tx, guild_id, one)
            if subscription is not None:
                unsubscribe(subscription, now, tx)
        case FiledDigest():
            digest = _digest_id(tx, guild_id, one)
            if digest is not None:
                delete_digest(digest, now, tx)
        case FiledHours():
            write_quiet(tx, guild_id, one.channel, None, now)
        case FiledHidden():
            unhide_by_hash(tx, guild_id, one, now)
        case FiledBlockedTopic():
            unblock_topic(guild_id, one.name, tx)
        case FiledNotifyRole():
            end_notify_role(tx, guild_id, None)
        case GuildSettings():
            write_settings(tx, guild_id, GuildSettings())


def _subscription_id(tx: Tx, guild_id: GuildId, one: FiledSubscription) -> SubscriptionId | None:
    row = tx.execute(_SUBSCRIPTION_ID, (guild_id, one.channel, one.topic.key)).fetchone()
    return None if row is None else SubscriptionId(row["id"])


def _digest_id(tx: Tx, guild_id: GuildId, one: FiledDigest) -> DigestId | None:
    row = tx.execute(_DIGEST_ID, (guild_id, one.settings.channel_id, one.settings.name)).fetchone()
    return None if row is None else DigestId(row["id"])


def _put_subscription(tx: Tx, guild_id: GuildId, one: FiledSubscription, times: ImportTimes) -> None:
    found, now = _subscription_id(tx, guild_id, one), times.now
    if found is None:
        new = NewSubscription(guild_id, one.channel, one.topic, one.created_by, one.settings, one.address)
        found = subscribe(new, times.baseline_since, now, tx).id
    else:
        replace_settings(tx, found, one.settings)
        tx.execute("UPDATE subscriptions SET name = ? WHERE id = ?", (one.topic.name, found))
        bind_watches(tx, found, one.settings.min_rp, now)
        reason = BaselineReason.RULE_CHANGED
        record_baseline(tx, found, one.settings.rules, times.baseline_since, now, reason)
    _put_state(tx, found, one, times)
    _put_notify_role(tx, guild_id, found, one.notify_role, times.now)


def _put_notify_role(
    tx: Tx, guild_id: GuildId, found: SubscriptionId, wanted: FiledNotifyRole | None, now: datetime
) -> None:
    """Set the notify role as in the file; who chose one that stays is kept."""
    known = notify_roles_of(tx, guild_id).get(found)
    if wanted is None:
        end_notify_role(tx, guild_id, found)
    elif known is None or known.role_id != wanted.role_id:
        choose_notify_role(tx, guild_id, found, wanted.role_id, wanted.chosen_by, now)


def _put_state(tx: Tx, found: SubscriptionId, one: FiledSubscription, times: ImportTimes) -> None:
    """Pause and mute as in the file."""
    (paused, muted) = tx.execute("SELECT paused, muted_until FROM subscriptions WHERE id = ?", (found,)).fetchone()
    if paused is not None and paused != one.paused:
        resume(found, times.baseline_since, times.now, tx)
    if one.paused is not None and paused != one.paused:
        pause(found, PauseReason(one.paused), times.now, tx)
    wanted = None if one.muted_until is None else to_us(one.muted_until)
    if muted != wanted:
        mute(found, one.muted_until, times.now, tx)


def _put_digest(tx: Tx, guild_id: GuildId, one: FiledDigest, times: ImportTimes) -> None:
    found, now = _digest_id(tx, guild_id, one), times.now
    next_at = times.next_at[one.settings.channel_id, one.settings.name]
    if found is None:
        found = create_digest(guild_id, one.created_by, one.settings, next_at, now, tx).id
        paused = None
    else:
        paused = change_digest(found, one.settings, next_at, now, tx).paused
    if paused is not None and paused != one.paused:
        resume_digest(found, next_at, now, tx)
    if one.paused is not None and paused != one.paused:
        pause_digest(tx, found, one.paused, now)
