"""Bins: counts beside what is normal, added up over 15 minutes, and the last hour of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .hours import HOUR_S

BIN_S: Final = 900.0
"""Counts are judged over 15 min: on 5 min, noise that lasts longer counts several times."""
_SLACK_S: Final = 60.0
"""A bin may lack so much: of looks that jitter, every second one only would fill it."""
_SMOOTHING: Final = 3.0


@dataclass(frozen=True, slots=True)
class CountBin:
    """Posts seen and posts that are normal in some seconds.

    ``complete``: false if the count is a least one.
    """

    end_s: float
    seconds: float
    count: float
    normal: float
    complete: bool = True

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


def is_full(bin_: CountBin, look_s: float) -> bool:
    """Whether a bin covers enough to be judged. ``look_s``: seconds of its newest look.

    One that lacks half a look or more waits for the next look, which ends as close to 15 min, or closer.
    """
    return BIN_S - bin_.seconds <= 0 or BIN_S - bin_.seconds < min(_SLACK_S, look_s / 2)


def last_hour(bins: tuple[CountBin, ...], newest: CountBin) -> tuple[CountBin, ...]:
    """The bins that end in the hour before the newest one's end, and it; of one that began earlier its share."""
    since = newest.end_s - HOUR_S
    kept = (each for each in bins if each.end_s > since + BIN_S / 2)
    return (*(_from(each, since) for each in kept), newest)


def _from(bin_: CountBin, since: float) -> CountBin:
    """The part of a bin after a moment, or the bin, if no more than half a quarter of an hour of it was before."""
    if bin_.end_s - bin_.seconds >= since - BIN_S / 2:
        return bin_
    share = (bin_.end_s - since) / bin_.seconds
    return replace(bin_, seconds=bin_.end_s - since, count=bin_.count * share, normal=bin_.normal * share)
