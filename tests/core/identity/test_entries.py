"""An entry of a feed is known by every name it has, whatever its publisher does to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.identity.entries import is_same_elsewhere, looked_up, recognise
from bot.core.models import Post, PostKey
from bot.sources.feed.wire import ParsedFeed, parse_feed
from tests.fakes.feed_site import Item, rss
from tests.fakes.publishers import Link, Publisher, publishers, world

START = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)


class Memory:
    """What a watch keeps of names and posts."""

    def __init__(self) -> None:
        self.names: dict[PostKey, set[int]] = defaultdict(set)
        self.posts: set[PostKey] = set()

    def look(self, feed: ParsedFeed) -> list[Post]:
        """Take in a page; what of it is new."""
        listed = looked_up(feed.names.values())
        known = {key: names for key, names in self.names.items() if names & listed}
        asked = {key for own, one in feed.names.items() for key in (own, *one.earlier, *one.spare)}
        found = recognise(feed.names, known, asked & self.posts, self.posts)
        for key, name in found.fresh:
            self.names[key].add(name)
        keys = [found.same.get(post.key, post.key) for post in feed.posts]
        new = [post for key, post in zip(keys, feed.posts, strict=True) if key not in self.posts]
        self.posts |= {*keys}
        return new


def read(body: str | bytes, at: datetime = START, host: str = "paper.example") -> ParsedFeed:
    return parse_feed(body if isinstance(body, bytes) else body.encode(), url=f"https://{host}/feed", now=at)


def titles(posts: list[Post]) -> list[str]:
    return [post.text.partition("\n")[0] for post in posts]


@pytest.mark.invariant(2)
@settings(deadline=None)
@given(publishers, st.sampled_from((1, 2, 9, 20)), st.lists(st.integers(0, 3), min_size=19, max_size=19))
def test_each_article_is_told_once_whatever_habits_its_publisher_has(
    publisher: Publisher, first: int, then: list[int]
) -> None:
    memory, told = Memory(), list[str]()
    happened = world(START, first=first, then=then, every=EVERY)

    for fetch, articles in enumerate(happened):
        at = START + EVERY * fetch
        host = "new.example" if publisher.link is Link.MOVED and fetch > 6 else "paper.example"
        new = memory.look(read(publisher.feed(articles, fetch, at), at, host))
        told += [title.removesuffix("(訂正)") for title in titles(new)] if fetch else []

    assert Counter(told) == Counter(article.title for article in happened[-1][first:])


def ago(**time: int) -> datetime:
    return START - timedelta(**time)


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        pytest.param(
            [Item("v1", "https://a.example/log", ago(days=2), guid="1")],
            [Item("v2", "https://a.example/log", ago(hours=2), guid="2")],
            ["v2"],
            id="the next one on a page of changes, alone in its feed",
        ),
        pytest.param(
            [Item("v1", "https://a.example/log", ago(days=2), guid="1")],
            [
                Item("v2", "https://a.example/log", ago(hours=2), guid="2"),
                Item("v1", "https://a.example/log", ago(days=2), guid="1"),
            ],
            ["v2"],
            id="the next one beside it",
        ),
        pytest.param(
            [
                Item("週報", "https://a.example/1", ago(days=7), guid="1"),
                Item("橋", "https://a.example/9", ago(days=8), guid="9"),
            ],
            [
                Item("週報", "https://a.example/2", ago(hours=1), guid="2"),
                Item("橋", "https://a.example/9", ago(days=8), guid="9"),
            ],
            ["週報"],
            id="the same headline a week later",
        ),
        pytest.param(
            [Item("週報", "https://a.example/1", ago(days=7), guid="1")],
            [Item("週報", "https://a.example/2", ago(minutes=2), guid="2")],
            ["週報"],
            id="the same headline just now, alone in its feed",
        ),
        pytest.param(
            [Item("日記", "https://a.example/1", guid="1"), Item("橋", "https://a.example/9", guid="9")],
            [
                Item("日記", "https://a.example/2", guid="2"),
                Item("日記", "https://a.example/1", guid="1"),
                Item("橋", "https://a.example/9", guid="9"),
            ],
            ["日記"],
            id="the same headline without a date",
        ),
        pytest.param(
            [Item("川", "https://a.example/1", guid="0"), Item("橋", "https://a.example/2", guid="1")],
            [Item("海", "https://a.example/3", guid="0"), Item("川", "https://a.example/1", guid="1")],
            ["海"],
            id="ids that count places",
        ),
        pytest.param(
            [Item("川", "https://a.example/1", ago(hours=9), guid="1")],
            [
                Item("川", "https://b.example/1", ago(hours=9), guid="tag:b,1"),
                Item("海", "https://b.example/3", ago(hours=1)),
            ],
            ["海"],
            id="moved to another host",
        ),
    ],
)
def test_other_articles_stay_different(before: list[Item], after: list[Item], new: list[str]) -> None:
    memory = Memory()
    memory.look(read(rss(*before)))

    assert titles(memory.look(read(rss(*after)))) == new
    assert memory.look(read(rss(*after))) == []


@pytest.mark.invariant(2)
def test_article_that_is_given_again_under_another_id_is_one_also_where_others_share_its_link() -> None:
    page, memory = "https://a.example/log", Memory()
    others = [Item("海", page, ago(hours=5), guid="7"), Item("山", page, ago(hours=6), guid="8")]
    memory.look(read(rss(Item("川", page, ago(hours=4), guid="1"), *others)))

    again = [Item("川", page, ago(hours=4), guid="2"), Item("川", page, ago(hours=4), guid="1")]

    assert memory.look(read(rss(*again, *others))) == []


# -- another feed of the site ---------------------------------------------------------------------------------

OTHERS = [
    Item("川", "https://a.example/other", ago(days=3), guid="x"),
    Item("海", "https://a.example/more", guid="y"),
]


def are_one(mine: Item, theirs: Item, *, lately: bool = False) -> bool:
    """Whether the first entry of one feed is that of the other."""
    feeds = [read(rss(item, *OTHERS)) for item in (mine, theirs)]
    names = [feed.names[feed.posts[0].key].names for feed in feeds]
    return is_same_elsewhere(*names, lately=lately)


@pytest.mark.invariant(2)
@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        pytest.param(
            Item("橋", "https://a.example/p/1?v=abc", ago(hours=1), guid="1"),
            Item("橋", "https://a.example/p/1?v=xyz", ago(hours=1), guid="all-1"),
            id="tokens in links",
        ),
        pytest.param(
            Item("橋", "https://a.example/p/1-corrected", ago(hours=1), "本文", guid="1"),
            Item("橋", "https://a.example/p/1", ago(hours=1), "抜粋", guid="1"),
            id="a corrected link and an excerpt",
        ),
        pytest.param(
            Item("橋", "https://a.example/p/1", ago(hours=1), guid="1"),
            Item("橋（訂正）", "https://a.example/p/1?from=all", ago(hours=1), guid="9"),
            id="a corrected headline",
        ),
        pytest.param(
            Item("橋", "https://a.example/p/1?v=abc", summary="本文"),
            Item("橋", "https://a.example/p/1?v=xyz", ago(hours=1), "本文", guid="9"),
            id="a date in one of them",
        ),
    ],
)
def test_article_in_two_feeds_of_a_site_is_one(mine: Item, theirs: Item) -> None:
    assert are_one(mine, theirs)
    assert are_one(theirs, mine)


def test_same_words_in_two_feeds_of_a_site_are_one_article_for_two_days() -> None:
    mine = Item("橋", "https://a.example/p/1-corrected", summary="本文", guid="1")
    theirs = Item("橋", "https://a.example/p/1", summary="本文", guid="9")

    assert are_one(mine, theirs, lately=True)
    assert not are_one(mine, theirs)


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        pytest.param(
            Item("週報", "https://a.example/p/1", ago(days=7), "先週", guid="1"),
            Item("週報", "https://a.example/p/2", ago(hours=1), "今週", guid="2"),
            id="the same headline a week later",
        ),
        pytest.param(
            Item("週報", "https://a.example/p/1", summary="先週", guid="1"),
            Item("週報", "https://a.example/p/2", summary="今週", guid="2"),
            id="the same headline without dates",
        ),
        pytest.param(
            Item("天気", "https://a.example/tokyo/1", ago(hours=0), "晴れ", guid="1"),
            Item("天気", "https://a.example/osaka/2", ago(hours=0), "雨", guid="2"),
            id="the same headline at the same hour",
        ),
        pytest.param(
            Item("橋", "https://a.example/p/1", ago(hours=1), "本文", guid="1"),
            Item("港", "https://a.example/p/2", ago(hours=1), "本文", guid="2"),
            id="published in the same second",
        ),
        pytest.param(
            Item("橋", "https://a.example/p/1", ago(hours=5), guid="55"),
            Item("港", "https://a.example/p/2", ago(hours=1), guid="55"),
            id="ids that count",
        ),
    ],
)
def test_articles_of_two_feeds_of_a_site_stay_different(mine: Item, theirs: Item) -> None:
    assert not are_one(mine, theirs, lately=True)
    assert not are_one(theirs, mine, lately=True)
