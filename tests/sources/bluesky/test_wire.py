from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SourceChanged
from bot.core.models import Network, Post
from bot.sources.bluesky.wire import error_code, expand, parse_page, post_of

RECORDINGS = Path(__file__).parents[4] / "shared" / "recordings" / "bluesky"
DID = "did:plc:hanakohanakohanakohanako"
URI = f"at://{DID}/app.bsky.feed.post/3kaaaaaaaaa22"
INDEXED = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def row(**fields: Any) -> dict[str, Any]:
    view: dict[str, Any] = {
        "uri": URI,
        "cid": "bafyreiaaaa",
        "author": {"did": DID, "handle": "hanako.example", "displayName": "花子", "labels": []},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": "変電所を見てきた",
            "createdAt": "2026-11-22T02:59:58.000Z",
            "langs": ["ja"],
        },
        "indexedAt": "2026-11-22T03:00:00.000Z",
        "repostCount": 34,
        "quoteCount": 9,
        "likeCount": 56,
        "replyCount": 2,
        "labels": [],
    }
    return view | fields


def record(**fields: Any) -> dict[str, Any]:
    written: dict[str, Any] = row()["record"]
    return {"record": written | fields}


def author(**fields: Any) -> dict[str, Any]:
    known: dict[str, Any] = row()["author"]
    return {"author": known | fields}


def page(*rows: object, **more: object) -> bytes:
    return json.dumps({"posts": rows} | more).encode()


def post_from(**fields: Any) -> Post | None:
    (view,) = parse_page(page(row(**fields))).posts
    return post_of(view)


def shown(**fields: Any) -> Post:
    post = post_from(**fields)
    assert post is not None
    return post


def link(text: str, part: str, href: str) -> dict[str, Any]:
    """A facet that makes a link of ``part`` of ``text``."""
    start = len(text.partition(part)[0].encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(part.encode())},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": href}],
    }


# -- a post ----------------------------------------------------------------------------------------------


def test_everything_shown_of_a_post_is_taken_over() -> None:
    post = shown()

    assert post.network is Network.BLUESKY
    assert (post.canonical_id, post.source_id) == (URI, URI)
    assert post.url == f"https://bsky.app/profile/{DID}/post/3kaaaaaaaaa22"
    assert post.text == "変電所を見てきた"
    assert (post.rp, post.likes, post.replies) == (34, 56, 2)  # quotes are not reposts
    assert (post.author_name, post.author_handle) == ("花子", "hanako.example")
    assert post.author_url == f"https://bsky.app/profile/{DID}"
    assert post.created_at == datetime(2026, 11, 22, 2, 59, 58, tzinfo=UTC)
    assert (post.language, post.sensitive, post.content_warning, post.has_media) == ("ja", False, None, False)


def test_what_servers_leave_out_is_unknown_not_zero() -> None:
    bare = {key: row()[key] for key in ("uri", "indexedAt")} | {
        "author": {"did": DID, "handle": "hanako.example"},
        "record": {"text": ""},
    }

    (view,) = parse_page(page(bare)).posts
    post = post_of(view)

    assert post is not None
    assert (post.rp, post.likes, post.replies, post.language, post.text) == (None, None, None, None, "")
    assert (post.author_name, post.created_at) == ("hanako.example", INDEXED)


@pytest.mark.parametrize(
    ("langs", "language"),
    [
        (["en"], "en"),
        (["iw"], "he"),
        (["en", "ja"], None),
        (["ja", "und"], None),
        (["en", "en"], "en"),
        (["und"], None),
        ([], None),
        (None, None),
    ],
)
def test_post_in_several_languages_is_said_to_be_in_none(langs: list[str] | None, language: str | None) -> None:
    """So that a filter for any of them lets it pass."""
    assert shown(**record(langs=langs)).language == language


@pytest.mark.parametrize("count", [-1, 2**53, 10**18, None])
def test_count_that_cannot_be_is_unknown(count: int | None) -> None:
    assert shown(repostCount=count).rp is None


def test_name_cannot_turn_the_reading_direction_and_a_lost_handle_gives_way_to_the_did() -> None:
    post = shown(**author(displayName="花\u202e子\n さん", handle="handle.invalid"))

    assert (post.author_name, post.author_handle) == ("花子 さん", DID)


