"""Settings of a server as a file holds them: what people chose, without what the bot found out or did."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from bot.core.lazy_dataclass import dataclass

from .channels import GuildSettings, QuietHours
from .digests import DigestSettings
from .enums import Actor, ChannelId, GuildId, PauseReason, PostHash, PostsBy, RoleId, UserId
from .posts import Topic
from .subscriptions import SubscriptionSettings


@dataclass(frozen=True, slots=True)
class FiledNotifyRole:
    """The notify role of a subscription or a server in a file. ``chosen_by``: who chose it."""

    role_id: RoleId
    chosen_by: UserId = UserId(0)


@dataclass(frozen=True, slots=True)
class FiledSubscription:
    """A subscription in a file. ``address``: of a feed, which is a secret of the server."""

    channel: ChannelId
    topic: Topic
    settings: SubscriptionSettings
    address: str | None = field(default=None, repr=False)
    created_by: UserId = UserId(0)
    paused: PauseReason | None = None
    muted_until: datetime | None = None
    notify_role: FiledNotifyRole | None = None


@dataclass(frozen=True, slots=True)
class FiledDigest:
    """A digest in a file."""

    settings: DigestSettings
    created_by: UserId = UserId(0)
    paused: PauseReason | None = None


@dataclass(frozen=True, slots=True)
class FiledHours:
    """The quiet hours of a channel in a file."""

    channel: ChannelId
    hours: QuietHours


@dataclass(frozen=True, slots=True)
class FiledHidden:
    """A hidden post in a file, by the hash of its identity."""

    post: PostHash
    hidden_at: datetime
    actor: Actor
    why: str | None = None


@dataclass(frozen=True, slots=True)
class FiledForum:
    """The posting mode of a forum channel in a file."""

    channel: ChannelId
    posts_by: PostsBy


@dataclass(frozen=True, slots=True)
class FiledBlockedTopic:
    """A blocked topic of ``/trending`` in a file, by its name. ``blocked_at`` None: when the file is imported."""

    name: str
    blocked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GuildFile:
    """Everything that people chose in a server. ``channels``: names of the channels, where they are known."""

    guild: GuildId
    settings: GuildSettings = GuildSettings()
    notify_role: FiledNotifyRole | None = None
    subscriptions: tuple[FiledSubscription, ...] = ()
    digests: tuple[FiledDigest, ...] = ()
    quiet_hours: tuple[FiledHours, ...] = ()
    forums: tuple[FiledForum, ...] = ()
    blocked_topics: tuple[FiledBlockedTopic, ...] = ()
    hidden: tuple[FiledHidden, ...] = ()
    channels: dict[str, str] = field(default_factory=dict)
