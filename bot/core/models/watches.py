"""A watch, the question it puts to its source, and the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field, replace
from datetime import datetime

from bot.core.lazy_dataclass import dataclass

from .counts import HourCount, TimelineSpan
from .enums import ChannelId, Health, PostKey, WatchId
from .forecast import PollForecast, RateLimitWindow
from .health import WatchHealth
from .posts import Post, Snapshot, Topic
from .sources import SourceName


@dataclass(frozen=True, slots=True)
class Validators:
    """Values for a conditional request. ``body``: a hash of the last body, if the source compares them."""

    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """A post that is fetched again because it is still below a threshold."""

    post_key: PostKey
    source_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EntryMemo:
    """The entries of a page at its last poll: those that come again unchanged are taken from their stored posts.

    ``full_at``: when all of the page was last read entry by entry. ``context``: a hash of what the reading depends
    on beside the entries. ``entries``: the post of each, and the source's own record of it, which holds no text.
    """

    full_at: datetime
    context: bytes
    entries: tuple[tuple[PostKey, bytes], ...]


@dataclass(frozen=True, slots=True)
class RecalledEntries:
    """A memo, and the posts of its entries as far as they are stored."""

    memo: EntryMemo
    posts: Mapping[PostKey, Post]


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One question to a source. ``cursor`` is the source's own text from its last answer.

    ``recall``: reads what the source kept of the entries of its last answer; None where nothing is kept.
    """

    topic: Topic
    target: str | None = field(default=None, repr=False)
    cursor: str | None = None
    validators: Validators = Validators()
    rechecks: tuple[Recheck, ...] = ()
    recall: Callable[[], Awaitable[RecalledEntries | None]] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class EntryFingerprints:
    """Names of a feed entry beside its identity; see ``core.identity.entries``.

    ``fingerprints``: hashes, each with its kind. ``earlier``: identities it had by earlier rules. ``spare``: what
    it takes where another post has its identity. ``young``: its date may be the time of the fetch. ``coarse``: its
    date may be the day alone. ``id_is_link``: its id is its link, and so no second witness. ``relative``: its date
    is a span before the fetch.
    """

    fingerprints: tuple[int, ...] = ()
    earlier: tuple[PostKey, ...] = ()
    spare: tuple[PostKey, ...] = ()
    young: bool = False
    coarse: bool = False
    id_is_link: bool = False
    relative: bool = False


@dataclass(frozen=True, slots=True)
class FetchResult:
    """A source's answer.

    ``posts`` in the source's order, each identity once. ``gone``: asked for by id and no longer there.
    ``deleted``: the source says outright that these were deleted.
    ``reset_at``: the host asks for no further request before this time (its budget is used up).
    ``requests``: number that the fetch took. ``quota``: the rest that the host still allows, if it says so.
    """

    source: SourceName
    posts: tuple[Post, ...] = ()
    snapshot: Snapshot | None = None
    topic_name: str | None = None
    cursor: str | None = None
    validators: Validators = Validators()
    gone: tuple[PostKey, ...] = ()
    deleted: tuple[PostKey, ...] = ()
    reset_at: datetime | None = None
    requests: int = 1
    quota: RateLimitWindow | None = None
    note: str | None = None
    """A description of the request for people (``Source.describe_request``)."""
    counted: tuple[Post, ...] = ()
    counted_by: SourceName | None = None
    """Another source that is asked for the RP this one leaves out, and the posts that it was asked for."""
    fingerprints: Mapping[PostKey, EntryFingerprints] = field(default_factory=dict)
    """The fingerprints by which posts are recognised that may come under another identity next time."""
    moved_to: str | None = field(default=None, repr=False)
    """The address to which the server redirects for good."""
    memo: EntryMemo | None = field(default=None, repr=False)
    """The memo for the next poll; None: the stored one stays."""
    timeline: TimelineSpan | None = None
    """The part of the topic's timeline that it shows; None: it lists posts by another order, or only some."""
    hours: tuple[HourCount, ...] = ()
    """The source's own counts of the last clock hours, oldest first, none left out."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing changed since the last poll: the source says so, or sent the ``full_body`` again and it is the same.

    ``moved_to`` as in ``FetchResult``.
    """

    source: SourceName
    full_body: bool = False
    moved_to: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Watch:
    """One topic at one source: the unit that is polled.

    ``last_ok_at`` is None until the first successful poll. ``claim`` is the token of the process that polls it
    now. ``rules_version`` changes with every change to a subscription that listens to it. ``health_note`` is
    English, for the log and the command line; ``health_record.cause`` is for people.
    """

    id: WatchId
    topic: Topic
    source: SourceName
    target: str | None = field(default=None, repr=False)
    cursor: str | None = None
    validators: Validators = Validators()
    next_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    failures: int = 0
    health: Health = Health.OK
    health_note: str | None = None
    claim: str | None = None
    rules_version: int = 0
    health_record: WatchHealth = WatchHealth()
    forecast: PollForecast = PollForecast()


@dataclass(frozen=True, slots=True)
class DueWatch:
    """A claimed watch and the posts that want to be read again with it."""

    watch: Watch
    rechecks: tuple[Recheck, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowedWatch:
    """A watch that a server listens to, and the channels where, each with since when; None: always."""

    watch: Watch
    channels: frozenset[ChannelId]
    since: Mapping[ChannelId, datetime | None] = field(default_factory=dict)

    def within(self, channels: frozenset[ChannelId]) -> FollowedWatch:
        """The watch as these of its channels know it: polls before they listened were made for others."""
        found = FollowedWatch(self.watch, channels, self.since)
        read, begun = self.watch.last_ok_at, found.begun
        if read is not None and begun is not None and read < begun:
            return replace(found, watch=replace(self.watch, last_ok_at=None))
        return found

    @property
    def begun(self) -> datetime | None:
        """The time from which the first of the channels has listened; None: always."""
        starts = [since for one in self.channels if (since := self.since.get(one)) is not None]
        return min(starts) if starts and len(starts) == len(self.channels) else None
