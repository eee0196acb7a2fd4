"""The index of a window: stories by their terms and signatures, and how rare a term is. Pure.

Stories are numbers here. A term is as rare as the stories that have it are few: a story of a hundred posts makes
its own words no more common than one of a single post.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from heapq import nsmallest
from itertools import count, islice
from typing import Final

from bot.core.models import PostKey, TopicKey

from .alignment import Weigh
from .post import StoryPost
from .signatures import SignatureIndex, likeness

POSTINGS_READ: Final = 150
"""Entries that are read for a post, rare terms first: what bounds the cost of common ones."""
TERMS_READ_MIN: Final = 4
"""Rarest terms of a post that are read however many stories have them, up to ``STORIES_OF_TERM``: near copies by
the hundred make all of its terms common."""
STORIES_OF_TERM: Final = 400
SHARED_MIN: Final = 1.5
"""Weight that a story must share to be compared at all, in terms that no other story has."""
SHARE_MIN: Final = 0.5
"""Share of a post's read weight from which a story is compared all the same: where all its terms are common."""
ALIKE_READ: Final = 50
"""Similar signatures from which on they say nothing: a bot's template has hundreds."""
COPIES_READ: Final = 500
"""Stories with similar signatures among which the most similar are looked for."""
ALIKE_WEIGHT: Final = 20.0
"""Weight of a similar signature beside that of shared terms: as of two words that nobody else has."""
UNSEEN_STORIES: Final = 20
"""Stories that a topic is thought to have had before its first: a prior, so that the words of its first few count
nearly alike."""
KATAKANA_WEIGHT: Final = 0.5
"""Weight of a triple of katakana: a word of six characters has four of them."""


