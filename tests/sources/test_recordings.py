"""Recordings of real servers and feeds, where they are at hand; they are not part of the project."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.errors import SourceChanged, SourceError
from bot.core.models import Post
from bot.sources.bluesky import wire
from bot.sources.fediverse import mastodon_wire
from bot.sources.feed.wire import parse_feed
from bot.sources.trending import wire as ranking_wire
from bot.sources.trendpage import parse

from .test_hostile import check_post

SHARED = Path(__file__).parents[3] / "shared"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EXCHANGES = sorted((SHARED / "recordings" / "bluesky").glob("*.http"))
TIMELINES = sorted((SHARED / "recordings" / "mastodon").glob("*timeline*[!a].json"))
FEEDS = [
    path
    for path in sorted((SHARED / "recordings" / "feeds").rglob("*.xml"))
    if re.search(rb"<(item|entry)[\s>]", path.read_bytes())
]
"""Some hold a title only, to show an encoding."""
PAGE = SHARED / "mission" / "trend-page.txt"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the recordings are not part of the project")


def name(path: Path) -> str:
    return path.name


def cuts(body: bytes) -> list[bytes]:
    """The body cut here and there."""
    return [body[: len(body) * part // 16] for part in range(16)]


@pytest.mark.parametrize("path", EXCHANGES, ids=name)
def test_bluesky_is_read_or_its_refusal_has_a_code(path: Path) -> None:
    head, _, body = path.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    if b" 200 " not in head.partition(b"\n")[0]:
        assert wire.error_code(body) or body == b""
        return
    if b'"posts"' not in body:
        with pytest.raises(SourceChanged):
            wire.parse_page(body)
        return

    posts = [post for view in wire.parse_page(body).posts if (post := wire.post_of(view))]

    assert posts
    for post in posts:
        check_post(post)


@pytest.mark.parametrize("path", TIMELINES, ids=name)
def test_a_timeline_of_mastodon_is_read_whole_and_cut_ones_are_named(path: Path) -> None:
    body = path.read_bytes()

    rows = mastodon_wire.parse_statuses(body)

    assert rows
    for post in (mastodon_wire.post_of(row, host="mastodon.example") for row in rows):
        if post is not None:
            check_post(post)
    for cut in cuts(body):
        with pytest.raises(SourceChanged):
            mastodon_wire.parse_statuses(cut)


def test_trending_tags_of_mastodon_are_read_with_what_is_said_of_them() -> None:
    found = ranking_wire.parse_mastodon(
        (SHARED / "recordings" / "mastodon" / "trends_tags_2026.json").read_bytes()
    )

    assert len(found) == 10
    assert all(one.people and one.posts and one.times and one.times > 1 for one in found)


def test_trends_that_bluesky_refuses_are_named() -> None:
    _, _, body = (SHARED / "recordings" / "bluesky" / "getTrends.http").read_bytes().partition(b"\r\n\r\n")

    with pytest.raises(SourceChanged):
        ranking_wire.parse_bluesky(body)


def entries(path: Path, body: bytes) -> tuple[Post, ...]:
    return parse_feed(body, url=f"https://feeds.example/{path.name}", now=NOW).posts


@pytest.mark.parametrize("path", FEEDS, ids=name)
def test_a_feed_in_any_encoding_is_read_without_a_lost_character(path: Path) -> None:
    posts = entries(path, path.read_bytes())

    assert posts
    for post in posts:
        check_post(post)
        assert "\ufffd" not in post.text


@pytest.mark.parametrize("path", FEEDS, ids=name)
def test_a_feed_that_is_cut_is_clean_or_named(path: Path) -> None:
    for cut in cuts(path.read_bytes()):
        try:
            posts = entries(path, cut)
        except SourceError:
            continue
        for post in posts:
            check_post(post)


def test_the_page_is_read_and_cut_ones_are_clean_or_named() -> None:
    body = PAGE.read_bytes()

    fetched = parse(body, now=NOW)

    assert fetched.posts
    for post in fetched.posts:
        check_post(post)
    for cut in cuts(body):
        try:
            found = parse(cut, now=NOW)
        except SourceError:
            continue
        for post in found.posts:
            check_post(post)
