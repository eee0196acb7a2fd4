"""The questions that every kind of outbox content answers."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple, Self

from bot.core.lazy_dataclass import dataclass

from .enums import EntryKind, PostKey, RoleId
from .posts import Post, Topic
from .sources import SourceName
from .stories import MorePosts


@dataclass(frozen=True, slots=True)
class FoundAt:
    """The watch that found a post. ``name``: a feed's title or a search's host; empty for the source itself."""

    source: SourceName
    name: str = ""


class ShownPost(NamedTuple):
    """A post as an entry shows it: with the source that showed it, and when its RP was read."""

    post: Post
    source: SourceName
    observed_at: datetime


class EntryContent:
    """The content of an outbox entry, frozen when it was decided.

    What is asked of any content is a method here, with the answer of most kinds. A kind that answers otherwise
    overrides it, so that no caller asks for the kind.
    """

    __slots__ = ()

    kind: ClassVar[EntryKind]
    """The kind of its entries in the database."""
    fills_message: ClassVar[bool] = False
    """Its entries share a message with no other entry."""
    can_be_held: ClassVar[bool] = False
    """Its entries may be counted in a summary, where too many wait."""

    @property
    def about(self) -> Topic | None:
        """The one topic it is about, where it is about one."""
        return None

    @property
    def is_empty(self) -> bool:
        """Whether its post was taken down, so that nothing of it is drawn."""
        return False

    @property
    def priority(self) -> tuple[int, int]:
        """Its place among entries that wait for the same channel; the least goes first."""
        return 2, 0

    @property
    def main_post(self) -> Post | None:
        """The one post it is about, where it is about one and that was not taken down."""
        return None

    def posts(self) -> tuple[ShownPost, ...]:
        """The posts it shows; those that were taken down are not among them."""
        return ()

    def roles(self) -> tuple[RoleId, ...]:
        """The roles it wants to mention, each once."""
        return ()

    def without(self, key: PostKey) -> Self:
        """The content without a post that was taken down (invariant 8); itself if it does not show the post."""
        del key
        return self

    def with_count(self, rp: int, at: datetime) -> Self:
        """The content with a fresher RP of its one post; itself where it has not one post."""
        del rp, at
        return self

    def with_more(self, more: MorePosts | None) -> Self:
        """The content with further posts of its post's story; itself where it has not one post."""
        del more
        return self

    def found_also(self, found_at: FoundAt) -> Self:
        """The content with one more source that found its one post; itself where it has not one post to show."""
        del found_at
        return self
