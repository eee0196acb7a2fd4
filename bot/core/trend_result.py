"""The result of ``/trend``: one answer for each source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from bot.core.causes import Cause
from bot.core.identity.origins import home_of
from bot.core.keywords.rising import RisingWords
from bot.core.lazy_dataclass import dataclass

from .errors import SourceError
from .models import Post, PostKey, Snapshot, SourceName, Topic, Velocity


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """The answer of one source; ``error`` stands beside the answers of others. Posts: highest RP first."""

    source: SourceName
    asked: str
    """A description of the request for people: never more of an address than its host."""
    posts: tuple[Post, ...] = ()
    snapshot: Snapshot | None = None
    observed_at: datetime | None = None
    error: SourceError | None = None
    rp_times: Mapping[PostKey, datetime] = field(default_factory=dict)
    """Times at which stored RP were read, if not at ``observed_at``."""
    title: str | None = None
    """The title that the endpoint gives itself: a feed's title."""
    given: int | None = None
    """The number of posts that the source gave, if only the first of them are kept."""
    hosts: frozenset[str] = frozenset()
    """The servers of the fediverse that gave it: of their own posts each has the word."""
    trouble: Cause | None = None
    """A problem of the source in spite of this answer: it may be old, or incomplete (invariant 5)."""
    link: str | None = None
    """The page that was asked, where its address is no secret."""
    velocities: Mapping[PostKey, Velocity] = field(default_factory=dict)
    """The velocities that are known of the posts."""
    fastest: frozenset[PostKey] = frozenset()
    """Posts among the fastest 1 % of the topic at this source."""


@dataclass(frozen=True, slots=True)
class TrendAnswer:
    """Everything known of a topic right now."""

    topic: Topic
    answers: tuple[SourceAnswer, ...]
    similar: tuple[Topic, ...] = ()
    """Topics that could be meant, offered where nothing was found: what the asker may know of, else other kana."""
    feed: Topic | None = None
    """The feed that the page at this address says it has; the asker may ask for it by its key."""
    words: RisingWords = RisingWords()
    """The words that rise in what is stored of the topic."""


def spoken_by_their_own(answers: Sequence[SourceAnswer]) -> list[SourceAnswer]:
    """The answers without copies of posts whose home gave one too: one host does not speak for another."""
    asked_hosts = {host for answer in answers if answer.error is None for host in answer.hosts}
    return [_without_copies(answer, asked_hosts - answer.hosts) for answer in answers]


def _without_copies(answer: SourceAnswer, others: set[str]) -> SourceAnswer:
    if not answer.hosts or not others:
        return answer
    return replace(answer, posts=tuple(post for post in answer.posts if home_of(post.key) not in others))
