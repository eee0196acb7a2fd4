"""When to look again. Pure: the jitter comes from the watch and the time, not from a dice."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from .models import WatchId

MAX_BACK_OFF = timedelta(hours=6)
RELOOK_FOR = timedelta(hours=48)
"""After this a post below the bar is not read again (design.md, invariant 4)."""

_RELOOK_STEPS = (
    (timedelta(hours=1), timedelta(minutes=10)),
    (timedelta(hours=3), timedelta(minutes=20)),
    (timedelta(hours=6), timedelta(minutes=40)),
    (timedelta(hours=12), timedelta(hours=1)),
    (timedelta(hours=24), timedelta(hours=2)),
    (RELOOK_FOR, timedelta(hours=4)),
)
"""(younger than, read again after): about 45 readings in 48 h, most of them while most reposts happen."""


def next_poll(watch: WatchId, now: datetime, interval: timedelta, reset_at: datetime | None) -> datetime:
    """The next look after one that went well, spread by ±10 %, not before the host's budget is back."""
    at = now + interval * (0.9 + 0.2 * spread(watch, now))
    return at if reset_at is None else max(at, reset_at)


def back_off(
    watch: WatchId, now: datetime, interval: timedelta, failures: int, retry_after: timedelta | None
) -> datetime:
    """The next look after ``failures`` failed ones in a row: doubling, at most 6 h, spread by ±25 %.

    Never sooner than the source asked for.
    """
    doubled = interval * (1 << min(failures, 20))
    wait = max(min(doubled, MAX_BACK_OFF), interval) * (0.75 + 0.5 * spread(watch, now))
    return now + max(wait, retry_after or timedelta(0))


def relook_at(born: datetime, now: datetime) -> datetime | None:
    """When a post below the bar is read again; None once it is 48 h old."""
    age = now - born
    for younger_than, wait in _RELOOK_STEPS:
        if age < younger_than:
            return now + wait
    return None


def spread(watch: WatchId, now: datetime) -> float:
    """A number in [0, 1) that differs between watches and between polls of one watch."""
    seed = f"{watch}:{now.timestamp()}".encode()
    return int.from_bytes(hashlib.blake2b(seed, digest_size=4).digest()) / 2**32
