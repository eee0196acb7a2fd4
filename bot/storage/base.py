"""What the rest of the bot asks of its memory, shaped by use.

Promises every back end keeps (``tests/storage/test_contract_*.py`` hold them against it):

* every method is one transaction (``prune``: several); when it raises, nothing of it happened, and a cancelled
  call happened as a whole or not at all;
* all times in and out are timezone-aware UTC with microseconds dropped or kept, never shifted;
* methods may be called from many tasks of one event loop at once; writers wait for each other;
* ``DatabaseBusy`` means "not now" (locked, full, read-only): the same call may succeed later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.models import (
    ChannelId,
    DueWatch,
    EntryId,
    GuildId,
    Message,
    MessageId,
    OutboxEntry,
    PauseReason,
    PollPlan,
    PollState,
    PostKey,
    RoleId,
    Rules,
    Snapshot,
    SourceName,
    StoredPost,
    Subscription,
    SubscriptionId,
    Topic,
    TopicKey,
    UserId,
    Watch,
)


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What a poll's commit really wrote; ``alerts`` counts only those not told before."""

    new_posts: int
    changed_posts: int
    alerts: int
    held: int


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What a person asked for; ``min_rp`` names the sources it listens to and each one's bar."""

    guild_id: GuildId
    channel_id: ChannelId
    topic: Topic
    created_by: UserId
    language: str
    min_rp: Mapping[SourceName, int]
    rules: Rules = Rules()
    role_id: RoleId | None = None
    target: str | None = None
    """A feed's URL, where the topic is one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many subscriptions there are already, for quotas."""

    in_guild: int
    in_channel: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The size of the house, for ``doctor`` and ``/help``."""

    topics: int
    watches: int
    subscriptions: int
    posts: int
    waiting: int


class PollStore(Protocol):
    """What the poller needs."""

    async def claim_due(
        self, now: datetime, *, limit: int, lease_s: float, relook_limit: int = 40
    ) -> list[DueWatch]:
        """Claim up to ``limit`` watches due at ``now``, longest overdue first, for ``lease_s`` seconds.

        A watch is due when its ``next_poll_at`` has come, it is enabled and nobody holds an unexpired claim.
        Each comes with up to ``relook_limit`` posts whose re-look is due (or due within the next minute),
        earliest first.
        """
        ...

    async def poll_state(self, watch: Watch, posts: Collection[PostKey], now: datetime) -> PollState:
        """All ``plan_poll`` may know, read in one consistent snapshot.

        ``known`` and the sets cover ``posts`` only. Paused subscriptions are not among the listeners.
        ``told_last_hour`` counts alerts (not held ones) decided in the hour before ``now``;
        ``last_summary_at`` is the ``not_before`` of the newest CEILING summary of the subscription.
        The state's own ``watch`` is read afresh but for the claim, which stays the caller's. Raises ``StalePlan``
        when the watch is gone.
        """
        ...

    async def commit_poll(self, plan: PollPlan) -> CommitResult:
        """Write posts, samples, snapshot, watch and outbox entries in one transaction.

        The first alert is unique per (channel, post): one that exists already is silently skipped, with its
        entry. Held posts join their subscription's open summary entry, or open one at ``tell_at``.
        Raises ``StalePlan`` when the claim is no longer ours or ``rules_version`` moved. A watch that lost its
        last listener meanwhile stays at rest, whatever the plan says.
        """
        ...

    async def release(self, watch: Watch) -> None:
        """Give a claim back unused (the process stops); the watch is due as before."""
        ...

    async def next_due_at(self) -> datetime | None:
        """When the earliest watch can be claimed (a claimed one: when its lease ends); None when all rest."""
        ...

    async def add_watches(self, wanted: Sequence[tuple[SourceName, Topic, str | None]], now: datetime) -> int:
        """Add (source, topic, target) watches that do not exist yet, in one transaction; returns how many are new.

        An operator's watch stays when its last subscription goes.
        """
        ...

    async def remove_watch(self, source: SourceName, key: TopicKey) -> bool:
        """Drop an operator's watch (kept while subscriptions listen). False when there was none."""
        ...

    async def watches(self) -> list[Watch]:
        """All watches, by topic name and source."""
        ...

    async def set_enabled_sources(self, enabled: Collection[SourceName]) -> None:
        """Watches of other sources are not due until their source is enabled again."""
        ...


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
        *,
        min_rp: Mapping[SourceName, int],
        rules: Rules,
        role_id: RoleId | None,
        language: str,
        baseline_since: datetime,
        now: datetime,
    ) -> Subscription:
        """Replace the rules; what passes now is baseline (RULE_CHANGED) in the same transaction.

        Raises ``RefusedRequest("subscription-gone")`` when it does not exist.
        """
        ...

    async def pause(self, subscription_id: SubscriptionId, why: PauseReason, now: datetime) -> bool:
        """Rest. Entries not yet sealed are dropped with their reason on record. False: was paused or gone."""
        ...

    async def pause_channel(self, channel_id: ChannelId, why: PauseReason, now: datetime) -> list[Subscription]:
        """Pause all active subscriptions of a lost channel; returns those paused by this call."""
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
        self, subscription_id: SubscriptionId, baseline_since: datetime, now: datetime
    ) -> Subscription | None:
        """Undo ``unsubscribe``, with a baseline. None when it is too late or the topic was subscribed again."""
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


