"""The posts of an answer: merged with what is known of them, and what is stored and fetched again. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from bot.core.alerting.decision import NEVER
from bot.core.alerting.followups import posts_with_live_counts
from bot.core.alerting.policy import PollPolicy
from bot.core.alerting.velocity import known_velocity, with_peaks
from bot.core.cadence.rechecks import next_recheck_at
from bot.core.identity.origins import Origins
from bot.core.limits import retention
from bot.core.media import with_media_of
from bot.core.models import (
    Alert,
    EntryMemo,
    FetchResult,
    GuildId,
    KnownPost,
    Listener,
    NotModified,
    PollState,
    Post,
    PostChange,
    PostKey,
    Snapshot,
)
from bot.core.redaction import is_hidden_from_all

_NO_MEDIA: Final = b',"media":[],"avatar_url":null}'
_NOBODY: frozenset[GuildId] = frozenset()
SMALL_MEMO: Final = 32_000
"""Bytes of a memo that is always kept: of a usual feed, which lists 10 to 50 entries, it takes 6 to 29 KB."""


class AnswerRead(NamedTuple):
    """An answer as its plan reads it.

    ``fetched``: as much of it as is stored, None for an unchanged page; ``posts``: of that, each identity once.
    ``to_decide``: the posts that are decided on. ``rejected``: posts that were asked for before their home was.
    ``seen``: the keys of all posts it showed.
    """

    fetched: FetchResult | None
    posts: tuple[Post, ...]
    to_decide: tuple[Post, ...]
    rejected: frozenset[PostKey]
    snapshot: Snapshot | None
    seen: tuple[PostKey, ...]
    memo: EntryMemo | None


_UNCHANGED = AnswerRead(None, (), (), frozenset(), None, (), None)


def read_answer(
    state: PollState,
    answer: FetchResult | NotModified,
    policy: PollPolicy,
    origins: Origins,
    *,
    has_missed_polls: bool,
) -> AnswerRead:
    """Read an answer; ``has_missed_polls``: polls were missed before it.

    The posts of a first poll raise no alerts and those of a late one are counted, also what is too much to be
    stored.
    """
    if not isinstance(answer, FetchResult):
        return _UNCHANGED
    accepted, rejected = origins.accepted(state, answer)
    fetched = _stored_part(state, accepted, policy)
    posts = _merged(state, fetched)
    return AnswerRead(
        fetched=fetched,
        posts=posts,
        to_decide=_merged(state, accepted) if has_missed_polls or state.watch.last_ok_at is None else posts,
        rejected=rejected,
        snapshot=_worth_keeping(fetched.snapshot),
        seen=tuple(post.key for post in answer.posts),
        memo=answer.memo,
    )


def _worth_keeping(snapshot: Snapshot | None) -> Snapshot | None:
    """A snapshot that says anything at all."""
    if snapshot is None or snapshot == Snapshot(observed_at=snapshot.observed_at):
        return None
    return snapshot


def _stored_part(state: PollState, accepted: FetchResult, policy: PollPolicy) -> FetchResult:
    """The part of an answer that is stored."""
    threshold = min((listener.min_rp for listener in state.listeners), default=None)
    return retention.stored_part(
        state.watch, accepted, state.known, whole_page=policy.is_page, threshold=threshold
    )


def _merged(state: PollState, fetched: FetchResult) -> tuple[Post, ...]:
    """Each identity once; an RP that is missing now does not overwrite a known one (invariant 5).

    A source that was asked for the RP shows the media of posts as well.
    """
    counted = {post.key: post.rp for post in fetched.counted}
    merged: dict[PostKey, Post] = {}
    for post in map(retention.read, (*fetched.posts, *fetched.counted)):
        key = post.key
        if post.rp is None:
            rp, known = counted.get(key), state.known.get(key)
            rp = known.rp if rp is None and known is not None else rp
            post = post if rp is None else replace(post, rp=rp)  # noqa: PLW2901 - the merged post is the post
        found = merged.get(key)
        merged[key] = post if found is None else with_media_of(found, post)
    return tuple(merged.values())


def _peak(post: Post, known: KnownPost | None) -> int | None:
    """The highest RP ever known."""
    seen = [rp for rp in (post.rp, known.max_rp if known else None) if rp is not None]
    return max(seen, default=None)


def post_changes(
    state: PollState, posts: tuple[Post, ...], recheck_times: dict[PostKey, datetime | None], now: datetime
) -> Iterator[PostChange]:
    """New posts and those of which something changed."""
    guilds = state.digest_guilds | {listener.guild_id for listener in state.listeners} if state.hidden else _NOBODY
    for post in posts:
        known = state.known.get(post.key)
        post = _as_stored(state, post, guilds)  # noqa: PLW2901 - what is hidden from all is stored without its text
        hashed = content_hash(post)
        if known is None or known.content_hash != hashed:
            velocity = known_velocity(post, known, now)
            yield PostChange(
                post=post,
                max_rp=_peak(post, known),
                recheck_at=recheck_times[post.key],
                content_hash=hashed,
                is_new=known is None,
                sampled=post.rp is not None and (known is None or known.rp != post.rp),
                velocity=None if velocity is None else velocity.per_hour,
            )


def velocities_after(state: PollState, changes: Iterable[PostChange]) -> tuple[int, ...]:
    """The numbers of the watch's posts by their highest velocity, after a poll."""
    known = state.known
    peaks = (
        (known[one.post.key].peak_velocity if one.post.key in known else None, one.velocity) for one in changes
    )
    return with_peaks(state.watch.forecast.velocities, peaks)


