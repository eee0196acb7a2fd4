"""Requests to a source that seems well and gives nothing new: how they change so that this does not last. Pure.

304 for ever     a full read now and then, whatever the server says of "unchanged"; where its word stays the same
                 although new entries came, it is not asked with it for a week
no validators    a body that is the same as the last is unchanged
turned over      a page without any known post is polled sooner, until its polls overlap again
moved            an address that is led elsewhere for good, for a week, is asked there
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.limits import retention
from bot.core.models import (
    AnswerTrait,
    FetchResult,
    FullAnswer,
    Moved,
    NotModified,
    PostKey,
    Validators,
    Watch,
    WatchHealth,
)

FULL_EVERY: Final = timedelta(hours=20)
"""A poll that comes later than this after the last full answer asks for the whole: at least one a day."""
DISTRUSTED_FOR: Final = timedelta(days=7)
"""Validators that stayed the same while new entries came are not sent; found out anew as long as that goes on."""
GAP_OF: Final = 3
"""A page of fewer entries turns over by chance."""
SOONEST: Final = timedelta(minutes=2)
SLOWEST: Final = timedelta(days=1)
"""No watch waits for longer by itself."""
CALMER: Final = 1.25
"""Factor by which the wait grows again at each poll that finds something it knows."""
GAP_SAID_FOR: Final = timedelta(days=1)
MOVED_FOR: Final = timedelta(days=7)
"""RFC 9110 (15.4.2, 15.4.9): a client "ought to" use the new address; a week shows that it is no accident."""
MOVED_SEEN: Final = timedelta(days=2)
"""A redirect that was not seen for longer begins anew."""


def asked_with(watch: Watch, now: datetime) -> Validators:
    """The validators of the next poll; without the server's when a full answer is due, or they have no meaning."""
    full_answer, validators_wrong_at = watch.health_record.full_answer, watch.health_record.validators_wrong_at
    is_fresh = full_answer is not None and timedelta(0) <= now - full_answer.at < FULL_EVERY
    are_wrong = validators_wrong_at is not None and timedelta(0) <= now - validators_wrong_at < DISTRUSTED_FOR
    validators = watch.validators if is_fresh and not are_wrong else Validators()
    return (
        replace(validators, body=full_answer.body_hash)
        if full_answer is not None and full_answer.body_hash
        else validators
    )


def address_of(watch: Watch) -> str | None:
    """The watch's own address, or the one to which it has moved."""
    moved = watch.health_record.moved
    has_moved = moved is not None and moved.last_at - moved.since >= MOVED_FOR
    return moved.to if moved is not None and has_moved else watch.target


def asked_at(watch: Watch) -> str | None:
    """The address that is asked: where it has moved; where that does not answer, in turn where it was.

    It may have been led astray, and where it was may be gone: neither is given up for a failure.
    """
    return watch.target if watch.failures % 2 else address_of(watch)


def with_answer(
    health_record: WatchHealth,
    watch: Watch,
    answer: FetchResult | NotModified,
    now: datetime,
    *,
    is_source_problem: bool,
    familiar: Collection[PostKey] = (),
) -> WatchHealth:
    """The health record with what an answer says of all this.

    ``is_source_problem``: it is to be read again, the same or not. ``familiar``: posts of the answer that were met
    before.
    """
    if isinstance(answer, NotModified) and not answer.full_body and answer.moved_to is None is health_record.moved:
        return health_record  # as after most answers
    full_answer, validators_wrong_at = health_record.full_answer, health_record.validators_wrong_at
    if isinstance(answer, FetchResult):
        full_answer = FullAnswer(now, None if is_source_problem else answer.validators.body)
        validators_wrong_at = now if _validators_are_wrong(watch, answer, familiar) else validators_wrong_at
    elif answer.full_body:
        full_answer = FullAnswer(now, full_answer.body_hash if full_answer is not None else None)
    return replace(
        health_record,
        full_answer=full_answer,
        validators_wrong_at=validators_wrong_at,
        moved=_moved(watch, answer.moved_to, now),
    )


def _validators_are_wrong(watch: Watch, fetched: FetchResult, familiar: Collection[PostKey]) -> bool:
    """Whether the server's validators are those of the last answer although this one has new entries."""
    before, now, full_answer = watch.validators, fetched.validators, watch.health_record.full_answer
    is_same = (before.etag, before.last_modified) == (now.etag, now.last_modified) != (None, None)
    # Of the same body entries may be new because they were left for this poll.
    is_other = full_answer is not None and full_answer.body_hash is not None and full_answer.body_hash != now.body
    return is_same and is_other and any(post.key not in familiar for post in fetched.posts)


def _moved(watch: Watch, to: str | None, now: datetime) -> Moved | None:
    before = watch.health_record.moved
    if to is None:
        # Asked where it has moved, nothing leads on: it stays there. Else the redirect has ended.
        return before if before is not None and asked_at(watch) == before.to else None
    if before is None or before.to != to or not timedelta(0) <= now - before.last_at <= MOVED_SEEN:
        return Moved(to, now, now)
    return replace(before, last_at=now)


def with_overlap_wait(
    health_record: WatchHealth,
    watch: Watch,
    fetched: FetchResult | None,
    known: Collection[PostKey],
    now: datetime,
    *,
    missed_polls: bool,
) -> WatchHealth:
    """The health record with the wait at which the fetches of a source that lists its latest posts only overlap.

    ``known``: what of the page was met before.

    One that floods (``retention.flood_wait``) is polled later instead, whatever this says.
    """
    if not watch.source.traits.lists_latest_only or watch.last_ok_at is None or missed_polls:
        return health_record
    passed = now - watch.last_ok_at
    if fetched is not None and _has_turned_over(watch, fetched, known):
        return replace(
            health_record,
            gap_at=now,
            overlap_wait=max(min(passed, health_record.overlap_wait or passed) / 2, SOONEST),
        )
    if health_record.overlap_wait is None or passed < health_record.overlap_wait / 2:
        return health_record
    calmer = health_record.overlap_wait * CALMER
    return replace(health_record, overlap_wait=calmer if calmer < SLOWEST else None)


def _has_turned_over(watch: Watch, fetched: FetchResult, known: Collection[PostKey]) -> bool:
    had_some = AnswerTrait.POSTS in watch.health_record.shown
    return had_some and len(fetched.posts) >= GAP_OF and not any(post.key in known for post in fetched.posts)


def gap_hours(health_record: WatchHealth, now: datetime) -> int | None:
    """Whole hours since something may have been missed, as long as that is shown."""
    if health_record.gap_at is None or not timedelta(0) <= now - health_record.gap_at < GAP_SAID_FOR:
        return None
    return (now - health_record.gap_at) // timedelta(hours=1)


def within_overlap_wait(wait: timedelta, health_record: WatchHealth) -> timedelta:
    """The wait, at most the feed's overlap wait; a flood waits longer (``retention.flood_wait``)."""
    if health_record.overlap_wait is None or health_record.turnovers >= retention.TURNOVERS_REPEATED:
        return wait
    return min(wait, health_record.overlap_wait)
