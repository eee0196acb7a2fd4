"""What one poll may know, and everything it decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .listening import Listener
from .looking import Validators, Watch
from .outbox import AlertContent
from .posts import Post, Snapshot
from .words import BaselineReason, ChannelId, GuildId, Health, HoldReason, PostKey, SubscriptionId


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What is stored of a post under one watch."""

    key: PostKey
    rp: int | None
    max_rp: int | None
    created_at: datetime | None
    first_seen_at: datetime
    relook_at: datetime | None = None
    digest: str = ""
    """Changes when anything shown of the post changed; see ``poll.content_digest``."""


@dataclass(frozen=True, slots=True)
class PollState:
    """All that ``plan_poll`` may know. Sets hold only posts of the fetch at hand.

    ``told``: (channel, post) that have their first alert. ``baselined``: (subscription, post).
    ``hidden``: (guild, post); guild 0 is everywhere.
    """

    watch: Watch
    known: dict[PostKey, KnownPost]
    listeners: tuple[Listener, ...] = ()
    told: frozenset[tuple[ChannelId, PostKey]] = frozenset()
    baselined: frozenset[tuple[SubscriptionId, PostKey]] = frozenset()
    hidden: frozenset[tuple[GuildId, PostKey]] = frozenset()


@dataclass(frozen=True, slots=True)
class PostChange:
    """A post to be written: new, or something of it changed. ``sampled``: its RP changed."""

    post: Post
    max_rp: int | None
    relook_at: datetime | None
    digest: str
    is_new: bool
    sampled: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """The decision that a post is told to a channel on its own."""

    subscription_id: SubscriptionId
    guild_id: GuildId
    channel_id: ChannelId
    content: AlertContent


@dataclass(frozen=True, slots=True)
class Held:
    """The decision that a post is counted in the subscription's next summary line."""

    alert: Alert
    why: HoldReason
    tell_at: datetime


@dataclass(frozen=True, slots=True)
class Baseline:
    """A post that passes and is not told."""

    subscription_id: SubscriptionId
    post_key: PostKey
    why: BaselineReason


@dataclass(frozen=True, slots=True)
class WatchUpdate:
    """What a poll leaves in its watch."""

    next_poll_at: datetime
    cursor: str | None
    validators: Validators
    last_ok_at: datetime | None
    failures: int
    health: Health
    health_note: str | None


@dataclass(frozen=True, slots=True)
class PollPlan:
    """Everything a poll decided; committed in one transaction or not at all.

    ``relooks`` moves the next re-look of posts that did not change otherwise (None: no more).
    """

    watch: Watch
    at: datetime
    update: WatchUpdate
    changes: tuple[PostChange, ...] = ()
    snapshot: Snapshot | None = None
    alerts: tuple[Alert, ...] = ()
    held: tuple[Held, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    relooks: tuple[tuple[PostKey, datetime | None], ...] = ()
