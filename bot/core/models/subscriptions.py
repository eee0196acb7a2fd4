"""Subscriptions and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from bot.core.lazy_dataclass import dataclass
from bot.core.surge.settings import Preset

from .enums import ChannelId, GuildId, PauseReason, RoleId, SubscriptionId, UserId
from .pace import PaceBudget, PaceThreshold
from .posts import Topic
from .sources import SourceName


@dataclass(frozen=True, slots=True)
class Rules:
    """The filters of a subscription. Words are as typed; ``rules`` matches them.

    ``languages`` empty: every language. ``muted_authors`` holds handles, case-folded. ``people_only`` leaves out
    what accounts post that call themselves bots. ``min_velocity``: RP an hour that a post must gain (0: any).
    ``fold`` counts a post that says the same as an alert of the channel in that alert, instead of sending another.
    ``media``: alerts show the media of their posts and the faces of authors.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    muted_authors: tuple[str, ...] = ()
    allow_sensitive: bool = True
    people_only: bool = True
    min_velocity: int = 0
    fold: bool = True
    media: bool = True


@dataclass(frozen=True, slots=True)
class SubscriptionSettings:
    """The settings of a subscription that people choose and change.

    ``language`` (``ja``/``en``): the language of its alerts. ``min_rp``: the sources it listens to, with the RP a
    post must reach at each. ``role_id``: the role its alerts mention. ``pace``: about so many alerts a day, those
    with the most RP; None: every post that reaches ``min_rp``. ``surge``: the surges of the topic that it is sent;
    None: none.
    """

    language: str
    min_rp: Mapping[SourceName, int]
    rules: Rules = Rules()
    role_id: RoleId | None = None
    pace: int | None = None
    surge: Preset | None = None

    def stated_min_rp(self, source: SourceName, rp: int | None) -> int:
        """The minimum that an alert of a post states where no decision says what was needed; 0: none.

        With a pace the least of a source is far below what a day's posts need. One that ``rp`` does not reach was
        not passed.
        """
        least = self.min_rp.get(source, 0)
        return least if self.pace is None and rp is not None and rp >= least else 0


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription that is to be stored. ``target``: the URL of a feed, where the topic is one."""

    guild_id: GuildId
    channel_id: ChannelId
    topic: Topic
    created_by: UserId
    settings: SubscriptionSettings
    target: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel follows a topic."""

    id: SubscriptionId
    guild_id: GuildId
    channel_id: ChannelId
    topic: Topic
    created_by: UserId
    created_at: datetime
    settings: SubscriptionSettings
    paused: PauseReason | None = None
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertActivity:
    """The number of alerts sent for a subscription in a span of time, and the last one ever (None: never)."""

    sent: int = 0
    last_at: datetime | None = None


DecisionKey = tuple[int, Rules, bool, bool, PaceThreshold | None, datetime | None, bool]
"""Minimum, rules, muted, digest only; with a pace its threshold, or the day's begin and whether it is spent."""
ContentKey = tuple[str, RoleId | None, Topic | None, bool]
"""Language, role, topic as it is called."""


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
    alerts_last_hour: int = 0
    last_summary_at: datetime | None = None
    """The time of its last summary line of the hourly limit, sent or planned."""
    topic: Topic | None = None
    """The topic as its subscription calls it, under which its posts are sent; None: as the watch does."""
    digest_only: bool = False
    """A digest of the channel stands in for its alerts."""
    budget: PaceBudget | None = None
    """The day of a subscription with a pace."""
    threshold: PaceThreshold | None = None
    """The threshold of that pace at this poll; None where posts have no RP: the first ones of a day are sent."""

    @property
    def is_spent(self) -> bool:
        """Whether the budget of the day is spent, where posts have no RP."""
        return self.budget is not None and self.threshold is None and self.budget.sent >= self.budget.pace

    surge: Preset | None = None
    """The surges that it is sent; None: none."""

    def decision_key(self, now: datetime) -> DecisionKey:
        """The key of its decisions: listeners with equal keys get the same ones, except for settled posts."""
        is_muted = self.muted_until is not None and now < self.muted_until
        day = None if self.budget is None or self.threshold is not None else self.budget.day.start
        return self.min_rp, self.rules, is_muted, self.digest_only, self.threshold, day, self.is_spent

    @property
    def content_key(self) -> ContentKey:
        """The properties with which its contents are made."""
        return self.language, self.role_id, self.topic, self.rules.media
