"""Subscriptions as people change them. Each change bumps ``rules_version`` of the watches it touches."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.core.errors import AlreadySubscribed, RefusedRequest
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    BaselineReason,
    ChannelId,
    Failure,
    FailureCode,
    GuildId,
    NewSubscription,
    Pausable,
    PauseReason,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
)
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import SUBSCRIPTION, subscription_from, to_json, to_us, to_us_or_none
from bot.storage.sql.mapping.digests import must_read_digest
from bot.storage.sql.outbox.channel_troubles import note_pause
from bot.storage.sql.outbox.story_alerts import send_for_others, waiting_leads
from bot.storage.sql.watching.baseline import record_baseline
from bot.storage.sql.watching.digest_watches import pause_digests
from bot.storage.sql.watching.subscription_watches import (
    RESTORABLE,
    bind_watches,
    drop_waiting,
    reactivate,
    watch_ids_of,
)
from bot.storage.sql.watching.watches import deactivate_unused, invalidate_plans, know_topics

_UNMUTE_BASELINE = timedelta(days=7)
"""Period of the baseline: longer than the age of any new post. A wider one costs rows, never an alert."""

_LISTED = f"""{SUBSCRIPTION}
WHERE s.guild_id = ? AND s.removed_at IS NULL AND s.channel_id = coalesce(?, s.channel_id)
ORDER BY s.channel_id, s.name
"""
_PRESENT = f"{SUBSCRIPTION} WHERE s.id = ? AND s.removed_at IS NULL"


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of subscriptions, for quotas."""

    in_guild: int
    in_channel: int


class SubscriptionStore(Store):
    """Subscriptions. Each change bumps ``rules_version`` of the watches it touches."""

    async def subscribe(self, wanted: NewSubscription, baseline_since: datetime, now: datetime) -> Subscription:
        """Store topic, watches, subscription and baseline in one transaction.

        Baseline: every stored post of its watches seen since ``baseline_since`` that passes the rules now
        (``core.alerting.rules.check`` of the highest RP known, with the watch's min_rp) is recorded as not to be
        sent (reason SUBSCRIBED). Stored young posts below min_rp get a recheck now. A channel has one subscription
        for each topic: a second one raises ``AlreadySubscribed``.
        """
        return await self._database.write(partial(subscribe, wanted, baseline_since, now))

    async def change_rules(
        self,
        subscription_id: SubscriptionId,
        settings: SubscriptionSettings,
        *,
        baseline_since: datetime,
        now: datetime,
    ) -> Subscription:
        """Replace the settings; posts that pass now are baseline (RULE_CHANGED) in the same transaction.

        Raises ``RefusedRequest("subscription-gone")`` when the subscription does not exist.
        """

        def work(tx: Tx) -> Subscription:
            replace_settings(tx, subscription_id, settings)
            bind_watches(tx, subscription_id, settings.min_rp, now)
            reason = BaselineReason.RULE_CHANGED
            record_baseline(tx, subscription_id, settings.rules, baseline_since, now, reason)
            return _must_read(tx, subscription_id)

        return await self._database.write(work)

    async def pause(self, subscription_id: SubscriptionId, why: PauseReason, now: datetime) -> bool:
        """Pause a subscription; unsealed entries are dropped with a stored reason. False: was paused or gone."""
        return await self._database.write(partial(pause, subscription_id, why, now))

    async def pause_channel(self, channel_id: ChannelId, why: PauseReason, now: datetime) -> list[Pausable]:
        """Pause a lost channel's active subscriptions and digests; returns those paused by this call."""
        return await self._database.write(partial(_pause_channel, channel_id, why, now))

    async def resume(self, subscription_id: SubscriptionId, baseline_since: datetime, now: datetime) -> bool:
        """Resume a subscription; posts that pass now are baseline (RESUMED). Its watches are due at once."""
        return await self._database.write(partial(resume, subscription_id, baseline_since, now))

    async def mute(self, subscription_id: SubscriptionId, until: datetime | None, now: datetime) -> bool:
        """Mute until then: posts that pass are baseline (MUTED). None ends the mute, with a baseline (RESUMED)."""
        return await self._database.write(partial(mute, subscription_id, until, now))

    async def unsubscribe(self, subscription_id: SubscriptionId, now: datetime) -> Subscription | None:
        """Remove a subscription (``restore`` undoes it for 30 days). Unsealed entries are dropped."""
        return await self._database.write(partial(unsubscribe, subscription_id, now))

    async def restore(
        self,
        subscription_id: SubscriptionId,
        baseline_since: datetime,
        now: datetime,
        guild_id: GuildId | None = None,
    ) -> Subscription | None:
        """Undo ``unsubscribe``, with a baseline.

        None when it is too late, the topic was subscribed again, or it is not ``guild_id``'s (None: any server's).
        """
        return await self._database.write(partial(_restore, subscription_id, baseline_since, now, guild_id))

    async def channel_of(self, subscription_id: SubscriptionId, guild_id: GuildId) -> ChannelId | None:
        """The channel of a server's own subscription, removed or not."""
        return await self._database.read(partial(_channel_of, subscription_id, guild_id))

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """One subscription, None when removed."""
        return await self._database.read(partial(_read, subscription_id=subscription_id))

    async def listed(self, guild_id: GuildId, channel_id: ChannelId | None = None) -> list[Subscription]:
        """A server's (or channel's) subscriptions by channel and topic name."""
        return await self._database.ask(partial(_list, guild_id, channel_id))

    async def counts(self, guild_id: GuildId, channel_id: ChannelId) -> Counts:
        """Numbers of subscriptions in a server and a channel, for quotas."""
        return await self._database.ask(partial(_counts, guild_id, channel_id))


