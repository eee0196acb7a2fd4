"""Periods of a topic's history, and how finely each is drawn."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.counting.spans import floor
from bot.core.errors import RefusedRequest
from bot.core.models.counts import DAY, HOUR

_TYPED: Final = re.compile(r"\s*([0-9]{1,4})\s*(h|hours?|時間|d|days?|日間?|w|weeks?|週間?)?\s*", re.IGNORECASE)
_TYPED_MAX: Final = 40
_HOURS_OF: Final = {"h": 1, "時": 1, "d": 24, "日": 24, "w": 7 * 24, "週": 7 * 24}


class HistoryPeriod(StrEnum):
    """A span that ends now."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"

    @property
    def length(self) -> timedelta:
        """The whole span."""
        return _LENGTHS[self]

    @property
    def bin(self) -> timedelta:
        """The span of one point: 48 to 180 points, and never finer than what is stored of that age."""
        return _BINS[self]

    @property
    def compared_bin(self) -> timedelta:
        """The span of one point where several topics are drawn: of 48 to 60 points, five lines are told apart."""
        return _COMPARED_BINS[self]

    @property
    def unit(self) -> timedelta:
        """The span that a point's rate is given for: posts an hour, or a day."""
        return DAY if self is HistoryPeriod.QUARTER else HOUR

    def begin(self, now: datetime, every: timedelta | None = None) -> datetime:
        """The begin of the first bin of the period that ends at ``now``; ``every``: length of a bin if another."""
        every = every or self.bin
        return floor(now, every) - self.length + every


_LENGTHS: Final = {
    HistoryPeriod.DAY: DAY,
    HistoryPeriod.WEEK: 7 * DAY,
    HistoryPeriod.MONTH: 30 * DAY,
    HistoryPeriod.QUARTER: 90 * DAY,
}
_BINS: Final = {
    HistoryPeriod.DAY: HOUR / 2,
    HistoryPeriod.WEEK: HOUR,
    HistoryPeriod.MONTH: 4 * HOUR,
    HistoryPeriod.QUARTER: DAY,
}
_COMPARED_BINS: Final = {
    HistoryPeriod.DAY: HOUR / 2,
    HistoryPeriod.WEEK: 3 * HOUR,
    HistoryPeriod.MONTH: 12 * HOUR,
    HistoryPeriod.QUARTER: 2 * DAY,
}


def read_period(typed: str | None) -> HistoryPeriod:
    """The period that was typed (``7d``, ``7 days``, ``7日``, ``168h``); a week where nothing was.

    Raises ``RefusedRequest`` for a span that is none of the four.
    """
    if typed is None or not typed.strip():
        return HistoryPeriod.WEEK
    found = _TYPED.fullmatch(unicodedata.normalize("NFKC", typed[:_TYPED_MAX]))
    if found is not None:
        hours = int(found[1]) * _HOURS_OF[(found[2] or "d")[0].lower()]
        for period in HistoryPeriod:
            if period.length == hours * HOUR:
                return period
    raise RefusedRequest("error-history-period", periods=", ".join(HistoryPeriod))
