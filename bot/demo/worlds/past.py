"""The week before the demo: how much was posted about a topic while nobody watched. Pure.

The newest quarter of an hour lacks its last three minutes, and the first ones of the demo complete it: a surge is
judged by quarters of an hour, and who watches the demo shall not wait for one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.core.counting.spans import floor
from bot.core.models import CountState, PostCount
from bot.core.models.counts import BIN, DAY, HOUR
from bot.core.surge.totals import RollingTotal

_DAYS: Final = 8
_RECENT: Final = timedelta(hours=6)
"""Hours of which each quarter is known."""
_MISSING: Final = timedelta(minutes=3)
"""The surge rises within two minutes, and the demo may start late in one."""
_SWING: Final = 0.5
_NIGHT_UTC: Final = 19
"""The quietest hour, UTC: four in the morning in Japan."""


def past_counts(volume: int, until: datetime) -> Iterator[PostCount]:
    """Counts of a quiet week until a time, in a daily rhythm. ``volume``: posts a day."""
    recent = floor(until, HOUR) - _RECENT
    for number in range(int(DAY * _DAYS / HOUR), 0, -1):
        start = recent - number * HOUR
        yield PostCount(start, HOUR, HOUR, round(_a_day(volume, start) / 24))
    newest = floor(until, BIN)
    start = recent
    while start <= newest:
        seen = _seen(start, newest, until)
        if seen:
            yield PostCount(start, BIN, seen, round(_a_day(volume, start) * (seen / DAY)))
        start += BIN


def past_state(volume: int, until: datetime) -> CountState:
    """The state of a page's counts, as its last answer left it."""
    return CountState(until=until, total=RollingTotal(until.timestamp(), float(volume)))


def _seen(start: datetime, newest: datetime, until: datetime) -> timedelta:
    """The part of a quarter that was looked at: the newest two are a quarter without its last minutes together."""
    so_far = until - newest
    if start == newest:
        return min(so_far, BIN - _MISSING)
    if start == newest - BIN:
        return max(timedelta(), BIN - _MISSING - so_far)
    return BIN


def _a_day(volume: int, at: datetime) -> float:
    """Posts a day at the rate of an hour."""
    return volume * (1 - _SWING * math.cos(2 * math.pi * (at.hour - _NIGHT_UTC) / 24))
