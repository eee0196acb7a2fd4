"""A post as stories compare it, and its place among them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import PostKey, TopicKey

from .reading import ReadText, read
from .signatures import Signature, signature

_BYTES: Final = 5_000
"""Bytes of a post with all parts of its reading, without what grows with its text."""
_BYTES_OF_CHAR: Final = 8
_BYTES_OF_TERM: Final = 120


@dataclass(frozen=True, slots=True)
class StoryPlace:
    """The place of a post: the key of its story's first post, and when that one was decided about (UTC)."""

    lead: PostKey
    began: datetime


@dataclass(frozen=True, slots=True, eq=False)
class StoryPost:
    """A post as stories compare it. ``at``: when it was decided about. ``topics``: those it was found for."""

    key: PostKey
    at: datetime
    topics: frozenset[TopicKey]
    reading: ReadText
    signature: Signature

    @property
    def size(self) -> int:
        """Bytes that it takes in a window with its entries in the index, estimated from its text."""
        return _BYTES + _BYTES_OF_CHAR * len(self.reading.text) + _BYTES_OF_TERM * len(self.reading.terms)

    @property
    def alone(self) -> StoryPlace:
        """Its place as the first post of a story of its own."""
        return StoryPlace(self.key, self.at)


def story_post(
    key: PostKey, text: str, *, at: datetime, topics: Iterable[TopicKey], url: str | None = None
) -> StoryPost:
    """Read a post; linear in its text. ``url``: the article that a feed's entry links to."""
    reading = read(text, url)
    return StoryPost(key, at, frozenset(topics), reading, signature(reading.squashed))
