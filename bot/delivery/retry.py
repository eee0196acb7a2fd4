"""Retry policy of delivery: its time limit, its waits, and writes that are repeated until they succeed."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from bot.core.errors import DatabaseBusy

from .rate_limiter import Sleep

T = TypeVar("T")

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
"""Time after which a message that Discord never accepted is given up with its reason."""
MAX_BACKOFF_S = 300.0
IDLE_WAIT_S = 1.0


async def retry_while_busy(write: Callable[[], Awaitable[T]], sleep: Sleep) -> T:
    """Repeat ``write`` until the database accepts it. Losing Discord's answer could send the message twice."""
    while True:
        try:
            return await write()
        except DatabaseBusy as error:
            log.warning("an answer of Discord waits to be written, the database is busy: %s", error)
            await sleep(IDLE_WAIT_S)


def back_off_s(attempts: int) -> float:
    """Doubling from 1 s, at most 5 min, with jitter so that channels do not come back all at once."""
    return min(2.0 ** min(attempts - 1, 12), MAX_BACKOFF_S) * random.uniform(0.75, 1.25)  # noqa: S311 - not a secret
