"""What is read of a feed with a memo of its last reading is what is read without one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import SourceError
from bot.core.models import EntryMemo, Post, PostKey, RecalledEntries
from bot.sources.feed import memo
from bot.sources.feed.wire import ParsedFeed, parse_feed
from tests.bench.feed_world.kinds import KINDS, Edition
from tests.costs import AT_MOST, growth
from tests.fakes.feed_site import Item, rss
from tests.fakes.publishers import Publisher, publishers, world
from tests.sources.hostile_answers import ENTITIES, MARK, spoiled

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
URL = "https://paper.example/feed"


class Watch:
    """What is kept between two looks: the last memo and every post, as a database has them."""

    def __init__(self) -> None:
        self.memo: EntryMemo | None = None
        self.posts: dict[PostKey, Post] = {}

    def recalled(self) -> RecalledEntries | None:
        return None if self.memo is None else RecalledEntries(self.memo, dict(self.posts))

    def look(self, body: bytes, at: datetime = NOW, url: str = URL) -> ParsedFeed | None:
        """Read it with what is kept; fails unless a reading without says the same."""
        try:
            expected = parse_feed(body, url=url, now=at)
        except SourceError as error:
            with pytest.raises(type(error)):
                parse_feed(body, url=url, now=at, keep=True, recalled=self.recalled())
            return None
        found = parse_feed(body, url=url, now=at, keep=True, recalled=self.recalled())
        assert replace(found, memo=None) == expected
        if found.memo is not None:
            self.memo = found.memo
            self.posts = {post.key: post for post in found.posts}
        return found


def calls(body: bytes, recalled: RecalledEntries | None, at: datetime = NOW) -> int:
    """Calls of our functions for a reading."""
    count = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and "/bot/" in frame.f_code.co_filename

    sys.setprofile(note)
    try:
        parse_feed(body, url=URL, now=at, keep=True, recalled=recalled)
    finally:
        sys.setprofile(None)
    return count


# -- the same with it and without --------------------------------------------------------------------------


@pytest.mark.invariant(1)
@settings(deadline=None, max_examples=12)
@given(publishers, st.sampled_from((1, 9, 20)), st.lists(st.integers(0, 3), min_size=19, max_size=19))
def test_whatever_a_publisher_does_a_memo_changes_nothing(
    publisher: Publisher, first: int, then: list[int]
) -> None:
    watch, every = Watch(), timedelta(minutes=90)

    for fetch, articles in enumerate(world(NOW, first=first, then=then, every=every)):
        at = NOW + every * fetch
        watch.look(publisher.feed(articles, fetch, at).encode(), at)


HEADS = (
    "<rss version='2.0'><channel><title>町の瓦版</title><link>https://paper.example/</link>",
    "<rss xmlns:dc='http://purl.org/dc/elements/1.1/' xml:base='https://b.example/x/'><channel><link>/</link>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY j 'juice'>]><rss><channel><language>en</language>",
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='ja'><title>t</title>",
    "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:m='http://search.yahoo.com/mrss/'><author><name>n</name>",
    "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel><title>c</title></channel>",
    "<rss><channel><title>open <description><![CDATA[never closed",
)
PIECES = (
    "<item>", "</item>", "<entry>", "</entry>", "<item rdf:about='https://a.example/r'>", "<item/>",
    "<title>川 &j; &amp; 海</title>", "<title>a<b>c", "<link>https://a.example/1</link>", "<link>/2</link>",
    "<link href='https://a.example/3'/>", "<link rel='self' href='https://paper.example/feed2'/>",
    "<guid>g1</guid>", "<guid isPermaLink='true'>https://a.example/g</guid>", "<id>tag:a.example,2026:1</id>",
    "<pubDate>Fri, 27 Nov 2026 10:00:00 +0900</pubDate>", "<updated>2026-11-27T10:00:00Z</updated>",
    "<pubDate>11月27日</pubDate>", "<pubDate>Sun, 28 Nov 2027 10:00:00 GMT</pubDate>",
    "<published>soon</published>", "<description><![CDATA[<p>one <a href='/x'>two</a></p>]]></description>",
    "<description>&lt;p>x", "<dc:date>2026-11-27</dc:date>", "<dc:creator>a@b.example (Hanako)</dc:creator>",
    "<author><name>N</name>", "<m:content url='x' xmlns:m='http://search.yahoo.com/mrss/'/>",
    "<x xmlns:dc='http://elsewhere.example/'/>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>d<item>e</item></div></content>",
    "<channel xml:base='https://c.example/'>", "</channel>", "</rss>", "</feed>", "<image><title>i</title>",
    "<![CDATA[", "]]>", "<!--", "-->", "<?pi", "</description>", "</title>", "&bare; < text",
    "<language>de</language>", "<enclosure url='a.mp3'/>", "<summary>s</summary>", "paper.example/feed",
)  # fmt: skip
GOOD = tuple(
    f"<item><title>記事 {n}</title><link>https://a.example/{n}</link><guid>{n}</guid>"
    f"<pubDate>Fri, 27 Nov 2026 1{n}:00:00 GMT</pubDate>"
    f"<description>&lt;p&gt;本文 {n}&lt;/p&gt;</description></item>"
    for n in range(9)
)
items = st.one_of(st.sampled_from(GOOD), st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join))
documents = st.tuples(st.sampled_from(HEADS), st.lists(items, max_size=8))


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """Documents of which each has most of what the one before had."""
    head, entries = draw(documents)
    found = [head + "".join(entries)]
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()) and entries:
            del entries[draw(st.integers(0, len(entries) - 1))]
        entries.insert(draw(st.integers(0, len(entries))), draw(items))
        head = draw(st.sampled_from(HEADS)) if draw(st.integers(0, 4)) == 0 else head
        found.append(head + "".join(entries))
    return found


@settings(deadline=None, max_examples=150)
@given(histories(), st.sampled_from((0, 1, 30)))
def test_whatever_stands_in_a_document_a_memo_changes_nothing(written: list[str], hours: int) -> None:
    watch = Watch()

    for look, text in enumerate(written):
        watch.look(text.encode(), NOW + timedelta(hours=hours) * look)


def hostile(body: bytes) -> Iterator[bytes]:
    yield from spoiled(body)
    for declared in ENTITIES.values():
        yield (declared + body.decode().partition("?>")[2].replace(MARK, "&j;" * 9)).encode()
    yield from (body[:end] for end in range(0, len(body), 1_009))
    yield from (body[:at] + b"</item><item>" + body[at:] for at in range(0, len(body), 1_499))


@pytest.mark.parametrize("end", ["</entry>", "</ITEM>", "</rss:item>"])
def test_what_follows_an_entry_before_its_end_tag_is_read_again(end: str) -> None:
    entry = f"<item><title>記事</title><link>https://a.example/1</link>{end}<title>町の瓦版</title></item>"
    watch, document = Watch(), f"<rss><channel>{entry}{GOOD[0]}</channel></rss>"

    names = [found.title for found in (watch.look(document.encode()), watch.look(document.encode())) if found]

    assert names == ["町の瓦版"] * 2


def test_a_hostile_answer_reads_the_same_after_a_good_one_and_before() -> None:
    good = rss(
        *(
            Item(f"{MARK} {n}", f"https://a.example/{n}", NOW - timedelta(hours=n), "<p>x</p>", f"{n}")
            for n in range(8)
        )
    )

    for bad in hostile(good):
        watch = Watch()
        for body in (good, bad, good):
            watch.look(body)


@pytest.mark.parametrize("kind", KINDS)
def test_feeds_of_usual_publishers_read_the_same_and_cost_less(kind: str) -> None:
    watch = Watch()
    first, then = (
        KINDS[kind](Edition("f", "s", range(n, n + 20)[::-1], NOW - timedelta(days=2), NOW)) for n in (0, 2)
    )

    watch.look(first)
    recalled = watch.recalled()
    watch.look(then)

    assert calls(then, recalled) < 0.6 * calls(then, None)


# -- when it is not believed ---------------------------------------------------------------------------------


def feed(*numbers: int, **more: str) -> bytes:
    return rss(
        *(
            Item(f"記事 {n}", f"https://a.example/{n}", NOW - timedelta(hours=n + 1), "<p>本文</p>", f"{n}")
            for n in numbers
        ),
        **more,
    )


def test_feed_is_read_in_full_once_a_day() -> None:
    watch = Watch()
    watch.look(feed(1, 2, 3))
    watch.look(feed(0, 1, 2), NOW + timedelta(hours=23))
    recalled = watch.recalled()

    assert recalled is not None
    assert recalled.memo.full_at == NOW
    late = NOW + timedelta(hours=25)
    assert calls(feed(0, 1, 2), recalled, late) == calls(feed(0, 1, 2), None, late)


def test_an_entry_whose_post_was_wiped_is_read_anew() -> None:
    watch = Watch()
    watch.look(feed(1, 2, 3))
    watch.posts = {key: replace(post, text="") for key, post in watch.posts.items()}

    found = watch.look(feed(0, 1, 2, 3))

    assert found is not None
    assert [post.text for post in found.posts] == [f"記事 {n}\n本文" for n in range(4)]


def test_another_home_page_is_another_reading() -> None:
    watch = Watch()
    watch.look(feed(1, 2, 3))
    watch.look(feed(0, 1, 2, 3, link="https://a.example/1"))


def test_date_to_come_is_none_until_it_has_come() -> None:
    watch = Watch()
    come = rss(
        Item("予告", "https://a.example/1", NOW + timedelta(hours=2), "x", "1"),
        Item("橋", "https://a.example/2", guid="2"),
    )

    first = watch.look(come)
    second = watch.look(come.replace("橋".encode(), "川".encode()), NOW + timedelta(hours=3))

    assert first is not None
    assert second is not None
    assert [post.created_at for post in (first.posts[0], second.posts[0])] == [None, NOW + timedelta(hours=2)]


def test_memo_holds_no_words_and_nobodys_name() -> None:
    watch = Watch()
    watch.look(
        rss(Item("秘密の見出し", "https://a.example/1", NOW, "秘密の本文", "1", more="<author>Hanako</author>"))
    )

    assert watch.memo is not None
    kept = b"".join(record for _, record in watch.memo.entries)
    assert not any(word.encode() in kept for word in ("秘密", "本文", "Hanako"))


@pytest.mark.invariant(11)
def test_what_is_kept_of_a_feed_is_bounded() -> None:
    long = "x" * 1_900
    watch = Watch()
    watch.look(rss(*(Item(f"{n}", f"https://a.example/{n}?{long}", NOW, "x", f"{n}{long}") for n in range(400))))

    assert watch.memo is not None
    assert sum(len(record) for _, record in watch.memo.entries) <= memo.MEMO_MAX


@pytest.mark.invariant(11)
@pytest.mark.parametrize(
    "piece", ["<item>", "<item><title>x</title>", "<item></item>", "<item><title>x</title></entry><entry></item>"]
)
def test_looking_for_entries_costs_as_the_feed_is_long(piece: str) -> None:
    def reading(size: int) -> Callable[[], object]:
        body = b"<rss><channel>" + piece.encode() * size
        return lambda: parse_feed(body + b"</channel></rss>", url=URL, now=NOW, keep=True)

    assert growth(reading, 600) <= AT_MOST


def test_the_stamp_is_of_all_modules_that_read() -> None:
    script = (
        "import sys, bot.sources.feed.wire\n"
        "from bot.sources.feed.memo import READING\n"
        "found = {name for name in sys.modules if name.startswith(('bot.sources.', 'bot.core.identity.'))}\n"
        "packages = {name for name in found if hasattr(sys.modules[name], '__path__')}\n"
        "print(sorted(found - packages - set(READING)), sorted(set(READING) - set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "[] []"