class StoryIndex:
    """An index of stories. Not for several threads at once."""

    def __init__(self) -> None:
        self._wordings: dict[int, tuple[StoryPost, ...]] = {}
        self._terms: dict[int, tuple[str, ...]] = {}
        self._topics: dict[int, frozenset[TopicKey]] = {}
        self._with_term: dict[str, int | set[int]] = {}
        self._of_topic: Counter[TopicKey] = Counter()
        self._signatures = SignatureIndex()
        self._signed: dict[int, tuple[int, ...]] = {}
        self._story_of: dict[int, int] = {}
        self._signature_numbers = count()

    def put(self, story: int, wordings: Sequence[StoryPost], topics: frozenset[TopicKey]) -> None:
        """Index a story by these posts, in place of what it was indexed by before."""
        former = self._wordings.get(story, ())
        if tuple(wordings[: len(former)]) != former or self._topics.get(story, topics) != topics:
            self.drop(story)
            former = ()
        if story not in self._topics:
            self._topics[story] = topics
            self._of_topic.update(topics)
        further = wordings[len(former) :]
        known = self._terms.get(story, ())
        terms = dict.fromkeys(known) | dict.fromkeys(term for post in further for term in post.reading.terms)
        for term in list(terms)[len(known) :]:
            self._note(term, story)
        self._wordings[story], self._terms[story] = tuple(wordings), tuple(terms)
        self._signed[story] = (*self._signed.get(story, ()), *(self._sign(story, post) for post in further))

    def drop(self, story: int) -> None:
        """Take a story out; one that is not in it is nothing to take out."""
        if self._wordings.pop(story, None) is None:
            return
        self._of_topic.subtract(self._topics.pop(story))
        for term in self._terms.pop(story):
            self._forget(term, story)
        for number in self._signed.pop(story):
            self._signatures.remove(number)
            del self._story_of[number]

    def weigher(self, topics: Collection[TopicKey]) -> Weigh:
        """The weight of terms to posts of these topics: log of their stories over those with it."""
        stories = self._stories_of(topics)
        known: dict[str, float] = {}

        def weigh(term: str) -> float:
            weight = known.get(term)
            if weight is None:
                weight = max(math.log(stories / (self._count(term) + 0.5)), 0.0)
                weight = known[term] = weight * (KATAKANA_WEIGHT if "ァ" <= term[0] <= "ヿ" else 1.0)
            return weight

        return weigh

    def nearest(self, post: StoryPost, weigh: Weigh, most: int) -> list[int]:
        """At most ``most`` stories that share most with a post, by the weight of shared terms.

        Half of the places are for stories in other words, where there are so many with nearly its own.
        """
        found = self._by_terms(post, weigh)
        least = min(SHARED_MIN * self._rarest(post.topics), SHARE_MIN * max(found.values(), default=0.0))
        alike = {self._story_of[number] for number in self._signatures.alike(post.signature)}
        if len(alike) <= ALIKE_READ:
            for story in alike:
                found[story] = found.get(story, 0.0) + ALIKE_WEIGHT
        near = [(-weight, self._first(story), story) for story, weight in found.items() if weight >= least]
        if len(alike) <= most // 2:
            return [story for _, _, story in nsmallest(most, near)]
        others = [story for _, _, story in nsmallest(most // 2, (one for one in near if one[2] not in alike))]
        return [*self._nearest_copies(post, alike, most - len(others)), *others]

    def _nearest_copies(self, post: StoryPost, alike: Collection[int], most: int) -> list[int]:
        """The stories with most of a post's words, of those that have nearly all; terms know no numbers."""
        near = []
        for story in islice(sorted(alike, key=self._first), COPIES_READ):
            likest = max(likeness(one.signature, post.signature) for one in self._wordings[story])
            near.append((-likest, self._first(story), story))
        return [story for _, _, story in nsmallest(most, near)]

    def _by_terms(self, post: StoryPost, weigh: Weigh) -> dict[int, float]:
        """The weight of the terms that stories share with a post, the rare terms'."""
        found: dict[int, float] = {}
        having = self._with_term
        lists = [
            (_size(stories), term, stories)
            for term in post.reading.terms
            if (stories := having.get(term)) is not None
        ]
        lists.sort()  # terms differ, so that sets are never compared
        left = POSTINGS_READ
        for read, (size, term, stories) in enumerate(lists):
            left -= size
            if left < 0 and (read >= TERMS_READ_MIN or size > STORIES_OF_TERM):
                break
            weight = weigh(term)
            for story in (stories,) if isinstance(stories, int) else stories:
                found[story] = found.get(story, 0.0) + weight
        return found

    def _first(self, story: int) -> tuple[datetime, PostKey]:
        """The order of stories that share as much: by their first posts, never by their numbers."""
        first = self._wordings[story][0]
        return first.at, first.key

    def _rarest(self, topics: Collection[TopicKey]) -> float:
        """The weight of a term that one story has."""
        return math.log(self._stories_of(topics) / 1.5)

    def _stories_of(self, topics: Collection[TopicKey]) -> int:
        return max((self._of_topic[topic] for topic in topics), default=0) + UNSEEN_STORIES

    def _sign(self, story: int, post: StoryPost) -> int:
        number = next(self._signature_numbers)
        self._signatures.add(number, post.signature)
        self._story_of[number] = story
        return number

    # Most terms have one story: a set for each would take twice the memory.

    def _note(self, term: str, story: int) -> None:
        before = self._with_term.get(term)
        if before is None:
            self._with_term[term] = story
        elif isinstance(before, int):
            self._with_term[term] = {before, story}
        else:
            before.add(story)

    def _forget(self, term: str, story: int) -> None:
        stories = self._with_term[term]
        if isinstance(stories, int) or len(stories) == 1:
            del self._with_term[term]
        else:
            stories.discard(story)

    def _count(self, term: str) -> int:
        stories = self._with_term.get(term)
        return 0 if stories is None else _size(stories)


def _size(stories: int | set[int]) -> int:
    return 1 if isinstance(stories, int) else len(stories)
