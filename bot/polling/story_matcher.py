"""Finds the alerts that say the same as an answer's posts: in a window in memory, beside the event loop.

    plan with alerts -> posts stored since -> window -> near posts -> those that a channel was sent -> StoryLinks

The window is made anew from storage after a restart. Other processes' posts come by their numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final, ParamSpec, TypeVar

from bot.core.models import FetchResult, PollPlan, PollState, Post, PostKey, StoryLinks, TopicKey
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

_STORY_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="stories")
"""A thread of its own, which alone touches the window."""


class StoryMatcher:
    """The window of one process, and the comparisons of its polls, one after the other."""

    def __init__(self, store: StoryStore) -> None:
        self._store = store
        self._window = StoryWindow()
        self._until = 0
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
        until = await self._catch_up(now)
        read = await self._beside(self._read, posts, state.watch.topic.key, now)
        near = await self._beside(self._near, read, now)
        wanted = frozenset[PostKey]().union(*(one.known for one in near.values()))
        comparisons, lacking = Comparisons(self._window), set(plan.below)
        below = [post for post in read if post.key in lacking]
        same = await self._beside(same_posts, comparisons, below, near)
        further = await self._store.further(channels, same, now) if same else {}
        alerted = await self._store.alerted(channels, wanted, now) if wanted else []
        split = await self._store.splits(channels) if wanted else frozenset()
        stories = stories_by_channel((one.channel_id, one.key, one.lead) for one in alerted)
        return await self._beside(links_of, comparisons, read, near, stories, split, until, further)

    async def _catch_up(self, now: datetime) -> int:
        """Read the posts that were stored since; returns the number of the last one."""
        async with self._reading:
            while True:
                found = await self._store.since(max(self._until - _AGAIN, 0), now)
                await self._beside(self._add, found)
                before, self._until = self._until, max(self._until, *(one.seq for one in found), 0)
                if len(found) < READ_MAX or self._until == before:
                    return self._until

    def _add(self, found: Sequence[ComparedPost]) -> None:
        for one in found:
            if one.post.text:
                remember(self._window, read_post(one.post, one.topic, one.at))

    @staticmethod
    def _read(posts: Sequence[Post], topic: TopicKey, now: datetime) -> list[StoryPost]:
        return [read_post(post, topic, now) for post in posts]

    def _near(self, posts: Sequence[StoryPost], now: datetime) -> Mapping[PostKey, NearPosts]:
        """The posts to compare each one with; each is then in the window, for the next ones."""
        self._window.advance(now)
        found: dict[PostKey, NearPosts] = {}
        for post in posts:
            found[post.key] = near_posts(self._window, post)
            keep(self._window, post)
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
