"""Storage for outage notices: failing watches, the listeners that depend on them, and incidents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.core.causes import Cause
from bot.core.health.incidents import OPERATOR_CHANNEL, silence_notice
from bot.core.models import (
    EVERYWHERE,
    ChannelId,
    DependentWatch,
    Endpoint,
    FailureCode,
    FollowedWatch,
    GuildId,
    Health,
    Incident,
    NoticeContent,
    NoticePlan,
    OutageScope,
    SourceName,
    Watch,
    WatchHealth,
    WatchId,
)
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.maintenance import WRITE_NOTE
from bot.storage.sql.mapping.common import (
    WATCH,
    from_us,
    from_us_or_none,
    health_record_from,
    json_list,
    sql_list,
    to_us,
    to_us_or_none,
    watch_from,
)
from bot.storage.sql.outbox.entry_writes import add_entry

_OF_THE_TOPIC = sql_list(cause for cause in Cause if not cause.blames_source)
_LISTENED = "w.enabled = 1 AND w.next_poll_at IS NOT NULL"
_FAILING = f"""
w.health <> 'ok' AND coalesce(w.cause, '') NOT IN {_OF_THE_TOPIC} AND {_LISTENED}
"""
_DEPENDENT_COLUMNS = """
w.id, w.source, w.target, {name} AS topic_name, w.health, w.failures, w.next_poll_at, w.last_ok_at, w.vitals,
w.cause
"""

# All watches that a channel listens to at a source where one of them is failing, or of which it has an open
# incident. Channels of a server with settings are concerned together: they may have one channel for notices.
_OF_CHANNELS = f"""
WITH concerned AS (
  SELECT s.channel_id, w.source FROM watches w
  JOIN subscription_watches sw ON sw.watch_id = w.id JOIN subscriptions s ON s.id = sw.subscription_id
  WHERE {_FAILING} AND s.removed_at IS NULL AND s.paused IS NULL
  UNION SELECT channel_id, source FROM incidents WHERE extent > 0
  UNION SELECT o.channel_id, w.source FROM watches w
  CROSS JOIN subscription_watches sw ON sw.watch_id = w.id
  CROSS JOIN subscriptions s ON s.id = sw.subscription_id AND s.removed_at IS NULL AND s.paused IS NULL
  CROSS JOIN guild_settings g ON g.guild_id = s.guild_id
  CROSS JOIN subscriptions o ON o.guild_id = g.guild_id AND o.removed_at IS NULL
  WHERE {_FAILING}
  UNION SELECT s.channel_id, i.source FROM incidents i
  CROSS JOIN guild_settings g ON g.guild_id = i.guild_id
  CROSS JOIN subscriptions s ON s.guild_id = g.guild_id AND s.removed_at IS NULL
  WHERE i.extent > 0)
SELECT {_DEPENDENT_COLUMNS.format(name="s.name")}, s.channel_id, s.guild_id, s.language,
  CASE WHEN s.muted_until > ? THEN 1 ELSE 0 END AS muted, coalesce(sw.since, s.created_at) AS listened_since
FROM concerned c
CROSS JOIN subscriptions s ON s.channel_id = c.channel_id AND s.removed_at IS NULL AND s.paused IS NULL
CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id
CROSS JOIN watches w ON w.id = sw.watch_id AND w.source = c.source AND {_LISTENED}
ORDER BY s.id
"""  # noqa: S608 - constants only
_OF_OPERATOR = f"""
SELECT {_DEPENDENT_COLUMNS.format(name="t.name")} FROM watches w JOIN topics t ON t.topic_key = w.topic_key
WHERE {_FAILING}
"""  # noqa: S608 - constants only
# Healthy watches for the operator, one row for each server: its latest successful poll, latest due time, and
# latest recovery.
_WELL = f"""
SELECT w.source, w.target, max(w.last_ok_at), max(w.next_poll_at), max(json_extract(w.vitals, '$.since'))
FROM watches w WHERE w.health = 'ok' AND {_LISTENED} AND w.source IN (
  SELECT w.source FROM watches w WHERE {_FAILING} UNION SELECT source FROM incidents WHERE extent > 0)
