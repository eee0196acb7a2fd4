"""The stages a post can go through on its way to a channel, for ``/why``."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alerting.rules import Verdict
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    AlertReason,
    BaselineReason,
    ChannelId,
    Failure,
    HoldReason,
    PaceBudget,
    PauseReason,
    Sample,
    SourceName,
    Topic,
)


class HiddenBy(StrEnum):
    """The kind of actor that took a post down; people are not named."""

    PERSON = "person"
    OPERATOR = "operator"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class NotSeen:
    """The watch never had the post.

    ``last_ok_at``: its last successful poll (None: none so far). ``down``: its source cannot be read now.
    """

    last_ok_at: datetime | None
    down: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """First sighting of a post; its RP at first (if stored), at last, and at its highest."""

    at: datetime
    first: Sample | None
    rp: int | None
    rp_at: datetime
    max_rp: int | None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hidden:
    """The post was taken down in this server, or everywhere."""

    at: datetime
    by: HiddenBy
    everywhere: bool


@dataclass(frozen=True, slots=True)
class AlertedElsewhere:
    """The channel got the post through another topic or source."""

    topic: Topic | None
    source: SourceName | None


@dataclass(frozen=True, slots=True)
class Paused:
    """The subscription is paused: nothing is decided for it."""

    why: PauseReason


@dataclass(frozen=True, slots=True)
class Baselined:
    """The post was there before the subscription listened.

    ``at``: when that was put on record (None: it will be).
    """

    why: BaselineReason
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """A rule stopped it.

    ``words``: the excluded words found in it, the words of which it has none, or the languages asked for.
    ``peak_velocity``: its highest velocity at any poll, in RP an hour (None: unknown).
    """

    verdict: Verdict
    min_rp: int
    rp: int | None
    words: tuple[str, ...] = ()
    min_velocity: int = 0
    peak_velocity: int | None = None
    budget: PaceBudget | None = None
    """The day of a subscription with a pace."""
    at: datetime | None = None
    """The time of which ``min_rp`` is, where it changes."""


@dataclass(frozen=True, slots=True)
class TooOld:
    """The post passes, but is older than posts that raise an alert as new."""

    published_at: datetime
    limit: timedelta


@dataclass(frozen=True, slots=True)
class Passes:
    """No rule stops it: the next poll that finds it raises an alert."""


@dataclass(frozen=True, slots=True)
class Decided:
    """An alert was decided. ``held``: counted in a summary line instead of a message of its own."""

    reason: AlertReason
    at: datetime
    rp: int | None
    held: HoldReason | None
    same_as: str | None = None
    """The text of the post whose alert it is counted in, where it is."""
    needed_rp: int | None = None
    """The RP that a pace asked of it then; None or 0: none."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The entry waits for its channel.

    ``until``: not before then. ``quiet``: for the channel's quiet hours to end.
    """

    until: datetime | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """Its message is sealed and being sent."""

    attempts: int
    failure: Failure | None
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The entry's message may or may not have arrived."""

    failure: Failure | None


@dataclass(frozen=True, slots=True)
class AlertSent:
    """Discord has it. Without an id a person said so; ``removed_at``: the bot took the message away since."""

    at: datetime | None
    discord_message_id: int | None
    removed_at: datetime | None
    thread_id: ChannelId | None = None
    """The post of a forum that it stands in."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Its message was given up."""

    failure: Failure | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """The entry was dropped before it was sent."""

    failure: Failure | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An alert whose further history is no longer stored."""


Step = (
    NotSeen
    | Seen
    | Hidden
    | AlertedElsewhere
    | Paused
    | Baselined
    | Stopped
    | TooOld
    | Passes
    | Decided
    | Waiting
    | Sending
    | Uncertain
    | AlertSent
    | GivenUp
    | Dropped
    | Forgotten
)
