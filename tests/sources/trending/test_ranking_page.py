"""The ranking page of a trend site: topics by the links to their pages, else by headings."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SourceChanged
from bot.core.trending.rankings import RANKED_MAX, RankedTopic
from bot.sources.trending.ranking_page import PageAddresses, parse_ranking_page
from tests.costs import AT_MOST, growth

URL = "https://trends.example/ranking"
SITE = PageAddresses("https://trends.example/word/{topic}", {"固定": "https://trends.example/page/8d1f"})


def parsed(body: str, addresses: PageAddresses = SITE) -> tuple[RankedTopic, ...]:
    return parse_ranking_page(f"<!doctype html><meta charset=utf-8>{body}".encode(), URL, addresses)


def entry(topic: str, about: str = "") -> str:
    return f'<li><a href="/word/{quote(topic)}"><h2>{escape(topic)}</h2><p>{about}</p></a></li>'


def test_topics_are_read_by_the_links_to_their_pages_in_the_pages_order() -> None:
    found = parsed(
        f"<ol>{entry('流星群', '12,345post / 最大 200RP')}{entry('data center', '1.2万件')}</ol>"
        '<a href="https://trends.example/page/8d1f">別名</a>'
    )

    assert found == (
        RankedTopic("流星群", posts=12_345),
        RankedTopic("data center", posts=12_000),
        RankedTopic("固定"),
    )


def test_links_to_elsewhere_and_to_parts_of_pages_are_no_topics() -> None:
    found = parsed(
        f'{entry("one")}<a href="/word/">all</a><a href="/word/a/b">x</a><a href="//other.example/word/two">y</a>'
        '<a href="/about">z</a><a href="javascript:0">j</a><a href="http://[">b</a><a href="/word/one#posts">1</a>'
    )

    assert [one.name for one in found] == ["one"]


def test_a_page_without_such_links_is_read_by_the_headings_of_its_list() -> None:
    items = "".join(f"<li><h2>{topic}</h2><p>{n} posts</p></li>" for n, topic in enumerate(("a", "b", "c"), 7))

    found = parsed(f"<h2>今日のランキング</h2><ul>{items}</ul>", PageAddresses(None, {}))

    assert found == (RankedTopic("a", posts=7), RankedTopic("b", posts=8), RankedTopic("c", posts=9))


@pytest.mark.parametrize("body", ["", "<p>403</p>", "<h2>a</h2><h2>b</h2><h2>c</h2>", "<div>" * 60_000])
def test_a_page_that_lists_no_topics_is_named(body: str) -> None:
    with pytest.raises(SourceChanged):
        parsed(body)


def test_a_ranking_is_bounded() -> None:
    assert len(parsed("".join(entry(f"topic {n}") for n in range(400)))) == RANKED_MAX


@given(st.text(max_size=200))
def test_whatever_stands_there_is_read_or_named(body: str) -> None:
    try:
        parsed(f"<li><h2>{body}</h2><a href='/word/{body}'>")
    except SourceChanged:
        return


@pytest.mark.invariant(11)
def test_twice_the_page_costs_at_most_twice_and_a_half() -> None:
    def work(n: int) -> Callable[[], object]:
        page = "<li><p>x</p>" * n + entry("one")
        return lambda: parsed(page)

    assert growth(work, 400) <= AT_MOST
