"""Feeds in every format and in bad shape: the same entry is the same post in each look, and nothing is made up."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.core.errors import NotAFeed, SourceChanged
from bot.core.identity.urls import normal_url
from bot.core.models import Network, Post
from bot.core.text import clean
from bot.sources.feed import wire
from bot.sources.feed.reading import FeedReading
from bot.sources.feed.text import SUMMARY_MAX
from bot.sources.feed.wire import ENTRIES_MAX, ID_MAX, LINK_TAG_MAX, TITLE_MAX, ParsedFeed, feed_parts, parse_feed
from tests.ending import ends_soon
from tests.fakes.feed_site import Item, rss

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PUBLISHED = datetime(2026, 11, 22, 21, 15, tzinfo=UTC)
URL = "https://news.example/feed.xml"
HATENA = 'xmlns:hatena="http://www.hatena.ne.jp/info/xmlns#"'
GOOGLE = 'xmlns:ht="https://trends.google.com/trending/rss"'


def read(body: bytes | str, content_type: str | None = None, url: str = URL) -> ParsedFeed:
    return parse_feed(
        body.encode() if isinstance(body, str) else body, url=url, now=NOW, content_type=content_type
    )


def only(body: bytes | str, url: str = URL) -> Post:
    (post,) = read(body, url=url).posts
    return post


def identities(body: bytes | str, url: str = URL) -> list[str]:
    return [post.canonical_id for post in read(body, url=url).posts]


def json_feed(*items: dict[str, Any]) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "町の瓦版", "items": items})


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja"><title>町の瓦版</title><link href="https://a.example/"/>
<entry><id>tag:a.example,2026:1</id><title>橋の話</title><link rel="alternate" href="https://a.example/1"/>
<published>2026-11-23T06:15:00+09:00</published><updated>2026-11-23T09:00:00+09:00</updated>
<author><name>花子</name></author>
<summary type="html">&lt;p&gt;川の&lt;b&gt;上&lt;/b&gt;で&lt;/p&gt;</summary></entry></feed>"""
RDF = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" {HATENA}>
<channel rdf:about="https://a.example/"><title>町の瓦版</title><link>https://a.example/</link></channel>
<item rdf:about="https://a.example/1"><title>橋の話</title><link>
https://a.example/1
</link><description>川の上で</description><dc:creator>花子</dc:creator><dc:date>2026-11-23T06:15:00+09:00</dc:date>
<hatena:bookmarkcount>42</hatena:bookmarkcount></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "町の瓦版",
        "items": [
            {
                "id": 17,
                "url": "https://a.example/1",
                "title": "橋の話",
                "content_html": "<p>川の<b>上</b>で</p>",
                "date_published": "2026-11-23T06:15:00+09:00",
                "authors": [{"name": "花子"}],
            }
        ],
    }
)
RSS_09 = """<rss version="0.91"><channel><title>町の瓦版</title><link>https://a.example/</link>
<item><title>橋の話</title><link>https://a.example/1</link><description>川の上で</description></item></channel></rss>"""


# -- formats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [ATOM, RDF, JSON_FEED], ids=["atom", "rdf", "json"])
def test_every_format_gives_the_same_post(body: str) -> None:
    post = only(body)

    assert read(body).title == "町の瓦版"
    assert (post.network, post.canonical_id) == (Network.WEB, "https://a.example/1")
    assert post.text == "橋の話\n川の上で"
    assert (post.url, post.author_name, post.created_at) == ("https://a.example/1", "花子", PUBLISHED)
    assert (post.rp, post.author_handle, post.source_id) == (None, None, None)


def test_the_oldest_rss_is_read_without_a_time() -> None:
    post = only(RSS_09)

    assert (post.text, post.created_at) == ("橋の話\n川の上で", None)


def test_rss_2_with_everything() -> None:
    item = Item("橋&の話", "/1?utm_source=rss&a=2#top", PUBLISHED, "<p>川の<i>上</i>で</p><script>x()</script>")

    post = only(rss(item))

    assert post.text == "橋&の話\n川の上で"
    assert post.url == "https://a.example/1?utm_source=rss&a=2#top"
    assert post.canonical_id == "https://a.example/1?a=2"
    assert (post.created_at, post.language) == (PUBLISHED, "ja")


def test_a_summary_that_only_repeats_the_title_is_left_out() -> None:
    assert only(rss(Item("橋の話", "https://a.example/1", summary="橋の話 と続き"))).text == "橋の話 と続き"


def test_a_whole_article_is_cut() -> None:
    post = only(rss(Item("橋の話", "https://a.example/1", summary="長い話。" * 5_000)))

    assert len(post.text) <= SUMMARY_MAX + len("橋の話\n…")


