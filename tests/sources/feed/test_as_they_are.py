"""Feeds as programs really write them: what is meant is read, and what is no news is not told."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.errors import NotAFeed, SourceBusy, SourceChanged
from bot.core.models import Post
from bot.sources.feed.wire import parse_feed
from tests.fakes.feed_site import Item, rss

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
AT = datetime(2026, 11, 28, tzinfo=UTC)
LINK = "https://a.example/1"


def posts(body: str | bytes) -> tuple[Post, ...]:
    return parse_feed(
        body.encode() if isinstance(body, str) else body, url="https://a.example/feed", now=NOW
    ).posts


def only(body: str | bytes) -> Post:
    (post,) = posts(body)
    return post


def item(more: str, attributes: str = "") -> Post:
    return only(rss(Item("話", LINK, more=more), attributes=attributes))


def entry(more: str, attributes: str = "") -> Post:
    return only(
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>瓦版</title>'
        f"<entry><id>urn:1</id><title>話</title>{more}</entry></feed>"
    )


def from_json(said: dict[str, Any], **about: Any) -> Post:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "瓦版",
        "items": [{"id": "1", "url": LINK} | said],
    }
    return only(json.dumps({name: value for name, value in (feed | about).items() if value is not None}))


# -- JSON ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"authors": {"name": "花子"}},
        {"authors": ["花子"]},
        {"author": "花子"},
        {"authors": [], "author": {"name": "花子"}},
        {"authors": None, "author": {"name": "花子"}},
    ],
)
def test_author_of_json_is_read_with_or_without_its_list(said: dict[str, Any]) -> None:
    assert from_json({"title": "話"} | said).author_name == "花子"


def test_number_in_the_place_of_a_text_of_json_is_read() -> None:
    post = from_json({"title": 2026, "date_published": int(AT.timestamp())})

    assert (post.text, post.created_at) == ("2026", AT)


def test_attachment_of_json_is_read_without_its_list() -> None:
    picture = {"url": "https://a.example/1.jpg", "mime_type": "image/jpeg"}

    assert [one.url for one in from_json({"title": "話", "attachments": picture}).media] == [picture["url"]]


def test_references_of_wordpress_in_a_title_of_json_are_characters() -> None:
    assert from_json({"title": "川 &#8211; 橋 &amp; 海"}).text == "川 – 橋 & 海"


@pytest.mark.parametrize("version", [None, "1.1", 1.1])
def test_json_with_entries_is_a_feed_whatever_it_says_of_its_version(version: object) -> None:
    assert from_json({"title": "話"}, version=version).text == "話"


SOUND = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "瓦版",
        "items": [
            {"id": "1", "url": LINK, "title": "川 [上] {下}", "content_text": "one, two // three"},
            {"id": "2", "url": "https://a.example/2", "title": "橋"},
        ],
    },
    ensure_ascii=False,
    indent=1,
)


@pytest.mark.parametrize(
    ("body", "read"),
    [
        pytest.param(SOUND.replace("  }\n ]", "  },\n ],"), 2, id="commas after the last"),
        pytest.param(SOUND.replace('   "id": "2"', '   // the second\n   "id": "2" /* "x": */'), 2, id="comments"),
        pytest.param(SOUND.replace('"id": "2"', '"id": "2", "a": NaN, "b": -Infinity, "c": undefined'), 2, id="x"),
        pytest.param(SOUND.replace('"id": "2"', '"id": "2", "a": True, "b": None'), 2, id="Python's words"),
        pytest.param(SOUND.replace('"items"', "items").replace('"橋"', "'橋'"), 2, id="bare and in single quotes"),
        pytest.param(SOUND.replace("two //", r"\x41 C:\path //"), 2, id="escapes that there are not"),
        pytest.param(SOUND.replace('"id": "2"', f'"n": {"9" * 5_000}, "id": "2"'), 2, id="a number without end"),
        pytest.param(SOUND.replace("  },", "  }"), 2, id="without a comma"),
        pytest.param(SOUND + "\n<!-- 3 queries -->", 2, id="text behind it"),
        pytest.param(f"/* made by x */ {SOUND}", 2, id="a comment before it"),
        pytest.param(f"<br />\n<b>Warning</b>: x on line <b>3</b><br />\n{SOUND}", 2, id="PHP"),
        pytest.param(f")]}}'\n{SOUND}", 2, id="guarded"),
        pytest.param(f"/**/ typeof back === 'function' && back({SOUND});", 2, id="a call"),
        pytest.param(SOUND[:-3], 2, id="cut behind the last entry"),
        pytest.param(SOUND[: SOUND.index('"橋"') + 2], 1, id="cut within the second entry"),
        pytest.param(SOUND[: SOUND.index("  },") + 4], 1, id="cut before the second entry"),
    ],
)
def test_json_that_strict_readers_refuse_is_read_as_far_as_it_goes(body: str, read: int) -> None:
    assert [post.url for post in posts(body)] == [LINK, "https://a.example/2"][:read]
    assert posts(body)[0].text.startswith("川 [上] {下}\n")


def test_json_that_is_cut_within_its_first_entry_is_broken() -> None:
    with pytest.raises(SourceChanged):
        posts(SOUND[: SOUND.index("one")])


@pytest.mark.parametrize("piece", ["[", '{"a":', "/*", "//", '"', "'", "\\", "a(", "{", ",", "<br><b>"])
def test_json_without_end_costs_as_it_is_long(piece: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        with contextlib.suppress(SourceChanged):
            posts('{"version": "https://jsonfeed.org/version/1", "items": [' + piece * times)
        return time.process_time() - began

    assert seconds(40_000) < 8 * max(seconds(10_000), 0.02)


@pytest.mark.parametrize(
    "body",
    ['{"error": "not found"}', '{"title": "API", "items": [{"kind": "video"}]}', '{"items": [{"id": "1"}]}', "[]"],
)
def test_other_json_is_no_feed(body: str) -> None:
    with pytest.raises(NotAFeed):
        posts(body)


def test_line_ends_and_tabs_within_a_text_of_json_break_nothing() -> None:
    body = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "川\n\tと橋"}, null, 5]}'

    assert only(body).text == "川 と橋"


# -- XML -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rel", ["alternate", " Alternate ", "alternate nofollow"])
def test_relation_of_a_link_is_one_of_its_words(rel: str) -> None:
    other = '<link rel="replies" type="text/html" href="https://a.example/1/comments"/>'

    assert entry(f'{other}<link rel="{rel}" href="{LINK}"/>').url == LINK


def test_link_in_the_language_of_the_feed_is_preferred() -> None:
    links = "".join(
        f'<link rel="alternate" hreflang="{language}" href="https://a.example/{language}/1"/>'
        for language in ("en", "ja-JP", "fr")
    )

    assert entry(links, 'xml:lang="ja"').url == "https://a.example/ja-JP/1"


@pytest.mark.parametrize("scheme", ["http://", "https://", "HTTPS://www."])
def test_namespace_is_known_however_its_address_begins(scheme: str) -> None:
    post = item(
        "<q:date>2026-11-28T00:00:00Z</q:date><m:thumbnail url='https://a.example/1.jpg'/>",
        f"xmlns:q='{scheme}purl.org/dc/elements/1.1/' xmlns:m='{scheme}search.yahoo.com/mrss/'",
    )

    assert post.created_at == AT
    assert [one.url for one in post.media] == ["https://a.example/1.jpg"]


def test_address_behind_one_that_counts_clicks_is_the_articles() -> None:
    more = f"<feedburner:origLink>{LINK}</feedburner:origLink>"

    assert only(rss(Item("話", "https://feeds.example/~r/x/~3/AbC/", more=more))).url == LINK


def test_comment_that_names_an_element_does_not_make_a_feed_a_page() -> None:
    body = rss(Item("話", LINK)).replace(b"<rss", b"<!-- <html> was here --><rss", 1)

    assert only(body).text == "話"
    with pytest.raises(NotAFeed):
        posts(b"<!-- <rss> was here --><html><body>x</body></html>")


def test_xhtml_with_a_prefix_keeps_its_paragraphs() -> None:
    content = '<content type="xhtml"><x:div><x:p>川</x:p><x:p class="b">橋</x:p></x:div></content>'

    assert entry(content, 'xmlns:x="http://www.w3.org/1999/xhtml"').text == "話\n川\n\n橋"


def test_character_that_was_numbered_in_halves_is_one() -> None:
    assert item("<description>a&#55357;&#56832;b&#xD83D;&#xDE00;c</description>").text == "話\na😀b😀c"


@pytest.mark.parametrize(
    "written",
    [
        "&amp;lt;p&amp;gt;川の&amp;lt;b&amp;gt;上&amp;lt;/b&amp;gt;&amp;lt;/p&amp;gt;",
        "<![CDATA[&lt;p&gt;川の&lt;b&gt;上&lt;/b&gt;&lt;/p&gt;]]>",
        "&lt;![CDATA[川の上]]&gt;",
    ],
)
def test_summary_that_was_escaped_once_too_often_is_read(written: str) -> None:
    assert item(f"<description>{written}</description>").text == "話\n川の上"


@pytest.mark.parametrize("said", ["<p> は段落です", "段落は <p>…</p> と書く", "a < b"])
def test_sentence_about_markup_keeps_it(said: str) -> None:
    escaped = said.replace("<", "&amp;lt;").replace(">", "&amp;gt;")

    assert item(f"<description>{escaped}</description>").text == f"話\n{said}"


@pytest.mark.parametrize(
    "written",
    [
        '<dc:creator>&lt;a href="https://a.example/u"&gt;花子&lt;/a&gt;、太郎</dc:creator>',
        "<dc:creator>花子</dc:creator><dc:creator>太郎</dc:creator><itunes:author>花子, 太郎</itunes:author>",
    ],
)
def test_authors_are_named_once_and_without_addresses(written: str) -> None:
    name = item(written).author_name or ""

    assert name.replace("、", ", ") == "花子, 太郎"


def test_episode_without_a_page_leads_to_its_sound() -> None:
    sound = '<enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="1"/>'

    assert only(rss(Item("第一回", guid="1", more=sound))).url == "https://a.example/1.mp3"
    assert item(sound).url == LINK


# -- encodings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "encoding", "title"),
    [
        ("zh-cn", "gb18030", "中文新闻标题"), ("zh-TW", "big5", "中文新聞標題"), ("ko", "cp949", "한국 뉴스 똠"),
        ("ru-RU", "cp1251", "Новости дня"), ("el", "cp1253", "Νέα της ημέρας"), ("tr", "cp1254", "Günün şiiri"),
        ("pl", "cp1250", "Źródła i łąki"), ("ja", "euc_jp", "橋のはなし"),
    ],
)  # fmt: skip
def test_old_encoding_that_nobody_declares_is_that_of_the_language(
    language: str, encoding: str, title: str
) -> None:
    body = (
        rss(Item(title, LINK)).decode().replace("<language>ja", f"<language>{language}").replace("町の瓦版", "x")
    )

    assert only(body.replace("試し刷り", "x").encode(encoding)).text == title


def test_characters_in_halves_of_utf_8_are_whole() -> None:
    assert only(rss(Item("川😀", LINK)).replace("😀".encode(), b"\xed\xa0\xbd\xed\xb8\x80")).text == "川😀"


# -- what is no news -------------------------------------------------------------------------------------


def test_failure_of_what_makes_a_feed_is_no_news() -> None:
    failure = Item("Bridge returned error 503! (20786)", "https://a.example/?_error_time=20786", AT)

    assert [post.text for post in posts(rss(failure, Item("話", LINK)))] == ["話"]
    with pytest.raises(SourceBusy, match="503"):
        posts(rss(failure))


@pytest.mark.parametrize(
    "space", ["http://prismstandard.org/namespaces/basic/2.0/", "http://purl.org/rss/1.0/modules/prism/"]
)
def test_date_of_a_journal_is_read_by_its_namespace(space: str) -> None:
    dated = "<prism:publicationDate>2026-11-27T10:00:00Z</prism:publicationDate>"

    assert only(rss(Item("話", LINK, more=dated), attributes=f'xmlns:prism="{space}"')).created_at == datetime(
        2026, 11, 27, 10, tzinfo=UTC
    )