def subscribe(wanted: NewSubscription, baseline_since: datetime, now: datetime, tx: Tx) -> Subscription:
    """Store a subscription, in the caller's transaction. Raises ``AlreadySubscribed``."""
    topic = wanted.topic
    know_topics(tx, [topic])
    if _subscribed(tx, wanted.channel_id, topic.key):
        raise AlreadySubscribed(topic.name)
    subscription_id = _insert(tx, wanted, now)
    bind_watches(tx, subscription_id, wanted.settings.min_rp, now)
    record_baseline(tx, subscription_id, wanted.settings.rules, baseline_since, now, BaselineReason.SUBSCRIBED)
    return _must_read(tx, subscription_id)


def _subscribed(tx: Tx, channel_id: int, topic_key: str) -> bool:
    row = tx.execute(
        "SELECT 1 FROM subscriptions WHERE channel_id = ? AND topic_key = ? AND removed_at IS NULL",
        (channel_id, topic_key),
    ).fetchone()
    return row is not None


def _insert(tx: Tx, wanted: NewSubscription, now: datetime) -> SubscriptionId:
    row = tx.execute(
        "INSERT INTO subscriptions "
        "(guild_id, channel_id, topic_key, name, target, created_by, created_at, language, rules, role_id, pace, "
        "surge) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            wanted.guild_id,
            wanted.channel_id,
            wanted.topic.key,
            wanted.topic.name,
            wanted.target,
            wanted.created_by,
            to_us(now),
            wanted.settings.language,
            to_json(wanted.settings.rules),
            wanted.settings.role_id,
            wanted.settings.pace,
            wanted.settings.surge,
        ),
    ).fetchone()
    return SubscriptionId(row["id"])


def replace_settings(tx: Tx, subscription_id: SubscriptionId, settings: SubscriptionSettings) -> None:
    """Replace the settings of a subscription. Raises ``RefusedRequest``."""
    changed = tx.execute(
        "UPDATE subscriptions SET rules = ?, role_id = ?, language = ?, pace = ?, surge = ? "
        "WHERE id = ? AND removed_at IS NULL",
        (
            *(to_json(settings.rules), settings.role_id, settings.language, settings.pace, settings.surge),
            subscription_id,
        ),
    ).rowcount
    if not changed:
        raise RefusedRequest("subscription-gone")


def _end_alerts(tx: Tx, subscription_id: SubscriptionId, failure: Failure, now: datetime) -> None:
    """Drop a subscription's entries that are not sealed; what they counted for others is sent."""
    leads = waiting_leads(tx, subscription_id)
    drop_waiting(tx, subscription_id, failure, now)
    send_for_others(tx, subscription_id, leads, now)


def pause(subscription_id: SubscriptionId, why: PauseReason, now: datetime, tx: Tx) -> bool:
    """Pause a subscription; its unsealed entries are dropped. False: it is paused already, or gone."""
    paused = tx.execute(
        "UPDATE subscriptions SET paused = ? WHERE id = ? AND paused IS NULL AND removed_at IS NULL",
        (why, subscription_id),
    ).rowcount
    if paused:
        _end_alerts(tx, subscription_id, Failure.of_pause(why), now)
    return bool(paused)


