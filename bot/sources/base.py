"""What a source is: a name, and a look that answers or raises a ``SourceError``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.models import Fetched, Look, Network, NotModified, SourceName, TopicKey


class PostReader(Protocol):
    """A source that shows single posts by their ids."""

    name: SourceName

    async def read_posts(self, ids: Sequence[str], now: datetime, *, topic: TopicKey | None = None) -> Fetched:
        """Those of the posts that can be read now; ``gone``: those it no longer has. Raises ``SourceError``.

        ``topic``: whose followers pay, where it costs money.
        """
        ...


class Source(Protocol):
    """One place posts come from. A source keeps no state between looks; the watch does."""

    name: SourceName
    network: Network
    can_relook: bool
    """Whether a post can be read again after it left the page."""
    costs_money: bool
    """Asked only for topics somebody is subscribed to."""

    @property
    def templates(self) -> Sequence[str]:
        """Where it is asked: see ``core.targets``. Empty when it cannot be asked for a topic."""
        ...

    async def look(self, look: Look, now: datetime) -> Fetched | NotModified:
        """Ask once. Raises ``SourceError`` (see ``core.errors``) and nothing else."""
        ...

    def asks(self, look: Look) -> str:
        """What is asked of the source for this topic, in words a person understands: a tag, a URL."""
        ...
