"""What is said to end soon: a guard against work that never ends, or takes the square of what it is given.

How long something takes is measured (``tests/bench``) and never asserted: machines are noisy. What carries this
mark takes a second, or some, and minutes where the promise is broken.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

ends_soon: Final = pytest.mark.usefixtures("cpu_bound")
CPU_S: Final = 60
"""Of this process, whatever else the machine does meanwhile."""


@contextmanager
def bound_cpu(seconds: float = CPU_S) -> Iterator[None]:
    """Fail what is run within for taking more CPU; on Windows, which has no such timer, nothing does."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def fail(*_: object) -> None:
        pytest.fail(f"more than {seconds} s of CPU")

    before = signal.signal(signal.SIGPROF, fail)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
