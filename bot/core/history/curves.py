"""A topic's history as charts show it: volume with its usual range, surges and alerts, and RP of posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import Post, Sample, SourceName, Topic

from .period import HistoryPeriod
from .usual import UsualRange
from .volume import VolumePoint

POSTS_MAX: Final = 5
"""Posts whose RP are drawn together, and topics that are compared: more lines cannot be told apart."""
_JOINED: Final = 8
"""Readings further apart than this part of a chart are not joined by a line."""
_DRAWN: Final = 100
"""Readings of a post that are drawn at most, about."""


@dataclass(frozen=True, slots=True)
class SurgeSpan:
    """A surge that a channel was sent. ``until``: as far as it is known."""

    began_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class VolumeCurve:
    """The volume of a topic at one source.

    ``usual``: the usual range at each point, None where too little is known. ``alerts``: when posts were sent.
    ``newest``: the last hour or day, whichever the rates are given for, with its usual range.
    """

    period: HistoryPeriod
    since: datetime
    until: datetime
    points: tuple[VolumePoint, ...]
    usual: tuple[UsualRange | None, ...] = ()
    surges: tuple[SurgeSpan, ...] = ()
    alerts: tuple[datetime, ...] = ()
    newest: VolumePoint | None = None
    newest_usual: UsualRange | None = None

    @property
    def rates(self) -> list[float]:
        """The known rates, oldest first."""
        return [point.rate for point in self.points if point.rate is not None]

    @property
    def at_least(self) -> bool:
        """Whether some known points are least ones, because answers were cut."""
        return any(point.rate is not None and not point.complete for point in self.points)

    @property
    def highest(self) -> VolumePoint | None:
        """The point with the highest rate, the newest of equals; the last hour or day is one of them.

        A point of several hours is their mean, above which the last hour can lie.
        """
        newest = () if self.newest is None else (self.newest,)
        known = [point for point in (*self.points, *newest) if point.rate is not None]
        return max(known, key=lambda point: (point.rate or 0.0, point.start), default=None)

    @property
    def latest(self) -> tuple[VolumePoint, UsualRange | None] | None:
        """The last hour or day, else the newest known point, with its usual range."""
        if self.newest is not None and self.newest.rate is not None:
            return self.newest, self.newest_usual
        for place in range(len(self.points) - 1, -1, -1):
            if self.points[place].rate is not None:
                return self.points[place], self.usual[place] if self.usual else None
        return None


@dataclass(frozen=True, slots=True)
class PostCurve:
    """The RP of a post as one source showed them, oldest first."""

    post: Post
    source: SourceName
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class TopicCurve:
    """The volume of one of several topics; ``curve`` None: nothing is counted of it at the source."""

    topic: Topic
    curve: VolumeCurve | None


@dataclass(frozen=True, slots=True)
class VolumeHistory:
    """The answer to how much was posted about a topic.

    ``zone``: IANA name of the clocks of its channel. ``sources``: those with counts in the period. ``source``,
    ``target``, ``curve``: what is shown; None where nothing was counted.
    """

    topic: Topic
    period: HistoryPeriod
    since: datetime
    until: datetime
    zone: str
    sources: tuple[SourceName, ...] = ()
    source: SourceName | None = None
    target: str | None = None
    curve: VolumeCurve | None = None


@dataclass(frozen=True, slots=True)
class RepostHistory:
    """The answer to how the RP of a topic's posts rose; ``curves``: those with the most RP first."""

    topic: Topic
    period: HistoryPeriod
    since: datetime
    until: datetime
    zone: str
    curves: tuple[PostCurve, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The volumes of several topics at one source; ``sources``: those that have counts of any of them."""

    topics: tuple[TopicCurve, ...]
    period: HistoryPeriod
    since: datetime
    until: datetime
    zone: str
    sources: tuple[SourceName, ...] = ()
    source: SourceName | None = None


def thinned_samples(samples: Sequence[Sample], length: timedelta) -> list[Sample]:
    """The last reading of each hundredth of a chart, and the first of all: more cannot be seen."""
    newest: dict[int, Sample] = {}
    for sample in samples:
        newest[int(sample.at.timestamp() * _DRAWN // length.total_seconds())] = sample
    kept = list(newest.values())
    return kept if not samples or kept[0] == samples[0] else [samples[0], *kept]


def joined_samples(samples: Sequence[Sample], length: timedelta) -> list[list[Sample]]:
    """Readings that a line joins; ``length``: of the chart. Too far apart, nobody knows what was between."""
    found: list[list[Sample]] = []
    for sample in samples:
        if found and sample.at - found[-1][-1].at <= length / _JOINED:
            found[-1].append(sample)
        else:
            found.append([sample])
    return found
