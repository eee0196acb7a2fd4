"""An observation: posts in an interval that somebody looked at, and how completely."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass

MAX_COUNT: Final = 1e12
"""No topic has more posts in an interval."""


@dataclass(frozen=True, slots=True)
class Breadth:
    """The number of people, and of servers or sites, that the last hour's posts are from; None: not known."""

    authors: int | None = None
    domains: int | None = None


@dataclass(frozen=True, slots=True)
class CountObservation:
    """Posts in the interval that ends at ``end`` (aware) and is ``covers`` long.

    ``count``: distinct authors where they are known, else posts; of people, not of bots. ``complete``: false if a
    limit cut the answer, so that the count is the least there was. ``step``: the step of the last digit, where the
    count comes from a rounded total. An interval in which nobody looked has no observation.

    Raises ``ValueError`` for a count that is negative or impossibly high, an empty interval or a naive time.
    """

    end: datetime
    count: float
    covers: timedelta
    complete: bool = True
    step: float = 0.0
    breadth: Breadth = Breadth()

    def __post_init__(self) -> None:
        if not 0 <= self.count <= MAX_COUNT:
            raise ValueError(f"an observation counts 0 to {MAX_COUNT:g}, not {self.count}")
        if self.covers <= timedelta():
            raise ValueError(f"an observation covers some time, not {self.covers}")
        if self.end.tzinfo is None:
            raise ValueError("an observation's end is an aware time")


@dataclass(frozen=True, slots=True)
class Interval:
    """The part of an observation that was not counted before; times in epoch seconds."""

    start_s: float
    end_s: float
    count: float
    complete: bool

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_s - self.start_s

    @property
    def middle_s(self) -> float:
        """Its middle."""
        return (self.start_s + self.end_s) / 2


def new_part(seen: CountObservation, counted_until_s: float) -> Interval | None:
    """The part of an observation after the newest one; None if there is none.

    A repeated observation counts once; one that overlaps the newest counts in proportion to its new part.
    """
    end_s, covers_s = seen.end.timestamp(), seen.covers.total_seconds()
    start_s = max(end_s - covers_s, counted_until_s)
    if start_s >= end_s:
        return None
    return Interval(start_s, end_s, seen.count * (end_s - start_s) / covers_s, seen.complete)