GROUP BY w.source, w.target
"""  # noqa: S608 - constants only
_FALLEN_SILENT = f"""
SELECT {_DEPENDENT_COLUMNS.format(name="t.name")} FROM watches w JOIN topics t ON t.topic_key = w.topic_key
WHERE {_LISTENED} AND w.health <> 'ok' AND w.cause = ?
ORDER BY t.name
"""  # noqa: S608 - constants only
_SILENT_NOTE = "health.silent_told_at"
_SILENT_EVERY = timedelta(days=1)
_INCIDENTS = "SELECT channel_id, guild_id, source, host, extent, some_at, all_at, entry_id FROM incidents"

# Not written when another process has changed the incident.
_WRITE = """
INSERT INTO incidents (channel_id, guild_id, source, host, extent, some_at, all_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (channel_id, source, host) DO UPDATE SET extent = ?5, some_at = ?6, all_at = ?7, entry_id = NULL
WHERE incidents.extent = ?8
"""
_FORGET = "DELETE FROM incidents WHERE channel_id = ? AND source = ? AND host = ?"
_TAKE_BACK = """
UPDATE entries SET state = 'dropped', reason = ?1, reason_code = ?1, ended_at = ?2
WHERE id = ?3 AND state = 'waiting'
"""
_DROP_OVER = """
DELETE FROM incidents WHERE extent = 0 AND coalesce(some_at, 0) < ?1 AND coalesce(all_at, 0) < ?1
"""
_REMEMBERED = timedelta(days=7)
"""Retention of ended incidents: longer than an outage notice is not repeated for (``incidents.REPEAT_AFTER``)."""


# CROSS JOIN fixes the order: from a server's subscriptions and digests to its watches.
_FOLLOWED = """
SELECT sw.watch_id, s.channel_id, s.name, coalesce(sw.since, s.created_at) FROM subscriptions s
CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id
WHERE s.guild_id = ?1 AND s.removed_at IS NULL AND s.paused IS NULL
UNION ALL
SELECT dw.watch_id, d.channel_id, n.name, coalesce(dw.since, d.created_at) FROM digests d
CROSS JOIN digest_watches dw ON dw.digest_id = d.id
CROSS JOIN watches w ON w.id = dw.watch_id
CROSS JOIN digest_topics n ON n.digest_id = d.id AND n.topic_key = w.topic_key
WHERE d.guild_id = ?1 AND d.removed_at IS NULL AND d.paused IS NULL
"""
_OPERATORS = "SELECT id FROM watches WHERE operator = 1 AND id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"
_BY_IDS = f"{WATCH} WHERE w.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"  # noqa: S608


class HealthStore(Store):
    """Failing sources: the listeners that depend on their watches, and the notices that were sent."""

    async def dependent_watches(self, now: datetime) -> tuple[list[DependentWatch], list[Incident]]:
        """Watches of all channels concerned by a failing source or an open incident, and the incidents.

        A channel comes with all watches that it listens to at that source. The operator is channel 0; its healthy
        watches come as one for each target. Disabled and inactive watches are left out, and watches that are only
        silent concern no channel.
        """
        return await self._database.read(partial(_read, now))

    async def commit_notices(
        self, plans: Sequence[NoticePlan], now: datetime, *, operator_channel: ChannelId | None = None
    ) -> list[NoticePlan]:
        """Store notices, each with a NOTICE entry, in one transaction; returns those that are sent.

        A notice that is still waiting is withdrawn by the next one: an outage notice that was not sent needs no
        all-clear. A notice that another process committed meanwhile is skipped. The operator's notices go to
        ``operator_channel`` (None: not sent).
        """
        return await self._database.write(partial(_commit, plans, now, operator_channel), durable=False)

    async def commit_silent(self, now: datetime, *, operator_channel: ChannelId | None) -> NoticePlan | None:
        """Store the operator's notice of watches that became silent since the last one.

        With one NOTICE entry in ``operator_channel`` (None: nowhere), in one transaction; at most one a day. None
        where there are no such watches, or a day has not passed.
        """
        return await self._database.write(partial(_commit_silent, now, operator_channel), durable=False)

    async def followed_watches(self, guild_id: GuildId) -> list[FollowedWatch]:
        """Active watches of a server's subscriptions and digests, by topic name and source."""
        return await self._database.ask(partial(_followed, guild_id))


# -- concerned channels ---------------------------------------------------------------------------------


def _read(now: datetime, tx: Tx) -> tuple[list[DependentWatch], list[Incident]]:
    dependent_watches = [
        replace(
            _dependent(row),
            channel_id=row["channel_id"],
            guild_id=row["guild_id"],
            language=row["language"],
            muted=bool(row["muted"]),
            listened_since=from_us(row["listened_since"]),
        )
        for row in tx.execute(_OF_CHANNELS, (to_us(now),))
    ]
    dependent_watches += [_dependent(row) for row in tx.execute(_OF_OPERATOR)]
    dependent_watches += _well(tx)
    return dependent_watches, [_incident(row) for row in tx.execute(_INCIDENTS)]


def _dependent(row: Row) -> DependentWatch:
    """Watch of the operator, from ``_DEPENDENT_COLUMNS``."""
    return DependentWatch(
        watch_id=row["id"],
        channel_id=OPERATOR_CHANNEL,
        guild_id=EVERYWHERE,
        source=SourceName(row["source"]),
        target=row["target"] or None,
        topic_name=row["topic_name"],
        health=Health(row["health"]),
        failures=row["failures"],
        next_poll_at=from_us(row["next_poll_at"]),
        last_ok_at=from_us_or_none(row["last_ok_at"]),
        health_record=health_record_from(row["vitals"], row["cause"]),
        language="",
    )


def _well(tx: Tx) -> Iterator[DependentWatch]:
    for source, target, last_ok_at, next_poll_at, since in tx.execute(_WELL):
        yield DependentWatch(
            watch_id=WatchId(0),
            channel_id=OPERATOR_CHANNEL,
            guild_id=EVERYWHERE,
            source=SourceName(source),
            target=target or None,
            topic_name="",
            health=Health.OK,
            failures=0,
            next_poll_at=from_us(next_poll_at),
            last_ok_at=from_us_or_none(last_ok_at),
            health_record=WatchHealth(since=None if since is None else datetime.fromisoformat(since)),
            language="",
        )


def _incident(row: Row) -> Incident:
    return Incident(
        channel_id=row["channel_id"],
        guild_id=row["guild_id"],
        endpoint=Endpoint(SourceName(row["source"]), row["host"]),
        scope=OutageScope(row["extent"]),
        some_at=from_us_or_none(row["some_at"]),
        all_at=from_us_or_none(row["all_at"]),
        entry_id=row["entry_id"],
    )


def _followed(guild_id: GuildId, tx: Tx) -> list[FollowedWatch]:
    since: dict[int, dict[ChannelId, int]] = {}
    names: dict[int, str] = {}
    for watch_id, channel_id, name, at in tx.execute(_FOLLOWED, (guild_id,)):
        channels = since.setdefault(watch_id, {})
        channels[channel_id] = min(at, channels.get(channel_id, at))
        names.setdefault(watch_id, name)
    operators = {watch_id for (watch_id,) in tx.execute(_OPERATORS, (json_list(since),))}
    followed = []
    for row in tx.execute(_BY_IDS, (json_list(since),)).fetchall():
        watch = watch_from(row)
        followed_since = {
            one: None if watch.id in operators else from_us(at) for one, at in since[watch.id].items()
        }
        followed.append(FollowedWatch(_called(watch, names[watch.id]), frozenset(followed_since), followed_since))
    return sorted(followed, key=lambda one: (one.watch.topic.name, one.watch.source, one.watch.target or ""))


def _called(watch: Watch, name: str) -> Watch:
    """Watch with the topic name that the server uses."""
    return replace(watch, topic=replace(watch.topic, name=name))


# -- notices -----------------------------------------------------------------------------------------


def _commit(
    plans: Sequence[NoticePlan],
    now: datetime,
    operator_channel: ChannelId | None,
    tx: Tx,
) -> list[NoticePlan]:
    tx.execute(_DROP_OVER, (to_us(now - _REMEMBERED),))
    return [plan for plan in plans if _commit_notice(tx, plan, now, operator_channel)]


def _commit_notice(tx: Tx, plan: NoticePlan, now: datetime, operator_channel: ChannelId | None) -> bool:
    """Commit one notice; False when another process was faster, or there is nothing to send."""
    before, content = plan.before, plan.content
    if content is None:
        _forget(tx, before)
        withdraw_notice(tx, before, now)
        return False
    if tx.execute(_WRITE, _values(before, content, now)).rowcount != 1:
        return False
    unsent = withdraw_notice(tx, before, now)
    if unsent and content.scope is OutageScope.NONE:
        _forget(tx, before)
        return False
    if unsent:
        content = replace(content, better=False)
    channel_id = operator_channel if before.channel_id == OPERATOR_CHANNEL else before.channel_id
    if channel_id is not None:
        _add_notice(tx, before, channel_id, content, now)
    return True


def _commit_silent(now: datetime, operator_channel: ChannelId | None, tx: Tx) -> NoticePlan | None:
    noted = tx.execute("SELECT value FROM notes WHERE key = ?", (_SILENT_NOTE,)).fetchone()
    noted_at = int(noted["value"]) if noted is not None else to_us(now - _SILENT_EVERY)
    if to_us(now - _SILENT_EVERY) < noted_at <= to_us(now):
        return None
    fallen = [_dependent(row) for row in tx.execute(_FALLEN_SILENT, (Cause.SILENT,))]
    new = [
        dependent
        for dependent in fallen
        if dependent.health_record.since is not None and to_us(dependent.health_record.since) > noted_at
    ]
    plan = silence_notice(new)
    if plan is None or plan.content is None:
        return None
    tx.execute(WRITE_NOTE, (_SILENT_NOTE, str(to_us(now))))
    if operator_channel is not None:
        add_entry(tx, plan.before.guild_id, operator_channel, plan.content, now)
    return plan


def _values(before: Incident, content: NoticeContent, now: datetime) -> tuple[object, ...]:
    """Values for ``_WRITE``; an all-clear leaves the outage times unchanged."""
    is_some = content.scope is OutageScope.SOME and not content.better
    is_all = content.scope is OutageScope.ALL
    return (
        before.channel_id,
        before.guild_id,
        before.endpoint.source,
        before.endpoint.host,
        content.scope,
        to_us(now) if is_some else to_us_or_none(before.some_at),
        to_us(now) if is_all else to_us_or_none(before.all_at),
        before.scope,
    )


def withdraw_notice(tx: Tx, before: Incident, now: datetime) -> bool:
    """Drop the last notice while it is still waiting (in quiet hours), as it no longer applies."""
    if before.entry_id is None:
        return False
    return tx.execute(_TAKE_BACK, (FailureCode.OVERTAKEN, to_us(now), before.entry_id)).rowcount == 1


def _forget(tx: Tx, before: Incident) -> None:
    tx.execute(_FORGET, (before.channel_id, before.endpoint.source, before.endpoint.host))


def _add_notice(tx: Tx, before: Incident, channel_id: ChannelId, content: NoticeContent, now: datetime) -> None:
    entry_id = add_entry(tx, before.guild_id, channel_id, content, now)
    tx.execute(
        "UPDATE incidents SET entry_id = ? WHERE channel_id = ? AND source = ? AND host = ?",
        (entry_id, before.channel_id, before.endpoint.source, before.endpoint.host),
    )
