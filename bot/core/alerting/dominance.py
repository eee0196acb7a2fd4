"""Whether one author, or one site that is linked to, makes most of what is said of a topic just now. Pure.

What looks like a trend may be one account, or one campaign. It is said, never left out: who reads it decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import MostBy, Network, PollPlan, Post

SPAN: Final = timedelta(hours=1)
POSTS_MIN: Final = 6
"""Posts from which on one author or site can dominate: of fewer, most are soon somebody's."""
POSTS_MAX: Final = 200
"""Stored posts of the hour that are read, the newest first; a sample is enough for "most of the hour"."""
_TEXT_MAX: Final = 4_000
_LINK: Final = re.compile(r"https?://(?:www\.)?([a-z0-9.\-]{4,253})", re.IGNORECASE)
_NO_SITE: Final = frozenset({"t.co", "x.com", "twitter.com", "pic.twitter.com", "pic.x.com"})
"""Hosts of X's own short links, which name no site."""


@dataclass(frozen=True, slots=True)
class Dominance:
    """``count`` of ``total`` posts of the hour are by the author with this handle, or link to this site."""

    who: str
    is_author: bool
    count: int
    total: int

    @property
    def most_by(self) -> MostBy:
        """The kind of what most posts share."""
        return MostBy.AUTHOR if self.is_author else MostBy.SITE


def dominance(posts: Iterable[Post], now: datetime) -> Dominance | None:
    """The author or site of more than half of the posts written in the hour before ``now``; None without one."""
    recent = [post for post in posts if _is_of_the_hour(post, now)]
    if len(recent) < POSTS_MIN:
        return None
    authors = Counter(post.author_handle for post in recent if post.author_handle)
    sites = Counter(site for post in recent for site in set(_sites(post)))
    for found, is_author in ((authors, True), (sites, False)):
        for who, count in found.most_common(1):
            if 2 * count > len(recent):
                return Dominance(who, is_author, count, len(recent))
    return None


def is_asked(plan: PollPlan) -> bool:
    """Whether the dominant author matters: there is an alert, and not of a feed, which is one site's."""
    return bool(plan.alerts) and not plan.watch.topic.is_address


def marked(plan: PollPlan, posts: Iterable[Post]) -> PollPlan:
    """The plan with its alerts marked where one makes most of ``posts``, those of its topic, in the last hour."""
    most = dominance(posts, plan.at)
    if most is None:
        return plan
    shared = {id(alert.content): alert.content for alert in plan.alerts}  # thousands of channels share a few
    contents = {each: replace(content, most_by=most.most_by) for each, content in shared.items()}
    return replace(
        plan, alerts=tuple(replace(alert, content=contents[id(alert.content)]) for alert in plan.alerts)
    )


def _is_of_the_hour(post: Post, now: datetime) -> bool:
    return post.created_at is not None and not post.day_only and now - SPAN < post.created_at <= now


def _sites(post: Post) -> Iterator[str]:
    """The hosts that a post leads to: those in its text, and of an article its own."""
    text = post.text[:_TEXT_MAX]
    for found in _LINK.finditer(f"{text} {post.url}" if post.network is Network.WEB and post.url else text):
        site = found[1].lower().rstrip(".-")
        if site not in _NO_SITE:
            yield site
