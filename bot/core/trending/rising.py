"""Topics that rise out there: rankings of several sources merged by the key of the topic, without blocked ones.

Rankings are merged by reciprocal ranks (Cormack, Clarke and Büttcher 2009): counts of different sources cannot be
compared, places in a list can. A network counts once, however many of its servers rank a topic.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, NewType

from bot.core.lazy_dataclass import dataclass
from bot.core.models import Topic
from bot.core.text import make_topic, topic_key

from .rankings import RankedTopic, Ranking, RankingPlace

FoldedTopic = NewType("FoldedTopic", str)
"""The key of a topic without what a tag cannot hold: ``data center`` and ``#DataCenter`` are one."""

_RANK_OFFSET: Final = 60
"""The constant of reciprocal rank fusion, as published."""
_NOT_IN_TAG: Final = re.compile(r"[\s_\-‐‑–—・·.,'’\"「」『』()（）!！?？:：]+")


@dataclass(frozen=True, slots=True)
class RankedAt:
    """A place that ranks a topic, what it says, and the place in its list (1 is the first)."""

    place: RankingPlace
    rank: int
    said: RankedTopic


@dataclass(frozen=True, slots=True)
class RisingTopic:
    """A topic that sources rank, with those that do, the one that ranks it highest first."""

    topic: Topic
    ranked_at: tuple[RankedAt, ...]

    @property
    def score(self) -> float:
        """The sum of the reciprocal ranks, the best of each network."""
        best: dict[str, int] = {}
        for one in self.ranked_at:
            network = one.place.source.network
            best[network] = min(one.rank, best.get(network, one.rank))
        return sum(1 / (_RANK_OFFSET + rank) for rank in best.values())


def folded(name: str) -> FoldedTopic:
    """A topic's name as topics are compared here; never empty for a name that has a key."""
    key = topic_key(name)
    return FoldedTopic(_NOT_IN_TAG.sub("", key) or key)


def merged(rankings: Iterable[Ranking], blocked: Collection[FoldedTopic], *, limit: int) -> list[RisingTopic]:
    """The topics of all rankings, each once, most agreed on first, at most ``limit``; without blocked ones."""
    found: dict[FoldedTopic, list[RankedAt]] = {}
    for ranking in rankings:
        for rank, said in enumerate(ranking.topics, start=1):
            key = folded(said.name)
            mine = found.setdefault(key, [])
            if key not in blocked and all(one.place != ranking.place for one in mine):
                mine.append(RankedAt(ranking.place, rank, said))
    topics = [_risen(places) for places in found.values() if places]
    return sorted(topics, key=lambda one: (-one.score, one.topic.key))[:limit]


def _risen(places: list[RankedAt]) -> RisingTopic:
    """The topic of some places, spelled with its spaces where one of them writes any: a tag cannot."""
    ordered = sorted(places, key=lambda one: (one.rank, one.place.key))
    spelled = max((one.said.name for one in ordered), key=lambda name: name.count(" "))
    return RisingTopic(make_topic(spelled), tuple(ordered))
