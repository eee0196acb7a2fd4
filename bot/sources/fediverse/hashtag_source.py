"""What Mastodon and Misskey have in common: servers that are asked for a tag, and where a look goes on.

An id there follows the time a post was written, not the time it arrived: a post from a slow server lands below
posts already read. Each look therefore begins a few minutes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, Protocol, TypeVar

import msgspec

from bot.core.errors import TopicUnfit
from bot.core.models import FetchRequest
from bot.core.targets import OWN
from bot.core.url_display import host_of
from bot.sources.http.client import Http

from .mastodon_wire import hashtag

OVERLAP: Final = timedelta(minutes=5)
VOLUME_EVERY: Final = timedelta(minutes=30)


class Dated(Protocol):
    """A row of a timeline."""

    @property
    def created_at(self) -> datetime:
        """When it was written."""
        ...


R = TypeVar("R", bound=Dated)


class TimelineCursor(msgspec.Struct, omit_defaults=True):
    """The cursor: the next look reads what is above ``since``. ``volume_at``: seconds since 1970."""

    since: str
    volume_at: int = 0

    def written(self) -> str:
        """As the database keeps it; ``parse_cursor`` reads it back."""
        return msgspec.json.encode(self).decode()


def parse_cursor(cursor: str | None) -> TimelineCursor | None:
    """Where the look before ended; None where there was none, or it cannot be read."""
    try:
        return msgspec.json.decode(cursor, type=TimelineCursor) if cursor else None
    except msgspec.DecodeError:
        return None


def is_volume_due(asked_at: int, now: datetime) -> bool:
    """Whether it is time to ask again how much the tag is used; ``asked_at`` in seconds since 1970."""
    return not 0 <= int(now.timestamp()) - asked_at < VOLUME_EVERY.total_seconds()


def overlap_start(newest: Sequence[R], now: datetime) -> R | None:
    """Of a page, newest first, the row below which the next look begins; None of an empty one.

    Below the posts of the last minutes, and below at least one: that one is the sign that the server still answers
    as it did. At most a page is read twice.
    """
    recent = [row for row in newest if row.created_at >= now - OVERLAP] or newest[:1]
    return recent[-1] if recent else None


class HashtagSource:
    """One server or more of a ``kind``, each asked for the public posts with a tag."""

    kind: ClassVar[str]
    can_relook = True

    def __init__(self, http: Http, *, base_url: str, more_urls: Sequence[str] = ()) -> None:
        self.http = http
        self._base_url = base_url.rstrip("/")
        self.target_templates = (OWN, *(url.rstrip("/") for url in more_urls))

    def describe_request(self, look: FetchRequest) -> str:
        """The tag and the server, e.g. ``#データセンター @ mstdn.jp``."""
        tag = hashtag(look.topic.query)
        return f"{'#' + tag if tag else look.topic.query} @ {host_of(self.server(look))}"

    def server(self, look: FetchRequest) -> str:
        """The address of the server that is asked."""
        return look.target or self._base_url

    def tag(self, look: FetchRequest) -> str:
        """The tag of the topic. Raises ``TopicUnfit`` where none can be made of it."""
        tag = hashtag(look.topic.query)
        if tag is None:
            raise TopicUnfit(f"no {self.kind} tag can be made of {look.topic.query!r}: a tag needs a letter")
        return tag