@pytest.mark.invariant(11)
def test_a_title_without_end_is_cut_and_still_tells_entries_apart() -> None:
    feed = read(rss(Item("長い題" * 2_000 + "一", ""), Item("長い題" * 2_000 + "二", "")))

    assert len({post.key for post in feed.posts}) == 2
    assert max(len(post.text) for post in feed.posts) <= TITLE_MAX


@pytest.mark.parametrize(
    ("summary", "shown"),
    [
        ("続きは https://a.example/1", "続きは"),
        ("続き (https://a.example/1)", "続き"),
        ("https://a.example/1https://a.example/1", "https://a.example/1"),
        ("https://a.example/1/more も", "https://a.example/1/more も"),
        ("(https://a.example/1)続く", "(https://a.example/1)続く"),
        ("(続き https://a.example/1)", "(続き)"),
        ("https://a.example/1　全角", "全角"),
    ],
)
def test_an_entrys_own_address_is_left_out_where_it_ends_something(summary: str, shown: str) -> None:
    assert only(rss(Item("題", "https://a.example/1", summary=summary))).text == f"題\n{shown}"


def test_a_time_to_come_is_unknown() -> None:
    assert only(rss(Item("予告", "https://a.example/1", NOW + timedelta(hours=1)))).created_at is None


TEN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Sun, 22 Nov 2026 19:00:00 +0900", TEN),
        ("Sun, 22 Nov 2026 19:00:00 +09:00", TEN),
        ("Sun, 22 Nov 2026 19:00:00 JST", TEN),
        ("Sun, 22 Nov 2026 11:00:00 CET", TEN),
        ("22 Nov 2026 10:00 UTC", TEN),
        ("Sun, 22 Nov 2026 05:00:00 EST", TEN),
        ("Sun, 22 Nov 2026 10:00:00 GMT", TEN),
        ("2026-11-22T19:00:00+09:00", TEN),
        ("2026-11-22T19:00:00+0900", TEN),
        ("2026-11-22T19:00+09:00", TEN),
        ("2026-11-22T19:00:00.987+09", TEN),
        ("2026-11-22 19:00:00 +0900", TEN),
        ("2026-11-22 05:00:00 -05:00", TEN),
        ("2026-11-22 19:00:00 JST", TEN),
        ("2026-11-22T10:00:00Z", TEN),
        ("2026-11-22T10:00:00", TEN),
        ("2026-11-22", TEN.replace(hour=0)),
        ("Sun, 22 Nov 2026 10:00:00", TEN),
        ("Sun, 22 Nov 2026 10:00:00 XST", TEN),
        ("Sun, 99 Nov 2026 10:00:00 JST", None),
        ("2026-11-24T10:00:00+0900", None),
        ("9999-12-31T23:59:59-09:00", None),
        ("2026-" + "1" * 5_000 + " JST", None),
        ("1" * 5_000 + " Nov 2026 10:00:00 JST", None),
    ],
)
def test_a_time_in_any_spelling(written: str, at: datetime | None) -> None:
    assert only(rss(Item("橋", "https://a.example/1", more=f"<pubDate>{written}</pubDate>"))).created_at == at


def test_a_time_of_publishing_to_come_leaves_that_of_the_last_change() -> None:
    body = ATOM.replace("2026-11-23T06:15:00+09:00", "2026-11-24T06:15+0900")

    assert only(body).created_at == datetime(2026, 11, 23, tzinfo=UTC)


