"""Runs of counts of 0: chance, a failure that nobody noticed, or a source that counts anew only now and then."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .baseline import is_failure
from .hours import OpenHour
from .observation import Interval

SILENCE_S: Final = 4 * 3600.0
"""Zeros of a failure are as many as are normal in so much time at most; over more, a small topic may be silent."""
_MAY_HAVE_FAILED: Final = 5.0
"""No post where so many are normal is rarely silence."""
_CAUGHT_UP_FROM: Final = 1.5
"""Times the normal count of its own time; fewer posts are of that time alone."""
_CAUGHT_UP_TO: Final = 2.0
"""Times the normal count of the run and its own time; more posts are a surge."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A run of counts of 0 since a moment, and the posts that are normal in it.

    ``hour``, ``nats``: the open hour and the evidence as they were before it. ``surprising_s``: seconds of bins
    whose zeros say much of the dispersion, unless the posts come later.
    """

    since_s: float
    normal: float
    hour: OpenHour
    nats: float
    surprising_s: float = 0.0

    @property
    def is_failure(self) -> bool:
        """Whether so many zeros are no chance."""
        return is_failure(0, self.normal)

    def with_zero(self, end_s: float, normal: float) -> Silence:
        """The run with one more zero."""
        is_long = end_s - self.since_s > SILENCE_S and not self.is_failure
        return self if is_long else replace(self, normal=self.normal + normal)

    def is_caught_up_by(self, interval: Interval, normal: float) -> bool:
        """Whether a count is as much as may be normal in both together, in a time of which counts say enough.

        Zeros that are a failure are counted with any such count. Else an hour that was once taken for twice as
        busy as it is would seem right for ever in a source that counts anew at every second look.
        """
        is_short = interval.end_s - self.since_s <= SILENCE_S + interval.seconds
        is_enough = _CAUGHT_UP_TO * interval.count >= self.normal + normal
        return is_short and is_enough and (self.is_failure or self._may_be_late(interval.count, normal))

    def leaves_unknown(self, count: float, normal: float) -> bool:
        """Whether a count that has not caught up may be of the time of a failure, or of its own."""
        return self.is_failure and self._may_be_late(count, normal) and not self.is_exceeded_by(count, normal)

    def is_exceeded_by(self, count: float, normal: float) -> bool:
        """Whether a count is more than may be normal in both together."""
        return count > _CAUGHT_UP_TO * (self.normal + normal)

    def _may_be_late(self, count: float, normal: float) -> bool:
        return self.normal >= _MAY_HAVE_FAILED and count > _CAUGHT_UP_FROM * normal
