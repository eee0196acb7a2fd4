"""What work costs, so that twice the input can be held to at most two and a half times.

Two measures. Lines of ours that run: exact, the same on every machine, blind to what libraries do. CPU: sees all,
and is noisy, so it is the least of several, has a slack below which nothing is said, and is taken again before it
is a failure.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from types import FrameType
from typing import Any, Final

TIMES: Final = 2.5
"""What twice the input may cost."""
SLACK_S: Final = 0.02
SLACK_LINES: Final = 3_000
TRIES: Final = 10

Work = Callable[[int], Callable[[], object]]
"""Of a size, what is to be measured; making the input is not."""


def cpu_s(work: Callable[[], object]) -> float:
    """Seconds of CPU."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        began = time.thread_time()
        work()
        return time.thread_time() - began
    finally:
        if was_enabled:
            gc.enable()


def lines_run(work: Callable[[], object]) -> int:
    """Lines of Python that ran, of ours and of libraries."""
    count = 0

    def trace(_: FrameType, event: str, __: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def excess_of_cpu(work: Work, whole: int) -> str:
    """Where a quarter, a half and the whole of a size grow faster than they may; empty where they do not.

    One measure of each is enough to say that they do not: a square costs sixteen times as much at the whole as at
    the quarter, and is let through only where the quarter was disturbed to two and a half times what it takes. One
    step is allowed, as with lines: memory of the largest may be new to the process, a page fault for each page.
    """
    sizes = (whole // 4, whole // 2, whole)
    costs = [float("inf")] * len(sizes)
    for _ in range(TRIES):
        costs = [min(least, cpu_s(work(size))) for least, size in zip(costs, sizes, strict=True)]
        has_no_step = all(twice <= TIMES * once + SLACK_S for once, twice in pairwise(costs))
        if has_no_step or costs[-1] <= TIMES**2 * costs[0]:
            return ""
    return f"{', '.join(f'{cost * 1_000:.0f} ms' for cost in costs)} at a quarter, half and whole of {whole:,}"


def excess_of_lines(work: Work, whole: int) -> str:
    """The same in lines. One step up is allowed: beyond some size a longer way may be taken, and then kept to."""
    costs = [lines_run(work(whole // 4))]
    for part in (2, 1):
        costs.append(lines_run(work(whole // part)))
        if costs[-1] <= TIMES * costs[-2] + SLACK_LINES:
            return ""
    return f"{costs} lines at a quarter, half and whole of {whole:,}"
