"""Velocity of a post: RP an hour between two readings, and how fast that is for its topic. Pure.

The readings are those stored when the RP changed, and the post's birth, at which it had none. A velocity is a
difference of two readings, so that it holds whatever was not read in between; where no reading is 10 to 90 minutes
old, it is unknown. Unknown is not zero (invariant 5).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import KnownPost, Post, Sample, Velocity

MIN_SPAN: Final = timedelta(minutes=10)
"""A shorter one says more of when the source updates its counts than of the post."""
MAX_SPAN: Final = timedelta(minutes=90)
"""A longer one is no longer "in the last hour"."""
ROUNDED_FROM: Final = 100
"""Counts that are both multiples of so many RP are taken as rounded ("1.2k")."""
STEPS_OF_A_GAIN: Final = 2.5
"""A gain of rounded counts is at least so many of their last digit, or the rounding made it (as for surges)."""

BIN_STEP: Final = 1.25
"""Ratio between two bins of velocities."""
FASTEST_SHARE: Final = 0.01
POSTS_KNOWN: Final = 200
"""Posts from which on the fastest 1 % is known: two of them then."""
POSTS_MAX: Final = 4_000
"""Posts counted at most: beyond, all numbers are halved, so that newer posts weigh more."""

SHORT_SPAN: Final = timedelta(minutes=45)
"""A span that begins with a reading may leave out the quiet time before it: below this, that time is looked at."""

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


def velocity(post: Post, samples: Iterable[Sample], at: datetime) -> Velocity | None:
    """The velocity of a post whose RP was read at ``at``; None: unknown. ``samples``: its RP as read before.

    Of the readings 10 to 90 minutes old, the one nearest to an hour counts. RP that fell are a velocity of 0. A
    post that hardly rose before a short span began is said to have gained that in the hour.
    """
    if post.rp is None:
        return None
    readings = sorted(_readings(post, samples), key=lambda one: one.at)
    usable = [one for one in readings if MIN_SPAN <= at - one.at <= MAX_SPAN]
    if not usable:
        return None
    start = min(usable, key=lambda one: (abs(at - one.at - _HOUR), one.at))
    gained = max(0, post.rp - start.rp)
    if 0 < gained < STEPS_OF_A_GAIN * _rounding(start.rp, post.rp):
        return None
    span = at - start.at
    before = [one.rp for one in readings if one.at < start.at]
    if span < SHORT_SPAN and before and start.rp - before[-1] <= gained / 2:
        span = _HOUR
    return Velocity(gained=gained, minutes=round(span / _MINUTE))


def known_velocity(post: Post, known: KnownPost | None, now: datetime) -> Velocity | None:
    """The velocity of a post of a poll, from what is stored of it."""
    return velocity(post, known.samples if known is not None else (), now)


def _readings(post: Post, samples: Iterable[Sample]) -> Iterator[Sample]:
    yield from samples
    if post.created_at is not None and not post.day_only:
        yield Sample(rp=0, at=post.created_at)


def _rounding(*counts: int) -> int:
    """The step of the last digit of rounded counts; 0 for exact ones."""
    shared = math.gcd(*counts)
    step = 1
    while shared and shared % (10 * step) == 0:
        step *= 10
    return step if step >= ROUNDED_FROM else 0


# -- the fastest of a topic ----------------------------------------------------------------------------------


def with_peaks(velocities: Sequence[int], peaks: Iterable[tuple[int | None, int | None]]) -> tuple[int, ...]:
    """The numbers of posts by bin after some rose: each from its peak of before (None: unknown) to that of now."""
    counts = list(velocities)
    for before, now in peaks:
        if now is None or (before is not None and bin_of(now) <= bin_of(before)):
            continue
        if before is not None and bin_of(before) < len(counts):
            counts[bin_of(before)] = max(0, counts[bin_of(before)] - 1)
        counts += [0] * (bin_of(now) + 1 - len(counts))
        counts[bin_of(now)] += 1
    return tuple(count // 2 for count in counts) if sum(counts) > POSTS_MAX else tuple(counts)


def is_among_fastest(velocities: Sequence[int], found: Velocity | None) -> bool:
    """Whether at most 1 % of the topic's posts at this source were ever as fast; never before that is known."""
    total = sum(velocities)
    if found is None or found.gained <= 0 or total < POSTS_KNOWN:
        return False
    return sum(velocities[bin_of(found.per_hour) :]) <= FASTEST_SHARE * total


def bin_of(per_hour: int) -> int:
    """The bin of a velocity; 0 holds those below 1 RP an hour."""
    return 0 if per_hour < 1 else 1 + int(math.log(per_hour, BIN_STEP))


def highest(before: int | None, now: Velocity | None) -> int | None:
    """The peak velocity after a poll, in RP an hour; unknown is not zero."""
    known = [one for one in (before, None if now is None else now.per_hour) if one is not None]
    return max(known, default=None)
