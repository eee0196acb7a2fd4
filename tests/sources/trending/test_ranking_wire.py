"""The rankings of Mastodon, Misskey, Bluesky and Google Trends, as these really answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SourceChanged
from bot.core.text import TOPIC_NAME_MAX, make_topic, utf16_length
from bot.core.trending.rankings import RANKED_MAX, RankedTopic
from bot.sources.trending import wire

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = 1_795_305_600
JSON = (wire.parse_mastodon, wire.parse_misskey, wire.parse_bluesky)


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


def tag(name: str, *days: tuple[int, int], **more: Any) -> dict[str, Any]:
    """A tag of Mastodon with (uses, accounts) of each day, the newest first."""
    history = [
        {"day": str(DAY - 86_400 * back), "uses": str(uses), "accounts": str(accounts)}
        for back, (uses, accounts) in enumerate(days)
    ]
    return {"id": "1", "name": name, "url": f"https://m.example/tags/{name}", "history": history} | more


QUIET = ((10, 8),) * 5


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (tag("流星群", (80, 60), (20, 15), *QUIET), RankedTopic("流星群", 60, 80, times=6.38)),
        (tag("early", (2, 2), (83, 60), *QUIET), RankedTopic("early", 60, 83, times=6.62)),
        (tag("young", (5, 4)), RankedTopic("young", 4, 5)),
        (tag("#Sharp", (5, 4)), RankedTopic("Sharp", 4, 5)),
        ({"name": "uncounted", "history": []}, RankedTopic("uncounted")),
        ({"name": "bare"}, RankedTopic("bare")),
        (tag("over", (0, 0), (0, 0), *QUIET), None),
        (tag("alone", (40, 1), (3, 1), *QUIET), None),
        (tag("machines", (400, 3), (0, 0), *QUIET), None),
        (tag("", (5, 4)), None),
        (tag("https://bad.example/feed.xml", (5, 4)), None),
        (tag("長" * 61, (5, 4)), None),
        ({"name": "odd", "history": [{"day": "x", "uses": "many", "accounts": ""}]}, None),
        ({"name": "below", "history": [{"day": "1", "uses": "-5", "accounts": "3"}]}, None),
    ],
    ids=lambda value: value.get("name", "?")[:12] if isinstance(value, dict) else "",
)
def test_a_tag_of_mastodon_is_read_or_left_out(row: dict[str, Any], found: RankedTopic | None) -> None:
    assert wire.parse_mastodon(written([row])) == (() if found is None else (found,))


def test_a_mastodon_server_that_shows_no_trends_ranks_nothing() -> None:
    assert wire.parse_mastodon(b"[]") == ()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"tag": "祭り", "chart": [9] * 6 + [0] * 14, "usersCount": 30}, RankedTopic("祭り", 30, times=19.0)),
        ({"tag": "steady", "chart": [4] * 20, "usersCount": 4}, RankedTopic("steady", 4, times=1.0)),
        ({"tag": "short", "chart": [3, 2], "usersCount": 3}, RankedTopic("short", 3)),
        ({"tag": "old", "usersCount": 5}, RankedTopic("old", 5)),
        ({"tag": "unknown"}, RankedTopic("unknown")),
        ({"tag": "alone", "chart": [1] * 20, "usersCount": 1}, None),
        ({"tag": "below", "chart": [-3] * 20, "usersCount": 7}, RankedTopic("below", 7, times=1.0)),
    ],
    ids=lambda value: value.get("tag", "?") if isinstance(value, dict) else "",
)
def test_a_tag_of_misskey_is_read_or_left_out(row: dict[str, Any], found: RankedTopic | None) -> None:
    assert wire.parse_misskey(written([row])) == (() if found is None else (found,))


def actor(number: int, *labels: str) -> dict[str, Any]:
    return {"did": f"did:plc:{number}", "handle": "a.example", "labels": [{"val": one} for one in labels]}


def trend(name: str, *actors: dict[str, Any], **more: Any) -> dict[str, Any]:
    row = {"topic": name, "displayName": name, "link": "/profile/trending.bsky.app/feed/1", "postCount": 3000}
    return row | {"startedAt": "2026-11-22T01:00:00.000Z", "actors": list(actors)} | more


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (
            trend("Meteor shower", actor(1), actor(2), status="hot", category="science"),
            RankedTopic("Meteor shower", since=datetime(2026, 11, 22, 1, tzinfo=UTC), hot=True),
        ),
        (trend("no actors"), RankedTopic("no actors", since=datetime(2026, 11, 22, 1, tzinfo=UTC))),
        (trend("alone", actor(1), actor(1)), None),
        (trend("machines", actor(1, "bot"), actor(2, "bot"), actor(3)), None),
        (trend("slug", displayName="", startedAt="yesterday"), RankedTopic("slug")),
    ],
    ids=lambda value: value.get("topic", "?") if isinstance(value, dict) else "",
)
def test_a_trend_of_bluesky_is_read_or_left_out(row: dict[str, Any], found: RankedTopic | None) -> None:
    assert wire.parse_bluesky(written({"trends": [row]})) == (() if found is None else (found,))


def feed(*items: tuple[str, str]) -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><ht:approx_traffic>{traffic}</ht:approx_traffic><description></description>"
        "<link>https://trends.google.com/trending/rss?geo=JP</link>"
        "<pubDate>Sun, 22 Nov 2026 02:00:00 +0000</pubDate>"
        "<ht:picture>https://p.example/1.jpg</ht:picture><ht:news_item>"
        "<ht:news_item_title>An article &amp; more</ht:news_item_title>"
        "<ht:news_item_url>https://news.example/1</ht:news_item_url></ht:news_item></item>"
        for title, traffic in items
    )
    head = '<?xml version="1.0"?><rss xmlns:ht="https://trends.google.com/trending/rss" version="2.0">'
    return f"{head}<channel><title>Daily Search Trends</title>{entries}</channel></rss>".encode()


def google(body: bytes) -> tuple[RankedTopic, ...]:
    return wire.parse_google(body, "https://trends.google.com/trending/rss?geo=JP", NOW)


@pytest.mark.parametrize(
    ("traffic", "searches"), [("1000+", 1000), ("2千+", 2000), ("20K+", 20_000), ("500,000+", 500_000), ("", None)]
)
def test_searches_of_google_are_counted_as_at_least(traffic: str, searches: int | None) -> None:
    [found] = google(feed(("流星群", traffic)))

    assert (found.name, found.searches, found.since) == ("流星群", searches, datetime(2026, 11, 22, 2, tzinfo=UTC))


def test_google_lists_topics_that_share_link_and_time() -> None:
    found = google(feed(("one", "100+"), ("two &lt;b&gt;", "200+"), ("", "300+")))

    assert [(one.name, one.searches) for one in found] == [("one", 100), ("two <b>", 200)]


def test_an_error_page_in_place_of_googles_feed_is_named() -> None:
    with pytest.raises(SourceChanged):
        google(b"<!doctype html><html><title>Error 404 (Not Found)!!1</title><p>That's an error.</html>")


@pytest.mark.parametrize("parse", JSON)
@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"<html>", b'[{"a":1}]', b"[1,2]", b"\xff", b"[" * 5000])
def test_an_answer_of_another_form_is_named(parse: Any, body: bytes) -> None:
    with pytest.raises(SourceChanged):
        parse(body)


@pytest.mark.parametrize("parse", [wire.parse_mastodon, wire.parse_misskey])
def test_a_ranking_is_bounded_and_a_broken_row_does_not_stop_it(parse: Any) -> None:
    rows = [{"name": f"t{n}", "tag": f"t{n}"} for n in range(90)]

    found = parse(written([{"name": 5, "tag": []}, *rows]))

    assert [one.name for one in found] == [f"t{n}" for n in range(RANKED_MAX)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["name", "tag", "trends", "topic", "history", "chart", "usersCount", "actors", "uses"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(value=json_values, parse=st.sampled_from(JSON))
def test_whatever_is_answered_gives_topics_that_can_be_shown_or_one_named_error(value: Any, parse: Any) -> None:
    try:
        found = parse(written(value))
    except SourceChanged:
        return
    for one in found:
        topic = make_topic(one.name)
        assert topic.key
        assert not topic.is_address
        assert utf16_length(topic.name) <= TOPIC_NAME_MAX
        assert "\n" not in one.name


@given(st.binary(max_size=300))
def test_whatever_stands_in_place_of_a_feed_is_read_or_named(body: bytes) -> None:
    try:
        google(body)
    except SourceChanged:
        return
