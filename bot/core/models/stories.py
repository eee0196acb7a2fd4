"""Stories: posts that say the same, and the alert of a channel that they fold into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import field

from bot.core.lazy_dataclass import dataclass

from .enums import ChannelId, PostKey, WatchId
from .posts import Post


@dataclass(frozen=True, slots=True)
class MorePosts:
    """Further posts of an alert's story, in numbers.

    ``networks``: distinct sources of these posts. ``rp``: the sum of their RP that are known; None: none is.
    """

    posts: int
    networks: int
    rp: int | None = None


@dataclass(frozen=True, slots=True)
class FurtherPost:
    """A stored post that says the same as a post of an answer, at a watch that a channel listens to."""

    post: Post
    watch_id: WatchId


@dataclass(frozen=True, slots=True)
class StoryLinks:
    """Posts of an answer that say the same as alerts of a channel, or as each other.

    ``leads``: the alert that a post folds into, by channel and post. ``alike``: posts of the same answer that say
    the same. ``split``: (channel, post, other post) that a person said are two stories. ``compared_until``: number
    of the last stored post that they were compared with; None: they were not compared. ``further``: stored posts
    that say the same as a post that only lacks RP, by channel and post.
    """

    leads: Mapping[tuple[ChannelId, PostKey], PostKey] = field(default_factory=dict)
    alike: Mapping[PostKey, Set[PostKey]] = field(default_factory=dict)
    split: Set[tuple[ChannelId, PostKey, PostKey]] = frozenset()
    compared_until: int | None = None
    further: Mapping[tuple[ChannelId, PostKey], Sequence[FurtherPost]] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether a post may fold into another, or counts with others."""
        return bool(self.leads or self.alike or self.further)
