"""One host does not speak for another, however its name is written (invariant 10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.identity.origins import Origins, Servers, at_home, home_of, host_at
from bot.core.models import Network, PostKey, SourceName, Watch, WatchId
from bot.core.text import make_topic

pytestmark = pytest.mark.invariant(10)

HOME = "https://a.example/users/hanako/statuses/1"
SERVERS = Servers(
    {SourceName.MASTODON: ("https://a.example", "https://b.example"), SourceName.MISSKEY: ("https://m.example",)}
)
KEY = PostKey(f"fediverse:{HOME}")
NOWHERE = PostKey("fediverse:https://far.example/notes/1")


def origins(source: SourceName, target: str | None = None) -> Origins:
    return Origins(Watch(WatchId(1), make_topic("AI"), source, target), SERVERS)


@pytest.mark.parametrize(
    "written",
    [
        "https://a.example/x", "HTTPS://A.Example/x", "https://a.example./x", "https://a.example:443/x",
        "http://a.example:80/x", "https://evil.example@a.example/x", "https://evil.example:pw@a.example:443/x",
        "https://a%2Eexample/x", "https://a。example/x", " https://a.example",
    ],
)  # fmt: skip
def test_host_is_the_same_however_it_is_written(written: str) -> None:
    assert host_at(written) == "a.example"


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("https://a.example@evil.example/x", "evil.example"),
        ("https://a.example.evil.example/", "a.example.evil.example"),
        ("https://a.example:8443/", "a.example:8443"),
        ("https://例え.jp/1", "xn--r8jz45g.jp"),
        ("https://[::1]:3000/", "[::1]:3000"),
        ("https://evil.example\\@a.example/", None),
        ("https://evil.example\\.a.example/", None),
        ("//a.example/", None),
        ("at://a.example/x", None),
        ("tag:a.example,2017-01-01:1", None),
        ("https://a.example:99999/", None),
        ("https:///x", None),
        ("", None),
    ],
)
def test_another_host_is_not_taken_for_it(written: str, host: str | None) -> None:
    assert host_at(written) == host


@given(st.text(max_size=80))
def test_any_text_has_a_host_or_none(text: str) -> None:
    for written in (text, f"https://{text}", f"https://a.example{text}"):
        host = host_at(written)
        assert host is None or (host and host == host.lower())


def test_link_is_at_the_host_of_the_id_or_none() -> None:
    assert at_home("https://a.example/@hanako/1", HOME) == "https://a.example/@hanako/1"
    assert at_home("https://evil.example/@hanako/1", HOME) is None
    assert at_home("https://a.example@evil.example/1", HOME) is None
    assert at_home(None, HOME) is None
    assert at_home("https://evil.example:99999/1", "tag:a.example,2026:1") is None


def test_only_its_home_says_that_a_post_is_gone() -> None:
    assert origins(SourceName.MASTODON).ends(KEY)
    assert not origins(SourceName.MASTODON, "https://b.example").ends(KEY)
    assert not origins(SourceName.MISSKEY).ends(KEY)
    assert not origins(SourceName.MASTODON).ends(NOWHERE)


def test_post_is_foreign_where_its_home_is_another_server_that_is_asked() -> None:
    assert not origins(SourceName.MASTODON).is_foreign(KEY)
    assert origins(SourceName.MISSKEY).is_foreign(KEY)
    assert origins(SourceName.MASTODON, "https://b.example").is_foreign(KEY)
    assert not origins(SourceName.MISSKEY).is_foreign(NOWHERE)


def test_networks_of_one_host_are_spoken_for_by_their_source() -> None:
    assert origins(SourceName.X).ends(PostKey("x:1"))
    assert origins(SourceName.BLUESKY).ends(PostKey("bluesky:at://did/app.bsky.feed.post/1"))
    assert home_of(PostKey(f"{Network.WEB}:https://a.example/1")) is None
