"""Media of posts: what is kept of what a source says, and what never is."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.limits import retention
from bot.core.media import (
    MEDIA_BYTES,
    first_media,
    media_length,
    media_of,
    picture_url,
    with_bounded_media,
    with_media_of,
)
from bot.core.models import FetchResult, Media, MediaKind, Post, SourceName
from bot.core.models.media import ALT_MAX, MEDIA_MAX, MEDIA_URL_MAX
from bot.core.planning.plan import plan_poll
from bot.core.planning.posts import content_hash
from bot.core.text import safe_url, utf16_length
from tests.core.builders import NOW, POLICY, a_post, a_state, a_watch, seen

PHOTO = Media(
    "https://files.example/a.jpg", preview_url="https://files.example/a.small.jpg", width=1600, alt="富士山"
)
FACE = "https://files.example/face.png"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://files.example/a.jpg", "https://files.example/a.jpg"),
        ("http://files.example:8080/a.jpg?w=1&h=2", "http://files.example:8080/a.jpg?w=1&h=2"),
        (" https://files.example/a.jpg ", "https://files.example/a.jpg"),
        ("https://日本.example/写真 1.jpg", "https://xn--wgv71a.example/%E5%86%99%E7%9C%9F%201.jpg"),
        ('https://files.example/a".jpg', "https://files.example/a%22.jpg"),
        ("https://files.example/a\\b.jpg", "https://files.example/a%5Cb.jpg"),
        ("https://me:secret@files.example/a.jpg", None),
        ("ftp://files.example/a.jpg", None),
        ("data:image/png;base64,iVBORw0KGgo=", None),
        ("javascript:alert(1)", None),
        ("/a.jpg", None),
        ("https://files.example/" + "a" * MEDIA_URL_MAX, None),
        ("https://files.example/" + "写" * 300, None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_only_an_address_of_the_web_is_kept_and_no_long_one(written: object, kept: str | None) -> None:
    assert picture_url(written) == kept
    assert (media_of(written) is None) == (kept is None)


@given(
    st.one_of(
        st.from_regex(
            r"https?://[a-z0-9.\-_]{1,20}(:[0-9]{1,6})?/[a-z%/@:]{0,9}(\?[a-z=&?]{0,6})?(#[a-z]?)?", fullmatch=True
        ),
        st.lists(
            st.sampled_from(["http://", "a", "a-", "-", ".", "1.2", ":80", ":0", "/", "?", "%", "é", "@", "#"])
        ).map("".join),
    )
)
def test_address_is_what_a_button_would_lead_to(address: str) -> None:
    assert picture_url(address) == safe_url(address, MEDIA_URL_MAX)


@pytest.mark.parametrize(
    ("written", "side"),
    [(1600, 1600), ("1600", 1600), (1600.0, 1600), (0, None), (-1, None), (True, None), ("1e3", None),
     (None, None), ("99999999999", None), (10**9, None), (float("nan"), None), (float("inf"), None),
     ("²", None), (0.5, None)],
)  # fmt: skip
def test_size_is_a_number_of_pixels_or_unknown(written: object, side: int | None) -> None:
    found = media_of(PHOTO.url, width=written, height=written)

    assert found is not None
    assert (found.width, found.height) == (side, side)


def test_four_media_are_kept_each_once_and_no_more_are_read() -> None:
    def endless() -> object:
        number = 0
        while True:
            yield None if number % 2 else replace(PHOTO, url=f"https://files.example/{number // 4}.jpg")
            number += 1

    kept = first_media(endless())  # type: ignore[arg-type]

    assert [one.url for one in kept] == [f"https://files.example/{number}.jpg" for number in range(MEDIA_MAX)]


anything = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=40), st.booleans(), st.lists(st.integers(), max_size=2)
)
addresses = st.one_of(
    st.text(max_size=60).map("https://files.example/".__add__),
    st.integers(0, 3_000).map(lambda length: "https://files.example/" + "a" * length),
    anything,
)
found_media = st.lists(
    st.builds(
        media_of,
        addresses,
        st.sampled_from(MediaKind),
        preview=addresses,
        width=anything,
        height=anything,
        alt=st.one_of(anything, st.integers(0, 5_000).map("長🗻".__mul__)),
        sensitive=st.booleans(),
    ),
    max_size=8,
)
given_media = st.builds(
    Media,
    st.one_of(st.text(max_size=60), st.integers(0, 3_000).map(lambda length: "https://a.example/" + "a" * length)),
    preview_url=st.one_of(st.none(), st.text(max_size=60)),
    alt=st.integers(0, 1_500).map("🗻".__mul__),
)


@pytest.mark.invariant(11)
@given(found=found_media, given=st.lists(given_media, max_size=8), avatar=addresses)
def test_whatever_a_source_says_what_is_kept_is_short_and_can_be_stored(
    found: list[Media | None], given: list[Media], avatar: object
) -> None:
    for media in (first_media(found), tuple(given)):
        face = avatar if isinstance(avatar, str) else None
        post = with_bounded_media(replace(a_post(), media=media, avatar_url=face))

        assert len(post.media) <= MEDIA_MAX
        assert media_length(replace(post, avatar_url=None)) <= MEDIA_BYTES
        assert all(utf16_length(one.alt) <= ALT_MAX for one in post.media)
        kept = [one.url for one in post.media] + [one.preview_url for one in post.media] + [post.avatar_url]
        for address in filter(None, kept):
            assert len(address) <= MEDIA_URL_MAX
            assert address.startswith(("http://", "https://"))
            assert address.isascii()
            assert not set(address) & set('"\\ \n')
        assert msgspec.json.decode(msgspec.json.encode(post), type=Post) == post
        assert with_bounded_media(post) is post


def test_post_of_which_all_is_kept_stays_itself() -> None:
    plain, pictured = a_post(), replace(a_post(), media=(PHOTO,), avatar_url=FACE)

    assert with_bounded_media(plain) is plain
    assert with_bounded_media(pictured) is pictured


def test_post_without_media_has_the_hash_it_had_before_posts_had_any() -> None:
    assert content_hash(a_post(text='a","media":[],"avatar_url":null}')) != content_hash(a_post(text="a"))
    hashes = {
        content_hash(replace(a_post(), media=media, avatar_url=face))
        for media in ((), (PHOTO,), (replace(PHOTO, alt=""),))
        for face in (None, FACE)
    }
    assert len(hashes) == 6


def test_media_of_another_reading_fill_only_what_is_missing() -> None:
    bare, pictured = a_post(), replace(a_post(), media=(PHOTO,), avatar_url=FACE)
    other = replace(pictured, media=(replace(PHOTO, alt="別"),), avatar_url="https://files.example/b.png")

    assert with_media_of(bare, pictured) == replace(pictured, has_media=True)
    assert with_media_of(pictured, other) is pictured
    assert with_media_of(bare, a_post()) is bare


def test_source_that_was_asked_for_reposts_gives_the_pictures_too() -> None:
    counted = replace(a_post(), media=(PHOTO,), avatar_url=FACE)

    plan = plan_poll(a_state(), seen(replace(a_post(), rp=None), counted=(counted,)), POLICY, NOW)

    [change], [alert] = plan.changes, plan.alerts
    assert change.post.media == alert.content.post.media == (PHOTO,)
    assert change.post.avatar_url == alert.content.post.avatar_url == FACE


@pytest.mark.invariant(11)
def test_what_is_too_long_of_media_is_neither_stored_nor_sent() -> None:
    flood = tuple(
        Media(f"https://files.example/{number}" + "a" * 2_000, preview_url="x", alt="長" * ALT_MAX)
        for number in range(50)
    )

    plan = plan_poll(a_state(), seen(replace(a_post(), media=flood, avatar_url="javascript:1")), POLICY, NOW)

    for post in (plan.changes[0].post, plan.alerts[0].content.post):
        assert 1 <= len(post.media) <= MEDIA_MAX
        assert media_length(post) <= MEDIA_BYTES
        assert {one.preview_url for one in post.media} | {post.avatar_url} == {None}


@pytest.mark.invariant(11)
def test_media_count_for_how_much_is_stored_of_a_first_poll() -> None:
    posts = tuple(
        a_post(str(number), media=(Media("https://files.example/" + "a" * 1_500),)) for number in range(400)
    )
    state = a_state(watch=a_watch(polled=False, source=SourceName.FEED))

    plan = plan_poll(state, FetchResult(SourceName.FEED, posts), POLICY, NOW)

    assert len(plan.changes) < retention.FIRST_POLL_BYTES // 1_500
