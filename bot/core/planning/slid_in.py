"""Finds entries of a feed that stood below its page until now, and are no news. Pure.

A publisher takes an entry away, or shows more of them: what was below the page comes up at its older end. It was
there before anybody listened, or it was seen in its time. Which end is the older one is said by the dates, by
numbers in the addresses that fall from entry to entry or, without them, by when the entries that are known came.
Of a page whose links and ids are made anew at each fetch, as the answer of a search is, neither says so: what it
finds late has an old date, and is news.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise, takewhile
from typing import Final

from bot.core.models import FetchResult, PollState, Post, PostKey

KNOWN_MIN: Final = 3
"""Known entries above one that slid in, under identities that they had before: a page on which an only one stayed
has turned over."""
DATES_MIN: Final = 3
ARRIVALS_MIN: Final = 4
"""Times at which the entries of an undated page came, in order: fewer may be so by chance."""
CHANCE_MAX: Final = Fraction(1, 50)
"""Chance at which entries in any order would stand in this one, from which on it is taken for the newest first.

Two that came one after the other at the top of a page of eight show it, or five addresses with falling numbers.
Never the newest last: an old entry that came up is a late one at the end of its page, too.
"""
_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{1,18}(?![0-9])")


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
    has_no_place = _is_dated_first(newest_first)
    return frozenset(post.key for post in below if post.created_at is not None or not has_no_place)


def _is_dated_first(posts: Sequence[Post]) -> bool:
    """Whether the dated entries stand first and the others, new or old, behind them: so a list is sorted."""
    dated = [post.created_at is not None for post in posts]
    return dated[0] and not dated[-1] and dated == sorted(dated, reverse=True)


def _newest_first(state: PollState, posts: Sequence[Post]) -> Sequence[Post] | None:
    """The page with its newest entry first; None where nothing says which that is."""
    dates = [post.created_at for post in posts if post.created_at is not None]
    is_dated = len(dates) > len(posts) // 2 and len({*dates}) >= DATES_MIN
    if is_dated and (in_order := _in_order(posts, dates)) is not None:
        return in_order
    if _numbers_fall(posts):
        return posts
    if is_dated:
        return None
    came = [known.first_seen_at for post in posts if (known := state.known.get(post.key)) is not None]
    if len({*came}) >= ARRIVALS_MIN and (in_order := _in_order(posts, came)) is not None:
        return in_order
    return posts if _came_at_the_top(came) else None


def _numbers_fall(posts: Sequence[Post]) -> bool:
    """Whether the numbers in the addresses of a page fall from its first entry to its last."""
    numbers = [tuple(map(int, _NUMBER.findall(_within_site(post.url)))) for post in posts]
    is_falling = len({*map(len, numbers)}) == 1 and numbers == sorted(numbers, reverse=True)
    return is_falling and _chance(numbers) <= CHANCE_MAX


def _within_site(url: str | None) -> str:
    """The path and the query of an address."""
    return (url or "").partition("://")[2].partition("/")[2].partition("#")[0]


def _came_at_the_top(came: Sequence[datetime]) -> bool:
    """Whether entries came at the top of a page, whatever came up at its end in between."""
    oldest = min(came, default=None)
    end = next((len(came) - n for n, at in enumerate(reversed(came)) if at == oldest), 0)
    before = list(came[:end])
    return before == sorted(before, reverse=True) and _chance(before) <= CHANCE_MAX


def _chance(values: Iterable[Hashable]) -> Fraction:
    """The chance at which entries in any order stand in that of their values."""
    times = Counter(values)
    return Fraction(math.prod(map(math.factorial, times.values())), math.factorial(times.total()))


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