def _as_stored(state: PollState, post: Post, guilds: frozenset[GuildId]) -> Post:
    """The post as it is stored: without its text if no listener may see it (invariant 8)."""
    post = retention.slim(post)
    if not state.hidden:
        return post
    return post.redacted() if is_hidden_from_all(state.hidden, guilds, post.key) else post


def recheck_times_of(
    state: PollState, posts: Iterable[Post], alerts: Sequence[Alert], policy: PollPolicy, now: datetime
) -> dict[PostKey, datetime | None]:
    """The next recheck of each post, None where there is none. ``alerts``: the alerts of this poll."""
    live = posts_with_live_counts(state, alerts, policy.live_counts, now)
    highest = max(map(_highest_threshold, state.listeners), default=None)
    return {post.key: _recheck_at(state, post, policy, highest, post.key in live, now) for post in posts}


def _highest_threshold(listener: Listener) -> int:
    """The RP from which on a post is sent, whatever its age; with a pace it is the threshold of now."""
    pace = listener.threshold
    if pace is None:
        return listener.min_rp
    return NEVER if math.isinf(pace.heat) else max(listener.min_rp, math.ceil(pace.heat))


def _recheck_at(
    state: PollState, post: Post, policy: PollPolicy, highest_threshold: int | None, is_live: bool, now: datetime
) -> datetime | None:
    """The next recheck of a post below a threshold (invariant 4), of one sent lately, or of one for a digest."""
    if not policy.can_recheck or post.source_id is None:
        return None
    known = state.known.get(post.key)
    peak = _peak(post, known)
    below = (
        state.digested
        or (highest_threshold is not None and (peak is None or peak < highest_threshold))
        or any(listener.rules.min_velocity for listener in state.listeners)
    )
    return next_recheck_at(known, post, now) if below or is_live else None


def no_more_rechecks(state: PollState, rejected: Collection[PostKey]) -> Iterator[tuple[PostKey, None]]:
    """Posts that this endpoint was asked for by id before their home was known: they are not fetched again."""
    for key in rejected:
        known = state.known.get(key)
        if known is not None and known.recheck_at is not None:
            yield key, None


def content_hash(post: Post) -> str:
    """Changes when anything stored of a post changed, so that unchanged rows are not written again.

    Of a post without media and avatar it is as it was before posts had them.
    """
    written = msgspec.json.encode(post)
    if written.endswith(_NO_MEDIA):
        written = written[: -len(_NO_MEDIA)] + b"}"
    return hashlib.blake2b(written, digest_size=8).hexdigest()


def fingerprints_to_keep(state: PollState, to_decide: Iterable[Post]) -> tuple[tuple[PostKey, int], ...]:
    """Names of decided posts, and new names of known ones; an entry left for the next poll needs none."""
    decided = {post.key for post in to_decide}
    return tuple(
        (key, fingerprint) for key, fingerprint in state.new_fingerprints if key in decided or key in state.known
    )


def memo_to_keep(state: PollState, memo: EntryMemo | None) -> EntryMemo | None:
    """The memo without entries that were taken down anywhere (invariant 8); None where it would not pay.

    A page with a large memo whose entries are mostly new has turned over: it would be written at each poll and
    not used.
    """
    if not memo:
        return None
    keys = {key: state.same.get(key, key) for key, _ in memo.entries}
    size = sum(len(record) for _, record in memo.entries)
    if size > SMALL_MEMO and 2 * sum(key in state.known for key in keys.values()) < len(keys):
        return None
    hidden = {key for _, key in state.hidden}
    if not hidden:
        return memo
    return replace(memo, entries=tuple(one for one in memo.entries if keys[one[0]] not in hidden))
