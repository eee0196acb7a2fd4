"""First crossings of a watch: how many posts an hour reach each heat for the first time, by the hour of the day.

    posts of a poll ─▶ readings ─▶ CrossingTable ─▶ Rates (of all watches of a subscription) ─▶ threshold

Counts fade with a half-life of four days, and so do the hours that were watched: an hour in which nobody looked is
unknown, not empty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from bot.core.models import CrossingTable, PostKey, RecentHour, WaitingPost

from .bins import LOWEST, bin_of
from .growth import AGE_COUNT, by_age, factor, to_come

HALF_LIFE: Final = timedelta(days=4)
"""Age at which a count weighs half."""
RECENT_H: Final = 6
"""Hours by which a topic of now is compared with what is usual for it."""
SPAN_MAX: Final = timedelta(hours=48)
"""A longer time between two polls is unknown, planned or not: sources and their pages reach no further back."""
WAITING_MAX: Final = 40
"""Posts of a watch kept as those that may still be sent, the highest first."""
YOUNG: Final = timedelta(hours=14)
RISING: Final = timedelta(hours=2)
"""A post may be sent while it is younger than ``YOUNG``, or while it rose within ``RISING``."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)
_RESCALE_AT: Final = 1024.0


class PostReading(NamedTuple):
    """A post as a poll read it.

    ``rp``: the highest known by now; ``before``: the highest known before, None for a new post. ``risen``: when it
    rose last before this poll. ``unseen``: the time since it was read before.
    """

    key: PostKey
    rp: int
    before: int | None
    published_at: datetime
    risen: datetime
    unseen: timedelta


def may_be_sent(published_at: datetime, risen: datetime, now: datetime) -> bool:
    """Whether a post is young enough, or rose lately enough, to be sent."""
    return now - published_at < YOUNG or now - risen < RISING


def weight_at(table: CrossingTable, at: datetime) -> float:
    """The weight of an observation of that time in a table."""
    return float(2.0 ** ((at - table.anchor) / HALF_LIFE))


def growth_to_come(table: CrossingTable | None, now: datetime) -> tuple[float, ...]:
    """The growth that posts of a watch may still expect, by age."""
    if table is None:
        return to_come((), (), 1.0)
    return to_come(table.grown, table.grown_h, weight_at(table, now))


def heat_at(rp: int, published_at: datetime, now: datetime, expected: Sequence[float]) -> float:
    """The heat of a post: its RP, and what it is expected to gain yet. ``expected``: of ``growth_to_come``."""
    return rp * factor(expected, (now - published_at) / _HOUR)


def begun(posts: Iterable[tuple[int, datetime]], now: datetime) -> CrossingTable:
    """The table of a watch that was polled for the first time, from the RP and the times of the posts it showed.

    They stand for the time since the oldest of them was written, of which a day counts.
    """
    table = CrossingTable(anchor=now, until=now)
    known = [(rp, published_at) for rp, published_at in posts if now - timedelta(days=1) < published_at <= now]
    if not known:
        return table
    since = min(published_at for _, published_at in known)
    if now - since < _HOUR:
        return table
    table = _watched(table, since, now)
    for rp, published_at in known:
        table = _counted(table, _by_bin([(-1, bin_of(rp))]), published_at, now)
    return _only_recent(table, now)


def updated(
    table: CrossingTable,
    readings: Sequence[PostReading],
    since: datetime,
    now: datetime,
    *,
    missed_polls: bool = False,
) -> CrossingTable:
    """The table after a poll at ``now``; the poll before it was at ``since``. The same table where nothing rose.

    ``missed_polls``: polls that were planned meanwhile were not made. No crossings are counted then, and the time
    is not taken as watched; nor is one above ``SPAN_MAX``. However seldom polls are planned, the time between two
    of them was watched.
    """
    if missed_polls or now - since > SPAN_MAX:
        return _with_waiting(replace(table, until=now), readings, now)
    if not any(one.before is None or one.rp > one.before for one in readings):
        return table
    start = table.until if table.until is not None and table.until < now else since
    table = _rescaled(table, now)
    expected = growth_to_come(table, now)
    table = _only_recent(_with_crossings(_watched(table, start, now), readings, expected, since, now), now)
    grown = _with_growth(table, readings, start, now)
    every_s = round((now - since) / timedelta(seconds=1))
    return _with_waiting(replace(grown, until=now, every_s=every_s), readings, now)


def _crossed(one: PostReading, expected: Sequence[float], now: datetime) -> tuple[int, int] | None:
    """The highest bins that a post had reached before and has reached now; None if it reached none."""
    if one.before is not None and one.rp <= one.before:
        return None
    before = -1 if one.before is None else bin_of(heat_at(one.before, one.published_at, one.risen, expected))
    after = bin_of(heat_at(one.rp, one.published_at, now, expected))
    return (before, after) if after > before else None


def _with_crossings(
    table: CrossingTable,
    readings: Iterable[PostReading],
    expected: Sequence[float],
    since: datetime,
    now: datetime,
) -> CrossingTable:
    """The table with the crossings of a poll; those of a longer time evenly, since the post was written."""
    by_start: dict[int, list[tuple[int, int]]] = {}
    this_hour = int((now - _EPOCH) / _HOUR)
    for one in readings:
        pair = _crossed(one, expected, now)
        if pair is not None:
            start = int((max(since, one.published_at) - _EPOCH) / _HOUR) if now - since > _HOUR else this_hour
            by_start.setdefault(min(start, this_hour), []).append(pair)
    for start, crossed in by_start.items():
        found = _by_bin(crossed)
        begin = max(since, _EPOCH + start * _HOUR) if start < this_hour else now
        for hour, share in _even_shares(begin, now):
            table = _counted(table, [count * share for count in found], _EPOCH + hour * _HOUR, now)
    return table


