"""What answers to people are made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.core.models import (
    STRANGER,
    EntryId,
    Snapshot,
    SourceName,
    StoredPost,
    Topic,
    TopicKey,
    Viewer,
    Watch,
    WatchId,
)

TEXTS_OF_WATCH: Final = 20
TEXT_WATCHES: Final = 50
"""Texts read for their tags: so many of each watch, and of so many watches."""
LOOKED_THROUGH: Final = 10 * TEXTS_OF_WATCH
"""Posts of a watch among which those texts are looked for, whoever had it see them."""
RECENT_MAX: Final = 500
"""Recent posts read of each source, where nothing else is said; more than anybody looks through."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is stored, for ``doctor`` and ``/help``."""

    topics: int
    watches: int
    subscriptions: int
    posts: int
    waiting: int


class TrendStore(Protocol):
    """What answers to people are made of.

    Whatever takes a ``Viewer`` reads only what they may know of: what the operator watches, and what subscriptions
    and digests (not removed) of the channels they see listen to. A plain ``Viewer()`` is a stranger.
    """

    async def topic(self, key: TopicKey) -> Topic | None:
        """A stored topic, whoever follows it."""
        ...

    async def shown_topic(self, key: TopicKey, viewer: Viewer) -> Topic | None:
        """A topic, where they may know of it."""
        ...

    async def suggest_topics(self, typed: str, viewer: Viewer = STRANGER, *, limit: int = 25) -> list[Topic]:
        """Topics they may know of that start with, then contain, then resemble what was typed.

        Those come first to which most of the channels they see are subscribed.
        """
        ...

    async def some_texts(self, viewer: Viewer) -> list[str]:
        """Texts of stored posts that they may see: ``TEXTS_OF_WATCH`` of each of at most ``TEXT_WATCHES`` watches.

        Those with the highest ids, which are the newest where a network numbers its posts. Posts hidden
        everywhere, or in their server, do not come, nor what a watch saw before any of their channels listened; of
        each watch ``LOOKED_THROUGH`` posts are looked through for the others.
        """
        ...

    async def is_followed(self, key: TopicKey, viewer: Viewer) -> bool:
        """Whether a channel they see is subscribed to the topic (not removed); a digest does not count."""
        ...

    async def topic_watches(self, key: TopicKey) -> list[Watch]:
        """A topic's watches, whoever listens to them."""
        ...

    async def shown_watches(self, key: TopicKey, viewer: Viewer) -> list[Watch]:
        """A topic's watches that they may know of."""
        ...

    async def recallable_watches(self, key: TopicKey, viewer: Viewer, recent: datetime) -> frozenset[WatchId]:
        """A topic's watches that stand for their source to them: of what is recent all was seen for them.

        What a watch saw before any of their channels listened, it saw for others, and to know how much that is
        would be to know that they were there.
        """
        ...

    async def latest_snapshots(self, key: TopicKey, viewer: Viewer = STRANGER) -> dict[SourceName, Snapshot]:
        """The newest snapshot of each source; of one asked at several addresses, its own address's."""
        ...

    async def recent_posts(
        self,
        key: TopicKey,
        since: datetime,
        viewer: Viewer = STRANGER,
        *,
        sources: Collection[SourceName] | None = None,
        limit: int = RECENT_MAX,
    ) -> list[StoredPost]:
        """The topic's stored posts first seen or written since then at ``sources`` (None: at any).

        Of a watch only what it saw since a channel of theirs listens to it; of the operator's, all of it.
        Highest RP first. A post comes once for each source that saw it, because each has its own bar; of
        several places of a source, as the one with the highest RP saw it. Of each source the ``limit`` posts with
        the highest RP come, so that none crowds out another. Posts hidden everywhere, or in their server, do not
        come.
        """
        ...

    async def held_posts(self, entry_id: EntryId) -> list[StoredPost]:
        """The posts a summary line counted, highest RP first, without those hidden since."""
        ...

    async def totals(self) -> Totals:
        """How much is stored."""
        ...