PLAIN = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">A &lt;b&gt; B &amp;amp; C</title>
<entry><id>tag:a.example,2026:1</id><title type="{}">Why &lt;script&gt; is bad</title>
<{} type="{}">1 &lt; 2,
 &lt;p&gt;x&lt;/p&gt; &amp;amp; y</{}></entry></feed>"""


@pytest.mark.parametrize("where", ["summary", "content"])
def test_what_a_feed_calls_plain_is_shown_as_it_stands(where: str) -> None:
    feed = read(PLAIN.format("text", where, "text", where))

    assert feed.title == "A <b> B &amp; C"
    assert feed.posts[0].text == "Why <script> is bad\n1 < 2,\n<p>x</p> &amp; y"


@pytest.mark.parametrize("where", ["summary", "content"])
def test_what_a_feed_calls_html_is_read_as_html(where: str) -> None:
    assert only(PLAIN.format("html", where, "html", where)).text == "Why\n1 < 2,\n\nx\n\n& y"


def test_the_plain_text_of_json_is_shown_as_it_stands() -> None:
    assert only(json_feed({"id": "1", "content_text": "1 < 2 <b>x</b> &lt;"})).text == "1 < 2 <b>x</b> &lt;"
    assert only(json_feed({"id": "1", "content_html": "1 &lt; 2 <b>x</b>", "content_text": "y"})).text == "1 < 2 x"


# -- who is who ------------------------------------------------------------------------------------------


def test_the_same_article_in_two_feeds_is_one_post() -> None:
    here = only(rss(Item("橋の話", "http://WWW.a.example/1?utm_medium=rss", guid="x1")))
    there = only(rss(Item("橋の話【続報】", "https://www.a.example/1#comments", guid="55")))

    assert here.key == there.key


def test_an_entry_that_links_to_a_post_on_x_is_that_post() -> None:
    post = only(rss(Item("話題の投稿", "https://twitter.com/kawara_8/status/1992087654321098765?s=20")))

    assert post.key == "x:1992087654321098765"


def test_a_link_shared_by_all_is_no_identity() -> None:
    """Google Trends gives every entry the same link."""
    link = "https://trends.example/rss?geo=JP"
    feed = read(rss(Item("瓦版", link, PUBLISHED), Item("橋", link, PUBLISHED), link=link))
    later = read(rss(Item("橋", link, PUBLISHED), Item("瓦版", link, PUBLISHED + timedelta(hours=1)), link=link))

    assert len({post.key for post in feed.posts}) == 2
    assert feed.posts[1].key == later.posts[0].key
    assert feed.posts[0].key != later.posts[1].key, "the same words on another day are news"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://trends.example/rss?geo=JP", "http://trends.example/rss?geo=JP"),
        ("https://a.example/changes", "https://a.example/changes.xml"),
        ("https://a.example/changes/", "https://a.example/changes/feed?all=1"),
        ("https://a.example/changes#v2", "https://a.example/changes/feed/"),
        ("https://a.example/", "https://news.example/feed"),
        ("https://A.example:443", "https://news.example/feed"),
        ("https://news.example", "https://news.example/a/feed"),
    ],
)
def test_a_link_to_the_feeds_own_pages_is_no_identity_however_many_share_it(link: str, url: str) -> None:
    """What an entry is does not change with who else is there."""
    old, new = Item("v1", link, PUBLISHED, guid="1"), Item("v2", link, NOW, guid="2")
    days = [identities(rss(*items), url) for items in ([old], [new, old], [new])]

    assert days == [days[0], [*days[2], *days[0]], days[2]]
    assert days[0] != days[2]


def test_the_only_trend_of_a_day_is_the_same_beside_others() -> None:
    """Its link is the feed as the feed names itself, wherever it was asked for."""
    link = "https://trends.example/rss?geo=JP"
    one, two = Item("瓦版", link, PUBLISHED), Item("橋", link, PUBLISHED)

    def seen(*items: Item) -> list[str]:
        itself = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{link}"/>'
        return identities(rss(*items).replace(b"<channel>", f"<channel>{itself}".encode()))

    assert seen(two, one) == [*seen(two), *seen(one)]
    assert len(set(seen(two, one))) == 2


def test_a_link_shared_beside_the_feed_counts_until_another_entry_has_it() -> None:
    """Nothing in a lone entry tells a page of changes from an article."""
    link = "https://a.example/changes"
    old, new = Item("v1", link, guid="v1"), Item("v2", link, guid="v2")

    assert identities(rss(old)) == [link]
    assert identities(rss(new, old)) == ["news.example:v2", "news.example:v1"]


def test_entries_that_differ_only_in_the_fragment_are_distinguished() -> None:
    notes = [
        Item(f"v{each}", f"https://a.example/log#v{each}", guid=f"tag:a.example,2026:{each}") for each in "12"
    ]
    plain = [Item(f"v{each}", f"https://a.example/log#v{each}") for each in "12"]
    pages = [Item(f"v{each}", link, guid=link) for each in "12" for link in [f"https://a.example/log#v{each}"]]

    assert identities(rss(*notes)) == ["tag:a.example,2026:1", "tag:a.example,2026:2"]
    assert len(set(identities(rss(*plain)))) == 2
    assert identities(rss(*pages)) == ["https://a.example/log#v1", "https://a.example/log#v2"]


@pytest.mark.invariant(1)
@pytest.mark.parametrize("own", ["https://a.example/?p=7#comment-12", "https://a.example/bridge#comment-12"])
def test_part_of_a_page_is_not_the_page_though_no_other_part_stands_beside_it(own: str) -> None:
    [comment] = identities(rss(Item("花子より", "https://a.example/bridge#comment-12", guid=own)))
    [article] = identities(rss(Item("橋の話", "https://a.example/bridge")))

    assert comment == own
    assert comment != article


@pytest.mark.invariant(2)
@pytest.mark.parametrize("mark", ["#xtor=RSS-3208", "#rss", "#ref=rss-12"])
def test_mark_behind_an_address_makes_no_other_article_of_it(mark: str) -> None:
    marked = f"https://a.example/bridge{mark}"

    assert identities(rss(Item("橋", marked, guid=marked))) == identities(
        rss(Item("橋", "https://a.example/bridge"))
    )


def test_ids_that_are_numbers_are_ids() -> None:
    notes = json_feed(*({"id": each, "content_text": "同じ話"} for each in (1, 2, -3, 4.5, "5")))

    assert identities(notes) == [f"news.example:{each}" for each in ("1", "2", "-3", "4.5", "5")]


@pytest.mark.parametrize("text", ['"id": 5, x', '{"id":5}', '\\"id": 5,', '"id"', "id: 5,"])
def test_a_text_about_ids_stays_as_it_is(text: str) -> None:
    assert only(json_feed({"id": 1, "content_text": text})).text == text


def test_entries_without_title_link_and_id_are_distinguished_by_their_text() -> None:
    item = "<item><description>{}</description></item>"
    body = '<rss version="2.0"><channel><title>T</title>' + item.format("朝") + item.format("夕")

    assert len(set(identities(body + "</channel></rss>"))) == 2


@pytest.mark.parametrize("other", ["http://news.example/feed.xml", "https://www.news.example/x"])
def test_an_id_of_its_own_is_the_same_wherever_a_redirect_leads(other: str) -> None:
    body = rss(Item("橋の話", guid="55"), Item("橋の話"))

    assert identities(body) == identities(body, other)


def test_the_same_number_at_another_site_is_another_entry() -> None:
    body = rss(Item("橋の話", guid="55"), Item("橋の話"))

    assert not {*identities(body)} & {*identities(body, "https://b.example/feed.xml")}


def test_without_a_link_the_feeds_own_id_counts() -> None:
    assert only(rss(Item("橋の話", guid="tag:1"))).canonical_id == "tag:1"


def test_an_endless_identity_is_shortened_the_same_way_each_time() -> None:
    body = rss(Item("橋の話", "https://a.example/" + "x" * 1_000))

    assert only(body).canonical_id == only(body).canonical_id
    assert len(only(body).canonical_id) < ID_MAX


def test_an_entry_twice_is_one_post() -> None:
    item = Item("橋の話", "https://a.example/1")

    assert len(read(rss(item, item, Item("別の話", "https://a.example/2"))).posts) in {2, 3}
    assert len({post.key for post in read(rss(item, item)).posts}) == len(read(rss(item, item)).posts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example", "https://A.example:443/"),
        ("https://a.example/x?b=1&utm_source=q", "https://a.example/x?b=1"),
        ("https://a.example/x?fbclid=zz#frag", "https://a.example/x"),
        ("https://a.example/q?s=%E7%93%A6", "https://a.example/q?s=瓦"),
    ],
)
def test_addresses_that_mean_the_same(one: str, other: str) -> None:
    assert normal_url(one) == normal_url(other)


# -- where an entry leads --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/橋　川", "https://a.example/橋%E3%80%80川"),
        ("\n  https://a.example/?a=\n   b\r\n", "https://a.example/?a=b"),
        ("https://a.example/a\tb", "https://a.example/ab"),
        ("/a b", "https://news.example/a%20b"),
        ("a.html", "https://news.example/a.html"),
        ("http-guide/1", "https://news.example/http-guide/1"),
        ("see the page", None),
        ("https://a.example/" + " " * 300_000 + "x", None),
        ("https://" + "\n" * 300_000 + "x", None),
    ],
)
@ends_soon
def test_a_link_with_white_space_is_one(link: str, url: str | None) -> None:
    assert only(rss(Item("橋", link), link="")).url == url


@pytest.mark.parametrize("ampersand", ["&amp;", "&#38;", "&#x26;", "&"])
def test_an_ampersand_in_a_link_of_atom_is_one(ampersand: str) -> None:
    post = only(ATOM.replace("a.example/1", f"a.example/?a=1{ampersand}copy=2"))

    assert (post.url, post.canonical_id) == ("https://a.example/?a=1&copy=2",) * 2


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"url": "https://a.example/1", "external_url": "https://b.example/1"}, "https://a.example/1"),
        ({"external_url": "https://b.example/1", "id": "https://a.example/1"}, "https://b.example/1"),
        ({"id": "https://a.example/1"}, "https://a.example/1"),
        ({"id": "/1"}, None),
        ({"id": "4"}, None),
        ({"external_url": "4", "id": "4"}, "https://news.example/4"),
    ],
)
def test_an_item_of_json_leads_where_it_says(item: dict[str, Any], url: str | None) -> None:
    post = only(json_feed({"title": "橋の話", **item}))

    assert post.url == url
    assert post.canonical_id == (url or f"news.example:{item['id']}")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("<guid>4</guid>", None),
        ("<guid>/4</guid>", "https://a.example/4"),
        ("<guid>https://a.example/4</guid>", "https://a.example/4"),
        ('<guid isPermaLink="false">https://a.example/?p=4</guid>', None),
        ("<guid>4</guid><link>https://a.example/1</link>", "https://a.example/1"),
    ],
)
def test_an_id_is_a_link_only_where_it_is_an_address(written: str, url: str | None) -> None:
    assert only(rss(Item("橋の話", more=written))).url == url


def test_an_id_of_atom_that_is_a_number_is_no_link() -> None:
    post = only(ATOM.replace("tag:a.example,2026:1", "4").replace('<link rel="alternate" ', "<category "))

    assert (post.url, post.canonical_id) == (None, "news.example:4")


# -- other counts than reposts ---------------------------------------------------------------------------


def test_bookmarks_are_shown_as_what_they_are() -> None:
    post = only(RDF)

    assert (post.rp, post.score, post.score_name) == (None, 42, "bookmarks")


@pytest.mark.parametrize(
    ("written", "searches"), [("2000+", 2000), ("20K+", 20_000), ("2千+", 2000), ("５万+", 50_000), ("many", None)]
)
def test_searches_are_shown_as_what_they_are(written: str, searches: int | None) -> None:
    more = f"<ht:approx_traffic>{written}</ht:approx_traffic>"

    post = only(rss(Item("瓦版", at=PUBLISHED, more=more), attributes=GOOGLE))

    assert (post.rp, post.score) == (None, searches)
    assert post.score_name == (None if searches is None else "searches")


def test_each_entry_gets_its_own_count() -> None:
    def counted(number: int) -> Item:
        return Item(
            str(number), f"https://a.example/{number}", more=f"<h:bookmarkcount>{number}</h:bookmarkcount>"
        )

    plain = Item("0", "https://a.example/0")
    feed = read(rss(counted(3), plain, counted(5), attributes='xmlns:h="http://www.hatena.ne.jp/info/xmlns#"'))

    assert [post.score for post in feed.posts] == [3, None, 5]


# -- encodings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP"])
@pytest.mark.parametrize("declared", [True, False])
def test_japanese_encodings_declared_or_not(encoding: str, declared: bool) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if declared else ""
    body = head + RSS_09

    assert only(body.encode(encoding)).text == "橋の話\n川の上で"


def test_the_header_names_the_encoding() -> None:
    assert read(RSS_09.encode("euc_jp"), "text/xml; charset=EUC-JP").title == "町の瓦版"


def test_a_wrong_declaration_does_not_garble_utf_8() -> None:
    assert only('<?xml version="1.0" encoding="windows-1252"?>' + RSS_09).text == "橋の話\n川の上で"


# -- what others write wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "text", "url"),
    [
        ("<title>R & D</title><link>https://a.example/1</link>", "R & D", "https://a.example/1"),
        ("<title>AT&T</title><link>https://a.example/1</link>", "AT&T", "https://a.example/1"),
        ("<title>橋</title><link>https://a.example/?a=1&b=2</link>", "橋", "https://a.example/?a=1&b=2"),
        (
            "<title>&lt;橋&gt; & <![CDATA[川 & 山&x]]>&#38;amp;</title><link>https://a.example/?a=1&amp;b</link>",
            "<橋> & 川 & 山&x&",
            "https://a.example/?a=1&b",
        ),
    ],
)
def test_an_ampersand_written_as_itself_loses_no_entry(broken: str, text: str, url: str) -> None:
    body = rss(Item("前", "https://a.example/0"), Item("後", "https://a.example/2", more="</item><item>" + broken))

    feed = read(body)

    assert [post.text for post in feed.posts] == ["前", "後", text]
    assert feed.posts[2].url == url


@pytest.mark.invariant(6)
def test_ampersands_without_end_lose_no_entry() -> None:
    whole = rss(Item("橋の話", "https://a.example/1"), Item("MARK", "https://a.example/2"))

    assert len(read(whole.replace(b"MARK", b"& " * 20_001)).posts) == 2


def test_an_ampersand_written_as_itself_breaks_no_rdf() -> None:
    body = RDF.replace("橋の話", "Q&A").replace("https://a.example/1", "https://a.example/?a=1&b=2")

    assert (only(body).text, only(body).url) == ("Q&A\n川の上で", "https://a.example/?a=1&b=2")


def test_an_ampersand_in_the_name_of_a_feed_leaves_it_a_name() -> None:
    body = rss(Item("橋", "https://a.example/1"), title="R+D").replace(b"R+D", b"R & D")

    assert (read(body).title, len(read(body).posts)) == ("R & D", 1)


def test_a_text_within_cdata_is_not_escaped_twice() -> None:
    more = "<description><![CDATA[<p>橋 &amp; 川 & 山</p>]]></description>"

    assert [post.text for post in read(rss(Item("R&D", more=more)).replace(b"R&amp;D", b"R&D")).posts] == [
        "R&D\n橋 & 川 & 山"
    ]


# -- what is no feed, and what is broken -----------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"<", b"hello", b"[]", b'{"a": 1}', b"<a>" * 50_000, b"\x00\x01\x02", b"http://127.0.0.1:9/"]
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged, match="not a feed"):
        read(body)


@pytest.mark.parametrize("beside", ["", "<script src=https://geo.captcha-delivery.com/tag.js></script>"])
def test_a_page_says_where_its_feed_is(beside: str) -> None:
    page = f'<!doctype html><html><head>{beside}<link rel=alternate type="application/rss+xml" href=" /rss ">'

    with pytest.raises(NotAFeed, match=r"its feed is news\.example") as caught:
        read(page)
    assert caught.value.feed == "https://news.example/rss"


@pytest.mark.parametrize(
    "link",
    [
        "<LINK REL='Alternate' TYPE='application/atom+xml' HREF='/rss' TITLE='a > b'>",
        '<link rel="alternate" type="application/rss+xml" title="a &amp; b" href="/rss?a=1&amp;b=2"/>',
        "<link\nhref=/rss\ntype=application/feed+json\nrel=alternate\n>",
        '<link rel=preload href="/x"><!-- > --><link rel=alternate type=application/rss+xml href=/rss>',
        '<p><b><link rel=alternate type=application/rss+xml href="https://news.example/rss">',
    ],
)
def test_a_page_names_its_feed_in_any_spelling(link: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        read(f"<html><head><title>x</title>{link}</head>")
    assert (caught.value.feed or "").startswith("https://news.example/rss")


@pytest.mark.parametrize(
    "link",
    [
        "<!-- <link rel=alternate type=application/rss+xml href=/rss> -->",
        "<link rel=stylesheet type=application/rss+xml href=/rss>",
        "<link rel=alternate type=application/rss+xml href=javascript:x>",
        "<link rel=alternate type=application/rss+xml>",
        "<link rel=alternate hreflang=en href=/en>",
    ],
)
def test_a_page_that_names_no_feed_is_only_a_page(link: str) -> None:
    with pytest.raises(SourceChanged, match=r"a page, not a feed$"):
        read(f"<html><head>{link}</head>")


PAGES = {
    "emphasis": "<p>" + "".join(f"<b a{each}>" for each in range(1_500)) + "<p>x" * 4_000,
    "links": "<link rel=alternate href=x>" * 4_000,
    "open links": "<link " * 20_000,
    "open quotes": '<link a="' * 12_000,
    "attributes": "<link " + " ".join(f"a{each}" for each in range(15_000)) + ">",
    "comments": "<!--" * 25_000,
}


@pytest.mark.invariant(6)
@pytest.mark.parametrize("name", PAGES)
@ends_soon
def test_hostile_pages_in_the_place_of_a_feed_end_soon(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No tree is built of more than a tag: one of the first page took 2 GB."""

    def parser(html: str) -> LexborHTMLParser:
        assert len(html) <= LINK_TAG_MAX
        return LexborHTMLParser(html)

    monkeypatch.setattr(wire, "LexborHTMLParser", parser)

    with pytest.raises(SourceChanged, match="a page, not a feed"):
        read("<html><body>" + PAGES[name])


