"""Limits of stored posts: a watch stores a bounded number, whatever a page shows (invariant 11).

    a page ─▶ what is known of it, and the newest of what is new ─▶ plan ─▶ of what is kept, the oldest untold go

A post that is still on its page is never dropped, so that it cannot become new again; posts that were sent,
or silent from the start, are on record by their key alone (``alerts``, ``baselines``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

from bot.core.media import MEDIA_BYTES, media_length, with_bounded_media
from bot.core.models import FetchResult, KnownPost, PollState, Post, PostKey, SourceName, Watch
from bot.core.text import URL_MAX, excerpt

NEW_PER_POLL: Final = 100
"""New posts stored of a page at one poll, the newest first. The others are new at the next poll, if they
are still there. Posts of the first poll raise no alert; those of a late one are only counted, stored or not."""
NEW_OF_A_FEED: Final = 40
FIRST_POLL_BYTES: Final = 100_000
"""Texts, identities and addresses of a first poll that are stored whatever their number, in bytes."""
NEW_OF_A_FLOOD: Final = 20
"""New posts stored of a feed that was found replaced at the poll before, too: by the rate, not by its size."""
KEPT: Final = 20_000
"""Posts a watch keeps: of the busiest tags (500 an hour) the 48 h in which a post may still raise an alert."""
KEPT_OF_A_FEED: Final = 2_000
"""Anybody may name a feed; 60 entries a day for the month that posts are kept."""
KEPT_OF_A_FLOOD: Final = 300
"""Posts kept of a feed that turned over again and again."""

FLOOD_OF: Final = 20
"""Posts on a page from which on it can turn over; a short page does by chance."""
OLD_SHARE: Final = 0.1
"""Share of known posts on a page below which it has turned over."""
TURNOVERS_REPEATED: Final = 2
"""Polls in a row that found another page, from which on little of a feed is kept, and a quick one waits."""
TURNOVERS_DEGRADED: Final = 3
"""Polls in a row that found another page, from which on the watch is degraded: posts come and go unseen."""
FLOOD_PER_HOUR: Final = 300
"""New posts of a feed. One that goes on so is polled seldom. By the hour, not by the poll: one that merely is
polled seldom finds its interval again."""
FLOOD_EVERY: Final = timedelta(hours=1)

TEXT_MAX: Final = 8_000
"""UTF-16 units of a post's text that are read and stored; no view draws a tenth of it. Rules read no more of it
when it comes than when it is stored, or a changed rule would alert old posts."""

_HOUR: Final = timedelta(hours=1)
_LEAST_GAP: Final = 1 / 30
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def stored_part(
    watch: Watch,
    fetched: FetchResult,
    known: Mapping[PostKey, KnownPost],
    *,
    whole_page: bool,
    threshold: int | None = None,
) -> FetchResult:
    """The part of an answer that is stored: of a page known posts and the newest new ones, of a timeline all.

    A timeline is bounded by what a source reads at one poll, and shows nothing twice. ``threshold``: the lowest
    threshold of any listener; posts that reach it come first, or they could leave the page unsent. The first poll
    is whole, as far as it weighs no more than ``FIRST_POLL_BYTES``: who listens later shall find what was there.
    """
    new = [post for post in fetched.posts if post.key not in known]
    most = _most(watch)
    if not whole_page or len(new) <= most:
        return fetched
    # The sort is stable: where no time is given, what stands first on the page is the newest.
    ranked = sorted(new, key=lambda post: (_reaches(post, threshold), _published_at(post)), reverse=True)
    if watch.last_ok_at is None:
        most = max(most, _fitting(ranked, FIRST_POLL_BYTES))
    chosen = {post.key for post in ranked[:most]}
    posts = tuple(post for post in fetched.posts if post.key in known or post.key in chosen)
    return replace(fetched, posts=posts)


def familiar(state: PollState) -> Collection[PostKey]:
    """Posts of the fetch that were met before: stored ones, and silent or sent ones that are not stored."""
    return state.known.keys() | {key for _, key in state.baselined} | {key for _, key in state.alerted}


def turnovers(
    watch: Watch, fetched: FetchResult | None, known: Collection[PostKey], now: datetime, *, missed_polls: bool
) -> int:
    """The number of polls in a row at which a page was found replaced. ``fetched``: all of it; None: unchanged.

    ``known``: what of it was met before. It is another one with hardly a post on it that is known; a feed also by
    the rate at which new ones come.
    """
    if fetched is None or watch.last_ok_at is None or missed_polls:
        return 0
    old = sum(post.key in known for post in fetched.posts)
    new = len(fetched.posts) - old
    is_other = new >= FLOOD_OF and old < OLD_SHARE * len(fetched.posts)
    is_open = watch.source.traits.asked_by_address
    if is_other or (is_open and _per_hour(watch.last_ok_at, new, now) > FLOOD_PER_HOUR):
        return min(watch.health_record.turnovers + 1, TURNOVERS_DEGRADED)
    return 0


def kept(source: SourceName, turnovers: int) -> int:
    """The number of posts a watch keeps. ``turnovers``: polls in a row at which its page was found replaced."""
    if not source.traits.asked_by_address:
        return KEPT
    return KEPT_OF_A_FLOOD if turnovers >= TURNOVERS_REPEATED else KEPT_OF_A_FEED


def read(post: Post) -> Post:
    """A post with as much of its text and of its media as is read."""
    text = excerpt(post.text, TEXT_MAX)
    return with_bounded_media(post if text is post.text else replace(post, text=text))


def slim(post: Post) -> Post:
    """A post as it is stored: without an address that is too long for any link."""
    return replace(post, url=None) if len(post.url or "") > URL_MAX else post


def flood_wait(
    watch: Watch, fetched: FetchResult | None, known: Collection[PostKey], turnovers: int, now: datetime
) -> timedelta:
    """The least time until the next poll: longer for a feed that goes on showing more than is read."""
    is_open = watch.source.traits.asked_by_address
    if not is_open or fetched is None or turnovers < TURNOVERS_REPEATED or watch.last_ok_at is None:
        return timedelta(0)
    new = sum(post.key not in known for post in fetched.posts)
    return FLOOD_EVERY if _per_hour(watch.last_ok_at, new, now) > FLOOD_PER_HOUR else timedelta(0)


def _most(watch: Watch) -> int:
    if not watch.source.traits.asked_by_address:
        return NEW_PER_POLL
    return NEW_OF_A_FLOOD if watch.health_record.turnovers else NEW_OF_A_FEED


def _fitting(posts: Iterable[Post], weight: int) -> int:
    """The number of leading posts whose stored form takes no more than so many bytes together."""
    return sum(total <= weight for total in accumulate(map(_stored_length, posts)))


def _stored_length(post: Post) -> int:
    """UTF-8 bytes of what is long in a post: its text, identity and media, its address where that is kept."""
    address = post.url if post.url and len(post.url) <= URL_MAX else ""
    length = len(f"{post.text[:TEXT_MAX]}{post.canonical_id}{address}".encode("utf-8", "surrogatepass"))
    return length + min(media_length(post), MEDIA_BYTES)


def _reaches(post: Post, threshold: int | None) -> bool:
    return threshold is not None and post.rp is not None and post.rp >= threshold


def _per_hour(since: datetime, new: int, now: datetime) -> float:
    """A clock may step back; two polls at once are no rate."""
    return new / max((now - since) / _HOUR, _LEAST_GAP)


def _published_at(post: Post) -> datetime:
    return post.created_at or _EARLIEST
