"""What entries of feeds say: nothing of a text is lost, and nobody's mail address is told."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import pytest

from bot.core.models import Post
from bot.sources.feed.text import author_of
from bot.sources.feed.wire import parse_feed

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
URL = "https://news.example/feed.xml"


def only(item: str, *, url: str = URL) -> Post:
    head = "<rss version='2.0'><channel><title>T</title><link>https://a.example/</link>"
    (post,) = parse_feed(f"{head}<item>{item}</item></channel></rss>".encode(), url=url, now=NOW).posts
    return post


@pytest.mark.parametrize(
    "title",
    [
        "Option<T> and Result<T, E>", "if a<b then c>d", "x << 2", "<3", "How to use <br-list>", "<b> without end",
        "The <select> element", "<T>", "List<List<int>>", "1 < 2 && 3 > 2", "<速報> 橋が開く", "AT&T",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["escaped", "cdata", "bare"])
def test_brackets_of_a_title_are_kept(title: str, form: str) -> None:
    written = {"escaped": escape(title), "cdata": f"<![CDATA[{title}]]>", "bare": title}[form]

    assert only(f"<title>{written}</title><link>https://a.example/1</link>").text == title


@pytest.mark.parametrize(
    "title", ["<b>橋</b>が<i>開く</i>", "橋が<br/>開く", '<a href="https://a.example/1">橋</a>が開く']
)
def test_markup_of_a_title_is_none_of_it(title: str) -> None:
    text = only(f"<title>{escape(title)}</title><link>https://a.example/1</link>").text

    assert "<" not in text
    assert "橋" in text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("noreply@blogger.com (山田太郎)", "山田太郎"),
        ("山田太郎 <taro@mail.example>", "山田太郎"),
        ('"Yamada, Taro" <taro@mail.example>', "Yamada, Taro"),
        ("taro@mail.example", None),
        ("mailto:taro@mail.example", None),
        ("(taro@mail.example)", None),
        ("taro@mail.example, hanako@mail.example", None),
        ("花子 (hanako@mail.example)", "花子"),
        ("@hanako_8", "@hanako_8"),
        ("花子", "花子"),
        ("noreply@blogger.example (花子 (はなこ))", "花子 (はなこ)"),
        ("hanako (at) news.example", None),
        ("hanako [at] news [dot] example (花子)", "花子"),
        ("<b>花子</b>", "花子"),
        ('<a href="mailto:hanako@news.example">花子</a>', "花子"),
        ("花子 &amp; 太郎", "花子 & 太郎"),
        ("A&B社 <広報>", "A&B社 <広報>"),
        ("", None),
    ],
)
def test_authors_are_names_and_never_mail_addresses(written: str, name: str | None) -> None:
    assert author_of([written]) == name


def test_several_authors_are_named_once_each() -> None:
    assert author_of(["花子", "太郎", "花子"]) == "花子, 太郎"


def test_text_that_is_set_as_written_keeps_its_lines() -> None:
    summary = escape("<p>how:</p><pre><code>def a():\n    return 1\n</code></pre>")

    assert only(f"<title>t</title><description>{summary}</description>").text == "t\nhow:\n\ndef a():\nreturn 1"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("一行目\n二行目", "一行目\n二行目"),
        ("\n   first  line \n\tsecond line\n", "first line\nsecond line"),
        ("一行目\r\n\r\n \r\n\r\n二行目", "一行目\n\n二行目"),
        ("a &lt; b &amp;amp; c\nd &gt; e", "a < b & c\nd > e"),
        ("<![CDATA[AT&T\n「橋」]]>", "AT&T\n「橋」"),
    ],
)
def test_plain_text_keeps_the_lines_it_was_written_in(written: str, text: str) -> None:
    assert only(f"<title>t</title><description>{written}</description>").text == f"t\n{text}"


@pytest.mark.parametrize("said", ["", ' type="text"'])
def test_plain_text_of_atom_keeps_its_lines_and_its_brackets(said: str) -> None:
    entry = f"<entry><id>a:1</id><title>t</title><summary{said}>1 &lt; 2\n&lt;b> ends\n\n\nthere</summary></entry>"
    body = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'

    (post,) = parse_feed(body.encode(), url=URL, now=NOW).posts

    assert post.text == "t\n1 < 2\n<b> ends\n\nthere"


def test_lines_of_a_source_of_html_are_white_space() -> None:
    summary = escape("<p>橋が\n 開いた</p>\n<p>川の\n上で</p>")
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a:1</id><title>t</title>'
        '<summary type="html">one\nsentence</summary></entry></feed>'
    )

    assert only(f"<title>t</title><description>{summary}</description>").text == "t\n橋が 開いた\n\n川の 上で"
    assert parse_feed(body.encode(), url=URL, now=NOW).posts[0].text == "t\none sentence"


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        ('橋が開いた。<a href="https://a.example/1">続きを読む</a>', "橋が開いた。続きを読む"),
        ('橋が開いた。<a href="https://a.example/1?utm_source=rss#more">続き</a>', "橋が開いた。続き"),
        ("橋が開いた。 https://a.example/1", "橋が開いた。"),
        ("橋が開いた。 https://a.example/1?utm_source=rss&utm_medium=feed", "橋が開いた。"),
        ("橋が開いた。 http://a.example/1#more", "橋が開いた。"),
        ("橋 https://a.example/1?page=2", "橋 https://a.example/1?page=2"),
        ('橋が<a href="https://b.example/">開いた</a>', "橋が開いた (https://b.example/)"),
        ('<a href="/b">地図</a>', "地図 (https://a.example/b)"),
        ("<iframe src='https://v.example/'>橋が開いた", "橋が開いた"),
    ],
)
def test_the_entrys_own_address_is_no_text_and_others_are_whole(summary: str, text: str) -> None:
    post = only(f"<title>橋</title><link>https://a.example/1</link><description>{escape(summary)}</description>")

    assert post.text.removeprefix("橋\n") == text


@pytest.mark.parametrize("summary", ["橋が開く", "<p>「橋が開く」</p>", "<b>橋が 開く</b>"])
def test_a_headline_that_is_repeated_is_said_once(summary: str) -> None:
    assert only(f"<title>橋が開く</title><description>{escape(summary)}</description>").text == "橋が開く"


def test_base64_is_read() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a:1</id><title>t</title>'
        '<content type="application/octet-stream">5qmL44GM6ZaL44GP</content></entry></feed>'
    )

    assert parse_feed(body.encode(), url=URL, now=NOW).posts[0].text == "t\n橋が開く"


def test_title_is_distinguished_from_what_stands_below_it() -> None:
    assert only("<title>橋</title><description>川の上で</description>").titled
    assert not only("<title>橋</title>").titled
    assert not only(f"<description>{escape('<p>一</p><p>二</p>')}</description>").titled


def test_entities_that_a_feed_declares_itself_are_read_unless_they_hold_others() -> None:
    body = (
        '<!DOCTYPE rss [<!ENTITY x "橋"><!ENTITY lol "&x;&x;">]><rss><channel><title>T</title>'
        "<item><title>&x; &nbsp; &eacute; &lol; &none;</title></item></channel></rss>"
    )

    assert parse_feed(body.encode(), url=URL, now=NOW).posts[0].text == "橋 é &lol; &none;"
