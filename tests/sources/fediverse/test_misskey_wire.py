from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SourceChanged
from bot.core.models import Network, Post
from bot.sources.fediverse import mastodon_wire
from bot.sources.fediverse.misskey_wire import error_code, parse_note, parse_notes, parse_volume, post_of
from tests.ending import ends_soon

HOST = "misskey.example"


def row(**fields: Any) -> dict[str, Any]:
    note: dict[str, Any] = {
        "id": "aky5t0k2m3",
        "createdAt": "2026-11-22T03:00:00.000Z",
        "userId": "9abcdefghi",
        "user": {"id": "9abcdefghi", "name": "花子 :kawara:", "username": "hanako", "host": None, "isBot": False},
        "text": "変電所を**見てきた**",
        "cw": None,
        "visibility": "public",
        "localOnly": False,
        "renoteCount": 34,
        "repliesCount": 2,
        "reactions": {"❤": 50, ":kawara@.:": 6},
        "fileIds": [],
        "files": [],
        "replyId": None,
        "renoteId": None,
        "tags": ["データセンター"],
    }
    return note | fields


REMOTE = {
    "uri": "https://far.example/users/taro/statuses/77",
    "url": "https://far.example/@taro/77",
    "user": {"name": None, "username": "taro", "host": "far.example"},
}


def page(*rows: object) -> bytes:
    return json.dumps(rows).encode()


def post_from(**fields: Any) -> Post | None:
    return post_of(parse_notes(page(row(**fields)))[0], host=HOST)


def test_everything_shown_of_a_note_is_taken_over() -> None:
    assert post_from() == Post(
        network=Network.FEDIVERSE,
        canonical_id="https://misskey.example/notes/aky5t0k2m3",
        source_id="aky5t0k2m3",
        url="https://misskey.example/notes/aky5t0k2m3",
        text="変電所を見てきた",
        rp=34,
        likes=56,
        replies=2,
        author_name="花子 :kawara:",
        author_handle="hanako@misskey.example",
        author_url="https://misskey.example/@hanako",
        created_at=datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
    )


def test_remote_note_keeps_its_own_identity_address_and_handle() -> None:
    post = post_from(**REMOTE)

    assert post is not None
    assert (post.canonical_id, post.url) == (REMOTE["uri"], REMOTE["url"])
    assert (post.author_name, post.author_handle) == ("taro", "taro@far.example")
    assert post.author_url == "https://misskey.example/@taro@far.example"


@pytest.mark.parametrize(
    ("note", "uri"),
    [(row(**REMOTE), REMOTE["uri"]), (row(), "https://misskey.example/notes/aky5t0k2m3")],
    ids=["born at a Mastodon server", "born here"],
)
def test_post_seen_by_mastodon_and_misskey_is_one_post(note: dict[str, Any], uri: str) -> None:
    status = {
        "id": "115600000000000001",
        "uri": uri,
        "created_at": "2026-11-22T03:00:00Z",
        "visibility": "public",
        "account": {"acct": "taro@far.example"},
    }
    there = mastodon_wire.post_of(mastodon_wire.parse_status(json.dumps(status).encode()), host="mstdn.example")

    here = post_of(parse_note(json.dumps(note).encode()), host=HOST)

    assert here is not None
    assert there is not None
    assert here.key == there.key


@pytest.mark.parametrize(
    "fields",
    [
        {"visibility": "home"},
        {"visibility": "followers"},
        {"visibility": "specified"},
        {"visibility": ""},
        {"localOnly": True},
        {"isHidden": True, "text": None},
    ],
)
def test_only_what_is_public_everywhere_is_taken(fields: dict[str, Any]) -> None:
    assert post_from(**fields) is None


def test_pure_renote_is_left_to_the_original() -> None:
    assert post_from(text=None, renoteId="aky0000000", renote=row(id="aky0000000")) is None


@pytest.mark.parametrize(
    "added", [{"text": "同感"}, {"cw": "話題"}, {"files": [{"id": "1"}]}, {"poll": {"choices": []}}]
)
def test_renote_that_adds_something_is_a_post(added: dict[str, Any]) -> None:
    assert post_from(**{"text": None, "renoteId": "aky0000000"} | added) is not None


def test_note_of_a_picture_alone_is_a_post_without_text() -> None:
    post = post_from(text=None, files=[{"id": "1", "isSensitive": False}])

    assert post is not None
    assert (post.text, post.has_media, post.sensitive) == ("", True, False)


def test_bots_are_kept() -> None:
    assert post_from(user={"username": "teiki", "host": None, "isBot": True}) is not None


