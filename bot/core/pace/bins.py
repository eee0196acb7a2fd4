"""Bins of heat: each begins 1.2 times as high as the one before it."""

from __future__ import annotations

import math
from typing import Final

STEP: Final = 1.2
"""Ratio between the lower edges of two bins. A threshold is no finer than this."""
LOWEST: Final = 5
"""Heat from which on crossings are counted. Posts below it come in numbers, and say nothing of a day's best."""
COUNT: Final = 96
"""Number of bins; the last one begins at 160 million."""
_LOG_STEP: Final = math.log(STEP)
EDGES: Final = tuple(LOWEST * STEP**number for number in range(COUNT))
"""The heat at which each bin begins."""


def bin_of(heat: float) -> int:
    """The bin of a heat, -1 below the lowest."""
    if heat < LOWEST:
        return -1
    found = min(int(math.log(heat / LOWEST) / _LOG_STEP + 1e-9), COUNT - 1)
    # A float may say 11.999… of the edge of bin 12.
    return found if heat >= EDGES[found] * (1 - 1e-12) else found - 1
