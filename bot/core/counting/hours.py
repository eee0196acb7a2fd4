"""Counts by a source's own counts of clock hours: exact, whenever it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.models import Counted, CountState, HourCount, PostCount
from bot.core.models.counts import HOUR
from bot.core.surge.observation import CountObservation

from .spans import spread


def count_hours(before: CountState, hours: Sequence[HourCount], now: datetime) -> Counted:
    """The counts since the answer before; at the first one, the history that the source gives."""
    since, hour = before.until, before.hour
    state = replace(before, until=now, hour=hours[-1])
    if since is None or hour is None or not hours[0].start <= hour.start <= since < now:
        finished = tuple(PostCount(one.start, HOUR, HOUR, one.posts) for one in hours if one.start + HOUR <= now)
        return Counted(state, finished)
    parts = [
        (max(one.start, since), end, max(0, one.posts - (hour.posts if one.start == hour.start else 0)))
        for one in hours
        if (end := min(one.start + HOUR, now)) > since
    ]
    return Counted(
        state,
        tuple(count for start, end, posts in parts for count in spread(start, end, posts)),
        tuple(CountObservation(end, posts, end - start) for start, end, posts in parts),
    )
