"""JSON that no decoder takes for one place in it costs no more than that place."""

from __future__ import annotations

import json
from collections.abc import Callable, Sized
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import SourceName
from bot.sources.bluesky.wire import parse_page as bluesky_page
from bot.sources.fediverse.mastodon_wire import parse_statuses
from bot.sources.fediverse.misskey_wire import parse_notes
from bot.sources.parsing.readable_json import DEPTH_MAX, readable
from bot.sources.x.wire import parse_page as x_page

HOLE: Final = "HOLE"
"""A text that something odd takes the place of."""
AT: Final = "2026-11-22T03:00:00Z"


def mastodon_status(number: int, text: str) -> dict[str, Any]:
    return {
        "id": str(number),
        "uri": f"https://mstdn.example/{number}",
        "created_at": AT,
        "visibility": "public",
        "account": {"acct": "hanako"},
        "content": text,
    }


def misskey_note(number: int, text: str) -> dict[str, Any]:
    return {
        "id": f"n{number}",
        "createdAt": AT,
        "visibility": "public",
        "user": {"username": "hanako"},
        "text": text,
    }


def bluesky_view(number: int, text: str) -> dict[str, Any]:
    return {
        "uri": f"at://did:plc:hanako/app.bsky.feed.post/3k{number}",
        "author": {"handle": "hanako.example"},
        "record": {"text": text},
        "indexedAt": AT,
    }


def x_tweet(number: int, text: str) -> dict[str, Any]:
    return {"id": str(2_000_000_000_000_000_000 + number), "text": text}


Rows = list[dict[str, Any]]
SOURCES: Final[
    dict[SourceName, tuple[Callable[[int, str], Any], Callable[[Rows], Any], Callable[[bytes], Sized]]]
] = {
    SourceName.MASTODON: (mastodon_status, lambda rows: rows, parse_statuses),
    SourceName.MISSKEY: (misskey_note, lambda rows: rows, parse_notes),
    SourceName.BLUESKY: (bluesky_view, lambda rows: {"posts": rows}, lambda body: bluesky_page(body).posts),
    SourceName.X: (x_tweet, lambda rows: {"data": rows}, lambda body: x_page(body, search=True).posts),
}
ODD_TEXTS: Final = {
    "first half of a character": rb"cut in an emoji \ud83d",
    "second half of a character": rb"\ude00 cut in an emoji",
    "half of a character as it stands": b"cut \xed\xa0\xbd",
    "bytes that are no UTF-8": b"\xff\xfe",
    "line end": b"two\nlines",
    "escape that JSON does not have": rb"a\x41",
}


@pytest.mark.parametrize("odd", ODD_TEXTS.values(), ids=ODD_TEXTS)
@pytest.mark.parametrize("source", SOURCES)
def test_post_with_an_odd_text_is_one_of_the_answer(source: SourceName, odd: bytes) -> None:
    row, answer, parse = SOURCES[source]
    body = json.dumps(answer([row(1, "before"), row(2, HOLE), row(3, "after")])).encode()

    assert len(parse(body.replace(HOLE.encode(), odd))) == 3


@pytest.mark.parametrize("source", SOURCES)
def test_post_that_nests_without_end_costs_no_other(source: SourceName) -> None:
    row, answer, parse = SOURCES[source]
    body = json.dumps(answer([row(1, "before"), row(2, "odd") | {"more": HOLE}, row(3, "after")])).encode()

    assert len(parse(body.replace(f'"{HOLE}"'.encode(), b"[" * 50_000 + b"]" * 50_000))) == 3


@pytest.mark.parametrize("name", ["displayName", "more"])
def test_odd_text_beside_the_text_of_a_post_costs_nothing(name: str) -> None:
    view = bluesky_view(1, "a post")
    view["author"] |= {name: HOLE}
    body = json.dumps({"posts": [view], "cursor": HOLE}).encode()

    page = bluesky_page(body.replace(HOLE.encode(), rb"\ud83d"))

    assert [post.record.text for post in page.posts] == ["a post"]


def test_text_says_where_half_of_a_character_was() -> None:
    assert json.loads(readable(rb'["a\ud83d", "\ud83d\ude00", "\\ud83d", "\ud83d\ud83d\ude00", "\u00e9"]')) == [
        "a\ufffd",
        "😀",
        r"\ud83d",
        "\ufffd😀",
        "é",
    ]


def test_levels_beyond_the_limit_are_null() -> None:
    within, beyond = (b"[" * levels + b"]" * levels for levels in (DEPTH_MAX, DEPTH_MAX + 1))

    assert readable(within) == within
    assert readable(beyond) == b"[" * DEPTH_MAX + b"null" + b"]" * DEPTH_MAX
    assert readable(b'["[[{", 1]') == b'["[[{", 1]'


@pytest.mark.parametrize("cut", [b'{"posts": [', b'{"posts": [{"uri": "at', b"[" * 100, b'["\\', b"nonsense", b""])
def test_what_is_cut_off_or_no_json_stays_so(cut: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(readable(cut))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_good_json_says_the_same(value: Any, plain: bool) -> None:
    assert json.loads(readable(json.dumps(value, ensure_ascii=plain).encode())) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    readable(body)
