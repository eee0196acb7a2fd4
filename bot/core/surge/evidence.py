"""Evidence that a topic surges: a CUSUM of negative-binomial likelihoods, and the dispersion they are taken with.

Page 1954 (CUSUM); Höhle and Paul 2008 (negative-binomial charts for outbreaks); Anscombe 1948 (transformation).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .bins import BIN_S, CountBin

START_DISPERSION: Final = 0.1
MIN_DISPERSION: Final = 0.005
MAX_DISPERSION: Final = 3.0
CAP: Final = 2.0
"""The evidence is kept up to this many thresholds, so that it is gone soon after a surge."""
_LEARNING_S: Final = 5 * 86_400.0
_QUARTILE: Final = 1.15
"""A quarter of a normal distribution lies beyond it, on both sides together."""
_UP, _DOWN = 3.0, -1.0
_MIN_NORMAL: Final = 0.05


@dataclass(frozen=True, slots=True)
class SurgeEvidence:
    """``nats``: log likelihood of a surge, summed up. Counts vary by normal + ``dispersion`` · normal²."""

    nats: float = 0.0
    dispersion: float = START_DISPERSION

    def with_bin(
        self, judged: CountBin, factor: float, threshold: float, *, speaks_for: bool = True
    ) -> SurgeEvidence:
        """The evidence after a bin.

        A count that is not complete speaks for a surge, but not against one; posts of too few people do not speak
        for one (``speaks_for``).
        """
        change = gain(judged.count, judged.normal, self.dispersion, factor)
        if not judged.complete:
            change = max(0.0, change)
        if not speaks_for:
            change = min(0.0, change)
        return replace(self, nats=max(0.0, min(CAP * threshold, self.nats + change)))

    def learned(self, judged: CountBin) -> SurgeEvidence:
        """The evidence with the dispersion after a bin."""
        if not judged.complete:
            return self
        changed = updated_dispersion(self.dispersion, judged.count, judged.normal, judged.seconds)
        return replace(self, dispersion=changed)

    def is_surprised_by(self, judged: CountBin) -> bool:
        """Whether a bin speaks for a higher dispersion."""
        return abs(surprise(judged.count, judged.normal, self.dispersion)) > _QUARTILE

    def after_silence(self, seconds: float) -> SurgeEvidence:
        """The evidence with the dispersion after so many seconds of surprising zeros."""
        return replace(self, dispersion=_changed(self.dispersion, _UP, seconds))

    def cleared(self) -> SurgeEvidence:
        """The evidence without what was summed up."""
        return replace(self, nats=0.0)


def gain(count: float, normal: float, dispersion: float, factor: float) -> float:
    """The log likelihood of ``factor`` times the normal count against the normal one, in nats."""
    size, mean = 1 / dispersion, normal + _MIN_NORMAL
    return count * math.log(factor) - (count + size) * math.log((size + factor * mean) / (size + mean))


def scaled_threshold(base: float, seconds: float) -> float:
    """The threshold on bins of a length: a longer bin brings more evidence at once, and there are fewer."""
    return base * math.sqrt(BIN_S / max(seconds, BIN_S))


def updated_dispersion(dispersion: float, count: float, normal: float, seconds: float) -> float:
    """The dispersion after a bin, raised or lowered so that a quarter of all residuals lie beyond the quartile.

    Surges are few, so they do not inflate it.
    """
    step = _UP if abs(surprise(count, normal, dispersion)) > _QUARTILE else _DOWN
    return _changed(dispersion, step, seconds)


def _changed(dispersion: float, step: float, seconds: float) -> float:
    return max(MIN_DISPERSION, min(MAX_DISPERSION, dispersion * math.exp(step * seconds / _LEARNING_S)))


def surprise(count: float, normal: float, dispersion: float) -> float:
    """A count's distance from normal in standard deviations, above zero where it is higher.

    It says how unlikely a count is, not how large.
    """
    return _stabilised(count, dispersion) - _stabilised(normal, dispersion)


def _stabilised(count: float, dispersion: float) -> float:
    """A negative-binomial count, transformed to a variance near one."""
    return 2 * math.asinh(math.sqrt(dispersion * (count + 0.375))) / math.sqrt(dispersion)
