"""The window: the stories of the last 72 hours, bounded in posts and bytes. Pure: no clock, nothing stored.

A window is what was put into it, in whatever order: made anew from the stored posts it decides as before.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import PostKey, TopicKey

from .alignment import Weigh
from .index import StoryIndex
from .post import StoryPlace, StoryPost

WINDOW: Final = timedelta(hours=72)
"""Time for which others are compared with a post. Each counts from its own: a channel that is sent a story late
has it as long as one that was sent it first."""
POSTS_MAX: Final = 10_000
"""Posts of a window."""
BYTES_MAX: Final = 96 << 20
"""Estimated bytes of a window (``StoryPost.size``): 10,000 posts of 400 characters have 60 MB."""
_SLACK: Final = 20
"""Divisor: a twentieth of a full window is dropped at once, so that not every post has to make room."""
WORDINGS: Final = 5
"""Posts of a story that others are compared with: its first ones."""


@dataclass(slots=True)
class Story:
    """A story of the window with all its posts, in the order in which they were put in.

    ``wordings``: the posts that others are compared with: the one that began it, as long as it is there, and the
    next. They and the topics are kept beside the posts, so that a post costs as much in a story of thousands.
    """

    place: StoryPlace
    number: int
    posts: dict[PostKey, StoryPost] = field(default_factory=dict)
    wordings: tuple[StoryPost, ...] = ()
    _topics: Counter[TopicKey] = field(default_factory=Counter)

    @property
    def topics(self) -> frozenset[TopicKey]:
        """The topics that its posts were found for."""
        return frozenset(self._topics)

    def put(self, post: StoryPost) -> None:
        """Put a post in that is not in it."""
        self.posts[post.key] = post
        self._topics.update(post.topics)
        self.wordings = self._first((*self.wordings, post))

    def take(self, keys: Iterable[PostKey]) -> list[StoryPost]:
        """Take posts out that are in it; returns them."""
        taken = [self.posts.pop(key) for key in keys]
        for post in taken:
            self._topics.subtract(post.topics)
        self._topics = +self._topics
        if not {post.key for post in taken}.isdisjoint(post.key for post in self.wordings):
            self.wordings = self._first(self.posts.values())
        return taken

    def _first(self, posts: Iterable[StoryPost]) -> tuple[StoryPost, ...]:
        lead = self.place.lead
        return tuple(heapq.nsmallest(WORDINGS, posts, key=lambda post: (post.key != lead, post.at, post.key)))


class StoryWindow:
    """The stories with posts of the last ``length``. Not for several threads at once.

    A full window drops the oldest posts of the topics that have the most: a loud topic displaces no other one.
    """

    def __init__(self, length: timedelta = WINDOW, most: int = POSTS_MAX, most_bytes: int = BYTES_MAX) -> None:
        self._length = length
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._of_topic: dict[TopicKey, dict[PostKey, int]] = {}
        self._stories: dict[PostKey, Story] = {}
        self._by_number: dict[int, Story] = {}
        self._leads: dict[PostKey, PostKey] = {}
        self._ends: list[tuple[datetime, PostKey]] = []
        self._numbers = count()
        self._index = StoryIndex()

    @classmethod
    def of(cls, posts: Iterable[tuple[StoryPost, StoryPlace]], length: timedelta = WINDOW) -> StoryWindow:
        """The window of posts at their places."""
        window = cls(length)
        for post, place in posts:
            window.add(post, place)
        return window

    def __len__(self) -> int:
        """The number of posts."""
        return len(self._leads)

    def place_of(self, key: PostKey) -> StoryPlace | None:
        """The place of a post; None for one that is not in the window."""
        lead = self._leads.get(key)
        return None if lead is None else self._stories[lead].place

    def __iter__(self) -> Iterator[PostKey]:
        """The keys of all posts."""
        return iter(self._leads)

    def posts_of(self, lead: PostKey) -> Collection[PostKey]:
        """The posts of a story; none of one that is not in the window."""
        story = self._stories.get(lead)
        return () if story is None else story.posts.keys()

    def add(self, post: StoryPost, place: StoryPlace) -> None:
        """Put a post at its place; one that is elsewhere moves there."""
        self.remove(post.key)
        story = self._stories.get(place.lead) or self._begin(place)
        story.put(post)
        self._leads[post.key] = place.lead
        self._note_end(post)
        self._bytes += post.size
        self._of_topic.setdefault(min(post.topics), {})[post.key] = post.size
        self._index.put(story.number, story.wordings, story.topics)
        if len(self._leads) > self._most or self._bytes > self._most_bytes:
            self._make_room()

    def remove(self, key: PostKey) -> None:
        """Take a post out, hidden for instance; its story stays as long as it has others."""
        if key in self._leads:
            self._take_out([key])

    def advance(self, now: datetime) -> None:
        """Drop the posts of ``length`` ago or earlier; a story goes with its last one."""
        gone: dict[PostKey, None] = {}
        while self._ends and self._ends[0][0] <= now:
            end, key = heapq.heappop(self._ends)
            post = self.post(key)
            if post is not None and post.at + self._length == end:
                gone[key] = None
        self._take_out(gone)

    def weigher(self, topics: Collection[TopicKey]) -> Weigh:
        """The weight of terms to posts of these topics."""
        return self._index.weigher(topics)

    def nearest(self, post: StoryPost, weigh: Weigh, most: int) -> Iterator[Story]:
        """The stories that share most with a post, the nearest first."""
        for number in self._index.nearest(post, weigh, most):
            yield self._by_number[number]

    def post(self, key: PostKey) -> StoryPost | None:
        """A post of the window."""
        lead = self._leads.get(key)
        return None if lead is None else self._stories[lead].posts[key]

    def _make_room(self) -> None:
        """Drop the oldest posts of the largest topics, until a twentieth is free."""
        while (
            len(self._leads) > self._most - self._most // _SLACK
            or self._bytes > self._most_bytes - self._most_bytes // _SLACK
        ):
            largest = max(self._of_topic.values(), key=lambda posts: sum(posts.values()))
            self._take_out(list(largest)[: max(len(largest) // _SLACK, 1)])

    def _take_out(self, keys: Iterable[PostKey]) -> None:
        """Take posts of the window out, those of a story at once."""
        of_story: defaultdict[PostKey, list[PostKey]] = defaultdict(list)
        for key in keys:
            of_story[self._leads.pop(key)].append(key)
        for lead, taken in of_story.items():
            story = self._stories[lead]
            for post in story.take(taken):
                self._forget(post)
            if story.posts:
                self._index.put(story.number, story.wordings, story.topics)
            else:
                self._drop(story)

    def _forget(self, post: StoryPost) -> None:
        self._bytes -= post.size
        topic = min(post.topics)
        posts = self._of_topic[topic]
        del posts[post.key]
        if not posts:
            del self._of_topic[topic]

    def _note_end(self, post: StoryPost) -> None:
        heapq.heappush(self._ends, (post.at + self._length, post.key))
        if len(self._ends) > 2 * len(self._leads) + 100:  # of posts that were taken out, or put in again
            ends = (
                (one.at + self._length, one.key)
                for story in self._stories.values()
                for one in story.posts.values()
            )
            self._ends = list(ends)
            heapq.heapify(self._ends)

    def _begin(self, place: StoryPlace) -> Story:
        story = self._stories[place.lead] = Story(place, next(self._numbers))
        self._by_number[story.number] = story
        return story

    def _drop(self, story: Story) -> None:
        for key, post in story.posts.items():
            del self._leads[key]
            self._forget(post)
        self._index.drop(story.number)
        del self._by_number[story.number]
        del self._stories[story.place.lead]
