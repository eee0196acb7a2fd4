"""Links as programs write them: what is meant is an address, and what stands for none is none."""

from __future__ import annotations

import pytest

from bot.sources.feed.links import link_of, own_id, web_address
from bot.sources.feed.raw import RawEntry

FEED = "https://a.example/feed.xml"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("//a.example/1", "https://a.example/1"),
        ("www.a.example/1", "https://www.a.example/1"),
        ("www.b.example/1", "https://www.b.example/1"),
        ("a.example/1", "https://a.example/1"),
        ("A.example:8080/1", "https://A.example:8080/1"),
        ("https:/a.example/1", "https://a.example/1"),
        ("http:a.example/1", "http://a.example/1"),
        ("https://https://a.example/1", "https://a.example/1"),
        ("http://https://b.example/1", "https://b.example/1"),
        ("https://a.examplehttps://a.example/1", "https://a.example/1"),
        ("https:\\\\a.example\\1", "https://a.example/1"),
        ("\x08 https://a.example/1\x08", "https://a.example/1"),
        ("https://a.example/1?next=https://b.example/", "https://a.example/1?next=https://b.example/"),
        ("https://a.example/web/https://b.example/2", "https://a.example/web/https://b.example/2"),
        ("index.html", "https://a.example/index.html"),
        ("news/a.example/1", "https://a.example/news/a.example/1"),
        ("/www.b.example/1", "https://a.example/www.b.example/1"),
        ("javascript:alert(1)", None),
        ("mailto:a@a.example", None),
    ],
)
def test_link_leads_where_its_publisher_meant(written: str, meant: str | None) -> None:
    assert web_address(FEED, written) == meant


@pytest.mark.parametrize(
    "written", ["N/A", "undefined", "#", "null", "[object Object]", "javascript:void(0)", "0"]
)
def test_word_for_none_is_neither_an_id_nor_a_link(written: str) -> None:
    entry = RawEntry(id=written, links=[(0, written)])

    assert own_id(entry) == ""
    assert link_of(entry, FEED) is None


def test_id_that_is_a_link_counts_where_the_link_is_a_word_for_none() -> None:
    entry = RawEntry(id="https://a.example/1", is_link=True, links=[(1, "#")])

    link = link_of(entry, FEED)

    assert link is not None
    assert link.url == "https://a.example/1"