def test_a_body_cut_in_the_middle_of_a_character_gives_what_can_be_read() -> None:
    whole = rss(*(Item(f"{number}番の話", f"https://a.example/{number}", PUBLISHED) for number in range(20)))

    feed = read(whole[: len(whole) // 2 + 1])

    assert 5 <= len(feed.posts) < 20


def test_an_entry_that_a_feed_is_cut_in_is_left_for_the_next_fetch() -> None:
    """Half a title is another name, and a link that is missing another identity: it would be told twice."""
    whole = rss(*(Item(f"{number}番の話", f"https://a.example/{number}") for number in range(3))).decode()
    entries = [post.key for post in read(whole).posts]

    for end in range(whole.index("<item>", whole.index("</item>")), len(whole)):
        assert [post.key for post in read(whole[:end]).posts] == entries[: whole.count("</item>", 0, end)]


def test_a_longer_feed_than_any_is_bounded() -> None:
    dated = [
        Item(str(n), f"https://a.example/{n}", PUBLISHED - timedelta(hours=n)) for n in range(ENTRIES_MAX + 50)
    ]
    undated = [Item(str(number), f"https://a.example/{number}") for number in range(3 * ENTRIES_MAX)]

    assert len(read(rss(*dated)).posts) == ENTRIES_MAX
    assert len(read(rss(*undated)).posts) == 2 * ENTRIES_MAX  # until it is known where new ones come in


ARCHIVE = [Item(f"{number}番の話", f"https://a.example/{number}") for number in range(ENTRIES_MAX * 3)]
NEWS = Item("橋が開通", "https://a.example/new")


@pytest.mark.parametrize(
    "later",
    [
        pytest.param([*ARCHIVE, NEWS], id="last"),
        pytest.param([*ARCHIVE[1:], NEWS], id="last, and the oldest goes"),
        pytest.param([NEWS, *ARCHIVE], id="first"),
        pytest.param([NEWS, *ARCHIVE[:-1]], id="first, and the oldest goes"),
    ],
)
def test_of_a_long_feed_without_times_what_is_new_is_read_wherever_it_comes_in(later: list[Item]) -> None:
    """And nothing else that was not read before: it would be told."""
    first = parse_feed(rss(*ARCHIVE), url="https://a.example/feed", now=NOW)

    then = parse_feed(rss(*later), url="https://a.example/feed", now=NOW, cursor=first.cursor)
    again = parse_feed(rss(*later), url="https://a.example/feed", now=NOW, cursor=then.cursor)

    seen = {post.key for post in first.posts}
    assert [post.text for post in then.posts if post.key not in seen] == ["橋が開通"]
    assert [post.key for post in again.posts] == [post.key for post in then.posts]
    assert len(then.posts) == ENTRIES_MAX
    assert then.posts[0].text == "橋が開通"


@pytest.mark.parametrize("shown", [ENTRIES_MAX - 100, ENTRIES_MAX + 100, ENTRIES_MAX * 2 + 100])
@pytest.mark.parametrize("learned", [False, True])
def test_of_a_long_feed_without_times_that_is_cut_off_nothing_old_is_read(shown: int, learned: bool) -> None:
    first = parse_feed(rss(*ARCHIVE), url="https://a.example/feed", now=NOW)
    seen, cursor = {post.key for post in first.posts}, first.cursor
    if learned:  # that new entries come in last
        then = parse_feed(rss(*ARCHIVE, NEWS), url="https://a.example/feed", now=NOW, cursor=cursor)
        seen, cursor = seen | {post.key for post in then.posts}, then.cursor
    whole = rss(*ARCHIVE)
    cut = whole[: whole.index(b"<item>" + whole.split(b"<item>")[shown + 1][:30])]

    of_cut = parse_feed(cut, url="https://a.example/feed", now=NOW, cursor=cursor)
    last = Item("駅が開業", "https://a.example/last")
    after = parse_feed(rss(*ARCHIVE, NEWS, last), url="https://a.example/feed", now=NOW, cursor=of_cut.cursor)

    assert of_cut.posts
    assert {post.key for post in of_cut.posts} <= seen
    told = [post.text for post in after.posts if post.key not in seen]
    assert told == (["駅が開業"] if learned else ["駅が開業", "橋が開通"])


def test_of_a_long_feed_that_is_cut_off_what_comes_in_first_is_read() -> None:
    first = parse_feed(rss(*ARCHIVE), url="https://a.example/feed", now=NOW)
    cut = rss(NEWS, *ARCHIVE)[:-100_000]

    then = parse_feed(cut, url="https://a.example/feed", now=NOW, cursor=first.cursor)

    seen = {post.key for post in first.posts}
    assert [post.text for post in then.posts if post.key not in seen] == ["橋が開通"]


HOSTILE = {
    "billion laughs": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n > 1 else b"&a;" * 10) for n in range(1, 10)
    )
    + b']><rss version="2.0"><channel><title>&a9;</title><item><title>&a9;</title></item></channel></rss>',
    "a file": b'<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
    b"<title>&f;</title><item><title>&f;</title></item></channel></rss>",
    "deep": b'<rss version="2.0"><channel><item><title>' + b"<b>" * 200_000,
    "many": b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 100_000,
    "long title": rss(Item("長" * 500_000, "https://a.example/1")),
    "many links": rss(Item("x", "https://a.example/?" + "&".join("a=1" for _ in range(20_000)))),
    "nested json": b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 100_000,
    "wrong json": b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":{},"title":5,"url":[],"authors":7}]}',
    "bad port": rss(Item("x", "https://a.example:99999999/"), Item("y", "http://[::1/")),
    "open cdata": b'<rss version="2.0"><channel><item><title>& ' + b"<![CDATA[&" * 400_000,
    "ampersands": b'<rss version="2.0"><channel><item><title>' + b"&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * 100_000,
    "nul": rss(Item("a\x00b", "https://a.example/1")).replace(b"a", b"\x00a", 3),
    "shout": rss(Item("@everyone \u202edlrow", "javascript:alert(1)")),
}


