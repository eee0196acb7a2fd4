"""Rankings: the topics that a source says are rising there, with what it says of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.causes import Cause
from bot.core.lazy_dataclass import dataclass
from bot.core.text import TOPIC_NAME_MAX, holds_address, line, make_topic, utf16_length

RANKED_MAX: Final = 25
"""Topics kept of a ranking: Bluesky lists at most 25, Mastodon 20, Misskey 10."""
ASKED_EVERY: Final = timedelta(minutes=10)
"""Least time between two requests for a ranking, over all processes and servers."""
HEADLINE_MAX: Final = 100
NAME_READ: Final = 1_000
"""Characters of a name that are read; none that long is a topic."""
_SMOOTHING: Final = 3.0
"""Added to both sides of a ratio, so that small counts do not swing it, as in the detector of surges."""


class RankingSource(StrEnum):
    """A source that ranks topics for nothing. The value is stored and names it in the settings."""

    TRENDPAGE = "trendpage"
    MASTODON = "mastodon"
    MISSKEY = "misskey"
    BLUESKY = "bluesky"
    GOOGLE = "google"

    @property
    def network(self) -> str:
        """The network whose people it counts: several sources of one count once."""
        return "fediverse" if self in _FEDIVERSE else self.value


_FEDIVERSE: Final = frozenset({RankingSource.MASTODON, RankingSource.MISSKEY})


@dataclass(frozen=True, slots=True)
class RankingPlace:
    """A source and where it is asked.

    ``part``: the host of a server, or the country of a feed; empty: the only one. ``language``: of the readers to
    whom it is shown; empty: all.
    """

    source: RankingSource
    part: str = ""
    language: str = ""

    @property
    def key(self) -> str:
        """The place as it is stored."""
        return f"{self.source}:{self.part}"


@dataclass(frozen=True, slots=True)
class RankedTopic:
    """A topic of a ranking, with what the source says of it; None: it does not say.

    ``people``, ``posts``: lately, as far as the source counts back. ``searches``: at least so many. ``times``:
    times as many as before. ``since``: when it began to rise. ``hot``: the source marks it. ``headline``: of an
    article that it names.
    """

    name: str
    people: int | None = None
    posts: int | None = None
    searches: int | None = None
    times: float | None = None
    since: datetime | None = None
    hot: bool = False
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer of a place at a time: its topics in its order; ``cause``: why there is none."""

    place: RankingPlace
    at: datetime
    topics: tuple[RankedTopic, ...] = ()
    cause: Cause | None = None


def usable_name(written: str) -> str | None:
    """A name from outside as a topic that can be asked for and subscribed to; None where it is none."""
    begins = written[:NAME_READ].lstrip("#＃ ")
    named = line(begins, TOPIC_NAME_MAX + 1)
    if named != line(begins, NAME_READ):  # one character may have hundreds of marks: what is cut need not be long
        return None
    topic = make_topic(named)
    is_short = utf16_length(topic.name) <= TOPIC_NAME_MAX and utf16_length(topic.key) <= TOPIC_NAME_MAX
    if not topic.key or topic.is_address or holds_address(topic.key) or not is_short:
        return None
    return topic.name


def times_as_many(now: float, before: float) -> float:
    """The ratio of two counts of the same length, with a few added to both."""
    return round((now + _SMOOTHING) / (before + _SMOOTHING), 2)
