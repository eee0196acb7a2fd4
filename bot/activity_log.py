"""One line a minute in the log with what was done; where nothing was, one an hour."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.core.activity import QUIET_MINUTES, Activity, minute_line, quiet_line
from bot.storage.sql.reports.trends import TrendStore

log = logging.getLogger(__name__)


class ActivityLog:
    """Compares what was done by now with what was done a minute ago. ``read``: the counts since the start."""

    def __init__(self, trends: TrendStore, read: Callable[[], Activity]) -> None:
        self._trends = trends
        self._read = read
        self._before = read()
        self._quiet = 0

    async def tick(self) -> None:
        """Once a minute. Raises ``DatabaseBusy``; what was done is then said a minute later."""
        now = self._read()
        done = now.since(self._before)
        if done.is_any:
            line = minute_line(done, await self._trends.waiting())
            self._before, self._quiet = now, 0
            log.info("%s", line)
            return
        self._quiet += 1
        if self._quiet % QUIET_MINUTES == 0:
            log.info("%s", quiet_line(self._quiet, (await self._trends.totals()).topics))
