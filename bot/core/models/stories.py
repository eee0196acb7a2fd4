"""Stories: posts that say the same, and the alert of a channel that they fold into."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from .enums import ChannelId, PostKey


@dataclass(frozen=True, slots=True)
class MorePosts:
    """Further posts of an alert's story, in numbers.

    ``networks``: distinct sources of these posts. ``rp``: the sum of their RP that are known; None: none is.
    """

    posts: int
    networks: int
    rp: int | None = None


@dataclass(frozen=True, slots=True)
class StoryLinks:
    """Posts of an answer that say the same as alerts of a channel, or as each other.

    ``leads``: the alert that a post folds into, by channel and post. ``alike``: posts of the same answer that say
    the same. ``split``: (channel, post, other post) that a person said are two stories. ``compared_until``: number
    of the last stored post that they were compared with; None: they were not compared.
    """

    leads: Mapping[tuple[ChannelId, PostKey], PostKey] = field(default_factory=dict)
    alike: Mapping[PostKey, Set[PostKey]] = field(default_factory=dict)
    split: Set[tuple[ChannelId, PostKey, PostKey]] = frozenset()
    compared_until: int | None = None

    @property
    def any(self) -> bool:
        """Whether a post may fold into another."""
        return bool(self.leads or self.alike)
