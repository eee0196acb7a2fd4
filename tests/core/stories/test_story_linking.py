"""Links of new posts: to the alert of a channel that says the same, whatever others were sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.models import ChannelId, PostKey
from bot.core.stories import StoryWindow
from bot.core.stories.linking import NEAR_POSTS, Comparisons, keep, links_of, near_posts, remember
from tests.costs import AT_MOST, growth

from .builders import NOW, a_story_post

NEWS = "Hurricane Odette makes landfall near Port Calder as a Category 3 storm"
CHANNEL = ChannelId(7)


def of_copies(posts: int, *, topic: str = "elsewhere") -> StoryWindow:
    """A window in which a channel's alert ``told`` is followed by so many posts of the same text."""
    window = StoryWindow()
    keep(window, a_story_post("told", NEWS, at=NOW))
    for number in range(posts):
        at = NOW + timedelta(seconds=number + 1)
        keep(
            window,
            a_story_post(f"copy {number:05}", f"{NEWS} https://copies.example/{number}", at=at, topic=topic),
        )
    return window


def test_posts_that_a_channel_was_not_sent_do_not_displace_its_alert() -> None:
    window = of_copies(NEAR_POSTS * 3)
    later = a_story_post("later", NEWS, at=NOW + timedelta(hours=1))

    near = {later.key: near_posts(window, later)}
    stories = {CHANNEL: {PostKey("told"): [PostKey("told")]}}
    links = links_of(Comparisons(window), [later], near, stories, frozenset(), 0, {})

    assert links.leads == {(CHANNEL, later.key): "told"}


@pytest.mark.parametrize("copies", [6, 12, 24, 60, 300])
def test_near_copies_with_other_numbers_do_not_displace_an_alert(copies: int) -> None:
    """Each is a story of its own, and has more words in common with the post than the alert has."""
    window = StoryWindow()
    told = a_story_post("told", "Category 3 storm Odette comes ashore near Port Calder, a hurricane", at=NOW)
    keep(window, told)
    for number in range(copies):
        text = NEWS.replace("Category 3", f"Category {4 + number}")
        other = a_story_post(f"copy {number:02}", text, at=NOW + timedelta(seconds=number + 1))
        window.add(other, other.alone)
    later = a_story_post("later", NEWS, at=NOW + timedelta(hours=1))

    near = {later.key: near_posts(window, later)}
    links = links_of(Comparisons(window), [later], near, {CHANNEL: {told.key: [told.key]}}, frozenset(), 0, {})

    assert links.leads == {(CHANNEL, later.key): "told"}


@pytest.mark.parametrize("copies", [12, 60, 300])
def test_alert_with_the_same_text_is_found_behind_near_copies(copies: int) -> None:
    window = StoryWindow()
    for number in range(copies):
        text = NEWS.replace("Category 3", f"Category {4 + number}")
        other = a_story_post(f"copy {number:03}", text, at=NOW + timedelta(seconds=number))
        window.add(other, other.alone)
    told = a_story_post("told", NEWS, at=NOW + timedelta(minutes=30))
    window.add(told, told.alone)
    later = a_story_post("later", NEWS, at=NOW + timedelta(hours=1))

    near = {later.key: near_posts(window, later)}
    links = links_of(Comparisons(window), [later], near, {CHANNEL: {told.key: [told.key]}}, frozenset(), 0, {})

    assert links.leads == {(CHANNEL, later.key): "told"}


@pytest.mark.invariant(11)
def test_twice_as_many_posts_of_one_story_cost_at_most_two_and_a_half_times() -> None:
    def of(posts: int) -> Callable[[], object]:
        copies = [
            a_story_post(f"copy {number:05}", NEWS, at=NOW + timedelta(seconds=number)) for number in range(posts)
        ]

        def work() -> None:
            window = StoryWindow()
            for post in copies:
                near_posts(window, post)
                keep(window, post)

        return work

    assert growth(of, 300) <= AT_MOST


@pytest.mark.invariant(11)
def test_full_window_of_one_story_makes_room_at_the_cost_of_its_posts() -> None:
    def of(posts: int) -> Callable[[], object]:
        copies = [
            a_story_post(f"copy {number:05}", NEWS, at=NOW + timedelta(seconds=number))
            for number in range(posts * 2)
        ]

        def work() -> None:
            window = StoryWindow(most=posts)
            for post in copies:
                window.add(post, copies[0].alone)

        return work

    assert growth(of, 150) <= AT_MOST


def test_post_of_a_story_is_compared_with_for_72_hours_whenever_the_story_began() -> None:
    window = StoryWindow()
    keep(window, a_story_post("first", NEWS, at=NOW))
    keep(window, a_story_post("told", NEWS, at=NOW + timedelta(hours=71)))

    window.advance(NOW + timedelta(hours=80))

    assert window.post(PostKey("first")) is None
    later = a_story_post("later", NEWS, at=NOW + timedelta(hours=80))
    assert "told" in near_posts(window, later).known


def test_post_that_another_channel_is_sent_later_is_kept_as_long_again() -> None:
    window = StoryWindow()
    remember(window, a_story_post("told", NEWS, at=NOW))
    remember(window, a_story_post("told", NEWS, at=NOW + timedelta(hours=71)))

    window.advance(NOW + timedelta(hours=80))

    assert window.post(PostKey("told")) is not None
    window.advance(NOW + timedelta(hours=143))
    assert window.post(PostKey("told")) is None
