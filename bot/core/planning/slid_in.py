"""Finds entries of a feed that stood below its page until now, and are no news. Pure.

A publisher takes an entry away, or shows more of them: what was below the page comes up at its older end. It was
there before anybody listened, or it was seen in its time. Which end is the older one is said by the dates or,
without them, by when the entries that are known came. Of a page whose links and ids are made anew at each fetch,
as the answer of a search is, neither says so: what it finds late has an old date, and is news.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise, takewhile
from typing import Final

from bot.core.models import FetchResult, PollState, Post, PostKey

KNOWN_MIN: Final = 3
"""Known entries above one that slid in, under identities that they had before: a page on which an only one stayed
has turned over."""
DATES_MIN: Final = 3
ARRIVALS_MIN: Final = 4
"""Times at which the entries of an undated page came, in order: fewer may be so by chance."""


def slid_in(state: PollState, fetched: FetchResult | None, familiar: Collection[PostKey]) -> frozenset[PostKey]:
    """The entries at the older end of a page that are not new. ``familiar``: those that were met before."""
    posts = fetched.posts if fetched is not None else ()
    is_feed = state.watch.source.traits.lists_articles and state.watch.last_ok_at is not None
    if not is_feed or not posts or (posts[0].key in familiar and posts[-1].key in familiar):
        return frozenset()
    newest_first = _newest_first(state, posts)
    if newest_first is None:
        return frozenset()
    below = tuple(takewhile(lambda post: post.key not in familiar, reversed(newest_first)))
    above = [post.key for post in newest_first[: len(newest_first) - len(below)] if post.key in familiar]
    if not below or not _has_stayed(state, above) or _is_after_a_gap(state, above[-1]):
        return frozenset()
    return frozenset(post.key for post in below)


def _newest_first(state: PollState, posts: Sequence[Post]) -> Sequence[Post] | None:
    """The page with its newest entry first; None where nothing says which that is."""
    dates = [post.created_at for post in posts if post.created_at is not None]
    if len(dates) == len(posts) and len({*dates}) >= DATES_MIN:
        return _in_order(posts, dates)
    came = [known.first_seen_at for post in posts if (known := state.known.get(post.key)) is not None]
    return _in_order(posts, came) if len({*came}) >= ARRIVALS_MIN else None


def _in_order(posts: Sequence[Post], times: Sequence[datetime]) -> Sequence[Post] | None:
    if all(one >= other for one, other in pairwise(times)):
        return posts
    return posts[::-1] if all(one <= other for one, other in pairwise(times)) else None


def _has_stayed(state: PollState, above: Sequence[PostKey]) -> bool:
    """Whether enough of the known entries came under the identities they are known by."""
    otherwise = {*state.same.values()}
    return sum(key not in otherwise for key in above) >= KNOWN_MIN


def _is_after_a_gap(state: PollState, oldest: PostKey) -> bool:
    """Whether a page between turned over unseen: what is below the oldest known entry may have come in it."""
    gap_at, known = state.watch.health_record.gap_at, state.known.get(oldest)
    return gap_at is not None and (known is None or known.first_seen_at >= gap_at)
