"""The decision: a post tells a story of the window, or a new one, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.core.models import PostKey, TopicKey

from .evidence import Evidence, Weigh, compare
from .guards import Objection, objection
from .post import StoryPlace, StoryPost
from .scoring import SAME_FROM, score
from .window import Story, StoryWindow

CANDIDATES: Final = 3
"""Stories that a post is compared with, the nearest."""
COPY_MIN: Final = 8
"""Letters from which two posts with the same text tell the same: shorter ones are greetings."""


@dataclass(frozen=True, slots=True)
class Splits:
    """Pairs of posts of which people said that they tell two stories. They are never joined again."""

    pairs: Mapping[PostKey, frozenset[PostKey]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[PostKey, PostKey]]) -> Splits:
        """The splits of these pairs, in whatever order; a post is never apart from itself."""
        found: dict[PostKey, set[PostKey]] = {}
        for one, other in pairs:
            if one != other:
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)
        return cls({key: frozenset(others) for key, others in found.items()})

    def part(self, key: PostKey, story: Story) -> bool:
        """Whether a post must not be joined to a story: it is apart from the story's first post, or any other."""
        others = self.pairs.get(key, frozenset())
        return story.place.lead in others or not others.isdisjoint(story.posts.keys())


@dataclass(frozen=True, slots=True)
class Match:
    """A comparison with one post of a story. ``objection``: of the guard that spoke against it."""

    like: PostKey
    evidence: Evidence
    score: float
    objection: Objection | None

    @property
    def holds(self) -> bool:
        """Whether the two tell one story."""
        return self.objection is None and self.score >= SAME_FROM


@dataclass(frozen=True, slots=True)
class SameStory:
    """A post tells a known story. ``match``: what it matched; None where the post is in the window already."""

    place: StoryPlace
    match: Match | None


@dataclass(frozen=True, slots=True)
class NewStory:
    """A post tells a story of its own.

    ``near``: the nearest story's place, with what spoke against it: ``match``'s objection, its score, or that a
    person ``split`` the two. All empty where nothing was near.
    """

    place: StoryPlace
    near: StoryPlace | None = None
    match: Match | None = None
    split: bool = False


NOTHING_SPLIT: Final = Splits()


def decide_story(
    window: StoryWindow,
    post: StoryPost,
    topics: Set[TopicKey],
    now: datetime,
    splits: Splits = NOTHING_SPLIT,
) -> SameStory | NewStory:
    """Decide which story a post tells, among the stories of these topics that began within the window's length.

    The window is moved to ``now``, and nothing is put into it: ``window.add(post, decision.place)`` does that.
    """
    window.advance(now)
    known = window.place_of(post.key)
    if known is not None:
        return SameStory(known, None)
    weigh = window.weigher(topics)
    near: NewStory | None = None
    for story in window.nearest(post, topics, weigh, CANDIDATES):
        if splits.part(post.key, story):
            near = near or NewStory(post.alone, story.place, split=True)
            continue
        match = _match(post, story, weigh)
        if match.holds:
            return SameStory(story.place, match)
        near = near or NewStory(post.alone, story.place, match)
    return near or NewStory(post.alone)


def _match(post: StoryPost, story: Story, weigh: Weigh) -> Match:
    """The post's match with a story: with its first wording, or the first of the others that it is like enough.

    A guard that speaks for the first wording speaks for the story: it is what the channel was told.
    """
    first, *others = story.wordings
    match = compared(post, first, weigh)
    if match.objection is not None or match.holds:
        return match
    for other in others:
        further = compared(post, other, weigh)
        if further.holds:
            return further
    return match


def compared(post: StoryPost, other: StoryPost, weigh: Weigh) -> Match:
    """The comparison of two posts. The same text is the same story, however it is spaced and spelled."""
    ours, theirs = post.reading, other.reading
    evidence = compare(ours, theirs, weigh)
    copied = ours.squashed == theirs.squashed and len(ours.squashed) >= COPY_MIN
    return Match(other.key, evidence, 1.0 if copied else score(evidence), objection(ours, theirs, evidence))