@pytest.mark.invariant(6)
@pytest.mark.parametrize("name", HOSTILE)
@ends_soon
def test_hostile_feeds_end_soon_and_say_nothing_dangerous(name: str) -> None:
    try:
        posts = read(HOSTILE[name]).posts
    except SourceChanged:
        posts = ()

    for post in posts:
        assert "root:" not in post.text
        assert "\u202e" not in post.text
        assert "\x00" not in post.text
        assert len(post.text) < 100_000
        assert post.url is None or post.url.startswith(("http://", "https://"))


@pytest.mark.invariant(6)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<rss><channel>", b"<feed>", RDF.encode()[:400], b'{"items":[']),
)
def test_any_bytes_are_a_feed_or_a_named_error(tail: bytes, head: bytes) -> None:
    try:
        feed = read(head + tail)
    except SourceChanged:
        return
    assert all(post.canonical_id and len(post.canonical_id) <= ID_MAX for post in feed.posts)


@given(st.integers(0, len(RDF.encode())), st.integers(0, 255))
def test_a_damaged_byte_hurts_nothing_but_itself(at: int, value: int) -> None:
    body = bytearray(RDF.encode())
    if at < len(body):
        body[at] = value
    try:
        posts = read(bytes(body)).posts
    except SourceChanged:
        return
    assert len(posts) <= 1


