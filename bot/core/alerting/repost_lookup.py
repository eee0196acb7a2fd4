"""Posts that their source shows without RP, and what another source is asked of them. Pure.

A page of posts on X may print no counts. Where X itself can be asked, it is asked for those that somebody could be
sent: new ones at once, then those due again. X is paid by the post, so that nothing else is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.models import FetchResult, Listener, Network, PollState, Post, Recheck, SourceName
from bot.core.redaction import is_hidden

from .decision import published_at
from .rules import Verdict, WordCheck, check_content, check_words


def with_lookup_ids(
    state: PollState, fetched: FetchResult, by: SourceName, words: WordCheck = check_words
) -> FetchResult:
    """The answer with X's own id on each post without RP that matters: by it the post can be read again."""
    return replace(fetched, posts=tuple(_with_id(state, post, words) for post in fetched.posts), counted_by=by)


def _with_id(state: PollState, post: Post, words: WordCheck) -> Post:
    has_id = post.network is Network.X and post.canonical_id.isascii() and post.canonical_id.isdigit()
    lacks_rp = post.rp is None and has_id
    return (
        replace(post, source_id=post.canonical_id)
        if lacks_rp and _needs_rp_somewhere(state, post, words)
        else post
    )


def _needs_rp_somewhere(state: PollState, post: Post, words: WordCheck) -> bool:
    """Whether an RP could raise an alert for the post, or is shown in a message that was sent."""
    return any(_needs_rp(state, listener, post, words) for listener in state.listeners)


def _needs_rp(state: PollState, listener: Listener, post: Post, words: WordCheck) -> bool:
    if is_hidden(state.hidden, listener.guild_id, post.key):
        return False
    if (listener.channel_id, post.key) in state.alerted:
        return True
    if (listener.subscription_id, post.key) in state.baselined:
        return False
    return check_content(post, listener.rules, words) is Verdict.PASSES


def ids_to_look_up(
    state: PollState, fetched: FetchResult, due: Sequence[Recheck], max_age: timedelta, now: datetime
) -> tuple[str, ...]:
    """Ids of the posts to ask for: of the countable ones the new ones, then those due, on the page or not.

    A new post older than ``max_age`` raises no alert; one sent through another source needs no lookup.
    """
    alerted = {key for _, key in state.alerted}
    new = (
        post.source_id
        for post in fetched.posts
        if post.rp is None and post.source_id is not None
        if post.key not in state.known
        and post.key not in alerted
        and now - published_at(post, None, now) <= max_age
    )
    with_rp = {post.key for post in fetched.posts if post.rp is not None}
    again = (wanted.source_id for wanted in due if wanted.post_key not in with_rp)
    return tuple(dict.fromkeys((*new, *again))) if state.listeners else ()


def merge_counts(fetched: FetchResult, read: FetchResult) -> FetchResult:
    """The answer with what another source said of its posts; those still on the page are not gone."""
    listed = {post.key for post in fetched.posts}
    gone = tuple(key for key in read.gone if key not in listed)
    return replace(fetched, counted=read.posts, gone=(*fetched.gone, *gone))
