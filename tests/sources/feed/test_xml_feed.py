"""Raw fields of a feed: elements that hold one text are read at once, and as if read tag by tag."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.sources.feed.xml_feed import read_xml

NAMES = (
    "title", "link", "guid", "item", "channel", "author", "name", "dc:creator", "content", "description",
    "summary", "media:group", "media:content", "enclosure", "pubDate", "updated", "id", "category", "x:y", "image",
    "url", "content:encoded", "source", "itunes:author", "entry",
)  # fmt: skip
ATTRIBUTES = (
    "", ' type="html"', ' type="xhtml"', ' href="https://a.example/?a=1&amp;b=2"', ' mode="escaped"', "/", " /",
    ' xmlns="http://www.w3.org/2005/Atom"', ' xmlns:x="http://purl.org/dc/elements/1.1/"', ' rel="self" href="/x"',
    ' isPermaLink="false"', " a='\"'", ' src="x"', ' mode="base64"', ' xml:base="https://b.example/"',
)  # fmt: skip
TEXTS = (
    "", "text", " \n", "a &amp; b", "&lt;p&gt;x&amp;nbsp;&lt;&gt;&quot;&#39;", "&#x27;&bogus; & ",
    "<![CDATA[<p>x]]>",    "<!-- c -->", "<?pi?>", "<br/>", "< bare", "YWJj", "2026-11-28T00:00:00Z", "&own;",
)  # fmt: skip
LEAVES = st.builds(
    lambda name, said, text: f"<{name}{said}>{text}</{name}>",
    st.sampled_from(NAMES),
    st.sampled_from(ATTRIBUTES),
    st.sampled_from(TEXTS),
)
PIECES = st.one_of(
    LEAVES,
    LEAVES,
    st.sampled_from(TEXTS),
    st.builds("<{}{}>".format, st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(NAMES)),
)
ROOTS = (
    "<rss><channel>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<rdf:RDF>",
    "<!DOCTYPE rss [<!ENTITY own 'ours'>]><rss>",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ROOTS), st.lists(PIECES, max_size=12).map("".join))
@example("<rss><channel>", "<item><author>a@b.example</author><title>t</title></item>")
@example("<rss><channel>", "<item><title><![CDATA[a]]> b</title></item>")
def test_an_element_read_at_once_is_what_it_is_tag_by_tag(root: str, inside: str) -> None:
    text = root + inside
    broken_up = text.replace("</", "<!----></")  # a comment within says nothing, and is read by itself

    assert read_xml(text) == read_xml(broken_up)
