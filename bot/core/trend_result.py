"""What a person gets who asks for a topic: one answer a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.identity.origins import home_of

from .errors import SourceError
from .models import Post, PostKey, Snapshot, SourceName, TextRef, Topic


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one source gave. ``error`` stands beside what the others gave; posts highest RP first."""

    source: SourceName
    asked: str
    """What was asked, in words for people: never more of an address than its host."""
    posts: tuple[Post, ...] = ()
    snapshot: Snapshot | None = None
    observed_at: datetime | None = None
    error: SourceError | None = None
    rp_times: Mapping[PostKey, datetime] = field(default_factory=dict)
    """When a remembered RP was read, where that is not ``observed_at``."""
    title: str | None = None
    """What the place calls itself: a feed's title."""
    given: int | None = None
    """How many posts the source gave, where only the first of them are kept."""
    hosts: frozenset[str] = frozenset()
    """The servers of the fediverse that gave it: of their own posts each has the word."""
    trouble: TextRef | None = None
    """What is wrong with the source, although it gave this: it may be old, or not all (invariant 5)."""
    link: str | None = None
    """The page that was asked, where its address is no secret."""


@dataclass(frozen=True, slots=True)
class TrendAnswer:
    """What is known of a topic right now."""

    topic: Topic
    answers: tuple[SourceAnswer, ...]
    similar: tuple[Topic, ...] = ()
    """Topics that could be meant, offered where nothing was found: what the asker may know of, else other kana."""
    feed: Topic | None = None
    """The feed that the page at this address says it has; the asker may ask for it by its key."""


def spoken_by_their_own(answers: Sequence[SourceAnswer]) -> list[SourceAnswer]:
    """The answers without copies of posts whose home gave one too: one host does not speak for another."""
    heard = {host for answer in answers if answer.error is None for host in answer.hosts}
    return [_without_copies(answer, heard - answer.hosts) for answer in answers]


def _without_copies(answer: SourceAnswer, others: set[str]) -> SourceAnswer:
    if not answer.hosts or not others:
        return answer
    return replace(answer, posts=tuple(post for post in answer.posts if home_of(post.key) not in others))
