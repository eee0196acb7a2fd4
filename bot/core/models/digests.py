"""Scheduled digests: their schedule, the data of a period, and the content that is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.core.causes import Cause
from bot.core.lazy_dataclass import dataclass

from .content import EntryContent, ShownPost
from .enums import (
    ChannelId,
    DigestId,
    EntryId,
    EntryKind,
    GuildId,
    PauseReason,
    PostKey,
    RoleId,
    TopicKey,
    UserId,
)
from .health import Endpoint
from .posts import Audience, Post, StoredPost, Topic
from .sources import SourceName
from .subscriptions import Rules, Subscription


class Recurrence(StrEnum):
    """The kind of schedule that was asked for, and that is read back."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule of a digest: five fields of cron on the clocks of an IANA zone."""

    recurrence: Recurrence
    cron: str
    zone: str


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """The settings of a digest that people choose and change.

    ``topics`` empty: all topics the channel is subscribed to when the digest is due. ``top``: posts a topic at
    most. ``replaces_alerts``: the channel gets no alerts of its topics. ``sources``: the sources that are polled
    for topics nobody is subscribed to otherwise.
    """

    channel_id: ChannelId
    name: str
    schedule: Schedule
    language: str
    topics: tuple[Topic, ...] = ()
    top: int = 5
    min_rp: int = 0
    role_id: RoleId | None = None
    replaces_alerts: bool = False
    sources: tuple[SourceName, ...] = ()
    also_rising: bool = False
    """Whether it names topics that rise elsewhere."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel's scheduled summary of topics.

    ``anchor``: when it was last due, or when it was made, resumed or rescheduled since; its next time follows from
    schedule and anchor. ``covered_until``: the due time of the last one that was sent, None before the first and
    after a pause. ``claim``: the token of the process that makes the one that is due. ``version`` changes with
    every change a person makes.
    """

    id: DigestId
    guild_id: GuildId
    created_by: UserId
    created_at: datetime
    anchor: datetime
    settings: DigestSettings
    paused: PauseReason | None = None
    next_at: datetime | None = None
    covered_until: datetime | None = None
    claim: str | None = None
    version: int = 0

    @property
    def channel_id(self) -> ChannelId:
        """The channel it is sent to."""
        return self.settings.channel_id


Pausable = Subscription | Digest
"""A subscription or a digest: both belong to a channel and are paused when it is lost."""


