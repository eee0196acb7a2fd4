"""What a person asks of the subscription service, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.alerting.rules import Verdict
from bot.core.models import (
    ChannelId,
    GuildId,
    RoleId,
    Rules,
    SourceName,
    StoredPost,
    Subscription,
    Topic,
    UserId,
    Viewer,
)

from .dry_run import DryRun


@dataclass(frozen=True, slots=True)
class SubscribeRequest:
    """What a person typed into ``/subscribe``. ``min_rp`` None: the defaults; ``source`` None: all of them.

    ``people_only`` None: nothing was chosen, which is yes.
    ``viewer``: what they may know of, for a feed they name by its key; None: what the channel follows.
    """

    topic: str
    guild_id: GuildId
    channel_id: ChannelId
    user_id: UserId
    language: str
    min_rp: int | None = None
    role_id: RoleId | None = None
    include: str = ""
    exclude: str = ""
    source: SourceName | None = None
    people_only: bool | None = None
    viewer: Viewer | None = None
    language_chosen: bool = False
    """Whether the language was chosen, rather than being the reader's own."""


@dataclass(frozen=True, slots=True)
class RulesChange:
    """What a person left in the edit form. ``min_rp`` empty: the bars stay."""

    min_rp: str
    include: str
    exclude: str
    language: str
    role_id: RoleId | None


@dataclass(frozen=True, slots=True)
class FilterChange:
    """What a person left in the form of filters. ``heard_again``: authors who are muted no longer."""

    languages: tuple[str, ...]
    sources: tuple[SourceName, ...]
    allow_sensitive: bool
    heard_again: frozenset[str] = frozenset()
    people_only: bool = True


@dataclass(frozen=True, slots=True)
class SubscriptionDetails:
    """A subscription and what the last 24 h, as stored, would have brought it.

    ``address``: its feed's, which may hold a key; for those who may manage it.
    """

    subscription: Subscription
    day: DryRun
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SubscribeResult:
    """What came of ``/subscribe``.

    ``asked``: what is asked of each source, in words. ``failed``: sources that could not be looked at just now,
    with the id of the sentence that says why. ``top``: the topic's posts with the highest RP at the moment.
    """

    subscription: Subscription
    asked: tuple[tuple[SourceName, str], ...]
    failed: tuple[tuple[SourceName, str], ...]
    day: DryRun
    top: tuple[StoredPost, ...]
    top_verdicts: tuple[Verdict, ...] = ()
    """What its conditions say of each of them."""
    similar: tuple[Topic, ...] = ()
    """Topics that may have been meant instead, where there are few posts or none."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a subscription is, and what it is to be instead; only rules, minimums, role and language differ."""

    before: Subscription
    after: Subscription

    @property
    def back(self) -> Change:
        """The change that undoes this one."""
        return Change(self.after, self.before)

    @property
    def is_nothing(self) -> bool:
        """Whether all is as it was."""
        return settings_of(self.before) == settings_of(self.after)


def settings_of(subscription: Subscription) -> tuple[Mapping[SourceName, int], Rules, RoleId | None, str]:
    """What can be changed of a subscription."""
    return subscription.min_rp, subscription.rules, subscription.role_id, subscription.language