@pytest.mark.parametrize(
    ("fields", "sensitive", "warning"),
    [
        ({"cw": " 食べ物 "}, True, "食べ物"),
        ({"cw": ""}, True, None),
        ({"files": [{"isSensitive": False}, {"isSensitive": True}]}, True, None),
        ({"files": [{"isSensitive": None}, {}]}, False, None),
    ],
)
def test_warnings_and_sensitive_files_are_kept(
    fields: dict[str, Any], sensitive: bool, warning: str | None
) -> None:
    post = post_from(**fields)

    assert post is not None
    assert (post.sensitive, post.content_warning) == (sensitive, warning)


def test_what_servers_leave_out_is_unknown_not_zero() -> None:
    bare = {key: row()[key] for key in ("id", "createdAt", "visibility")} | {"user": {"username": "hanako"}}

    post = post_of(parse_notes(page(bare))[0], host=HOST)

    assert post is not None
    assert (post.rp, post.likes, post.replies, post.language, post.text) == (None, None, None, None, "")


def test_note_without_reactions_has_none_and_a_count_below_zero_takes_nothing_away() -> None:
    none, odd = post_from(reactions={}), post_from(reactions={"❤": 5, "🎉": -2})

    assert none is not None
    assert odd is not None
    assert (none.likes, odd.likes) == (0, 5)


@pytest.mark.parametrize("count", [-1, 2**53, 10**30, None])
def test_count_that_cannot_be_is_unknown(count: int | None) -> None:
    post = post_from(renoteCount=count, reactions=None if count is None else {"❤": 10**30})

    assert post is not None
    assert (post.rp, post.likes) == (None, None)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example/ b", "", None])
def test_address_that_is_not_a_web_page_gives_way_to_the_uri(url: str | None) -> None:
    post = post_from(**REMOTE | {"url": url})

    assert post is not None
    assert post.url == REMOTE["uri"]


def test_uri_that_is_no_web_page_names_the_post_and_is_no_address() -> None:
    post = post_from(**REMOTE | {"url": None, "uri": "tag:far.example,2026:77"})

    assert post is not None
    assert (post.canonical_id, post.url) == ("tag:far.example,2026:77", "https://misskey.example/notes/aky5t0k2m3")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-11-22T12:00:00+09:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22T03:00:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
    ],
)
def test_times_are_utc(written: str, utc: datetime) -> None:
    assert parse_note(json.dumps(row(createdAt=written)).encode()).created_at == utc


def test_names_cannot_turn_the_reading_direction_or_break_the_line() -> None:
    user = {"username": "hana\u202eko", "host": "far.example\n@everyone", "name": "花\u202e子\x00\n さん"}

    post = post_from(user=user)

    assert post is not None
    assert (post.author_name, post.author_handle) == ("花子 さん", "hanako@far.example @everyone")
    assert "\n" not in str(post.author_url)


@ends_soon
def test_name_of_a_million_characters_is_read_in_bounded_time() -> None:
    post = post_from(user={"username": "h" * 1_000_000, "host": "f" * 1_000_000, "name": "花\u202e" * 1_000_000})

    assert post is not None
    assert post.author_name == "花" * 199 + "…"


@ends_soon
def test_note_that_quotes_a_note_that_quotes_a_note_is_read_in_bounded_time() -> None:
    deep = b'{"renote":' * 100_000
    whole = page(row()).replace(b'"renoteId": null', b'"renote": ' + deep + b"1" + b"}" * 100_000)

    parses_or_is_changed(whole)


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"id": "../../users"},
        {"id": "a-b"},
        {"id": ""},
        {"uri": "https://a.example/\u0000"},
        {"createdAt": None},
        {"createdAt": "yesterday"},
        {"createdAt": "0001-01-01T00:00:00+14:00"},
        {"visibility": None},
        {"user": None},
        {"user": {"username": None}},
        {"text": ["a"]},
    ],
)
def test_row_of_the_wrong_form_is_left_out_alone(broken: dict[str, Any]) -> None:
    notes = parse_notes(page(row(id="1"), row(**broken), row(id="3")))

    assert [note.id for note in notes] == ["1", "3"]


def test_page_without_a_good_row_says_what_was_missing() -> None:
    timeless = {key: value for key, value in row().items() if key != "createdAt"}

    with pytest.raises(SourceChanged, match="createdAt"):
        parse_notes(page(timeless, timeless))


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"error":{}}', b"[1]", b"null", b'"\xff"', b'["\\ud800"]', b"[" * 100_000]
)
def test_body_that_is_no_list_of_notes_is_a_changed_source(body: bytes) -> None:
    with pytest.raises(SourceChanged, match="not a list of Misskey notes"):
        parse_notes(body)


