"""Topics, their posts, and a source's report of the topic itself."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from bot.core.lazy_dataclass import dataclass

from .enums import ADDRESS_KEY, Network, PostKey, TopicKey
from .media import Media
from .sources import SourceName

_FINAL_SIGMA: Final = re.compile(r"(?<=\w)σ(?!\w)")
"""Case-folding writes every sigma alike; at the end of a word people, and the tags they write, have the other."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A keyword people follow, or the address of a feed.

    ``name`` is for display: as the person typed it who is shown it, or the feed's title. Sources are not asked by
    it.
    """

    key: TopicKey
    name: str

    @property
    def is_address(self) -> bool:
        """Whether it stands for an address; its watch's target says which."""
        return self.key.startswith(ADDRESS_KEY)

    @property
    def query(self) -> str:
        """The text that sources are asked for, made from the key: all spellings of a topic ask the same."""
        return _FINAL_SIGMA.sub("ς", self.key)

    @property
    def handle(self) -> str:
        """The topic in buttons and choices, readable as typed input: its name, or an address's key."""
        return self.key if self.is_address else self.name


@dataclass(frozen=True, slots=True)
class Post:
    """A public post as one fetch saw it.

    ``canonical_id``: X status id, ActivityPub URI, AT URI, feed entry id, or a fingerprint of the text.
    ``source_id``: what the source itself calls it, where it can be asked for again by that id.
    ``created_at`` with ``day_only``: midnight UTC of the day, the oldest the post can be.
    ``by_bot``: its author says that nobody writes it by hand. ``titled``: the first line of the text is its title.
    ``has_media``: its source says so, also where ``media``, the first ones, are not known.
    """

    network: Network
    canonical_id: str
    text: str
    rp: int | None = None
    url: str | None = None
    author_name: str | None = None
    author_handle: str | None = None
    author_url: str | None = None
    created_at: datetime | None = None
    day_only: bool = False
    likes: int | None = None
    replies: int | None = None
    language: str | None = None
    sensitive: bool = False
    content_warning: str | None = None
    has_media: bool = False
    source_id: str | None = None
    score: int | None = None
    score_name: str | None = None
    by_bot: bool = False
    titled: bool = False
    media: tuple[Media, ...] = ()
    avatar_url: str | None = None

    @property
    def key(self) -> PostKey:
        """The identity over all sources."""
        return PostKey(self.network + ":" + self.canonical_id)  # asked often; formatting an enum is slow

    def redacted(self) -> Post:
        """The post after its take-down: identity, counts and times, nothing that a person wrote."""
        return Post(
            network=self.network,
            canonical_id=self.canonical_id,
            text="",
            rp=self.rp,
            created_at=self.created_at,
            day_only=self.day_only,
        )


@dataclass(frozen=True, slots=True)
class Audience:
    """The people who post about a topic: shares in per cent, and the dominant group in the source's words."""

    male_pct: int | None = None
    female_pct: int | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A source's report of the topic itself at a time. ``volume`` counts posts.

    ``step``: the step of the last digit in which the source shows the volume (1,000 for 1.2万); not stored.
    """

    observed_at: datetime
    volume: int | None = None
    audience: Audience = Audience()
    step: int = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """An RP and when it was read."""

    rp: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Velocity:
    """RP that a post gained between two readings ``minutes`` apart (``core.alerting.velocity``)."""

    gained: int
    minutes: int

    @property
    def per_hour(self) -> int:
        """RP an hour, rounded down."""
        return self.gained * 60 // max(self.minutes, 1)


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post as stored under a watch, for answers to people.

    ``peak_velocity``: the highest velocity it had at any poll, in RP an hour; None: never known.
    """

    post: Post
    source: SourceName
    max_rp: int | None
    rp_at: datetime
    first_seen_at: datetime
    peak_velocity: int | None = None
