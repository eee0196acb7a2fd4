"""A trend page from its bytes to what it says, and the refusal of what is no trend page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from bot.core.errors import SourceChanged, SourceTooLarge
from bot.core.models import FetchResult, Post, Snapshot, SourceName
from bot.core.text import normalize
from bot.sources.http.charset import decode

from .assign_counts import assign_rp
from .head import read_audience, read_observed_at, read_topic_name, read_update, read_volume, read_volume_step
from .items import LONGEST_HEAD_LINE, Item, as_posts, read_items
from .sections import PostSection, lines_before_posts
from .segments import find_posts

PAGE_MAX = 2_000_000
"""Bytes, many times a real page. The parser holds everything else up, 50 ms a megabyte at its worst (measured)."""
HEAD_MAX = 100_000
"""Characters above the posts in which counts and times are looked for; a real page has a few hundred."""
POSTS_MAX = 1_000
"""More than any page shows; the rest of a longer one is left unread."""


def parse(body: bytes, *, now: datetime, content_type: str | None = None, url: str = "") -> FetchResult:
    """Everything a trend page holds, its posts in the page's order.

    ``now`` (UTC) stands in where the page does not say when it was made. Relative addresses are meant from
    ``url``. Raises ``SourceChanged`` naming what was missing when this is no trend page, or when it counts posts
    and shows none.
    """
    if len(body) > PAGE_MAX:
        raise SourceTooLarge(f"this is not a trend page: it is longer than {PAGE_MAX} bytes")
    text = decode(body, content_type)
    items, title = read_items(text, url)
    page = PostSection.find(items)
    posts = _once(_posts(items[page.first : page.end])) or _linked(items[page.first : page.end])
    header = "\n".join(item.text[:LONGEST_HEAD_LINE] for item in items[: page.first] if item.text)
    header = normalize("NFKC", (header if page.heading or not posts else lines_before_posts(items))[:HEAD_MAX])
    volume, observed = read_volume(header), read_observed_at(header)
    _check(volume, observed, page, posts)
    snapshot = Snapshot(
        observed or read_update(header, now) or now, volume, read_audience(header), read_volume_step(header)
    )
    return FetchResult(
        SourceName.TRENDPAGE, posts=posts, snapshot=snapshot, topic_name=read_topic_name(header, title)
    )


def _check(volume: int | None, observed: datetime | None, page: PostSection, posts: Sequence[Post]) -> None:
    missing = []
    if volume is None:
        missing.append("no post count")
    if observed is None:
        missing.append("no observation time")
    if not page.heading:
        missing.append("no popular posts heading")
    if posts and (volume is not None or page.heading):
        return
    if len(missing) > 1 or (posts and len(missing) == 3):
        raise SourceChanged(f"this is not a trend page: {', '.join(missing)}")
    if volume:
        raise SourceChanged(f"{volume} posts counted, none found")


def _posts(items: Sequence[Item]) -> list[Post]:
    """Posts of the region in reading order, each with the RP that stands beside it."""
    found = list(islice(find_posts(items), POSTS_MAX))
    return [entry.post.finish(rp) for entry, rp in zip(found, assign_rp(items, found), strict=True)]


def _linked(items: Sequence[Item]) -> tuple[Post, ...]:
    """The posts of a page that only links to them. Links without any RP beside them are the site's own."""
    posts = _once(_posts(as_posts(items)))
    return posts if any(post.rp is not None for post in posts) else ()


def _once(posts: Sequence[Post]) -> tuple[Post, ...]:
    """Each identity once, where it stands first; what the first lacks of RP a later one may know."""
    kept: dict[str, Post] = {}
    for post in posts:
        first = kept.setdefault(post.canonical_id, post)
        if first.rp is None and post.rp is not None:
            kept[post.canonical_id] = replace(first, rp=post.rp)
    return tuple(kept.values())
