from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SourceChanged
from bot.core.identity.x_ids import written_at
from bot.core.models import Network, Post
from bot.sources.x.source import new_post_count, volume
from bot.sources.x.wire import QUERY_MAX, Bucket, parse_counts, parse_page, search_query
from tests.fakes.x_server import as_user, author_id, id_at, not_found

WRITTEN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ID = id_at(WRITTEN)
METRICS = {"retweet_count": 34, "reply_count": 2, "like_count": 56, "quote_count": 9}


def row(**fields: Any) -> dict[str, Any]:
    tweet: dict[str, Any] = {
        "id": ID,
        "text": "変電所を見てきた",
        "author_id": author_id("hanako"),
        "edit_history_tweet_ids": [ID],
        "lang": "ja",
        "possibly_sensitive": False,
        "public_metrics": METRICS,
    }
    return tweet | fields


def page(*rows: object, **more: object) -> bytes:
    body: dict[str, object] = {"includes": {"users": [as_user("hanako")]}, "meta": {"result_count": len(rows)}}
    return json.dumps(body | ({"data": rows} if rows else {}) | more).encode()


def post_from(**fields: Any) -> Post:
    (post,) = parse_page(page(row(**fields))).posts
    return post


def link(url: str, expanded: object) -> dict[str, Any]:
    return {"start": 0, "end": 23, "url": url, "expanded_url": expanded, "display_url": "…"}


# -- the question ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "asked"),
    [
        ("データセンター", '"データセンター"'),
        ("data  center", '"data center"'),
        ('say "hi"', '"say hi"'),
        ("from:someone OR is:verified", '"from:someone OR is:verified"'),
        ('x" OR from:someone OR "y', '"x OR from:someone OR y"'),
        ("“smart” ＂wide＂", '"smart wide"'),
        ("back\\slash", '"back slash"'),
        ("-is:reply", '"-is:reply"'),
    ],
)
def test_topic_is_one_phrase(topic: str, asked: str) -> None:
    assert search_query(topic) == f"{asked} -is:retweet"


@pytest.mark.parametrize("topic", ["", '""', "!?", "🏭", "長" * QUERY_MAX])
def test_topic_without_a_letter_or_too_long_is_no_question(topic: str) -> None:
    assert search_query(topic) is None


@given(st.text(max_size=600))
def test_no_topic_can_leave_its_quotes(topic: str) -> None:
    asked = search_query(topic)

    if asked is not None:
        assert len(asked) <= QUERY_MAX
        assert asked.startswith('"')
        assert asked.endswith('" -is:retweet')
        assert asked.count('"') == 2
        assert "\\" not in asked


# -- a post ------------------------------------------------------------------------------------------------


def test_post_in_our_words() -> None:
    assert post_from() == Post(
        network=Network.X,
        canonical_id=ID,
        source_id=ID,
        text="変電所を見てきた",
        rp=34,
        likes=56,
        replies=2,
        url=f"https://x.com/hanako/status/{ID}",
        author_name="Hanako",
        author_handle="hanako",
        author_url="https://x.com/hanako",
        created_at=WRITTEN,
        language="ja",
    )


@given(st.integers(0, 30 * 365 * 86_400))
def test_id_holds_the_time(seconds: int) -> None:
    at = datetime(2010, 12, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    assert abs(written_at(int(id_at(at))) - at) <= timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"possibly_sensitive": True}, "sensitive", True),
        ({"lang": "und"}, "language", None),
        ({"lang": "qme"}, "language", None),
        ({"lang": "zxx"}, "language", None),
        ({"lang": "in"}, "language", "id"),
        ({"lang": "qu"}, "language", "qu"),
        ({"lang": None}, "language", None),
        ({"attachments": {"media_keys": ["3_1"]}}, "has_media", True),
        ({"attachments": {}}, "has_media", False),
        ({"public_metrics": None}, "rp", None),
        ({"public_metrics": {}}, "rp", None),
        ({"public_metrics": {"retweet_count": 0}}, "rp", 0),
        ({"public_metrics": {"retweet_count": -1}}, "rp", None),
        ({"public_metrics": {"retweet_count": 2**60}}, "rp", None),
        ({"author_id": "77"}, "author_handle", None),
        ({"author_id": "77"}, "url", f"https://x.com/i/web/status/{ID}"),
        ({"author_id": None}, "author_url", None),
    ],
)
def test_fields_of_a_post(fields: dict[str, Any], field: str, value: object) -> None:
    assert getattr(post_from(**fields), field) == value


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"text": "A &amp; B &lt;3 &amp;lt;"}, "A & B <3 &lt;"),
        (
            {
                "text": "見て https://t.co/aB1 と https://t.co/cD2",
                "entities": {"urls": [link("https://t.co/aB1", "https://news.example/a?b=1&c=2")]},
            },
            "見て https://news.example/a?b=1&c=2 と https://t.co/cD2",
        ),
        (
            {
                "text": "https://t.co/aB1 https://t.co/aB12",
                "entities": {
                    "urls": [link("https://t.co/aB1", "https://t.co/aB12"), link("https://t.co/aB12", "x")]
                },
            },
            "https://t.co/aB12 https://t.co/aB12",
        ),
        (
            {"text": "https://t.co/aB1", "entities": {"urls": [link("https://t.co/aB1", "javascript:1")]}},
            "https://t.co/aB1",
        ),
        ({"text": "https://t.co/aB1", "entities": {"urls": [link("https://t.co/aB1", None)]}}, "https://t.co/aB1"),
        (
            {
                "text": "写真つき https://t.co/aB1",
                "entities": {
                    "urls": [link("https://t.co/aB1", "https://x.com/a/status/1/photo/1") | {"media_key": "3_1"}]
                },
            },
            "写真つき",
        ),
        ({"text": "そのまま", "entities": {"urls": ["nonsense", {"url": 5}]}}, "そのまま"),
        ({"text": "はじめの…", "note_tweet": {"text": "はじめの長い話"}}, "はじめの長い話"),
        (
            {
                "text": "はじめの… https://t.co/zZ9",
                "note_tweet": {
                    "text": "長い話 https://t.co/aB1",
                    "entities": {"urls": [link("https://t.co/aB1", "https://news.example/")]},
                },
            },
            "長い話 https://news.example/",
        ),
    ],
)
def test_text_is_whole_and_its_links_lead_where_they_say(fields: dict[str, Any], text: str) -> None:
    assert post_from(**fields).text == text