@pytest.mark.parametrize("strange", ["\x01", "\x7f", "\x85", "\u202e"])
def test_id_with_what_cannot_be_shown_is_kept_as_one_that_can(strange: str) -> None:
    [post] = parse_feed(
        f'<rss version="2.0"><channel><title>T</title><item><title>a</title><guid isPermaLink="false">'
        f"urn:{strange}1</guid></item></channel></rss>".encode(),
        url=URL,
        now=NOW,
    ).posts

    assert clean(post.canonical_id) == post.canonical_id


SECRET_URL = "https://news.example:8443/board/s3cret.atom?key=t0ken&q=a"


@pytest.mark.invariant(10)
@pytest.mark.parametrize(
    "own", [SECRET_URL, SECRET_URL.partition("//")[2], f"feed:{SECRET_URL}", f"({SECRET_URL})", f"{SECRET_URL}#3"]
)
def test_a_feed_that_writes_its_own_address_tells_nobody_more_than_its_host(own: str) -> None:
    entry = Item(f"話 {own}", "https://a.example/1", PUBLISHED, f"続きは {own} で", more=f"<author>{own}</author>")

    feed = read(rss(entry, title=f"便り {own}"), url=SECRET_URL)

    assert "s3cret" not in str(feed)
    assert "t0ken" not in str(feed)
    assert "news.example:8443/…" in feed.posts[0].text
    assert feed.posts[0].url == "https://a.example/1"


