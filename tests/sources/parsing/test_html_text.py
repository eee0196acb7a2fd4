from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.parsing.html_text import HTML_MAX, TAGS_MAX, html_to_text, tree_to_text
from tests.ending import ends_soon
from tests.repeats import excess_of_lines

LONG: Final = "https://news.example/2026/11/a-very-long-path?from=fedi&page=2"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("ただの文字", "ただの文字"),
        ("<p>一段落目</p><p>二段落目</p>", "一段落目\n\n二段落目"),
        ("<p>一行目<br>二行目<br />三行目</p>", "一行目\n二行目\n三行目"),
        ("<p>間<br><br><br><br>隔</p>", "間\n\n隔"),
        ("<div>上</div><div>下<div>中</div></div>後", "上\n下\n中\n後"),
        ("<ul><li>米</li><li>味噌</li></ul><p>以上</p>", "• 米\n• 味噌\n\n以上"),
        ("<p>a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>", "a <b> & \"c\" 'd'"),
        ("<p>行頭\n   の  空白</p>", "行頭 の 空白"),
        ("<p>全角　空白</p>", "全角　空白"),
        ("制御 \x1f 文字", "制御 文字"),
        ("<p>制御 \x1f 文字</p>", "制御 文字"),
        ('<a href="https://a.example/">続き <br> を  <b> 読む</b></a>', "続き を 読む (https://a.example/)"),
        ("<p>:kawaraban: 刷りました</p>", ":kawaraban: 刷りました"),
        ('<img alt=":neko:" class="custom-emoji" src="x"><img alt="写真" src="y">', ":neko:"),
        ("見<!-- 見えない -->える", "見える"),
        ("切れた<b>タグ", "切れたタグ"),
        ("<ruby>瓦版<rp>(</rp><rt>かわらばん</rt><rp>)</rp></ruby>", "瓦版(かわらばん)"),
        ("右&#x202E;左&#x2066;間&#8237;", "右左間"),
    ],
)
def test_html_reads_as_a_person_would_see_it(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_link_cut_for_display_is_given_whole() -> None:
    html = (
        f'<p>記事: <a href="{LONG.replace("&", "&amp;")}" rel="nofollow" target="_blank">'
        '<span class="invisible">https://</span><span class="ellipsis">news.example/2026/11/a-very</span>'
        '<span class="invisible">-long-path?from=fedi&amp;page=2</span></a> を読む</p>'
    )

    assert html_to_text(html) == f"記事: {LONG} を読む"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://a.example/x">続きを読む</a>', "続きを読む (https://a.example/x)"),
        ('<a href="https://a.example/x"><b>続き</b><br>を読む</a>', "続き を読む (https://a.example/x)"),
        ('<a href="https://trap.example/">https://bank.example</a>', "https://trap.example/"),
        ('<a href="https://trap.example/">bank.example/login</a>', "https://trap.example/"),
        ('<a href="javascript:alert(1)">押す</a>', "押す"),
        ('<a href="https://a.example/ x">押す</a>', "押す"),
        ("<a>宛先なし</a>", "宛先なし"),
    ],
)
def test_link_with_its_own_words_shows_where_it_leads(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://m.example/tags/x" class="mention hashtag" rel="tag">#<span>電力</span></a>', "#電力"),
        ('<a href="https://m.example/tags/x" rel="tag">#電力</a>', "#電力"),
        (
            '<span class="h-card"><a href="https://m.example/@t" class="mention">@<span>taro</span></a></span>',
            "@taro",
        ),
    ],
)
def test_hashtag_and_mention_stay_what_they_say(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<script>SECRET</script>",
        "<style>SECRET</style>",
        "<template><p>SECRET</p></template>",
        "<svg><text>SECRET</text></svg>",
        '<p class="quote-inline">RE: <a href="https://a.example/1">SECRET</a></p>',
        '<span class="quote-inline"><br/>RE: SECRET</span>',
        '<a href="https://a.example/">読む<script>SECRET</script></a>',
    ],
)
def test_what_a_reader_never_sees_is_left_out(html: str) -> None:
    assert "SECRET" not in html_to_text(f"<p>前</p>{html}<p>後</p>")


@pytest.mark.parametrize(
    "piece", ["<div>", "<b>", '<a href="https://a.example/"><table><td>', "<li>", "&", "a.b ", "<svg><g>"]
)
@ends_soon
def test_hostile_nesting_costs_no_more_than_a_long_post(piece: str) -> None:
    """A quarter of it took 5 ms, and without the bounds 30 s for nested <div>."""
    html_to_text(piece * 400_000)


