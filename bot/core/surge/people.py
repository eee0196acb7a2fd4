"""People behind posts: what is counted of a topic where authors are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.lazy_dataclass import dataclass

from .observation import Breadth, CountObservation


@dataclass(frozen=True, slots=True)
class PostOrigin:
    """The author of a post, the server or site it was published at, and whether the author is a bot."""

    author: str
    domain: str
    by_bot: bool = False


def observation(
    posts: Iterable[PostOrigin], end: datetime, covers: timedelta, *, complete: bool = True
) -> CountObservation:
    """The observation of the posts of an interval: each person counts once, a bot never.

    One account cannot make a surge, however much it posts.
    """
    return CountObservation(end, people(posts), covers, complete)


def people(posts: Iterable[PostOrigin]) -> int:
    """The number of distinct authors that are no bots."""
    return len({each.author for each in posts if not each.by_bot})


def breadth(posts: Iterable[PostOrigin]) -> Breadth:
    """The people, and the servers or sites, that the posts of an hour are from."""
    human = [each for each in posts if not each.by_bot]
    return Breadth(len({each.author for each in human}), len({each.domain for each in human}))