def _even_shares(since: datetime, now: datetime) -> list[tuple[int, float]]:
    """The clock hours between two times, each with its part of that time; of no time all is in its hour."""
    shares = list(_shares(since, now))
    total = sum(share for _, share in shares)
    return [(hour, share / total) for hour, share in shares] or [(int((now - _EPOCH) / _HOUR), 1.0)]


def _by_bin(crossed: Iterable[tuple[int, int]]) -> list[float]:
    """The number of posts that reached each bin, up to the highest one reached."""
    pairs = list(crossed)
    found = [0.0] * (max((after for _, after in pairs), default=-1) + 1)
    for before, after in pairs:
        for number in range(before + 1, after + 1):
            found[number] += 1
    return found


def _watched(table: CrossingTable, since: datetime, now: datetime) -> CrossingTable:
    """The table with the time between two polls watched."""
    watched, recent, weight = list(table.watched), _recent(table), weight_at(table, now)
    for hour, share in _shares(since, now):
        watched[hour % 24] += share * weight
        before = recent.get(hour, RecentHour(hour, 0.0, ()))
        recent[hour] = replace(before, watched=before.watched + share)
    return replace(table, watched=tuple(watched), recent=tuple(recent.values()))


def _counted(table: CrossingTable, counts: Sequence[float], at: datetime, now: datetime) -> CrossingTable:
    """The table with crossings of the hour of ``at``."""
    if not counts:
        return table
    rows, recent, weight = list(table.counts), _recent(table), weight_at(table, now)
    hour = int((at - _EPOCH) / _HOUR)
    rows[hour % 24] = _sum(rows[hour % 24], [count * weight for count in counts])
    before = recent.get(hour, RecentHour(hour, 0.0, ()))
    recent[hour] = replace(before, counts=_sum(before.counts, counts))
    return replace(table, counts=tuple(rows), recent=tuple(recent.values()))


def _recent(table: CrossingTable) -> dict[int, RecentHour]:
    return {one.hour: one for one in table.recent}


def _only_recent(table: CrossingTable, now: datetime) -> CrossingTable:
    """The table with the hours by which a topic of now is measured, in order."""
    newest = int((now - _EPOCH) / _HOUR)
    kept = sorted((one for one in table.recent if one.hour >= newest - RECENT_H), key=lambda one: one.hour)
    return replace(table, recent=tuple(kept))


def _shares(since: datetime, now: datetime) -> Iterator[tuple[int, float]]:
    """The clock hours between two times, each with how much of it lies between them."""
    at, until = (since - _EPOCH) / _HOUR, (now - _EPOCH) / _HOUR
    while at < until:
        step = min(float(int(at) + 1), until)
        yield int(at), step - at
        at = step


def _sum(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    if len(one) < len(other):
        one, other = other, one
    return (*(a + b for a, b in zip(one, other, strict=False)), *one[len(other) :])


def _rescaled(table: CrossingTable, now: datetime) -> CrossingTable:
    """The table with its anchor at ``now``, once its weights grow large."""
    weight = weight_at(table, now)
    if weight < _RESCALE_AT:
        return table
    return replace(
        table,
        anchor=now,
        watched=tuple(one / weight for one in table.watched),
        counts=tuple(tuple(one / weight for one in row) for row in table.counts),
        grown=tuple(one / weight for one in table.grown),
        grown_h=tuple(one / weight for one in table.grown_h),
    )


def _with_growth(
    table: CrossingTable, readings: Iterable[PostReading], start: datetime, now: datetime
) -> CrossingTable:
    """The table with the growth of the posts that were known before.

    ``start``: the last poll at which anything rose; a post that was read since has stood still until then.
    """
    grown = [*table.grown, *(0.0,) * (AGE_COUNT - len(table.grown))]
    hours = [*table.grown_h, *(0.0,) * (AGE_COUNT - len(table.grown_h))]
    weight = weight_at(table, now)
    for one in readings:
        if one.before is None or one.before < LOWEST:
            continue
        age = (now - one.published_at) / _HOUR
        span = max(one.unseen, min(now - start, now - one.published_at)) / _HOUR
        gained = math.log(max(one.rp, one.before) / one.before)
        for number, span_h, share in by_age(age - span, age):
            grown[number] += weight * gained * share
            hours[number] += weight * span_h
    return replace(table, grown=tuple(grown), grown_h=tuple(hours))


def _with_waiting(table: CrossingTable, readings: Iterable[PostReading], now: datetime) -> CrossingTable:
    """The table with the posts of a poll among those that may still be sent."""
    found = {one.key: one for one in table.waiting}
    for one in readings:
        rose = one.before is None or one.rp > one.before
        if one.rp >= LOWEST:
            found[one.key] = WaitingPost(one.key, one.rp, one.published_at, now if rose else one.risen)
    open_still = (one for one in found.values() if may_be_sent(one.published_at, one.risen, now))
    highest = sorted(open_still, key=lambda one: (-one.rp, one.key))
    return replace(table, waiting=tuple(highest[:WAITING_MAX]))