def _pause_channel(channel_id: ChannelId, why: PauseReason, now: datetime, tx: Tx) -> list[Pausable]:
    rows = tx.execute(
        f"{SUBSCRIPTION} WHERE s.channel_id = ? AND s.paused IS NULL AND s.removed_at IS NULL ORDER BY s.id",
        (channel_id,),
    ).fetchall()
    for row in rows:
        pause(row["id"], why, now, tx)
    digests = pause_digests(tx, why, now, channel_id=channel_id)
    paused: list[Pausable] = [
        *(_must_read(tx, row["id"]) for row in rows),
        *(must_read_digest(tx, digest_id) for digest_id in digests),
    ]
    note_pause(tx, channel_id, why, paused, now)
    return paused


def resume(subscription_id: SubscriptionId, baseline_since: datetime, now: datetime, tx: Tx) -> bool:
    """Resume a subscription; False: it was not paused, or is removed."""
    resumed = tx.execute(
        "UPDATE subscriptions SET paused = NULL WHERE id = ? AND paused IS NOT NULL AND removed_at IS NULL",
        (subscription_id,),
    ).rowcount
    if resumed:
        reactivate(tx, subscription_id, baseline_since, now)
    return bool(resumed)


def mute(subscription_id: SubscriptionId, until: datetime | None, now: datetime, tx: Tx) -> bool:
    """Mute a subscription until a time, None: no longer; False: it is removed."""
    changed = tx.execute(
        "UPDATE subscriptions SET muted_until = ? WHERE id = ? AND removed_at IS NULL",
        (to_us_or_none(until), subscription_id),
    ).rowcount
    if changed and until is None:
        reactivate(tx, subscription_id, now - _UNMUTE_BASELINE, now)
        deactivate_unused(tx, watch_ids_of(tx, subscription_id))  # it may be paused
    elif changed:
        invalidate_plans(tx, watch_ids_of(tx, subscription_id))
    return bool(changed)


def unsubscribe(subscription_id: SubscriptionId, now: datetime, tx: Tx) -> Subscription | None:
    """Remove a subscription; None: it was gone."""
    found = _read(tx, subscription_id)
    if found is not None:
        tx.execute("UPDATE subscriptions SET removed_at = ? WHERE id = ?", (to_us(now), subscription_id))
        _end_alerts(tx, subscription_id, Failure(FailureCode.UNSUBSCRIBED, "unsubscribed"), now)
    return found


def _channel_of(subscription_id: SubscriptionId, guild_id: GuildId, tx: Tx) -> ChannelId | None:
    row = tx.execute(
        "SELECT channel_id FROM subscriptions WHERE id = ? AND guild_id = ?", (subscription_id, guild_id)
    ).fetchone()
    return None if row is None else ChannelId(row["channel_id"])


def _restore(
    subscription_id: SubscriptionId,
    baseline_since: datetime,
    now: datetime,
    guild_id: GuildId | None,
    tx: Tx,
) -> Subscription | None:
    row = tx.execute(
        "SELECT channel_id, topic_key FROM subscriptions "
        "WHERE id = ? AND removed_at >= ? AND guild_id = coalesce(?, guild_id)",
        (subscription_id, to_us(now - RESTORABLE), guild_id),
    ).fetchone()
    if row is None or _subscribed(tx, row["channel_id"], row["topic_key"]):
        return None
    tx.execute("UPDATE subscriptions SET removed_at = NULL WHERE id = ?", (subscription_id,))
    reactivate(tx, subscription_id, baseline_since, now)
    deactivate_unused(tx, watch_ids_of(tx, subscription_id))
    return _read(tx, subscription_id)


def _read(tx: Tx, subscription_id: SubscriptionId) -> Subscription | None:
    row = tx.execute(_PRESENT, (subscription_id,)).fetchone()
    return None if row is None else subscription_from(row)


def _must_read(tx: Tx, subscription_id: SubscriptionId) -> Subscription:
    row: Row = tx.execute(_PRESENT, (subscription_id,)).fetchone()
    return subscription_from(row)


def _list(guild_id: GuildId, channel_id: ChannelId | None, tx: Tx) -> list[Subscription]:
    rows = tx.execute(
        _LISTED,
        (guild_id, channel_id),
    )
    return [subscription_from(row) for row in rows]


def _counts(guild_id: GuildId, channel_id: ChannelId, tx: Tx) -> Counts:
    row = tx.execute(
        "SELECT count(*) AS in_guild, count(*) FILTER (WHERE channel_id = ?) AS in_channel FROM subscriptions "
        "WHERE guild_id = ? AND removed_at IS NULL",
        (channel_id, guild_id),
    ).fetchone()
    return Counts(in_guild=row["in_guild"], in_channel=row["in_channel"])
