"""One author or one site that makes most of an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.dominance import POSTS_MIN, Dominance, dominance
from bot.core.models import Network, Post

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def posts(count: int, author: str = "", text: str = "橋の話", minutes: int = 10) -> list[Post]:
    born = NOW - timedelta(minutes=minutes)
    return [
        Post(Network.X, f"{author}{text}{n}", text, author_handle=author or f"person{n}", created_at=born)
        for n in range(count)
    ]


def test_author_of_most_posts_of_the_hour_is_named() -> None:
    assert dominance([*posts(5, "loud"), *posts(4)], NOW) == Dominance("loud", True, 5, 9)


def test_site_that_most_posts_link_to_is_named() -> None:
    found = dominance([*posts(4, text="買う https://www.Shop.example/1 https://t.co/a"), *posts(3)], NOW)

    assert found == Dominance("shop.example", False, 4, 7)


def test_half_of_them_is_not_most() -> None:
    assert dominance([*posts(4, "loud"), *posts(4)], NOW) is None


def test_few_posts_or_older_ones_say_nothing() -> None:
    assert dominance(posts(POSTS_MIN - 1, "loud"), NOW) is None
    assert dominance(posts(20, "loud", minutes=90), NOW) is None
    assert dominance([replace(post, day_only=True) for post in posts(20, "loud")], NOW) is None


def test_link_to_x_itself_is_no_site() -> None:
    assert dominance(posts(9, text="見て https://t.co/abc"), NOW) is None
