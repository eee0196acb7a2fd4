"""What people do with subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    Pausable,
    PauseReason,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many subscriptions there are already, for quotas."""

    in_guild: int
    in_channel: int


class SubscriptionStore(Protocol):
    """What people do with subscriptions. Each change bumps ``rules_version`` of the watches it touches."""

    async def subscribe(self, wanted: NewSubscription, baseline_since: datetime, now: datetime) -> Subscription:
        """Store topic, watches, subscription and baseline in one transaction.

        Baseline: every stored post of its watches seen since ``baseline_since`` that passes the rules now
        (``core.rules.judge`` of the highest RP known, with the watch's bar) is recorded as not to be told (reason
        SUBSCRIBED). Stored young posts below the bar get a re-look now. A channel has one subscription a topic:
        subscribing again raises ``RefusedRequest("subscribe-exists")``.
        """
        ...

    async def change_rules(
        self,
        subscription_id: SubscriptionId,
        settings: SubscriptionSettings,
        *,
        baseline_since: datetime,
        now: datetime,
    ) -> Subscription:
        """Replace the settings; what passes now is baseline (RULE_CHANGED) in the same transaction.

        Raises ``RefusedRequest("subscription-gone")`` when it does not exist.
        """
        ...

    async def pause(self, subscription_id: SubscriptionId, why: PauseReason, now: datetime) -> bool:
        """Rest. Entries not yet sealed are dropped with their reason on record. False: was paused or gone."""
        ...

    async def pause_channel(self, channel_id: ChannelId, why: PauseReason, now: datetime) -> list[Pausable]:
        """Pause a lost channel's active subscriptions and digests; returns those paused by this call."""
        ...

    async def resume(self, subscription_id: SubscriptionId, baseline_since: datetime, now: datetime) -> bool:
        """Listen again; what passes now is baseline (RESUMED). Its watches are due at once."""
        ...

    async def mute(self, subscription_id: SubscriptionId, until: datetime | None, now: datetime) -> bool:
        """Until then what passes is baseline (MUTED). None ends the mute now, with a baseline (RESUMED)."""
        ...

    async def unsubscribe(self, subscription_id: SubscriptionId, now: datetime) -> Subscription | None:
        """Remove (can be undone with ``restore`` for 30 days). Unsealed entries are dropped."""
        ...

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
        ...

    async def subscription_channel(self, subscription_id: SubscriptionId, guild_id: GuildId) -> ChannelId | None:
        """The channel of a server's own subscription, removed or not."""
        ...

    async def subscription(self, subscription_id: SubscriptionId) -> Subscription | None:
        """One subscription, None when removed."""
        ...

    async def subscriptions(self, guild_id: GuildId, channel_id: ChannelId | None = None) -> list[Subscription]:
        """A server's (or channel's) subscriptions by channel and topic name."""
        ...

    async def counts(self, guild_id: GuildId, channel_id: ChannelId) -> Counts:
        """For quotas."""
        ...
