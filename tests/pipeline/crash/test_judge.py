"""The judge of crash runs knows which posts a channel may be told of."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.fakes.trend_site import SitePost
from tests.pipeline.crash.world import STORIES, TOPICS, Told, passing

FIRST, SECOND = TOPICS
BARS = {FIRST: 250, SECOND: 100}


def told(serial: int, text: str, rp: int, *topics: str) -> Told:
    return Told(SitePost(datetime(2026, 11, 29, tzinfo=UTC), text, rp, serial=serial), topics)


def passed(*posts: Told) -> list[int]:
    """The numbers of the posts that may be told."""
    found = passing(posts, BARS)
    return [one.post.serial for one in posts if one.post.id in found]


def test_post_of_a_topic_with_a_higher_bar_is_counted_in_the_alert_of_its_story() -> None:
    one, two, *_ = STORIES[0]

    assert passed(told(1, one, 40, FIRST), told(2, two, 120, SECOND)) == [1, 2]


def test_story_that_reaches_no_bar_is_told_nowhere() -> None:
    one, two, *_ = STORIES[0]

    assert passed(told(1, one, 40, FIRST), told(2, two, 50, SECOND)) == []


def test_posts_of_other_stories_and_topics_do_not_help() -> None:
    assert passed(
        told(1, STORIES[0][0], 40, FIRST), told(2, STORIES[1][0], 120, SECOND), told(3, STORIES[0][1], 300, "x")
    ) == [2]
