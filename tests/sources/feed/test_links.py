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


@pytest.mark.parametrize(
    ("clicks", "article"),
    [
        (
            "https://www.google.com/url?rct=j&sa=t&url=https://b.example/1?a%3D2&ct=ga&usg=AOv",
            "https://b.example/1?a=2",
        ),
        ("https://www.google.co.jp/url?q=https%3A%2F%2Fb.example%2F1", "https://b.example/1"),
        (
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=9&url=https%3a%2f%2fb.example%2f1&c=7",
            "https://b.example/1",
        ),
        ("https://www.google.com/url?sa=t&url=/search", None),
        ("https://www.google.com/url?sa=t&url=javascript:alert(1)", None),
        ("https://www.google.com/url?sa=t&url=https://", None),
        ("https://a.example/url?url=https://b.example/1", None),
        ("https://www.google.com.a.example/url?url=https://b.example/1", None),
    ],
)
def test_address_that_counts_clicks_is_that_of_the_article_it_carries(clicks: str, article: str | None) -> None:
    link = link_of(RawEntry(links=[(1, clicks)]), FEED)

    assert link is not None
    assert link.url == (article or clicks)


@pytest.mark.parametrize("fields", ["&a=1" * 60, "&url=https://b.example/1" * 60])
def test_address_that_counts_clicks_with_fields_without_end_stays(fields: str) -> None:
    clicks = f"https://www.google.com/url?sa=t{fields}"

    assert link_of(RawEntry(links=[(1, clicks)]), FEED) is not None
