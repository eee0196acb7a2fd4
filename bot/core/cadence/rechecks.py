"""Rechecks: posts below a threshold are fetched again ever more seldom for 48 h, candidates when they are due.

    plan_poll ─▶ relook_at of each post, candidates of the watch ─▶ next poll ─▶ its rechecks

A candidate that is due makes its watch due (``index``). Every poll also takes the posts that are due by a fixed
schedule, so that posts with a low forecast are fetched too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.core.alerting.decision import published_at
from bot.core.alerting.followups import recheck_missing_at
from bot.core.models import Candidate, FetchResult, KnownPost, PollForecast, PollState, Post, PostKey, Recheck

from .forecast import candidate, crossing_probability, unchanged

RECHECK_FOR: Final = timedelta(hours=48)
"""Age after which a post below its threshold is not fetched again (docs/architecture.md, invariant 4)."""
MIN_CROSSING_PROBABILITY: Final = 0.05
"""A poll fetches a candidate again from this probability that it has crossed."""
DUE_SOON: Final = timedelta(minutes=1)

_BACKOFF_STEPS: Final = (
    (timedelta(hours=1), timedelta(minutes=10)),
    (timedelta(hours=3), timedelta(minutes=20)),
    (timedelta(hours=6), timedelta(minutes=40)),
    (timedelta(hours=12), timedelta(hours=1)),
    (timedelta(hours=24), timedelta(hours=2)),
    (RECHECK_FOR, timedelta(hours=4)),
)
"""(age below, time to the next recheck): about 45 in 48 h, most of them while most reposts happen."""


def scheduled_recheck(published_at: datetime, now: datetime) -> datetime | None:
    """The next recheck of a post below a threshold; None once it is 48 h old."""
    age = now - published_at
    for younger_than, step in _BACKOFF_STEPS:
        if age < younger_than:
            return now + step
    return None


def last_read_at(known: KnownPost) -> datetime | None:
    """The time at which a known post was read last, from its next recheck; None where it is not fetched again."""
    if known.recheck_at is None:
        return None
    published_at = known.created_at or known.first_seen_at
    for younger_than, step in _BACKOFF_STEPS:
        read_at = known.recheck_at - step
        if read_at - published_at < younger_than:
            return max(read_at, known.first_seen_at)
    return None


def next_recheck_at(known: KnownPost | None, post: Post, now: datetime) -> datetime | None:
    """The next recheck of a known post: the stored time, until it has come."""
    if known is not None and known.recheck_at is not None and known.recheck_at > now + DUE_SOON:
        return known.recheck_at
    return scheduled_recheck(published_at(post, known, now), now)


def recheck_changes(
    state: PollState,
    posts: Iterable[Post],
    recheck_times: Mapping[PostKey, datetime | None],
    fetched: FetchResult | None,
    now: datetime,
) -> Iterator[tuple[PostKey, datetime | None]]:
    """Recheck times of posts that were fetched unchanged, and of posts that were missed."""
    for post in posts:
        known = state.known.get(post.key)
        if known is not None and known.recheck_at != recheck_times[post.key]:
            yield post.key, recheck_times[post.key]
    for key in fetched.gone if fetched else ():
        yield key, recheck_missing_at(state, key, now)


def likely_crossings(forecast: PollForecast, now: datetime) -> list[Recheck]:
    """The candidates that a poll at ``now`` fetches again, the likeliest to have crossed first."""
    chances = ((crossing_probability(each, now), each) for each in forecast.candidates)
    likely = sorted(
        (found for found in chances if found[0] >= MIN_CROSSING_PROBABILITY), key=lambda found: -found[0]
    )
    return [
        Recheck(each.key, each.source_id, each.published_at) for _, each in likely if each.source_id is not None
    ]


def candidates_after(
    state: PollState,
    fetched: FetchResult | None,
    posts: Iterable[Post],
    thresholds: Mapping[PostKey, int],
    now: datetime,
    *,
    whole_page: bool,
) -> Iterator[Candidate]:
    """The candidates after a poll: those among the posts read, and those not read that still wait.

    ``fetched`` None: unchanged. ``thresholds``: the lowest threshold above each post. ``whole_page``: posts that
    left the page cannot be fetched again.
    """
    before = {each.key: each for each in state.watch.forecast.candidates}
    for post in posts:
        key = post.key
        if key in thresholds:
            since = published_at(post, state.known.get(key), now)
            found = candidate(post, thresholds[key], before.pop(key, None), since, now)
            if found is not None:
                yield found
    if not before:
        return
    wanted = {listener.min_rp for listener in state.listeners}
    # The threshold of a pace moves from poll to poll: no candidate has it to the digit.
    any_pace = any(listener.threshold is not None for listener in state.listeners)
    waiting = [each for each in before.values() if any_pace or each.threshold in wanted]
    if fetched is None:
        yield from (unchanged(each, now) for each in waiting)
    elif not whole_page:
        lost = {*(post.key for post in posts), *fetched.gone, *fetched.deleted}
        yield from (each for each in waiting if each.key not in lost and _can_be_read(each, now))


def _can_be_read(each: Candidate, now: datetime) -> bool:
    return each.source_id is not None and now - each.published_at < RECHECK_FOR
