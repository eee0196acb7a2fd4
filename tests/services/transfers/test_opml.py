"""Lists of feeds: written, read back, and read as feed readers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import RefusedRequest
from bot.services.transfers.opml import FEEDS_MAX, ListedFeed, read_opml, write_opml

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Zs", "Zl", "Zp"]), max_size=20)


@given(st.lists(st.builds(ListedFeed, texts, texts.map(lambda end: f"https://example.org/{end}"), texts)))
def test_list_is_read_back_as_it_was_written(feeds: list[ListedFeed]) -> None:
    once = {one.url: one for one in feeds}
    if not once:
        return
    found = read_opml(write_opml("title", once.values()).encode())
    assert {(one.title, one.url) for one in found} == {(one.title, one.url) for one in once.values()}


def test_feeds_are_found_in_every_depth_and_each_once() -> None:
    content = b"""<?xml version="1.0"?><OPML version="1.0"><body>
      <outline text="A"><outline title="B"><outline text="one" xmlUrl="https://a.example/1"/></outline></outline>
      <outline text="again" xmlurl="https://a.example/1"/><outline TEXT="two" XMLURL="https://a.example/2"/>
    </body></OPML>"""
    assert [(one.title, one.url, one.group) for one in read_opml(content)] == [
        ("one", "https://a.example/1", "B"),
        ("two", "https://a.example/2", ""),
    ]


LONG = "".join(f'<outline xmlUrl="https://a.example/{number}"/>' for number in range(FEEDS_MAX + 1))
BOMB = '<!DOCTYPE opml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><opml><outline text="&b;" xmlUrl="x"/></opml>'


@pytest.mark.parametrize(
    ("content", "text_id"),
    [
        ("", "transfer-opml-broken"),
        ("<opml><body>", "transfer-opml-broken"),
        ("<html></html>", "transfer-opml-none"),
        ("<opml></opml>", "transfer-opml-empty"),
        (f"<opml>{LONG}</opml>", "transfer-opml-long"),
        (BOMB, "transfer-opml-entity"),
    ],
)
def test_list_that_cannot_be_read_is_said(content: str, text_id: str) -> None:
    with pytest.raises(RefusedRequest, match=text_id):
        read_opml(content.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "UTF-16", "utf-7"])
def test_list_is_read_in_the_encoding_that_it_is_in(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><opml><outline text="瓦版の記事" xmlUrl="https://a.example/"/></opml>'
    written_in = "utf-8" if encoding == "utf-7" else encoding  # what a list says of itself may be wrong
    assert [one.title for one in read_opml(text.encode(written_in))] == ["瓦版の記事"]


@pytest.mark.parametrize("encoding", ["nope", "hex", "rot13", "idna", "punycode"])
def test_list_of_an_encoding_that_does_not_exist_is_read_or_refused(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><opml><outline xmlUrl="https://a.example/"/></opml>'
    assert [one.url for one in read_opml(content.encode())] == ["https://a.example/"]
    with pytest.raises(RefusedRequest):
        read_opml(content.encode()[:-3] + b"\x80\xff")
