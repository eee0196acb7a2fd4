"""The reading of a feed: everything that it depends on, as one value that a process can be handed."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from bot.core.lazy_dataclass import dataclass
from bot.core.models import RecalledEntries


@dataclass(frozen=True, slots=True)
class FeedReading:
    """A body fetched from ``url`` at ``now``, and what is known of the feed.

    ``asked``: the address that led there, which nobody is told of either. ``cursor``: that of the last reading.
    ``keep``: whether a memo of the entries is wanted; ``recalled``: the last one. What is read is the same with it
    and without.
    """

    body: bytes = field(repr=False)
    url: str = field(repr=False)
    now: datetime
    content_type: str | None = None
    asked: str | None = field(default=None, repr=False)
    cursor: str | None = None
    keep: bool = False
    recalled: RecalledEntries | None = field(default=None, repr=False)