@pytest.mark.parametrize(
    ("claimed", "published_at"),
    [
        ("2026-11-22T02:00:00.000Z", datetime(2026, 11, 22, 2, 0, tzinfo=UTC)),
        ("2026-11-22T11:00:00+09:00", datetime(2026, 11, 22, 2, 0, tzinfo=UTC)),
        ("2011-03-11T05:46:00Z", datetime(2011, 3, 11, 5, 46, tzinfo=UTC)),  # imported from elsewhere
        ("2026-11-22T05:00:00.000Z", INDEXED),  # a clock that is fast
        ("9999-12-31T23:59:59-12:00", INDEXED),
        ("0001-01-01T00:00:00Z", INDEXED),  # no clock at all
        ("0001-01-01T00:00:00+14:00", INDEXED),
        ("1970-01-01T00:00:00.000Z", INDEXED),
        ("yesterday", INDEXED),
        ("", INDEXED),
        (None, INDEXED),
    ],
)
def test_post_is_as_old_as_the_earlier_of_what_is_claimed_and_what_was_seen(
    claimed: str | None, published_at: datetime
) -> None:
    assert shown(**record(createdAt=claimed)).created_at == published_at


# -- labels ----------------------------------------------------------------------------------------------


def labels(*values: str, **more: Any) -> list[dict[str, Any]]:
    return [{"src": DID, "uri": URI, "val": value, "cts": "2026-11-20T00:00:00Z"} | more for value in values]


def own(*values: str) -> dict[str, Any]:
    return record(labels={"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": v} for v in values]})


@pytest.mark.parametrize("value", ["!hide", "!no-unauthenticated"])
@pytest.mark.parametrize("where", ["post", "author", "record"])
def test_what_labels_keep_from_the_public_is_not_alerted(value: str, where: str) -> None:
    places = {"post": {"labels": labels(value)}, "author": author(labels=labels(value)), "record": own(value)}

    assert post_from(**places[where]) is None


@pytest.mark.parametrize("value", ["porn", "sexual", "nudity", "graphic-media", "gore", "!warn"])
@pytest.mark.parametrize("where", ["post", "author", "record"])
def test_what_labels_warn_of_is_sensitive(value: str, where: str) -> None:
    places = {"post": {"labels": labels(value)}, "author": author(labels=labels(value)), "record": own(value)}

    assert shown(**places[where]).sensitive


def test_label_that_was_taken_back_and_one_of_another_kind_change_nothing() -> None:
    post = shown(labels=[*labels("!hide", "porn", neg=True), *labels("cat-picture", neg=False)])

    assert not post.sensitive


# -- the text --------------------------------------------------------------------------------------------


def test_link_shortened_in_the_text_is_given_whole() -> None:
    text = "資料です😀 example.com/2026/1... を参照"
    facet = link(text, "example.com/2026/1...", "https://example.com/2026/11/22/report?id=7")

    assert shown(**record(text=text, facets=[facet])).text == (
        "資料です😀 https://example.com/2026/11/22/report?id=7 を参照"
    )


def test_links_stand_in_their_places_whatever_their_order() -> None:
    text = "甲 a.example/… 乙 こちら 丙"
    facets = [link(text, "こちら", "https://b.example/"), link(text, "a.example/…", "https://a.example/long")]

    post = shown(**record(text=text, facets=facets))

    assert post.text == "甲 https://a.example/long 乙 こちら (https://b.example/) 丙"


def test_text_that_names_another_place_than_it_leads_to_is_given_as_the_place_it_leads_to() -> None:
    facet = link("bank.example", "bank.example", "https://trap.example/")

    assert shown(**record(text="bank.example", facets=[facet])).text == "https://trap.example/"


@pytest.mark.parametrize(
    "feature",
    [
        {"$type": "app.bsky.richtext.facet#mention", "did": DID},
        {"$type": "app.bsky.richtext.facet#tag", "tag": "電力"},
        {"$type": "app.bsky.richtext.facet#link", "uri": "javascript:alert(1)"},
        {"$type": "app.bsky.richtext.facet#link", "uri": "at://elsewhere"},
        {"$type": "app.bsky.richtext.facet#link", "uri": 7},
    ],
)
def test_what_is_no_link_to_a_page_stays_as_it_is_shown(feature: dict[str, Any]) -> None:
    facet = {"index": {"byteStart": 0, "byteEnd": 6}, "features": [feature]}

    assert shown(**record(text="電力の話", facets=[facet])).text == "電力の話"


@pytest.mark.parametrize(
    ("start", "end"),
    [(1, 6), (0, 5), (0, 13), (13, 20), (6, 6), (6, 3), (-6, -3), (-3, 6), (0, 2**62)],
)
def test_link_outside_of_the_text_or_through_a_character_is_left_out(start: int, end: int) -> None:
    assert expand("電力の話", [((start, end), "https://a.example/")]) == "電力の話"


