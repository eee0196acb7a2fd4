"""Rolling totals, such as "posts in the last 24 h", turned back into posts of each interval."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .observation import CountObservation

WINDOW_S: Final = 86_400.0
COARSE_SHARE: Final = 0.01
"""A step of the last digit is coarse above this share of the total."""
ROUNDED_TRUST: Final = 0.5
"""The trust in own counts of a rounded total: with 1, its rounding errors add up from day to day."""


@dataclass(frozen=True, slots=True)
class TotalPart:
    """Posts of an interval as computed, below 0 where posts were deleted or rounded away.

    The parts of an exact total's window add up to it. Times in epoch seconds.
    """

    end_s: float
    seconds: float
    count: float


@dataclass(frozen=True, slots=True)
class RollingTotal:
    """The newest total and the parts that it consists of, oldest first; ``end_s`` is 0 before the first."""

    end_s: float = 0.0
    total: float = 0.0
    parts: tuple[TotalPart, ...] = ()


def with_total(
    before: RollingTotal, at: datetime, total: float, *, step: float = 1.0
) -> tuple[RollingTotal, CountObservation | None]:
    """The rolling total after a look at ``at`` (aware), and the posts since the look before.

    ``step``: the step of the last digit shown (1,000 where 12,000 is shown as 1.2万). The posts are the change of
    the total and what fell out of its window: by our own counts where the total is exact, at an even rate where it
    is coarse, and between the two where it is rounded finely. Fewer than none are observed as none. There is no
    observation at the first look, at one after a whole window, or at one not later than the last.
    """
    now_s = at.timestamp()
    seconds = now_s - before.end_s
    if seconds <= 0:
        return before, None
    if not before.end_s or seconds >= WINDOW_S:
        return RollingTotal(now_s, total), None
    coarse = step > COARSE_SHARE * total
    trust = 0.0 if coarse and step > 1 else ROUNDED_TRUST if step > 1 else 1.0
    part = TotalPart(now_s, seconds, round(total - before.total + _fell_out(before, now_s, total, trust), 2))
    kept = before.parts[bisect_right(before.parts, now_s - WINDOW_S, key=lambda each: each.end_s) :]
    seen = CountObservation(at, max(0.0, part.count), timedelta(seconds=seconds), step=step if trust == 0 else 0.0)
    return RollingTotal(now_s, total, (*kept, part)), seen


def _fell_out(before: RollingTotal, now_s: float, total: float, trust: float) -> float:
    """Posts that left the window since the look before: own counts as far as trusted and known, else evenly."""
    first_s, last_s = before.end_s - WINDOW_S, now_s - WINDOW_S
    even = total * (last_s - first_s) / WINDOW_S
    if trust == 0:
        return even
    known_s = posts = 0.0
    for each in before.parts:
        begin_s = each.end_s - each.seconds
        if begin_s >= last_s:
            break
        seconds = max(0.0, min(each.end_s, last_s) - max(begin_s, first_s))
        known_s += seconds
        posts += each.count * seconds / each.seconds
    own = posts + even * (1 - known_s / (last_s - first_s))
    return even + trust * (own - even)
