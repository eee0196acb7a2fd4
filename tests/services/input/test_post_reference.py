"""What people type for a post."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.identity.urls import normal_url
from bot.core.text import safe_url
from bot.services.input.post_reference import MessageLink, PostReference, read_reference

X = "x:1234567890123456789"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1234567890123456789", X),
        ("https://x.com/someone/status/1234567890123456789", X),
        ("https://twitter.com/someone/status/1234567890123456789?s=20&t=abc", X),
        ("https://mobile.twitter.com/someone/statuses/1234567890123456789", X),
        ("https://x.com/i/web/status/1234567890123456789", X),
        ("https://x.com/someone/status/1234567890123456789/photo/1", X),
        ("  <https://X.com/someone/status/1234567890123456789>  ", X),
        ("||https://x.com/someone/status/1234567890123456789||", X),
        (X, X),
        ("web:abc", "web:abc"),
        ("at://did:plc:abc/app.bsky.feed.post/3k", "bluesky:at://did:plc:abc/app.bsky.feed.post/3k"),
        ("https://m.example/users/a/statuses/1", "fediverse:https://m.example/users/a/statuses/1"),
        ("https://mi.example/notes/9abc", "fediverse:https://mi.example/notes/9abc"),
        ("https://m.example/@a/1", None),
        ("https://bsky.app/profile/a.example/post/3k", None),
        ("https://x.com/someone", None),
        ("1234", None),
        ("ただの言葉", None),
    ],
)
def test_what_names_a_post(typed: str, key: str | None) -> None:
    reference = read_reference(typed)

    assert reference.key == key
    assert reference.needles


def test_a_link_to_one_of_our_messages() -> None:
    assert read_reference("https://ptb.discord.com/channels/1/22/333").message == MessageLink(22, 333)
    assert read_reference("https://discord.com/channels/@me/22/333").message is None


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 19])
def test_a_link_whose_number_is_no_id_leads_to_no_message(number: str) -> None:
    assert read_reference(f"https://discord.com/channels/1/22/{number}").message == MessageLink(22, 0)


@pytest.mark.parametrize("number", ["１２３４５", "٣٣٣٣٣٣", "9223372036854775808", "9" * 30])
def test_a_number_that_is_no_id_names_no_post(number: str) -> None:
    assert read_reference(number).key is None
    assert read_reference(f"https://x.com/a/status/{number}").key is None


def test_what_people_copy_along_is_also_searched_without() -> None:
    assert read_reference("https://m.example/@a/1/?utm=x#top").needles[:3] == (
        "https://m.example/@a/1/?utm=x#top",
        "https://m.example/@a/1/",
        "https://m.example/@a/1",
    )


@pytest.mark.parametrize(
    "stored",
    [
        "https://news.example/記事/一面?頁=1",
        "https://日本語.example/記事",
        "https://news.example/a(b)/%E8%A8%98",
        "http://127.0.0.1:8080/articles/7",
        "https://News.Example:443/記事",
        "https://m.example/@名前/1",
    ],
)
def test_what_a_messages_link_leads_to_is_found_by_the_address_that_is_stored(stored: str) -> None:
    """A link has the form that Discord takes; a browser's bar may show the other."""
    known = {stored, normal_url(stored)}
    link = safe_url(stored)

    assert link is not None
    for copied in (link, unquote(link), stored):
        assert known & set(read_reference(copied).needles)


def test_a_link_that_holds_a_did_names_the_post_itself() -> None:
    key = "bluesky:at://did:plc:abc/app.bsky.feed.post/3k"

    assert read_reference("https://bsky.app/profile/did:plc:abc/post/3k?ref=x").key == key


@pytest.mark.parametrize("typed", ["", "  ", "<>", "||||", "\u202e"])
def test_nothing_names_nothing(typed: str) -> None:
    assert read_reference(typed).needles == ()


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read(typed: str) -> None:
    reference = read_reference(typed)

    assert reference.key is None or reference.needles


@pytest.mark.parametrize("escaped", ["%00", "%0A", "%1b%5b31m", "%C2%85"])
def test_no_address_is_searched_with_what_cannot_be_shown(escaped: str) -> None:
    reference = read_reference(f"https://a.example/one{escaped}two")

    assert isinstance(reference, PostReference)
    assert reference.needles
    assert all(name.isprintable() for name in reference.needles)
