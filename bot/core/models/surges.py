"""Surges of a topic on their way to channels: the figures, the card, and what is known of cards that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Self

from bot.core.lazy_dataclass import dataclass
from bot.core.surge.day import HourlyCurve
from bot.core.surge.settings import Preset
from bot.core.surge.state import SurgeState

from .content import EntryContent, ShownPost
from .enums import ChannelId, EntryId, EntryKind, GuildId, PostKey, RoleId, SubscriptionId
from .posts import Post, Topic
from .sources import SourceName
from .subscriptions import Rules


@dataclass(frozen=True, slots=True)
class SurgeFigures:
    """The height of a surge at a time.

    ``ratio``, ``peak_ratio``: times normal, in the last hour and at most. ``per_hour``, ``normal_per_hour``: what
    is counted in an hour, seen and normal. ``at_least``: the count was cut, so there was more. ``over``: it ended.
    ``curve``: the day until then, for the card's chart.
    """

    at: datetime
    ratio: float
    peak_ratio: float
    per_hour: float
    normal_per_hour: float
    at_least: bool = False
    over: bool = False
    curve: HourlyCurve | None = None


@dataclass(frozen=True, slots=True)
class SurgeContent(EntryContent):
    """All that is needed to draw the card of a surge, frozen when it was decided.

    ``by_people``: people were counted, not posts. ``as_large_at``: when the topic was last so far above normal;
    None: never in what is remembered. ``carriers``: posts that carry it. ``rising``: words that rose with it, the
    strongest first. ``grew``: it was sent before, and has become several times as high; one line, not a card.
    """

    topic: Topic
    source: SourceName
    language: str
    preset: Preset
    began_at: datetime
    figures: SurgeFigures
    by_people: bool = False
    as_large_at: datetime | None = None
    role_id: RoleId | None = None
    carriers: tuple[Post, ...] = ()
    rising: tuple[str, ...] = ()
    grew: bool = False

    kind = EntryKind.SURGE
    fills_message = True

    @property
    def about(self) -> Topic:
        """The topic that surges."""
        return self.topic

    @property
    def priority(self) -> tuple[int, int]:
        """The order of surges: after digests, before alerts."""
        return 0, 1

    def with_figures(self, figures: SurgeFigures) -> Self:
        """The card with newer figures."""
        return replace(self, figures=figures)

    def posts(self) -> tuple[ShownPost, ...]:
        """The posts that carry it, without those that were taken down."""
        return tuple(ShownPost(post, self.source, self.figures.at) for post in self.carriers)

    def roles(self) -> tuple[RoleId, ...]:
        """The role of its subscription; a surge that was sent before mentions nobody again."""
        return () if self.role_id is None or self.grew else (self.role_id,)

    def without(self, key: PostKey) -> Self:
        """The card without a post that was taken down."""
        left = tuple(post for post in self.carriers if post.key != key)
        return self if len(left) == len(self.carriers) else replace(self, carriers=left)


@dataclass(frozen=True, slots=True)
class OpenSurge:
    """A surge that was sent to a channel, and that lasts. ``figures``: as its card shows them, or is about to."""

    entry_id: EntryId
    subscription_id: SubscriptionId
    channel_id: ChannelId
    preset: Preset
    began_at: datetime
    figures: SurgeFigures


@dataclass(frozen=True, slots=True)
class SurgeCard:
    """The decision that a surge is sent to a channel. ``not_before``: the end of a full hourly limit.

    ``rules``: its posts are chosen by them.
    """

    subscription_id: SubscriptionId
    guild_id: GuildId
    channel_id: ChannelId
    content: SurgeContent
    not_before: datetime
    rules: Rules = Rules()


@dataclass(frozen=True, slots=True)
class SurgeUpdate:
    """The decision that the card of a surge shows other figures."""

    surge: OpenSurge
    figures: SurgeFigures


@dataclass(frozen=True, slots=True)
class SurgePlan:
    """Everything that an answer changes in the surges of its topic. ``states``: its detectors, by sensitivity."""

    states: Mapping[Preset, SurgeState] = field(default_factory=dict)
    cards: tuple[SurgeCard, ...] = ()
    updates: tuple[SurgeUpdate, ...] = ()
