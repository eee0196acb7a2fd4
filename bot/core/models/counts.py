"""Counts of posts about a topic, with their exposure: how long and how completely the source was observed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.surge.observation import CountObservation
from bot.core.surge.totals import RollingTotal

BIN: Final = timedelta(minutes=15)
"""The shortest span of a stored count; every span begins at a multiple of its length since 1970 (UTC)."""
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimelineSpan:
    """The part of a timeline that an answer shows: every post written since the last one, and until ``until``.

    ``complete`` False: a limit or a failure cut the answer, and there were more posts in that time.
    """

    until: datetime
    complete: bool = True


@dataclass(frozen=True, slots=True)
class HourCount:
    """A source's own count of the posts of a clock hour. The newest hour is not over."""

    start: datetime
    posts: int


@dataclass(frozen=True, slots=True)
class PostCount:
    """Posts of one topic at one source in a span of time.

    ``start`` (UTC) and ``span``: ``BIN``, ``HOUR`` or ``DAY``. ``seen``: how much of the span was observed; a
    span without polls has no count. ``posts``: all of them, with those of ``bots``. ``people``: distinct
    authors that are no bots, each observed interval for itself; None where authors are not known. ``complete``
    False: a limit cut an answer, so that there were at least so many.
    """

    start: datetime
    span: timedelta
    seen: timedelta
    posts: int
    people: int | None = None
    bots: int = 0
    complete: bool = True

    @property
    def of_people(self) -> int:
        """The count by which surges are detected: distinct people where they are known, else posts."""
        return self.posts - self.bots if self.people is None else self.people


@dataclass(frozen=True, slots=True)
class RecentAuthor:
    """An author of the last hour, as a hash, and the server or site of the post; ``at_s``: epoch seconds."""

    at_s: float
    author: int
    domain: int | None


@dataclass(frozen=True, slots=True)
class TotalJump:
    """A change of a rolling total that is too large to be believed before the next answer.

    ``total``: the rolling total with it. ``seen``: the posts that it stands for.
    """

    total: RollingTotal
    seen: CountObservation


@dataclass(frozen=True, slots=True)
class CountState:
    """The point from which the counts of a watch go on.

    ``until``: the end of what is counted; None before the first answer. ``hour``: the newest of the source's own
    hour counts, as far as it is counted. ``total``: the rolling total of a page that states one; ``jump``: its
    change that the next answer confirms or not. ``recent``: authors of the last hour, at most ``RECENT_AUTHORS``.
    """

    until: datetime | None = None
    hour: HourCount | None = None
    total: RollingTotal = RollingTotal()
    jump: TotalJump | None = None
    recent: tuple[RecentAuthor, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one answer.

    ``counts``: to be added to the stored ones. ``observations``: the same for a detector, in order of time.
    ``source_changed``: the source does not count what it counted before, and earlier counts say nothing of it.
    """

    state: CountState
    counts: tuple[PostCount, ...] = ()
    observations: tuple[CountObservation, ...] = ()
    source_changed: bool = False
