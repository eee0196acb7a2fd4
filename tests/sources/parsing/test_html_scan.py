"""HTML read without a tree: the same as a browser's tree says, or left to it."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.sources.parsing.html_scan import scan
from bot.sources.parsing.html_text import html_to_text, tree_to_text

OWN, BASE = "https://own.example/1", "https://own.example/"
TAGS = (
    "a", "b", "blockquote", "br", "code", "div", "em", "figure", "figcaption", "h2", "h3", "hr", "i", "img", "li",
    "ol", "p", "pre", "section", "span", "strong", "ul", "wbr",
)  # fmt: skip
ATTRIBUTES = (
    "", ' class="x"', ' class="mention u-url"', ' class="invisible"', ' href="https://a.example/x?a=1&amp;b=2"',
    " href='https://own.example/1?utm_source=rss'", " href=/here", ' href="https://a.example/?a=1&copy=2"',
    ' alt=":cat:"', ' alt="a > b"', " hidden", ' href="https://a.example/" HREF="https://b.example/"', " /", "/",
    ' href="https://a.example/&"',
    ' href="https://a.example/?utm_source=a&utm_medium=b&copyx=1&lt"', ' href="&#104;ttps://a.example/"', " href=https://a.example/q/",
    ' CLASS="hashtag"', ' class="&#109;ention"', " href", ' data-href="https://d.example/"',
    " title=\"href='/t'\"", ' title="&copy 1"', " href=''", ' hreflang="ja"', "\nHref\n=\n'/there'",
)  # fmt: skip
ATTRIBUTES_OF_A_TAG = st.lists(st.sampled_from(ATTRIBUTES), max_size=3).map("".join)
TEXTS = (
    "", "読む", "two  words", " \n ", "a & b", "&amp;", "&nbsp;", "&#8217;", "&#x1F600;", "&lt;p&gt;", "&copy",
    "&copy;", "AT&T", "&notit", "&utm_x=1&y",
    "&nosuch;", "&#146;", "&#0;", "&#10;", "&ampx", "a < b", "<", ">", "<!-- c -->", "<!-->", "<!-- a --!> b -->",
    "<![CDATA[c]]>", "</>", "<?p?>", "\r\n", "\x00", "　全角", "#tag", "@who", "https://a.example/x",
    "\u2028", "\x0c",
)  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(TEXTS),
    st.builds("<{}{}>".format, st.sampled_from(TAGS), ATTRIBUTES_OF_A_TAG),
    st.builds("</{}>".format, st.sampled_from([*TAGS, "P", "table"])),
)
NESTED = st.recursive(
    st.sampled_from(TEXTS),
    lambda inner: st.builds(
        lambda tag, said, held: f"<{tag}{said}>{''.join(held)}</{tag}>",
        st.sampled_from(TAGS),
        ATTRIBUTES_OF_A_TAG,
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=12), st.lists(NESTED, max_size=3)).map("".join))
@example("<p>a<p>b")
@example("<pre>\n\nkept\n</pre>")
@example("<ul><li>a<li>b</ul>")
@example("<b><p>a</b>c</p>")
@example('<a href="https://a.example/"><p>a</p><div>b</div></a>')
@example("<p>a</p></p>b")
def test_what_is_read_without_a_tree_is_what_the_tree_says(html: str) -> None:
    if "<" in html or "&" in html:
        assert html_to_text(html, own=OWN, base=BASE) == tree_to_text(html, own=OWN, base=BASE)


@settings(max_examples=100, deadline=None)
@given(st.lists(NESTED, min_size=1, max_size=6).map("".join), st.integers(1, 40))
def test_what_is_enough_of_a_text_is_its_beginning(html: str, enough: int) -> None:
    found, whole = html_to_text(html, own=OWN, base=BASE, enough=enough), html_to_text(html, own=OWN, base=BASE)
    assert whole.startswith(found)
    assert len(found) >= min(enough, len(whole))


def test_a_comment_that_is_not_closed_is_left_to_the_tree() -> None:
    assert scan("<p>a</p>" + "<!-- " * 500, lambda *_: None) is None
    assert scan("<!-- " * 500 + "--!>", lambda *_: None) is None
    assert scan("<!-- a --><p>b</p><!-- <!-- c -->", lambda *_: None) is not None


def test_html_of_the_common_publishers_needs_no_tree() -> None:
    written = (
        '<p>News &#8212; <a href="https://a.example/?utm_source=rss&utm_medium=rss">here</a> [&#8230;]</p>\n'
        '<figure class="wp-block-image"><img src="a.jpg" alt=""/><figcaption>A photo</figcaption></figure>'
        '<ul>\n<li><strong>one</strong></li>\n<li>two<br />three</li></ul><blockquote><p>said</p></blockquote>',
        '<ol><li><a href="https://a.example/1">one</a>&nbsp;&nbsp;<font color="#6f6f6f">A</font></li>',
        "<pre style='white-space:pre-wrap;width:81ex'>subject\n\nbody</pre>",
        '<p name="0f" id="0f">本文です。<br>続き。</p><br/><a href=\'https://note.example/n\'>続きをみる</a>',
    )  # fmt: skip
    assert [html for html in written if scan(html, lambda *_: None) is None] == []