def test_of_links_that_overlap_the_first_stands() -> None:
    links = [((0, 6), "https://a.example/"), ((3, 9), "https://b.example/"), ((0, 12), "https://c.example/")]

    assert expand("電力の話", links) == "電力 (https://a.example/)の話"


@given(
    text=st.text(max_size=20),
    links=st.lists(
        st.tuples(st.tuples(st.integers(-3, 70), st.integers(-3, 70)), st.just("https://a.example/")), max_size=5
    ),
)
def test_expanding_links_never_raises_and_takes_nothing_away(
    text: str, links: list[tuple[tuple[int, int], str]]
) -> None:
    expanded = expand(text, links)

    if "https://a.example/" not in expanded:
        assert expanded == text.encode("utf-8", "replace").decode()
    if not links:
        assert expanded == text


def test_lone_surrogate_in_a_text_is_no_trouble() -> None:
    assert expand("a\ud800b", [((0, 1), "https://a.example/")]) == "a (https://a.example/)?b"


# -- what hangs below ------------------------------------------------------------------------------------


def card(uri: str, title: str) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.external#view", "external": {"uri": uri, "title": title, "description": "…"}}


IMAGES = {"$type": "app.bsky.embed.images#view", "images": [{"thumb": "https://cdn.example/1", "alt": ""}]}
VIDEO = {"$type": "app.bsky.embed.video#view", "cid": "b", "playlist": "https://cdn.example/v"}
QUOTE = {"$type": "app.bsky.embed.record#view", "record": {"uri": URI}}


def quote_with(media: dict[str, Any]) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.recordWithMedia#view", "record": QUOTE, "media": media}


@pytest.mark.parametrize(
    ("embed", "has_media"),
    [
        (IMAGES, True),
        (VIDEO, True),
        (quote_with(IMAGES), True),
        (quote_with(VIDEO), True),
        (QUOTE, False),
        (card("https://a.example/", "題"), False),
        (None, False),
    ],
)
def test_pictures_and_videos_are_media(embed: dict[str, Any] | None, has_media: bool) -> None:
    assert shown(embed=embed).has_media is has_media


@pytest.mark.parametrize("wrap", [lambda embed: embed, quote_with])
def test_page_of_a_card_stands_below_the_text(wrap: Any) -> None:
    post = shown(**record(text="読んだ"), embed=wrap(card("https://a.example/news", "変電所\nの計画")))

    assert post.text == "読んだ\n\n変電所 の計画\nhttps://a.example/news"


def test_card_of_an_address_in_the_text_is_not_said_again() -> None:
    text = "読んだ a.example/n..."
    facets = [link(text, "a.example/n...", "https://a.example/news")]

    post = shown(**record(text=text, facets=facets), embed=card("https://a.example/news", "変電所の計画"))

    assert post.text == "読んだ https://a.example/news"


def test_headline_that_is_the_text_is_not_said_again() -> None:
    post = shown(**record(text="変電所の計画"), embed=card("https://a.example/news", "変電所の計画"))

    assert post.text == "変電所の計画\n\nhttps://a.example/news"


def test_card_alone_is_the_text() -> None:
    assert shown(**record(text=""), embed=card("https://a.example/", "題")).text == "題\nhttps://a.example/"


@pytest.mark.parametrize(
    "embed", [card("javascript:alert(1)", "題"), {"$type": 7}, [], "x", {"external": []}, {"media": 3}]
)
def test_embed_of_another_form_leaves_the_post_as_it_is(embed: object) -> None:
    assert shown(embed=embed).text == "変電所を見てきた"


# -- pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        {"uri": None},
        {"uri": "at://did:plc:a/app.bsky.feed.like/3k"},
        {"uri": f"{URI}/../x"},
        {"uri": f"{URI}\n"},
        {"author": None},
        {"author": {"did": DID}},
        {"record": None},
        {"record": {"text": 7}},
        {"indexedAt": None},
        {"indexedAt": "yesterday"},
        {"indexedAt": "0001-01-01T00:00:00+14:00"},
        {"labels": ["porn"]},
        {"labels": "!hide"},
    ],
)
def test_row_of_the_wrong_form_is_left_out_alone_and_the_page_is_not_whole(broken: dict[str, Any]) -> None:
    found = parse_page(page(row(), row(**broken), row(uri=f"{URI}3"), cursor="7"))

    assert [view.uri for view in found.posts] == [URI, f"{URI}3"]
    assert (found.is_whole, found.cursor) == (False, "7")


