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
from bot.sources.fediverse.mastodon_wire import hashtag, parse_status, parse_statuses, parse_volume, post_of

HOST = "mstdn.example"
RECORDINGS = Path(__file__).parents[4] / "shared" / "recordings" / "mastodon"


def row(**fields: Any) -> dict[str, Any]:
    status: dict[str, Any] = {
        "id": "115600000000000001",
        "created_at": "2026-11-22T03:00:00.000Z",
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "ja",
        "uri": "https://mstdn.example/users/hanako/statuses/115600000000000001",
        "url": "https://mstdn.example/@hanako/115600000000000001",
        "replies_count": 2,
        "reblogs_count": 34,
        "favourites_count": 56,
        "edited_at": None,
        "content": "<p>変電所を見てきた</p>",
        "reblog": None,
        "media_attachments": [],
        "account": {
            "id": "7",
            "username": "hanako",
            "acct": "hanako",
            "display_name": "花子",
            "url": "https://mstdn.example/@hanako",
        },
    }
    return status | fields


def page(*rows: object) -> bytes:
    return json.dumps(rows).encode()


def post_from(**fields: Any) -> Post | None:
    return post_of(parse_statuses(page(row(**fields)))[0], host=HOST)


def test_everything_shown_of_a_status_is_taken_over() -> None:
    post = post_from()

    assert post is not None
    assert post.network is Network.FEDIVERSE
    assert post.canonical_id == "https://mstdn.example/users/hanako/statuses/115600000000000001"
    assert post.source_id == "115600000000000001"
    assert post.url == "https://mstdn.example/@hanako/115600000000000001"
    assert post.text == "変電所を見てきた"
    assert (post.rp, post.likes, post.replies) == (34, 56, 2)
    assert (post.author_name, post.author_handle) == ("花子", "hanako@mstdn.example")
    assert post.author_url == "https://mstdn.example/@hanako"
    assert post.created_at == datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert (post.language, post.sensitive, post.content_warning, post.has_media) == ("ja", False, None, False)


def test_remote_author_keeps_the_own_host() -> None:
    account = {
        "acct": "taro@far.example",
        "username": "taro",
        "display_name": "",
        "url": "https://far.example/@taro",
    }

    post = post_from(account=account)

    assert post is not None
    assert (post.author_name, post.author_handle) == ("taro", "taro@far.example")


def test_sensitive_media_and_content_warning_are_kept() -> None:
    post = post_from(sensitive=True, spoiler_text=" 食べ物 ", media_attachments=[{"id": "1", "type": "image"}])

    assert post is not None
    assert (post.sensitive, post.content_warning, post.has_media) == (True, "食べ物", True)


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct", "local", ""])
def test_only_public_posts_are_taken(visibility: str) -> None:
    assert post_from(visibility=visibility) is None


def test_boost_of_another_post_is_left_to_the_original() -> None:
    assert post_from(reblog=row(id="9")) is None


def test_what_servers_leave_out_is_unknown_not_zero() -> None:
    bare = {key: row()[key] for key in ("id", "uri", "created_at", "visibility")} | {"account": {"acct": "hanako"}}

    post = post_of(parse_statuses(page(bare))[0], host=HOST)

    assert post is not None
    assert (post.rp, post.likes, post.replies, post.language, post.text) == (None, None, None, None, "")
    assert post.url == bare["uri"]
    assert post.author_name == "hanako"


@pytest.mark.parametrize("count", [-1, 2**53, 10**30, None])
def test_count_that_cannot_be_is_unknown(count: int | None) -> None:
    post = post_from(reblogs_count=count)

    assert post is not None
    assert post.rp is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example/ b", "", None])
def test_address_that_is_not_a_web_page_gives_way_to_the_uri(url: str | None) -> None:
    post = post_from(url=url, account=row()["account"] | {"url": url})

    assert post is not None
    assert post.url == row()["uri"]
    assert post.author_url is None


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-11-22T12:00:00+09:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22T03:00:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
    ],
)
def test_times_are_utc(written: str, utc: datetime) -> None:
    assert parse_status(json.dumps(row(created_at=written)).encode()).created_at == utc


def test_name_cannot_turn_the_reading_direction_or_break_the_line() -> None:
    account = {"acct": "hanako", "display_name": "花\u202e子\n さん"}

    post = post_from(account=account)

    assert post is not None
    assert post.author_name == "花子 さん"


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"id": "../../accounts"},
        {"id": ""},
        {"uri": None},
        {"uri": "https://a.example/\u0000"},
        {"created_at": None},
        {"created_at": "yesterday"},
        {"created_at": "0001-01-01T00:00:00+14:00"},
        {"visibility": None},
        {"account": None},
    ],
)
def test_row_of_the_wrong_form_is_left_out_alone(broken: dict[str, Any]) -> None:
    statuses = parse_statuses(page(row(id="1"), row(**broken), row(id="3")))

    assert [status.id for status in statuses] == ["1", "3"]


def test_page_without_a_good_row_says_what_was_missing() -> None:
    nameless = {key: value for key, value in row().items() if key != "uri"}

    with pytest.raises(SourceChanged, match="uri"):
        parse_statuses(page(nameless, nameless))


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"error":"x"}', b"[1]", b"null", b'"\xff"', b'["\\ud800"]', b"[" * 100_000]
)
def test_body_that_is_no_list_of_statuses_is_a_changed_source(body: bytes) -> None:
    with pytest.raises(SourceChanged, match="not a list of Mastodon posts"):
        parse_statuses(body)


