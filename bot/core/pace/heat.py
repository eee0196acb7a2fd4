"""Heat of a post: the number by which posts of a topic compete for the alerts of a day."""

from __future__ import annotations

from bot.core.models import Post


def heat_of(post: Post) -> int | None:
    """The RP of a post; None for an unknown one, which passes no threshold (invariant 5)."""
    return post.rp
