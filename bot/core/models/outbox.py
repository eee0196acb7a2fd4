"""What was decided and is on its way to Discord, or arrived there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .posts import Post, Topic
from .words import (
    AlertReason,
    ChannelId,
    EntryId,
    EntryKind,
    GuildId,
    HoldReason,
    MessageId,
    MessageState,
    RoleId,
    SourceName,
    SubscriptionId,
)


@dataclass(frozen=True, slots=True)
class AlertContent:
    """All that is needed to draw an alert, frozen when it was decided."""

    topic: Topic
    source: SourceName
    post: Post
    reason: AlertReason
    observed_at: datetime
    min_rp: int
    language: str
    role_id: RoleId | None = None
    previous_rp: int | None = None


@dataclass(frozen=True, slots=True)
class SummaryContent:
    """One line for posts that were held. ``count`` is fixed when the message is sealed."""

    topic: Topic
    why: HoldReason
    language: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Something decided and not yet confirmed by Discord."""

    id: EntryId
    kind: EntryKind
    guild_id: GuildId
    channel_id: ChannelId
    subscription_id: SubscriptionId
    content: AlertContent | SummaryContent
    created_at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """What is really sent: sealed once, sent as it is by every try."""

    id: MessageId
    guild_id: GuildId
    channel_id: ChannelId
    entries: tuple[OutboxEntry, ...]
    sealed_at: datetime
    state: MessageState = MessageState.SEALED
    attempts: int = 0
    first_try_at: datetime | None = None
    next_try_at: datetime | None = None
    discord_message_id: int | None = None
    sent_at: datetime | None = None
    error: str | None = None

    @property
    def nonce(self) -> str:
        """25 characters, Discord's limit for a nonce."""
        return f"k{self.id}"
