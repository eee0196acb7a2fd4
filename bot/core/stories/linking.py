"""Links of an answer's posts: to alerts of a channel that say the same, and to each other. Pure.

    posts that raise an alert -> near posts of the window -> those that a channel was sent -> compare -> StoryLinks

A post is compared with posts that the channel was sent itself: the window holds those of all channels, and only
says with which of them comparing is worth its cost.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import ChannelId, FurtherPost, Post, PostKey, StoryLinks, TopicKey

from .decision import compared, decide_story
from .post import StoryPost, story_post
from .window import StoryWindow

NEAR_STORIES: Final = 6
"""Stories of the window whose posts a post is compared with."""
NEAR_STORIES_KNOWN: Final = 40
"""Stories of the window among whose posts a channel's alerts are looked for: near copies of a post that are other
news, each a story, displace none of its alerts."""
NEAR_POSTS: Final = 60
"""Posts of them, the newest."""
NEAR_KEYS: Final = 1_000
"""Posts of one of them that a channel's alerts are looked for among: its first and its newest."""
_FIRST_KEYS: Final = 200
FURTHER_KEYS: Final = 20
"""Posts of each story beyond the nearest ``NEAR_STORIES``: its first ones."""
COMPARED_MAX: Final = 8
"""Posts of one story of a channel that a post is compared with: its alert, and the first counted in it."""

Splits = Set[tuple[ChannelId, PostKey, PostKey]]
Stories = Mapping[ChannelId, Mapping[PostKey, Sequence[PostKey]]]
"""Posts of each story that a channel was sent, by channel and alert, the alert first."""


def read_post(post: Post, topic: TopicKey, at: datetime) -> StoryPost:
    """A post as it is compared. Only articles are known by the address of their own."""
    return story_post(post.key, post.text, at=at, topics=[topic], url=post.url if post.titled else None)


def keep(window: StoryWindow, post: StoryPost) -> None:
    """Put a post into the window, unless it is there with this text."""
    known = window.post(post.key)
    if known is None or known.reading.text != post.reading.text:
        window.remove(post.key)
        window.add(post, decide_story(window, post, post.at).place)


def remember(window: StoryWindow, post: StoryPost) -> None:
    """Put a post that a channel was sent into the window; one that is there stays in its story, for longer.

    The text that is there is newer, or the same.
    """
    known, place = window.post(post.key), window.place_of(post.key)
    if known is None or place is None:
        window.add(post, decide_story(window, post, post.at).place)
    elif known.at < post.at:
        window.add(replace(known, at=post.at), place)


@dataclass(frozen=True, slots=True)
class NearPosts:
    """The posts of the window that are near a post.

    ``compared``: those that are worth comparing with it whoever was sent them, the newest. ``known``: those among
    which a channel's alerts are looked for; far more, so that posts that only others were sent, or nobody, do not
    displace the alert of a channel.
    """

    compared: Sequence[PostKey] = ()
    known: Set[PostKey] = frozenset()


def near_posts(window: StoryWindow, post: StoryPost) -> NearPosts:
    """The posts of the window that are near a post, without itself."""
    found = list(window.nearest(post, window.weigher(post.topics), NEAR_STORIES_KNOWN))
    stories = found[:NEAR_STORIES]
    newest = (one for story in stories for one in islice(reversed(story.posts.values()), NEAR_POSTS + 1))
    ordered = heapq.nlargest(NEAR_POSTS + 1, newest, key=lambda one: (one.at, one.key))
    known: set[PostKey] = set()
    for story in stories:
        known.update(islice(story.posts, _FIRST_KEYS), islice(reversed(story.posts), NEAR_KEYS - _FIRST_KEYS))
    for story in found[NEAR_STORIES:]:
        known.update(islice(story.posts, FURTHER_KEYS))
    compared = [one.key for one in ordered if one.key != post.key][:NEAR_POSTS]
    return NearPosts(compared, known - {post.key})


class Comparisons:
    """Comparisons of posts, each made once however many channels ask for it."""

    def __init__(self, window: StoryWindow) -> None:
        self._window = window
        self._made: dict[tuple[PostKey, PostKey], bool | None] = {}

    def same(self, post: StoryPost, other: PostKey) -> bool | None:
        """Whether two posts say the same: None where neither that nor the contrary can be said."""
        pair = (post.key, other)
        if pair not in self._made:
            self._made[pair] = self._compare(post, other)
        return self._made[pair]

    def _compare(self, post: StoryPost, other: PostKey) -> bool | None:
        known = self._window.post(other)
        if known is None:
            return None
        match = compared(post, known, self._window.weigher(post.topics))
        return True if match.holds else False if match.objection is not None else None


def same_posts(
    comparisons: Comparisons, posts: Iterable[StoryPost], near: Mapping[PostKey, NearPosts]
) -> dict[PostKey, frozenset[PostKey]]:
    """The posts of the window that say the same as each post, where there are any."""
    found = {
        post.key: frozenset(one for one in near[post.key].compared if comparisons.same(post, one))
        for post in posts
    }
    return {key: same for key, same in found.items() if same}


def links_of(
    comparisons: Comparisons,
    posts: Sequence[StoryPost],
    near: Mapping[PostKey, NearPosts],
    stories: Stories,
    split: Splits,
    compared_until: int,
    further: Mapping[tuple[ChannelId, PostKey], Sequence[FurtherPost]],
) -> StoryLinks:
    """The links of an answer's posts. ``near``: as ``near_posts`` gave it, for each of them."""
    parted: defaultdict[tuple[ChannelId, PostKey], set[PostKey]] = defaultdict(set)
    for channel, key, lead in split:
        parted[channel, key].add(lead)
    listed = {post.key for post in posts}
    leads: dict[tuple[ChannelId, PostKey], PostKey] = {}
    alike: dict[PostKey, Set[PostKey]] = {}
    for post in posts:
        of_post = near[post.key]
        for channel, of_channel in stories.items():
            found = _lead(comparisons, post, of_post.known, of_channel, parted[channel, post.key])
            if found is not None:
                leads[channel, post.key] = found
        same = frozenset(other for other in listed.intersection(of_post.compared) if comparisons.same(post, other))
        if same:
            alike[post.key] = same
    return StoryLinks(leads, alike, split, compared_until, further)


def _lead(
    comparisons: Comparisons,
    post: StoryPost,
    near: Set[PostKey],
    stories: Mapping[PostKey, Sequence[PostKey]],
    split: Set[PostKey],
) -> PostKey | None:
    """The alert of a channel that a post folds into; of several, the one it is alike itself."""
    found: list[tuple[bool, PostKey]] = []
    for lead, posts in stories.items():
        if lead in split or near.isdisjoint(posts) or post.key in posts:
            continue
        by_lead = comparisons.same(post, lead)
        if by_lead is False:  # what the channel was shown speaks for the story
            continue
        if by_lead or any(comparisons.same(post, other) for other in posts[:COMPARED_MAX]):
            found.append((not by_lead, lead))
    return min(found)[1] if found else None


def stories_by_channel(alerted: Iterable[tuple[ChannelId, PostKey, PostKey]]) -> Stories:
    """Stories of channels, from rows of channel, post and alert."""
    found: defaultdict[ChannelId, defaultdict[PostKey, list[PostKey]]] = defaultdict(lambda: defaultdict(list))
    for channel, key, lead in sorted(alerted, key=lambda row: (row[0], row[2], row[1] != row[2], row[1])):
        found[channel][lead].append(key)
    return found