def test_page_of_good_rows_is_whole() -> None:
    found = parse_page(page(row(), row()))

    assert (len(found.posts), found.is_whole, found.cursor) == (2, True, None)


def test_page_without_a_good_row_says_what_was_missing() -> None:
    nameless = {key: value for key, value in row().items() if key != "indexedAt"}

    with pytest.raises(SourceChanged, match="indexedAt"):
        parse_page(page(nameless, nameless))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"error":"x"}',
        b'{"posts":{}}',
        b"null",
        b'{"posts":["\\ud800"]}',
        b'{"posts":' + b"[" * 100_000,
    ],
)
def test_body_that_is_no_list_of_posts_is_a_changed_source(body: bytes) -> None:
    with pytest.raises(SourceChanged, match="not a list of Bluesky posts"):
        parse_page(body)


def test_search_without_hits_is_no_error() -> None:
    assert parse_page(b'{"posts":[],"hitsTotal":0}').posts == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"error":"ExpiredToken","message":"Token has expired"}', "ExpiredToken"),
        (b'{"message":"no code"}', ""),
        (b'{"error":{"code":"X"}}', ""),
        (b'{"error":"two words"}', ""),
        (b"<html>403 Forbidden</html>", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_code_of_a_refusal_is_read_and_of_anything_else_none(body: bytes, code: str) -> None:
    assert error_code(body) == code


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
RECORD_KEYS = ["text", "createdAt", "langs", "labels", "facets"]
TWISTED = st.builds(
    lambda wrong, written: row(**wrong) if "record" in wrong else row(**wrong, **record(**written)),
    st.dictionaries(st.sampled_from([*sorted(row()), "embed"]), JSON, max_size=3),
    st.dictionaries(st.sampled_from(RECORD_KEYS), JSON, max_size=3),
)


@given(rows=st.lists(TWISTED | JSON, max_size=4))
def test_whatever_json_comes_is_posts_or_a_changed_source(rows: list[object]) -> None:
    try:
        found = parse_page(page(*rows))
    except SourceChanged:
        return
    for view in found.posts:
        post = post_of(view)
        if post is not None:
            assert post.created_at is not None
            assert post.created_at.tzinfo is UTC
            post.text.encode()


@given(body=st.binary(max_size=200))
def test_whatever_bytes_come_are_a_changed_source(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        parse_page(body)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not part of the project")
def test_recorded_search_is_read() -> None:
    head, _, body = (RECORDINGS / "search_pds_auth.http").read_bytes().partition(b"\r\n\r\n")

    found = parse_page(body or head.partition(b"\n\n")[2])

    assert len(found.posts) == 2
    assert [post.rp for view in found.posts if (post := post_of(view))] == [0, 2]


@pytest.mark.parametrize(("values", "by_bot"), [(["bot"], True), (["cat-picture"], False), ([], False)])
def test_what_an_account_posts_that_labels_itself_a_bot_is_marked_so(values: list[str], by_bot: bool) -> None:
    post = post_from(**author(labels=labels(*values)))

    assert post is not None
    assert post.by_bot is by_bot


@pytest.mark.parametrize(
    "odd",
    [
        record(langs="ja"), record(langs=["ja", None]), record(createdAt=5), record(facets={}),
        {"likeCount": "56"}, {"replyCount": {}}, author(displayName=5),
    ],
)  # fmt: skip
def test_post_is_not_lost_for_a_field_that_another_server_writes_otherwise(odd: dict[str, Any]) -> None:
    post = shown(**odd)

    assert (post.text, post.rp) == ("変電所を見てきた", 34)


@pytest.mark.parametrize("hiding", [{"labels": "!hide"}, author(labels={}), record(labels=[])])
def test_post_whose_labels_cannot_be_read_is_none(hiding: dict[str, Any]) -> None:
    assert len(parse_page(page(row(), row(**hiding))).posts) == 1


def test_placeholder_of_a_handle_is_no_name() -> None:
    post = shown(**author(handle="handle.invalid", displayName=""))

    assert (post.author_name, post.author_handle) == (None, DID)


@pytest.mark.parametrize(
    ("said", "cursor"), [(25, "25"), ("x", "x"), ("", None), (None, None), ("x" * 3_000, None), ({}, None)]
)
def test_cursor_is_one_that_can_be_sent_back(said: object, cursor: str | None) -> None:
    assert parse_page(page(row(), cursor=said)).cursor == cursor
