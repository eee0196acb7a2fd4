"""Hostile texts made of repeated pieces: what is opened and never closed, a thousand of what should be one.

A text is a frame, and in it pieces one after the other, each repeated until it has its share of the size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.core import text
from bot.core.errors import SourceError
from bot.core.identity import urls, x_ids
from bot.sources.bluesky.wire import expand, parse_page
from bot.sources.fediverse import mastodon_wire, misskey_wire
from bot.sources.fediverse.mfm import MFM_MAX, mfm_to_text
from bot.sources.feed.wire import parse_feed
from bot.sources.http import rate_limit_headers
from bot.sources.http.charset import decode
from bot.sources.http.client import JSON_MAX
from bot.sources.http.robots import RULES_MAX
from bot.sources.http.robots_rules import rules_for
from bot.sources.parsing import links
from bot.sources.parsing.html_text import HTML_MAX, html_to_text
from bot.sources.trendpage.page import PAGE_MAX, parse
from bot.sources.x import wire

NOW: Final = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
FEED_MAX: Final = 5_000_000
LINE_MAX: Final = 10_000
Frame = tuple[str, str]

TEXT: Final = (
    "a", "a ", "\n", "\n ", " ", "\u3000", "- ", "\n1. ", "@everyone", "https://a.b/ ", "https://a.b",
    "://", "*", "[", "\\", "\u200d", "\u0301", "👩\u200d", "🇯🇵", "é", "ﷺ", "\r", "\u202e", "<", "#",
    "a.", "a=b&", "%41", "%", "か\u3099",
)  # fmt: skip
HTML: Final = (
    "<b>", "<p>", "<div>", "</div>", "<b><p>", "<a href='https://a/'>x</a>", "<a>", "&amp;", "& ",
    "<!--", "<![CDATA[", "<svg>", "<table>", "<tr><td>1", "<tr><th>RP<td>1",
    "<table><tr><th>RP</th><th>a</th></tr></table>", "<table><tr><td>", "<b", "a=b ", "<li>1 RP",
    "<br>", "<blockquote>", "</blockquote>", "<span>", "<span class='rp'>1</span>",
    "<blockquote><p>a</p>— a (@a) <a href='https://x.com/a/status/1'>2026年1月1日</a></blockquote>",
    "<i class=rt></i>1", "1 ", "1,", "RP 1 ", "2026年11月22日\n", "<p>a 2026年11月22日</p>", "— a (@b) ",
    "<hr>", "1%", "女性", "(20代 ", "a のトレンド ", "<h2>人気のポスト</h2>", "12:34 ", "<font>", "<nobr>",
    "<button>", "<option>", "<math><mi>",
)  # fmt: skip
XML: Final = (
    "<item/>", "<item>", "<item><title>a</title><link>http://e/1</link></item>", "<a>", "<![CDATA[",
    "<![CDATA[a]]>", "<link>http://e/1</link>", "<category>c</category>",
    "<enclosure url='http://e/a'/>", "&amp;", "& ", "<guid>a</guid>", "<!-- a -->", "<?a ",
    "<h:bookmarkcount>1</h:bookmarkcount>", "<item a='b' ", "<b xmlns:q='u'>", "&a;",
    "<item><title>&</title></item>", "<description>&lt;div&gt;",
    "<pubDate>Wed, 25 Nov 2026 10:00:00 JST</pubDate>",
)  # fmt: skip
JSON: Final = (
    "[", '{"a":', '"a",', "1,", '{"id":1},', '{"id":"1","content_text":"a"},',
    '{"id":1e9,"content_html":"<b>"},', '"id" : ', '"id":1 ', '\\"', "\\u0041", "null,", " ",
)  # fmt: skip
MFM: Final = (
    "**", "~~", "$[x ", "[a](", "`", "<b>", "\\(", "> ", "https://a", ":a", "_a_", "<plain>", "```\n",
    "$[ruby ", "[", "](http://a)", "]", "</b>", "?[", "@a", "<http://a>", "](http://a(b)", "$[a.",
    "__ ", "~~\n",
)  # fmt: skip
ROBOTS: Final = (
    "user-agent:a\n", "user-agent:*\n", "user-agent:kawaraban\n", "user-agent:k\n", "disallow:/a\n",
    "allow:/*a\n", "*a", "/", "$", "%41", "user-agent ", "#\n", "sitemap:a\n", "allow:*$\n",
)  # fmt: skip


@dataclass(frozen=True)
class Parser:
    """Something that reads what others wrote: how much of it, in which frames, and of which pieces."""

    name: str
    read: Callable[[str], object]
    cap: int
    pieces: Sequence[str]
    frames: Sequence[Frame] = (("", ""),)

    def work(self, frame: Frame, pieces: Sequence[str]) -> Callable[[int], Callable[[], object]]:
        """Of a size in bytes, the reading of such a text."""

        def of(size: int) -> Callable[[], object]:
            body = made(frame, pieces, size)
            return lambda: named(self.read, body)

        return of


def made(frame: Frame, pieces: Sequence[str], size: int) -> str:
    """A text of at most so many bytes."""
    room = (size - sum(len(part.encode()) for part in frame)) // len(pieces)
    return frame[0] + "".join(piece * (room // len(piece.encode())) for piece in pieces) + frame[1]


def named(read: Callable[[str], object], body: str) -> object:
    """What was read, or the error that names what is wrong."""
    try:
        return read(body)
    except (SourceError, ValueError) as error:
        return error


def _feed(kind: str) -> Callable[[str], object]:
    return lambda body: parse_feed(body.encode(), url="http://e.example/f", now=NOW, content_type=kind)


def _facets(body: str) -> object:
    spans = [((at, at + 2), "https://a.b/") for at in range(0, len(body.encode()), 3)]
    return expand(body, spans)


_RSS: Final = "<rss version='2.0' xmlns:h='http://www.hatena.ne.jp/info/xmlns#'><channel><title>t</title>"
_ATOM: Final = "<feed xmlns='http://www.w3.org/2005/Atom'>"
_JSON: Final = '{"version":"https://jsonfeed.org/version/1.1","items":['
PARSERS: Final = (
    Parser(
        "trend page", lambda body: parse(body.encode(), now=NOW), PAGE_MAX, HTML + TEXT,
        (("<html><body>123件のポスト 2026年11月28日 10:00 <h2>人気のポスト</h2>", ""), ("<html><body><table>", ""),
         ("<html><body><blockquote class=twitter-tweet><p>", ""), ("<html><p class='", "'>"), ("", "")),
    ),
    Parser(
        "rss", _feed("application/rss+xml"), FEED_MAX, XML + TEXT,
        ((_RSS, "</channel></rss>"), (f"{_RSS}<item><title>", "</title></item></channel></rss>"),
         (f"{_RSS}<item><link>", "</link></item></channel></rss>"), ("<?xml ", "?><rss/>"), ("<html><head>", "")),
    ),
    Parser("atom", _feed("application/atom+xml"), FEED_MAX, ("<entry>", "<entry><id>1</id></entry>", *XML),
           ((_ATOM, "</feed>"), (f"{_ATOM}<entry><link href='", "'/></entry></feed>"))),
    Parser("json feed", _feed("application/feed+json"), FEED_MAX, JSON,
           ((_JSON, '{"id":"2"}]}'), (f'{_JSON}{{"id":"', '"}]}'), (f'{_JSON}{{"id":', "}]}"))),
    Parser("robots.txt", lambda body: rules_for("kawaraban", body), RULES_MAX, ROBOTS,
           (("", ""), ("user-agent:*\n", ""))),
    Parser("encodings", lambda body: decode(body.encode("cp932", "replace"), None), PAGE_MAX,
           (*TEXT, "あ", "ﾃ", "\x1b$")),
    Parser("content type", lambda body: decode(b"\xff", f"text/html; {body}"), LINE_MAX, (*TEXT, "charset", "="),
           (("", ""), ("charset", ""), ("charset=", ""))),
    Parser("html of a post", html_to_text, HTML_MAX, HTML + TEXT, (("", ""), ("<a href='https://a.b/'>", "</a>"))),
    Parser("mfm", mfm_to_text, MFM_MAX, MFM + TEXT, (("", ""), ("[", ""), ("$[ruby ", ""))),
    Parser("mastodon", lambda body: mastodon_wire.parse_statuses(body.encode()), JSON_MAX, JSON, (("[", "]"),)),
    Parser("misskey", lambda body: misskey_wire.parse_notes(body.encode()), JSON_MAX, JSON, (("[", "]"),)),
    Parser("bluesky", lambda body: parse_page(body.encode()), JSON_MAX, JSON, (('{"posts":[', "]}"),)),
    Parser("x", lambda body: wire.parse_page(body.encode()), JSON_MAX, JSON, (('{"data":[', "]}"),)),
    Parser("links of bluesky", _facets, LINE_MAX, TEXT),
    Parser("hashtag", mastodon_wire.hashtag, LINE_MAX, (*TEXT, "·", "・", "1", "_")),
    Parser("question to x", wire.search_query, LINE_MAX, TEXT),
    Parser("shown link", lambda body: links.link_text(body, "https://a.b/"), HTML_MAX, TEXT),
    Parser("status of x", x_ids.status_id, HTML_MAX, TEXT, (("", ""), ("https://", "/status/1"))),
    Parser("address", urls.normal_url, LINE_MAX, TEXT, (("https://a.b/", ""), ("https://a.b/?", ""))),
    Parser("header of times", lambda body: rate_limit_headers.rate_limit_reset({"retry-after": body}, NOW), 64_000,
           (*TEXT, "1", "Mon, ", "(", "2026-")),
    Parser("clean", text.clean, HTML_MAX, TEXT),
    Parser("fold", text.fold, HTML_MAX, TEXT),
    Parser("topic", text.make_topic, LINE_MAX, TEXT),
    Parser("escape", text.escape, HTML_MAX, TEXT),
    Parser("excerpt", lambda body: text.excerpt(body, 4_000), HTML_MAX, TEXT),
    Parser("label", lambda body: text.label(body, 80), HTML_MAX, TEXT),
    Parser("paragraphs", lambda body: text.paragraphs(body, 10), HTML_MAX, TEXT),
    Parser("fingerprint", text.fingerprint, HTML_MAX, TEXT),
)  # fmt: skip
