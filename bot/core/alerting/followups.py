"""Follow-ups of one poll for posts that were sent before: fresher counts, and posts that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.models import Alert, AlertState, ChannelId, FetchResult, PollState, Post, PostKey

from .count_steps import should_update_count

GONE_CONFIRM_AFTER = timedelta(minutes=10)
"""A post that is missed must be missed again after this long to count as gone: one 404 may be a hiccup."""
MASS_DELETION_LIMIT = 5
"""So many posts gone at once, with none left, is a fault of the source rather than the truth."""


def posts_with_live_counts(
    state: PollState, new_alerts: Sequence[Alert], live_counts: timedelta, now: datetime
) -> frozenset[PostKey]:
    """Posts that a message shows, or is about to, and whose counts are kept fresh."""
    if not live_counts:
        return frozenset()
    before = (key for (_, key), shown in _counted(state) if now - shown.alerted_at < live_counts)
    return frozenset((*before, *(alert.content.post.key for alert in new_alerts)))


def count_updates(
    state: PollState, posts: Sequence[Post], live_counts: timedelta, now: datetime
) -> Iterator[tuple[ChannelId, PostKey, int]]:
    """Alerted posts that grew by so much that a channel's message should show it, with the RP to show."""
    rp_of = {post.key: post.rp for post in posts} if state.shown or state.folded else {}
    for (channel, key), shown in _counted(state):
        rp = rp_of.get(key)
        if rp is not None and now - shown.alerted_at < live_counts and should_update_count(shown.rp, rp):
            yield channel, key, rp


def _counted(state: PollState) -> Iterator[tuple[tuple[ChannelId, PostKey], AlertState]]:
    """Alerts whose RP a message shows, on their own or within the sum of their story."""
    yield from state.shown.items()
    yield from state.folded.items()


def gone_at_changes(
    state: PollState, posts: Sequence[Post], fetched: FetchResult | None, now: datetime
) -> Iterator[tuple[PostKey, datetime | None]]:
    """Posts missed for the first time (now), and posts that are back (None)."""
    for key in _missed(fetched):
        known = state.known.get(key)
        if known is not None and known.gone_at is None:
            yield key, now
    for post in posts:
        known = state.known.get(post.key)
        if known is not None and known.gone_at is not None:
            yield post.key, None


def take_downs(state: PollState, fetched: FetchResult | None, now: datetime) -> tuple[PostKey, ...]:
    """Posts that are gone for good: missed twice, far enough apart, or said to be deleted."""
    if fetched is None:
        return ()
    gone = (key for key in _missed(fetched) if _is_gone(state, key, now))
    return tuple(dict.fromkeys((*fetched.deleted, *gone)))


def recheck_missing_at(state: PollState, key: PostKey, now: datetime) -> datetime | None:
    """The next recheck of a missed post; None for one that is gone for good, or was never known."""
    return None if key not in state.known or _is_gone(state, key, now) else now + GONE_CONFIRM_AFTER


def _is_gone(state: PollState, key: PostKey, now: datetime) -> bool:
    """Whether it was missed before, long enough ago for this poll to confirm it."""
    known = state.known.get(key)
    return known is not None and known.gone_at is not None and now - known.gone_at >= GONE_CONFIRM_AFTER


def _missed(fetched: FetchResult | None) -> tuple[PostKey, ...]:
    """The posts that the source no longer has; none of them if it suddenly has nothing at all."""
    if fetched is None or (len(fetched.gone) >= MASS_DELETION_LIMIT and not fetched.posts):
        return ()
    return fetched.gone
