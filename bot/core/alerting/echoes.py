"""Told posts that are found somewhere else as well: no second alert, but a word in the first one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.core.models import Echo, FoundAt, Listener, PollState, Post, PostKey, Watch
from bot.core.redaction import is_hidden


def found_at(watch: Watch) -> FoundAt:
    """The name that people know a watch by: a feed's title, a search's host."""
    if not watch.source.traits.asked_by_address:
        return FoundAt(watch.source)
    if watch.topic.is_address:
        return FoundAt(watch.source, watch.topic.name)
    host = urlsplit(watch.target or "").netloc.lower().rpartition("@")[2]
    return FoundAt(watch.source, host.removeprefix("www."))


def echoes(state: PollState, posts: Sequence[Post], max_age: timedelta, now: datetime) -> Iterator[Echo]:
    """Echoes on this page or feed of alerts sent from another watch at most ``max_age`` ago.

    Not for timelines: they show all of their network, so that it says nothing to be found there.
    """
    if not state.shown:
        return
    here, listed = found_at(state.watch), {post.key for post in posts}
    noted: set[tuple[int, PostKey]] = set()
    for listener in state.listeners:
        for key in listed:
            shown_at = (listener.channel_id, key)
            if shown_at not in noted and _is_news(state, listener, key, here, now - max_age):
                noted.add(shown_at)
                yield Echo(listener.channel_id, key, here)


def _is_news(state: PollState, listener: Listener, key: PostKey, here: FoundAt, since: datetime) -> bool:
    """Whether the channel's message should say that the post is here too."""
    shown = state.shown.get((listener.channel_id, key))
    if shown is None or shown.found_at in {None, here} or shown.alerted_at < since:
        return False
    noted = (listener.channel_id, key) in state.echoed
    return not noted and not is_hidden(state.hidden, listener.guild_id, key)