@pytest.mark.invariant(11)
@pytest.mark.parametrize("wrap", ["<marquee>", "<applet>", "<table><tr><td>"])
def test_links_within_links_cost_as_many_as_they_are(wrap: str) -> None:
    """Elements in which a link may stand within a link again, around a text that reads as a tag."""

    def nested(links: int) -> Callable[[], object]:
        html = f'<a href="https://a.example/">{wrap}' * links + "#瓦版"
        return lambda: html_to_text(html)

    assert not excess_of_lines(nested, TAGS_MAX // (1 + wrap.count("<")))


def test_long_post_is_cut_by_length_and_by_number_of_elements() -> None:
    long_text = html_to_text("字" * (HTML_MAX + 100))
    many_lines = html_to_text("行<br>" * (TAGS_MAX + 100))

    assert len(long_text) == HTML_MAX
    assert many_lines.count("行") == TAGS_MAX + 1


PIECES = st.sampled_from([
    *("<p>", "</p>", "<br>", "<div>", "</div>", "<ul>", "<li>", "<pre>", "<table>", "<td>", "<select>", "<svg>"),
    *("</svg>", "<math>", "<!--", "-->", "<![CDATA[", "<plaintext>", "<frameset>", "<textarea>", "<", "&", '"'),
    *("<script>SECRET</script>", "<style>SECRET</style>", "<template>SECRET</template>", "&#x202e;", "&#1564;"),
    *("<a href='https://a.example/'>", "</a>", "<a class='mention'>", "<img alt='\u2066'>", "\u202e", "\x1e"),
])  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_no_html_raises_or_turns_the_reading_direction(html: str) -> None:
    text = html_to_text(html)

    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x1d\x1e")
    assert "\n\n\n" not in text
    assert text == text.strip(" \t\n")


@given(st.lists(st.sampled_from(["<p>", "</p>", "<br>", "<div>", "<b>", "</b>", "<ul><li>", "語"]), max_size=20))
def test_no_surroundings_bring_a_script_into_the_text(pieces: list[str]) -> None:
    half = len(pieces) // 2
    html = "".join(pieces[:half]) + "<script>SECRET</script><style>SECRET</style>" + "".join(pieces[half:])

    assert "SECRET" not in html_to_text(html)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]), max_size=60))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert html_to_text(f"<p>{escaped}</p>") == text


PLAIN: Final = st.sampled_from(
    ["<p>", "</p>", "<br>", "<br />", "<BR/>", "</P>", " ", "  ", "\n", "\r\n", "　", "語", "a"]
)


@given(st.lists(PLAIN | st.text(max_size=4), max_size=20).map("".join))
def test_bare_paragraphs_read_the_same_without_a_tree(html: str) -> None:
    """A comment makes a tree of it, and is not shown."""
    assert html_to_text(html) == html_to_text(html + "<!---->")


@given(st.lists(PLAIN | st.text(max_size=4), max_size=12).map("".join))
def test_spaces_beside_line_ends_are_never_shown(html: str) -> None:
    text = html_to_text(html)

    assert " \n" not in text
    assert "\n " not in text
    assert "  " not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<p>水</p><a href="https://a.example/1.jpg"><img src="https://a.example/1s.jpg"></a><p>石</p>',
            "水\n\n石",
        ),
        ('水<a href="https://a.example/x"><img alt="図" src="y"></a>', "水"),
        ('水<a href="https://a.example/x"> </a>石', "水石"),
        ('<div><a href="https://a.example/x"><svg><title>图</title></svg></a>水</div>', "水"),
    ],
)
def test_link_that_shows_no_words_is_no_text(html: str, text: str) -> None:
    assert html_to_text(html) == tree_to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<table><tr><th>県</th><th>数</th></tr><tr><td>千葉</td><td>3</td></tr></table>本文",
            "県 数\n千葉 3\n本文",
        ),
        ("<figure><img src=x><figcaption>橋の写真</figcaption></figure>本文", "橋の写真\n本文"),
        ("<details><summary>続き</summary>水の話</details>", "続き\n水の話"),
        ("<main>水</main><aside>石</aside>", "水\n石"),
    ],
)
def test_parts_that_stand_apart_on_a_page_stand_apart_in_its_text(html: str, text: str) -> None:
    assert html_to_text(html) == tree_to_text(html) == text
