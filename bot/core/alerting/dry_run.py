"""Dry run: the alerts that the last 24 hours would have brought at a given minimum. Pure."""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from itertools import takewhile

from bot.core.alerting.count_steps import next_step
from bot.core.alerting.rules import Verdict, check
from bot.core.alerting.velocity import velocity
from bot.core.lazy_dataclass import dataclass
from bot.core.models import PostKey, Rules, SourceName, StoredPost
from bot.core.trend_result import SourceAnswer

DAY = timedelta(hours=24)


OFFERS_MAX = 3
MANY_A_DAY, FEW_A_DAY = 24, 1
"""About so many posts a day the lowest minimum is offered for, and the highest; the third lies between them."""


@dataclass(frozen=True, slots=True)
class MinRpOffer:
    """A minimum, and the number of posts of the last 24 h that would have raised an alert with it."""

    min_rp: int
    passing: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """The last 24 h as far as they are known, each post identity counted once.

    ``known``: posts created in them; ``passing``: those that would have raised an alert. ``largest``: the highest
    RP known at each source that showed such a post, None where it showed no RP at all.
    """

    known: int
    passing: int
    largest: Mapping[SourceName, int | None]
    stopped: Mapping[Verdict, int] = field(default_factory=dict)
    """Number of posts stopped by each rule; a post counts for the first rule that stops it."""
    offers: tuple[MinRpOffer, ...] = ()
    """Minimums for all sources, and what each would have let through."""
    from_rp: int = 0
    """RP of the lowest post that would have been among the alerts of a pace; 0: all that pass were."""


def dry_run_within(
    seconds: float,
    stored_posts: Iterable[StoredPost],
    min_rp: Mapping[SourceName, int],
    rules: Rules,
    now: datetime,
    cpu: Callable[[], float] = time.thread_time,
    pace: int | None = None,
) -> DryRun:
    """``dry_run`` as many as there is CPU time for: what is left then is not counted as known."""
    until = cpu() + seconds
    return dry_run(takewhile(lambda _: cpu() < until, stored_posts), min_rp, rules, now, pace)


def dry_run(
    stored_posts: Iterable[StoredPost],
    min_rp: Mapping[SourceName, int],
    rules: Rules,
    now: datetime,
    pace: int | None = None,
) -> DryRun:
    """Check every post of the last 24 h against the minimums, each sighting against its own source's.

    With a pace the highest of those that pass would have been sent.
    """
    verdicts: dict[PostKey, Verdict] = {}
    largest: dict[SourceName, int | None] = {}
    counted: dict[PostKey, int] = {}
    for stored in stored_posts:
        post, source = stored.post, stored.source
        if source not in min_rp or not _is_of_day(stored, now):
            continue
        largest[source] = highest(largest.get(source), stored.max_rp)
        verdict = verdicts.get(post.key)
        if verdict is not Verdict.PASSES:
            verdicts[post.key] = verdict = _check(stored, min_rp[source], rules)
        if source.traits.counts_reposts and stored.max_rp is not None and verdict in _BY_RP:
            counted[post.key] = max(counted.get(post.key, 0), stored.max_rp)
    # What passes where nobody counts passes at any minimum.
    always = sum(verdict is Verdict.PASSES and key not in counted for key, verdict in verdicts.items())
    stopped = Counter(verdicts.values())
    passing = stopped.pop(Verdict.PASSES, 0)
    ranked = sorted((counted.get(key, 0) for key, one in verdicts.items() if one is Verdict.PASSES), reverse=True)
    from_rp = 0
    if pace is not None and passing > pace:
        stopped[Verdict.BELOW_PACE], passing, from_rp = passing - pace, pace, ranked[pace - 1]
    return DryRun(len(verdicts), passing, largest, stopped, min_rp_offers(counted.values(), always), from_rp)


_BY_RP = frozenset({Verdict.PASSES, Verdict.BELOW_MIN_RP})
"""Verdicts on posts that pass all rules but the minimum."""


def min_rp_offers(counts: Iterable[int], always: int = 0) -> tuple[MinRpOffer, ...]:
    """Up to ``OFFERS_MAX`` minimums (1, 2, 5, 10 …) that let different numbers of posts through, the lowest first.

    ``counts``: the RP of the posts that pass all other rules; ``always``: how many more pass at any minimum.
    """
    rising = sorted(counts)
    found: dict[int, MinRpOffer] = {}
    min_rp = 1
    while rising and min_rp <= rising[-1]:
        passing = len(rising) - bisect_left(rising, min_rp) + always
        found[passing] = MinRpOffer(
            min_rp, passing
        )  # of those that let the same through the highest: it says the most
        min_rp = next_step(min_rp)
    offers = list(found.values())
    if len(offers) <= OFFERS_MAX:
        return tuple(offers)
    many, few = _nearest(offers, MANY_A_DAY), _nearest(offers, FEW_A_DAY)
    middle = _nearest(offers, math.sqrt(many.passing * few.passing))
    chosen = {one.min_rp: one for one in (many, middle, few)}
    return tuple(chosen[each] for each in sorted(chosen))


def _nearest(offers: Iterable[MinRpOffer], a_day: float) -> MinRpOffer:
    """The one that lets about so many through, in proportion."""
    return min(offers, key=lambda one: abs(math.log(one.passing / a_day)))


def verdicts_on(
    posts: Iterable[StoredPost], min_rp: Mapping[SourceName, int], rules: Rules, from_rp: int = 0
) -> tuple[Verdict, ...]:
    """The verdict of the rules on each post, at its own source's minimum; ``from_rp``: that of a pace."""
    return tuple(_check(one, max(min_rp.get(one.source, 0), from_rp), rules) for one in posts)


def _check(stored: StoredPost, min_rp: int, rules: Rules) -> Verdict:
    """The verdict on a stored post, by its highest RP and its highest velocity."""
    return check(stored.post, stored.max_rp, min_rp, rules, velocity=stored.peak_velocity)


def top_posts(stored_posts: Iterable[StoredPost], count: int) -> tuple[StoredPost, ...]:
    """The posts with the highest RP, each identity once; those of unknown RP come last."""
    best: dict[PostKey, StoredPost] = {}
    for stored in sorted(stored_posts, key=_rank, reverse=True):
        best.setdefault(stored.post.key, stored)
    return tuple(best.values())[:count]


def as_stored_posts(answers: Iterable[SourceAnswer], now: datetime) -> list[StoredPost]:
    """The posts of answers in the form in which posts are stored; an answer without a time is of ``now``."""
    found = []
    for answer in answers:
        seen_at = answer.observed_at or now
        for post in answer.posts:
            read_at = answer.rp_times.get(post.key, seen_at)
            fast = velocity(post, (), read_at)
            peak = None if fast is None else fast.per_hour
            found.append(StoredPost(post, answer.source, post.rp, read_at, seen_at, peak))
    return found


def highest(one: int | None, other: int | None) -> int | None:
    """The higher of two RPs; unknown is not zero (invariant 5)."""
    known = [rp for rp in (one, other) if rp is not None]
    return max(known) if known else None


def _is_of_day(stored: StoredPost, now: datetime) -> bool:
    """A post without a known time cannot be said to be of the day."""
    created_at = stored.post.created_at
    return created_at is not None and created_at >= now - DAY


def _rank(stored: StoredPost) -> tuple[bool, int, datetime]:
    rp = stored.post.rp
    return rp is not None, rp or 0, stored.rp_at
