"""Dry run of paces: the alerts that the last seven days would have brought at each of a few paces. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from statistics import median_low
from typing import Final

from bot.core.alerting.dry_run import highest
from bot.core.alerting.rules import Verdict, check_content
from bot.core.lazy_dataclass import dataclass
from bot.core.models import PostKey, Rules, SourceName, StoredPost
from bot.core.pace.bins import LOWEST

DAYS: Final = 7
PACES: Final = (1, 5, 20)
"""Paces that a dry run compares: little, the default, and much."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PaceOffer:
    """A pace, the alerts that it would have brought, and the RP of a usual day's last one (None: no alert)."""

    pace: int
    sent: int
    from_rp: int | None


@dataclass(frozen=True, slots=True)
class WeekRun:
    """The days before now, as far as they are known.

    ``days``: 1 to 7. ``paces``: the lowest first; empty without posts that have RP. ``passing``: posts that
    reached the minimums.
    """

    days: int = 0
    paces: tuple[PaceOffer, ...] = ()
    passing: int = 0


def week_run_within(
    seconds: float,
    stored_posts: Iterable[StoredPost],
    min_rp: Mapping[SourceName, int],
    rules: Rules,
    now: datetime,
    cpu: Callable[[], float] = time.thread_time,
) -> WeekRun:
    """``week_run`` of as many posts as there is CPU time for."""
    until = cpu() + seconds
    return week_run(takewhile(lambda _: cpu() < until, stored_posts), min_rp, rules, now)


def week_run(
    stored_posts: Iterable[StoredPost], min_rp: Mapping[SourceName, int], rules: Rules, now: datetime
) -> WeekRun:
    """The highest posts of each of the last seven days at a pace, and those that reach the minimums.

    A day's best in hindsight: what the moving threshold sends is nearly that (docs/design/pace.md).
    """
    reposts: dict[PostKey, tuple[int, int]] = {}
    reached: set[PostKey] = set()
    for stored in stored_posts:
        day = _day_before(stored, now)
        if day is None or stored.max_rp is None or stored.source not in min_rp:
            continue
        if not stored.source.traits.counts_reposts or not _passes(stored, rules):
            continue
        key = stored.post.key
        _, known = reposts.get(key, (day, None))
        reposts[key] = day, highest(known, stored.max_rp) or 0
        if stored.max_rp >= min_rp[stored.source]:
            reached.add(key)
    if not reposts:
        return WeekRun()
    days = max(day for day, _ in reposts.values()) + 1
    lowest = min(LOWEST, *(rp for source, rp in min_rp.items() if source.traits.counts_reposts))
    by_day: list[list[int]] = [[] for _ in range(days)]
    for day, rp in reposts.values():
        if rp >= lowest:
            by_day[day].append(rp)
    for one in by_day:
        one.sort(reverse=True)
    return WeekRun(days, tuple(_offer(pace, by_day) for pace in PACES), len(reached))


def _offer(pace: int, by_day: Sequence[Sequence[int]]) -> PaceOffer:
    sent = [day[:pace] for day in by_day]
    last = [day[-1] for day in sent if day]
    return PaceOffer(pace, sum(map(len, sent)), median_low(last) if last else None)


def _day_before(stored: StoredPost, now: datetime) -> int | None:
    """Whole days from the writing of a post to now; None for one of an unknown or earlier time."""
    created_at = stored.post.created_at
    if created_at is None:
        return None
    day = max(0, int((now - created_at) / _DAY))
    return day if day < DAYS else None


def _passes(stored: StoredPost, rules: Rules) -> bool:
    return check_content(stored.post, rules) is Verdict.PASSES
