"""Input and result of the decisions of one poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta

from bot.core.lazy_dataclass import dataclass
from bot.core.surge.settings import Preset
from bot.core.surge.state import SurgeState

from .content import FoundAt
from .counts import Counted, CountState, PostCount
from .enums import BaselineReason, ChannelId, GuildId, Health, HoldReason, PostKey, SubscriptionId, WatchId
from .forecast import NextPoll, PollForecast
from .health import WatchHealth
from .outbox import AlertContent
from .pace import CrossingTable, PaceBudget
from .posts import Post, Sample, Snapshot
from .sources import SourceName
from .stories import FurtherPost, StoryLinks
from .subscriptions import Listener
from .surges import OpenSurge, SurgePlan
from .watches import EntryMemo, Validators, Watch


@dataclass(frozen=True, slots=True)
class KnownPost:
    """The stored state of a post under one watch."""

    key: PostKey
    rp: int | None
    max_rp: int | None
    created_at: datetime | None
    first_seen_at: datetime
    recheck_at: datetime | None = None
    gone_at: datetime | None = None
    """The time at which the source first said that the post is gone."""
    rp_at: datetime | None = None
    """The time at which the RP was written last: it had changed, or another part of the post."""
    content_hash: str = ""
    """Changes when anything shown of the post changed; see ``planning.posts.content_hash``."""
    samples: tuple[Sample, ...] = ()
    """Its RP as read lately (in ``alerting.velocity.MAX_SPAN``, and once before), oldest first."""
    peak_velocity: int | None = None
    """The highest velocity at any poll so far, in RP an hour; None: never known."""


@dataclass(frozen=True, slots=True)
class AlertState:
    """The alert of a post in a channel as its message shows it, its decision, and where it was found."""

    rp: int | None
    alerted_at: datetime
    found_at: FoundAt | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A post of the fetch as another endpoint of its network, polled for the topic, shows it."""

    key: PostKey
    source: SourceName
    target: str | None
    first_seen_at: datetime
    author_handle: str


