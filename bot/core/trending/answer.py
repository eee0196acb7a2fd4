"""The answer of ``/trending``: what rises among a server's own topics, and what rises at the sources."""

from __future__ import annotations

from bot.core.causes import Cause
from bot.core.lazy_dataclass import dataclass
from bot.core.models import Topic

from .own_topics import OwnTopic
from .rankings import RankingPlace
from .rising import RisingTopic


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A place that is not in the list; ``cause`` None: it ranks nothing."""

    place: RankingPlace
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class TrendingAnswer:
    """The topics that rise, for one person.

    ``own``: the server's topics that rise, the most surprising first; ``usual``: those that are as usual or below;
    ``unknown``: those of which it is not known what is usual. ``rising``: topics at the sources. ``left_out``:
    places that gave none. ``asked``: all places that are asked. ``blocked``: topics that the server blocks.
    """

    own: tuple[OwnTopic, ...] = ()
    usual: tuple[OwnTopic, ...] = ()
    unknown: tuple[Topic, ...] = ()
    rising: tuple[RisingTopic, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    asked: tuple[RankingPlace, ...] = ()
    blocked: int = 0