def test_empty_page_is_no_error() -> None:
    assert parse_notes(b"[]") == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*row(), "uri", "url", "poll", "isHidden"]
TWISTED = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4).map(lambda wrong: row(**wrong))


def parses_or_is_changed(body: bytes) -> None:
    try:
        notes = parse_notes(body)
    except SourceChanged:
        return
    for note in notes:
        post = post_of(note, host=HOST)
        assert post is None or (post.canonical_id and post.created_at and post.created_at.tzinfo is UTC)


@given(JSON | st.lists(TWISTED | JSON, max_size=3))
def test_json_of_any_form_is_parsed_or_is_a_changed_source(value: object) -> None:
    parses_or_is_changed(json.dumps(value).encode())


@given(st.fixed_dictionaries({}, optional={key: st.text(max_size=30) for key in ("text", "cw", "uri", "url")}))
def test_text_of_any_kind_is_parsed(fields: dict[str, str]) -> None:
    parses_or_is_changed(
        page(row(**fields, user=dict.fromkeys(("username", "host", "name"), "".join(fields.values()))))
    )


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_parsed_or_are_a_changed_source(body: bytes) -> None:
    parses_or_is_changed(body)


# -- the volume ------------------------------------------------------------------------------------------


def trends(**charts: object) -> bytes:
    return json.dumps([{"tag": tag, "chart": chart, "usersCount": 9} for tag, chart in charts.items()]).encode()


def test_volume_is_the_sum_of_the_tags_chart() -> None:
    assert parse_volume(trends(電力=[9] * 20, データセンター=[3, 2, *[0] * 18]), "データセンター") == 5


def test_tag_is_found_however_it_is_written() -> None:
    assert parse_volume(trends(ai=[4]), "ＡＩ") == 4


def test_windows_beyond_the_twenty_are_not_counted() -> None:
    assert parse_volume(trends(ai=[1] * 30), "ai") == 20


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        trends(電力=[1]),
        trends(ai=[]),
        trends(ai=["many"]),
        trends(ai=None),
        b'"\xff"',
        b"[" * 99_999,
    ],
)
def test_volume_of_a_tag_that_does_not_trend_is_unknown(body: bytes) -> None:
    assert parse_volume(body, "ai") is None


@given(JSON)
def test_volume_of_any_json_is_a_count_or_unknown(value: object) -> None:
    volume = parse_volume(json.dumps([{"tag": "ai", "chart": value}]).encode(), "ai")

    assert volume is None or volume >= 0


# -- errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"error":{"message":"No such note.","code":"NO_SUCH_NOTE","id":"1","kind":"client"}}', "NO_SUCH_NOTE"),
        (b'{"error":{"code":"no <b>such</b>"}}', ""),
        (b'{"error":{"code":7}}', ""),
        (b'{"error":"x"}', ""),
        (b"<html>", ""),
        (b"\xff", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_error_has_a_code_or_none(body: bytes, code: str) -> None:
    assert error_code(body) == code


@pytest.mark.parametrize(("bot", "by_bot"), [(True, True), (False, False), (None, False), ("yes", False)])
def test_what_a_bot_posts_is_marked_so(bot: object, by_bot: bool) -> None:
    post = post_from(user={**row()["user"], "isBot": bot})

    assert post is not None
    assert post.by_bot is by_bot


@pytest.mark.parametrize(
    "odd",
    [
        {"files": [None]}, {"files": [{"isSensitive": "?", "type": 5}]}, {"reactions": {"❤": None}},
        {"reactions": []}, {"renoteCount": "34"}, {"repliesCount": {}}, {"url": []}, {"reactions": [1]},
        {"files": {}},
    ],
)  # fmt: skip
def test_note_is_not_lost_for_a_field_that_another_server_writes_otherwise(odd: dict[str, Any]) -> None:
    post = post_from(**odd)

    assert post is not None
    assert (post.text, post.rp) == ("変電所を見てきた", 34)


@pytest.mark.parametrize("hiding", [{"localOnly": "perhaps"}, {"isHidden": {}}, {"visibility": None}])
def test_note_whose_audience_cannot_be_read_is_none(hiding: dict[str, Any]) -> None:
    assert [note.id for note in parse_notes(page(row(id="1"), row(id="2", **hiding)))] == ["1"]


def test_renote_with_an_empty_text_adds_nothing() -> None:
    assert post_from(renoteId="aky5t0k2m2", text="") is None
