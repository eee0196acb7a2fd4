"""Results of subscribing and of asking about a subscription: its dry run, its posts, and what failed."""

from __future__ import annotations

from dataclasses import field

from bot.core.alerting.dry_run import DryRun
from bot.core.alerting.rules import Verdict
from bot.core.alerting.week_run import WeekRun
from bot.core.causes import Cause
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    SourceName,
    StoredPost,
    Subscription,
    Topic,
)
from bot.core.surge.state import NotDetectable


@dataclass(frozen=True, slots=True)
class SubscriptionDetails:
    """A subscription and what the last 24 h, as stored, would have brought it.

    ``address``: its feed's, which may hold a key; for those who may manage it.
    """

    subscription: Subscription
    day: DryRun
    address: str | None = field(default=None, repr=False)
    surges_not_detectable: NotDetectable | None = None
    """The reason why its surges cannot be recognized, or only very large ones."""
    week: WeekRun = WeekRun()


@dataclass(frozen=True, slots=True)
class SubscribeResult:
    """Result of ``/subscribe``.

    ``asked``: the request to each source, in words. ``failed``: sources that could not be fetched just now,
    with the cause. ``top``: the topic's posts with the highest RP at the moment.
    """

    subscription: Subscription
    asked: tuple[tuple[SourceName, str], ...]
    failed: tuple[tuple[SourceName, Cause], ...]
    day: DryRun
    top: tuple[StoredPost, ...]
    top_verdicts: tuple[Verdict, ...] = ()
    """The verdict of its conditions on each of them."""
    similar: tuple[Topic, ...] = ()
    """Topics that may have been meant instead, where there are few posts or none."""
    surges_not_detectable: NotDetectable | None = None
    """The reason why its surges cannot be recognized, or only very large ones."""
    week: WeekRun = WeekRun()
    """Alerts of the last seven days at a few paces."""
