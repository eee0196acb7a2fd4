"""An entry of a feed is known by every name it has, whatever its publisher does to them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.identity.entries import is_same_elsewhere, lookup_fingerprints, recognise, renamed
from bot.core.models import EntryMemo, FetchResult, KnownPost, Post, PostKey, RecalledEntries, SourceName
from bot.sources.feed.wire import ParsedFeed, parse_feed
from tests.fakes.feed_site import Item, rss
from tests.fakes.publishers import PAGE, Id, Link, Publisher, Time, Words, newest, publishers, world

START = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)


class Memory:
    """What a watch keeps of names and posts, and the memo of its last page."""

    def __init__(self) -> None:
        self.names: dict[PostKey, set[int]] = defaultdict(set)
        self.posts: dict[PostKey, Post] = {}
        self.memo: EntryMemo | None = None

    def read(self, body: str, at: datetime, host: str) -> ParsedFeed:
        """A page as it is read with what is kept."""
        recalled = RecalledEntries(self.memo, self.posts) if self.memo is not None else None
        feed = parse_feed(body.encode(), url=f"https://{host}/feed", now=at, keep=True, recalled=recalled)
        self.memo = feed.memo or self.memo
        return feed

    def poll(self, feed: ParsedFeed) -> list[Post]:
        """Take in a page; what of it is new."""
        listed = lookup_fingerprints(feed.fingerprints.values())
        known = {key: names for key, names in self.names.items() if names & listed}
        asked = {key for own, one in feed.fingerprints.items() for key in (own, *one.earlier, *one.spare)}
        found = recognise(feed.fingerprints, known, asked & self.posts.keys(), self.posts)
        for key, name in found.fresh:
            self.names[key].add(name)
        answer = FetchResult(SourceName.FEED, feed.posts, fingerprints=feed.fingerprints)
        posts = renamed(answer, found.same, {}, START).posts
        new = [post for post in posts if post.key not in self.posts]
        self.posts |= {post.key: post for post in posts}
        return new


def read(body: str | bytes, at: datetime = START, host: str = "paper.example") -> ParsedFeed:
    return parse_feed(body if isinstance(body, bytes) else body.encode(), url=f"https://{host}/feed", now=at)


def articles_of(posts: list[Post]) -> list[str]:
    """The articles of a generated publisher that posts are of, by headline or words."""
    return [found[0] for post in posts if (found := re.search(r"記事 \d+ の見出し", post.text))]


def titles(posts: list[Post]) -> list[str]:
    return [post.text.partition("\n")[0] for post in posts]


@pytest.mark.invariant(2)
@settings(deadline=None)
@given(publishers, st.sampled_from((1, 2, 9, 20)), st.lists(st.integers(0, 3), min_size=19, max_size=19))
@example(Publisher(Link.MINTED, Id.MINTED, Time.NONE, corrects=False, order=1), 1, [1, *[0] * 18])
@example(Publisher(Link.MINTED, Id.MINTED, Time.FETCH, corrects=False, order=-1), 1, [2, *[0] * 18])
def test_each_article_is_alerted_once_whatever_habits_its_publisher_has(
    publisher: Publisher, first: int, then: list[int]
) -> None:
    memory, told = Memory(), list[str]()
    happened = world(START, first=first, then=then, every=EVERY)

    for fetch, articles in enumerate(happened):
        at = START + EVERY * fetch
        host = "new.example" if publisher.link is Link.MOVED and fetch > 6 else "paper.example"
        new = memory.poll(read(publisher.feed(articles, fetch, at), at, host))
        told += articles_of(new) if fetch else []

    assert Counter(told) == Counter(article.title for article in happened[-1][first:])


@pytest.mark.invariant(2)
@settings(deadline=None)
@given(
    publishers.filter(lambda publisher: publisher.is_telling_alone),
    st.sampled_from((1, 2, 9)),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from((0, 1, 2, 3, PAGE))), min_size=9, max_size=9),
)
@example(Publisher(Link.MINTED, Id.MINTED, Time.NONE, corrects=False, order=1), 2, [(1, 2), *[(0, PAGE)] * 8])
@example(Publisher(Link.MINTED, Id.MINTED, Time.NONE, corrects=False, order=1), 1, [(0, 0), (1, 2), *[(0, 3)] * 7])
@example(
    Publisher(Link.STABLE, Id.STABLE, Time.REAL, True, 1, Words.KEPT, has_one_title=True),
    1,
    [*[(0, 0)] * 4, (1, 0), (3, 0), (1, 1), (2, 0), (2, 2)],
)
@example(
    Publisher(Link.MINTED, Id.STABLE, Time.NONE, corrects=True, order=1),
    1,
    [(0, 0), (1, 0), (3, 0), (1, 1), *[(0, 0)] * 4, (0, 1)],
)
def test_each_article_is_alerted_once_when_a_feed_is_short_or_empty_at_times(
    publisher: Publisher, first: int, then: list[tuple[int, int]]
) -> None:
    memory, told, shown = Memory(), list[str](), dict[str, None]()
    happened = world(START, first=first, then=[count for count, _ in then], every=EVERY)
    baseline = {article.title for article in newest(happened[0])}

    for fetch, (articles, most) in enumerate(zip(happened, [PAGE, *(most for _, most in then)], strict=True)):
        at = START + EVERY * fetch
        host = "new.example" if publisher.link is Link.MOVED and fetch > 6 else "paper.example"
        new = memory.poll(memory.read(publisher.feed(articles, fetch, at, most), at, host))
        told += articles_of(new) if fetch else []
        shown |= dict.fromkeys(article.title for article in newest(articles, most))

    assert Counter(told) == Counter(title for title in shown if title not in baseline)


def ago(**time: int) -> datetime:
    return START - timedelta(**time)


OTHER = [Item("橋", "https://a.example/2", ago(hours=8), guid="2")]


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
            [Item("川", summary="水の話", guid="1"), Item("橋", summary="石の話", guid="2")],
            [Item("海", summary="波の話", guid="1"), Item("川", summary="水の話", guid="2")],
            ["海"],
            id="ids that count places, without links and dates",
        ),
        pytest.param(
            [
                Item("案内", "https://a.example/a", summary="この欄について", guid="1"),
                Item("川", "https://a.example/b", summary="水の話", guid="2"),
            ],
            [
                Item("案内", "https://a.example/a", summary="この欄について", guid="1"),
                Item("海", "https://a.example/c", summary="波の話", guid="2"),
                Item("川", "https://a.example/b", summary="水の話", guid="3"),
            ],
            ["海"],
            id="ids that count places below one that stays",
        ),
        pytest.param(
            [
                Item("川", "https://a.example/1", ago(hours=9), guid="1"),
                Item("橋", "https://a.example/2", ago(hours=8), guid="2"),
            ],
            [
                Item("橋", "https://a.example/2", ago(hours=8), guid="2"),
                Item("海", "https://a.example/3", ago(hours=1), guid="1"),
            ],
            ["海"],
            id="an id that is given again once its article has gone",
        ),
        pytest.param(
            [
                Item("川", at=ago(hours=9), summary="水の話", guid="1"),
                Item("橋", at=ago(hours=8), summary="石の話", guid="2"),
            ],
            [
                Item("橋", at=ago(hours=8), summary="石の話", guid="2"),
                Item("海", at=ago(hours=1), summary="波の話", guid="1"),
            ],
            ["海"],
            id="an id that is given again, without links",
        ),
        pytest.param(
            [Item("川", summary="水の話", guid="N/A"), Item("橋", summary="石の話", guid="N/A")],
            [Item("海", summary="波の話", guid="N/A"), Item("川", summary="水の話", guid="N/A")],
            ["海"],
            id="an id that stands for none",
        ),
        pytest.param(
            [Item("川", at=ago(hours=9), guid="undefined")],
            [Item("海", at=ago(hours=1), guid="undefined")],
            ["海"],
            id="an id that stands for none, alone in its feed",
        ),
        pytest.param(
            [Item("川", summary="水の話", guid="1")],
            [Item("海", summary="波の話", guid="1")],
            ["海"],
            id="one id, alone in its feed, without links and dates",
        ),
        pytest.param(
            [Item("川", "N/A", ago(hours=9), guid="x"), Item("橋", "N/A", ago(hours=8), guid="x")],
            [Item("海", "N/A", ago(hours=1), guid="x"), Item("川", "N/A", ago(hours=9), guid="x")],
            ["海"],
            id="one id and one link for all",
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
        pytest.param(
            [Item("無題", "https://a.example/1", guid="1")],
            [Item("無題", "https://a.example/3", guid="3"), Item("無題", "https://a.example/2", guid="2")],
            ["無題", "無題"],
            id="a title that says nothing, for all of a page",
        ),
        pytest.param(
            [Item("無題", "https://a.example/1"), Item("橋", "https://a.example/9")],
            [
                Item("無題", "https://a.example/3"),
                Item("無題", "https://a.example/2"),
                Item("橋", "https://a.example/9"),
            ],
            ["無題", "無題"],
            id="a title that says nothing, without ids",
        ),
        pytest.param(
            [Item("無題", "https://a.example/1", summary="朝", guid="1")],
            [Item("無題", "https://a.example/2", summary="夜", guid="2")],
            ["無題"],
            id="a title that says nothing, with another text and alone in its feed",
        ),
        pytest.param(
            [
                Item("無題", "https://a.example/log", summary="朝", guid="1"),
                Item("無題", "https://a.example/log", summary="昼", guid="2"),
                Item("橋", "https://a.example/log", guid="3"),
            ],
            [
                Item("無題", "https://a.example/log", summary="夜", guid="7"),
                Item("無題", "https://a.example/log", summary="朝", guid="8"),
                Item("橋", "https://a.example/log", guid="9"),
            ],
            ["無題"],
            id="another text under a title that says nothing, with ids minted anew",
        ),
        pytest.param(
            [
                Item("無題", "https://a.example/1", summary="朝", guid="1"),
                Item("橋", "https://a.example/8", guid="8"),
            ],
            [
                Item("無題", "https://a.example/2", summary="夜", guid="2"),
                Item("港", "https://a.example/9", guid="9"),
            ],
            ["無題", "港"],
            id="the same title on a page that turned over",
        ),
        pytest.param(
            [Item("定例会", "https://a.example/meeting", ago(days=7), "市役所にて", "1"), *OTHER],
            [
                Item("定例会", "https://a.example/meeting", ago(hours=1), "市役所にて", "2"),
                Item("定例会", "https://a.example/meeting", ago(days=7), "市役所にて", "1"),
                *OTHER,
            ],
            ["定例会"],
            id="the next one of a series with the same words, a week later",
        ),
        pytest.param(
            [Item("川", "https://a.example/watch?v=1", guid="1")],
            [Item("海", "https://a.example/watch?v=2", guid="2")],
            ["海"],
            id="addresses that differ in their query, without a date",
        ),
        pytest.param(
            [Item("川", "https://a.example/watch?v=1", ago(hours=9, seconds=1))],
            [Item("海", "https://a.example/watch?v=2", ago(hours=5, seconds=7))],
            ["海"],
            id="addresses that differ in their query",
        ),
        pytest.param(
            [Item("晴れ", "https://a.example/alert?at=1", ago(hours=3))],
            [Item("大雨", "https://a.example/alert?at=2", ago(hours=3))],
            ["大雨"],
            id="addresses that differ in their query, at one full hour",
        ),
    ],
)
def test_other_articles_stay_different(before: list[Item], after: list[Item], new: list[str]) -> None:
    memory = Memory()
    memory.poll(read(rss(*before)))

    assert titles(memory.poll(read(rss(*after)))) == new
    assert memory.poll(read(rss(*after))) == []


@pytest.mark.invariant(2)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            [Item("川", summary="水の話", guid="1"), Item("橋", summary="石の話", guid="2")],
            [Item("川と海", summary="水と波の話", guid="1"), Item("橋", summary="石の話", guid="2")],
            id="headline and text, without a link and a date",
        ),
        pytest.param(
            [
                Item("川", "https://a.example/1", ago(hours=9), guid="1"),
                Item("橋", "https://a.example/2", ago(hours=8), guid="2"),
            ],
            [
                Item("川と海", "https://a.example/1-2", ago(hours=9), guid="1"),
                Item("橋", "https://a.example/2", ago(hours=8), guid="2"),
            ],
            id="headline and link",
        ),
        pytest.param(
            [Item("川", summary="水の話", guid="http://a.example/?p=1"), Item("橋", guid="http://a.example/?p=2")],
            [
                Item("川と海", summary="水の話", guid="https://a.example/?p=1"),
                Item("橋", guid="https://a.example/?p=2"),
            ],
            id="headline, while the site's ids went to https",
        ),
        pytest.param(
            [Item("川", summary="水の話", guid="URN:uuid:AB-1"), Item("橋", guid="URN:uuid:AB-2")],
            [Item("川と海", summary="水の話", guid="urn:uuid:ab-1"), Item("橋", guid="urn:uuid:ab-2")],
            id="headline, while URNs went to small letters",
        ),
        pytest.param(
            [
                Item("川", "https://a.example/1", ago(hours=9, minutes=3), "水の話", "https://a.example/1#0"),
                *OTHER,
            ],
            [
                Item("川と海", "https://a.example/1", ago(hours=1, minutes=7), "波の話", "https://a.example/1#2"),
                *OTHER,
            ],
            id="all but its address, behind which the id counts the edits",
        ),
    ],
)
def test_corrected_article_is_known(before: list[Item], after: list[Item]) -> None:
    memory = Memory()
    memory.poll(read(rss(*before)))

    assert memory.poll(read(rss(*after))) == []


@pytest.mark.invariant(2)
def test_entries_of_one_title_without_id_link_and_date_are_distinguished_by_their_texts() -> None:
    """They come together or one after the other, and go again: each is told once."""
    bridge, market = Item("無題", summary="橋の話"), Item("無題", summary="市の話")
    ferry = Item("無題", summary="船の話")
    memory = Memory()

    assert len(memory.poll(read(rss(bridge)))) == 1
    assert [post.text for post in memory.poll(read(rss(market, bridge)))] == ["無題\n市の話"]
    assert memory.poll(read(rss(market))) == []
    assert [post.text for post in memory.poll(read(rss(ferry, market, bridge)))] == ["無題\n船の話"]
    assert memory.poll(read(rss(ferry, ferry, market))) == []
    assert len({post.key for post in read(rss(ferry, market, bridge)).posts}) == 3


@pytest.mark.invariant(2)
@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
@pytest.mark.parametrize("size", [3, 30])
@pytest.mark.parametrize("own", ["", "1"])
@pytest.mark.parametrize("link", ["", "https://a.example/"])
def test_entries_of_one_title_are_each_new_once_where_nothing_but_their_words_tells_them_apart(
    size: int, own: str, link: str
) -> None:
    """Neither the feed's home nor an id that all of them have is a name of one."""
    memory, told = Memory(), list[str]()

    for fetch in range(4):
        shown = [Item("お知らせ", link, summary=f"内容 {n}", guid=own) for n in range(size + fetch, fetch, -1)]
        told += [post.text for post in memory.poll(read(rss(*shown)))]

    assert told[size:] == [f"お知らせ\n内容 {size + fetch}" for fetch in range(1, 4)]


