"""Finds the alerts that say the same as an answer's posts: in a window in memory, beside the event loop.

    plan with alerts -> posts stored since -> window -> near posts -> those that a channel was sent -> StoryLinks

The window is made anew from storage after a restart. Other processes' posts come by their numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, ParamSpec, TypeVar

from bot.core.models import FetchResult, PollPlan, PollState, Post, PostHash, PostKey, StoryLinks, TopicKey
from bot.core.redaction import post_hash
from bot.core.stories import StoryPost, StoryWindow
from bot.core.stories.linking import (
    Comparisons,
    NearPosts,
    keep,
    links_of,
    near_posts,
    read_post,
    remember,
    same_posts,
    stories_by_channel,
)
from bot.storage.sql.polling.stories import READ_MAX, ComparedPost, StoryStore

P = ParamSpec("P")
T = TypeVar("T")

POSTS_MAX: Final = 500
"""Posts of an answer that are compared, those with the most RP: a page has fewer."""
_AGAIN: Final = 50
"""Numbers before the last that are read again: another process may commit a lower one later."""
_SET_BACK: Final = timedelta(hours=1)
"""Least step back of the clock from which the window is made anew, which takes seconds. A smaller step loses
posts of the first of 72 hours alone; times of polls at once differ by less."""

_STORY_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="stories")
"""A thread of its own, which alone touches the window."""


class StoryMatcher:
    """The window of one process, and the comparisons of its polls, one after the other."""

    def __init__(self, store: StoryStore) -> None:
        self._store = store
        self._window = StoryWindow()
        self._until = 0
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._ahead: datetime | None = None
        self._reading = asyncio.Lock()

    def __len__(self) -> int:
        """The number of posts in the window."""
        return len(self._window)

    async def links(self, state: PollState, plan: PollPlan, answer: FetchResult, now: datetime) -> StoryLinks:
        """The links of posts that raise an alert by ``plan``, or only lack RP; empty where nobody folds."""
        posts = _posts(plan, answer)
        channels = {one.channel_id for one in state.listeners if one.rules.fold}
        if not posts or not channels:
            return StoryLinks()
        window, until = await self._catch_up(now)
        read = await self._beside(self._read, posts, state.watch.topic.key, now)
        near = await self._beside(self._near, window, read, now)
        wanted = frozenset[PostKey]().union(*(one.known for one in near.values()))
        comparisons, lacking = Comparisons(window), set(plan.below)
        below = [post for post in read if post.key in lacking]
        same = await self._beside(same_posts, comparisons, below, near)
        further = await self._store.further(channels, same, now) if same else {}
        alerted = await self._store.alerted(channels, wanted, now) if wanted else []
        split = await self._store.splits(channels) if wanted else frozenset()
        roles = {one.channel_id: one.role_id for one in state.listeners if one.rules.fold}
        stories = stories_by_channel(
            (one.channel_id, one.key, one.lead)
            for one in alerted
            if roles[one.channel_id] in {None, one.role_id}  # whom no alert mentioned gets one
        )
        return await self._beside(links_of, comparisons, read, near, stories, split, until, further)

    async def forget_hidden(self, hidden: Set[PostHash], now: datetime) -> None:
        """Remove hidden posts from the window, unless a channel may still be shown their text, and old ones."""
        async with self._reading:
            self._latest = max(self._latest, now)
            found = await self._beside(self._hidden, hidden, now)
            kept = await self._store.among(found) if found else frozenset[PostKey]()
            await self._beside(self._remove, [key for key in found if key not in kept])

    async def _catch_up(self, now: datetime) -> tuple[StoryWindow, int]:
        """Read the posts that were stored since; returns the window, and the number of the last post.

        Where the clock was set back, the window was moved to a time that has not come: it is made anew. Posts of a
        time to come were taken for posts of now: it is made anew when that time has come.
        """
        async with self._reading:
            window, until = self._window, self._until
            if now + _SET_BACK < self._latest:
                window, until, self._latest = StoryWindow(), 0, now
            elif self._ahead is not None and now + _SET_BACK >= self._ahead:
                window, until, self._ahead = StoryWindow(), 0, None
            self._latest = max(self._latest, now)
            while True:
                found = await self._store.since(max(until - _AGAIN, 0), now)
                await self._beside(self._add, window, found, now)
                self._ahead = max((one.at for one in found if one.at > now + _SET_BACK), default=self._ahead)
                before, until = until, max(until, *(one.seq for one in found), 0)
                if len(found) < READ_MAX or until == before:
                    self._window, self._until = window, until
                    return window, until

    @staticmethod
    def _add(window: StoryWindow, found: Sequence[ComparedPost], now: datetime) -> None:
        for one in found:
            if one.post.text:  # one that was stored while the clock was ahead is of now
                remember(window, read_post(one.post, one.topic, min(one.at, now)))

    def _hidden(self, hidden: Set[PostHash], now: datetime) -> list[PostKey]:
        self._window.advance(now)
        return [key for key in self._window if post_hash(key) in hidden]

    def _remove(self, keys: Iterable[PostKey]) -> None:
        for key in keys:
            self._window.remove(key)

    @staticmethod
    def _read(posts: Sequence[Post], topic: TopicKey, now: datetime) -> list[StoryPost]:
        return [read_post(post, topic, now) for post in posts]

    @staticmethod
    def _near(window: StoryWindow, posts: Sequence[StoryPost], now: datetime) -> Mapping[PostKey, NearPosts]:
        """The posts to compare each one with; each is then in the window, for the next ones."""
        window.advance(now)
        found: dict[PostKey, NearPosts] = {}
        for post in posts:
            found[post.key] = near_posts(window, post)
            keep(window, post)
        return found

    @staticmethod
    async def _beside(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(_STORY_THREAD, partial(work, *args, **named))


def _posts(plan: PollPlan, answer: FetchResult) -> list[Post]:
    """The posts that raise an alert or only lack RP, each once, those with the most RP first."""
    below = set(plan.below)
    alerts = (*plan.alerts, *(held.alert for held in plan.held))
    posts = {post.key: post for post in answer.posts if post.key in below}
    posts |= {alert.content.post.key: alert.content.post for alert in alerts}
    return sorted(posts.values(), key=lambda post: (-(post.rp or 0), post.key))[:POSTS_MAX]
