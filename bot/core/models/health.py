"""The health of watches, its measurements, and the notices sent of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.core.causes import Cause
from bot.core.lazy_dataclass import dataclass

from .content import EntryContent
from .enums import ChannelId, EntryId, EntryKind, GuildId, Health, WatchId
from .sources import SourceName


class AnswerTrait(StrEnum):
    """A trait of an answer. If it used to be shown and is gone from all posts, the source has changed."""

    POSTS = "posts"
    RP = "rp"
    AUTHORS = "authors"
    TIMES = "times"
    IDS = "ids"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class ArrivalStats:
    """The rhythm in which a watch finds new posts; ``health.watch.next_arrivals`` computes ``usual_gap``."""

    since: datetime
    last_new_at: datetime
    usual_gap: timedelta = timedelta(0)
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class TraitStats:
    """The number of polls that showed a trait, and the last of them."""

    polls: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FullAnswer:
    """The last answer that was sent in full: when, and a hash of its body where one was taken."""

    at: datetime
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A permanent redirect of an address to another: its first and its last poll."""

    to: str = field(repr=False)
    since: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class WatchHealth:
    """The stored health of a watch, beside its state.

    ``since``: when it became as well, or as unwell, as it is; None for a watch that was always well. ``cause``:
    why it is unwell, in a column of its own; None of a watch that is well. ``hours``: for how many it has been
    ``SILENT``, or since the ``GAP``; ``usual_hours``: within how many something new came as a rule. ``shown``:
    traits that its source used to show, and are missed; they follow from ``trait_stats``. ``wait_until``: its
    source asked for no request before this, when it failed last. ``turnovers``: so many polls in a row, up to
    ``retention.TURNS_OVER``, found a page of nearly only new posts. ``gap_at``: when a poll found nothing left of
    what the one before had seen; ``overlap_wait``: the wait after which that happens no more. ``moved``: where its
    address has led for good lately. ``validators_wrong_at``: when its validators were last found to stay the same
    while new entries came.
    """

    since: datetime | None = None
    cause: Cause | None = None
    hours: int = 0
    usual_hours: int = 0
    shown: frozenset[AnswerTrait] = frozenset()
    arrivals: ArrivalStats | None = None
    wait_until: datetime | None = None
    trait_stats: Mapping[AnswerTrait, TraitStats] = field(default_factory=dict)
    turnovers: int = 0
    full_answer: FullAnswer | None = None
    validators_wrong_at: datetime | None = None
    gap_at: datetime | None = None
    overlap_wait: timedelta | None = None
    moved: Moved | None = None


class OutageScope(IntEnum):
    """The share of a channel's topics at a source that cannot be read."""

    NONE = 0
    SOME = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class DependentWatch:
    """A watch as a channel depends on it. ``muted``: all who listen there are muted just now.

    In the list of the operator, who depends on every watch, ``channel_id`` and ``guild_id`` are 0.
    ``listened_since``: since when the channel has; None: always.
    """

    watch_id: WatchId
    channel_id: ChannelId
    guild_id: GuildId
    source: SourceName
    target: str | None = field(repr=False)
    topic_name: str
    health: Health
    failures: int
    next_poll_at: datetime
    last_ok_at: datetime | None
    health_record: WatchHealth
    language: str
    muted: bool = False
    listened_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that is asked through a source; ``host`` is empty for the source's own."""

    source: SourceName
    host: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """The notices sent to a channel (0: the operator) about an endpoint.

    ``scope``: that of the last notice; NONE when it is over. ``some_at``, ``all_at``: the last notices of SOME
    and ALL. ``entry_id``: the notice of the last word.
    """

    channel_id: ChannelId
    guild_id: GuildId
    endpoint: Endpoint
    scope: OutageScope = OutageScope.NONE
    some_at: datetime | None = None
    all_at: datetime | None = None
    entry_id: EntryId | None = None


@dataclass(frozen=True, slots=True)
class NoticeContent(EntryContent):
    """A source that a channel's topics depend on cannot be read, or can be again (``better``).

    ``count`` topics still cannot be read there; ``topics`` names the first of them. Or (``too_costly``) the
    one topic is paused because the patterns of its subscription cost too much.
    """

    endpoint: Endpoint
    scope: OutageScope
    better: bool
    count: int
    topics: tuple[str, ...]
    language: str
    since: datetime | None = None
    cause: Cause | None = None
    too_costly: bool = False

    kind = EntryKind.NOTICE


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """A planned notice. ``before``: the stored incident. ``content``: the notice; None closes it without one."""

    before: Incident
    content: NoticeContent | None
