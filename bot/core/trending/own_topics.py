"""A server's own topics by surprise: how unlikely the last hour is for each, however large it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import PostCount, SourceName, Topic
from bot.core.models.counts import HOUR
from bot.core.surge.alerts import moment
from bot.core.surge.bins import joined
from bot.core.surge.evidence import surprise
from bot.core.surge.hours import MIN_SEEN_S
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import SurgeState

SPARK_HOURS: Final = 24
STALE: Final = timedelta(minutes=90)
"""A last hour that ended longer ago says nothing of now."""
_MIN_SURPRISE: Final = 1.0
_MIN_RATIO: Final = 1.2


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """A topic of the server at the source where its last hour surprises most.

    ``ratio``: times normal. ``surprise``: standard deviations above normal. ``per_hour``, ``normal_per_hour``:
    what is counted in an hour. ``at_least``: the count was cut. ``at``: the end of that hour. ``hours``: what was
    counted in each of the last hours, oldest first, None where too little was seen. ``by_people``: people are
    counted, not posts.
    """

    topic: Topic
    source: SourceName
    ratio: float
    surprise: float
    per_hour: float
    normal_per_hour: float
    at: datetime
    at_least: bool = False
    hours: tuple[float | None, ...] = ()
    by_people: bool = False

    @property
    def rises(self) -> bool:
        """Whether it is above normal by more than chance."""
        return self.surprise >= _MIN_SURPRISE and self.ratio >= _MIN_RATIO


def judged(topic: Topic, source: SourceName, state: SurgeState, now: datetime) -> OwnTopic | None:
    """The topic by its detector's last hour; None while too little is known, or nothing was counted lately."""
    least = PRESETS[Preset.EVERY].min_known_hours
    if not state.bins or len(state.baseline.history.known) < least:
        return None
    hour = joined(state.bins)
    at = moment(hour.end_s)
    if not -STALE <= now - at <= STALE:
        return None
    return OwnTopic(
        topic,
        source,
        ratio=hour.ratio,
        surprise=surprise(hour.count, hour.normal, state.evidence.dispersion),
        per_hour=hour.hourly(hour.count),
        normal_per_hour=hour.hourly(hour.normal),
        at=at,
        at_least=not hour.complete,
    )


def by_surprise(found: Iterable[OwnTopic]) -> list[OwnTopic]:
    """Each topic once, at the source where it surprises most; the most surprising first."""
    best: dict[str, OwnTopic] = {}
    for one in found:
        known = best.get(one.topic.key)
        if known is None or one.surprise > known.surprise:
            best[one.topic.key] = one
    return sorted(best.values(), key=lambda one: (-one.surprise, one.topic.key))


def hourly(counts: Sequence[PostCount], until: datetime, since: datetime) -> tuple[float | None, ...]:
    """The counts of each of the last ``SPARK_HOURS`` clock hours, at the rate that was seen.

    None: less than half of an hour was seen, or it began before ``since``: unknown, not zero.
    """
    newest = until.replace(minute=0, second=0, microsecond=0)
    first = newest - (SPARK_HOURS - 1) * HOUR
    seen = [0.0] * SPARK_HOURS
    posts = [0.0] * SPARK_HOURS
    for one in counts:
        index = (one.start - first) // HOUR
        if one.span <= HOUR and 0 <= index < SPARK_HOURS and one.start >= since:
            seen[index] += one.seen.total_seconds()
            posts[index] += one.of_people
    least = [MIN_SEEN_S] * (SPARK_HOURS - 1) + [_least_of_open_hour(until - newest)]
    return tuple(
        count * HOUR.total_seconds() / seconds if seconds >= needed else None
        for count, seconds, needed in zip(posts, seen, least, strict=True)
    )


def _least_of_open_hour(passed: timedelta) -> float:
    """Half of what has passed of the hour that is not over, at least ten minutes."""
    return max(600.0, min(MIN_SEEN_S, passed.total_seconds() / 2))
