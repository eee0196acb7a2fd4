"""Counts of a timeline: posts by their own time, so that what is read late is not taken for many posts at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import Counted, CountState, Network, Post, PostCount, PostKey, RecentAuthor, TimelineSpan
from bot.core.models.counts import BIN
from bot.core.surge.observation import Breadth, CountObservation
from bot.core.surge.people import PostOrigin, people
from bot.core.url_display import host_of

from .spans import bins, floor

LATE: Final = timedelta(minutes=10)
"""A post that was written so long before the last answer, and is new, counts with this one: it came late."""
CAUGHT_UP: Final = timedelta(hours=48)
"""Posts that were missed for longer are not counted: sources and their pages reach no further back."""
RECENT_AUTHORS: Final = 32
"""Authors of the last hour that are remembered: more than any sensitivity asks for."""
_HOUR: Final = timedelta(hours=1)


def count_timeline(
    before: CountState, posts: Iterable[Post], span: TimelineSpan, known: Collection[PostKey], now: datetime
) -> Counted:
    """The counts of a timeline since the answer before.

    ``known``: posts that were there before. The first answer counts nothing: what it shows was there already.
    """
    start, until = before.until, min(span.until, now)
    if start is None or start > now or until - start > CAUGHT_UP:
        return Counted(CountState(until))
    if until <= start:
        return Counted(before)
    dated = sorted(_dated(posts, start, until, known), key=lambda one: one[0])
    parts = list(bins(start, until))
    recent, counts, observations = before.recent, [], []
    for begin, stop in parts:
        own = [post for at, post in dated if begin < at <= stop]
        origins = [_origin(post) for post in own]
        recent = _recent(recent, stop, origins)
        complete = span.complete
        counts.append(_count(begin, stop, own, origins, complete=complete))
        breadth = _breadth(recent, is_federated=any(post.network is Network.FEDIVERSE for post in own))
        observations.append(CountObservation(stop, people(origins), stop - begin, complete, breadth=breadth))
    return Counted(replace(before, until=until, recent=recent), tuple(counts), tuple(observations))


def _dated(
    posts: Iterable[Post], start: datetime, until: datetime, known: Collection[PostKey]
) -> Iterable[tuple[datetime, Post]]:
    """The posts of an interval with their time, late ones at its begin; those without a time are left out."""
    for post in posts:
        at = post.created_at
        if at is None or post.day_only:
            continue
        if start < at <= until:
            yield at, post
        elif start - LATE < at <= start and post.key not in known:
            yield start + timedelta(microseconds=1), post


def _count(
    begin: datetime, stop: datetime, posts: Sequence[Post], origins: Sequence[PostOrigin], *, complete: bool
) -> PostCount:
    bots = sum(each.by_bot for each in origins)
    return PostCount(floor(begin, BIN), BIN, stop - begin, len(posts), people(origins), bots, complete)


def _origin(post: Post) -> PostOrigin:
    """The author and server of a post. One without an author counts as somebody of its own."""
    author = post.author_url or post.author_handle or post.author_name or post.key
    return PostOrigin(author.casefold(), host_of(post.author_url or post.url), post.by_bot)


def _recent(
    before: tuple[RecentAuthor, ...], at: datetime, origins: Iterable[PostOrigin]
) -> tuple[RecentAuthor, ...]:
    """The authors of the last hour, the newest last; of many authors only some, of each one entry."""
    since = (at - _HOUR).timestamp()
    kept = {(one.author, one.domain): one for one in before if one.at_s > since}
    for each in origins:
        if not each.by_bot:
            author = _hash(each.author), _hash(each.domain) if each.domain else None
            kept.pop(author, None)
            kept[author] = RecentAuthor(at.timestamp(), *author)
    return tuple(kept.values())[-RECENT_AUTHORS:]


def _breadth(recent: Sequence[RecentAuthor], *, is_federated: bool) -> Breadth:
    """The people and, in a network of many servers, the servers that the last hour's posts are from."""
    domains = {one.domain for one in recent if one.domain is not None} if is_federated else None
    return Breadth(len({one.author for one in recent}), None if domains is None else len(domains))


def _hash(text: str) -> int:
    """32 bits: enough to tell a few dozen apart, too few to name anybody."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest())