@pytest.mark.invariant(10)
def test_the_address_that_was_asked_is_no_more_shown_than_the_one_it_led_to() -> None:
    items = [
        Item(f"話 {SECRET_URL}", SECRET_URL, PUBLISHED, guid="1"),
        Item("橋", "https://a.example/2", PUBLISHED),
    ]

    feed = parse_feed(rss(*items), url="https://news.example/public", now=NOW, asked=SECRET_URL)

    assert "t0ken" not in str([(feed.title, post.text, post.url) for post in feed.posts])


@pytest.mark.invariant(10)
def test_a_mere_host_in_a_text_stays() -> None:
    feed = read(rss(Item("news.example の話", "https://a.example/1", PUBLISHED)), url="https://news.example/")

    assert feed.posts[0].text == "news.example の話"


def dearest_part(items: Iterable[str]) -> int:
    """The most calls in one part of the reading of a feed with these items."""
    body = f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()
    parts, calls, dearest = feed_parts(FeedReading(body, "https://a.example/feed", NOW)), 0, 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        for _ in parts:
            dearest, calls = max(dearest, calls), 0
    finally:
        sys.setprofile(None)
    return max(dearest, calls)


@pytest.mark.invariant(6)
@pytest.mark.parametrize(
    "item",
    [
        "<item><title>{n} ㌀㌀㌀</title><link>http://日本.例え.jp/あ{n}</link><description>a</description></item>",
        "<item><title>{n}</title><link>http://a.example/1</link><pubDate>令和8年11月28日 午後3時</pubDate></item>",
        "<item><title>{n}</title><guid>{n}</guid><link>http://a.example/1</link></item>",
    ],
)
def test_no_part_of_a_reading_grows_with_the_entries_of_a_feed(item: str) -> None:
    some, twice = (dearest_part(item.format(n=n) for n in range(count)) for count in (200, 400))

    assert twice <= 1.5 * some