@pytest.mark.parametrize(
    "user", [{"id": author_id("hanako"), "username": "a/../b"}, {"username": "hanako"}, "hanako", 7]
)
def test_author_of_a_wrong_form_is_unknown(user: object) -> None:
    (post,) = parse_page(page(row(), includes={"users": [user]})).posts

    assert (post.author_handle, post.url) == (None, f"https://x.com/i/web/status/{ID}")


# -- reposts -----------------------------------------------------------------------------------------------


def repost_of(original: str, count: int) -> dict[str, Any]:
    return row(
        id=id_at(WRITTEN, 1),
        text="RT @hanako: 変電所を…",
        referenced_tweets=[{"type": "retweeted", "id": original}],
        public_metrics=METRICS | {"retweet_count": count},
    )


def test_repost_is_no_post_and_its_count_is_the_originals() -> None:
    (post,) = parse_page(page(repost_of(ID, 40), row())).posts

    assert (post.canonical_id, post.text, post.rp) == (ID, "変電所を見てきた", 40)


def test_smaller_count_of_a_repost_takes_nothing_away() -> None:
    (post,) = parse_page(page(row(), repost_of(ID, 3))).posts

    assert post.rp == 34


def test_repost_without_its_original_is_left_out() -> None:
    found = parse_page(page(repost_of("12345", 900)))

    assert (found.posts, found.charged) == ((), 1)


@pytest.mark.parametrize("kind", ["quoted", "replied_to"])
def test_quotes_and_answers_are_posts_of_their_own(kind: str) -> None:
    assert post_from(referenced_tweets=[{"type": kind, "id": "12345"}]).canonical_id == ID


# -- pages -------------------------------------------------------------------------------------------------


def test_page_without_a_result_has_no_data() -> None:
    found = parse_page(b'{"meta": {"result_count": 0}}')

    assert (found.posts, found.charged, found.newest_id, found.next_token) == ((), 0, None, None)


def test_page_names_the_newest_and_the_next() -> None:
    found = parse_page(page(row(), meta={"newest_id": "99", "next_token": "b26v89c19zqg8o3f", "result_count": 1}))

    assert (found.newest_id, found.next_token) == ("99", "b26v89c19zqg8o3f")


def test_newest_is_the_highest_id_where_the_page_does_not_say() -> None:
    assert parse_page(page(row(id="9"), row(id="10"))).newest_id == "10"


def test_what_is_missing_is_named() -> None:
    found = parse_page(json.dumps({"data": [row()], "errors": [not_found("1"), not_found("2")]}).encode())

    assert (sorted(found.missing), found.charged) == (["1", "2"], 1)


def test_answer_with_errors_alone_is_an_answer() -> None:
    assert parse_page(json.dumps({"errors": [not_found("1")]}).encode()).missing == {"1"}


