"""Bins: counts beside what is normal, added up over 15 minutes, and the last hour of them."""

from __future__ import annotations

from typing import Final

from bot.core.lazy_dataclass import dataclass

from .hours import HOUR_S

BIN_S: Final = 900.0
"""Counts are judged over 15 min: on 5 min, noise that lasts longer counts several times."""
_SLACK_S: Final = 60.0
"""A bin is full though it lacks so much: looks that jitter would fill every second one only."""
_SMOOTHING: Final = 3.0


@dataclass(frozen=True, slots=True)
class CountBin:
    """Posts seen and posts that are normal in some seconds. ``complete``: false if the count is a least one."""

    end_s: float
    seconds: float
    count: float
    normal: float
    complete: bool = True

    @property
    def is_full(self) -> bool:
        """Whether it covers enough to be judged."""
        return self.seconds >= BIN_S - _SLACK_S

    @property
    def ratio(self) -> float:
        """Times normal, with a few posts added to both sides, so that small counts do not swing it."""
        return (self.count + _SMOOTHING) / (self.normal + _SMOOTHING)

    @property
    def excess(self) -> float:
        """Posts above normal."""
        return self.count - self.normal

    def hourly(self, posts: float) -> float:
        """Posts in it as posts an hour."""
        return posts * HOUR_S / self.seconds


def joined(bins: tuple[CountBin, ...]) -> CountBin:
    """Bins as one."""
    return CountBin(
        end_s=bins[-1].end_s,
        seconds=sum(each.seconds for each in bins),
        count=sum(each.count for each in bins),
        normal=sum(each.normal for each in bins),
        complete=all(each.complete for each in bins),
    )


def last_hour(bins: tuple[CountBin, ...], newest: CountBin) -> tuple[CountBin, ...]:
    """The bins that end in the hour before the newest one's end, and it."""
    since = newest.end_s - HOUR_S + BIN_S / 2
    return (*(each for each in bins if each.end_s > since), newest)