def test_article_that_is_given_again_under_another_id_is_one_also_where_others_share_its_link() -> None:
    page, memory = "https://a.example/log", Memory()
    others = [Item("海", page, ago(hours=5), guid="7"), Item("山", page, ago(hours=6), guid="8")]
    memory.poll(read(rss(Item("川", page, ago(hours=4), guid="1"), *others)))

    again = [Item("川", page, ago(hours=4), guid="2"), Item("川", page, ago(hours=4), guid="1")]

    assert memory.poll(read(rss(*again, *others))) == []


@pytest.mark.invariant(2)
def test_article_with_another_headline_and_token_is_known_by_its_path_and_time() -> None:
    memory, at = Memory(), ago(hours=3, minutes=7)
    memory.poll(read(rss(Item("橋", "https://a.example/p/1?v=abc", at))))

    assert memory.poll(read(rss(Item("橋（訂正）", "https://a.example/p/1?v=xyz", at)))) == []


# -- another feed of the site ---------------------------------------------------------------------------------

OTHERS = [
    Item("川", "https://a.example/other", ago(days=3), guid="x"),
    Item("海", "https://a.example/more", guid="y"),
]


def are_one(mine: Item, theirs: Item, *, lately: bool = False) -> bool:
    """Whether the first entry of one feed is that of the other."""
    feeds = [read(rss(item, *OTHERS)) for item in (mine, theirs)]
    names = [feed.fingerprints[feed.posts[0].key].fingerprints for feed in feeds]
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


@pytest.mark.invariant(2)
def test_date_counted_back_from_the_fetch_is_no_name_and_replaces_no_known_one() -> None:
    first, later = (
        read(
            rss(*(Item(title, more=f"<pubDate>{date}</pubDate>") for title, date in dates)),
            START + timedelta(hours=hours),
        )
        for hours, dates in ((0, [("川", "3時間前"), ("橋", "昨日")]), (30, [("川", "昨日"), ("橋", "2日前")]))
    )
    one, other = first.posts
    known = {one.key: known_post(one), other.key: known_post(other)}
    found = recognise(
        later.fingerprints, {key: set(each.fingerprints) for key, each in first.fingerprints.items()}, known
    )

    answer = FetchResult(SourceName.FEED, later.posts, fingerprints=later.fingerprints)
    posts = renamed(answer, found.same, known, START + timedelta(hours=30)).posts

    assert [(post.key, post.created_at) for post in posts] == [(post.key, post.created_at) for post in first.posts]
    assert one.created_at == ago(hours=3)


def known_post(post: Post) -> KnownPost:
    return KnownPost(post.key, rp=None, max_rp=None, created_at=post.created_at, first_seen_at=START)