class TrendStore(Protocol):
    """What answers to people are made of."""

    async def topic(self, key: TopicKey) -> Topic | None:
        """A known topic."""
        ...

    async def suggest_topics(self, typed: str, *, limit: int = 25) -> list[Topic]:
        """Known topics that start with, then contain, then resemble what was typed; most followed first."""
        ...

    async def is_followed(self, key: TopicKey) -> bool:
        """Whether any subscription (not removed) follows the topic."""
        ...

    async def topic_watches(self, key: TopicKey) -> list[Watch]:
        """A topic's watches."""
        ...

    async def latest_snapshots(self, key: TopicKey) -> dict[SourceName, Snapshot]:
        """The newest snapshot of each source."""
        ...

    async def recent_posts(self, key: TopicKey, since: datetime) -> list[StoredPost]:
        """The topic's stored posts first seen or written since then, highest RP first, over all its watches.

        A post that several sources saw comes once, as the one with the highest RP saw it.
        """
        ...

    async def held_posts(self, entry_id: EntryId) -> list[StoredPost]:
        """The posts a summary line counted, highest RP first."""
        ...

    async def totals(self) -> Totals:
        """The size of the house."""
        ...


class OutboxStore(Protocol):
    """What delivery needs. An entry leaves the outbox only confirmed or given up with a reason."""

    async def waiting(
        self, now: datetime, *, channels: int = 200, skip: Collection[ChannelId] = ()
    ) -> dict[ChannelId, list[OutboxEntry]]:
        """Unsealed entries that may go out now, by channel, oldest first; channels with the longest wait first.

        At most ``channels`` of them. Channels in ``skip``, and those that still have an unfinished message,
        are left out: a channel's messages go in order, and a slow channel takes no other's place.
        A SUMMARY's ``count`` is what it holds at this moment.
        """
        ...

    async def seal(
        self, message_id: MessageId, entries: Sequence[OutboxEntry], now: datetime, *, lease_s: float
    ) -> Message | None:
        """Bind entries to a message for good and claim it.

        None when one of them is no longer waiting, or the channel has an unfinished message.
        """
        ...

    async def hold_back(self, entries: Sequence[OutboxEntry], now: datetime) -> None:
        """Count waiting alerts in their subscription's CATCH_UP summary line instead of telling each.

        The line may go out now. Entries that are no longer waiting are left as they are.
        """
        ...

    async def claim_messages(
        self, now: datetime, *, limit: int, lease_s: float, skip: Collection[ChannelId] = ()
    ) -> list[Message]:
        """Claim SEALED messages whose next try has come and that nobody holds, oldest first, one a channel.

        Channels in ``skip`` are left out.
        """
        ...

    async def begin_try(self, message_id: MessageId, now: datetime) -> Message:
        """Record that a try begins (``attempts`` + 1, ``first_try_at`` once), on disk, before anything is sent.

        Raises ``StalePlan`` when the message is finished, put off, or another process holds it.
        """
        ...

    async def confirm(self, message_id: MessageId, discord_message_id: int, now: datetime) -> None:
        """Discord has it: message SENT (from any state; the first confirmation stands), its entries leave."""
        ...

    async def retry_later(self, message_id: MessageId, at: datetime, error: str) -> None:
        """Not now; the claim is given back. Only a SEALED message can be put off."""
        ...

    async def give_up(self, message_id: MessageId, reason: str, now: datetime) -> None:
        """Never; the reason stays readable."""
        ...

    async def mark_uncertain(self, message_id: MessageId, reason: str, now: datetime) -> None:
        """It may have arrived; a person decides."""
        ...

    async def message(self, message_id: MessageId) -> Message | None:
        """One message with its entries, in any state."""
        ...

    async def next_send_at(self) -> datetime | None:
        """When the earliest waiting entry or message may go; None when nothing waits."""
        ...


class Storage(PollStore, SubscriptionStore, TrendStore, OutboxStore, Protocol):
    """All of it."""

    async def prune(self, now: datetime, *, keep_posts: timedelta) -> int:
        """Drop what nobody needs any more; returns rows.

        Posts of which nothing changed for ``keep_posts``, messages 90 days after they were finished.
        """
        ...

    async def get_note(self, key: str) -> str | None:
        """A small fact kept over restarts (the hash of the synced command tree …)."""
        ...

    async def set_note(self, key: str, value: str) -> None:
        """Keep a small fact."""
        ...

    async def close(self) -> None:
        """Finish what runs and close the files."""
        ...


__all__ = [
    "CommitResult",
    "Counts",
    "NewSubscription",
    "OutboxStore",
    "PollStore",
    "Storage",
    "SubscriptionStore",
    "Totals",
    "TrendStore",
]
