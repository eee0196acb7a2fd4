"""What work costs, for promises about growth (invariant 11): CPU of this thread, the least of several tries."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

AT_MOST = 2.5
"""Twice the input costs at most so many times as much."""
SURELY = 2.2
"""Where two tries of each say no more than this, five would say no more than ``AT_MOST``."""
TRIES = 5
ROUNDS = 15
_TOO_SHORT_S = 2e-4
"""What takes less says nothing."""


def growth(make: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as much work of twice the size costs; infinity where it is too much each time.

    One after the other, so that whoever shares the machine disturbs both; and again where the answer is bad,
    because what grows too fast does so each time.
    """
    small, large = make(size), make(2 * size)
    if (found := _ratio(small, large, tries=2)) <= SURELY:
        return found
    return next((found for found in (_ratio(small, large) for _ in range(ROUNDS)) if found <= AT_MOST), math.inf)


def _ratio(small: Callable[[], object], large: Callable[[], object], tries: int = TRIES) -> float:
    costs = [(_cpu_s(small), _cpu_s(large)) for _ in range(tries)]
    return min(cost for _, cost in costs) / max(min(cost for cost, _ in costs), _TOO_SHORT_S)


def _cpu_s(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
