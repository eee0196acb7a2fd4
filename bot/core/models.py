"""The words of the house, as frozen dataclasses.

Every time is a timezone-aware UTC ``datetime``. An unknown number is ``None``, never 0.
Discord's ids (snowflakes) are plain ``int`` behind a ``NewType``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

TopicKey = NewType("TopicKey", str)
"""NFKC, case-folded, without a leading ``#``, white space folded; see ``text.topic_key``."""
PostKey = NewType("PostKey", str)
"""``network:canonical id``: the identity of a post, whichever source found it."""
WatchId = NewType("WatchId", int)
SubscriptionId = NewType("SubscriptionId", int)
EntryId = NewType("EntryId", int)
MessageId = NewType("MessageId", str)
"""24 hex digits (96 random bits), made before the first try; nonce and custom_id derive from it."""
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
UserId = NewType("UserId", int)
RoleId = NewType("RoleId", int)


class SourceName(StrEnum):
    """Where posts come from."""

    TRENDPAGE = "trendpage"
    MASTODON = "mastodon"
    MISSKEY = "misskey"
    BLUESKY = "bluesky"
    X = "x"
    FEED = "feed"


class Network(StrEnum):
    """Where a post was born; several sources can see one network."""

    X = "x"
    FEDIVERSE = "fediverse"
    BLUESKY = "bluesky"
    WEB = "web"


class Health(StrEnum):
    """How a watch is doing. DEGRADED: it answers, but not as it used to; DOWN: it does not."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class AlertReason(StrEnum):
    """Why a post is told: it was new above the bar, or it rose to it."""

    NEW = "new"
    ROSE = "rose"


class HoldReason(StrEnum):
    """Why a post is counted in a summary line instead of being told on its own."""

    CEILING = "ceiling"
    CATCH_UP = "catch_up"


class BaselineReason(StrEnum):
    """Why a post that passes is not told: it was there before the channel listened."""

    FIRST_LOOK = "first_look"
    SUBSCRIBED = "subscribed"
    RESUMED = "resumed"
    RULE_CHANGED = "rule_changed"
    MUTED = "muted"


class PauseReason(StrEnum):
    """Why a subscription rests."""

    BY_USER = "by_user"
    FORBIDDEN = "forbidden"
    """Discord answered 403 for the channel."""
    NOT_FOUND = "not_found"
    """Discord answered 404: the channel is gone."""


class EntryKind(StrEnum):
    """What an outbox entry is."""

    ALERT = "alert"
    SUMMARY = "summary"


class MessageState(StrEnum):
    """Where a sealed message is on its way."""

    SEALED = "sealed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Topic:
    """A keyword people follow. ``name`` is kept as first typed, for display."""

    key: TopicKey
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A public post as one fetch saw it.

    ``canonical_id``: X status id, ActivityPub URI, AT URI, feed entry id, or a fingerprint of the text.
    ``source_id``: what the source itself calls it, where it can be asked for again by that id.
    ``created_at`` with ``day_only``: midnight UTC of the day, the oldest the post can be.
    """

    network: Network
    canonical_id: str
    text: str
    rp: int | None = None
    url: str | None = None
    author_name: str | None = None
    author_handle: str | None = None
    author_url: str | None = None
    created_at: datetime | None = None
    day_only: bool = False
    likes: int | None = None
    replies: int | None = None
    language: str | None = None
    sensitive: bool = False
    content_warning: str | None = None
    has_media: bool = False
    source_id: str | None = None
    score: int | None = None
    score_name: str | None = None

    @property
    def key(self) -> PostKey:
        """The identity over all sources."""
        return PostKey(f"{self.network}:{self.canonical_id}")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who talks about a topic: shares in per cent, dominant group as the source words it."""

    male_pct: int | None = None
    female_pct: int | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a source reported about the topic itself. ``volume`` counts posts."""

    observed_at: datetime
    volume: int | None = None
    audience: Audience = Audience()


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request needs."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Relook:
    """A post that is to be read again because it is still below somebody's bar."""

    post_key: PostKey
    source_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """One question to a source. ``cursor`` is the source's own text from its last answer."""

    topic: Topic
    target: str | None = None
    cursor: str | None = None
    validators: Validators = Validators()
    relook: tuple[Relook, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A source's answer.

    ``posts`` in the source's order, each identity once. ``gone``: asked for by id and no longer there.
    ``reset_at``: the host asks for no further request before this time (its budget is used up).
    """

    source: SourceName
    posts: tuple[Post, ...] = ()
    snapshot: Snapshot | None = None
    topic_name: str | None = None
    cursor: str | None = None
    validators: Validators = Validators()
    gone: tuple[PostKey, ...] = ()
    reset_at: datetime | None = None
    note: str | None = None
    """What was asked, where that is not the topic's name itself (``#データセンター``)."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source says nothing changed since the last look."""

    source: SourceName


@dataclass(frozen=True, slots=True)
class Watch:
    """One topic at one source: the unit that is polled.

    ``last_ok_at`` is None until the first successful look. ``claim`` is the token of whoever polls it now.
    ``rules_version`` changes with every change to a subscription that listens to it.
    """

    id: WatchId
    topic: Topic
    source: SourceName
    target: str | None = None
    cursor: str | None = None
    validators: Validators = Validators()
    next_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    failures: int = 0
    health: Health = Health.OK
    health_note: str | None = None
    claim: str | None = None
    rules_version: int = 0


@dataclass(frozen=True, slots=True)
class DueWatch:
    """A claimed watch and the posts that want to be read again with it."""

    watch: Watch
    relook: tuple[Relook, ...] = ()


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
class Rules:
    """What a subscription lets through. Words are as typed; matching is in ``rules``.

    ``languages`` empty: every language. ``muted_authors`` holds handles, case-folded.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    muted_authors: tuple[str, ...] = ()
    allow_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel follows a topic.

    ``min_rp``: the bar for each source it listens to. ``language`` (``ja``/``en``) is that of its posts.
    """

    id: SubscriptionId
    guild_id: GuildId
    channel_id: ChannelId
    topic: Topic
    created_by: UserId
    created_at: datetime
    language: str
    min_rp: dict[SourceName, int] = field(default_factory=dict)
    rules: Rules = Rules()
    role_id: RoleId | None = None
    paused: PauseReason | None = None
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """A subscription as one watch's poll sees it."""

    subscription_id: SubscriptionId
    guild_id: GuildId
    channel_id: ChannelId
    min_rp: int
    rules: Rules
    language: str
    role_id: RoleId | None = None
    muted_until: datetime | None = None
    told_last_hour: int = 0
    last_summary_at: datetime | None = None
    """When its last summary line of the ceiling was, or is, to go out."""


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


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post as stored under a watch, for answers to people."""

    post: Post
    source: SourceName
    max_rp: int | None
    rp_at: datetime
    first_seen_at: datetime