@dataclass(frozen=True, slots=True)
class PollState:
    """All that ``plan_poll`` may know. Sets hold only posts of the fetch at hand.

    ``alerted``: (channel, post) that have their first alert. ``baselined``: (subscription, post).
    ``hidden``: (guild, post); guild 0 is everywhere. ``shown``: of those sent, the ones sent on their own.
    ``digested``: a digest will show the posts, whatever their RP. ``digest_guilds``: servers of digests that
    name the topic; they see the posts without a listener.
    ``echoed``: those sent for which it is on record that this watch shows them too.
    ``neighbours``: the other servers of the fediverse that are asked for the topic and answer; ``elsewhere``: what
    they show of the posts. ``own_words``: posts of the fetch as their own endpoint words them, for each
    channel that listens to that endpoint too. ``said_gone``: posts hidden everywhere because a source said so.
    """

    watch: Watch
    known: dict[PostKey, KnownPost]
    listeners: tuple[Listener, ...] = ()
    alerted: frozenset[tuple[ChannelId, PostKey]] = frozenset()
    baselined: frozenset[tuple[SubscriptionId, PostKey]] = frozenset()
    hidden: frozenset[tuple[GuildId, PostKey]] = frozenset()
    shown: Mapping[tuple[ChannelId, PostKey], AlertState] = field(default_factory=dict)
    digested: bool = False
    digest_guilds: frozenset[GuildId] = frozenset()
    echoed: frozenset[tuple[ChannelId, PostKey]] = frozenset()
    neighbours: tuple[tuple[SourceName, str | None], ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    own_words: Mapping[tuple[ChannelId, PostKey], Post] = field(default_factory=dict)
    said_gone: frozenset[PostKey] = frozenset()
    same: Mapping[PostKey, PostKey] = field(default_factory=dict)
    """The known identity of posts of the fetch that came under another one; all other fields use it already."""
    slid_in: frozenset[PostKey] = frozenset()
    """Entries that stood below the page of a feed until now."""
    new_fingerprints: tuple[tuple[PostKey, int], ...] = ()
    seen_again: tuple[PostKey, ...] = ()
    """Posts that stand on the page, and of whose names that is to be put on record again."""
    counting: CountState = CountState()
    stories: StoryLinks = StoryLinks()
    folded: Mapping[tuple[ChannelId, PostKey], AlertState] = field(default_factory=dict)
    """Posts of the fetch that are counted in the alert of another post that says the same."""
    crossings: Mapping[WatchId, CrossingTable] = field(default_factory=dict)
    """Tables of the watches whose posts compete for the budgets of listeners with a pace."""
    surge_states: Mapping[Preset, SurgeState] = field(default_factory=dict)
    """The surge detectors of the watch."""
    past_counts: tuple[PostCount, ...] = ()
    """Counts of three weeks, oldest first, where a detector is to begin from them."""
    open_surges: tuple[OpenSurge, ...] = ()
    """Surges of the watch that were sent to channels, and that last."""


@dataclass(frozen=True, slots=True)
class PostChange:
    """A post to be written: new, or something of it changed. ``sampled``: its RP changed.

    ``velocity``: RP an hour at this poll; None: unknown.
    """

    post: Post
    max_rp: int | None
    recheck_at: datetime | None
    content_hash: str
    is_new: bool
    sampled: bool
    velocity: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """The decision that a post is sent to a channel on its own."""

    subscription_id: SubscriptionId
    guild_id: GuildId
    channel_id: ChannelId
    content: AlertContent


@dataclass(frozen=True, slots=True)
class HeldAlert:
    """The decision that a post is counted in the subscription's next summary line."""

    alert: Alert
    why: HoldReason
    summary_at: datetime


@dataclass(frozen=True, slots=True)
class Fold:
    """The decision that a post is counted in the alert ``lead`` of its channel, which says the same.

    ``alert``: the alert that is sent instead, if that one cannot be added to any more.
    """

    alert: Alert
    lead: PostKey


@dataclass(frozen=True, slots=True)
class Gathered:
    """The decision that stored posts are counted in an alert: it is sent because of their RP together."""

    alert: Alert
    posts: tuple[FurtherPost, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A post that passes and raises no alert."""

    subscription_id: SubscriptionId
    post_key: PostKey
    why: BaselineReason


@dataclass(frozen=True, slots=True)
class Echo:
    """A post that a channel was sent was found somewhere else as well."""

    channel_id: ChannelId
    post_key: PostKey
    found_at: FoundAt


@dataclass(frozen=True, slots=True)
class WatchUpdate:
    """The update of a watch after a poll. ``next_poll`` None: something else decides its next poll."""

    next_poll_at: datetime
    cursor: str | None
    validators: Validators
    last_ok_at: datetime | None
    failures: int
    health: Health
    health_note: str | None
    health_record: WatchHealth = WatchHealth()
    forecast: PollForecast = PollForecast()
    next_poll: NextPoll | None = None


@dataclass(frozen=True, slots=True)
class PollPlan:
    """Everything a poll decided; committed in one transaction or not at all.

    ``recheck_times`` moves the next recheck of posts that did not change otherwise (None: no more).
    ``count_updates``: RP that the message of a post in a channel should show. ``gone``: when a post was first
    missed (None: it is back). ``take_downs``: posts that vanish everywhere, because their own host says they are
    gone. ``lost``: posts that do so where every endpoint that showed them has lost them. ``put_back``: posts that
    were taken down for being gone and are there. ``own``: new posts whose home is this endpoint: copies elsewhere
    are dropped. ``echoes``: sent posts of which their message should say that they are here too.
    ``others_within``: the host answers again; its other watches that it gave no answer wait no longer than this.
    ``kept``: so many posts the watch keeps (None: all); of those beyond, and not in ``seen``, the oldest that were
    never sent go first. ``folds``: posts that are counted in another alert. ``gathered``: stored
    posts that are counted in one of the plan's. ``below``: posts that lack nothing but RP, and have a fifth of it.
    ``compared_until``: as in ``StoryLinks``. ``new_fingerprints``, ``seen_again``: names to be kept, and those to
    be kept for longer. ``links``: other identities that links to known posts have by now. ``too_costly``:
    subscriptions paused from now on, because their patterns cost too much; nothing was decided for them.
    """

    watch: Watch
    at: datetime
    update: WatchUpdate
    changes: tuple[PostChange, ...] = ()
    snapshot: Snapshot | None = None
    alerts: tuple[Alert, ...] = ()
    held: tuple[HeldAlert, ...] = ()
    folds: tuple[Fold, ...] = ()
    gathered: tuple[Gathered, ...] = ()
    below: tuple[PostKey, ...] = ()
    compared_until: int | None = None
    baselines: tuple[Baseline, ...] = ()
    recheck_times: tuple[tuple[PostKey, datetime | None], ...] = ()
    count_updates: tuple[tuple[ChannelId, PostKey, int], ...] = ()
    gone: tuple[tuple[PostKey, datetime | None], ...] = ()
    take_downs: tuple[PostKey, ...] = ()
    lost: tuple[PostKey, ...] = ()
    put_back: tuple[PostKey, ...] = ()
    own: tuple[PostKey, ...] = ()
    echoes: tuple[Echo, ...] = ()
    others_within: timedelta | None = None
    too_costly: tuple[SubscriptionId, ...] = ()
    kept: int | None = None
    seen: tuple[PostKey, ...] = ()
    new_fingerprints: tuple[tuple[PostKey, int], ...] = ()
    seen_again: tuple[PostKey, ...] = ()
    links: Mapping[PostKey, PostKey] = field(default_factory=dict)
    memo: EntryMemo | None = None
    """The memo for the next poll, without entries that somebody may not see."""
    counted: Counted | None = None
    """Counts of the answer; None where it says nothing of how much is posted."""
    crossings: CrossingTable | None = None
    """The watch's table of first crossings, where it changed."""
    budgets: tuple[tuple[SubscriptionId, PaceBudget], ...] = ()
    """Budgets that alerts of this plan are taken from, as they were read: the commit holds them against what was
    sent meanwhile."""
    surges: SurgePlan = SurgePlan()


@dataclass(slots=True)
class PollReport:
    """Counts of a round of polls; ``alerts`` are posts that raised one, held ones included."""

    polled: int = 0
    new_posts: int = 0
    changed_posts: int = 0
    not_modified: int = 0
    failed: int = 0
    alerts: int = 0

    def add(self, other: PollReport) -> None:
        """Sum up."""
        self.polled += other.polled
        self.new_posts += other.new_posts
        self.changed_posts += other.changed_posts
        self.not_modified += other.not_modified
        self.failed += other.failed
        self.alerts += other.alerts
