"""The decision: a post tells a story of the window, or a new one, and why. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import PostKey

from .alignment import Weigh
from .evidence import Evidence, compare
from .guards import Guard, Objection, doubt, objection
from .post import StoryPlace, StoryPost
from .scoring import SAME_FROM, score
from .window import Story, StoryWindow

CANDIDATES: Final = 3
"""Stories that a post is compared with, the nearest."""
COPY_MIN: Final = 8
"""Letters from which two posts with the same text tell the same: shorter ones are greetings."""


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

    ``near``: the nearest story's place, with what spoke against it: ``match``'s objection, or its score. Both
    empty where nothing was near.
    """

    place: StoryPlace
    near: StoryPlace | None = None
    match: Match | None = None


def decide_story(window: StoryWindow, post: StoryPost, now: datetime) -> SameStory | NewStory:
    """Decide which story of the window a post tells.

    The window is moved to ``now``, and nothing is put into it: ``window.add(post, decision.place)`` does that.
    """
    window.advance(now)
    known = window.place_of(post.key)
    if known is not None:
        return SameStory(known, None)
    weigh = window.weigher(post.topics)
    near: NewStory | None = None
    for story in window.nearest(post, weigh, CANDIDATES):
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
    likely = 1.0 if copied else score(evidence)
    found = objection(ours, theirs, evidence)
    if likely < SAME_FROM and (found is None or found.guard is Guard.WORDS):  # a doubt says more than its words
        found = doubt(ours, theirs, evidence) or found
    return Match(other.key, evidence, likely, found)
