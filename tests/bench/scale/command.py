"""``python -m tests.bench scale``: commits over a network, poller processes, works beside a million watches."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench.report import Number
from tests.bench.worlds import bulk

from . import commits, large_database, pollers


def measure(folder: Path, rounds: int, watches: int) -> list[Number]:
    """Numbers of all; ``watches`` 0: none of a large database."""
    found = [*asyncio.run(commits.measure(rounds)), *pollers.measure(folder, rounds)]
    if watches:
        size = bulk.Size(watches=watches, hosts=max(1, watches // 50), due=max(1_000, watches // 50))
        found += asyncio.run(large_database.measure(folder, max(rounds, 10), size))
    return found
