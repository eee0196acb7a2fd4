"""The stored history of one post for one channel, from which ``/why`` explains; read in one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    Actor,
    AlertReason,
    BaselineReason,
    ChannelId,
    CrossingTable,
    Failure,
    GuildId,
    HoldReason,
    KnownPost,
    Listener,
    PauseReason,
    Post,
    PostKey,
    QuietHours,
    Sample,
    SourceName,
    SubscriptionId,
    Topic,
    Watch,
    WatchId,
)


class DeliveryState(StrEnum):
    """The state of an entry on its way to Discord."""

    WAITING = "waiting"
    SEALED = "sealed"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"
    FORGOTTEN = "forgotten"
    """The entry is on record no longer."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The post as one watch stored it. ``rp_at``: when its RP was read. ``first``: the earliest RP on record."""

    post: Post
    known: KnownPost
    rp_at: datetime
    first: Sample | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A route by which the post can come to the channel: a subscription at one of its watches.

    ``listener`` is made as a poll would make it, also where the subscription is ``paused``.
    """

    watch: Watch
    listener: Listener
    paused: PauseReason | None = None
    observation: Observation | None = None
    crossings: Mapping[WatchId, CrossingTable] = field(default_factory=dict)
    """Tables of the watches whose posts compete for its budget, where the subscription has a pace."""
    settled: frozenset[PostKey] = frozenset()
    """Posts of these tables that the channel was sent, or that are baseline."""
    baseline: tuple[BaselineReason, datetime] | None = None


@dataclass(frozen=True, slots=True)
class TakeDownRecord:
    """One take-down of the post: scope, time and actor."""

    guild_id: GuildId
    at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """The channel's first alert for the post, and what became of it.

    ``topic`` and ``source``: through which it was decided, as far as that is still known. ``held``: why it is
    counted in a summary. ``failure``: why it was dropped, given up, put off or is uncertain. ``removed_at``: when
    the bot took the message away again.
    """

    subscription_id: SubscriptionId
    watch_id: WatchId
    reason: AlertReason
    decided_at: datetime
    rp: int | None
    state: DeliveryState
    needed_rp: int | None = None
    """The RP that a pace asked of it, 0 of a post without RP; None: there was no pace."""
    topic: Topic | None = None
    source: SourceName | None = None
    held: HoldReason | None = None
    not_before: datetime | None = None
    ended_at: datetime | None = None
    failure: Failure | None = None
    attempts: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    discord_message_id: int | None = None
    thread_id: ChannelId | None = None
    """The post of a forum that its message stands in."""
    removed_at: datetime | None = None
    same_as: str | None = None
    """The text of the post whose alert it is counted in, unless that was hidden."""


@dataclass(frozen=True, slots=True)
class PostHistory:
    """All that is known of one post for one channel at one time. ``routes``: of subscriptions not removed.

    ``quiet``: the channel's quiet hours.
    """

    guild_id: GuildId
    channel_id: ChannelId
    key: PostKey
    at: datetime
    routes: tuple[Route, ...] = ()
    take_downs: tuple[TakeDownRecord, ...] = ()
    alert: AlertRecord | None = None
    quiet: QuietHours | None = None