@pytest.mark.parametrize("wrong", [{"id": "no number"}, {"id": 5}, {"id": "1" * 20}, {"text": None}, {"id": None}])
def test_row_of_a_wrong_form_is_left_out_and_paid_for(wrong: dict[str, Any]) -> None:
    found = parse_page(page(row(), row(**wrong)))

    assert ([post.canonical_id for post in found.posts], found.charged) == ([ID], 2)
    with pytest.raises(SourceChanged, match="not a list of X's posts"):
        parse_page(page(row(**wrong)))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b"<html>", b'{"data": 5}', b'{"data": {"id": "1"}}', b"\xff"]
)
def test_other_answers_are_a_changed_source(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        parse_page(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TWISTED = st.builds(
    lambda key, value: row(**{key: value}), st.sampled_from([*row(), "entities", "note_tweet"]), JSON
)


@given(rows=st.lists(TWISTED | JSON, max_size=4), users=JSON, errors=JSON)
def test_whatever_json_comes_is_posts_or_a_changed_source(
    rows: list[object], users: object, errors: object
) -> None:
    try:
        found = parse_page(page(*rows, includes={"users": users}, errors=errors))
    except SourceChanged:
        return
    assert found.charged == len(rows)
    for post in found.posts:
        assert post.created_at is not None
        assert post.created_at.tzinfo is UTC
        post.text.encode()


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_a_changed_source(body: bytes) -> None:
    for parse in (parse_page, parse_counts):
        with pytest.raises(SourceChanged):
            parse(body)


# -- counts ------------------------------------------------------------------------------------------------


def hours(*counts: int, end: datetime = WRITTEN) -> tuple[Bucket, ...]:
    """Buckets up to ``end``, the newest last."""
    starts = [end - timedelta(hours=back) for back in range(len(counts), 0, -1)]
    return tuple(
        Bucket(start, start + timedelta(hours=1), count) for start, count in zip(starts, counts, strict=True)
    )


def test_counts_are_read_oldest_first() -> None:
    data = [
        {"start": "2026-11-22T02:00:00.000Z", "end": "2026-11-22T02:30:00.000Z", "tweet_count": 3},
        {"start": "2026-11-22T01:00:00.000Z", "end": "2026-11-22T02:00:00.000Z", "tweet_count": 5},
    ]

    buckets = parse_counts(json.dumps({"data": data, "meta": {"total_tweet_count": 8}}).encode())

    assert [bucket.tweet_count for bucket in buckets] == [5, 3]


def test_counts_without_data_are_none_at_all() -> None:
    assert parse_counts(b'{"meta": {"total_tweet_count": 0}}') == ()


@pytest.mark.parametrize(
    "bucket",
    [
        {"start": "2026-11-22T02:00:00", "end": "2026-11-22T03:00:00Z", "tweet_count": 1},
        {"start": "2026-11-22T02:00:00Z", "end": "2026-11-22T03:00:00Z", "tweet_count": -1},
        {"start": "2026-11-22T02:00:00Z", "end": "2026-11-22T03:00:00Z", "tweet_count": "many"},
        {"start": "2026-11-22T02:00:00Z", "tweet_count": 1},
        5,
    ],
)
def test_counts_of_a_wrong_form_are_a_changed_source(bucket: object) -> None:
    with pytest.raises(SourceChanged):
        parse_counts(json.dumps({"data": [bucket]}).encode())


@pytest.mark.parametrize(
    ("counts", "hour_back", "accounted", "fresh"),
    [
        ((4, 4), None, 0, None),
        ((9, 5), 1, 5, 0),
        ((9, 6), 1, 5, 1),
        ((9, 6), 2, 9, 6),
        ((9, 4), 1, 5, 0),
        ((9, 5), 1, 3, 2),
        ((0, 7), 30, 50, 7),
        ((), 1, 5, 0),
    ],
)
def test_what_came_since_is_the_rise_of_the_counts(
    counts: tuple[int, ...], hour_back: int | None, accounted: int, fresh: int | None
) -> None:
    hour = None if hour_back is None else WRITTEN - timedelta(hours=hour_back)

    assert new_post_count(hours(*counts), hour, accounted) == fresh


def test_volume_is_a_day_of_counts() -> None:
    assert volume(hours(*[1] * 48), WRITTEN) == 24


@pytest.mark.parametrize(
    "odd",
    [
        {"public_metrics": METRICS | {"retweet_count": "34"}}, {"referenced_tweets": [None, {"type": "quoted"}]},
        {"edit_history_tweet_ids": [5, ID]}, {"lang": 5}, {"note_tweet": {}}, {"attachments": []}, {"entities": 5},
    ],
)  # fmt: skip
def test_post_is_not_lost_for_a_field_of_another_form(odd: dict[str, Any]) -> None:
    post = post_from(**odd)

    assert (post.text, post.rp) == ("変電所を見てきた", 34)


def test_post_that_is_here_is_not_missing_for_a_field_that_is() -> None:
    trouble = {"resource_type": "tweet", "resource_id": ID, "field": "non_public_metrics"}

    assert parse_page(page(row(), errors=[trouble, not_found("7")])).missing == {"7"}