def test_empty_timeline_is_no_error() -> None:
    assert parse_statuses(b"[]") == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
TWISTED = st.dictionaries(st.sampled_from(sorted(row())), JSON, max_size=4).map(lambda wrong: row(**wrong))


def parses_or_is_changed(body: bytes) -> None:
    try:
        statuses = parse_statuses(body)
    except SourceChanged:
        return
    for status in statuses:
        post = post_of(status, host=HOST)
        assert post is None or (post.canonical_id and post.created_at and post.created_at.tzinfo is UTC)


@given(JSON | st.lists(TWISTED | JSON, max_size=3))
def test_json_of_any_form_is_parsed_or_is_a_changed_source(value: object) -> None:
    parses_or_is_changed(json.dumps(value).encode())


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_parsed_or_are_a_changed_source(body: bytes) -> None:
    parses_or_is_changed(body)


# -- the tag ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "tag"),
    [
        ("データセンター", "データセンター"),
        ("データ センター", "データセンター"),
        ("data　center", "datacenter"),
        ("#電力", "電力"),
        ("ＡＩ", "AI"),
        ("machine-learning", "machinelearning"),
        ("ジョン・スミス", "ジョン・スミス"),
        ("・頭・", "頭"),
        ("l·l", "l·l"),
        ("snake_case", "snake_case"),
        ("2026年", "2026年"),
        ("1_2", "1_2"),
        ("ประเทศไทย", "ประเทศไทย"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_topic_becomes_the_tag_people_would_write(topic: str, tag: str) -> None:
    assert hashtag(topic) == tag


@pytest.mark.parametrize("topic", ["", "2026", "+++", "🍣", "・・", "_", "👨‍👩‍👧"])
def test_topic_without_a_letter_has_no_tag(topic: str) -> None:
    assert hashtag(topic) is None


@given(st.text(max_size=60))
def test_tag_of_any_topic_is_its_own_tag(topic: str) -> None:
    tag = hashtag(topic)

    assert tag is None or hashtag(tag) == tag


# -- the volume ------------------------------------------------------------------------------------------


def test_volume_is_the_use_of_the_newest_day() -> None:
    history = [{"day": "1763683200", "uses": "9"}, {"day": "1763769600", "uses": "41", "accounts": "30"}]

    assert parse_volume(json.dumps({"name": "x", "history": history}).encode()) == 41


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"history":[]}', b'{"history":[{"day":"x","uses":"1"}]}', b'"\xff"', b"[" * 100_000],
)
def test_volume_a_server_does_not_tell_is_unknown(body: bytes) -> None:
    assert parse_volume(body) is None


@given(JSON)
def test_volume_of_any_json_is_a_count_or_unknown(value: object) -> None:
    volume = parse_volume(json.dumps({"history": value}).encode())

    assert volume is None or volume >= 0


# -- recordings of real servers --------------------------------------------------------------------------


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not part of the project")
@pytest.mark.parametrize(
    "name",
    ["get_timeline_hashtag_anonymous", "get_timeline_hashtag_default", "get_timeline_public_default"],
)
def test_recorded_timeline_is_read_whole(name: str) -> None:
    body = (RECORDINGS / f"{name}.json").read_bytes()
    raw = json.loads(body)

    statuses = parse_statuses(body)
    posts = [post for status in statuses if (post := post_of(status, host="recorded.example"))]

    assert [status.id for status in statuses] == [each["id"] for each in raw]
    assert [post.canonical_id for post in posts] == [each["uri"] for each in raw if each["visibility"] == "public"]
    assert all("<" not in post.text and "invisible" not in post.text for post in posts)
    assert all("@" in (post.author_handle or "") for post in posts)
    assert [post.rp for post in posts] == [each["reblogs_count"] for each in raw if each["visibility"] == "public"]


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not part of the project")
def test_recorded_tag_history_gives_a_volume() -> None:
    tags = json.loads((RECORDINGS / "trends_tags_2026.json").read_bytes())

    assert [parse_volume(json.dumps(tag).encode()) for tag in tags] == [
        int(tag["history"][0]["uses"]) for tag in tags
    ]


@pytest.mark.parametrize(
    ("bot", "by_bot"), [(True, True), (False, False), (None, False), ("yes", False), (1, False)]
)
def test_what_a_bot_posts_is_marked_so(bot: object, by_bot: bool) -> None:
    post = post_from(account={**row()["account"], "bot": bot})

    assert post is not None
    assert post.by_bot is by_bot


@pytest.mark.parametrize(
    "odd",
    [
        {"reblogs_count": "34"}, {"reblogs_count": 34.0}, {"language": 5}, {"sensitive": 0},
        {"media_attachments": {}}, {"media_attachments": [None]}, {"favourites_count": "many"},
        {"account": {"acct": "hanako", "display_name": 5, "username": None, "bot": "yes"}},
    ],
)  # fmt: skip
def test_status_is_not_lost_for_a_field_that_another_server_writes_otherwise(odd: dict[str, Any]) -> None:
    post = post_from(**odd)

    assert post is not None
    assert (post.text, post.rp) == ("変電所を見てきた", 34)


@pytest.mark.parametrize(
    "hiding", [{"visibility": None}, {"reblog": "yes"}, {"sensitive": {}}, {"spoiler_text": []}]
)
def test_status_whose_audience_cannot_be_read_is_none(hiding: dict[str, Any]) -> None:
    assert [status.id for status in parse_statuses(page(row(id="1"), row(id="2", **hiding)))] == ["1"]