def display_name(one: Pausable) -> str:
    """The name that people know it by: its topic, or the digest's own name."""
    return one.settings.name if isinstance(one, Digest) else one.topic.name


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time: from ``start`` until before ``end``, UTC."""

    start: datetime
    end: datetime


# -- what a period held --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeriodPost:
    """A post that was seen first, or grew, in a period. ``gained``: the RP it gained in it; None is unknown."""

    stored: StoredPost
    gained: int | None


@dataclass(frozen=True, slots=True)
class Volume:
    """A source's number of posts at a period's end, and at the end of the one before (None: unknown)."""

    source: SourceName
    count: int
    before: int | None
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """An endpoint that could not be read properly, and why."""

    endpoint: Endpoint
    cause: Cause


@dataclass(frozen=True, slots=True)
class Listened:
    """The time since which somebody listens to a watch, and whether it was polled before, for others."""

    since: datetime
    is_shared: bool


@dataclass(frozen=True, slots=True)
class VolumeLine:
    """Posts an hour at a source from ``begin`` on, one for each so many ``minutes``; None where unknown."""

    source: SourceName
    begin: datetime
    minutes: int
    rates: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class TopicPeriod:
    """The posts and counts of a topic's watches in a period, whoever asks.

    ``posts``: the most RP gained first, then (unknown gain) the highest score, then the newest; each identity
    once, as the watch with the highest RP saw it. ``is_all``: there are no more than these. ``new_posts`` counts
    all that were seen first in the period. ``polled``: whether any of its watches was read in the period, or
    before it and was not due again. ``awaited``: none was ever read, and none failed: the first poll is to come.
    """

    topic: Topic
    posts: tuple[PeriodPost, ...] = ()
    is_all: bool = True
    new_posts: int = 0
    polled: bool = True
    awaited: bool = False
    volumes: tuple[Volume, ...] = ()
    audience: Audience | None = None
    audience_source: SourceName | None = None
    troubles: tuple[SourceProblem, ...] = ()
    lines: tuple[VolumeLine, ...] = ()
    """The volume over the period at each source that has counts."""


@dataclass(frozen=True, slots=True)
class FollowedTopic:
    """The rules under which a channel follows a topic, and where."""

    rules: Rules
    sources: frozenset[SourceName]


@dataclass(frozen=True, slots=True)
class ChannelPeriod:
    """The part of a period that only the channel knows.

    ``alerted``: posts that were sent as alerts, ever. ``hidden``: posts it must not see. Both cover the posts
    they were asked for. ``held``: alerts of the period that were counted in a summary, by topic. ``followed``: the
    topics it is subscribed to (paused ones are not among them).
    """

    alerted: frozenset[PostKey] = frozenset()
    hidden: frozenset[PostKey] = frozenset()
    held: Mapping[TopicKey, int] = field(default_factory=dict)
    followed: Mapping[TopicKey, FollowedTopic] = field(default_factory=dict)


# -- what is sent --------------------------------------------------------------------------------------


class TopicState(StrEnum):
    """The state of a topic in a digest."""

    NEWS = "news"
    QUIET = "quiet"
    """Nothing new, and its sources were read."""
    AWAITED = "awaited"
    """Not polled yet."""
    BROKEN = "broken"
    """Nothing new is known, because a source could not be read."""


@dataclass(frozen=True, slots=True)
class DigestPost:
    """A post as a digest shows it. ``alerted``: the channel had it as an alert; it is named, not repeated.

    ``observed_at``: when its RP was read. ``hidden``: taken down since, nothing of it is left or drawn.
    """

    post: Post
    source: SourceName
    gained: int | None
    observed_at: datetime
    alerted: bool = False
    hidden: bool = False

    def redacted(self) -> Self:
        """The post after its take-down."""
        return replace(self, post=self.post.redacted(), hidden=True)


@dataclass(frozen=True, slots=True)
class DigestTopic:
    """A topic in a digest.

    ``held``: what the alert caps held back. ``more``: new posts of the period that are not among ``posts``: what
    is known to be kept from the channel is not counted, what was not read is.
    """

    topic: Topic
    state: TopicState
    posts: tuple[DigestPost, ...] = ()
    new_posts: int = 0
    held: int = 0
    more: int = 0
    volume: Volume | None = None
    audience: Audience | None = None
    audience_source: SourceName | None = None
    troubles: tuple[SourceProblem, ...] = ()
    words: tuple[str, ...] = ()
    """Words that rose in the period."""
    line: VolumeLine | None = None
    """The volume over the period, for the digest's chart."""

    def without(self, key: PostKey) -> Self:
        """The topic with nothing left of the post."""
        posts = tuple(one.redacted() if one.post.key == key else one for one in self.posts)
        return replace(self, posts=posts)


@dataclass(frozen=True, slots=True)
class AlsoRising:
    """A topic that rises elsewhere, and the sources that say so (values of ``RankingSource``)."""

    name: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestContent(EntryContent):
    """All that is needed to draw a digest, frozen when it was decided.

    ``late``: it was due well before it was made (the bot was away). ``zone``: on whose clocks its period is shown.
    ``rising``: topics that rise elsewhere, where the digest wants them.
    """

    digest_id: DigestId
    name: str
    period: Period
    zone: str
    language: str
    topics: tuple[DigestTopic, ...] = ()
    role_id: RoleId | None = None
    late: bool = False
    rising: tuple[AlsoRising, ...] = ()

    kind = EntryKind.DIGEST
    fills_message = True

    @property
    def priority(self) -> tuple[int, int]:
        """First: digests are few, and have a time."""
        return 0, 0

    def posts(self) -> tuple[ShownPost, ...]:
        """Its posts that were not taken down, also those its message has no room for."""
        alerted = (one for topic in self.topics for one in topic.posts if not one.hidden)
        return tuple(ShownPost(one.post, one.source, one.observed_at) for one in alerted)

    def roles(self) -> tuple[RoleId, ...]:
        """The role of the digest."""
        return () if self.role_id is None else (self.role_id,)

    def without(self, key: PostKey) -> Self:
        """The digest with nothing left of the post; it stays a digest, whatever is taken out of it."""
        if not any(one.post.key == key for topic in self.topics for one in topic.posts):
            return self
        return replace(self, topics=tuple(topic.without(key) for topic in self.topics))


@dataclass(frozen=True, slots=True)
class DigestEdition:
    """The decision to send a digest: committed in one transaction or not at all.

    ``due_at`` is unique per digest. ``next_at``: when it is due next; None for one that a person asked for between
    two times, which leaves the schedule as it is. ``instead_of``: what of the digest still waited, whose periods
    this one has in its own; it is not sent any more.
    """

    digest: Digest
    due_at: datetime
    content: DigestContent
    next_at: datetime | None
    instead_of: tuple[EntryId, ...] = ()
